"""SVG by hand: elements as text, everything escaped, every number rounded, the same bytes every time.

Words enter a picture only through `label`, `tooltip` and `frame`; all three escape them.
"""

from __future__ import annotations

import re
from html import escape

from intelnb.draw.ink import colour
from intelnb.errors import ProductError

TEXT = 16
SMALL_TEXT = 15
MARKING_TEXT = 13
"""Sizes at a width of 560 pixels: two pictures side by side on A4 shrink to six tenths, and stay legible."""
_PREFIX = re.compile(r"^[A-Za-z][A-Za-z0-9_-]*$")
# what XML 1.0 cannot hold even as a reference
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Attribute = str | int | float | None


def number(value: float) -> str:
    """A coordinate with at most one decimal, without trailing zeros.

    Examples
    --------
    >>> number(12.04), number(-0.01), number(3.25)
    ('12', '0', '3.2')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def tag(name: str, *inner: str, **attributes: Attribute) -> str:
    """One element around markup that is already made; `None` leaves an attribute out.

    Examples
    --------
    >>> tag("rect", x=1.04, y=2, stroke_width=0.5, fill="#12436D")
    '<rect x="1" y="2" stroke-width="0.5" fill="#12436D"/>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(inner)}</{name}>" if inner else f"<{name}{written}/>"


def words(text: str) -> str:
    """Text as it may stand inside an element.

    Examples
    --------
    >>> words("Cuckooing <b> & more")
    'Cuckooing &lt;b&gt; &amp; more'
    """
    return escape(_FORBIDDEN.sub(" ", text), quote=True)


def label(text: str, *, x: float, y: float, size: int = TEXT, halo: bool = False, **attributes: Attribute) -> str:
    """Words at a place; a halo keeps them legible over lines and cells."""
    given: dict[str, Attribute] = {"x": x, "y": y, "font_size": size, "fill": colour.INK}
    if halo:
        given |= {"paint_order": "stroke", "stroke": colour.WHITE, "stroke_width": 3}
    return tag("text", words(text), **(given | attributes))


def tooltip(text: str) -> str:
    """The words shown when a reader points at a shape."""
    return tag("title", words(text))


def hatch(identity: str, *, line: str = colour.INK, gap: int = 6, dots: bool = False) -> str:
    """A pattern that survives a grey printer: diagonal lines, or dots."""
    ground = tag("rect", width=gap, height=gap, fill=colour.WHITE)
    if dots:
        ink = tag("circle", cx=gap / 2, cy=gap / 2, r=gap / 6, fill=line)
    else:
        ink = tag("path", d=f"M0 {gap}L{gap} 0", stroke=line, stroke_width=gap / 6)
    return tag("pattern", ground, ink, id=identity, width=gap, height=gap, patternUnits="userSpaceOnUse")


def frame(
    parts: list[str], *, width: float, height: float, title: str, alt: str, marking: str, prefix: str, defs: str = ""
) -> str:
    """The picture as a whole: title and description for those who cannot see it, the marking in its foot.

    Parameters
    ----------
    parts
        Elements in drawing order.
    width, height
        Size in pixels without the foot; 20 pixels are added for the marking, unless it is empty.
    title, alt
        What the picture says, and what it shows.
    marking
        Protective marking, printed bottom right.
    prefix
        Keeps the ids of this picture apart from all others on the page: letters, digits, `-` and `_`.
    defs
        Patterns and clips.

    Raises
    ------
    ProductError
        When the prefix could not stand in an id.
    """
    if not _PREFIX.match(prefix):
        now = "Begin with a letter; use letters, digits, - and _."
        raise ProductError(what=f"'{prefix}' cannot keep a picture's ids apart", now=now)
    foot = 20 if marking else 0
    marked = [label(marking, x=width - 2, y=height + 14, size=MARKING_TEXT, text_anchor="end")] if marking else []
    return tag(
        "svg",
        tag("title", words(title), id=f"{prefix}-t"),
        tag("desc", words(alt), id=f"{prefix}-d"),
        tag("defs", defs) if defs else "",
        *parts,
        *marked,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_labelledby=f"{prefix}-t {prefix}-d",
        viewBox=f"0 0 {number(width)} {number(height + foot)}",
        width=width,
        height=height + foot,
        font_family="Arial, Helvetica, sans-serif",
    )


def _attribute(value: Attribute) -> str:
    """An attribute's value as text."""
    return number(value) if isinstance(value, int | float) else words(str(value))
