"""The intelligence system's export: the force's own headings, one row a log."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from intelnb.sample import series
from intelnb.sample.crime_export import clock, gzipped
from intelnb.sample.intelligence import Log

# the force's heading: our name
HEADINGS = {
    "Log Reference": "urn", "Date Received": "received", "Grading Scheme": "scheme", "Source Evaluation": "source_grade",
    "Intelligence Assessment": "information_grade", "Handling Code": "handling", "Handling Conditions": "conditions",
    "Protective Marking": "marking", "Beat": "area", "Control Strategy Priority": "priority",
    "Requirement Answered": "requirement", "Linked Nominals": "subjects", "Information": "text",
    "Linked Logs": "linked", "Review Date": "review", "Dissemination List": "audiences", "Source Type": "provenance",
    "Origin Reference": "origin",
}  # fmt: skip


def table(logs: list[Log]) -> pd.DataFrame:
    """The logs under our own column names, as text."""
    held = pd.DataFrame(logs)
    held["received"] = clock(held["minute"])
    day = pd.Timestamp(series.START) + pd.to_timedelta(held["review"], unit="D")
    held["review"] = day.dt.strftime("%d/%m/%Y")
    return held[list(HEADINGS.values())]


def write(folder: Path, logs: list[Log]) -> list[Path]:
    """Write the one file of logs."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "intelligence_logs.csv.gz"
    rows = table(logs).rename(columns={ours: theirs for theirs, ours in HEADINGS.items()})
    path.write_bytes(gzipped(rows.to_csv(index=False, lineterminator="\n")))
    return [path]
