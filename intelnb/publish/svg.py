"""The one gate for drawings: only elements and attributes of our own pictures pass, written out afresh.

A drawing is parsed, checked against closed lists, given ids of this page, and written again from the parsed tree,
so that what a browser reads is what was checked: comments, entities and other dialects do not survive.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from markupsafe import Markup

from intelnb.errors import LeakFound

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_WORDS = {"title", "desc", "text", "tspan"}
_ELEMENTS = _WORDS | {
    "svg", "g", "defs", "clipPath", "pattern", "path", "rect", "circle", "line", "polyline", "polygon",
}  # fmt: skip
_NUMBER = r"-?\d+(?:\.\d+)?"
_LOCAL = r"url\(#[A-Za-z][\w-]*\)"
_FORMS = {
    **dict.fromkeys(("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "dx", "dy", "r", "rx", "ry"), _NUMBER),
    **dict.fromkeys(("width", "height", "stroke-width", "font-size", "opacity", "fill-opacity"), _NUMBER),
    **dict.fromkeys(("viewBox", "points", "stroke-dasharray"), rf"{_NUMBER}(?:[ ,]{_NUMBER})*"),
    **dict.fromkeys(("fill", "stroke"), rf"none|#[0-9A-Fa-f]{{3,6}}|{_LOCAL}"),
    "d": r"[MmLlHhVvCcSsQqTtAaZz0-9 ,.\-]*",
    "id": r"[A-Za-z][\w-]*",
    "role": "img|presentation",
    "aria-labelledby": r"[A-Za-z][\w-]*(?: [A-Za-z][\w-]*)*",
    "aria-hidden": "true",
    "transform": rf"(?:(?:translate|scale|rotate)\({_NUMBER}(?:[ ,]{_NUMBER})*\) ?)+",
    "clip-path": _LOCAL,
    "text-anchor": "start|middle|end",
    "font-weight": "bold|normal",
    "font-family": "[A-Za-z, -]+",
    "paint-order": "stroke",
    "fill-rule": "evenodd|nonzero",
    "stroke-linejoin": "round|miter|bevel",
    "stroke-linecap": "round|butt|square",
    "patternUnits": "userSpaceOnUse",
}
_ALLOWED = {name: re.compile(form) for name, form in _FORMS.items()}
_REFERENCE = re.compile(r"url\(#([\w-]+)\)")


def cleaned(drawing: str, *, prefix: str) -> Markup:
    """The drawing as it may stand on a page, every id of it prefixed.

    Parameters
    ----------
    drawing
        SVG as text.
    prefix
        Unique on the page; begins with a letter.

    Raises
    ------
    LeakFound
        When the drawing holds anything but our own elements and attributes. The text of it is not repeated.

    Examples
    --------
    >>> cleaned('<svg xmlns="http://www.w3.org/2000/svg"><title id="t">A &amp; B</title></svg>', prefix="p1")
    Markup('<svg><title id="p1-t">A &amp; B</title></svg>')
    """
    try:
        root = fromstring(drawing, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise _refusal("it is not plain SVG") from None
    if root.tag != f"{_NAMESPACE}svg":
        raise _refusal("it does not begin with an svg element")
    # every part was checked and escaped by _written
    return Markup(_written(root, prefix))  # noqa: S704


def _written(element: Element, prefix: str) -> str:
    """One element and all within it, checked and written again."""
    if not isinstance(element.tag, str) or not element.tag.startswith(_NAMESPACE):
        raise _refusal("an element is not of SVG")
    name = element.tag.removeprefix(_NAMESPACE)
    if name not in _ELEMENTS:
        raise _refusal(f"the element '{name[:30]}' is not allowed")
    is_prose = name in ("title", "desc")
    if is_prose and len(element):
        raise _refusal(f"the element '{name}' may hold words only")
    attributes = "".join(_attribute(key, value, prefix) for key, value in element.attrib.items())
    inner = escape(element.text or "", quote=False) if name in _WORDS else _blank(element.text)
    for child in element:
        inner += _written(child, prefix)
        inner += escape(child.tail or "", quote=False) if name in _WORDS else _blank(child.tail)
    return f"<{name}{attributes}>{inner}</{name}>"


def _attribute(key: str, value: str, prefix: str) -> str:
    """One attribute, its value in the one form it may have, its ids those of this page."""
    form = _ALLOWED.get(key)
    if form is None or not form.fullmatch(value):
        raise _refusal(f"the attribute '{key[:30]}' is not allowed, or not with this value")
    if key == "id":
        value = f"{prefix}-{value}"
    elif key == "aria-labelledby":
        value = " ".join(f"{prefix}-{part}" for part in value.split())
    elif "url(" in value:
        value = _REFERENCE.sub(rf"url(#{prefix}-\1)", value)
    return f' {key}="{escape(value, quote=True)}"'


def _blank(text: str | None) -> str:
    """Nothing: words outside a text element would not be drawn, so they have no business there."""
    if text and text.strip():
        raise _refusal("it holds words outside its text elements")
    return ""


def _refusal(reason: str) -> LeakFound:
    """The refusal of a drawing, without a word of its content."""
    return LeakFound(what=f"A drawing was refused: {reason}", now="Draw it with intelnb.draw.")
