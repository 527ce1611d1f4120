"""Did it work: effects planted and found, ranges that hold nothing, breaks and delays, and doses by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from intelnb.analysis import dose, evaluation, interruption
from intelnb.dates import parse
from intelnb.errors import MethodError

BEFORE, AFTER = parse("2025-W20"), parse("2026-W20")
AS_AT = datetime(2026, 11, 16, 5)
CENTRES = {"treated": 500, "around": 2500, "comparison": 4500, "around comparison": 6500}


def _places(*roles: str) -> gpd.GeoDataFrame:
    shapes = [shapely.box(CENTRES[role] - 500, 0, CENTRES[role] + 500, 1000) for role in roles]
    return gpd.GeoDataFrame({"role": list(roles)}, geometry=shapes, crs="EPSG:27700")


def _crimes(counts: dict[str, tuple[int, int]], **others: Any) -> gpd.GeoDataFrame:
    rows = [(100, 5000, pd.Timestamp("2025-01-01"))]  # so that the data reach back
    for role, pair in counts.items():
        for n, day in zip(pair, (BEFORE.start, AFTER.start), strict=True):
            rows += [
                (CENTRES[role] + i % 9, 300 + i % 7, pd.Timestamp(day) + pd.Timedelta(hours=i % 160)) for i in range(n)
            ]
    x, y, when = zip(*rows, strict=True)
    table = pd.DataFrame(
        {"easting": np.array(x, float), "northing": np.array(y, float), "middle": list(when), "hours_wide": 1.0}
    )
    return gpd.GeoDataFrame(table.assign(inside=True, **others), geometry=gpd.points_from_xy(x, y), crs="EPSG:27700")


def _asked(crimes: gpd.GeoDataFrame, places: gpd.GeoDataFrame, **options: Any) -> Any:
    return evaluation.before_after(
        crimes, places, name="e", **{"before": BEFORE, "after": AFTER, "as_at": AS_AT, **options}
    )


def test_the_golden_row_in_words() -> None:
    found = _asked(
        _crimes({"treated": (398, 190), "comparison": (148, 97)}), _places("treated", "comparison"), level=0.9
    )
    assert found.sentence == (
        "Treated places 398 to 190, comparison 148 to 97: 157 fewer than expected (range 204 fewer to 110 fewer)."
    )
    assert found.values["moved"] == "not looked for: no ring was given"
    assert "No ring round the treated places was given: displacement was not looked for." in found.caveats
    assert found.table["change_percent"].tolist() == [-52, -34]


@pytest.mark.parametrize(
    ("around", "moved", "told"),
    [((100, 66), "not shown", "; displacement or spread not shown."), ((100, 160), "displacement shown", "; displacement shown."),
     ((100, 30), "spread of benefit shown", "; spread of benefit shown.")],
)  # fmt: skip
def test_where_it_went(around: tuple[int, int], moved: str, told: str) -> None:
    counts = {"treated": (398, 190), "around": around, "comparison": (148, 97)}
    found = _asked(_crimes(counts), _places(*counts))
    assert found.values["moved"] == moved
    assert found.sentence.endswith(told)
    assert found.values["quotient"] == pytest.approx(
        (around[1] / 97 - around[0] / 148) / (190 / 97 - 398 / 148), abs=0.005
    )


def test_with_both_rings_the_whole_difference_is_given() -> None:
    counts = {"treated": (40, 20), "around": (10, 14), "comparison": (30, 30), "around comparison": (12, 12)}
    found = _asked(_crimes(counts), _places(*counts))
    assert (found.values["difference"], found.values["total_difference"]) == (-20, -16)


def test_an_effect_inside_chance_is_called_not_shown() -> None:
    found = _asked(_crimes({"treated": (13, 7), "comparison": (14, 12)}), _places("treated", "comparison"))
    assert "effect not shown, 4 fewer than expected" in found.sentence
    assert found.values["is_shown"] == "no"
    assert found.table["change_percent"].isna().all(), "no percentage on small counts"


def test_times_of_other_lengths_are_scaled() -> None:
    found = _asked(
        _crimes({"treated": (40, 20), "comparison": (40, 20)}), _places("treated", "comparison"),
        before=parse("2025-05-12/2025-05-25"),
    )  # fmt: skip
    assert found.values["difference"] == 0
    assert found.table["before_scaled"].tolist() == [20.0, 20.0]
    assert "Before lasted 14 days and after 7: counts before are scaled to the time after." in found.caveats


def test_late_records_are_left_out_on_both_sides() -> None:
    crimes = _crimes({"treated": (20, 20), "comparison": (20, 20)})
    as_at = datetime(2026, 5, 18, 5)  # five hours after the end of the time after
    late = crimes["middle"].dt.normalize() + pd.Timedelta(days=30)
    crimes["recorded"] = late.where((crimes["middle"] < "2026-01-01") & (crimes["easting"] < 1000), crimes["middle"])
    found = _asked(crimes, _places("treated", "comparison"), as_at=as_at)
    # those before were recorded a month late; nothing so late can be in the time after yet
    assert found.sentence.startswith("Treated places 0 to 20, comparison 20 to 20")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"as_at": datetime(2026, 5, 17)}, "Not assessed: the time after is not over."),
        (
            {"before": parse("2024-W20")},
            "Not assessed: these data begin on Wed 1 Jan 2025, after the time before does.",
        ),
        (
            {"breaks": pd.DataFrame({"date": pd.to_datetime(["2025-09-01"]), "until": pd.NaT, "what": ["new form"]})},
            "Break in recording: recording changed on Mon 1 Sep 2025.",
        ),
    ],
)
def test_what_cannot_be_compared_is_said(change: dict[str, Any], told: str) -> None:
    found = _asked(_crimes({"treated": (40, 20), "comparison": (30, 30)}), _places("treated", "comparison"), **change)
    assert found.sentence == told


def test_a_break_before_both_or_passing_between_them_is_no_hindrance() -> None:
    known = pd.DataFrame(
        {
            "date": pd.to_datetime(["2025-03-01", "2025-09-01"]),
            "until": pd.to_datetime([None, "2025-09-20"]),
            "what": ["a", "b"],
        }
    )
    found = _asked(
        _crimes({"treated": (40, 20), "comparison": (30, 30)}), _places("treated", "comparison"), breaks=known
    )
    assert found.is_assessed


def test_data_that_cannot_answer_are_refused() -> None:
    places = _places("treated", "comparison")
    counts = {"treated": (40, 20), "comparison": (30, 30)}
    snapped = _asked(_crimes(counts, accuracy_m=800.0), places)
    assert snapped.sentence == "Not assessed: locations are snapped to map points, too coarse for places of this size."
    monthly = _crimes(counts).assign(hours_wide=743.0)
    assert _asked(monthly, places).sentence == "Not assessed: data are monthly and these are not whole months."
    months = _asked(monthly, places, before=parse("2025-05"), after=parse("2026-05"))
    assert months.is_assessed
    empty = _asked(_crimes({"treated": (40, 20), "comparison": (0, 0)}), places)
    assert empty.sentence.startswith("Not assessed: no crime was counted in: comparison;")


@pytest.mark.parametrize(
    ("places", "options", "told"),
    [
        (_places("treated"), {}, "no place is called comparison"),
        (_places("treated", "comparison").assign(role=["treated", "control"]), {}, "'control' is no role"),
        (_places("treated", "comparison").set_geometry([shapely.box(0, 0, 9, 9)] * 2, crs="EPSG:27700"), {}, "treated and comparison overlap"),
        (_places("treated", "comparison").set_crs("EPSG:4326", allow_override=True), {}, "not in metres"),
        (_places("treated", "comparison"), {"before": AFTER}, "overlap"),
        (_places("treated", "comparison"), {"before": AFTER, "after": BEFORE}, "comes before"),
    ],
)  # fmt: skip
def test_faulty_questions_name_their_remedy(places: gpd.GeoDataFrame, options: dict[str, Any], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        _asked(_crimes({"treated": (40, 20), "comparison": (30, 30)}), places, **options)
    assert refused.value.now


def _series(before: int, after: int, weeks: int = 60, change: int = 40) -> pd.DataFrame:
    n = np.where(np.arange(weeks) >= change, after, before) + np.arange(weeks) % 3
    week = np.repeat(np.arange(weeks), n)
    first = pd.Timestamp(parse("2026-W46").end) - pd.Timedelta(weeks=weeks)
    return pd.DataFrame(
        {
            "middle": first + pd.to_timedelta(week * 7, unit="D") + pd.Timedelta(hours=6),
            "hours_wide": 1.0,
            "inside": True,
        }
    )


def _its(crimes: pd.DataFrame, changed: date = date(2026, 6, 29), **options: Any) -> Any:
    return interruption.at_moment(crimes, name="i", changed=changed, period=parse("2026-W46"), as_at=AS_AT, **options)


def test_a_fall_at_the_moment_is_told_with_its_range() -> None:
    found = _its(_series(20, 10))
    assert found.values["is_shown"] == "yes"
    assert found.values["low"] < -200 < found.values["high"] < 0
    assert found.sentence.startswith("Over 20 weeks since 29 Jun: ")
    assert found.values["n_before"] == 40
    assert found.table["is_after"].sum() == 20
    assert "Under two years of history: the season is not taken out of the answer." in found.caveats


def test_no_fall_is_called_not_shown() -> None:
    found = _its(_series(20, 20))
    assert "effect not shown, " in found.sentence
    assert found.values["is_shown"] == "no"


def test_the_week_the_moment_falls_in_is_left_out() -> None:
    found = _its(_series(20, 10), changed=date(2026, 7, 1), settling=1)
    assert found.table.loc[found.table["is_left_out"], "period"].tolist() == ["2026-W27", "2026-W28"]
    assert found.settings["left_out"] == 2


def test_a_series_refuses_breaks_short_sides_and_unfinished_weeks() -> None:
    known = pd.DataFrame({"date": pd.to_datetime(["2026-02-04"]), "until": pd.NaT, "what": ["new form"]})
    found = _its(_series(20, 10), breaks=known)
    assert found.status == "break in recording"
    assert found.sentence == "Break in recording: recording changed on Wed 4 Feb 2026."
    short = _its(_series(20, 10), changed=date(2026, 10, 19))
    assert short.sentence == "Not assessed: the steps are too few, 56 before and 4 after."
    open_ = interruption.at_moment(
        _series(20, 10), name="i", changed=date(2026, 6, 29), period=parse("2026-W46"), as_at=datetime(2026, 11, 14)
    )
    assert open_.sentence == "Not assessed: this week is not over."
    with pytest.raises(MethodError, match="neither a week nor a month"):
        interruption.at_moment(
            _series(9, 9), name="i", changed=date(2026, 6, 29), period=parse("2026-10-01/2026-10-09"), as_at=AS_AT
        )


def _deliveries(*rows: tuple[Any, ...]) -> pd.DataFrame:
    columns = ["place", "date", "action", "planned_minutes", "delivered_minutes", "planned_visits", "delivered_visits"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(date=pd.to_datetime(table["date"]), **{c: table[c].astype(float) for c in columns[3:]})


WEEK = {"period": parse("2026-W46"), "as_at": AS_AT}


def test_doses_by_hand() -> None:
    rows = _deliveries(
        ("P1", "2026-11-09", "A", 45, 25, 3, 2), ("P1", "2026-11-10", "A", 45, None, 3, 3), ("P2", "2026-11-09", "A", 30, 30, None, None),
        ("P2", "2026-11-11", "B", 0, 15, None, None), ("P3", "2026-11-12", "A", 45, None, None, None), ("P1", "2026-11-16", "A", 45, 45, 3, 3),
    )  # fmt: skip
    found = dose.delivered(rows, name="d", **WEEK)
    minutes = found.table[found.table["unit"] == "minutes"].set_index("place")
    assert minutes.loc["P1", ["days_planned", "days_recorded", "planned", "delivered"]].tolist() == [2, 1, 45, 25]
    assert minutes.loc["P2", ["planned", "delivered", "share"]].tolist() == [30, 45, 1.5]
    assert np.isnan(minutes.loc["P3", "share"])
    assert found.sentence == "93 % of the minutes planned for 2 places were delivered; least in P1, 56 %."
    visits = found.table[found.table["unit"] == "visits"].set_index("place")
    assert visits.loc["P1", ["planned", "delivered"]].tolist() == [6, 5]
    assert "Delivery not recorded on 2 planned days: left out of the share, not counted as nothing." in found.caveats
    assert "1 place has no plan with a delivery recorded and no share." in found.caveats
    only = dose.delivered(rows, name="d", action="B", **WEEK)
    assert only.sentence == "Not assessed: no place has both a plan and a delivery recorded in this week."


def test_a_recorded_zero_is_nothing_done_and_a_blank_is_not() -> None:
    zero = dose.delivered(_deliveries(("P1", "2026-11-09", "", 45, 0, None, None)), name="d", **WEEK)
    assert zero.sentence == "0 % of the minutes planned for 1 place were delivered."
    blank = dose.delivered(_deliveries(("P1", "2026-11-09", "", 45, None, None, None)), name="d", **WEEK)
    assert blank.status == "not assessed"
    with pytest.raises(MethodError, match="delivered_visits hold figures under 0"):
        dose.delivered(_deliveries(("P1", "2026-11-09", "", 45, 45, 1, -1)), name="d", **WEEK)


def test_minutes_missing_altogether_leave_visits_to_tell() -> None:
    found = dose.delivered(_deliveries(("P1", "2026-11-09", "", None, None, 4, 3)), name="d", **WEEK)
    assert found.sentence == "75 % of the visits planned for 1 place were delivered."
