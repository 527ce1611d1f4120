"""Bursts: a planted one is found on its days, a steady rate seldom shows one, and uneven series are not judged."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import burst
from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from intelnb.stats.naus import naus

YEAR = {"since": date(2025, 11, 17), "until": date(2026, 11, 16)}
BEGIN = pd.Timestamp("2025-11-17")


def _crimes(day: Any, **others: Any) -> pd.DataFrame:
    return pd.DataFrame({"middle": BEGIN + pd.to_timedelta(np.r_[0.0, day], unit="D"), "hours_wide": 2.0, **others})


def _steady(size: int = 290, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 364, size)


def _busiest(crimes: pd.DataFrame, **options: Any) -> Result:
    return burst.busiest(crimes, name="burst", **{**YEAR, **options})


def test_a_planted_burst_is_found_on_its_days() -> None:
    day = np.r_[_steady(), np.random.default_rng(2).uniform(300, 306.9, 14)]
    found = _busiest(_crimes(day))
    values = found.values
    # day 300 is 13 September
    assert values["first"] in {"12 Sep", "13 Sep", "14 Sep"}
    assert values["most"] == found.table["window_n"].max() >= 14
    assert values["p"] == pytest.approx(naus(int(values["most"]), mean=305 * 7 / 364, windows=52))
    assert values["p"] <= 0.05
    assert found.sentence.startswith(
        f"Unusually busy: {values['most']} crimes in the 7 days from {values['first']}, 5.9"
    )
    assert found.table["n"].sum() == 305
    row = found.table[found.table["window_n"] == values["most"]].iloc[0]
    before = found.table[(found.table["day"] > row["day"] - pd.Timedelta(days=7)) & (found.table["day"] <= row["day"])]
    assert before["n"].sum() == values["most"]


def test_a_steady_rate_seldom_shows_one() -> None:
    calls = [_busiest(_crimes(_steady(seed=seed))) for seed in range(60)]
    # 5 % of 60 is 3; 10 or more would come once in a thousand
    assert sum(call.sentence.startswith("Unusually") for call in calls) < 10
    assert sum(call.is_assessed for call in calls) > 50
    plain = next(call for call in calls if call.sentence.startswith("No"))
    most, first = plain.values["most"], plain.values["first"]
    assert plain.sentence == (
        f"No unusually busy stretch: at most {most} crimes in 7 days, from {first}, which chance alone may bring."
    )


def test_a_season_is_not_called_a_burst() -> None:
    rng = np.random.default_rng(4)
    day = np.r_[rng.uniform(0, 364, 300), rng.normal(180, 40, 300).clip(0, 363)]
    assert _busiest(_crimes(day)).sentence == (
        "Not assessed: crimes are spread too unevenly over the other days for a steady rate."
    )


def test_only_days_recorded_alike_are_used() -> None:
    known = pd.DataFrame({"date": [pd.Timestamp("2026-08-01")], "until": [pd.NaT], "what": ["new form"]})
    found = _busiest(_crimes(_steady()), breaks=known)
    assert (found.settings["since"], found.values["days"]) == ("2026-08-01", 107)
    assert _busiest(_crimes(_steady()), breaks=known.assign(date=pd.Timestamp("2026-11-01"))).status == (
        "break in recording"
    )


@pytest.mark.parametrize(
    ("crimes", "sentence"),
    [
        (_crimes(_steady(), hours_wide=743.0), "Not assessed: data are monthly."),
        (_crimes(_steady(8)), "Not assessed: 9 crimes can be counted and a busiest stretch needs at least 10."),
        (_crimes(np.zeros(30)), "Not assessed: all crimes fall on one day."),
        (
            _crimes(np.random.default_rng(1).uniform(100, 364, 300)),
            "Not assessed: there is no crime at all for 100 days from Tue 18 Nov 2025, which looks like a gap in recording.",
        ),
    ],
)
def test_data_that_cannot_answer_are_refused(crimes: pd.DataFrame, sentence: str) -> None:
    assert _busiest(crimes).sentence == sentence


@pytest.mark.parametrize("options", [{"window_days": 0}, {"window_days": 100}, {"unusual": 0.0}])
def test_faults_of_the_call_say_what_to_do(options: dict[str, Any]) -> None:
    with pytest.raises(MethodError, match=next(iter(options))) as refused:
        _busiest(_crimes(_steady()), **options)
    assert refused.value.now
