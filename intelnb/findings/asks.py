"""What is asked of the chair: empty, labelled places for decisions with an owner and a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from intelnb.analysis.result import Result
from intelnb.finding import Finding, Place

ASKS = 3


def findings(options: Mapping[str, Result], *, asks: int = ASKS) -> tuple[Finding, ...]:
    """Places for decisions; the options the evidence offers stand beside them in the desk file.

    Parameters
    ----------
    options
        Results whose sentences offer an option, such as priority locations, by the name of what they are about.
    asks
        How many decisions at most, 1 to 6.
    """
    offered = tuple(_about(name, option) for name, option in options.items() if option.is_assessed)
    return tuple(
        Finding(
            section="asks",
            id=f"ask.{i}",
            headline=f"Decision {i}",
            evidence=offered,
            place=Place(f"ask.{i}", "ask", f"Decision {i} asked of the chair", offers=tuple(o.name for o in offered)),
        )
        for i in range(1, asks + 1)
    )


def _about(name: str, option: Result) -> Result:
    """The same Result, its sentence headed by what it is about."""
    return replace(option, name=f"option.{option.name}", wording=f"{name}: {option.wording}", settings={}, caveats=())
