"""Random withheld records, each with a canary in it: no page changes, and no canary is ever heard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CANARY = "zqxcanary"
# what the meeting is told of records it does not get
TOLD = {"provenance", "distribution"}

log = st.fixed_dictionaries({
    "received": st.datetimes(pd.Timestamp("2026-09-07").to_pydatetime(), pd.Timestamp("2026-11-15").to_pydatetime()),
    "source_grade": st.sampled_from(["1", "2", "3"]),
    "information_grade": st.sampled_from(["A", "D", "E"]),
    "grade": st.sampled_from([("C", "OFFICIAL", "unit"), ("C", "OFFICIAL", ""), ("", "OFFICIAL", "internal"), ("P", "", "internal")]),
    "priority": st.sampled_from(["burglary", "vehicle", "burglary;vehicle", ""]),
    "requirement": st.sampled_from(["IR-1", ""]),
    "review": st.sampled_from(["2026-10-01", "2032-01-01", ""]),
    "origin": st.sampled_from(["OR-1", "OR-2", f"{CANARY}-o"]),
})  # fmt: skip
crime = st.fixed_dictionaries({"row": st.integers(0, 1199), "text": st.integers(0, 10**6)})


@pytest.fixture(scope="module")
def before(small_force: Callable[[], Path], run_product: Callable[..., Any], reader_here: None) -> dict[str, Any]:
    folder = small_force()
    return {one: run_product(folder, area="SMA", audience=one) for one in ("internal", "public")}


def add(folder: Path, logs: list[dict[str, Any]], crimes: list[dict[str, int]]) -> None:
    """Withheld logs at the end of the file, and canaries in texts of crimes the meeting may not read."""
    held = pd.read_csv(folder / "logs.csv", dtype=str, keep_default_na=False)
    added = [
        {
            "urn": f"{CANARY}-{i}", "received": f"{one['received']:%Y-%m-%d %H:%M:%S}", "scheme": "3x5x2",
            "handling": one["grade"][0], "marking": one["grade"][1], "audiences": one["grade"][2],
            "subjects": f"N001;{CANARY}person{i}", "text": f"{CANARY} told us so {i}", "provenance": CANARY,
            **{name: one[name] for name in ("source_grade", "information_grade", "priority", "requirement", "review", "origin")},
        }
        for i, one in enumerate(logs)
    ]  # fmt: skip
    pd.concat([held, pd.DataFrame(added)]).fillna("").to_csv(folder / "logs.csv", index=False)
    table = pd.read_csv(folder / "crimes.csv", dtype=str, keep_default_na=False)
    for one in crimes:
        table.loc[one["row"], "mo"] = f"{CANARY} {one['text']} at the rear"
    table.to_csv(folder / "crimes.csv", index=False)


def add_for_public(folder: Path, n: int) -> None:
    """What the public may not have at all: requirements, actions, names of places."""
    for name in ("requirements", "actions"):
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        more = table.iloc[[0] * n].assign(code=[f"{CANARY}-{i}" for i in range(n)], owner=CANARY)
        pd.concat([table, more]).to_csv(folder / f"{name}.csv", index=False)
    table = pd.read_csv(folder / "crimes.csv", dtype=str, keep_default_na=False)
    table.loc[: n * 10, "location"] = f"1 {CANARY} Street"
    table.loc[: n * 10, "id"] = [f"{CANARY}{i}" for i in range(len(table.loc[: n * 10]))]
    table.to_csv(folder / "crimes.csv", index=False)


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(logs=st.lists(log, min_size=1, max_size=40), crimes=st.lists(crime, max_size=10))
def test_withheld_records_change_nothing_and_are_never_heard_of(
    logs: list[dict[str, Any]],
    crimes: list[dict[str, int]],
    before: dict[str, Any],
    small_force: Callable[[], Path],
    run_product: Callable[..., Any],
) -> None:
    folder = small_force()
    add(folder, logs, crimes)
    meeting = run_product(folder, area="SMA", audience="internal")
    add_for_public(folder, len(logs))
    public = run_product(folder, area="SMA", audience="public")

    assert public.files == before["public"].files
    assert public.bundle == before["public"].bundle
    for one, other in zip(before["internal"].bundle.sections, meeting.bundle.sections, strict=True):
        assert one == other or one.id in TOLD, one.id
    left_out = [row["how"] for row in meeting.rows("distribution") if row["what"] == "Left out"]
    assert left_out[0].startswith(f"{len(logs)} record{'' if len(logs) == 1 else 's'} ")
    for made in (meeting, public):
        told = b"\n".join(made.files.values()).decode("utf-8").lower() + made.bundle.model_dump_json().lower()
        assert CANARY not in told


def test_the_canary_would_be_heard_where_it_may_be(
    small_force: Callable[[], Path], run_product: Callable[..., Any], reader_here: None
) -> None:
    folder = small_force()
    table = pd.read_csv(folder / "requirements.csv", dtype=str)
    table["owner"] = CANARY
    table.to_csv(folder / "requirements.csv", index=False)
    meeting = run_product(folder, area="SMA", audience="internal")
    assert CANARY in meeting.page
