"""Invented persons, vehicles, addresses, organisations and telephones, and who is linked to whom."""

from __future__ import annotations

import numpy as np
import pandas as pd

from intelnb.sample import words

PERSONS, VEHICLES, ADDRESSES, ORGANISATIONS, TELEPHONES = 150, 50, 60, 15, 25
GROUP = 14
LINKS = 700
MOST_OTHERS = 4  # a person outside the group has at most this many associates
NEW_ADDRESSES = ("A0057", "A0058", "A0059", "A0060")  # first heard of in the last week

Link = tuple[str, str, str, float]


def entities(*, rng: np.random.Generator) -> pd.DataFrame:
    """Three hundred entities: id, type and a name that can be nobody's.

    Number plates and telephone numbers follow patterns that are never issued.
    """
    rows = [(f"N{n:04d}", "person", f"Nominal N{n:04d}") for n in range(1, PERSONS + 1)]
    rows += [(f"V{n:04d}", "vehicle", f"0Q{n:02d} 0NM") for n in range(1, VEHICLES + 1)]
    first = rng.choice(np.array(words.STREET_FIRST), ADDRESSES)
    last = rng.choice(np.array(words.STREET_LAST), ADDRESSES)
    number = rng.integers(201, 400, ADDRESSES)  # past the end of every street in the county
    rows += [(f"A{n + 1:04d}", "address", f"{number[n]} {first[n]} {last[n]}") for n in range(ADDRESSES)]
    rows += [(f"B{n:04d}", "organisation", f"Invented Trading {n:02d}") for n in range(1, ORGANISATIONS + 1)]
    rows += [(f"T{n:04d}", "telephone", f"00000 000{n:03d}") for n in range(1, TELEPHONES + 1)]
    return pd.DataFrame(rows, columns=["id", "type", "name"])


def group_members(*, rng: np.random.Generator) -> list[str]:
    """The fourteen persons of the planted organised group."""
    numbers = rng.choice(np.arange(20, PERSONS), GROUP, replace=False)
    return sorted(f"N{n:04d}" for n in numbers)


def links(members: list[str], logs: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """About 700 links, each with its dates, its weight and the log it came from.

    The group is the only set of persons in which everybody has at least five associates within the set.
    """
    pairs = _group(members, rng)
    pairs += _associates(members, rng)
    pairs += _belongings(LINKS - len(pairs), rng)
    table = pd.DataFrame(pairs, columns=["source", "target", "type", "weight"])
    begin = pd.Timestamp("2024-01-08") + pd.to_timedelta(rng.integers(0, 1000, len(table)), unit="D")
    until = begin + pd.to_timedelta(rng.integers(30, 400, len(table)), unit="D")
    over = (rng.random(len(table)) < 0.15) & (until < pd.Timestamp("2026-11-16"))
    table["start"] = begin.strftime("%Y-%m-%d")
    table["end"] = np.where(over, until.strftime("%Y-%m-%d"), "")
    table["weight"] = np.round(table["weight"], 1)
    table["urn"] = _sources(table, logs, rng)
    return table[["source", "target", "type", "start", "end", "weight", "urn"]]


def _group(members: list[str], rng: np.random.Generator) -> list[Link]:
    """Ties inside the group: each with three on either side of a ring, and two who know nearly all."""
    order = [str(one) for one in rng.permutation(np.array(members))]
    ties = {(at, (at + step) % GROUP) for at in range(GROUP) for step in (1, 2, 3)}
    ties |= {(hub, other) for hub in (0, 5) for other in range(0, GROUP, 2) if hub != other}
    unique = sorted({(min(pair), max(pair)) for pair in ties})
    pairs: list[Link] = [(order[a], order[b], "associate", float(rng.uniform(2, 5))) for a, b in unique]
    for thing, kind in (
        ("V0011", "uses"),
        ("V0023", "uses"),
        ("A0019", "visits"),
        ("T0007", "calls"),
        ("T0013", "calls"),
    ):
        pairs += [(order[int(n)], thing, kind, float(rng.uniform(2, 5))) for n in rng.choice(GROUP, 5, replace=False)]
    return pairs


def _associates(members: list[str], rng: np.random.Generator) -> list[Link]:
    """Everybody else: small circles, few associates each, and a handful of ties into the group."""
    others = [f"N{n:04d}" for n in range(1, PERSONS + 1) if f"N{n:04d}" not in members]
    known = dict.fromkeys(others, 0)
    pairs: dict[tuple[str, str], Link] = {}
    while len(pairs) < 190:
        at = int(rng.integers(0, len(others)))
        near = at + int(rng.integers(1, 5)) if rng.random() < 0.75 else int(rng.integers(0, len(others)))
        one, two = sorted((others[at], others[near % len(others)]))
        if one == two or (one, two) in pairs or max(known[one], known[two]) >= MOST_OTHERS - 1:
            continue
        known[one] += 1
        known[two] += 1
        kind = "family" if rng.random() < 0.25 else "associate"
        pairs[one, two] = (one, two, kind, float(rng.uniform(1, 4)))
    bridges = rng.choice(np.array(others), 8, replace=False)
    chosen = rng.choice(np.array(members), 8)
    ties: list[Link] = [(str(a), str(b), "associate", 1.0) for a, b in zip(bridges, chosen, strict=True)]
    return [*pairs.values(), *ties]


def _belongings(wanted: int, rng: np.random.Generator) -> list[Link]:
    """Who uses which car, lives where, calls whom and works for whom."""
    kinds = (
        ("V", VEHICLES, "uses", 0.28),
        ("A", ADDRESSES - len(NEW_ADDRESSES), "lives at", 0.4),
        ("T", TELEPHONES, "calls", 0.22),
        ("B", ORGANISATIONS, "works for", 0.1),
    )
    seen: dict[tuple[str, str], Link] = {}
    share = [one[3] for one in kinds]
    while len(seen) < wanted:
        letter, size, kind, _ = kinds[int(rng.choice(len(kinds), p=share))]
        person, thing = f"N{int(rng.integers(1, PERSONS + 1)):04d}", f"{letter}{int(rng.integers(1, size + 1)):04d}"
        if (person, thing) not in seen:
            seen[person, thing] = (person, thing, kind, float(rng.uniform(1, 4)))
    return list(seen.values())


def _sources(table: pd.DataFrame, logs: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    """For some links the log that names one of the two; for the others none was kept."""
    naming: dict[str, list[str]] = {}
    for urn, subjects in zip(logs["urn"], logs["subjects"], strict=True):
        for one in str(subjects).split(";"):
            naming.setdefault(one, []).append(str(urn))
    urns = []
    for source, draw, pick in zip(table["source"], rng.random(len(table)), rng.random(len(table)), strict=True):
        held = naming.get(source, [])
        urns.append(held[int(pick * len(held))] if held and draw < 0.45 else "")
    return urns
