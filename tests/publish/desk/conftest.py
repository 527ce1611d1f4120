"""A small invented bundle for the tests of the desk file and of release."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from intelnb.bundle import Bundle, FindingPart, PlacePart, SectionPart

OWNERS = ("Chief Insp A. Moss", "Insp R. Vale, North", "Sgt T. Holt")
BOTTOM = PlacePart(
    id="bottom.burglary",
    kind="bottom_line",
    title="Burglary",
    sentence="29 burglaries, 11 to 22 expected.",
    evidence={"burglaries this week": "29", "expected, low": "11", "expected, high": "22"},
)
ASSESSMENT = PlacePart(
    id="assess.vehicle",
    kind="assessment",
    title="Vehicle crime",
    sentence="14 vehicle crimes, 9 to 20 expected.",
    evidence={"vehicle crimes this week": "14"},
)
ASK = PlacePart(
    id="ask.one",
    kind="ask",
    title="First ask",
    sentence="Two priority locations are not tasked.",
    evidence={"priority locations not tasked": "2"},
)
PLACES = (BOTTOM, ASSESSMENT, ASK)


def _bundle(*places: PlacePart, **changed: object) -> Bundle:
    """The bundle with these places, or with all three."""
    findings = tuple(FindingPart(id=place.id, headline=place.title, place=place) for place in places or PLACES)
    section = SectionPart(id="bottom", heading="Bottom line", slot="bottom_line", findings=findings, empty="None.")
    whole = {
        "kind": "weekly_threat_assessment",
        "reference": "WTA/NOR/2026-W46/internal",
        "title": "Weekly threat assessment",
        "force": "Wealdshire Police",
        "area_code": "NOR",
        "area_name": "North",
        "period": "2026-W46",
        "period_words": "Mon 9 to Sun 15 Nov 2026",
        "data_to": "15 Nov 2026",
        "as_at": "2026-11-16T05:00",
        "audience": "internal",
        "audience_title": "Internal",
        "marking": "OFFICIAL-SENSITIVE",
        "instruction": "",
        "judgements": True,
        "owners": OWNERS,
        "terms": (),
        "sections": (section,),
        "version": "0.1.0",
    }
    return Bundle(**(whole | changed))


@pytest.fixture(scope="session")
def draft() -> Callable[..., Bundle]:
    """Makes the bundle with these places, or with all three."""
    return _bundle
