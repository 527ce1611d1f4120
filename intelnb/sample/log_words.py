"""The sentences invented logs are made of: nominals by number only, and nothing that points to a source."""

from __future__ import annotations

# {p} {q} persons, {v} vehicle, {a} address, {t} telephone, {w} ward
TEXTS: dict[str, tuple[str, ...]] = {
    "burglary": (
        "{p} is offering jewellery for cash in {w}.",
        "{p} and {q} were seen walking behind houses in {w} in the afternoon.",
        "{v} was parked near the back lanes of {w} on two afternoons this week.",
        "{p} is storing tools and a flat bar at {a}.",
        "{p} has sold rings and watches since the start of the month.",
        "{q} gives {p} lifts to {w} in {v} and waits nearby.",
    ),
    "violence": (
        "{p} and {q} argue outside venues in {w} at closing time.",
        "{p} is carrying a knife when out in {w} at weekends.",
        "{p} says there will be trouble with {q} on Saturday night.",
        "A group with {p} meets in {w} after midnight and confronts others.",
        "{p} has been refused entry to venues in {w} for fighting.",
    ),
    "cuckooing": (
        "{p} has moved into {a} and decides who may visit.",
        "The tenant of {a} is not seen any more and {p} answers the door.",
        "Many short visits to {a} in {w}, mostly after dark, {p} present.",
        "{p} uses {t} to direct buyers to {a}.",
        "{v} brings {p} to {a} twice a week from out of county.",
        "{p} and {q} take the tenant of {a} to collect benefits.",
    ),
    "vehicle": (
        "{p} tries car doors in {w} in the early hours.",
        "{p} and {q} are taking power tools from vans in {w}.",
        "{v} is on false plates and is used by {p}.",
        "{p} is selling number plates from {a}.",
        "Keyless cars taken in {w} are left near {a} to cool off.",
    ),
    "domestic": (
        "{p} has returned to {a} against conditions.",
        "{p} is checking the messages of a former partner.",
        "Shouting is heard from {a} most evenings, {p} present.",
        "{p} has asked {q} to find out where a former partner now lives.",
        "{p} is drinking again and has made threats.",
    ),
    "": (
        "{p} is riding an off-road cycle without a helmet in {w}.",
        "{p} and {q} are fly-tipping near {a}.",
        "{p} is using cannabis at {a}.",
        "{p} is selling tobacco without duty from {a}.",
        "{p} has a new telephone, {t}.",
        "{v} is being driven without insurance by {p}.",
        "{p} has found work with {b}.",
        "{p} has left {w} and is staying with {q}.",
        "Youths gather in {w} after school, {p} among them.",
        "{p} is taking items from shops in {w} to order for {q}.",
    ),
}

# reports that name no priority still come in by topic; the weekly numbers are for the whole force
WEEKLY: dict[str, float] = {"burglary": 45, "violence": 80, "cuckooing": 10, "vehicle": 40, "domestic": 70, "": 152}

# route: share, source grades 1-3, information grades A-E (B is decided by what corroborates it)
ROUTES: dict[str, tuple[float, tuple[float, ...], tuple[float, ...]]] = {
    "Crimestoppers": (0.18, (0.0, 0.98, 0.02), (0.0, 0.0, 0.36, 0.62, 0.02)),
    "public": (0.24, (0.02, 0.90, 0.08), (0.10, 0.0, 0.50, 0.385, 0.015)),
    "officer": (0.22, (0.35, 0.64, 0.01), (0.30, 0.06, 0.49, 0.15, 0.0)),
    "partner": (0.20, (0.06, 0.92, 0.02), (0.10, 0.07, 0.58, 0.24, 0.01)),
    "open source": (0.10, (0.0, 0.88, 0.12), (0.05, 0.0, 0.30, 0.62, 0.03)),
    "prison": (0.06, (0.0, 0.70, 0.30), (0.02, 0.0, 0.62, 0.31, 0.05)),
}

# handling conditions and who may see the log
CONDITIONS: tuple[tuple[str, str], ...] = (
    ("Consult originator before any use", "unit"),
    ("Covert development only, no overt action", "unit"),
    ("Named officers only, see dissemination list", "unit;partner"),
    ("Not to leave the force", "internal"),
    ("Safeguarding use only", "internal;partner"),
    ("May be briefed, not copied", "internal"),
)

# sentence added to an ordinary log, and the part of it that points to its source
REVEALING: tuple[tuple[str, str], ...] = (
    ("My sister who cleans there told me this.", "My sister who cleans there"),
    ("The caller lives directly opposite and saw it from the bedroom window.", "lives directly opposite"),
    ("Only three people were in the room when it was said.", "Only three people were in the room"),
    ("The source shares a cell with him.", "shares a cell with him"),
    ("She rang from the number ending 014 straight afterwards.", "rang from the number ending 014"),
    ("His former partner gave this to the school nurse.", "His former partner gave this to the school nurse"),
    ("Informant is the landlord and has a key.", "Informant is the landlord"),
    ("The neighbour at the next door down reports this each week.", "The neighbour at the next door down"),
    ("As the only barmaid on shift she heard every word.", "the only barmaid on shift"),
    ("Passed on by his probation officer after Tuesday's meeting.", "his probation officer"),
    ("Heard through the listening device in the kitchen.", "listening device in the kitchen"),
    (
        "The handler met the source at 14:10 on Thursday and was shown the messages.",
        "The handler met the source at 14:10",
    ),
)
