"""The crime system's yearly export: the force's own headings, a few unusable rows and what was put into it."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from intelnb.sample import crimes, series, words
from intelnb.sample.series import LAST, PINNED

HEADINGS = [
    "Crime Number", "HO Class", "Offence Title", "Date Reported", "Date Recorded", "Committed From", "Committed To",
    "Beat", "Easting", "Northing", "Location", "MO", "Status", "Outcome", "Flags",
]  # fmt: skip
UNUSABLE = (
    (2025, "Committed From", "31/02/2025 21:15", "impossible date"),
    (2025, "Easting", "64B310", "letters in a number"),
    (2026, "Date Reported", "00/00/2026 00:00", "impossible date"),
    (2026, "Committed To", -21, "end before start"),
    (2026, "Committed To", -35, "end before start"),
    (2026, "Offence Title", "Unallocated 99/999", "unknown offence title"),
    (2026, "Offence Title", "Miscellaneous - recode", "unknown offence title"),
    (2026, "Easting", "NOT KNOWN", "letters in a number"),
)


@dataclass(frozen=True, eq=False)
class Export:
    """The rows as text with what is known of each, and the list of unusable rows."""

    rows: pd.DataFrame
    known: pd.DataFrame
    unusable: list[dict[str, Any]]


def clock(minute: pd.Series) -> pd.Series:
    """Minutes since the first Monday as dd/mm/yyyy HH:MM."""
    moment = pd.Timestamp(series.START) + pd.to_timedelta(minute, unit="min")
    return moment.dt.strftime("%d/%m/%Y %H:%M").astype(object)


def export(table: pd.DataFrame, *, rng: np.random.Generator) -> Export:
    """Put the crimes into the words and headings of the force's export."""
    known = table.copy()
    pinned = _pinned(known)
    known["year"] = (pd.Timestamp(series.START) + pd.to_timedelta(known["recorded"], unit="min")).dt.year
    known["unusable"] = _unusable_rows(known, pinned, rng)
    known["unplaced"] = (rng.random(len(known)) < 0.032) & ~pinned & (known["unusable"] < 0) & (known["plant"] == "")
    known["status"], known["outcome"] = _status(known, pinned, rng)
    number = known.groupby("year").cumcount() + 1
    known["id"] = [f"NP/{year % 100:02d}/{n:07d}" for year, n in zip(known["year"], number, strict=True)]
    rows = pd.DataFrame({"Crime Number": known["id"]})
    rows["Offence Title"], rows["HO Class"] = crimes.titles(known["kind"], rng=rng)
    for heading, column in (("Date Reported", "reported"), ("Date Recorded", "recorded"), ("Committed From", "start")):
        rows[heading] = clock(known[column])
    rows["Committed To"] = clock(known["end"]).where(~known["blank_end"], "")
    rows["Beat"] = known["ward"]
    for heading, column in (("Easting", "easting"), ("Northing", "northing")):
        rows[heading] = known[column].astype(int).astype(str).astype(object).where(~known["unplaced"], "")
    rows["Location"] = known["location"]
    rows["MO"] = _methods(known, rng)
    rows["Status"], rows["Outcome"], rows["Flags"] = known["status"], known["outcome"], known["flags"]
    return _spoilt(rows[HEADINGS], known)


def _pinned(known: pd.DataFrame) -> pd.Series:
    """Rows that a fixed count is made of: never cancelled, never without a place."""
    fixed = pd.Series(False, index=known.index)
    for name, week in PINNED:
        if name == "domestic repeat":
            chosen = known["flags"].str.startswith("domestic;repeat victim")
        else:
            chosen = known["series"] == name
        fixed |= chosen & (known["week"] == week)
    return fixed


def _unusable_rows(known: pd.DataFrame, pinned: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Which rows will be spoilt, and by which fault: thefts and the like, away from every plant."""
    fault = np.full(len(known), -1)
    plain = known["kind"].isin(["theft", "criminal damage", "shoplifting"]) & ~pinned & (known["ward"] != "S4")
    plain &= (known["week"] < LAST - 20) & (known["flags"] == "")
    for at, (year, *_) in enumerate(UNUSABLE):
        fault[rng.choice(np.flatnonzero(plain & (known["year"] == year) & (fault < 0)))] = at
    return fault


def _status(known: pd.DataFrame, pinned: pd.Series, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Status and outcome: older crimes are more often finished."""
    draw, age = rng.random(len(known)), series.AS_AT_MINUTE - known["recorded"].to_numpy()
    usable = (~pinned & (known["unusable"] < 0) & (known["plant"] == "")).to_numpy()
    detected = draw > np.where(age > 60 * series.DAY, 0.83, 0.95)
    status = np.where(detected, "Detected", "Live").astype(object)
    status[usable & (draw < 0.010)] = "Cancelled"
    status[usable & (draw >= 0.010) & (draw < 0.015)] = "Transferred"
    done = rng.choice(np.array(words.OUTCOMES, dtype=object), len(known), p=[0.7, 0.12, 0.18])
    open_ = rng.choice(np.array(words.UNDETECTED, dtype=object), len(known), p=[0.45, 0.2, 0.15, 0.2])
    open_ = np.where(age < 10 * series.DAY, "", open_)
    return status, np.where(status == "Detected", done, np.where(status == "Live", open_, ""))


def _methods(known: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Short text on how each crime was done."""
    text = np.empty(len(known), dtype=object)
    for kind, slots in words.METHODS.items():
        rows = np.flatnonzero((known["kind"] == kind).to_numpy())
        picks = [rng.choice(np.array(slot, dtype=object), len(rows)) for slot in slots]
        text[rows] = picks[0] + ", " + picks[1] + ", " + picks[2]
    planted = np.flatnonzero(known["plant"].str.startswith("burglary"))
    taken = rng.choice(np.array(["jewellery taken", "cash taken", "nothing taken"], dtype=object), len(planted))
    text[planted] = "Rear door forced with flat tool, bedrooms searched, " + taken
    return text


def _spoilt(rows: pd.DataFrame, known: pd.DataFrame) -> Export:
    """Spoil the chosen rows and say where they stand: the header is line 1."""
    spoilt, notes = rows.copy(), []
    line = known.groupby("year").cumcount() + 2
    lines, faults = line.to_list(), known["unusable"].to_list()
    for row in [at for at, fault in enumerate(faults) if fault >= 0]:
        year, column, put, why = UNUSABLE[faults[row]]
        value = put if isinstance(put, str) else clock(known["start"].iloc[[row]] + put * series.DAY).iloc[0]
        spoilt.iloc[row, HEADINGS.index(column)] = value
        notes.append(
            {"file": f"crimes/crimes_{year}.csv.gz", "line": lines[row], "column": column, "value": value, "why": why}
        )
    return Export(spoilt, known, notes)


def gzipped(text: str) -> bytes:
    """Text compressed without a name or a time, so that the same text gives the same bytes."""
    held = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=held, mtime=0) as packed:
        packed.write(text.encode("utf-8"))
    return held.getvalue()


def write(folder: Path, made: Export) -> list[Path]:
    """Write one file for each year of recording."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for year, rows in made.rows.groupby(made.known["year"]):
        path = folder / f"crimes_{year}.csv.gz"
        path.write_bytes(gzipped(rows.to_csv(index=False, lineterminator="\n")))
        paths.append(path)
    return paths
