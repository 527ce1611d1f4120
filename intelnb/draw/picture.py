"""A picture for a page: SVG and the words that stand in for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Picture:
    """An SVG drawing with its title, what it shows in words, and the key printed under it.

    `alt` is read aloud in place of the picture; `key` lists (fill colour or pattern id, meaning) pairs that the
    caption repeats as text, so that no meaning rests on colour alone.
    """

    svg: str
    title: str
    alt: str
    caption: str = ""

    def _repr_svg_(self) -> str:
        return self.svg
