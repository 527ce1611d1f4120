"""Fourteen weeks of invented intelligence logs, about sixty a day, before the plants are put in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from intelnb.sample import county, log_words, network
from intelnb.sample.series import DAY, LAST, WEEK

FIRST_WEEK = LAST - 13  # Monday 2026-08-10
CASTLE = "C1"
CASTLE_USUAL = 9
CASTLE_GROWTH = {LAST - 3: 12, LAST - 2: 15, LAST - 1: 18, LAST: 22}
CASTLE_ORIGINS = 6  # independent origins behind the 22 logs of the last week
RESERVED = ("N0007", "N0011")  # persons only the plants may name
REQUIREMENTS = {
    "burglary": ("IR-01", "IR-02"),
    "violence": ("IR-03",),
    "cuckooing": ("IR-04",),
    "vehicle": ("IR-06", "IR-08"),
}
HOURS = np.array([2, 2, 1, 1, 1, 1, 2, 5, 8, 9, 9, 9, 8, 8, 8, 8, 8, 7, 6, 6, 5, 4, 4, 3], dtype=float)
Log = dict[str, Any]


@dataclass
class Desk:
    """What the invented unit has heard so far: persons by topic, origins by route, first-hand logs by topic."""

    rng: np.random.Generator
    persons: dict[str, list[str]]
    origins: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    first_hand: dict[str, list[int]] = field(default_factory=dict)
    used: int = 0

    def origin(self, topic: str, route: str) -> str:
        """A new opaque reference, or one the same route has used for the topic before."""
        known = self.origins.setdefault((topic, route), [])
        if known and self.rng.random() < 0.28:
            return known[int(self.rng.integers(max(0, len(known) - 12), len(known)))]
        known.append(self.new_origin())
        return known[-1]

    def new_origin(self) -> str:
        """A reference that says nothing: numbers in an order without meaning."""
        self.used += 1
        return f"R{(self.used * 7919 + 104729) % 99991:05d}"


def desk(members: list[str], *, rng: np.random.Generator) -> Desk:
    """Give every topic its own circle of persons; the organised group is heard of under three of them."""
    free = [f"N{n:04d}" for n in range(1, network.PERSONS + 1) if f"N{n:04d}" not in (*RESERVED, *members)]
    persons = {}
    for at, topic in enumerate(log_words.TEXTS):
        circle = [free[n] for n in range(at, len(free), 4)]
        extra = members if topic in ("burglary", "vehicle", "cuckooing") else []
        persons[topic] = [str(one) for one in rng.permutation(np.array([*circle, *extra]))]
    return Desk(rng, persons)


def draw(members: list[str], *, rng: np.random.Generator) -> list[Log]:
    """All ordinary logs in the order they were received, and Castle's growing number about cuckooing."""
    held: list[Log] = []
    heard = desk(members, rng=rng)
    for week in range(FIRST_WEEK, LAST + 1):
        todo = [(topic, "") for topic, mean in log_words.WEEKLY.items() for _ in range(int(rng.poisson(mean)))]
        castle = CASTLE_GROWTH.get(week) or int(np.clip(rng.poisson(CASTLE_USUAL), 7, 11))
        todo += [("cuckooing", CASTLE)] * castle
        minutes = np.sort(_received(week, len(todo), rng))
        for at, minute in zip(rng.permutation(len(todo)), minutes, strict=True):
            topic, ward = todo[int(at)]
            held.append(_log(topic, ward, int(minute), held, heard))
            if held[-1]["information_grade"] == "A":
                heard.first_hand.setdefault(topic + ward, []).append(len(held) - 1)
    _castle_last_week(held, heard)
    return held


