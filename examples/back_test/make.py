"""Make docs/backtest.md: maps of a week's risk against last year's map, on real open data, whatever it says.

    python examples/back_test/make.py docs/backtest.md

The data are looked for in the folder the environment variable INTELNB_REAL_DATA names. Nothing of them is kept but the
counts and scores on the page.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from intelnb.analysis import risk_map
from intelnb.analysis.result import Result
from intelnb.tables import foretold, workbench

HERE = Path(__file__).parent
DATA = Path(os.environ.get("INTELNB_REAL_DATA", HERE.parents[2] / "shared" / "data"))
CELL_M, AREA_SHARE = 250, 0.05
# nobody is marked on open data and no decision hangs on it, so there is nothing to assess; a force must name its own
NAMED = {
    "impact_assessment": "none: open data, method test only",
    "equality_assessment": "none: open data, method test only",
}
WORDS = {
    "weeks": "weeks", "caught": "caught %", "pai": "PAI", "pei": "PEI", "log_rri": "log RRI", "log_score": "log score",
    "brier": "Brier", "ranked": "ranked",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One data set and the weeks it is tested on."""

    name: str
    about: str
    read: Callable[[], gpd.GeoDataFrame]
    since: date
    until: date


def _table(
    x: Iterable[float], y: Iterable[float], first: pd.Series, last: pd.Series, *, crs: str, to: str
) -> gpd.GeoDataFrame:
    """Crimes as analysis takes them: points in metres, the middle of each interval and how wide it is."""
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=crs).to_crs(to)
    length = (last - first).clip(lower=pd.Timedelta(0))
    table = pd.DataFrame({
        "easting": points.x, "northing": points.y, "middle": (first + length / 2).astype("datetime64[us]").to_numpy(),
        "hours_wide": (length / pd.Timedelta(hours=1)).to_numpy(), "inside": True,
    })  # fmt: skip
    made = gpd.GeoDataFrame(table, geometry=points.to_numpy(), crs=to)
    return made[np.isfinite(made["easting"]) & made["middle"].notna()].sort_values("middle", ignore_index=True)


def houston() -> gpd.GeoDataFrame:
    """Burglaries, each known to its hour."""
    rows = pd.read_csv(DATA / "us_houston_2010" / "crime.csv.gz").dropna(subset=["lon", "lat"])
    near = rows["lon"].between(-95.80, -95.00) & rows["lat"].between(29.50, 30.15)
    rows = rows[near & (rows["offense"] == "burglary")].drop_duplicates()
    first = pd.to_datetime(rows["date"], format="%m/%d/%Y") + pd.to_timedelta(rows["hour"], unit="h")
    return _table(rows["lon"], rows["lat"], first.reset_index(drop=True), (first + pd.Timedelta(hours=1)).reset_index(drop=True),
                  crs="EPSG:4326", to="EPSG:32615")  # fmt: skip


def new_york() -> gpd.GeoDataFrame:
    """Thefts of vehicles, from when the owner left to when they came back."""
    rows = pd.read_csv(DATA / "us_nyc_vehicle_thefts" / "nycvehiclethefts.csv")
    first, last, single = (pd.to_datetime(rows[name]) for name in ("date_start", "date_end", "date_single"))
    first, last = first.fillna(single), last.fillna(first).fillna(single)
    return _table(rows["longitude"], rows["latitude"], first, last, crs="EPSG:4326", to="EPSG:32618")


def chicago() -> gpd.GeoDataFrame:
    """Break-ins, each known to its day."""
    rows = pd.read_csv(DATA / "near_repeat_chicago" / "chicago_be.csv", parse_dates=["date"])
    return _table(
        rows["X"], rows["Y"], rows["date"], rows["date"] + pd.Timedelta(hours=24), crs="EPSG:32616", to="EPSG:32616"
    )


def cheshire() -> gpd.GeoDataFrame:
    """Burglaries of data.police.uk: a month and a map point."""
    files = sorted((DATA / "police_uk_2025_four_forces").glob("*/*-cheshire-street.csv.gz"))
    rows = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    rows = rows[(rows["Crime type"] == "Burglary") & rows["Longitude"].notna()].reset_index(drop=True)
    first = pd.to_datetime(rows["Month"], format="%Y-%m")
    made = _table(rows["Longitude"], rows["Latitude"], first, first + pd.offsets.MonthEnd(0) + pd.Timedelta(hours=24),
                  crs="EPSG:4326", to="EPSG:27700")  # fmt: skip
    return made.assign(accuracy_m=500.0)


