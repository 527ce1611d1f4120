"""How late crimes are recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import delay, quality
from intelnb.dates import parse

AS_AT = datetime.fromisoformat("2026-11-16T05:00")


def test_the_planted_delays_are_recovered_although_the_newest_are_cut_off(crimes: Any, truths: Any) -> None:
    truth = truths["recording_delay"]["share_within_days"]
    found = delay.recording_delay(crimes, as_at=AS_AT, period=parse("2026-W46"))
    shares = found.table.set_index("within_days")["share"]
    for days in (1, 3, 7, 14, 28):
        assert shares[days] == pytest.approx(truth[str(days)], abs=0.004)


def test_the_incomplete_share_is_what_then_comes_in(crimes: Any) -> None:
    """As it stood four weeks earlier: the share said to be missing is the share that came since."""
    as_at = datetime.fromisoformat("2026-08-17T05:00")
    known = crimes[crimes["recorded"] <= as_at]
    found = delay.recording_delay(known, as_at=as_at, period=parse("2026-W33"))
    ended = crimes[(crimes["end"] >= "2026-08-14") & (crimes["end"] < "2026-08-17")]
    missing = 100 * (ended["recorded"] > as_at).mean()
    error = 100 * np.sqrt(0.2 * 0.8 / len(ended))
    assert abs(float(found.values["incomplete_3"]) - missing) < 3 * error
    assert found.sentence == f"The last 3 days are about {found.values['incomplete_3']} % incomplete."


def test_constant_delay_by_hand() -> None:
    """Everything is recorded exactly 36 hours after it happened: 1.5 of the last 3 days is still to come."""
    end = pd.date_range("2026-08-01", "2026-11-15 23:00", freq="h")
    crimes = pd.DataFrame({"start": end, "end": end, "recorded": end + pd.Timedelta(hours=36), "hours_wide": 0.0})
    as_at = datetime.fromisoformat("2026-11-16T00:00")
    found = delay.recording_delay(crimes[crimes["recorded"] <= as_at], as_at=as_at)
    assert found.values["incomplete_3"] == pytest.approx(50, abs=5)
    assert (found.values["within_1"], found.values["within_7"]) == (0, 100)
    assert "incomplete_period" not in found.values


def test_rows_that_cannot_be_used_are_told() -> None:
    end = pd.Series(pd.date_range("2026-08-01", "2026-11-01", freq="12h"))
    crimes = pd.DataFrame({"end": end, "recorded": end + pd.Timedelta(hours=3), "hours_wide": 0.0})
    crimes.loc[0, "recorded"] = pd.NaT
    crimes.loc[1, "recorded"] = crimes.loc[1, "end"] - pd.Timedelta(days=1)
    crimes.loc[2, "recorded"] = crimes.loc[2, "end"] + pd.Timedelta(days=95)
    told = " ".join(delay.recording_delay(crimes, as_at=AS_AT).caveats)
    for words in ("1 crime without a recording date", "1 crime recorded before the end", "1 crime recorded later"):
        assert words in told


def test_what_cannot_be_answered_says_why() -> None:
    table = pd.DataFrame({"end": pd.to_datetime(["2026-11-01"] * 5), "hours_wide": 0.0})
    assert delay.recording_delay(table, as_at=AS_AT).sentence == "Not assessed: recording dates are not in these data."
    few = table.assign(recorded=table["end"])
    assert "only 5 events" in delay.recording_delay(few, as_at=AS_AT).sentence
    assert (
        delay.recording_delay(few.assign(hours_wide=743.0), as_at=AS_AT).sentence == "Not assessed: data are monthly."
    )


def test_a_period_long_over_is_complete_and_warns_of_nothing() -> None:
    end = pd.date_range("2026-01-01 12:00", "2026-10-31 12:00", freq="D")
    crimes = pd.DataFrame({"end": end, "recorded": end + pd.Timedelta(hours=20), "hours_wide": 0.0})
    late = delay.recording_delay(crimes, as_at=datetime(2026, 11, 16, 5), period=parse("2026-10"))
    assert late.sentence == "The last 3 days are complete on past form."
    told = quality.trust(
        pd.DataFrame(),
        name="t",
        as_at=datetime(2026, 11, 16),
        crimes=crimes.iloc[:0],
        logs=crimes.iloc[:0],
        results=[late],
    )
    assert told.values["n_first"] == 0
