"""Notebooks for police intelligence units: raw exports in, a marked, sourced, readable product out."""

__version__ = "0.1.0"
