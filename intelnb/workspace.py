"""The one object a notebook opens: it reads, knows the areas, and starts products; nothing else is public."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

import intelnb
from intelnb import kinds
from intelnb.dates import Period, moment_words, parse
from intelnb.doctrine import marking
from intelnb.errors import ProductError, UsageError
from intelnb.intake import database
from intelnb.intake.child import Reader
from intelnb.intake.source import Loaded
from intelnb.product import Heading, Product
from intelnb.publish import render
from intelnb.records import Clearance
from intelnb.settings import Settings, SourceFiles, load
from intelnb.tables.words import listed

WORKINGS = "INTELNB_WORKINGS"
"""The runner names the workings folder of a run here; by hand, reads leave theirs under the state folder."""
REFERENCE = "INTELNB_REFERENCE"
"""The runner names the product a run is for here, for the audit; by hand, a read is for none."""


@dataclass(frozen=True, eq=False)
class Workspace:
    """A unit's data for one audience: open it, read tables, make products.

    Examples
    --------
    >>> unit = Workspace.open("data/samples", audience="internal")
    >>> unit.area("NOR")["name"].iloc[0]
    'Northmere'
    """

    settings: Settings
    clearance: Clearance
    _reader: Reader
    _reads: dict[str, Loaded] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: str | Path, *, audience: str = "") -> Workspace:
        """Open a workspace for one audience; what that audience may not have never reaches this process.

        Parameters
        ----------
        folder
            The folder that holds `intelnb.toml`.
        audience
            One of the audiences the settings name; empty is refused with the choices.

        Raises
        ------
        SettingsError
            When the settings cannot be used.
        UsageError
            When no known audience is named.
        """
        settings = load(folder)
        clearance = settings.clearance(audience)
        return cls(settings=settings, clearance=clearance, _reader=_reader(settings, clearance))

    def read(
        self, kind: str, *, area: str = "", until: str = "", weeks: int = 0, margin_m: float = 0.0
    ) -> gpd.GeoDataFrame | pd.DataFrame:
        """Read one source, reduced to what the audience may have; every read is one row of the audit table.

        Parameters
        ----------
        kind
            `crimes`, `incidents`, `searches`, `outcomes`, `logs`, `priorities`, `requirements`, `actions`,
            `breaks`, `events`, `entities`, `links`, `harm_weights`, `deliveries`, `area_lookup` ...
        area
            Code of an area; empty reads everything.
        until
            The last period wanted; empty reads all periods.
        weeks
            How many weeks before and with that period; 0 has no first day.
        margin_m
            How far beyond the area to read, in metres, so that its edge does not bias hot spots.

        Returns
        -------
        DataFrame
            The table of the source's contract. A source the workspace does not have is an empty table whose
            `attrs["status"]` is "not submitted".

        Raises
        ------
        InputRefused, SettingsError, UsageError
            When a file, a map, the area or the period cannot be used; nothing is read then.
        """
        last = parse(until) if until else None
        loaded = self._loaded(
            kind, area=area, margin_m=margin_m,
            since=_first_day(last, weeks) if last and weeks else None,
            until_end=last.end if last else None,
        )  # fmt: skip
        self._reads[kind] = loaded
        loaded.table.attrs |= self._travelling(loaded.table, area)
        return loaded.table

    def _travelling(self, table: pd.DataFrame, area: str) -> dict[str, Any]:
        """What a table of events carries to every series made from it, beside what the reader gave it: known breaks."""
        if "middle" not in table:
            return {}
        if "breaks" in self.settings.sources and "breaks" not in self._reads:
            self._reads["breaks"] = self._loaded("breaks")
        known = self._reads["breaks"].table.to_dict("records") if "breaks" in self._reads else []
        return {"area": area, "breaks": tuple(known)}

    def area(self, code: str) -> gpd.GeoDataFrame:
        """One area as a table of one row: code, name, level, geometry.

        Raises
        ------
        UsageError
            When the code is not in the area files; the message names those that are.
        """
        every = self.areas()
        found = every[every["code"] == code]
        if found.empty:
            raise UsageError(
                what=f"There is no area '{code}' in this workspace",
                now=f"Choose one of: {listed(list(every['code']), most=12)}.",
            )
        return found

    def areas(self, level: str = "", *, within: str = "") -> gpd.GeoDataFrame:
        """Areas of one level, or of all, largest first; `within` keeps those that lie in an area.

        Parameters
        ----------
        level
            A level of the settings; `finest` for the smallest areas this audience may have; empty for all.
        within
            Code of the area they must lie in.

        Returns
        -------
        GeoDataFrame
            `code, name, level, geometry`; `attrs["level"]` names the level.
        """
        loaded = self._reads.get("areas") or self._loaded("areas")
        self._reads["areas"] = loaded
        names = [one.level for one in self.settings.areas]
        if level == "finest":
            level = self.clearance.finest if self.clearance.finest in names else names[-1]
        table = loaded.table
        if level:
            table = table[table["level"] == level]
        if within:
            outline = self.area(within).geometry.iloc[0]
            table = table[table.geometry.representative_point().within(outline)]
        table.attrs = {**loaded.table.attrs, "level": level}
        return table

    def product(self, kind: str, *, area: str, period: str) -> Product:
        """Start a product of one kind; read its tables first, so that it knows how current they are.

        Raises
        ------
        ProductError
            When nothing was read yet, or what was read is marked above what the audience's pages may carry.
        """
        made = kinds.load(kind)
        when = parse(period)
        moments = [
            loaded.source.as_at for name, loaded in self._reads.items() if loaded.source.as_at and name != "areas"
        ]
        if not moments:
            raise ProductError(
                what="Nothing was read yet", where=kind, now="Read the tables before starting a product."
            )
        as_at = self.settings.force.as_at or max(moments)
        refuse_after_data(when, as_at)
        heading = Heading(
            force=self.settings.force.name,
            area_code=area,
            area_name=str(self.area(area)["name"].iloc[0]),
            period=when,
            data_to=_data_to(when, as_at),
            as_at=moment_words(as_at),
            marking=self._marking(),
            owners=self.settings.owners,
            levels=tuple(level.level for level in self.settings.areas),
            version=intelnb.__version__,
        )
        return Product(kind=made, heading=heading, clearance=self.clearance, sources=self._ledgers(), show=render.page)

    def _ledgers(self) -> pd.DataFrame:
        """The account of every source read so far, as this audience may have it."""
        rows = [_ledger_row(kind, loaded) for kind, loaded in self._reads.items()]
        return pd.DataFrame(
            rows, columns=["source", "read", "accepted", "quarantined", "used", "withheld", "as_at", "mark"]
        )

    def _loaded(self, kind: str, **window: Any) -> Loaded:
        """One read through the reader process."""
        source = self.settings.sources.get(kind)
        return self._reader.read(kind, **(_where(source) if source else {}), **window)

    def _marking(self) -> str:
        """The page's marking: the highest of its inputs, or what the audience's reduced pages are marked."""
        clearance = self.clearance
        if clearance.smallest_count:
            return clearance.page_marking
        inputs = [loaded.source.marking for loaded in self._reads.values() if loaded.source.marking]
        return marking.highest([clearance.page_marking, *inputs])


def _where(source: SourceFiles) -> dict[str, str]:
    """Where a source's records are: in files, or in the database its settings declare."""
    place = "database" if database.is_url(source.files) else "files"
    told = source.model_dump(exclude={"files", "map"})
    return {place: source.files, "column_map": source.map, **told}


