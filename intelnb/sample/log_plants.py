"""What is hidden in the logs on purpose, so that a check can say whether it was found."""

from __future__ import annotations

import numpy as np

from intelnb.sample import log_words
from intelnb.sample.intelligence import RESERVED, Log
from intelnb.sample.series import DAY, LAST, WEEK

AS_AT_DAY = (LAST + 1) * 7  # Monday 2026-11-16
CIRCULAR_SUBJECT, TRAP_SUBJECT = RESERVED
LEGACY_SHARE = 0.02
TO_GRADE = (("handling", 24), ("marking", 28), ("both", 8))
OVERDUE, DUE_TODAY = 15, 1
UNANSWERED, DOUBTFUL = "IR-07", "IR-05"


def plant(held: list[Log], *, rng: np.random.Generator) -> list[Log]:
    """Put every plant into the logs and number them in the order of receipt.

    ``linked`` comes in as positions in the list and leaves as log references.
    """
    logs = [{**log, "key": str(at)} for at, log in enumerate(held)]
    _legacy(logs, rng)
    _doubtful_requirement(logs, rng)
    _revealing(logs, rng)
    _to_grade(logs, rng)
    _reviews(logs, rng)
    _unknown_handling(logs, rng)
    logs += _circular(rng) + _false_claim(rng)
    logs.sort(key=lambda log: (log["minute"], log["key"]))
    urn = {log["key"]: f"NPI-26-{at + 41201:06d}" for at, log in enumerate(logs)}
    return [
        {**log, "urn": urn[log["key"]], "linked": ";".join(urn[one] for one in log["linked"].split(";") if one)}
        for log in logs
    ]


def _chosen(logs: list[Log], size: int, rng: np.random.Generator, *, since: int, code: str = "P") -> list[Log]:
    """Ordinary logs no plant has touched, and that no log relies on for its own grade."""
    relied = {log["linked"] for log in logs}
    free = [
        log
        for log in logs
        if not log["plant"] and not log["castle"] and log["scheme"] == "3x5x2" and log["minute"] >= since * WEEK
        and log["handling"] == code and log["key"] not in relied and not log["linked"]
    ]  # fmt: skip
    return [free[int(at)] for at in np.sort(rng.choice(len(free), size, replace=False))]


def _legacy(logs: list[Log], rng: np.random.Generator) -> None:
    """Some reports still carry the old scheme, in its own letters and numbers."""
    for log in _chosen(logs, round(LEGACY_SHARE * len(logs)), rng, since=0):
        log["scheme"], log["plant"] = "5x5x5", "legacy"
        log["source_grade"] = str(rng.choice(list("ABCDE"), p=[0.05, 0.25, 0.15, 0.05, 0.5]))
        log["information_grade"] = str(rng.choice(list("12345"), p=[0.05, 0.2, 0.15, 0.57, 0.03]))
        log["handling"] = str(rng.choice(list("12345"), p=[0.8, 0.08, 0.02, 0.05, 0.05]))
        log["marking"] = "OFFICIAL-SENSITIVE"
        if log["handling"] != "1":
            log["conditions"] = "As given under the old code, consult originator"
            log["audiences"] = str(rng.choice(["unit", "internal"]))
            log["review"] = log["minute"] // DAY + 120


def _doubtful_requirement(logs: list[Log], rng: np.random.Generator) -> None:
    """One requirement is named only by logs that cannot be judged or are thought false."""
    wanted = [log for log in _chosen(logs, 900, rng, since=LAST - 6) if log["topic"] == "cuckooing"]
    for log, grade in zip(wanted, "DDDEE", strict=False):
        log["requirement"], log["information_grade"], log["plant"] = DOUBTFUL, grade, "doubtful requirement"


def _revealing(logs: list[Log], rng: np.random.Generator) -> None:
    """A dozen logs say who told us."""
    for log, (sentence, phrase) in zip(
        _chosen(logs, len(log_words.REVEALING), rng, since=LAST - 1), log_words.REVEALING, strict=True
    ):
        log["text"], log["plant"], log["phrase"] = f"{log['text']} {sentence}", "revealing", phrase


def _to_grade(logs: list[Log], rng: np.random.Generator) -> None:
    """Sixty logs came in without a handling code, without a marking, or without both."""
    for what, size in TO_GRADE:
        for log in _chosen(logs, size, rng, since=LAST - 2):
            log["plant"] = "to grade"
            log.update({"handling": ""} if what != "marking" else {}, **({"marking": ""} if what != "handling" else {}))


def _reviews(logs: list[Log], rng: np.random.Generator) -> None:
    """Conditional logs whose review day has passed, and one whose day is today."""
    for at, log in enumerate(_chosen(logs, OVERDUE + DUE_TODAY, rng, since=0, code="C")):
        first = log["minute"] // DAY + 1
        log["plant"] = "overdue" if at < OVERDUE else "due today"
        log["review"] = AS_AT_DAY if at >= OVERDUE else int(rng.integers(min(first, AS_AT_DAY - 1), AS_AT_DAY))


def _unknown_handling(logs: list[Log], rng: np.random.Generator) -> None:
    """Two logs carry a handling code nobody knows."""
    for log in _chosen(logs, 2, rng, since=LAST - 8):
        log["handling"], log["plant"] = "X", "unknown handling"


def _planted(key: str, day: int, hour: int, **fields: str) -> Log:
    """A log written for a plant; ``day`` counts from the Monday of the last week."""
    minute = LAST * WEEK + day * DAY + hour * 60 + 11
    usual = {
        "scheme": "3x5x2", "source_grade": "2", "information_grade": "C", "handling": "P", "conditions": "",
        "audiences": "", "marking": "OFFICIAL-SENSITIVE", "requirement": "", "linked": "", "castle": "", "topic": "",
    }  # fmt: skip
    return {**usual, "key": key, "minute": minute, "review": minute // DAY + 6 * 365, **fields}


def _circular(rng: np.random.Generator) -> list[Log]:
    """Five logs by four routes on one person that all go back to the same first report."""
    origin = f"R{99991 + int(rng.integers(1, 9)):06d}"
    story = (
        ("circular-1", -9, 9, "Crimestoppers", origin, "", "{p} is collecting stolen rings from {q} in a lay-by.", "D"),
        (
            "circular-2",
            -7,
            14,
            "partner",
            origin,
            "circular-1",
            "Information held that {p} buys stolen rings from {q}.",
            "C",
        ),
        (
            "circular-3",
            -4,
            10,
            "officer",
            "",
            "circular-2",
            "{p} is understood to handle stolen jewellery for {q}.",
            "C",
        ),
        ("circular-4", -1, 16, "public", origin, "", "People say {p} buys rings from {q} without asking.", "D"),
        ("circular-5", 2, 11, "partner", "", "circular-4", "{p} continues to buy stolen jewellery from {q}.", "C"),
    )
    return [
        _planted(
            key, day, hour, provenance=route, origin=traced, linked=linked, information_grade=grade,
            text=text.format(p=CIRCULAR_SUBJECT, q="N0118"), subjects=f"{CIRCULAR_SUBJECT};N0118",
            priority="burglary", area="C2", plant="circular",
        )
        for key, day, hour, route, traced, linked, text, grade in story
    ]  # fmt: skip


def _false_claim(rng: np.random.Generator) -> list[Log]:
    """Four sound logs on one person, and four vivid ones that are thought to be false."""
    sound = (
        "{p} argues with door staff in {w} at weekends.", "{p} was seen running from a fight in {w}.",
        "{p} has been barred from two venues in {w}.", "{p} meets others in {w} before closing time.",
    )  # fmt: skip
    vivid = (
        "{p} keeps a machete and two pistols under the floor of A0030 and will use them on Friday.",
        "{p} has three pistols at A0030 and has named a victim for Friday.",
        "{p} showed a pistol and a machete at A0030 and said blood will flow.",
        "{p} is about to shoot a rival and has the weapons ready at A0030.",
    )
    logs = []
    for kind, texts, grade in (("sound", sound, "C"), ("false claim", vivid, "E")):
        for at, text in enumerate(texts):
            fields = {
                "text": text.format(p=TRAP_SUBJECT, w="Elmfield"), "information_grade": grade, "source_grade": "3" if grade == "E" else "2",
                "subjects": TRAP_SUBJECT if grade == "C" else f"{TRAP_SUBJECT};A0030", "origin": f"R{100011 + at + 10 * (grade == 'E'):06d}",
                "provenance": ("public", "officer", "partner", "Crimestoppers")[at],
            }  # fmt: skip
            day, hour = 1 + at, int(rng.integers(8, 20))
            logs.append(_planted(f"{kind}-{at}", day, hour, priority="violence", area="E3", plant=kind, **fields))
    return logs
