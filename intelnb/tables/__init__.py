"""The contracts tables keep: columns, types, and what a row must hold."""
