"""What an audience may not have changes nothing it gets: not a byte of the page, not a byte of a table."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intelnb.cli.running import copy_sample
from intelnb.workspace import Workspace

WITHHELD_FROM_PUBLIC = ("requirements.csv", "actions.csv", "entities.csv", "links.csv", "harm_weights.csv")
LOGS = Path("logs") / "intelligence_logs.csv.gz"


def keep_lines(path: Path, is_kept: Callable[[dict[str, str]], bool]) -> int:
    """Rewrite a file with the records that are kept; how many went."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        headings = list(reader.fieldnames or ())
        records = list(reader)
    kept = [record for record in records if is_kept(record)]
    with opened(path, "wt", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, headings)
        writer.writeheader()
        writer.writerows(kept)
    return len(records) - len(kept)


def test_the_public_page_is_the_same_without_the_records_the_public_may_not_have(
    public: Any, run_product: Callable[..., Any], tmp_path: Path
) -> None:
    folder = copy_sample(tmp_path / "reduced")
    gone = keep_lines(folder / LOGS, lambda _: False)
    gone += sum(keep_lines(folder / name, lambda _: False) for name in WITHHELD_FROM_PUBLIC)
    assert gone > 5000
    without = run_product(folder, audience="public")
    assert sorted(without.files) == sorted(public.files)
    assert without.files == public.files
    assert without.bundle == public.bundle


@pytest.mark.long
def test_the_tasking_meeting_gets_the_same_page_without_the_logs_it_may_not_have(
    internal: Any, sample: Path, run_product: Callable[..., Any], tmp_path: Path
) -> None:
    folder = copy_sample(tmp_path / "reduced")
    cleared = set(Workspace.open(sample, audience="internal").read("logs")["urn"])
    withheld = set(Workspace.open(sample, audience="unit").read("logs")["urn"]) - cleared
    gone = keep_lines(folder / LOGS, lambda record: record["Log Reference"] not in withheld)
    assert gone == len(withheld) > 300
    without = run_product(folder, audience="internal")

    # the meeting is told how many records it does not get, and how many rows there were: those lines and no others
    assert changed_lines(internal, without) == {
        ("data_quality", "trust"), ("provenance", "provenance"), ("distribution", "distribution")
    }  # fmt: skip
    for table, column in (("provenance", "source"), ("distribution", "what"), ("trust", "what")):
        told = [row for row in internal.rows(table) if row not in without.rows(table)]
        assert len(told) == 1, table
        assert str(told[0][column]).startswith(("logs", "Left out", "2 of"))
    for name, content in internal.files.items():
        if name.endswith(".csv") and not name.endswith(("_provenance.csv", "_distribution.csv", "_trust.csv")):
            assert without.files[name] == content, name


def changed_lines(one: Any, other: Any) -> set[tuple[str, str]]:
    """Where two pages differ: section and table; anything else that differs is named by its section alone."""
    changed = set()
    for before, after in zip(one.bundle.sections, other.bundle.sections, strict=True):
        for first, second in zip(before.findings, after.findings, strict=True):
            changed |= {
                (before.id, table.id) for table, same in zip(first.tables, second.tables, strict=True) if table != same
            }
            if first.model_copy(update={"tables": ()}) != second.model_copy(update={"tables": ()}):
                changed.add((before.id, first.id + " outside its tables"))
    return changed


def test_nothing_withheld_stands_in_what_a_reader_gets(internal: Any, public: Any) -> None:
    for made in (internal, public):
        notes = [json.loads(path.read_text("utf-8")) for path in made.workings.glob("*.withheld.json")]
        texts = {text for note in notes for text in note["texts"] if len(text) >= 9}
        finished = b"\n".join(made.files.values()).decode("utf-8")
        assert len(texts) > 300
        assert not [text for text in texts if text in finished]


def test_the_public_page_has_no_logs_no_places_no_judgements_and_no_small_counts(public: Any) -> None:
    sections = {section.id for section in public.bundle.sections}
    assert not sections & {"bottom_line", "asks", "trust", "priorities", "actions", "high_risk", "gaps"}
    assert public.bundle.places() == ()
    assert public.bundle.owners == ()
    assert public.bundle.marking == "OFFICIAL"
    assert not [f.pictures for s in public.bundle.sections for f in s.findings if f.pictures]
    for table in ("priority_table", "districts"):
        for row in public.rows(table):
            counts = [value for value in row.values() if isinstance(value, int)]
            assert all(value >= 5 for value in counts if value != row.get("rank")), row
    wards = {f"{d}{n}" for d in "CENSW" for n in range(1, 9)}
    finished = b"\n".join(public.files.values()).decode("utf-8")
    assert "NPI-26" not in finished
    assert "Brickfields" not in finished
    assert not [ward for ward in wards if f">{ward}<" in finished]


def test_a_page_for_an_area_finer_than_the_audience_may_know_is_refused(
    sample: Path, run_product: Callable[..., Any]
) -> None:
    from intelnb.errors import UsageError

    with pytest.raises(UsageError, match="no finer than district"):
        run_product(sample, audience="public", area="C2")


def test_the_districts_add_up_to_the_force(internal: Any, public: Any) -> None:
    for code, alarm in internal.names["alarm"].items():
        told = public.names["by_area"][code]
        assert int(told.table["n"].sum()) + int(told.values["unplaced"]) == alarm.values["n"], code


def test_sources_taken_out_of_the_settings_read_as_withheld_all_the_same(
    small_force: Callable[[], Path], reader_here: None
) -> None:
    sample, folder = small_force(), small_force()
    settings = (folder / "intelnb.toml").read_text("utf-8")
    start = settings.index("[sources.logs]")
    (folder / "intelnb.toml").write_text(settings[:start] + settings[settings.index("[sources.priorities]") :], "utf-8")
    for audience, status in (("public", "withheld"), ("internal", "not submitted")):
        here, there = (Workspace.open(one, audience=audience).read("logs") for one in (folder, sample))
        assert here.attrs["status"] == status
        assert list(here.columns) == list(there.columns)
        if audience == "public":
            assert here.attrs == there.attrs
            assert len(there) == 0
