"""Analytical confidence: how firm the ground under a judgement is, kept apart from how likely it is."""

from __future__ import annotations

from intelnb.doctrine import code_table

_TABLE = code_table.read("confidence")


def levels() -> tuple[str, ...]:
    """The levels of confidence, highest first.

    Examples
    --------
    >>> levels()
    ('high', 'moderate', 'low')
    """
    return tuple(str(row["level"]) for row in _TABLE.rows("levels"))


def prompts() -> tuple[str, ...]:
    """What to think of when saying why; grades of the sources inform a level, they never decide it."""
    return tuple(str(prompt) for prompt in _TABLE.body["prompts"]["why"])


def level_named(text: str) -> str | None:
    """The level a text names in any spelling of capitals; None when it is none.

    Examples
    --------
    >>> level_named(" Moderate "), level_named("medium")
    ('moderate', None)
    """
    level = " ".join(text.lower().split())
    return level if level in levels() else None
