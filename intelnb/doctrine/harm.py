"""Harm weights: the force's own tables or a labelled invented one, their versions, and what has no weight.

A kind without a weight has no harm figure; it never counts as zero. Harm (days from the guideline's starting
point) and severity (days from sentences passed) are two measures: each is named, and they are never mixed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.errors import MethodError, together

HARM, SEVERITY = "harm", "severity"
MEASURES = {HARM: "harm: days from where the guideline starts", SEVERITY: "severity: days from sentences passed"}
ONE_LABEL = frozenset({"violence and sexual offences", "violent crime"})
ONE_LABEL_TOLD = "One label holds light and grave violence: weights inside it differ more than 500-fold."
KEYS = ("measure", "source", "version", "effective_from")


@dataclass(frozen=True, eq=False)
class HarmTable:
    """Weights in days per kind of crime, and the label they must be shown with.

    `provisional` are the kinds whose weight its source calls provisional; `effective_from` is None where the table does
    not say.
    """

    label: str
    weights: Mapping[str, float]
    measure: str = HARM
    version: str = ""
    effective_from: date | None = None
    provisional: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_invented(self) -> bool:
        """Whether the table says of itself that it is invented."""
        return "invented" in self.label.lower()

    def days(self, kinds: pd.Series) -> NDArray[np.float64]:
        """Weight of each crime by its kind; not-a-number where its kind has none."""
        weights = kinds.astype(str).map(dict(self.weights))
        return np.asarray(weights.to_numpy(dtype=np.float64), dtype=np.float64)

    def without_weight(self, kinds: pd.Series) -> tuple[str, ...]:
        """Name the kinds among these that have no weight, each once."""
        return tuple(sorted(set(kinds.astype(str)) - self.weights.keys()))

    def caveats(self, kinds: pd.Series) -> tuple[str, ...]:
        """What a reader of weighted crimes of these kinds must know: source, what is missing, what is provisional."""
        told = [f"{MEASURES[self.measure][0].upper()}{MEASURES[self.measure][1:]}. Weights: {self.label}."]
        if missing := self.without_weight(kinds):
            told.append(f"No weight for {', '.join(missing)}: their {self.measure} is left out, so it is understated.")
        if used := sorted(self.provisional & set(kinds.astype(str))):
            told.append(f"Provisional in their source: the weights of {', '.join(used)}.")
        if hides_grave_violence(kinds):
            told.append(ONE_LABEL_TOLD)
        return tuple(told)


def hides_grave_violence(kinds: Iterable[str]) -> bool:
    """Whether one of these kinds is the open data's label that holds all violence, from a shove to a killing.

    Examples
    --------
    >>> hides_grave_violence(["Violence-and-sexual-offences"]), hides_grave_violence(["robbery"])
    (True, False)
    """
    return bool(ONE_LABEL & {str(kind).lower().replace("-", " ").replace("_", " ") for kind in kinds})


def table(rows: pd.DataFrame) -> HarmTable:
    """Read one table of harm weights, refusing one that could mislead.

    Parameters
    ----------
    rows
        Columns `kind`, `weight_days` (days, above zero) and `source` (name of the table); and, where the table says,
        `version`, `effective_from` (first day it counts from), `measure` ("harm", also when blank, or "severity") and
        `provisional` ("yes" where its source calls the weight so). All but `kind`, `weight_days` and
        `provisional` the same in every row. No rows mean no table: nothing is ranked by harm then.

    Raises
    ------
    MethodError
        Naming every kind given twice, every weight that is missing or not above zero, and what is mixed.

    Examples
    --------
    >>> table(pd.DataFrame({"kind": ["robbery"], "weight_days": [300.0], "source": ["invented, v1"]})).is_invented
    True
    """
    rows = _filled(rows)
    faults = _faults(rows)
    if faults:
        raise together(faults, what="The harm weights cannot be used", now="Correct the table.", kind=MethodError)
    if not len(rows):
        return HarmTable("", MappingProxyType({}))
    measure, source, version, day = (rows[key].iloc[0] for key in KEYS)
    since = None if pd.isna(day) else pd.Timestamp(day).date()
    known = (source, f"version {version}" if version else "", f"in force from {since}" if since else "")
    label = ", ".join(word for word in known if word)
    weights = {kind: float(days) for kind, days in zip(rows["kind"], rows["weight_days"], strict=True)}
    provisional = frozenset(rows.loc[rows["provisional"] == "yes", "kind"])
    return HarmTable(label, MappingProxyType(weights), measure, version, since, provisional)


def tables(rows: pd.DataFrame) -> tuple[HarmTable, ...]:
    """Read every table among the rows: one for each measure, source, version and first day; earliest first.

    Raises
    ------
    MethodError
        As `table`, for the first that cannot be used.

    Examples
    --------
    >>> rows = pd.DataFrame({"kind": "robbery", "weight_days": [300.0, 320.0], "source": "invented", "version": ["1", "2"]})
    >>> [one.version for one in tables(rows)]
    ['1', '2']
    """
    if not len(rows):
        return ()
    filled = _filled(rows)
    keys = list(zip(*(filled[key].astype(str) for key in KEYS), strict=True))
    found = [table(filled[[other == key for other in keys]]) for key in dict.fromkeys(keys)]
    return tuple(sorted(found, key=lambda one: (one.measure, one.effective_from or date.min, one.version)))


def in_force(rows: pd.DataFrame, *, on: date, measure: str = HARM) -> HarmTable:
    """Choose the table of one measure that counts on a day: the latest whose first day has come.

    A table that names no first day counts always, and gives way to one that does. No table of the measure gives
    one without weights.

    Raises
    ------
    MethodError
        As `table`; for a measure we do not know; when all tables of the measure begin later; and when two begin
        on the same day, so that nobody could say which was used.

    Examples
    --------
    >>> rows = pd.DataFrame({"kind": "robbery", "weight_days": [300.0, 320.0], "source": "invented", "version": ["1", "2"],
    ...     "effective_from": pd.to_datetime(["2026-04-01", "2027-04-01"])})
    >>> in_force(rows, on=date(2026, 11, 16)).weights["robbery"]
    300.0
    """
    if measure not in MEASURES:
        raise MethodError(what=f"'{measure}' is not a measure", now=f"Choose one of: {', '.join(MEASURES)}.")
    known = [one for one in tables(rows) if one.measure == measure]
    if not known:
        return HarmTable("", MappingProxyType({}), measure)
    begun = [one for one in known if (one.effective_from or date.min) <= on]
    if not begun:
        first = known[0].effective_from or date.min
        raise MethodError(
            what=f"every table of {measure} begins after {on}, the first on {first}",
            now="Load the version that counted then.",
        )
    latest = begun[-1]
    if len(begun) > 1 and begun[-2].effective_from == latest.effective_from:
        raise MethodError(
            what=f"two tables of {measure} begin together: {begun[-2].label}; {latest.label}",
            now="Give each version its effective_from.",
        )
    return latest


def _filled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every column there may be, blanks where a table does not say."""
    texts = {
        name: rows[name].fillna("").astype(str).str.strip() if name in rows else ""
        for name in ("source", "version", "measure", "provisional")
    }
    days = rows["effective_from"] if "effective_from" in rows else pd.Series(pd.NaT, index=rows.index)
    filled = rows.assign(kind=rows["kind"].astype(str), effective_from=pd.to_datetime(days), **texts)
    return filled.assign(measure=filled["measure"].replace("", HARM), provisional=filled["provisional"].str.lower())


def _faults(rows: pd.DataFrame) -> list[str]:
    """Everything that could mislead about one table."""
    kinds = rows["kind"]
    faults = [f"'{kind}' stands twice" for kind in dict.fromkeys(kinds[kinds.duplicated()])]
    weights = {kind: float(weight) for kind, weight in zip(kinds, rows["weight_days"], strict=True)}
    faults += [f"'{kind}' has no weight above zero" for kind, w in weights.items() if not (math.isfinite(w) and w > 0)]
    faults += [f"'{word}' is not a measure" for word in dict.fromkeys(rows["measure"]) if word not in MEASURES]
    odd = [word for word in dict.fromkeys(rows["provisional"]) if word not in {"", "yes", "no"}]
    faults += [f"provisional is '{word}', not yes or no" for word in odd]
    sources = tuple(dict.fromkeys(rows["source"]))
    mixed = any(len(set(rows[key].astype(str))) > 1 for key in KEYS)
    if mixed or sources == ("",):
        faults.append("every row must name one and the same source and version")
    return faults
