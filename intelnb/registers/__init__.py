"""What the unit must remember, in a database."""
