"""Persistence: windows counted one by one, absence of data never taken for quiet."""

from __future__ import annotations

from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import hotspot, persistence
from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from intelnb.tables import selection
from intelnb.tables.coverage import Gap

UNTIL = date(2026, 11, 16)
AREA = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 5000, 5000)], crs="EPSG:27700")


def _town(*, crowded: set[int], windows: int = 12, quiet_from: int = 0) -> gpd.GeoDataFrame:
    """Forty even crimes in each four-week window, and a crowd at one place in those named (0 is the oldest)."""
    rng = np.random.default_rng(2)
    x, y, when = [], [], []
    for window in range(quiet_from, windows):
        start = pd.Timestamp(UNTIL) - pd.Timedelta(weeks=4 * (windows - window))
        size = 25 if window in crowded else 0
        x += [*rng.uniform(0, 5000, 40), *rng.normal(2600, 60, size)]
        y += [*rng.uniform(0, 5000, 40), *rng.normal(2600, 60, size)]
        when += [start, *(start + pd.Timedelta(days=3 + i % 20) for i in range(39 + size))]
    table = {"easting": x, "northing": y, "middle": when, "hours_wide": 0.0, "accuracy_m": np.nan, "inside": True}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _hot(crimes: gpd.GeoDataFrame, weeks: int = 13) -> Result:
    since = pd.Timestamp(UNTIL) - pd.Timedelta(weeks=weeks)
    return hotspot.gi_star(crimes, name="hot", within=AREA, since=since, until=UNTIL)


def _centre(found: Result) -> pd.Series:
    return found.table.set_index("cell").loc["E2500 N2500"]


def test_six_of_twelve_is_persistent_and_five_is_not() -> None:
    for crowded, is_persistent in (({0, 2, 4, 6, 8, 11}, True), ({0, 2, 4, 6, 11}, False)):
        town = _town(crowded=crowded)
        found = persistence.hot_windows(town, _hot(town), name="persistence")
        centre = _centre(found)
        assert centre["windows_hot"] == len(crowded)
        assert centre["is_persistent"] == is_persistent
        assert centre["windows_since_first"] == 12
        assert centre["last_hot"] == pd.Timestamp(UNTIL) - pd.Timedelta(weeks=4)


def test_the_rule_is_an_option_and_is_told() -> None:
    town = _town(crowded={9, 10, 11})
    found = persistence.hot_windows(town, _hot(town), name="p", windows=6, least_hot=3)
    assert _centre(found)["is_persistent"]
    assert _centre(found)["windows_since_first"] == 3
    assert found.settings["rule"] == "persistent: hot in at least 3 of the last 6 windows of 4 weeks"


def test_time_before_the_data_is_not_counted_as_quiet() -> None:
    town = _town(crowded={5, 6, 7, 8, 9, 10, 11}, quiet_from=4)
    found = persistence.hot_windows(town, _hot(town), name="p")
    assert _centre(found)["windows_assessed"] == 8
    assert _centre(found)["is_persistent"]
    assert any("8 of 12 windows" in caveat for caveat in found.caveats)
    short = _town(crowded={9, 10, 11}, quiet_from=8)
    refused = persistence.hot_windows(short, _hot(short), name="p")
    assert refused.sentence == "Not assessed: 4 windows of 4 weeks can be assessed and the rule needs at least 6."


def test_nothing_hot_has_nothing_to_say() -> None:
    town = _town(crowded=set())
    hot = _hot(town)
    assert hot.values["n_hot"] == 0
    found = persistence.hot_windows(town, hot, name="p")
    assert found.sentence == "No cell is hot now, so none is persistent or transient."
    assert found.table.empty


def test_an_impossible_rule_is_refused() -> None:
    town = _town(crowded={11})
    with pytest.raises(MethodError, match="least_hot is"):
        persistence.hot_windows(town, _hot(town), name="p", windows=3, least_hot=4)


def test_station_persists_and_elmfield_does_not(
    crimes: gpd.GeoDataFrame, force: gpd.GeoDataFrame, truths: dict
) -> None:
    night = selection.of_priority(crimes, kinds=["violence with injury", "violence without injury"], hours="20-04")
    hot = hotspot.gi_star(night, name="hot", within=force, since=date(2026, 8, 17), until=UNTIL)
    table = persistence.hot_windows(night, hot, name="p").table
    for truth in (truths["station_hot_spot"], truths["elmfield_hot_spot"]):
        cell = table[table.intersects(shapely.Point(truth["easting"], truth["northing"]))]
        assert len(cell)
        assert (cell["is_persistent"] == (truth["persistence"] == "persistent")).all()


@pytest.mark.parametrize(
    ("crowded", "told"),
    [
        (set(range(12)), "persistent"),
        ({9, 10, 11}, "emerging"),
        ({0, 1, 2, 3}, "former"),
        ({1, 4, 7, 10}, "intermittent"),
    ],
)
def test_every_cell_once_hot_has_its_pattern(crowded: set[int], told: str) -> None:
    town = _town(crowded=crowded)
    found = persistence.patterns(town, _hot(town, weeks=48), name="patterns")
    centre = _centre(found)
    assert (centre["pattern"], centre["windows_hot"]) == (told, len(crowded))
    assert centre["recent_hot"] == len(crowded & {9, 10, 11})
    assert found.values[f"n_{told}"] == (found.table["pattern"] == told).sum() > 0


