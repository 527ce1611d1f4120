"""The finished page, and its release."""
