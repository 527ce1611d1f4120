"""Months, districts, wards, weeks without data: a page or one plain line, never a traceback, never a wrong zero."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intelnb.errors import ProductError, UsageError


@pytest.fixture(scope="module")
def small(small_force: Callable[[], Path], reader_here: None) -> Path:
    return small_force()


@pytest.fixture(scope="module")
def sample_here(sample: Path, reader_here: None) -> Path:
    return sample


def sentences(made: Any) -> list[str]:
    return [text for s in made.bundle.sections for f in s.findings for text in (f.headline, *f.facts) if text]


def test_a_month_is_spoken_of_as_a_month(sample_here: Path, run_product: Callable[..., Any]) -> None:
    made = run_product(sample_here, period="2026-10", audience="internal")
    assert made.bundle.period_words == "October 2026"
    assert made.bundle.data_to == "31 Oct 2026 23:59"
    assert "this month" in made.finding("priority_table").headline
    assert not [text for text in sentences(made) if "this week" in text]
    columns = {c.name: c.title for t in made.bundle.tables() if t.id == "priority_table" for c in t.columns}
    assert (columns["n"], columns["trend"]) == ("This month", "13 months")
    during = made.names["chosen"]["burglary"]
    during = during[during["inside"] & during["middle"].between("2026-10-01", "2026-10-31 23:59:59")]
    assert made.names["alarm"]["burglary"].values["n"] == len(during)
    # the beat fell silent in November: a page on October must not say so, nor of any other beat
    assert made.names["silent"].values["n"] == 0
    # half a month later the last days of October are all but complete
    assert made.names["late"].values["incomplete_3"] < 10


@pytest.mark.parametrize("area", [pytest.param("NOR-C", marks=pytest.mark.long), "C2"])
def test_a_smaller_area_has_a_page_of_its_own(sample_here: Path, run_product: Callable[..., Any], area: str) -> None:
    made = run_product(sample_here, area=area, audience="internal")
    assert made.bundle.reference == f"WTA/{area}/2026-W46/internal"
    assert 0 < made.names["alarm"]["burglary"].values["n"] < 26, "fewer than in the whole force"
    crimes = made.names["crimes"]
    column = "district" if area == "NOR-C" else "ward"
    assert set(crimes.loc[crimes["inside"], column]) == {area}
    assert (~crimes["inside"]).any(), "a margin round the area is read"
    wards = made.names["places"]["code"].tolist()
    assert wards == (["C2"] if area == "C2" else [f"C{n}" for n in range(1, 8)])
    assert made.names["alarm"]["domestic"].status == "break in recording"


@pytest.mark.parametrize("audience", ["internal", "public"])
@pytest.mark.parametrize("period", ["2019-W10", "2025-W36", "2026-11", "2026-11-02/2026-11-15"])
def test_weeks_without_data_end_in_a_page_or_one_plain_line(
    small: Path, run_product: Callable[..., Any], period: str, audience: str
) -> None:
    made = run_product(small, area="SMA", period=period, audience=audience)
    text = re.sub(r"<[^>]*>", " ", made.page)
    assert not re.search(r"\b(nan|NaN|NaT|None|inf)\b", text)
    if period == "2019-W10":
        assert not [t for t in sentences(made) if "inside the usual range" in t], "nothing is known of that week"
        rows = made.rows("priority_table")
        assert not [row for row in rows if row["real"].startswith("No\n")]
        assert "No priority is outside" not in made.finding("priority_table").headline


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_week_after_the_data_is_refused(small: Path, run_product: Callable[..., Any], audience: str) -> None:
    with pytest.raises(ProductError, match="lies after these data"):
        run_product(small, area="SMA", period="2027-W20", audience=audience)


def test_an_area_or_a_period_nobody_knows_is_one_line_with_the_choices(
    small: Path, run_product: Callable[..., Any]
) -> None:
    with pytest.raises(UsageError, match=r"'XXX'.*SMA"):
        run_product(small, area="XXX", audience="internal")
    with pytest.raises(UsageError, match="2026-W60"):
        run_product(small, area="SMA", period="2026-W60", audience="internal")
    with pytest.raises(UsageError, match=r"No audience.*unit, internal, public"):
        run_product(small, area="SMA")


def test_a_force_without_priorities_logs_or_actions_has_a_page_that_says_so(
    small_force: Callable[[], Path], run_product: Callable[..., Any], reader_here: None
) -> None:
    folder = small_force()
    settings = (folder / "intelnb.toml").read_text("utf-8")
    for kind in ("logs", "requirements", "actions"):
        settings = re.sub(rf"\[sources\.{kind}\]\n(?:(?!\[).*\n)*", "", settings)
    (folder / "intelnb.toml").write_text(settings, "utf-8")
    made = run_product(folder, area="SMA", audience="internal")
    told = sentences(made)
    for noun in ("actions", "requirements", "intelligence logs"):
        assert [t for t in told if t.startswith("Not submitted") and noun in t], noun
    rows = made.rows("priority_table")
    assert {row["logs"] for row in rows} == {"not submitted"}
    assert {row["harm"] for row in rows} == {"not assessed"}
