"""Why figures stop comparing with earlier ones: a closed list of reasons."""

from __future__ import annotations

from dataclasses import dataclass

from intelnb.doctrine import code_table


@dataclass(frozen=True)
class Reason:
    """One reason; `passes` when it takes out only the periods it touches."""

    name: str
    passes: bool
    means: str


_REASONS = tuple(Reason(**row) for row in code_table.read("break_reasons").rows("reasons"))


def reasons() -> tuple[Reason, ...]:
    """Every reason.

    Examples
    --------
    >>> [one.name for one in reasons()]
    ['counting rule change', 'system migration', 'backlog', 'boundary change']
    """
    return _REASONS


def passes(reason: str) -> bool:
    """Whether a break of this reason takes out only the periods it touches; one without a reason does not.

    Examples
    --------
    >>> passes("backlog"), passes("boundary change"), passes("")
    (True, False, False)
    """
    return any(one.passes for one in _REASONS if one.name == reason)
