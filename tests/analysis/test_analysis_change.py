"""Change and similarity: by hand, planted and found, silent where nothing changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import change, density_shift, similarity
from intelnb.errors import MethodError
from intelnb.stats import sppt

AREA = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 5000, 5000)], crs="EPSG:27700")
WINDOW = {"since": date(2026, 10, 19), "until": date(2026, 11, 16)}  # four weeks; before: the four weeks before
NOW, BEFORE = pd.Timestamp("2026-11-01"), pd.Timestamp("2026-10-01")
START = pd.Timestamp("2026-09-21")


def _table(x: Any, y: Any, when: Any) -> gpd.GeoDataFrame:
    table = {"easting": x, "northing": y, "middle": when, "hours_wide": 1.0}
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _town(*, now: dict[tuple[int, int], int], before: dict[tuple[int, int], int], even: int = 300) -> gpd.GeoDataFrame:
    """The same even spread in both windows, and crowds at places in one of them; one crime on the first day."""
    rng = np.random.default_rng(5)
    parts = [([50.0], [50.0], [START])]
    for when, crowds in ((NOW, now), (BEFORE, before)):
        x, y = rng.uniform(0, 5000, even), rng.uniform(0, 5000, even)
        for (at_x, at_y), size in crowds.items():
            x, y = np.r_[x, rng.normal(at_x, 60, size)], np.r_[y, rng.normal(at_y, 60, size)]
        parts.append((x, y, [when] * len(x)))
    x, y, when = (np.concatenate([np.asarray(part[i]) for part in parts]) for i in range(3))
    return _table(x, y, when)


def test_worked_by_hand() -> None:
    areas = gpd.GeoDataFrame(
        {"code": ["A", "B"], "name": ["Low", "High"], "level": "ward"},
        geometry=[shapely.box(0, 0, 2500, 5000), shapely.box(2500, 0, 5000, 5000)], crs="EPSG:27700",
    )  # fmt: skip
    x = [100.0] * 12 + [3000.0] * 3 + [100.0] * 2 + [3000.0] * 3
    crimes = _table(x, [100.0] * 20, [NOW] * 15 + [BEFORE] * 5)
    crimes.loc[19, "middle"] = START
    found = change.between(crimes, name="c", within=areas, shape="area", **WINDOW)
    table = found.table.set_index("code")
    assert table.loc["A", ["n_before", "n", "expected", "ratio"]].tolist() == [2, 12, 2.0, 6.0]
    # 12 of 14 in the later half: 2 * (91 + 14 + 1) / 2^14
    assert table.loc["A", "p"] == pytest.approx(2 * 106 / 2**14)
    assert table["change"].tolist() == ["more", ""]
    assert found.sentence == "1 of 2 places has more crimes than before, 0 fewer; the others stay within chance."
    against = change.between(crimes, name="c", within=areas, shape="area", against="area", **WINDOW).table
    assert against["expected"].tolist() == [2 * 15 / 5, 3 * 15 / 5]


def test_planted_changes_are_found_and_hot_spots_named_new_kept_or_gone() -> None:
    town = _town(now={(1100, 1100): 40, (3100, 3100): 40}, before={(3100, 3100): 40, (1100, 3900): 40})
    found = change.between(town, name="c", within=AREA, **WINDOW)
    at = {
        word: found.table[found.table.geometry.contains(shapely.Point(*place))].iloc[0]
        for word, place in (("new", (1100, 1100)), ("persistent", (3100, 3100)), ("gone", (1100, 3900)))
    }
    assert {word: row["hot"] for word, row in at.items()} == {w: w for w in at}
    assert [at[word]["change"] for word in ("new", "persistent", "gone")] == ["more", "", "fewer"]
    assert found.values["n_new"] == (found.table["hot"] == "new").sum() > 0
    changed = found.table[found.table["change"] != ""]
    assert (changed.geometry.distance(shapely.MultiPoint([(1100, 1100), (1100, 3900)])) < 300).all()
    assert (changed["q"] < 0.05).all()


def test_nothing_changed_is_seldom_called_changed() -> None:
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(30):
        x, y = rng.uniform(0, 5000, 900), rng.uniform(0, 5000, 900)
        crimes = _table(x, y, [START] + [NOW] * 450 + [BEFORE] * 449)
        found = change.between(crimes, name="c", within=AREA, cell_m=500, **WINDOW)
        wrong += found.values["n_up"] + found.values["n_down"] > 0
    assert wrong <= 6


def test_a_rise_everywhere_is_a_change_by_days_and_none_against_the_area() -> None:
    rng = np.random.default_rng(8)
    x, y = rng.uniform(0, 5000, 4000), rng.uniform(0, 5000, 4000)
    crimes = _table(x, y, [START] + [NOW] * 3000 + [BEFORE] * 999)
    by_days = change.between(crimes, name="c", within=AREA, cell_m=1250, **WINDOW)
    assert by_days.values["n_up"] == 16
    against = change.between(crimes, name="c", within=AREA, cell_m=1250, against="area", **WINDOW)
    assert against.values["n_up"] <= 1


def test_time_before_the_data_is_not_a_quiet_time() -> None:
    town = _town(now={}, before={})
    late = change.between(town[town["middle"] > START], name="c", within=AREA, **WINDOW)
    assert late.sentence == "Not assessed: the data begin on 2026-10-01, after the earlier window does."
    for method in (change.between, similarity.pattern):
        with pytest.raises(MethodError, match="overlaps the later one"):
            method(town, name="c", within=AREA, shape="square", before_until=date(2026, 10, 25), **WINDOW)
        with pytest.raises(MethodError, match="share"):
            method(town, name="c", within=AREA, shape="square", share_false=0.9, **WINDOW)


def test_too_few_are_not_compared_and_few_are_not_scored_for_heat() -> None:
    few = change.between(_town(now={}, before={}, even=4), name="c", within=AREA, **WINDOW)
    assert few.sentence == "Not assessed: 4 crimes now and 5 before are too few to compare."
    some = change.between(_town(now={}, before={}, even=20), name="c", within=AREA, **WINDOW)
    assert "Hot spots need 30 crimes in each window and are not compared." in some.caveats
    assert (some.table["hot"] == "").all()


def test_the_pattern_is_that_of_the_statistic_and_a_shift_is_seen() -> None:
    town = _town(now={}, before={}, even=600)
    found = similarity.pattern(town, name="s", within=AREA, shape="square", cell_m=1250, **WINDOW)
    tested = sppt.proportions(found.table["n_before"], found.table["n"])
    np.testing.assert_allclose(found.table["p"], tested.p)
    np.testing.assert_allclose(found.table["q"], tested.q)
    assert found.sentence == "The pattern is alike: 16 of 16 places hold about the same share as before, 0 do not."
    moved = _town(now={(600, 600): 400, (4400, 600): 300}, before={(600, 4400): 400, (4400, 4400): 300}, even=100)
    shifted = similarity.pattern(moved, name="s", within=AREA, shape="square", cell_m=2500, **WINDOW)
    assert shifted.sentence == "The pattern has shifted: 4 of 4 places hold a clearly different share than before."
    assert shifted.values["index_andresen"] == 0
    assert sorted(shifted.table["direction"]) == [-1, -1, 1, 1]


def test_the_pattern_needs_numbers_in_both_windows() -> None:
    town = _town(now={(600, 600): 40}, before={}, even=10)
    few = similarity.pattern(town, name="s", within=AREA, shape="square", **WINDOW)
    assert few.sentence.startswith("Not assessed: 50 crimes now and 11 before")


TWO_WINDOWS = (
    (change.between, {"cell_m": 1250}), (density_shift.shift, {}), (similarity.pattern, {"shape": "square", "cell_m": 1250}),
)  # fmt: skip


@pytest.mark.parametrize(("method", "options"), TWO_WINDOWS)
def test_windows_across_a_break_or_a_month_never_sent_are_not_compared(method: Any, options: dict[str, Any]) -> None:
    town = _town(now={}, before={})
    town["area"] = "E1"
    asked = {"name": "c", "within": AREA, **options, **WINDOW}
    assert method(town, **asked).is_assessed
    row = {"date": pd.Timestamp("2026-11-04"), "until": pd.NaT, "areas": ("E1",), "what": "new form"}
    said = "Break in recording: recording changed on Wed 4 Nov 2026."
    assert method(town, **asked, breaks=pd.DataFrame([row])).sentence == said
    travelling = town.copy()
    travelling.attrs = {"breaks": (row,), "area": "E"}
    assert method(travelling, **asked).sentence == said
    elsewhere = town.copy()
    elsewhere.attrs = {"breaks": ({**row, "areas": ("S9",)},), "area": "E"}
    assert method(elsewhere, **asked).is_assessed
    unsent = town.copy()
    unsent.attrs = {"covered": ("2026-09", "2026-11")}
    assert method(unsent, **asked).sentence == "Not submitted: part of this time was never submitted."


def _recorded_late(days: float) -> gpd.GeoDataFrame:
    """A flat rate over eight weeks, recorded late, as known on the Monday after."""
    rng = np.random.default_rng(6)
    size = 8000
    when = START + pd.to_timedelta(np.sort(rng.uniform(0, 56, size)), unit="D")
    town = _table(rng.uniform(0, 5000, size), rng.uniform(0, 5000, size), when)
    town["recorded"] = when + pd.to_timedelta(rng.exponential(days, size), unit="D")
    town = town[town["recorded"] <= "2026-11-16 05:00"]
    town.attrs["as_at"] = datetime(2026, 11, 16, 5)
    return town


@pytest.mark.parametrize("weeks", [1, 4])
def test_late_recording_is_no_fall(weeks: int) -> None:
    town = _recorded_late(6)
    window = {"since": date(2026, 11, 9), "until": date(2026, 11, 16), "before_until": date(2026, 11, 9)}
    window |= {"before_since": (pd.Timestamp("2026-11-09") - pd.Timedelta(weeks=weeks)).date()}
    found = change.between(town, name="c", within=AREA, cell_m=2500, **window)
    assert (found.values["n_up"], found.values["n_down"]) == (0, 0)
    assert found.values["n_before"] / weeks == pytest.approx(found.values["n"], rel=0.15)
    assert any("known equally long after its end" in told for told in found.caveats)
    shifted = density_shift.shift(town, name="c", within=AREA, **window)
    assert shifted.values["n_before"] == found.values["n_before"]
    alike = similarity.pattern(town, name="c", within=AREA, shape="square", cell_m=2500, **window)
    assert alike.values["n_before"] == found.values["n_before"]
    town.attrs = {}
    unaware = change.between(town, name="c", within=AREA, cell_m=2500, **window)
    assert unaware.values["n_down"] == 4  # the fault: nothing says when the data end
    told = change.between(town, name="c", within=AREA, cell_m=2500, as_at=datetime(2026, 11, 16, 5), **window)
    assert told.values == found.values
