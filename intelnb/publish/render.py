"""The page as a function of the sealed bundle and of what was typed: one HTML file, no script, no network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from intelnb.bundle import Bundle, Release, TypedJudgement
from intelnb.doctrine import marking as markings
from intelnb.errors import ProductError
from intelnb.publish import naming, said, view

CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

_PRINTABLE = re.compile(r"[A-Z][A-Z0-9 ,:()\[\]/&+|-]{2,79}")


def page(bundle: Bundle, *, typed: Mapping[str, TypedJudgement] | None = None, release: Release | None = None) -> str:
    """Write the page of a sealed product.

    Parameters
    ----------
    bundle
        The sealed product.
    typed
        What officers typed, by the id of the place. Left out where the audience may not read judgements.
    release
        Who released it; without one the page is a draft and shows its empty places.

    Returns
    -------
    One HTML document; the same text for the same arguments.

    Raises
    ------
    ProductError
        When the marking is not one a page may carry.
    LeakFound
        When a drawing holds more than our own elements.
    """
    _check_marking(bundle.marking)
    sections = view.sections(bundle, typed or {})
    by_slot = {
        slot: [s for s in sections if s.slot == slot]
        for slot in ("bottom_line", "asks", "summary", "trust", "body", "back")
    }
    template = _environment().get_template("page.html.j2")
    return template.render(
        bundle=bundle,
        slots=by_slot,
        shared=view.shared_limits(sections),
        release=release,
        sheet_mark=_sheet_mark(bundle),
        csp=CSP,
        heading=_heading(bundle),
    )


def file_name(bundle: Bundle) -> str:
    """Name of the page's file: marking, then reference.

    `OFFICIAL-SENSITIVE_WTA_NOR_2026-W46_internal.html` for the internal assessment of week 46.
    """
    return naming.marked_name(bundle.marking, bundle.reference, suffix=".html")


def refused(reason: str) -> str:
    """A short page that says why there is no product; `reason` is one plain line."""
    return _environment().get_template("refused.html.j2").render(reason=reason, csp=CSP)


@cache
def _environment() -> Environment:
    """Our own templates and nothing of the user's; everything is escaped."""
    folder = str(files("intelnb.publish") / "templates")
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    environment.filters |= {"css_string": css_string, "moment": said.moment, "short": said.short, "ended": ended}
    # our own file, part of the package
    style = (files("intelnb.publish") / "templates" / "style.css").read_text("utf-8")
    environment.globals["style"] = Markup(style)  # noqa: S704
    return environment


def css_string(text: str) -> Markup:
    r"""Text as a string of CSS: all but letters and digits become escapes, so nothing can end it.

    Examples
    --------
    >>> css_string('A-"</style>')
    Markup('"A\\00002d \\000022 \\00003c \\00002f style\\00003e "')
    """
    written = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x} " for c in text)
    # letters, digits and escapes of six digits only
    return Markup(f'"{written}"')  # noqa: S704


def ended(text: str) -> str:
    """A sentence with its full stop.

    Examples
    --------
    >>> ended("Two overdue"), ended("Why?")
    ('Two overdue.', 'Why?')
    """
    trimmed = text.rstrip()
    return trimmed if not trimmed or trimmed[-1] in ".!?:" else f"{trimmed}."


def _heading(bundle: Bundle) -> str:
    """The title with the area, unless it names it already."""
    return bundle.title if bundle.area_name in bundle.title else f"{bundle.title}: {bundle.area_name}"


def _sheet_mark(bundle: Bundle) -> str:
    """What stands on every sheet: the marking, with a handling instruction of the closed list."""
    told = bundle.instruction.strip()
    is_listed = told.upper() in markings.INSTRUCTIONS and told.upper() not in bundle.marking
    return f"{bundle.marking}, {told.upper()}" if is_listed else bundle.marking


def _check_marking(marking: str) -> None:
    """Refuse a marking a page may not carry: it is printed on every sheet."""
    if not _PRINTABLE.fullmatch(marking) or markings.normalise(marking) not in markings.ALLOWED:
        allowed = ", ".join(markings.ALLOWED)
        raise ProductError(what="A page cannot carry this marking", where="marking", now=f"Choose one of: {allowed}.")
