"""This period in words against the few before it."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis import comparison
from intelnb.dates import parse
from intelnb.tables.coverage import Gap

AS_AT = datetime.fromisoformat("2026-11-16T05:00")
W46 = parse("2026-W46")


def weeks(counts: list[int]) -> pd.DataFrame:
    days = [pd.Timestamp(W46.end) - pd.Timedelta(weeks=len(counts) - i) for i, n in enumerate(counts) for _ in range(n)]
    return pd.DataFrame({"middle": pd.Series(days, dtype="datetime64[us]"), "hours_wide": 0.0})


@pytest.mark.parametrize(
    ("counts", "words", "change"),
    [
        ([9, 10, 11, 10, 10], "about the same as", ""),
        ([10, 10, 10, 10, 25], "more than", ""),
        ([40, 40, 40, 40, 80], "more than", "up 100 %"),
        ([80, 80, 80, 80, 40], "fewer than", "down 50 %"),
        ([10, 10, 10, 10, 0], "fewer than", ""),
        # the published example: 12 against 25 has a chance of 0.03
        ([25, 12], "fewer than", ""),
        # not to be told from chance, and not alike either
        ([24, 14], "no clear change from", ""),
        ([18, 18, 18, 18, 26], "no clear change from", ""),
        ([10, 10, 10, 10, 11], "about the same as", ""),
        ([10, 10, 10, 10, 12], "no clear change from", ""),
    ],
)
def test_words_and_no_percentage_on_small_counts(counts: list[int], words: str, change: str) -> None:
    found = comparison.with_usual(weeks(counts), name="u", period=W46, as_at=AS_AT, back=4)
    assert (found.values["words"], found.values["change"]) == (words, change)
    assert found.values["n"] == counts[-1]
    assert found.values["usual"] == sum(counts[:-1]) / (len(counts) - 1)


def test_what_cannot_be_told_is_not_called_the_same() -> None:
    found = comparison.with_usual(weeks([18, 18, 18, 18, 26]), name="u", period=W46, as_at=AS_AT)
    assert found.sentence == "26 this week, no clear change from the usual 18."


def test_months_are_compared_by_their_days() -> None:
    middle = [*["2026-01-16"] * 31, *["2026-02-15"] * 28]
    crimes = pd.DataFrame({"middle": pd.to_datetime(middle), "hours_wide": 743.0})
    found = comparison.with_usual(crimes, name="u", period=parse("2026-02"), as_at=AS_AT, back=1)
    assert (found.values["usual"], found.values["words"]) == (28.0, "about the same as")
    assert found.sentence == "28 this month, about the same as the usual 28."


def test_fewer_weeks_are_used_and_told_and_none_is_not_assessed() -> None:
    found = comparison.with_usual(weeks([9, 9]), name="u", period=W46, as_at=AS_AT)
    assert found.values["back"] == 1
    assert "Only 1 comparable earlier week instead of 4." in found.caveats
    alone = comparison.with_usual(weeks([9]), name="u", period=W46, as_at=AS_AT)
    assert alone.sentence == "Not assessed: these data hold no earlier week."


def test_nothing_is_compared_across_a_break() -> None:
    row = {"date": pd.to_datetime(["2026-11-09"]), "until": pd.to_datetime([None]), "what": ["new form"]}
    found = comparison.with_usual(weeks([9, 9, 9]), name="u", period=W46, as_at=AS_AT, breaks=pd.DataFrame(row))
    assert (found.status, found.sentence) == (
        "break in recording",
        "Break in recording: recording changed on Mon 9 Nov 2026.",
    )
    row["date"] = pd.to_datetime(["2026-11-02"])
    assert (
        comparison.with_usual(weeks([9, 9, 9]), name="u", period=W46, as_at=AS_AT, breaks=pd.DataFrame(row)).values[
            "back"
        ]
        == 1
    )


def test_both_zero_is_the_same() -> None:
    crimes = weeks([0, 0])
    crimes.attrs["covered_from"] = parse("2026-W40").start
    assert (
        comparison.with_usual(crimes, name="u", period=W46, as_at=AS_AT).sentence
        == "0 this week, about the same as the usual 0."
    )


def test_earlier_weeks_that_were_all_never_sent_are_no_comparison() -> None:
    crimes = weeks([9, 10, 11, 10, 10])
    crimes.attrs["covered"] = (
        "2026-11-09",
        "2026-11-10",
        "2026-11-11",
        "2026-11-12",
        "2026-11-13",
        "2026-11-14",
        "2026-11-15",
    )
    found = comparison.with_usual(crimes, name="usual", period=W46, as_at=AS_AT)
    assert found.sentence == "Not assessed: 1 week of history is needed, none is there yet."
    crimes.attrs = {"gaps": (Gap(date(2026, 10, 12), date(2026, 11, 8), 0, 40),)}
    found = comparison.with_usual(crimes, name="usual", period=W46, as_at=AS_AT)
    assert found.sentence == (
        "Not assessed: no records from 12 Oct to 8 Nov 2026, which looks like a gap; 1 week is needed, none is there yet."
    )


def test_with_a_long_history_uneven_counts_are_no_news() -> None:
    even, uneven = [10, 11, 9, 10] * 6, [2, 19, 4, 15] * 6
    told = [comparison.with_usual(weeks([*past, 20]), name="u", period=W46, as_at=AS_AT) for past in (even, uneven)]
    assert [one.values["words"] for one in told] == ["more than", "no clear change from"]
    assert [one.values["usual"] for one in told] == [10.0, 10.0]
    assert told[0].values["unevenness"] == 1.0
    assert float(told[1].values["unevenness"]) > 5
    assert not any("how uneven" in caveat for one in told for caveat in one.caveats)


def test_a_short_history_is_judged_as_single_crimes_and_says_so() -> None:
    # 12 earlier weeks: the chance is that of the exact comparison of two counts
    found = comparison.with_usual(weeks([2, 19, 4, 15] * 3 + [20]), name="u", period=W46, as_at=AS_AT)
    assert found.values["words"] == "more than"
    assert (found.values["unevenness"], found.settings["history_periods"]) == (0.0, 12)
    assert comparison.ALONE.format(noun="week") in found.caveats


@pytest.mark.parametrize("uneven", [2.0, 3.0])
def test_the_stated_chance_of_a_false_word_holds_where_counts_are_uneven(uneven: float) -> None:
    # a fixed seed; 120 quiet series of a year at a stated 5 in 100: a standard error of 2, so 11 in 100 is three above
    rng = np.random.default_rng(int(10 * uneven))
    mean, said = 15.0, 0
    for _ in range(120):
        share = rng.gamma(mean / (uneven - 1), (uneven - 1) / mean, 53)
        found = comparison.with_usual(weeks(rng.poisson(mean * share).tolist()), name="u", period=W46, as_at=AS_AT)
        said += found.values["words"] in ("more than", "fewer than")
    assert said <= 0.11 * 120
