"""History: as far back as it compares, no farther; gaps are gaps."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from intelnb.dates import parse
from intelnb.tables import history
from tests.analysis.made_series import AS_AT, W46, crimes_in, monthly, one_break


def test_a_lasting_change_ends_it_and_a_passing_one_leaves_a_gap() -> None:
    crimes = crimes_in([5, 6, 7, 8, 9, 10])  # weeks 41 to 46
    lasting = history.back_from(crimes, W46, as_at=AS_AT, weeks=9, least=2, breaks=one_break("2026-10-20"))
    # the week the change falls in is like neither side
    assert [one.label for one in lasting.periods] == ["2026-W44", "2026-W45", "2026-W46"]
    assert (lasting.counts.tolist(), lasting.held, lasting.status) == ([8, 9, 10], 2, "")
    passing = history.back_from(
        crimes, W46, as_at=AS_AT, weeks=9, least=2, breaks=one_break("2026-10-20", "2026-10-27")
    )
    assert passing.held == 3
    np.testing.assert_array_equal(passing.counts, [5, 6, np.nan, np.nan, 9, 10])
    whole = history.back_from(
        crimes, W46, as_at=AS_AT, weeks=9, least=1, breaks=one_break("2026-10-20", "2026-10-27"), is_whole=True
    )
    assert whole.counts.tolist() == [9, 10]


def test_what_travels_with_the_table_counts_as_what_is_handed_over() -> None:
    crimes = crimes_in([5, 6, 7, 8, 9, 10])
    row = {"date": pd.Timestamp("2026-10-20"), "until": pd.NaT, "areas": (), "reason": "", "what": "new form"}
    crimes.attrs["breaks"] = (row,)
    found = history.back_from(crimes, W46, as_at=AS_AT, weeks=9, least=2)
    assert [one.label for one in found.periods] == ["2026-W44", "2026-W45", "2026-W46"]
    assert "Recording changed on Tue 20 Oct 2026: new form; weeks it touches are left out." in found.told
    crimes.attrs = {"covered": ("2026-11",)}
    sent = history.back_from(crimes, W46, as_at=AS_AT, weeks=9, least=1)
    assert [one.label for one in sent.periods] == ["2026-W45", "2026-W46"]


def test_too_little_names_what_is_needed_and_what_is_there() -> None:
    crimes = crimes_in([5, 6, 7, 8, 9, 10])
    short = history.back_from(crimes, W46, as_at=AS_AT, weeks=9, least=8)
    assert (short.status, short.why) == ("not assessed", "8 weeks of history are needed, 5 are there")
    now = history.back_from(crimes, W46, as_at=AS_AT, weeks=9, least=1, breaks=one_break("2026-11-11"))
    assert now.status == "break in recording"
    assert np.isnan(now.counts[-1])


@pytest.mark.parametrize(
    ("crimes", "period", "why"),
    [
        (monthly([9] * 12), W46, "data are monthly"),
        (crimes_in([9] * 12), parse("2026-10-01/2026-10-20"), "this needs a week or a month"),
        (crimes_in([9] * 12), parse("2026-W50"), "data end on Mon 16 Nov 2026, before this week"),
        (crimes_in([9] * 12), parse("2020-W10"), "these data hold no crime as early as this week"),
    ],
)
def test_what_cannot_be_counted_says_why(crimes: object, period: object, why: str) -> None:
    found = history.back_from(crimes, period, as_at=AS_AT, weeks=9, least=1)  # type: ignore[arg-type]
    assert (found.status, found.why) == ("not assessed", why)


def test_every_week_is_counted_as_young_as_the_last() -> None:
    crimes = crimes_in([7, 7, 7], lag_days=2)
    found = history.back_from(crimes, W46, as_at=datetime(2026, 11, 16), weeks=9, least=1)
    assert found.counts.tolist() == [5, 5, 5]
