"""The checks before a page leaves the unit: pure, all faults at once, in words the releaser can act on."""

from __future__ import annotations

from collections.abc import Mapping

from intelnb.bundle import Bundle, PlacePart, Release, TypedJudgement
from intelnb.doctrine import confidence, marking, yardstick
from intelnb.errors import ProductError, UsageError, together
from intelnb.records import Clearance

_PUBLIC = "FOR PUBLIC RELEASE"


def faults(
    bundle: Bundle, typed: Mapping[str, TypedJudgement], *, clearance: Clearance, by: str, role: str
) -> list[str]:
    """Everything that forbids the release of a page, in plain words.

    Parameters
    ----------
    bundle
        The sealed product.
    typed
        Place and what was typed there.
    clearance
        What the audience may have, as the settings say now.
    by, role
        Who releases it, and as what.

    Returns
    -------
    One sentence per fault, in the order of the page; empty when it may go.
    """
    found = []
    if not by.strip():
        found.append("nobody is named as releasing it: give a name")
    if not role.strip():
        found.append("the releaser has no role: say as what they release it")
    found += _marking_faults(bundle, clearance)
    cleared = bundle.judgements and clearance.judgements
    if typed and not cleared:
        found.append(f"the audience '{bundle.audience}' is not cleared for judgements, but {len(typed)} would be shown")
    places = {place.id: place for place in bundle.places()}
    found += [f"'{name}' was typed for a place this page does not have" for name in typed if name not in places]
    for name, place in places.items():
        found += _place_faults(place, typed.get(name), cleared=cleared)
    return found


def stamp(
    bundle: Bundle,
    typed: Mapping[str, TypedJudgement],
    *,
    clearance: Clearance,
    by: str,
    role: str,
    at: str,
    number: int,
) -> Release:
    """The words a released page carries: by whom, in which role, when, as which version.

    Raises
    ------
    ProductError
        Naming every fault that forbids the release.
    """
    found = faults(bundle, typed, clearance=clearance, by=by, role=role)
    if not at.strip():
        found.append("the moment of release is missing")
    if number < 1:
        found.append("the number of the version is missing")
    if found:
        now = "Correct these, render the page again, and release it then."
        raise together(found, what=f"{bundle.reference} cannot be released", now=now, kind=ProductError)
    return Release(by=by.strip(), role=role.strip(), at=at.strip(), number=number)


def _marking_faults(bundle: Bundle, clearance: Clearance) -> list[str]:
    found = []
    try:
        marking.page_marking(bundle.marking, bundle.instruction)
    except UsageError as fault:
        found.append(f"its marking cannot stand: {fault}")
    if bundle.audience != clearance.audience:
        found.append(f"it was sealed for '{bundle.audience}', not for '{clearance.audience}'")
    if not marking.is_within(bundle.marking, clearance.page_marking):
        told = f"'{bundle.marking}' is above '{clearance.page_marking}'" if bundle.marking else "it has no marking"
        found.append(f"the audience may not have it: {told}")
    if bundle.instruction.strip().upper() == _PUBLIC and marking.rank(bundle.marking) != 0:
        found.append("only OFFICIAL pages can be for public release")
    return found


def _place_faults(place: PlacePart, typed: TypedJudgement | None, *, cleared: bool) -> list[str]:
    """The faults of one place; one that may stay empty and is empty has none."""
    where = f"'{place.title}'"
    if typed is None or not (typed.text.strip() or typed.action.strip()):
        is_due = place.kind == "bottom_line" and cleared
        half = typed is not None
        return [f"the bottom line {where} has nothing typed"] * is_due or [f"{where} has no words"] * half
    found = []
    if not typed.by.strip():
        found.append(f"{where} does not say who typed it")
    if typed.stale:
        found.append(f"{where} was judged on other evidence: look at the new numbers and confirm it in the desk file")
    return found + (_ask_faults(where, typed) if place.kind == "ask" else _judgement_faults(where, typed))


def _judgement_faults(where: str, typed: TypedJudgement) -> list[str]:
    found = []
    if not typed.text.strip():
        found.append(f"{where} says what to do but not what it means")
    if yardstick.term_named(typed.likelihood) is None:
        found.append(f"{where} has no likelihood of the yardstick")
    if confidence.level_named(typed.confidence) is None:
        found.append(f"{where} has no confidence: high, moderate or low")
    return found


def _ask_faults(where: str, typed: TypedJudgement) -> list[str]:
    found = []
    if not typed.action.strip():
        found.append(f"{where} does not say what is asked")
    if not typed.owner.strip():
        found.append(f"{where} has no owner")
    if not typed.due.strip():
        found.append(f"{where} has no date")
    return found
