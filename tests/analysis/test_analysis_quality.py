"""What cannot be trusted: the worst first, in few words, and nothing lost behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from intelnb.analysis import quality
from intelnb.analysis.result import Result, not_assessed

AS_AT = datetime(2026, 11, 16, 5)
LEDGERS = pd.DataFrame(
    {"source": ["crimes", "logs"], "read": [1000, 100], "accepted": [995, 98], "quarantined": [5, 2]}
)


def _crimes(*, unplaced: int = 0, long: int = 0, size: int = 100) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "placed_by": ["unplaced"] * unplaced + ["point"] * (size - unplaced),
            "hours_wide": [200.0] * long + [1.0] * (size - long), "inside": True,
        }
    )  # fmt: skip


def _logs(*, to_grade: int = 0, reviews: tuple[str, ...] = ()) -> pd.DataFrame:
    days = [*reviews, *[None] * (50 - len(reviews))]
    return pd.DataFrame({"to_grade": [i < to_grade for i in range(50)], "review": pd.to_datetime(days)})


def _warning(text: str, **others: Any) -> Result:
    return Result(name="w", table=pd.DataFrame(), values={"n": 1}, wording=text, sources=("crimes",), **others)


def _found(
    *results: Result,
    ledgers: pd.DataFrame = LEDGERS,
    crimes: pd.DataFrame | None = None,
    logs: pd.DataFrame | None = None,
) -> Result:
    crimes, logs = _crimes() if crimes is None else crimes, _logs() if logs is None else logs
    return quality.trust(ledgers, name="q", as_at=AS_AT, crimes=crimes, logs=logs, results=results)


def test_the_line_holds_what_matters_in_the_order_given() -> None:
    found = _found(
        _warning("Beat S4 has sent nothing since 11 Nov."), logs=_logs(to_grade=3, reviews=("2026-11-15", "2026-11-16"))
    )
    assert found.sentence == (
        "Beat S4 has sent nothing since 11 Nov; 2 of 100 rows of logs could not be read; and 1 more."
    )
    assert found.table["is_first"].tolist() == [True, False, True, False, False]
    assert found.values["n_overdue_reviews"] == 1


def test_small_faults_are_listed_behind() -> None:
    found = _found(crimes=_crimes(unplaced=4, long=20), ledgers=LEDGERS.iloc[:1])
    assert found.sentence == "Nothing was found that would mislead; the checks are listed under data quality."
    assert found.table.set_index("issue")["n"].to_dict() == {"quarantined": 5, "unplaced": 4, "long intervals": 20}


def test_large_faults_come_first() -> None:
    line = _found(crimes=_crimes(unplaced=5, long=19), ledgers=LEDGERS.iloc[:1]).values["line"]
    assert line == "5 of 100 crimes have no location."


def test_results_that_found_nothing_or_were_not_assessed_do_not_speak() -> None:
    quiet = Result(name="s", table=pd.DataFrame(), values={"n": 0}, wording="No area is silent.")
    refused = not_assessed("d", why="nobody recorded when")
    broken = not_assessed("b", why="the form changed on 4 Nov", status="break in recording")
    found = _found(quiet, refused, broken, ledgers=LEDGERS.iloc[:0])
    assert found.table["is_first"].tolist() == [False, False, True]
    assert found.sentence == "Break in recording: the form changed on 4 Nov."


def test_a_sentence_is_headed_by_what_its_result_is_about() -> None:
    why = "recording changed on 4 Nov 2026 and too few weeks since can be compared"
    named = not_assessed("trend.domestic_abuse", why=why, status="break in recording")
    plain = not_assessed("trend", why=why, status="break in recording")
    found = _found(named, plain, ledgers=LEDGERS.iloc[:0])
    assert found.table["what"].tolist() == [f"Domestic abuse: {why}.", f"Break in recording: {why}."]
    assert str(found.values["line"]).startswith("Domestic abuse: ")
    assert len(str(found.values["line"]).split()) <= quality.MOST_WORDS


def test_a_source_that_is_missing_and_monthly_data_are_told() -> None:
    logs = _logs().iloc[:0]
    logs.attrs["status"] = "not submitted"
    found = _found(crimes=_crimes(long=0).assign(hours_wide=743.0), logs=logs, ledgers=LEDGERS.iloc[:0])
    assert found.sentence == "Crime data are monthly; no intelligence logs were received."


def test_a_sentence_too_long_for_the_line_is_still_counted() -> None:
    found = _found(_warning(" ".join(["word"] * 24) + "."), ledgers=LEDGERS.iloc[:0])
    assert found.sentence == "Several things cannot be trusted yet; see data quality."


def test_the_planted_reviews_and_ungraded_logs_are_counted(logs: pd.DataFrame, truths: dict) -> None:
    found = _found(logs=logs)
    assert found.values["n_overdue_reviews"] == len(truths["overdue_reviews"]["urns"])
    assert found.values["n_to_grade"] == len(truths["logs_to_grade"]["urns"])


def test_what_rests_on_the_workbench_stays_there() -> None:
    assert not _found(_warning("One thing.")).is_workbench
    assert _found(_warning("One thing."), _warning("Another.", is_workbench=True)).is_workbench
