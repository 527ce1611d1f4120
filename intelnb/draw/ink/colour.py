"""Colours of the pictures: the Analysis Function palette, told apart in grey print by outline and hatch as well."""

from __future__ import annotations

NAVY = "#12436D"
PLUM = "#801650"
INK = "#3D3D3D"

BLACK = "#0b0c0c"
WHITE = "#ffffff"
BAND = "#d5e3f0"
LAND = "#f3f2f1"
BORDER = "#8a9299"
GRID = "#d9dcde"

DARK, MIDDLE, LIGHT = "#12436D", "#2073BC", "#6BACE6"
PALE = "#d5e3f0"
"""Sequential steps, dark to pale: their order survives a grey printer."""
