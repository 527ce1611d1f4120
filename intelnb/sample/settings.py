"""The sample's column maps, settings and its own description, as text."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from intelnb.sample import log_export, words

CRIME_COLUMNS = {
    "id": "Crime Number", "kind": "Offence Title", "ho_class": "HO Class", "start": "Committed From",
    "end": "Committed To", "reported": "Date Reported", "recorded": "Date Recorded", "easting": "Easting",
    "northing": "Northing", "area": "Beat", "location": "Location", "mo": "MO", "status": "Status",
    "outcome": "Outcome", "flags": "Flags",
}  # fmt: skip
MOMENT = "%d/%m/%Y %H:%M"
BESIDE = {"intelnb.toml": "workspace.toml", "README.md": "about.md"}  # written: kept beside this file


def _section(name: str, entries: dict[str, str]) -> str:
    """One TOML table of quoted keys and values."""
    lines = [
        f"{key if key.isidentifier() else json.dumps(key)} = {json.dumps(value)}" for key, value in entries.items()
    ]
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
    texts = {"maps/crimes.toml": crimes_map(), "maps/logs.toml": logs_map()}
    texts |= {name: Path(__file__).with_name(kept).read_text(encoding="utf-8") for name, kept in BESIDE.items()}
    paths = []
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths + _desk_files(folder)


def _desk_files(folder: Path) -> list[Path]:
    """The filled desk files: what an invented officer typed, kept as it was typed."""
    (folder / "desk").mkdir(exist_ok=True)
    return [
        Path(shutil.copyfile(typed, folder / "desk" / typed.name))
        for typed in sorted((Path(__file__).parent / "desk").glob("*.xlsx"))
    ]