def _received(week: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Minutes of receipt within one week, mostly by day."""
    hour = rng.choice(24, size, p=HOURS / HOURS.sum())
    return week * WEEK + rng.integers(0, 7, size) * DAY + hour * 60 + rng.integers(0, 60, size)


def _names(topic: str, ward: str, heard: Desk) -> dict[str, str]:
    """Who and what a sentence of a topic may name; some persons come up far more often."""
    rng, circle = heard.rng, heard.persons[topic]
    rank = np.minimum((rng.pareto(0.9, 4) * 4).astype(int), len(circle) - 1)
    person = circle[int(rank[0])]
    other = next((circle[int(one)] for one in rank[1:] if circle[int(one)] != person), circle[-1])
    other = other if other != person else circle[-2]
    usual = network.ADDRESSES - len(network.NEW_ADDRESSES)
    return {
        "p": person,
        "q": other,
        "v": f"V{int(rng.integers(1, network.VEHICLES + 1)):04d}",
        "a": f"A{int(rng.integers(1, 9) if ward == CASTLE and topic else rng.integers(9, usual + 1)):04d}",
        "t": f"T{int(rng.integers(1, network.TELEPHONES + 1)):04d}",
        "b": f"B{int(rng.integers(1, network.ORGANISATIONS + 1)):04d}",
        "w": county.WARDS[ward][0],
    }


def said(topic: str, names: dict[str, str], rng: np.random.Generator) -> tuple[str, str]:
    """One sentence, and the entities it names in the order it names them."""
    texts = log_words.TEXTS[topic]
    text = texts[int(rng.integers(len(texts)))]
    spots = sorted((text.index("{" + key + "}"), names[key]) for key in names if key != "w" and "{" + key + "}" in text)
    return text.format(**names), ";".join(dict.fromkeys(name for _, name in spots))


def _log(topic: str, castle: str, minute: int, held: list[Log], heard: Desk) -> Log:
    """One ordinary log."""
    rng = heard.rng
    elsewhere = [code for code in county.WARDS if not (topic == "cuckooing" and code == CASTLE)]
    ward = castle or elsewhere[int(rng.integers(len(elsewhere)))]
    route = str(rng.choice(list(log_words.ROUTES), p=[one[0] for one in log_words.ROUTES.values()]))
    _, source_odds, information_odds = log_words.ROUTES[route]
    source, information = (
        str(rng.choice(list("123"), p=source_odds)),
        str(rng.choice(list("ABCDE"), p=information_odds)),
    )
    origin, names, linked = heard.origin(topic, route), _names(topic, ward, heard), ""
    if information == "B":
        # B needs a first-hand report of another origin that says the same
        earlier = [at for at in heard.first_hand.get(topic + castle, [])[-15:] if held[at]["origin"] != origin]
        if earlier:
            chosen = earlier[int(rng.integers(len(earlier)))]
            linked = str(chosen)
        else:
            information = "C"
    text, subjects = said(topic, names, rng)
    area = _area(ward, castle, topic, rng)
    if linked:
        ground = held[int(linked)]
        text, subjects, area = f"Separately reported: {ground['text']}", ground["subjects"], ground["area"]
    log = {
        "minute": minute, "scheme": "3x5x2", "source_grade": source, "information_grade": information, "names": names,
        "area": area, "priority": _priority(topic, castle, rng),
        "requirement": _requirement(topic, rng), "subjects": subjects, "text": text, "linked": linked,
        "provenance": route, "origin": origin, "topic": topic, "castle": castle, "plant": "",
    }  # fmt: skip
    return {**log, **handling(minute, castle, rng)}


def handling(minute: int, castle: str, rng: np.random.Generator) -> Log:
    """Handling code, conditions, who may see it, marking and the day of its next review."""
    conditional = rng.random() < (0.05 if castle else 0.125)
    if conditional:
        # Castle's conditional logs may all be seen inside the force, so that its weekly number is one number
        options = [one for one in log_words.CONDITIONS if not castle or "internal" in one[1]]
        conditions, audiences = options[int(rng.integers(len(options)))]
        review = minute // DAY + 120
    else:
        conditions, audiences, review = "", "", minute // DAY + 6 * 365
    marking = "OFFICIAL-SENSITIVE" if conditional or rng.random() < 0.86 else "OFFICIAL"
    code = "C" if conditional else "P"
    return {"handling": code, "conditions": conditions, "audiences": audiences, "marking": marking, "review": review}


def _area(ward: str, castle: str, topic: str, rng: np.random.Generator) -> str:
    """A ward, sometimes two, sometimes none."""
    draw = rng.random()
    if castle or draw > 0.07:
        return ward
    second = [code for code in county.WARDS if code != ward and not (topic == "cuckooing" and code == CASTLE)]
    return "" if draw < 0.04 else f"{ward};{second[int(rng.integers(len(second)))]}"


def _priority(topic: str, castle: str, rng: np.random.Generator) -> str:
    """The priority's code, now and then a second one, or nothing."""
    if not topic or castle or rng.random() > 0.03:
        return topic
    second = [code for code in ("burglary", "violence", "vehicle") if code != topic]
    return f"{topic};{second[int(rng.integers(len(second)))]}"


def _requirement(topic: str, rng: np.random.Generator) -> str:
    """The intelligence requirement a log answers; most answer none."""
    codes = REQUIREMENTS.get(topic, ())
    return codes[int(rng.integers(len(codes)))] if codes and rng.random() < 0.1 else ""


def _castle_last_week(held: list[Log], heard: Desk) -> None:
    """Castle's last week: 22 logs that go back to six origins and name four addresses for the first time."""
    rows = [log for log in held if log["castle"] and log["minute"] >= LAST * WEEK]
    origins = [heard.new_origin() for _ in range(CASTLE_ORIGINS)]
    routes = ("officer", "public", "partner", "Crimestoppers", "partner", "public")
    grades = "AAACCCCCDDDDDDDCCDDACE"
    sources = {"officer": "1", "Crimestoppers": "2", "partner": "2", "public": "2"}
    for at, log in enumerate(rows):
        turn = at % CASTLE_ORIGINS
        log["origin"], log["provenance"], log["linked"] = origins[turn], routes[turn], ""
        log["information_grade"] = grades[at]
        log["source_grade"] = sources[routes[turn]]
        if at < 2 * len(network.NEW_ADDRESSES):
            names = {**log["names"], "a": network.NEW_ADDRESSES[at % len(network.NEW_ADDRESSES)]}
            log["text"], log["subjects"] = (
                "{p} is using {a} and the tenant is not seen.".format(**names),
                f"{names['p']};{names['a']}",
            )
        log["plant"] = "castle cuckooing"
