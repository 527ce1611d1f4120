"""Six o'clock, late rows, eight o'clock: the page keeps the numbers it was judged on, and a re-run says what changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from intelnb import settings
from intelnb.bundle import Bundle
from intelnb.records import Judgement
from intelnb.registers import judgements
from intelnb.registers.store import open_store
from intelnb.run import manifest, pages
from intelnb.run.job import JobSpec, run

KIND = "weekly_threat_assessment"
REFERENCE = "WTA/SMA/2026-W46/internal"


@pytest.fixture(scope="module")
def folder(small_force: Callable[[], Path]) -> Path:
    return small_force()


def run_again(folder: Path) -> Any:
    return run(JobSpec(KIND, {"workspace": str(folder), "area": "SMA", "audience": "internal"}))


def counted(bundle: Bundle, name: str) -> int:
    (table,) = [t for t in bundle.tables() if t.id == "priority_table"]
    rows = [dict(zip([c.name for c in table.columns], row, strict=True)) for row in table.rows]
    return int(next(str(row["n"]) for row in rows if row["name"] == name))


def judge(folder: Path, bundle: Bundle) -> None:
    """An officer judges every place on the numbers shown there."""
    store = open_store(settings.load(folder).registers_url())
    typed = [
        Judgement(
            place=place.id, text=f"Judged {place.id}.", likelihood="likely", confidence="moderate", why="seen",
            by="P. Example", at="2026-11-16", evidence=dict(place.evidence),
        )
        for place in bundle.places()
    ]  # fmt: skip
    judgements.save(store, bundle.reference, typed)


def late_rows(folder: Path, n: int) -> None:
    """Burglaries of the week that reach the file after the draft was made."""
    table = pd.read_csv(folder / "crimes.csv", dtype=str, keep_default_na=False)
    more = table.iloc[[0] * n].assign(
        id=[f"LATE{i}" for i in range(n)], kind="burglary", start="2026-11-13 10:00:00", end="2026-11-13 11:00:00",
        recorded="2026-11-16 04:30:00",
    )  # fmt: skip
    pd.concat([table, more]).to_csv(folder / "crimes.csv", index=False)


def test_a_page_keeps_the_numbers_it_was_judged_on_and_a_rerun_marks_only_what_changed(folder: Path) -> None:
    first = run_again(folder)
    draft = pages.find(folder, REFERENCE)
    before = counted(draft.bundle, "Burglary")
    assert first.reference == REFERENCE
    inputs = manifest.load(first.folder).content["inputs"]
    assert {"crimes", "areas"} <= {one["kind"] for one in inputs}
    assert [one["kind"] for one in inputs if len(one["digest"]) != 64] == []

    late_rows(folder, 12)
    judge(folder, draft.bundle)
    judged = pages.render(pages.find(folder, REFERENCE))
    shown = judged.published.page.read_text("utf-8")
    assert "Judged assessment.burglary." in shown
    assert pages.find(folder, REFERENCE).bundle == draft.bundle, "the same numbers, whatever reached the file since"
    assert not any(one.stale for one in pages.kept_judgements(draft.settings, draft.bundle).values())

    run_again(folder)
    again = pages.find(folder, REFERENCE)
    assert counted(again.bundle, "Burglary") == before + 12
    old = {place.id: place.evidence for place in draft.bundle.places()}
    changed = {place.id for place in again.bundle.places() if place.evidence != old.get(place.id)}
    stale = {name for name, one in pages.kept_judgements(again.settings, again.bundle).items() if one.stale}
    assert stale == changed & set(old)
    assert "assessment.burglary" in stale
    assert {"assessment.vehicle", "assessment.fire"} & stale == set(), "nothing changed for these"


def test_the_kernel_makes_the_page_this_process_makes(folder: Path, run_product: Callable[..., Any]) -> None:
    made = run_product(folder, area="SMA", audience="public")
    result = run(JobSpec(KIND, {"workspace": str(folder), "area": "SMA", "audience": "public"}))
    written = {p.name: p.read_bytes() for p in result.folder.iterdir() if p.suffix in {".html", ".csv"}}
    assert written == made.files
