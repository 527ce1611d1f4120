"""The one door every file comes through."""