def test_patterns_leave_out_what_cannot_be_assessed() -> None:
    late = _town(crowded={9, 10, 11}, quiet_from=6)
    found = persistence.patterns(late, _hot(late), name="patterns")
    assert found.values["windows"] == 6
    assert any("6 of 12 windows" in told for told in found.caveats)
    short = _town(crowded={10, 11}, quiet_from=8)
    refused = persistence.patterns(short, _hot(short), name="patterns")
    assert refused.sentence.startswith("Not assessed: 4 windows of 4 weeks can be assessed, too few")
    with pytest.raises(MethodError, match="recent is"):
        persistence.patterns(late, _hot(late), name="p", recent=12)


@pytest.mark.parametrize("shape", ["hexagon", "area"])
def test_windows_are_scored_on_cells_of_any_shape(shape: str) -> None:
    boxes = [shapely.box(x, y, x + 500, y + 500) for y in range(0, 5000, 500) for x in range(0, 5000, 500)]
    beats = gpd.GeoDataFrame(
        {"code": [f"A{i:02d}" for i in range(100)], "name": "beat"}, geometry=boxes, crs="EPSG:27700"
    )
    town = _town(crowded=set(range(12)))
    since = pd.Timestamp(UNTIL) - pd.Timedelta(weeks=48)
    hot = hotspot.gi_star(town, name="hot", within=beats, since=since, until=UNTIL, shape=shape)  # type: ignore[arg-type]
    found = persistence.hot_windows(town, hot, name="p")
    at = found.table.geometry.distance(shapely.Point(2600, 2600)) < 1
    assert found.table.loc[at, "is_persistent"].all()
    assert found.table.loc[at, "windows_hot"].max() == 12


def _break(day: str, until: str | None = None) -> dict[str, object]:
    return {
        "date": pd.Timestamp(day),
        "until": pd.Timestamp(until) if until else pd.NaT,
        "areas": ("E1",),
        "what": "new form",
    }


def test_windows_a_break_touches_are_left_out_and_said() -> None:
    town = _town(crowded=set(range(12))).assign(area="E1")
    hot = _hot(town)
    # windows are four weeks to 16 November: the second lies from 12 January, and is the first the disturbance touches
    passing = pd.DataFrame([_break("2026-02-01", "2026-02-10")])
    for method in (persistence.hot_windows, persistence.patterns):
        found = method(town, hot, name="p", breaks=passing)
        assert _centre(found)["windows_assessed"] == 10
        assert any("was disturbed from Sun 1 Feb 2026" in told for told in found.caveats)
        lasting = method(town, hot, name="p", breaks=pd.DataFrame([_break("2026-06-01")]))
        assert _centre(lasting)["windows_assessed"] == 6
        assert any("changed on Mon 1 Jun 2026" in told for told in lasting.caveats)
        late = method(town, hot, name="p", breaks=pd.DataFrame([_break("2026-11-04")]))
        assert (late.status, late.sentence.split(";")[0]) == (
            "break in recording", "Break in recording: recording changed on Wed 4 Nov 2026",
        )  # fmt: skip


def test_breaks_and_months_never_sent_that_travel_with_the_table_count() -> None:
    town = _town(crowded=set(range(12))).assign(area="E1")
    hot = _hot(town)
    town.attrs = {"breaks": (_break("2026-06-01"),), "area": "E", "covered_from": date(2025, 12, 15)}
    assert _centre(persistence.hot_windows(town, hot, name="p"))["windows_assessed"] == 6
    months = [str(month) for month in pd.period_range("2025-12", "2026-11", freq="M")]
    town.attrs = {"covered": tuple(set(months) - {"2026-03"}), "covered_from": date(2025, 12, 15)}
    found = persistence.hot_windows(town, hot, name="p")
    assert _centre(found)["windows_assessed"] == 10
    assert "2 windows hold a time that was never submitted or looks like a gap, and is no quiet one." in found.caveats
    town.attrs["covered"] = tuple(set(months) - {"2026-11"})
    assert persistence.hot_windows(town, hot, name="p").status == "not submitted"


def test_the_days_of_an_early_gap_are_named() -> None:
    town = _town(crowded=set(range(12)))
    hot = _hot(town)
    town.attrs["gaps"] = (Gap(date(2026, 3, 2), date(2026, 3, 15), 0, 90),)
    for method in (persistence.hot_windows, persistence.patterns):
        told = method(town, hot, name="p").caveats
        assert "No records from 2 Mar to 15 Mar 2026, where about 90 were due: looks like a gap." in told


def test_a_window_the_data_end_within_is_not_quiet() -> None:
    """Known to the tenth day of the last window, which holds enough crimes to be scored: 11 of 12 are whole."""
    town = _town(crowded=set(range(12)))
    town = town[town["middle"] < "2026-10-29"]
    town.attrs["as_at"] = datetime(2026, 10, 29, 5)
    hot = _hot(town)
    assert (hot.values["held_from"], hot.values["held_to"]) == ("2026-08-17", "2026-10-29")
    for method in (persistence.hot_windows, persistence.patterns):
        found = method(town, hot, name="p")
        assert _centre(found)["windows_assessed"] == 11
        assert any(one.startswith("Data end on Thu 29 Oct 2026") for one in found.caveats)
        assert "Only 11 of 12 windows could be assessed: others are not held whole or hold too little." in found.caveats
