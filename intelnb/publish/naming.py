"""Names of files: the marking first, so that a listing of a folder shows it."""

from __future__ import annotations

import re
import unicodedata

from intelnb.errors import ProductError

_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


def slug(text: str) -> str:
    """Text as it may stand in a file name on any system.

    Examples
    --------
    >>> slug("OFFICIAL, FOR PUBLIC RELEASE")
    'OFFICIAL-FOR-PUBLIC-RELEASE'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"-{3,}", "--", _UNSAFE.sub("-", plain)).strip("-")


def marked_name(marking: str, reference: str, *more: str, suffix: str) -> str:
    """A file name that begins with the marking and goes on with the reference.

    Parameters
    ----------
    marking
        Protective marking; a file without one is refused.
    reference
        Reference of the product; its `/` become `_`.
    more
        What else tells this file from its neighbours.
    suffix
        Ending with its dot.

    Raises
    ------
    ProductError
        When the marking or the reference is empty.

    Examples
    --------
    >>> marked_name("OFFICIAL-SENSITIVE", "WTA/NOR/2026-W46/internal", suffix=".html")
    'OFFICIAL-SENSITIVE_WTA_NOR_2026-W46_internal.html'
    """
    parts = [slug(marking), *(slug(part) for part in reference.split("/")), *(slug(part) for part in more)]
    kept = [part for part in parts if part]
    if not slug(marking) or len(kept) < 2:
        raise ProductError(what="a file needs a marking and a reference in its name", now="Give both in the product.")
    return "_".join(kept)[:180] + suffix
