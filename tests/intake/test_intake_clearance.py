"""Need to know: what one audience may have, and that nothing withheld shows in what is handed over."""

import importlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intelnb.errors import SecurityIncident, SettingsError, UsageError
from intelnb.intake.request import Request
from intelnb.intake.source import Ledger, Loaded
from intelnb.load import reader
from intelnb.records import Clearance

HEAD = "urn,received,scheme,source_grade,information_grade,handling,marking,subjects,text,audiences,linked"


def read(request: Request) -> Loaded:
    return importlib.import_module(f"intelnb.load.{request.kind}").read(request)


def logs(folder: Path, lines: list[str], name: str = "logs.csv") -> str:
    (folder / name).write_text("\n".join([HEAD, *lines]) + "\n", "utf-8")
    return name


def log(n: int, *, scheme: str = "3x5x2", handling: str = "P", marking: str = "OFFICIAL", audiences: str = "") -> str:
    grades = {"3x5x2": "1,A", "5x5x5": "A,1", "Admiralty": "A,1"}.get(scheme, ",")
    return f"L{n:04d},2026-11-{n % 28 + 1:02d} 09:00,{scheme},{grades},{handling},{marking},N{n:04d},Text number {n:04d},{audiences},"


def seen(loaded: Loaded) -> list[str]:
    return loaded.table["urn"].tolist()


def test_who_may_have_which_log(folder: Path, ask: Callable[..., Request], partner: Clearance) -> None:
    files = logs(
        folder,
        [
            log(1),
            log(2, handling="C"),
            log(3, handling="C", audiences="partner;other"),
            log(4, handling=""),
            log(5, marking=""),
            log(6, marking="OFFICIAL-SENSITIVE"),
            log(7, scheme="5x5x5", handling="1"),
            log(8, scheme="5x5x5", handling="3"),
            log(9, scheme="Admiralty", handling=""),
            log(10, scheme="", handling="P"),
            log(11, marking="RESTRICTED"),
        ],
    )
    unit = read(ask("logs", files=files))
    assert len(unit.table) == 11
    assert unit.table.loc[unit.table["to_grade"], "urn"].tolist() == ["L0004", "L0005", "L0009", "L0010", "L0011"]
    assert not unit.table.loc[unit.table["urn"].isin(["L0001", "L0006", "L0007"]), "conditional"].any()
    assert unit.table.loc[unit.table["urn"].isin(["L0002", "L0004", "L0005", "L0008"]), "conditional"].all()
    outside = read(ask("logs", files=files, clearance=partner))
    assert seen(outside) == ["L0001", "L0003", "L0006", "L0007"]
    assert seen(read(ask("logs", files=files, clearance=replace(partner, highest_marking="OFFICIAL")))) == [
        "L0001", "L0003", "L0007",
    ]  # fmt: skip
    assert seen(read(ask("logs", files=files, clearance=replace(partner, handling=("P",))))) == [
        "L0001",
        "L0006",
        "L0007",
    ]
    assert {"subjects", "text", "provenance"} <= set(outside.table.attrs["withheld"])
    assert not {"subjects", "text", "provenance"} & set(outside.table.columns)


def test_legacy_grades_stay_as_they_are(folder: Path, ask: Callable[..., Request]) -> None:
    table = read(
        ask("logs", files=logs(folder, [log(1, scheme="5X5X5", handling="1").replace(",,,1", ",A,1,1")]))
    ).table
    assert table[["scheme", "source_grade", "information_grade", "handling"]].iloc[0].tolist() == [
        "5x5x5",
        "A",
        "1",
        "1",
    ]


def test_codes_their_scheme_does_not_have_are_quarantined(folder: Path, ask: Callable[..., Request]) -> None:
    lines = [log(1, handling="X"), log(2, scheme="7x7"), log(3, scheme="5x5x5", handling="P"), log(4, marking="LILAC")]
    loaded = read(ask("logs", files=logs(folder, lines)))
    assert loaded.workings is not None
    bad = loaded.workings.quarantine
    assert bad[["row", "column", "code"]].to_numpy().tolist() == [
        [2, "handling", "unknown_code"],
        [3, "scheme", "unknown_scheme"],
        [4, "handling", "unknown_code"],
        [5, "marking", "unknown_marking"],
    ]
    assert not bad["reason"].str.contains("LILAC").any()
    assert bad["marking"].tolist() == ["OFFICIAL", "OFFICIAL", "OFFICIAL", "LILAC"]
    assert loaded.source.ledger == Ledger(read=4, quarantined=4)


