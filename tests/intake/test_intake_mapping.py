"""First maps: five exports with odd headings, each mapped with at most two corrections, and nothing guessed."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb import geo
from intelnb.errors import UsageError
from intelnb.intake.mapping import corrections, places
from intelnb.intake.mapping.date_layouts import decide
from intelnb.intake.mapping.profile import readable
from intelnb.intake.request import Request
from intelnb.load import crimes as crimes_of
from intelnb.load import proposing
from intelnb.load.check import check
from intelnb.tables.crimes import CONTRACT

KINDS = ("burglary", "violence", "shoplifting")


def truth(size: int = 120, *, days: int = 28) -> pd.DataFrame:
    """Crimes of two months in the force of the small workspace; every day of the month up to `days` occurs."""
    rng = np.random.default_rng(5)
    start = [datetime(2026, 10 + i % 2, 1 + i % days, 9 + i % 12, (7 * i) % 60) for i in range(size)]
    return pd.DataFrame(
        {
            "id": [f"INV{1000 + i}" for i in range(size)], "kind": [KINDS[i % 3] for i in range(size)],
            "start": start, "end": [s + timedelta(minutes=25) for s in start],
            "recorded": [s + timedelta(hours=7) for s in start],
            "easting": rng.integers(400010, 401990, size).astype(float),
            "northing": rng.integers(300010, 301990, size).astype(float),
            "area": [f"W{1 + i % 4}" for i in range(size)], "status": ["live", "detected", "live", "cancelled"] * (size // 4),
            "person": [f"Somebody {i}" for i in range(size)],
        }
    )  # fmt: skip


def write(path: Path, columns: dict[str, list[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        told = csv.writer(stream, delimiter=delimiter)
        told.writerow(columns)
        told.writerows(zip(*columns.values(), strict=True))


def written(moments: pd.Series, form: str) -> list[str]:
    return moments.dt.strftime(form).str.upper().tolist()


def words(cells: pd.Series, **theirs: str) -> list[str]:
    return [theirs[cell] for cell in cells]


def niche(path: Path) -> int:
    """Headings of a ready map, day first, Windows' letters, one offence nobody knows and one slip of the keyboard."""
    t = truth()
    offence = words(
        t["kind"], burglary="Burglary - Dwelling", violence="Assault with Injury", shoplifting="Shoplifting"
    )
    offence[7] = offence[9] = "Café Nuisance"
    start = written(t["start"], "%d/%m/%Y %H:%M")
    start[11] = "31/11/2026 10:00"
    write(
        path,
        {
            "Occurrence Number": t["id"].tolist(), "Offence Title": offence, "Committed On/From": start,
            "Committed To": written(t["end"], "%d/%m/%Y %H:%M"), "Date Recorded": written(t["recorded"], "%d/%m/%Y %H:%M"),
            "Beat": t["area"].tolist(), "Easting": t["easting"].astype(int).astype(str).tolist(),
            "Northing": t["northing"].astype(int).astype(str).tolist(),
            "Occurrence Status": words(t["status"], live="Open", detected="Solved", cancelled="No-Crimed"),
            "Victim Name": t["person"].tolist(),
        },
        encoding="cp1252",
    )  # fmt: skip
    return 3


def athena(path: Path) -> int:
    """Date and time in two columns, semicolons, an export on a machine set to month first."""
    t = truth()
    write(
        path,
        {
            "Investigation URN": t["id"].tolist(),
            "Current Classification": words(t["kind"], burglary="BURGLARY DWELLING", violence="ABH", shoplifting="SHOP THEFT"),
            "Start Date": written(t["start"], "%m/%d/%Y"), "Start Time": written(t["start"], "%H:%M"),
            "End Date": written(t["end"], "%m/%d/%Y"), "End Time": written(t["end"], "%H:%M"),
            "Created Date": written(t["recorded"], "%m/%d/%Y %I:%M %p"), "Neighbourhood": t["area"].tolist(),
            "Grid Easting": t["easting"].astype(str).tolist(), "Grid Northing": t["northing"].astype(str).tolist(),
            "Investigation Status": words(t["status"], live="Under investigation", detected="Cleared up", cancelled="Cancelled"),
        },
        delimiter=";",
    )  # fmt: skip
    return 0


def connect(path: Path) -> int:
    """Degrees in place of eastings, months in letters, tabs."""
    t = truth()
    moved = geo.to_metres(t["easting"].to_numpy(), t["northing"].to_numpy(), source="EPSG:27700", target="EPSG:27700")
    back = degrees(moved.x, moved.y)
    write(
        path,
        {
            "Lat": [f"{y:.7f}" for y in back[1]], "Long": [f"{x:.7f}" for x in back[0]],
            "Crime Ref No": t["id"].tolist(), "Offence Start": written(t["start"], "%d-%b-%Y %H:%M:%S"),
            "Offence End": written(t["end"], "%d-%b-%Y %H:%M:%S"), "Crimed Date": written(t["recorded"], "%d-%b-%Y %H:%M"),
            "Offence Description": words(t["kind"], burglary="Residential burglary of a home", violence="Common assault", shoplifting="Theft from shop"),
            "Ward": t["area"].tolist(), "Crime Status": words(t["status"], live="Active", detected="Detected", cancelled="No crime"),
            "Suspect DOB": ["01/01/1990"] * len(t),
        },
        delimiter="\t",
    )  # fmt: skip
    return 0


def nspis(path: Path) -> int:
    """Capitals, times without a colon, eastings and northings swapped, and no day after the twelfth."""
    t = truth(days=12)
    write(
        path,
        {
            "CRIME NO": t["id"].tolist(), "OFFENCE": words(t["kind"], burglary="BURGLARY DWELLING", violence="GBH", shoplifting="SHOPLIFTING"),
            "COMM FROM DATE": written(t["start"], "%d/%m/%y"), "COMM FROM TIME": written(t["start"], "%H%M"),
            "COMM TO DATE": written(t["end"], "%d/%m/%y"), "COMM TO TIME": written(t["end"], "%H%M"),
            "REC DATE": written(t["recorded"], "%d/%m/%y"), "BEAT CODE": t["area"].tolist(),
            "GRE": t["northing"].astype(int).astype(str).tolist(), "GRN": t["easting"].astype(int).astype(str).tolist(),
            "STATUS": words(t["status"], live="NEW", detected="FILED DETECTED", cancelled="NO CRIME"),
        },
    )  # fmt: skip
    return 0


def homemade(path: Path) -> int:
    """A spreadsheet somebody keeps: headings that say little, times in the cells of some dates only."""
    t = truth()
    first = [w if i % 5 else w[:10] for i, w in enumerate(written(t["start"], "%Y/%m/%d %H:%M"))]
    write(
        path,
        {
            "No.": t["id"].tolist(), "What was it": words(t["kind"], burglary="burglary dwelling", violence="wounding with intent", shoplifting="shoplifting"),
            "When 1": first, "When 2": written(t["end"], "%Y/%m/%d %H:%M"), "On system": written(t["recorded"], "%d.%m.%Y %H:%M"),
            "Map A": t["easting"].astype(int).astype(str).tolist(), "Map B": t["northing"].astype(int).astype(str).tolist(),
            "Where": t["area"].tolist(),
        },
    )  # fmt: skip
    return 0


def degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    import pyproj

    return pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True).transform(x, y)


EXPORTS: dict[str, tuple[Callable[[Path], int], list[str]]] = {
    "niche": (niche, []),
    "athena": (athena, []),
    "connect": (connect, []),
    "nspis": (nspis, ["dates=day-first"]),
    "homemade": (homemade, ["start=When 1", "end=When 2"]),
}


def propose(
    ask: Callable[..., Request], file: str, *said: str, kept: tuple[str, ...] = (), kind: str = "crimes"
) -> dict:
    found = proposing.answer(ask(kind, files=file), {"said": list(said), "kept": list(kept)})
    return json.loads(json.dumps(found))  # it travels between processes


@pytest.mark.parametrize("name", EXPORTS)
def test_an_odd_export_reaches_a_working_map_with_at_most_two_corrections(
    folder: Path, ask: Callable[..., Request], name: str
) -> None:
    make, said = EXPORTS[name]
    assert len(said) <= 2
    unread = make(folder / "export.csv")
    found = propose(ask, "export.csv", *said)
    assert found["questions"] == []
    (folder / "map.toml").write_text(found["toml"], "utf-8")
    report = check(folder / "export.csv", kind="crimes", column_map=folder / "map.toml")
    assert not report.refused, report.reason
    assert (report.read, report.quarantined) == (120, unread) == (found["read"], found["quarantined"])
    loaded = crimes_of.read(ask("crimes", files="export.csv", column_map="map.toml"))
    t = truth(days=12 if name == "nspis" else 28).set_index("id").loc[loaded.table["id"]].reset_index()
    if "status" in found["toml"]:
        assert (t["status"] != "cancelled").all()
        assert loaded.source.ledger.excluded_by_rule == (28 if name == "niche" else 30)
    if name != "homemade":
        assert loaded.table["start"].tolist() == t["start"].tolist()
        assert loaded.table["kind"].map(lambda k: next(w for w in KINDS if w in k)).tolist() == t["kind"].tolist()
    assert loaded.table["end"].tolist() == t["end"].tolist()
    assert loaded.table["area"].tolist() == t["area"].tolist() if name != "homemade" else True
    assert np.abs(loaded.table["easting"] - t["easting"]).max() < 0.02
    assert np.abs(loaded.table["northing"] - t["northing"]).max() < 0.02
    if "recorded" in {column["column"] for column in found["columns"]}:
        assert loaded.table["recorded"].dt.date.tolist() == t["recorded"].dt.date.tolist()


def test_the_most_corrections_are_needed_where_nothing_says_which_date_is_which(
    folder: Path, ask: Callable[..., Request]
) -> None:
    homemade(folder / "export.csv")
    found = propose(ask, "export.csv")
    assert [question["column"] for question in found["questions"]] == ["start"]
    assert found["toml"] == ""


def test_what_is_shown_before_anybody_accepts(folder: Path, ask: Callable[..., Request]) -> None:
    niche(folder / "export.csv")
    found = propose(ask, "export.csv")
    assert found["encoding"] == "cp1252"
    assert found["unread"] == ["Victim Name"]
    assert found["codes"] == [{"column": "kind", "code": "Café Nuisance", "records": 2, "perhaps": "", "kept": False}]
    assert any("Niche" in note and "unverified" in note for note in found["notes"])
    assert [p["row"] for p in found["problems"]] == [9, 11, 13]
    preview = found["preview"]
    assert len(preview["rows"]) == 20
    assert preview["rows"][0]["row"] == 2
    cells = dict(zip(preview["columns"], preview["rows"][0]["cells"], strict=True))
    assert (cells["start"], cells["kind"], cells["status"]) == ("Thu 1 Oct 2026 09:00", "residential burglary", "live")
    assert "Somebody" not in json.dumps(found)
    assert '# "Café Nuisance" = ""  # records: 2' in found["toml"]


def test_area_codes_that_no_area_file_has_are_listed(folder: Path, ask: Callable[..., Request]) -> None:
    athena(folder / "export.csv")
    text = (folder / "export.csv").read_text("utf-8").replace(";W4;", ";HQ;")
    (folder / "export.csv").write_text(text, "utf-8")
    found = propose(ask, "export.csv")
    assert [(c["column"], c["code"], c["records"], c["kept"]) for c in found["codes"]] == [("area", "HQ", 30, True)]


def test_words_nobody_knows_are_kept_as_they_are_and_said(folder: Path, ask: Callable[..., Request]) -> None:
    write(folder / "x.csv", {"Offence": ["Zorp", "Zorp", "Burglary"], "Date From": ["2026-11-01"] * 3})
    found = propose(ask, "x.csv")
    assert "values" not in tomllib.loads(found["toml"])
    assert [(c["code"], c["records"], c["kept"]) for c in found["codes"]] == [("Zorp", 2, True)]
    told = propose(ask, "x.csv", "kind:Zorp=public order")
    assert tomllib.loads(told["toml"])["values"]["kind"] == {"Zorp": "public order", "Burglary": "burglary"}


def test_codes_kept_beside_those_known(folder: Path, ask: Callable[..., Request]) -> None:
    write(folder / "x.csv", {"Offence": ["Burglary", "Burglary", "Zorp"], "Date From": ["2026-11-01"] * 3})
    assert propose(ask, "x.csv")["quarantined"] == 1
    found = propose(ask, "x.csv", kept=("kind",))
    assert found["quarantined"] == 0
    assert [(c["code"], c["kept"]) for c in found["codes"]] == [("Zorp", True)]


def test_dates_that_no_day_decides_are_asked_with_what_each_answer_means(
    folder: Path, ask: Callable[..., Request]
) -> None:
    write(folder / "x.csv", {"Offence": ["Burglary"] * 2, "Date From": ["03/04/2026", "05/06/2026"]})
    found = propose(ask, "x.csv")
    (question,) = found["questions"]
    assert question["answers"] == [
        ["start=%d/%m/%Y", "03/04/2026 is 3 April 2026"], ["start=%m/%d/%Y", "03/04/2026 is 4 March 2026"],
    ]  # fmt: skip
    assert found["toml"] == ""
    assert found["preview"]["rows"][0]["cells"] == ["burglary", "03/04/2026"]  # as written, not as guessed
    answered = propose(ask, "x.csv", question["answers"][1][0])
    assert tomllib.loads(answered["toml"])["formats"] == {"start": "%m/%d/%Y"}
    assert tomllib.loads(propose(ask, "x.csv", "dates=day-first")["toml"])["formats"] == {"start": "%d/%m/%Y"}


def test_a_column_written_both_ways_is_not_mapped_at_all(folder: Path, ask: Callable[..., Request]) -> None:
    both = ["25/10/2026", "10/26/2026"] * 10
    write(folder / "x.csv", {"Offence": ["Burglary"] * 20, "Date From": both})
    (question,) = propose(ask, "x.csv")["questions"]
    assert "more than one way: 10 only as %d/%m/%Y and 10 only as %m/%d/%Y" in question["why"]
    assert question["answers"] == []


@given(
    st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31)), min_size=1, max_size=30),
    st.sampled_from(
        ["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y %H:%M", "%m/%d/%y %H:%M:%S", "%Y%m%d", "%d.%m.%Y %H%M", "%Y-%m-%d"]
    ),
)
@settings(deadline=None, max_examples=60)
def test_a_layout_is_only_decided_where_no_other_could_be_meant(moments: list[datetime], form: str) -> None:
    texts = pd.Series([f"{moment:{form}}" for moment in moments], dtype="str")
    found = decide(texts)
    assert found.is_dates
    if found.layouts:  # decided: then it reads every date as it was meant
        forms = ["%Y-%m-%d"] if found.layouts == ("iso",) else found.layouts
        read = [pd.to_datetime(t, format=forms[0]) for t in texts]
        meant = [pd.to_datetime(t, format=form) for t in texts]
        assert read == meant
    else:  # asked: then the truth is among the answers, and no date rules out the others
        assert (form,) in found.rivals
        for forms in found.rivals:
            assert pd.to_datetime(texts, format=forms[0]).notna().all()


def test_places_are_told_by_their_range() -> None:
    east, north = pd.Series(["401000", "400500.5", "0"]), pd.Series(["301,000", "300,500", "0"])
    lon, lat = pd.Series(["-1.98", "-1.99"]), pd.Series(["52.60", "52.61"])
    bounds = (400000.0, 300000.0, 402000.0, 302000.0)
    found = places.recognise({"a": east, "b": north}, [("b", "a")], crs="EPSG:27700", bounds=bounds)
    assert (found.x, found.y, found.system, found.swapped) == ("a", "b", "", True)
    found = places.recognise({"a": lon, "b": lat}, [("a", "b")], crs="EPSG:27700")
    assert (found.x, found.in_degrees, found.swapped) == ("a", True, False)
    far = pd.Series(["10.0", "11.0"])
    assert places.recognise({"a": far, "b": lat}, [("a", "b")], crs="EPSG:27700") is None


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("strat=X", "no column 'strat'"), ("start", "no '='"), ("start=Nowhere", "no heading 'Nowhere'"),
        ("dates=whatever", "no column 'dates'"),
    ],
)  # fmt: skip
def test_a_correction_that_names_nothing_is_refused(said: str, word: str) -> None:
    with pytest.raises(UsageError, match=re.escape(word)):
        corrections.parse([said], headings=["Date From"], contract=CONTRACT)


