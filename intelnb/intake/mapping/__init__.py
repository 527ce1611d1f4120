"""The first map of an unknown export: proposed from headings and values, accepted by a person."""
