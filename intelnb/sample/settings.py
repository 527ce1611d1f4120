"""The sample's column maps, settings and its own description, as text."""

from __future__ import annotations

import json
from pathlib import Path

from intelnb.sample import log_export, words

CRIME_COLUMNS = {
    "id": "Crime Number", "kind": "Offence Title", "ho_class": "HO Class", "start": "Committed From",
    "end": "Committed To", "reported": "Date Reported", "recorded": "Date Recorded", "easting": "Easting",
    "northing": "Northing", "area": "Beat", "location": "Location", "mo": "MO", "status": "Status",
    "outcome": "Outcome", "flags": "Flags",
}  # fmt: skip
MOMENT = "%d/%m/%Y %H:%M"
SETTINGS = """\
[force]
name = "Northmere Police"
code = "NOR"
crs = "EPSG:27700"
as_at = "2026-11-16T05:00"
period = "2026-W46"

[sources.crimes]
files = "crimes/crimes_*.csv.gz"
kind = "crimes"
map = "maps/crimes.toml"
marking = "OFFICIAL-SENSITIVE"

[sources.logs]
files = "logs/intelligence_logs.csv.gz"
kind = "logs"
map = "maps/logs.toml"
marking = "OFFICIAL-SENSITIVE"

[areas]
force = "areas/force.geojson"
districts = "areas/districts.geojson"
wards = "areas/wards.gpkg"
"""
README = """\
# The invented force

Northmere Police does not exist. Its county lies in open sea; its crimes, logs, persons, vehicles, addresses and
telephones were drawn from random numbers by `intelnb.sample.force.write`, which writes the same bytes from the same seed.
Number plates and telephone numbers follow patterns that are never issued. Nothing here describes anything real.

Everything was exported "as recorded" on Monday 16 November 2026 at 05:00; the week of the demonstration is 2026-W46.

| file | what it is |
|---|---|
| `areas/force.geojson`, `areas/districts.geojson`, `areas/wards.gpkg` | one force, four districts, 24 wards (`code`, `name`), EPSG:27700, shared borders |
| `crimes/crimes_<year>.csv.gz` | crimes by year of recording, since Monday 13 November 2023, under the force's own headings; times are local (Europe/London) |
| `maps/crimes.toml`, `maps/logs.toml` | which heading is which column, and whose code means what |
| `logs/intelligence_logs.csv.gz` | fourteen weeks of intelligence logs from 10 August 2026, about sixty a day |
| `entities.csv`, `links.csv` | persons, vehicles, addresses, organisations, telephones, and their links |
| `priorities.csv` | the five control-strategy priorities and what counts towards each |
| `requirements.csv`, `actions.csv` | what the force wants to know; what was asked at the last meeting |
| `breaks.csv` | changes in recording that make counts incomparable |
| `events.csv` | dated local events |
| `harm_weights.csv` | weights **invented for the sample; not the Cambridge index, not for use** |
| `truths.json` | what was planted on purpose, so that checks can say whether it was found |
| `intelnb.toml` | the settings of this workspace |

How to read the logs: lists are separated by `;`. A blank priority means not yet read or no control-strategy priority.
`Origin Reference` says where the information began; where it is blank, the origin is that of the linked log.
A log graded B is linked to the first-hand report (graded A, another origin) that corroborates it. About 2 % carry legacy
5x5x5 grades, verbatim. `Dissemination List` names who may see a conditional log: `unit`, `internal` or `partner`.

A few rows cannot be used, on purpose: impossible dates, ends weeks before their beginning, unknown titles, letters in an
easting, an unknown handling code. `truths.json` lists their lines. Offence codes only look like Home Office codes.
"""


def _section(name: str, entries: dict[str, str]) -> str:
    """One TOML table of quoted keys and values."""
    lines = [f"{key if key.isidentifier() else json.dumps(key)} = {json.dumps(value)}" for key, value in entries.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def crimes_map() -> str:
    """The column map of the crime export."""
    kinds = {title: kind for kind, options in words.TITLES.items() for title, _, _ in options}
    status = {one: one.lower() for one in ("Live", "Detected", "Cancelled", "Transferred")}
    source = {"encoding": "utf-8", "delimiter": ",", "crs": "EPSG:27700", "timezone": "Europe/London"}
    parts = (
        _section("source", source),
        _section("columns", CRIME_COLUMNS),
        _section("formats", dict.fromkeys(("start", "end", "reported", "recorded"), MOMENT)),
        _section("values.kind", kinds),
        _section("values.status", status),
    )
    return "\n".join(parts)


def logs_map() -> str:
    """The column map of the log export."""
    source = {"encoding": "utf-8", "delimiter": ",", "timezone": "Europe/London"}
    columns = {ours: theirs for theirs, ours in log_export.HEADINGS.items()}
    formats = {"received": MOMENT, "review": "%d/%m/%Y"}
    return "\n".join((_section("source", source), _section("columns", columns), _section("formats", formats)))


def write(folder: Path) -> list[Path]:
    """Write maps, settings and description."""
    texts = {
        "maps/crimes.toml": crimes_map(), "maps/logs.toml": logs_map(), "intelnb.toml": SETTINGS, "README.md": README,
    }  # fmt: skip
    paths = []
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths
