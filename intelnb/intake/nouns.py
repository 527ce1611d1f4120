"""A number of records with the name of their kind, in the singular where it is one."""

from __future__ import annotations

_SINGULAR = {"searches": "search", "entities": "entity", "priorities": "priority"}


def counted(n: int, noun: str, *verbs: str) -> str:
    """A number with its noun, and with a verb that agrees where two forms are given.

    Parameters
    ----------
    n
        How many.
    noun
        The name of a kind of table, which is a plural.
    verbs
        The verb for one, and for several.

    Examples
    --------
    >>> counted(1, "searches", "has", "have"), counted(1200, "crimes", "has", "have"), counted(1, "logs")
    ('1 search has', '1,200 crimes have', '1 log')
    """
    called = noun if n != 1 else _SINGULAR.get(noun, noun.removesuffix("s"))
    verb = f" {verbs[0 if n == 1 else 1]}" if verbs else ""
    return f"{n:,} {called}{verb}"
