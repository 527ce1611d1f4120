"""Two windows made fit to compare: equal age by hand, and never across a break or what was not sent."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from intelnb.tables import daily, recording, windows

LATER, EARLIER = (date(2026, 11, 9), date(2026, 11, 16)), (date(2026, 11, 2), date(2026, 11, 9))
FOUR_WEEKS = (date(2026, 10, 12), date(2026, 11, 9))


def _crimes(*pairs: tuple[str, str | None], **others: object) -> pd.DataFrame:
    table = {
        "middle": pd.to_datetime([a for a, _ in pairs]),
        "recorded": pd.to_datetime([b for _, b in pairs], format="ISO8601"),
    }
    return pd.DataFrame({**table, "hours_wide": 0.0, **others})


def _break(day: str, until: str | None = None, areas: tuple[str, ...] = ()) -> dict[str, object]:
    return {"date": pd.Timestamp(day), "until": pd.Timestamp(until) if until else pd.NaT, "areas": areas, "what": "w"}


def test_the_earlier_window_is_counted_as_known_equally_long_after_its_end() -> None:
    crimes = _crimes(
        ("2026-11-03", "2026-11-09 04:59"), ("2026-11-03", "2026-11-09 05:01"), ("2026-11-10", "2026-11-16 04:00"),
        ("2026-11-04", None), ("2026-09-01", "2026-12-01"),
    )  # fmt: skip
    found = windows.equal_age(crimes, [EARLIER, LATER], as_at=datetime(2026, 11, 16, 5))
    assert found.table.index.tolist() == [0, 2, 3, 4]  # what lies in neither window stays
    assert found.days == (7.0, 7.0)
    assert (
        "Each window is counted as known equally long after its end: 1 crime recorded later is left out." in found.told
    )
    assert any(told.startswith("1 crime has no recording date and counts as known at once") for told in found.told)
    assert windows.equal_age(crimes, [EARLIER, LATER], as_at=None).table.index.tolist() == [0, 1, 2, 3, 4]


def test_a_longer_window_is_counted_in_stretches_of_the_shorter() -> None:
    # of each of the four weeks one crime recorded on the Monday after just before five, as the data end, and of two one after
    weeks = {"10-14": "10-19", "10-21": "10-26", "10-28": "11-02", "11-04": "11-09"}
    kept = [(f"2026-{day}", f"2026-{monday} 04:59") for day, monday in weeks.items()]
    late = [("2026-10-14", "2026-10-19 05:01"), ("2026-10-28", "2026-11-08 12:00")]
    crimes = _crimes(*kept, *late, ("2026-11-11", "2026-11-16 04:59"))
    found = windows.equal_age(crimes, [FOUR_WEEKS, LATER], as_at=datetime(2026, 11, 16, 5))
    assert found.table.index.tolist() == [0, 1, 2, 3, 6]
    assert found.days == (28.0, 7.0)


def test_an_unfinished_window_is_compared_with_the_same_part() -> None:
    moments = [f"2026-{day}" for day in ("10-14", "10-17", "11-04", "11-06", "11-10", "11-11")]
    crimes = _crimes(*((day, day) for day in moments))
    found = windows.equal_age(crimes, [FOUR_WEEKS, LATER], as_at=datetime(2026, 11, 12))
    assert found.table.index.tolist() == [0, 2, 4, 5]  # Saturday and Friday lie after the Wednesday the data end with
    assert found.days == (12.0, 3.0)
    assert found.told == (
        "The later window is not over: counted to Thu 12 Nov 2026 and compared with the same part of the earlier.",
    )


def test_late_recording_makes_no_fall() -> None:
    rng = np.random.default_rng(4)
    middle = pd.Timestamp("2026-10-01") + pd.to_timedelta(rng.uniform(0, 46, 6000), unit="D")
    recorded = middle + pd.to_timedelta(rng.exponential(6, 6000), unit="D")
    crimes = pd.DataFrame({"middle": middle, "recorded": recorded, "hours_wide": 0.0})
    crimes = crimes[crimes["recorded"] <= "2026-11-16 05:00"]
    for earlier in (EARLIER, FOUR_WEEKS):
        kept = windows.equal_age(crimes, [earlier, LATER], as_at=datetime(2026, 11, 16, 5)).table
        n = [((kept["middle"] >= str(a)) & (kept["middle"] < str(b))).sum() for a, b in (earlier, LATER)]
        raw = ((crimes["middle"] >= str(earlier[0])) & (crimes["middle"] < str(earlier[1]))).sum()
        weeks = (earlier[1] - earlier[0]).days / 7
        assert n[0] / weeks == pytest.approx(n[1], rel=0.15)
        assert raw / weeks > 1.4 * n[1]  # the fall there would be


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (_break("2026-11-04"), "recording changed on Wed 4 Nov 2026"),
        (_break("2026-11-09"), "recording changed on Mon 9 Nov 2026"),
        (_break("2026-11-11", "2026-11-12"), "recording was disturbed from Wed 11 Nov 2026"),
        (_break("2026-01-01", "2027-01-01"), "recording was disturbed from Thu 1 Jan 2026"),
        (_break("2026-11-16"), ""),
        (_break("2026-11-02"), ""),
        (_break("2026-10-01", "2026-11-01"), ""),
        (_break("2026-11-04", areas=("E1",)), "recording changed on Wed 4 Nov 2026"),
        (_break("2026-11-04", areas=("S1",)), ""),
    ],
)
def test_nothing_is_compared_across_a_break(held: dict[str, object], why: str) -> None:
    crimes = _crimes(("2026-11-03", None), ("2026-11-10", None), ("2026-10-01", None), area="E1", ward="E1")
    told = windows.alike(crimes, earlier=EARLIER, later=LATER, breaks=pd.DataFrame([held]))
    assert (told.status, told.why) == ("break in recording" if why else "", why)
    crimes.attrs.update(breaks=(held,), area="E")
    travelling = windows.alike(crimes, earlier=EARLIER, later=LATER)
    assert (travelling.status, travelling.why) == (told.status, told.why)


def test_what_was_never_sent_and_what_is_not_known_yet_is_not_compared() -> None:
    crimes = _crimes(("2026-10-01", None), ("2026-11-10", None))
    crimes.attrs["covered"] = ("2026-11",)
    found = windows.alike(crimes, earlier=FOUR_WEEKS, later=LATER)
    assert (found.status, found.why) == ("not submitted", "part of this time was never submitted")
    crimes.attrs["as_at"] = datetime(2026, 11, 8, 5)
    unborn = windows.alike(crimes, earlier=EARLIER, later=LATER)
    assert unborn.why == "the data end before enough of the later window is over"
    late = windows.alike(crimes, earlier=(date(2026, 9, 1), date(2026, 9, 8)), later=LATER)
    assert late.why == "the data begin on 2026-10-01, after the earlier window does"


def test_a_break_in_one_ward_counts_for_many_places_and_not_for_one_series() -> None:
    crimes = pd.DataFrame(
        {"middle": pd.date_range("2026-10-01", periods=60, freq="D"), "hours_wide": 0.0, "area": ["E1", "E2"] * 30}
    )
    crimes.attrs.update(breaks=(_break("2026-11-04", areas=("E1",)), _break("2026-11-10", areas=("S9",))), area="E")
    asked = {"until": date(2026, 11, 16), "days": 30, "least_days": 1}
    places = daily.per_place(crimes, [0, 1] * 30, places=2, **asked)  # type: ignore[arg-type]
    whole = daily.per_place(crimes, [0] * 60, places=1, **asked)  # type: ignore[arg-type]
    assert (places.begin, whole.begin) == (date(2026, 11, 4), date(2026, 10, 17))
    margin = crimes.assign(inside=crimes["area"] == "E2")
    touching = recording.anywhere(margin)
    assert touching is not None
    assert touching.empty  # a break beyond the border
    unplaced = recording.anywhere(crimes.drop(columns="area"))
    assert unplaced is not None
    assert len(unplaced) == 2  # nothing says that it is elsewhere
