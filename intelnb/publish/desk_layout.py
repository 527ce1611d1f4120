"""What the desk file looks like: its columns, who may fill which, and how evidence stands in a cell."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from intelnb.bundle import Bundle, PlacePart

SHEET = "Desk"
LISTS = "Lists"
TITLE_ROW, HELP_ROW, NAME_ROW, HEADER_ROW = 2, 3, 4, 5
REFERENCE_COLUMN, NAME_COLUMN, DATE_COLUMN = 2, 5, 9

NEW = "new"
KEPT = "kept"
CHANGED = "evidence changed: confirm"
YES = "yes"

KINDS = {"bottom_line": "Bottom line", "assessment": "Assessment", "ask": "Asked of the chair"}
JUDGED = ("bottom_line", "assessment")


@dataclass(frozen=True)
class DeskColumn:
    """One column: its heading, the field of a judgement it fills (if any), and the kinds of place it is for."""

    heading: str
    width: int
    field: str = ""
    kinds: tuple[str, ...] = ()
    choices: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether people type in it."""
        return bool(self.kinds)


EVERY = tuple(KINDS)
COLUMNS = (
    DeskColumn("Place", 16),
    DeskColumn("Kind and section", 18),
    DeskColumn("What the evidence says", 34),
    DeskColumn("Evidence", 28),
    DeskColumn("Your words: so what", 44, "text", JUDGED),
    DeskColumn("Now what: action or decision asked", 34, "action", ("bottom_line", "ask")),
    DeskColumn("Likelihood", 15, "likelihood", JUDGED, "likelihood"),
    DeskColumn("Confidence", 13, "confidence", JUDGED, "confidence"),
    DeskColumn("Why this confidence, and what would change it", 32, "why", JUDGED),
    DeskColumn("Owner", 18, "owner", ("ask",), "owners"),
    DeskColumn("By when", 13, "due", ("ask",)),
    DeskColumn("Measure", 20, "measure", ("ask",)),
    DeskColumn("Power or authority", 20, "power", ("ask",)),
    DeskColumn("Typed by", 16, "by", EVERY),
    DeskColumn("Typed on", 13, "at", EVERY),
    DeskColumn("State", 16),
    DeskColumn("Confirm", 10, "confirm", EVERY, "confirm"),
    DeskColumn("Check code", 12),
)
DATES = ("due", "at")
PLACE, SECTION, SENTENCE, EVIDENCE = (column.heading for column in COLUMNS[:4])
STATE, CODE = "State", "Check code"

HELP = (
    "1. Type in the white cells; grey ones do not belong to that row. Leave a row empty and its place stays empty.\n"
    "2. Say what it means, not what happened. Pick the likelihood and, apart from it, the confidence; say why.\n"
    f"3. Where the state is '{CHANGED}', read the new numbers, change your words if they need it, and choose {YES}.\n"
    "4. Put your name and the date once, above the table, or in a row where somebody else typed. Save, and close Excel."
)


def heading_of(field: str) -> str:
    """The heading of the column that fills one field of a judgement."""
    return next(column.heading for column in COLUMNS if column.field == field)


def section_of(bundle: Bundle, place: PlacePart) -> str:
    """The kind of a place, its title, and the section of the page it stands in."""
    homes = (s.heading for s in bundle.sections for f in s.findings if f.place is not None and f.place.id == place.id)
    lines = (KINDS[place.kind], place.title, next(homes, ""))
    return "\n".join(dict.fromkeys(line for line in lines if line))


def evidence_lines(evidence: Mapping[str, str]) -> str:
    """Evidence as it stands in a cell: one `name = value` a line, in the order of the page."""
    return "\n".join(_line(f"{_line(name)} = {_line(value)}") for name, value in evidence.items())


def evidence_in(lines: str) -> dict[str, str]:
    """The evidence a cell holds."""
    pairs = (line.partition(" = ") for line in lines.split("\n") if line.strip())
    return {name: value for name, _, value in pairs}


def check_code(place: str, lines: str) -> str:
    """A short code over a place and its evidence; it shows a cell that was edited by mistake."""
    return hashlib.sha256(json.dumps([place, lines]).encode("ascii")).hexdigest()[:8]


def _line(text: str) -> str:
    """One line without outer space: Excel and people change both when they touch a cell."""
    return re.sub(r"\s+", " ", text).strip()


def is_open(path: Path) -> bool:
    """Whether Excel or LibreOffice says that somebody has the file open."""
    signs = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    return any(path.with_name(sign).exists() for sign in signs)