CASES = (
    Case("Houston burglary, 2010", "US police records, points, hours known; eight months in all, so last year's map is of 26 to 34 weeks",
         houston, date(2010, 7, 5), date(2010, 8, 30)),
    Case("New York vehicle thefts, 2014 to 2017", "US police records, points, intervals known", new_york, date(2016, 1, 4), date(2017, 12, 25)),
    Case("Chicago break-ins, 2016", "records of a near-repeat study, points, days known; one year in all, so last year's map is of 26 to 51 weeks",
         chicago, date(2016, 7, 4), date(2016, 12, 26)),
    Case("Cheshire burglary, 2025", "data.police.uk: months only, points snapped to map points", cheshire, date(2025, 7, 7), date(2025, 12, 29)),
)  # fmt: skip


def outline(crimes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The area crimes were recorded in, drawn round the points themselves."""
    spots = shapely.MultiPoint(np.unique(np.column_stack([crimes["easting"], crimes["northing"]]).round(-1), axis=0))
    return gpd.GeoDataFrame(geometry=[shapely.concave_hull(spots, ratio=0.1).buffer(CELL_M)], crs=crimes.crs)


def tested(case: Case) -> tuple[int, Result]:
    """The back-test of one data set, and how many crimes it has."""
    crimes = case.read()
    found = risk_map.back_test(
        crimes, name=case.name, within=outline(crimes), since=case.since, until=case.until, cell_m=CELL_M,
        area_share=AREA_SHARE, **NAMED,
    )  # fmt: skip
    return len(crimes), found


def section(case: Case, size: int, found: Result) -> str:
    """One data set on the page."""
    head = f"## {case.name}\n\n{case.about[0].upper()}{case.about[1:]}. {size:,} crimes.\n\n**{found.sentence}**\n"
    if not found.is_assessed:
        return head
    cells = f"{found.settings['cells']:,} cells of {CELL_M} m, {found.values['n_crimes']:,} crimes in {found.values['n_weeks']} weeks from {case.since}."
    rows = [
        f"| map | {' | '.join(WORDS.values())} | caught more than last year's, points | log score better, per crime |",
        "|---" * 11 + "|",
    ]
    for one in found.table.to_dict("records"):
        means = [f"{one['weeks']}", f"{100 * one['caught']:.1f}", f"{one['pai']:.2f}", f"{one['pei']:.3f}", f"{one['log_rri']:.2f}",
                 f"{one['log_score']:.4f}", f"{one['brier']:.4f}", f"{one['ranked']:.4f}"]  # fmt: skip
        gains = ["", ""]
        if one["map"] != foretold.NAIVE:
            gains = [f"{100 * one['caught_gain']:+.1f} ({100 * one['caught_gain_low']:+.1f} to {100 * one['caught_gain_high']:+.1f})",
                     f"{one['log_gain']:+.3f} ({one['log_gain_low']:+.3f} to {one['log_gain_high']:+.3f})"]  # fmt: skip
        rows.append(f"| {one['map']} | {' | '.join([*means, *gains])} |")
    said = [caveat for caveat in found.caveats if caveat not in workbench.CAVEATS]
    return "\n".join([head, cells, "", *rows, *([""] if said else []), *(f"- {caveat}" for caveat in said), ""])


def page(sections: Iterable[str]) -> str:
    """The whole page."""
    maps = "\n".join(f"- **{name}**: {words}" for name, words in foretold.MAPS.items())
    return f"""# Maps of a week's risk, tested

Made by `python examples/back_test/make.py docs/backtest.md`; nothing on this page is typed. What such maps may and may
not be used for stands in [the workbench](workbench.md).

Each week, each map was made from what was known before the week began, and scored by the crimes of that week. Every map
expects the same number of crimes and carries the same even twentieth of them, so that they differ only in where they put
them. {100 * AREA_SHARE:g} % of the area is marked.

{maps}

PAI is the share of crimes caught over the share of area marked; PEI the same over the best any map could have done; log
RRI is 0 where as many were expected in the area marked as came. Log score, Brier (any crime in a cell) and ranked
probability score are means over cells, lower is better. Cells of equal risk, of which last year's map has many, are marked in
a drawn order. The last two columns are against last year's map in the same
weeks, with a range that covers all maps of a data set together with 95 %: above 0 is better.

{chr(10).join(sections)}"""


def make(path: Path) -> None:
    """Test every data set and write the page."""
    if not DATA.is_dir():
        sys.exit(f"The real data are not there ({DATA}). Set INTELNB_REAL_DATA to the folder that holds them.")
    sections = []
    for case in CASES:
        size, found = tested(case)
        print(f"{case.name}: {found.sentence}", flush=True)
        sections.append(section(case, size, found))
    path.write_text(page(sections), encoding="utf-8")
    print(f"The page is in {path}.")


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/backtest.md"))
