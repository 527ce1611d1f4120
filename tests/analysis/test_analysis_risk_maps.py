"""Maps of a week's risk: off until assessed, blind to the week they foretell, and honest beside last year's map."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import intelnb
from intelnb.analysis import risk_map, risk_week
from intelnb.analysis.result import Result
from intelnb.dates import parse
from intelnb.errors import MethodError
from intelnb.tables import foretold, workbench

AREA = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 6000, 6000)], crs="EPSG:27700")
NAMED = {"impact_assessment": "DPIA-1", "equality_assessment": "EIA-1"}
FIRST, SINCE, UNTIL = date(2025, 1, 6), date(2026, 3, 2), date(2026, 6, 22)


def _crimes(x: Any, y: Any, day: Any, **others: Any) -> gpd.GeoDataFrame:
    middle = pd.Timestamp(FIRST) + pd.to_timedelta(np.asarray(day, dtype=float), unit="D")
    table = {
        "easting": np.asarray(x, float),
        "northing": np.asarray(y, float),
        "middle": middle,
        "hours_wide": 2.0,
        "inside": True,
    }
    made = gpd.GeoDataFrame({**table, **others}, geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")
    return made.sort_values("middle", ignore_index=True)


def _steady(seed: int = 1, size: int = 2600) -> gpd.GeoDataFrame:
    """Fixed places of different risk, and nothing that follows anything."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform(0, 6000, (25, 2))
    at = centre[rng.choice(25, size, p=rng.dirichlet(np.full(25, 0.5)))] + rng.normal(0, 120, (size, 2))
    at = np.clip(at, 1, 5999)
    return _crimes(at[:, 0], at[:, 1], rng.uniform(0, 532, size))


def _following(seed: int = 2, size: int = 700) -> gpd.GeoDataFrame:
    """Places that come up anywhere, each followed closely by four more within nine days: a process maps can use."""
    rng = np.random.default_rng(seed)
    x, y, day = rng.uniform(100, 5900, size), rng.uniform(100, 5900, size), rng.uniform(0, 520, size)
    near = [(x + rng.normal(0, 60, size), y + rng.normal(0, 60, size), day + rng.uniform(1, 9, size)) for _ in range(4)]
    return _crimes(*(np.clip(np.concatenate([first, *more]), 1, high) for first, more, high in (
        (x, [one[0] for one in near], 5999), (y, [one[1] for one in near], 5999), (day, [one[2] for one in near], 531.9)
    )))  # fmt: skip


def _test(crimes: gpd.GeoDataFrame, **options: Any) -> Result:
    asked = {"within": AREA, "since": SINCE, "until": UNTIL, **NAMED, **options}
    return risk_map.back_test(crimes, name="bt", **asked)


@pytest.mark.parametrize("blank", ["impact_assessment", "equality_assessment"])
def test_it_is_off_until_both_assessments_are_named(blank: str) -> None:
    with pytest.raises(MethodError, match="This method is off") as refused:
        _test(_steady(size=400), **{blank: " "})
    told = refused.value.now
    assert all(part in told for part in (*workbench.IMPACT, *workbench.EQUALITY))


def test_where_crimes_follow_each_other_recent_ones_beat_last_year() -> None:
    found = _test(_following())
    table = found.table.set_index("map")
    assert table.index[0] == "last year"
    assert table.loc["last year", ["caught_gain", "log_gain"]].tolist() == [0, 0]
    for one in ("near repeat", "prospective"):
        assert table.loc[one, "caught_gain_low"] > 0, one
        assert table.loc[one, "pai"] > table.loc["last year", "pai"]
    assert table.loc["near repeat", "log_gain_low"] > 0
    assert found.values["is_best_better"] == "yes"
    assert found.sentence.startswith(f"Over 16 weeks the {found.values['best']} map caught ")
    assert not found.sentence.endswith("within chance.")
    assert found.is_workbench


def test_where_nothing_follows_anything_recent_crimes_win_nothing() -> None:
    tables = [_test(_steady(seed)).table.set_index("map") for seed in range(4)]
    # over four towns, no map of recent crimes alone beats last year's in more than one
    for one in ("near repeat", "prospective"):
        assert sum(table.loc[one, "caught_gain_low"] > 0 for table in tables) <= 1, one
    # last year's map is close to the truth here: only smoothing of a whole year may do better
    assert all(table.loc["prospective", "log_gain"] < 0 for table in tables)


def _expected(crimes: gpd.GeoDataFrame, name: str, start: date) -> np.ndarray:
    held, _ = foretold.laid(crimes, AREA, since=start, until=start + timedelta(days=7), cell_m=250)
    past = [foretold.week(held, start - timedelta(weeks=n)) for n in range(14, 0, -1)]
    return foretold.expected(name, held, foretold.week(held, start), past)


