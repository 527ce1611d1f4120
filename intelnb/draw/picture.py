"""A picture for a page: SVG and the words that stand in for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Picture:
    """An SVG drawing with its title, what it shows in words, and the caption printed under it.

    `alt` is read aloud in place of the picture; the drawing carries its own key.
    """

    svg: str
    title: str
    alt: str
    caption: str = ""

    def _repr_svg_(self) -> str:
        return self.svg
