"""The desk file: an Excel workbook with one row per place where an officer judges.

`write` makes it from a sealed product; `read` gives back what was typed, or every fault at once.
"""

from __future__ import annotations

from intelnb.publish.desk_file import write
from intelnb.publish.desk_reading import DeskReading, read

__all__ = ["DeskReading", "read", "write"]
