"""The invented force, Northmere Police, and the truths planted in its records."""
