"""Column maps and values: what fits, what does not, and nothing guessed."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import SettingsError
from intelnb.intake import column_map, moments, values
from intelnb.tables.crimes import CONTRACT as CRIMES
from intelnb.tables.logs import CONTRACT as LOGS


def mapped(text: str) -> column_map.ColumnMap:
    return column_map.parse(text.encode(), name="maps/crimes.toml", contract=CRIMES)


def read(cells: dict[str, list[str]], text: str, contract=CRIMES) -> values.Typed:
    frame = pd.DataFrame(cells, dtype="str")
    chosen = column_map.parse(text.encode(), name="m", contract=contract) if text else None
    plan = column_map.fit(chosen, list(frame), contract=contract, name="x.csv")
    return values.typed(frame, plan, contract=contract, timezone="Europe/London")


def told(typed: values.Typed) -> list[tuple[str, str, list[int]]]:
    return [(p.column, p.code, p.at.tolist()) for p in typed.problems]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("columns = 3", "columns"),
        ("[colums]\nid = 'x'", "colums"),
        ("[columns]\nidd = 'x'", "did you mean id"),
        ("[source]\ntimezone = 'Europe/Leeds'", "not a time zone"),
        ("[source]\ndelimiter = ';;'", "one character"),
        ("[columns]\neasting = 'E'", "northing go together"),
        ("[columns]\neasting='E'\nnorthing='N'\nlongitude='L'\nlatitude='A'", "either easting"),
        ("[columns]\nid = 'x'\n[constants]\nid = 'y'", "two places"),
        ("[formats]\nkind = '%d/%m/%Y'", "only dates"),
        ("[formats]\nstart = ['%d/%m/%Y', '%m/%d/%Y']", "cannot both be right"),
        ("[formats]\nstart = 'dd/mm/yyyy'", "not a layout"),
        ("[columns\n", "not TOML"),
        ("[combine]\nstart = ['one']", "at least 2"),
    ],
)
def test_a_map_that_makes_no_sense_is_refused(text: str, word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        mapped(text)


def test_a_heading_that_is_gone_is_named_with_the_nearest() -> None:
    chosen = mapped("[columns]\nid='Crime Number'\nkind='Offence'\nstart='From'")
    with pytest.raises(SettingsError, match=r"no heading 'Crime Number'.*nearest is 'crime no'") as caught:
        column_map.fit(chosen, ["crime no", "Offence", "From"], contract=CRIMES, name="a.csv")
    assert "\n" not in str(caught.value)


def test_all_that_no_longer_fits_is_told_at_once_each_with_the_nearest() -> None:
    chosen = mapped(
        "[columns]\nid='Crime Number'\nkind='Offence'\nstatus='Status'\n[combine]\nstart=['Date From', 'Time From']"
    )
    there = ["Crime No.", "Offence", "Date From", "Time From (column 4)", "Time From (column 5)", "Crime State"]
    with pytest.raises(SettingsError) as caught:
        column_map.fit(chosen, there, contract=CRIMES, name="a.csv")
    told = str(caught.value)
    assert "(1) no heading 'Crime Number' (the nearest is 'Crime No.')" in told
    assert "(2) no heading 'Status' (the nearest is 'Crime State')" in told
    assert "(3) 'Time From' stands over several columns: 4, 5" in told


def test_a_heading_over_several_columns_is_only_a_fault_where_it_is_needed() -> None:
    chosen = mapped("[columns]\nkind='Offence'\nstart='From'")
    there = ["Offence", "From", "Notes (column 3)", "Notes (column 4)"]
    assert column_map.fit(chosen, there, contract=CRIMES, name="a.csv").needed() == ("Offence", "From")
    for ours in ("kind", "status"):
        twice = ["start", f"{ours} (column 2)", f"{ours} (column 3)", *({"kind"} - {ours})]
        with pytest.raises(SettingsError, match=f"'{ours}' stands over several columns: 2, 3"):
            column_map.fit(None, twice, contract=CRIMES, name="a.csv")


def test_a_map_without_what_is_required_is_refused() -> None:
    with pytest.raises(SettingsError, match="mapped to: start"):
        column_map.fit(mapped("[columns]\nkind='Offence'"), ["Offence"], contract=CRIMES, name="a.csv")


def test_without_a_map_our_own_headings_are_expected() -> None:
    with pytest.raises(SettingsError, match=r"no heading 'start'"):
        column_map.fit(None, ["kind", "strat"], contract=CRIMES, name="a.csv")


def test_what_nobody_mapped_is_not_read() -> None:
    plan = column_map.fit(mapped("[columns]\nkind='K'\nstart='S'"), ["K", "S", "Victim"], contract=CRIMES, name="a")
    assert plan.needed() == ("K", "S")


def test_values_constants_and_combinations() -> None:
    typed = read(
        {
            "K": ["BURG", "BURG ", "MURD"],
            "D": ["01/03/2025"] * 3,
            "T": ["09:00", "", "25:00"],
            "F": ["DA;KN", "", "DA|XX"],
        },
        """
        [columns]
        kind = "K"
        flags = "F"
        [combine]
        start = ["D", "T"]
        [formats]
        start = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
        [constants]
        accuracy_m = 500
        [values.kind]
        BURG = "burglary"
        [values.flags]
        DA = "domestic"
        KN = "knife"
        """,
    )
    assert typed.table["kind"].tolist()[:2] == ["burglary", "burglary"]
    assert typed.table["flags"].tolist()[:2] == [("domestic", "knife"), ()]
    assert typed.table["accuracy_m"].tolist() == [500.0] * 3
    assert typed.table["start"][:2].tolist() == [pd.Timestamp("2025-03-01 09:00"), pd.Timestamp("2025-03-01")]
    assert told(typed) == [("K", "unknown_code", [2]), ("D + T", "not_a_date", [2]), ("F", "unknown_code", [2])]
    assert "'MURD'" in typed.problems[0].reason


def test_numbers_with_letters_are_not_numbers() -> None:
    cells = ["1", "1.5", "-2", "1,234", "64B310", "1,23", "NOT KNOWN", "inf", "1e3", "0x10", "", "1_000", "\u0661"]
    typed = read({"kind": ["a"] * 13, "start": ["2025-01-01"] * 13, "easting": cells, "northing": ["1"] * 13}, "")
    assert typed.problems[0].at.tolist() == [4, 5, 6, 7, 9, 11, 12]
    good = typed.table["easting"].dropna().tolist()
    assert good == [1, 1.5, -2, 1234, 1000]


def test_missing_codes_stay_missing() -> None:
    typed = read({"urn": ["1", ""], "received": ["2025-01-01 09:00"] * 2, "handling": ["P", ""]}, "", LOGS)
    assert typed.table["handling"].tolist() == ["P", ""]
    assert told(typed) == [("urn", "missing", [1])]


def test_an_end_without_a_time_is_the_end_of_that_day() -> None:
    cells = {
        "kind": ["a"] * 4,
        "start": ["2025-03-01 22:00", "2025-03-01", "2025-03-02", "2025-03-01 10:00"],
        "end": ["2025-03-01", "2025-03-01", "2025-03-01", "2025-03-01 09:59"],
    }
    typed = read(cells, "")
    assert [p.at.tolist() for p in values.ends_before_start(typed)] == [[2, 3]]
    assert typed.stated_end["end"][0] == pd.Timestamp("2025-03-01 23:59:59")


def test_a_month_is_its_bounds() -> None:
    found = moments.read(pd.Series(["2024-02", "2025-12", "2025-13", "2025-1"], dtype="str"), ["month"])
    assert found.start[:2].tolist() == [pd.Timestamp("2024-02-01"), pd.Timestamp("2025-12-01")]
    assert found.end[:2].tolist() == [pd.Timestamp("2024-02-29 23:59:59"), pd.Timestamp("2025-12-31 23:59:59")]
    assert found.is_bad.tolist() == [False, False, True, True]
    assert not found.is_exact.any()


def test_iso_is_read_in_every_usual_form() -> None:
    texts = ["2025-03-30", "2025-03-30T01:30", "2025-03-30 01:30:05", "2025-07-01T12:00:00Z", "2025-07-01T12:00+05:00",
             "30/03/2025", "2025-02-30", "2025-03-30T25:00", "", "20250330"]  # fmt: skip
    found = moments.read(pd.Series(texts, dtype="str"), local="Europe/London")
    assert found.start[:5].astype(str).tolist() == [
        "2025-03-30 00:00:00", "2025-03-30 01:30:00", "2025-03-30 01:30:05", "2025-07-01 13:00:00", "2025-07-01 08:00:00",
    ]  # fmt: skip
    assert found.is_bad.tolist() == [False] * 5 + [True] * 3 + [False, True]


def test_wall_clock_times_are_kept_when_clocks_change() -> None:
    # neither the hour that never was nor the hour that was twice is moved or lost
    texts = pd.Series(["30/03/2025 01:30", "26/10/2025 01:30"], dtype="str")
    found = moments.read(texts, ["%d/%m/%Y %H:%M"], timezone="Europe/London", local="Europe/London")
    assert found.start.astype(str).tolist() == ["2025-03-30 01:30:00", "2025-10-26 01:30:00"]


def test_times_of_another_clock_are_brought_to_ours() -> None:
    texts = pd.Series(["2010-01-01 06:00:00", "2010-07-01 05:00:00"], dtype="str")
    found = moments.read(texts, ["iso"], timezone="UTC", local="America/Chicago")
    assert found.start.astype(str).tolist() == ["2010-01-01", "2010-07-01"]


def test_day_first_stays_day_first() -> None:
    found = moments.read(pd.Series(["03/04/2025", "13/04/2025", "04/13/2025"], dtype="str"), ["%d/%m/%Y"])
    assert found.start[:2].astype(str).tolist() == ["2025-04-03", "2025-04-13"]
    assert found.is_bad.tolist() == [False, False, True]


LAYOUTS = ["%d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y%m%d"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_day_of_a_leap_and_a_plain_year(layout: str) -> None:
    days = [date(2024, 1, 1) + timedelta(days=i) for i in range(731)]
    texts = pd.Series([day.strftime(layout) for day in days], dtype="str")
    found = moments.read(texts, [layout])
    assert found.start.dt.date.tolist() == days


@given(
    st.lists(st.from_regex(r"[0-3][0-9]/[01][0-9]/(19|20)[0-9][0-9] [0-2][0-9]:[0-6][0-9]", fullmatch=True), min_size=1)
)
def test_digits_say_what_pandas_says(texts: list[str]) -> None:
    layout = "%d/%m/%Y %H:%M"
    theirs = pd.to_datetime(pd.Series(texts), format=layout, errors="coerce").to_numpy(dtype="datetime64[us]")
    ours = moments._by_digits(pd.Series(texts, dtype="str"), layout)
    assert ours is not None
    np.testing.assert_array_equal(ours, theirs)


@given(st.lists(st.text(max_size=16), min_size=1, max_size=5))
def test_any_text_is_read_or_named(texts: list[str]) -> None:
    stripped = pd.Series([t.strip() for t in texts], dtype="str")
    found = moments.read(stripped, ["%d/%m/%Y %H:%M", "iso", "month"])
    assert (found.is_bad == (found.start.isna() & (stripped != "")).to_numpy()).all()