def refuse_after_data(when: Period, as_at: datetime) -> None:
    """Refuse a period that begins after the data end.

    Raises
    ------
    ProductError
        With the period and the end of the data.
    """
    if as_at.date() < when.start:
        raise ProductError(
            what=f"{when.words()} lies after these data, which end on {moment_words(as_at)}",
            now="Name an earlier period, or load the newer export.",
        )


def _ledger_row(kind: str, loaded: Loaded) -> dict[str, object]:
    """One source's account as a row."""
    source, ledger = loaded.source, loaded.source.ledger
    return {
        "source": kind.replace("_", " "),
        "read": ledger.read,
        "accepted": ledger.accepted,
        "quarantined": ledger.quarantined,
        "used": ledger.used,
        "withheld": ledger.withheld,
        "as_at": moment_words(source.as_at) if source.as_at else "",
        "mark": source.digest[:12],
    }


def _first_day(last: Period, weeks: int) -> date:
    """The first day of so many weeks that end with a period."""
    return last.end - timedelta(weeks=weeks)


def _data_to(period: Period, as_at: datetime) -> str:
    """The last moment the page speaks of: the period's end, or where the data end before it."""
    end = datetime.combine(period.last_day, datetime.max.time()).replace(second=0, microsecond=0)
    return moment_words(min(end, as_at))


def _reader(settings: Settings, clearance: Clearance) -> Reader:
    """A reader process for one workspace and audience, told once what holds for every read."""
    return Reader(
        clearance=clearance,
        **settings.standing(),
        workings=os.environ.get(WORKINGS, str(settings.state_folder() / "workings" / "by-hand")),
        registers=settings.registers_url(),
        reference=os.environ.get(REFERENCE, ""),
    )