@pytest.mark.parametrize("name", foretold.MAPS)
def test_a_map_knows_nothing_of_its_own_week_or_of_what_was_recorded_later(name: str) -> None:
    crimes, start = _following(), date(2026, 4, 6)
    crimes["recorded"] = crimes["middle"] + pd.to_timedelta(
        np.random.default_rng(0).exponential(6, len(crimes)), unit="D"
    )
    changed = crimes.copy()
    later = (crimes["recorded"] >= pd.Timestamp(start)).to_numpy()
    assert later[(crimes["middle"] < pd.Timestamp(start)).to_numpy()].sum() > 5, "some past crimes were not yet known"
    changed.loc[later, ["easting", "northing"]] = 5.0
    if name == "count model":
        # what is learned of a week is what was known a week after it: recorded later, it may move no cell either
        assert _expected(crimes, name, start).sum() == pytest.approx(_expected(changed, name, start).sum())
    np.testing.assert_allclose(_expected(changed, name, start), _expected(crimes, name, start))


@pytest.mark.parametrize("name", foretold.MAPS)
def test_every_map_expects_as_many_and_makes_no_cell_impossible(name: str) -> None:
    told, last = (_expected(_following(), one, date(2026, 4, 6)) for one in (name, foretold.NAIVE))
    assert told.sum() == pytest.approx(last.sum())
    assert told.min() > 0


def test_the_scores_by_hand_for_one_week() -> None:
    # two cells with all crimes of last year and of the weeks tested: caught whole
    rng = np.random.default_rng(0)
    day = np.sort(rng.uniform(0, 532, 900))
    found = _test(_crimes(np.where(np.arange(900) % 10, 130.0, 430.0), np.full(900, 130.0), day), maps=("last year",))
    assert found.table.loc[0, ["caught", "pei"]].tolist() == [1, 1]
    assert found.table.loc[0, "pai"] == pytest.approx(576 / 28, abs=1e-3)  # 28 of 576 cells are 5 %
    assert found.sentence == "Over 16 weeks last year's map caught 100 % of crimes in 5 % of the area."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"hours_wide": 743.0}, "days are not known closely enough to tell one week from the next"),
        ({"accuracy_m": 500.0}, "locations are snapped to map points, too coarse for maps of a week's risk"),
    ],
)
def test_open_data_cannot_be_mapped_by_week(change: dict[str, float], told: str) -> None:
    found = _test(_steady(size=600).assign(**change))
    assert found.sentence == f"Not assessed: {told}."
    assert found.is_workbench


def test_too_little_is_said() -> None:
    crimes = _steady(size=600)
    assert "15 weeks lie before" in _test(crimes, since=date(2025, 4, 21)).sentence
    assert "no week lies before" in _test(crimes, since=date(2024, 6, 3)).sentence
    assert "3 weeks are too few to test on" in _test(crimes, until=date(2026, 3, 24)).sentence
    assert "crimes in the weeks tested are too few" in _test(_steady(size=200)).sentence
    short = _test(_steady(), since=date(2025, 9, 1), until=date(2025, 12, 1))
    assert "Only 34 weeks lie before the first tested: last year's map is of that much." in short.caveats
    with pytest.raises(MethodError, match="no map is called best"):
        _test(crimes, maps=("best",))


def test_a_week_is_drawn_with_what_its_test_showed() -> None:
    crimes = _following()
    tested = _test(crimes)
    found = risk_week.next_week(crimes, tested, name="w", within=AREA, period=parse("2026-W25"))
    caught = round(100 * tested.table.set_index("map").loc["prospective", "caught"])
    assert (
        found.sentence
        == f"28 of 576 cells marked; in past weeks such cells held {caught} % of crimes, more than last year's map."
    )
    assert found.table["rank"].tolist() == list(range(1, 577))
    assert found.table["is_marked"].sum() == 28
    assert found.is_workbench
    steady = risk_week.next_week(_steady(), _test(_steady()), name="w", within=AREA, period=parse("2026-W25"))
    assert "not clearly more than last year's map" in steady.sentence
    with pytest.raises(MethodError, match="was not tested"):
        risk_week.next_week(crimes, _test(crimes, maps=("kernel",)), name="w", within=AREA, period=parse("2026-W25"))
    with pytest.raises(MethodError, match="is no week"):
        risk_week.next_week(crimes, tested, name="w", within=AREA, period=parse("2026-06"))


def test_no_product_can_reach_it() -> None:
    """Nothing that makes pages imports it; that a product refuses what it returns is tested with products."""
    package = Path(intelnb.__file__).parent
    makers = [*(package / "findings").glob("*.py"), *(package / "publish").glob("*.py"), *(package / "run").glob("*.py"),
              *(package / "cli").glob("*.py"), *package.glob("*.py")]  # fmt: skip
    wanted = {"risk_map", "risk_week", "linkage"}
    for path in makers:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = {alias.name for alias in getattr(node, "names", []) if isinstance(alias, ast.alias)}
            assert not names & wanted, path
            assert str(getattr(node, "module", "")).rpartition(".")[2] not in wanted, path
    for notebook in (package.parent / "notebooks" / "products").glob("*.ipynb"):
        assert not any(word in notebook.read_text("utf-8") for word in wanted), notebook