@pytest.mark.parametrize("mark", ["SECRET", "UK TOP SECRET - UK EYES ONLY", "secret", "CONFIDENTIAL"])
def test_material_above_the_ceiling_refuses_the_file(folder: Path, ask: Callable[..., Request], mark: str) -> None:
    files = logs(folder, [log(1), log(2, marking=mark).replace("Text number", "Agent Lilac")])
    with pytest.raises(SecurityIncident, match="report a security incident") as caught:
        read(ask("logs", files=files))
    assert mark not in str(caught.value)
    assert "Lilac" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "kind,start,Protective Marking\ntheft,2026-01-01,SECRET\n",
        "kind,start,other\ntheft,2026-01-01,TOP SECRET\n",
        "kind,start\ntheft,2026-01-01,SECRET\n",
        "kind,start,SECRET\ntheft,2026-01-01,x\n",
    ],
    ids=["unmapped marking", "any cell", "too long a row", "heading"],
)
def test_the_ceiling_holds_in_columns_nobody_mapped(folder: Path, ask: Callable[..., Request], text: str) -> None:
    (folder / "crimes.csv").write_text(text, "utf-8")
    with pytest.raises(SecurityIncident):
        read(ask("crimes", files="crimes.csv"))


def test_a_place_called_secret_is_no_incident(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "crimes.csv").write_text(
        "kind,start,location,mo\ntheft,2026-01-01,Secret Garden,told a secret\n", "utf-8"
    )
    assert len(read(ask("crimes", files="crimes.csv")).table) == 1


CRIMES = """id,kind,start,easting,northing,area,location,mo
1,theft,2026-01-01 10:00,400500,300500,,10 High Street,forced a door
2,theft,2026-01-02 10:00,401500,300500,W2,12 High Street,broke a window
3,theft,2026-01-03 10:00,,,W3,no fixed place,unknown means
4,theft,2026-01-04 10:00,,,,,
"""


def crimes(folder: Path) -> str:
    (folder / "crimes.csv").write_text(CRIMES, "utf-8")
    return "crimes.csv"


def test_places_finer_than_allowed_are_gone(folder: Path, ask: Callable[..., Request], partner: Clearance) -> None:
    public = replace(partner, finest="force")
    loaded = read(ask("crimes", files=crimes(folder), clearance=public, area="F", margin_m=1000))
    gone = {"id", "easting", "northing", "area", "location", "mo", "placed_by", "ward"}
    assert set(loaded.table.attrs["withheld"]) == gone
    assert not gone & set(loaded.table.columns)
    assert loaded.table["force"].tolist() == ["F", "F", "F", ""]
    ward = read(ask("crimes", files=crimes(folder), clearance=replace(partner, finest="ward")))
    assert ward.table["ward"].tolist() == ["W1", "W2", "W3", ""]
    assert ward.table["area"].tolist() == ["", "W2", "W3", ""]
    assert "easting" not in ward.table


def test_withheld_values_are_listed_for_the_scan(folder: Path, ask: Callable[..., Request], partner: Clearance) -> None:
    loaded = read(ask("crimes", files=crimes(folder), clearance=replace(partner, finest="force")))
    assert loaded.workings is not None
    assert "10 High Street" in loaded.workings.withheld_texts
    assert "broke a window" in loaded.workings.withheld_texts
    assert loaded.workings.withheld_numbers == ("300500", "400500", "401500")
    assert "theft" not in loaded.workings.withheld_texts
    assert "W2" not in loaded.workings.withheld_texts


def test_asking_for_a_smaller_area_than_one_may_know_is_refused(
    folder: Path, ask: Callable[..., Request], partner: Clearance
) -> None:
    with pytest.raises(UsageError, match="no finer than force"):
        read(ask("crimes", files=crimes(folder), clearance=replace(partner, finest="force"), area="W1"))
    with pytest.raises(SettingsError, match="no level"):
        read(ask("crimes", files=crimes(folder), clearance=replace(partner, finest="street")))


def test_kinds_and_files_withheld_whole(folder: Path, ask: Callable[..., Request], partner: Clearance) -> None:
    files = crimes(folder)
    for request in (
        ask("crimes", files=files, clearance=replace(partner, sources=("logs",))),
        ask("crimes", files=files, clearance=partner, marking=""),
        ask(
            "crimes", files=files, clearance=replace(partner, highest_marking="OFFICIAL"), marking="OFFICIAL-SENSITIVE"
        ),
    ):
        loaded = read(request)
        assert loaded.table.empty
        assert loaded.table.attrs["status"] == "withheld"
        assert loaded.source.ledger == Ledger()
        assert loaded.workings is not None
        assert loaded.workings.source.ledger == Ledger(read=4, accepted=4, withheld=4)
        assert "10 High Street" in loaded.workings.withheld_texts
    assert len(read(ask("crimes", files=files, marking="")).table) == 4


def test_a_source_the_unit_does_not_have(ask: Callable[..., Request], partner: Clearance) -> None:
    nothing = read(ask("crimes"))
    assert nothing.table.attrs["status"] == "not submitted"
    assert {"kind", "middle", "force", "ward"} <= set(nothing.table.columns)
    assert read(ask("logs", clearance=partner)).table.attrs["status"] == "not submitted"
    assert read(ask("logs", clearance=replace(partner, sources=()))).table.attrs["status"] == "withheld"


def test_a_link_that_rests_on_a_log_is_for_the_unit(
    folder: Path, ask: Callable[..., Request], partner: Clearance
) -> None:
    (folder / "links.csv").write_text("source,target,type,urn\nA,B,seen,\nA,C,seen,L0001\n", "utf-8")
    assert len(read(ask("links", files="links.csv")).table) == 2
    assert read(ask("links", files="links.csv", clearance=partner)).table["target"].tolist() == ["B"]


def handed(loaded: Loaded) -> str:
    """Everything that leaves the reader."""
    assert loaded.workings is not None
    return json.dumps(reader._told(loaded), sort_keys=True, default=str) + loaded.workings.stream.hex()


one_log = st.tuples(
    st.sampled_from(["3x5x2", "5x5x5", ""]), st.sampled_from(["P", "C", "", "1", "3", "X"]),
    st.sampled_from(["OFFICIAL", "OFFICIAL-SENSITIVE", "", "RESTRICTED"]), st.sampled_from(["", "partner", "unit"]),
)  # fmt: skip


@given(
    st.lists(one_log, max_size=14),
    st.sampled_from(["OFFICIAL", "OFFICIAL-SENSITIVE"]),
    st.sampled_from([("P",), ("P", "C")]),
    st.booleans(),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_without_the_withheld_logs_everything_handed_over_is_the_same(
    folder: Path,
    ask: Callable[..., Request],
    partner: Clearance,
    rows: list,
    highest: str,
    handling: tuple,
    narrow: bool,
) -> None:
    allowed = replace(partner, highest_marking=highest, handling=handling)
    window = {"since": "2026-11-03", "until_end": "2026-11-09"} if narrow else {}
    lines = [log(n, scheme=s, handling=h, marking=m, audiences=a) for n, (s, h, m, a) in enumerate(rows)]
    full = read(ask("logs", files=logs(folder, lines, "full.csv"), clearance=allowed, **window))
    every = read(ask("logs", files="full.csv", clearance=allowed))
    kept = [line for line in lines if line.split(",")[0] in set(seen(every))]
    reduced = read(ask("logs", files=logs(folder, kept, "reduced.csv"), clearance=allowed, **window))
    assert handed(full) == handed(reduced)
    for text in full.workings.withheld_texts if full.workings else ():
        assert text not in handed(full)


one_crime = st.tuples(
    st.sampled_from(["theft", "arson"]), st.integers(1, 28), st.sampled_from(["", "400500", "401500", "409000"]),
    st.sampled_from(["", "W1", "W4", "zz"]), st.text(alphabet="abcdefgh ", min_size=4, max_size=8), st.sampled_from(["", "cancelled"]),
)  # fmt: skip


@given(st.lists(one_crime, max_size=14), st.sampled_from(["force", "ward"]))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_without_the_withheld_cells_everything_handed_over_is_the_same(
    folder: Path, ask: Callable[..., Request], partner: Clearance, rows: list, finest: str
) -> None:
    allowed = replace(partner, finest=finest)

    def written(name: str, *, hide: bool) -> str:
        lines = ["id,kind,start,easting,northing,area,location,mo,status"]
        for n, (kind, day, x, area, text, status) in enumerate(rows):
            # the narrative and the number go; the place is moved within its ward
            east = str(int(x) + 7) if hide and x else x
            lines.append(
                f"{'' if hide else n},{kind},2026-01-{day:02d},{east},{'300500' if x else ''},{area},"
                f"{'' if hide else text},{'' if hide else text},{status}"
            )
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
        return name

    full = read(ask("crimes", files=written("full.csv", hide=False), clearance=allowed, area="F", margin_m=500))
    reduced = read(ask("crimes", files=written("reduced.csv", hide=True), clearance=allowed, area="F", margin_m=500))
    assert handed(full) == handed(reduced)


def test_ledgers_that_do_not_close_cannot_exist() -> None:
    from intelnb.errors import InputRefused

    for broken in (
        {"read": 1},
        {"read": 1, "accepted": 1},
        {"read": 2, "accepted": 1, "used": 1},
        {"used": -1, "withheld": 1},
    ):
        with pytest.raises(InputRefused, match="does not close"):
            Ledger(**broken)
    both = Ledger(read=2, accepted=1, quarantined=1, used=1) + Ledger(read=1, accepted=1, withheld=1)
    assert both == Ledger(read=3, accepted=2, quarantined=1, used=1, withheld=1)


def test_as_at_is_the_latest_record_one_may_have(folder: Path, ask: Callable[..., Request], partner: Clearance) -> None:
    files = logs(folder, [log(1), log(9, handling="C")])
    assert str(read(ask("logs", files=files)).source.as_at) == "2026-11-10 09:00:00"
    assert str(read(ask("logs", files=files, clearance=partner)).source.as_at) == "2026-11-02 09:00:00"
    settled = read(ask("logs", files=files, as_at="2026-11-16T05:00"))
    assert str(settled.table.attrs["as_at"]) == "2026-11-16 05:00:00"
    assert isinstance(settled.table, pd.DataFrame)
    assert np.array_equal(settled.table.index, [0, 1])