def test_how_a_file_is_written_can_be_said_and_must_make_sense(folder: Path, ask: Callable[..., Request]) -> None:
    (folder / "x.csv").write_bytes("Offence~Date From\nBurglary~25/12/2026\nCaf\xe9~01/01/2027\n".encode("cp1252"))
    found = propose(ask, "x.csv", "source.delimiter=~", "source.encoding=cp1252")
    assert tomllib.loads(found["toml"])["source"] == {"encoding": "cp1252", "delimiter": "~"}
    with pytest.raises(UsageError, match="one character"):
        propose(ask, "x.csv", "source.delimiter=~~")
    with pytest.raises(UsageError, match="heading_row"):
        propose(ask, "x.csv", "source.heading_row=first")


def test_corrections_are_told_all_at_once() -> None:
    with pytest.raises(UsageError, match=r"\(1\).*\(2\)"):
        corrections.parse(["x=1", "y=2"], headings=[], contract=CONTRACT)


def test_nothing_in_a_file_moves_the_cursor(folder: Path, ask: Callable[..., Request]) -> None:
    trick = "Burglary\x1b[2J\u202e"
    write(folder / "x.csv", {"Offence": [trick, "Burglary"], "Date From": ["2026-11-01"] * 2, "\x1b[31mred": ["", ""]})
    found = propose(ask, "x.csv", kept=("kind",))
    assert all(c.isprintable() for cell in found["preview"]["rows"][0]["cells"] for c in cell)
    assert readable(trick) == "Burglary\\x1b[2J\\u202e"
    kind = tomllib.loads(found["toml"])["values"]["kind"]
    assert kind[trick] == trick


def test_logs_are_mapped_too(folder: Path, ask: Callable[..., Request]) -> None:
    write(
        folder / "logs.csv",
        {
            "Log No": ["L1", "L2"], "Date Received": ["25/11/2026 10:00", "26/11/2026 11:00"], "Source Evaluation": ["1", "2"],
            "Intelligence Assessment": ["A", "B"], "Handling Code": ["P", "C"], "Protective Marking": ["OFFICIAL"] * 2,
            "Text": ["one thing", "another thing"], "Linked Nominals": ["N1;N2", ""],
        },
    )  # fmt: skip
    found = propose(ask, "logs.csv", kind="logs")
    told = tomllib.loads(found["toml"])
    assert told["columns"]["urn"] == "Log No"
    assert told["columns"]["information_grade"] == "Intelligence Assessment"
    assert told["formats"]["received"] == "%d/%m/%Y %H:%M"
    assert (found["accepted"], found["quarantined"]) == (2, 0)


def test_a_workbook_and_incidents_are_mapped_too(folder: Path, ask: Callable[..., Request]) -> None:
    sheet = pd.DataFrame(
        {
            "Log Number": [f"L{i}" for i in range(12)], "Opening Code": ["Noise"] * 12,
            "Call Received": pd.date_range("2026-11-01 10:00", periods=12, freq="D"), "Response Grade": ["Grade 1"] * 12,
            "Address": ["1 Low Lane"] * 12, "Caller Name": ["Somebody"] * 12,
        }
    )  # fmt: skip
    sheet.to_excel(folder / "log.xlsx", index=False)
    found = propose(ask, "log.xlsx", kind="incidents")
    told = tomllib.loads(found["toml"])["columns"]
    assert (told["id"], told["kind"], told["start"], told["grade"]) == (
        "Log Number", "Opening Code", "Call Received", "Response Grade",
    )  # fmt: skip
    assert (found["unread"], found["accepted"], found["quarantined"]) == (["Caller Name"], 12, 0)
    assert [(c["code"], c["records"], c["kept"]) for c in found["codes"]] == [("Noise", 12, True)]
