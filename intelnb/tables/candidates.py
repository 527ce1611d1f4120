"""Candidates in the text of logs: what is written as an identifier or as a known name, for a person to confirm."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from intelnb.doctrine import identifiers as code_table
from intelnb.stats import identifiers, known_names, name_forms
from intelnb.tables import standing

COLUMNS = [
    "urn", "received", "standing", "conditional", "kind", "value", "found", "start", "end", "rule", "strength", "entity",
]  # fmt: skip
REFERENCE = "reference of a known entity"
PERSON = "person"  # the type whose names have first and last names


def refusal(logs: pd.DataFrame) -> tuple[str, str]:
    """Say why the text of logs cannot be read at all: status and reason, both blank when it can.

    Examples
    --------
    >>> logs = pd.DataFrame({"urn": ["1"], "received": pd.Timestamp("2026-11-09")})
    >>> logs.attrs["withheld"] = ("text",)
    >>> refusal(logs)
    ('not assessed', 'the text of logs is withheld from this audience')
    """
    status, reason = standing.refusal(logs)
    if not status and "text" not in logs:
        is_withheld = "text" in logs.attrs.get("withheld", ())
        return "not assessed", f"the text of logs is {'withheld from this audience' if is_withheld else 'not there'}"
    return status, reason


def in_logs(logs: pd.DataFrame, entities: pd.DataFrame | None = None, *, year: int) -> tuple[pd.DataFrame, int]:
    """Read every text by the rules of the code table, and for the names and references of known entities.

    Parameters
    ----------
    logs
        The logs table with its `text`.
    entities
        The entities table; names are looked for only where this audience may have them.
    year
        Year the logs are read in: vehicle marks of an age issued later are weak.

    Returns
    -------
    tuple
        Table `urn, received, standing, conditional, kind, value, found, start, end, rule, strength, entity`, in the
        order of the logs and of their text; and how many readings lost their stretch to a better one. A known
        entity has its id in `entity` and its type as `kind`; several may tie for one stretch.

    Examples
    --------
    >>> logs = pd.DataFrame({"urn": ["1"], "received": pd.Timestamp("2026-11-09"), "scheme": "3x5x2", "source_grade": "2",
    ...     "information_grade": "B", "to_grade": False, "conditional": False, "text": "N7 left in AB12 CDE"})
    >>> known = pd.DataFrame({"id": ["N7"], "type": ["person"], "name": ["Ann Other"]})
    >>> in_logs(logs, known, year=2026)[0][["kind", "value", "start", "entity"]].values.tolist()
    [['person', 'N7', 0, 'N7'], ['vehicle', 'AB12 CDE', 11, '']]
    """
    rules = _rules()
    references, names, owners = _known(entities, rules, year)
    told = logs.assign(standing=standing.standing(logs))
    rows, lost = [], 0
    columns = ("urn", "received", "standing", "conditional", "text")
    for urn, received, worth, conditional, text in zip(*(told[name] for name in columns), strict=True):
        read = [*_named(text, references), *_named(text, names)]
        taken = [(start, end) for start, end, *_ in read]
        marks, beaten = identifiers.marks(text, rules, year=year)
        free = [one for one in marks if all(one.end <= a or one.start >= b for a, b in taken)]
        lost += beaten + len(marks) - len(free)
        read += [(m.start, m.end, m.kind, m.value, m.rule, m.strength, owners.get(m.value, "")) for m in free]
        rows += [
            (urn, received, worth, bool(conditional), kind, value, text[start:end], start, end, rule, strength, entity)
            for start, end, kind, value, rule, strength, entity in sorted(set(read))
        ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"start": "int64", "end": "int64", "conditional": bool}), lost


Reading = tuple[int, int, str, str, str, str, str]


@dataclass(frozen=True, eq=False)
class Known:
    """Known entities by one of the ways a text may name them."""

    ids: list[str]
    types: list[str]
    told: list[str]
    index: known_names.Index
    is_reference: bool


def _rules() -> identifiers.Rules:
    """The code table as rules."""
    return identifiers.Rules(
        tuple(identifiers.Rule(**row) for row in code_table.rules()), code_table.words(), code_table.postcode_areas()
    )


def _known(entities: pd.DataFrame | None, rules: identifiers.Rules, year: int) -> tuple[Known, Known, dict[str, str]]:
    """References and names of known entities, prepared for looking up, and whose each known identifier is.

    A name that is an identifier (a vehicle's mark, a telephone's number) is looked for as one, however it is spaced.
    """
    if entities is None or entities.empty:
        entities = pd.DataFrame({"id": [], "type": []}, dtype="str")
    ids, types = entities["id"].tolist(), entities["type"].tolist()
    names = entities["name"].tolist() if "name" in entities else [""] * len(ids)
    owners: dict[str, str] = {}
    for at, name in enumerate(names):
        found, _ = identifiers.marks(name, rules, year=year)
        if len(found) == 1 and found[0].end - found[0].start == len(name):
            owners.setdefault(found[0].value, ids[at])
            names[at] = ""
    return (
        Known(ids, types, ids, known_names.index(ids), is_reference=True),
        Known(ids, types, names, known_names.index(names, [one == PERSON for one in types]), is_reference=False),
        owners,
    )


def _named(text: str, known: Known) -> list[Reading]:
    """Every known entity a text names, by reference (exactly as it is written) or by name."""
    found: list[Reading] = []
    for one in known_names.find(text, known.index):
        if known.is_reference and one.rule not in (name_forms.EXACT, name_forms.ALONE):
            continue
        rule = REFERENCE if known.is_reference else one.rule
        strength = "strong" if known.is_reference else name_forms.STRENGTH[one.rule]
        entity, kind, value = known.ids[one.name], known.types[one.name], known.told[one.name]
        found.append((one.start, one.end, kind, value, rule, strength, entity))
    return found
