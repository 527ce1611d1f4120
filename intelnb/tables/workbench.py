"""What stays on the workbench: methods that are off until two assessments are named, and what those must cover."""

from __future__ import annotations

from intelnb.errors import MethodError

IMPACT = (
    "purpose, legal basis and necessity, and why nothing less intrusive answers",
    "which records are used, how old and how exact they are, and what recorded crime leaves out",
    "how often it is right, against a plain map or a plain list, on the force's own data",
    "who sees it, who decides, how a person can overrule it, and that it scores no person",
    "how long it is kept, when it is reviewed, and what ends its use",
)
EQUALITY = (
    "who lives, works and passes where it points, by protected characteristic",
    "whether reporting, recording and past policing differ between communities, and what that does to the answer",
    "stops, searches, complaints and trust there, before and after",
    "how effects on protected groups are watched, by whom, and what would stop it",
)
LOOP = (
    "More police where it points find and record more there, and the next answer points there again: "
    "compare with reports from the public, and leave some places to chance."
)
ONLY = "For the workbench: no product may hold it, and it says nothing of any person."
CAVEATS = (
    ONLY,
    LOOP,
    "It foretells recorded crime, not crime: what is reported less is marked less.",
    "A place marked says nothing of the people in it, and is no ground to stop anybody.",
)


def permitted(*, impact_assessment: str, equality_assessment: str) -> dict[str, str]:
    """Refuse until both assessments are named; give back the settings that say so.

    Parameters
    ----------
    impact_assessment, equality_assessment
        References of the data protection impact assessment and the equality impact assessment of this use. Naming
        them is on the honour of who names them: nothing is looked up.

    Raises
    ------
    MethodError
        When either is blank; the message says what each must cover.

    Examples
    --------
    >>> permitted(impact_assessment="DPIA-7", equality_assessment="EIA-3")["impact_assessment"]
    'DPIA-7'
    """
    named = {"impact_assessment": _said(impact_assessment), "equality_assessment": _said(equality_assessment)}
    missing = [name.replace("_", " ") for name, reference in named.items() if not reference]
    if missing:
        raise MethodError(
            what=f"This method is off: the {' and the '.join(missing)} is not named" if len(missing) == 1
            else "This method is off: neither the impact assessment nor the equality assessment is named",
            now=f"The impact assessment must cover: {'; '.join(IMPACT)}. The equality assessment must cover: {'; '.join(EQUALITY)}.",
        )  # fmt: skip
    return named


def _said(reference: object) -> str:
    """A reference as it is named; blank where it is no text."""
    return reference.strip() if isinstance(reference, str) else ""
