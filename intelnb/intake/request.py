"""What is asked of the reader: plain values, so that they travel between processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from intelnb.records import Clearance


@dataclass(frozen=True)
class Level:
    """One level of areas: its name, its file in the workspace, and its columns of codes and names."""

    level: str
    file: str
    code: str = "code"
    name: str = "name"


@dataclass(frozen=True)
class Lookup:
    """Where the lookup of area codes lies, as a source of the settings says it."""

    files: str
    map: str = ""
    layout: str = ""
    members: str = ""


@dataclass(frozen=True)
class Request:
    """One read of one source for one audience.

    Parameters
    ----------
    kind
        Kind of the source: `crimes`, `logs`, `areas` ...
    folder
        The workspace; paths are relative to it.
    clearance
        What the audience may have.
    crs, timezone
        The force's grid and clocks.
    files
        Pattern or patterns of the source's files; empty where the unit does not have it.
    members
        Which files of a zip archive are read, as patterns; empty reads all.
    database
        Address of a database that is read in place of files; only the workspace's settings may name one.
    column_map
        Path of the column map; empty where headings are ours already.
    layout
        A layout this package knows, such as `police-uk-street`; empty where there is none.
    lookup
        The table that says which older area code became which newer one; None where the unit has none.
    marking
        Marking of the files where rows do not say; empty where there is none.
    as_at
        The moment the data are complete to, where the settings say so.
    levels
        Levels of areas from the largest to the smallest.
    area, margin_m
        Code of the area asked for (empty: everything), and how far beyond it to read, in metres.
    since, until_end
        First day, and the first day after the last; None where there is no limit.
    allowed
        Other folders, beside the workspace, that files may lie in.
    workings
        Folder for the full account, the quarantine and what was withheld; empty for none.
    registers
        Database address of the registers; empty for no audit row.
    reference
        What the read is for, as the audit row names it.
    store
        Folder of the workspace's store; `files` that name the store are read from there.
    take
        What takes the records of each file in place of this read, such as an ingestion; never sent to another
        process.
    """

    kind: str
    folder: Path
    clearance: Clearance
    crs: str
    timezone: str = "Europe/London"
    files: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    database: str = ""
    column_map: str = ""
    layout: str = ""
    lookup: Lookup | None = None
    marking: str = ""
    as_at: datetime | None = None
    levels: tuple[Level, ...] = ()
    area: str = ""
    margin_m: float = 0.0
    since: date | None = None
    until_end: date | None = None
    allowed: tuple[Path, ...] = ()
    workings: str = ""
    registers: str = ""
    reference: str = ""
    store: str = ""
    take: Callable[[Any], None] | None = None

    @classmethod
    def of(cls, **fields: Any) -> Request:
        """A request from what callers say: one pattern or several, dates or their texts, paths or theirs."""
        for name in ("files", "members"):
            fields[name] = _patterns(fields.get(name, ()))
        if isinstance(fields.get("lookup"), Mapping):
            fields["lookup"] = Lookup(**fields["lookup"])
        fields["folder"] = Path(fields["folder"])
        fields["allowed"] = tuple(Path(folder) for folder in fields.get("allowed", ()))
        fields["levels"] = tuple(Level(**v) if isinstance(v, Mapping) else v for v in fields.get("levels", ()))
        if isinstance(fields["clearance"], Mapping):
            plain: dict[str, Any] = dict(fields["clearance"])
            for name in ("handling", "sources"):
                plain[name] = tuple(plain[name])
            fields["clearance"] = Clearance(**plain)
        for name in ("since", "until_end"):
            if isinstance(fields.get(name), str):
                fields[name] = date.fromisoformat(fields[name]) if fields[name] else None
        if isinstance(fields.get("as_at"), str):
            fields["as_at"] = datetime.fromisoformat(fields["as_at"]) if fields["as_at"] else None
        for name in ("workings", "registers", "store"):
            fields[name] = str(fields.get(name) or "")
        return cls(**fields)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for a pipe."""
        plain = asdict(replace(self, take=None))
        del plain["take"]
        plain["folder"] = str(self.folder)
        plain["allowed"] = [str(folder) for folder in self.allowed]
        for name in ("since", "until_end", "as_at"):
            plain[name] = plain[name].isoformat() if plain[name] else ""
        return plain

    def level_names(self) -> tuple[str, ...]:
        """Names of the levels, from the largest area to the smallest."""
        return tuple(level.level for level in self.levels)


def _patterns(given: Any) -> tuple[str, ...]:
    """One pattern or several, without blanks."""
    return tuple(f for f in ((given,) if isinstance(given, str) else given) if f)
