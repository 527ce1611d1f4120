"""The desk file as it is read: what was typed comes back, and every impossible value is named by its cell."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intelnb.errors import JudgementError
from intelnb.publish import desk, desk_reading, judged
from intelnb.records import Judgement

SIGNED = {"E4": "Ann Example", "I4": date(2026, 11, 16)}
BOTTOM = {"E6": "One group is likely at work.", "F6": "Task it.", "G6": "likely", "H6": "moderate", "I6": "two logs"}
ASK = {"F8": "Task both locations.", "J8": "Sgt T. Holt", "K8": date(2026, 11, 20), "L8": "done", "M8": "s.1 PACE"}


@pytest.fixture
def filled(draft, tmp_path):
    """Writes a desk file, fills cells as an officer would, and reads it back."""

    def fill(cells, *, bundle=None, saved=None, now=None, read_saved=None):
        path = tmp_path / "desk.xlsx"
        desk.write(bundle or draft(), path, saved=saved or {})
        book = openpyxl.load_workbook(path)
        for address, value in cells.items():
            book["Desk"][address] = value
        book.save(path)
        kept = saved if read_saved is None else read_saved
        return desk.read(path, now or bundle or draft(), saved=kept or {})

    return fill


def _with_evidence(draft, **evidence):
    first, *others = draft().places()
    return draft(first.model_copy(update={"evidence": evidence}), *others)


def test_what_was_typed_comes_back(filled):
    reading = filled(SIGNED | BOTTOM | ASK)
    assert sorted(reading.typed) == ["ask.one", "bottom.burglary"]
    bottom, ask = reading.typed["bottom.burglary"], reading.typed["ask.one"]
    assert (bottom.text, bottom.action) == ("One group is likely at work.", "Task it.")
    assert (bottom.likelihood, bottom.confidence, bottom.why) == ("likely", "moderate", "two logs")
    assert (bottom.by, bottom.at, bottom.stale) == ("Ann Example", "2026-11-16", False)
    assert (ask.action, ask.owner, ask.due) == ("Task both locations.", "Sgt T. Holt", "2026-11-20")
    assert (ask.measure, ask.power) == ("done", "s.1 PACE")
    assert reading.judgements["bottom.burglary"].evidence["burglaries this week"] == "29"
    assert reading.warnings == ()


def test_an_untouched_file_is_empty_and_silent(filled):
    reading = filled({})
    assert (dict(reading.typed), dict(reading.judgements), reading.warnings) == ({}, {}, ())
    assert filled(SIGNED).typed == {}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"G6": "very likely"}, "Desk!G6: 'very likely' is not a term of the yardstick; choose remote chance"),
        ({"G6": "60%"}, "Desk!G6: '60%' is not a term"),
        ({"G6": 0.6}, "Desk!G6: '0.6' is not a term"),
        ({"H6": "medium"}, "Desk!H6: 'medium' is not a level of confidence; choose high, moderate or low"),
        ({"J8": "Sgt Nobody"}, "Desk!J8: 'Sgt Nobody' is not on the list of owners"),
        ({"K8": "31/02/2026"}, "Desk!K8: '31/02/2026' is not a date there is"),
        ({"K8": "2026-13-01"}, "Desk!K8: '2026-13-01' is not a date there is"),
        ({"K8": "next week"}, "Desk!K8: 'next week' is not a date there is"),
        ({"K8": "20/11/0026"}, "Desk!K8: the year 26 cannot be meant"),
        ({"K8": datetime.fromisoformat("1900-03-01")}, "Desk!K8: the year 1900 cannot be meant"),
        ({"K8": "20/11/2025"}, "Desk!K8: Thu 20 Nov 2025 lies before the period, which began on Mon 9 Nov 2026;"),
        ({"K8": "20/11/2062"}, "Desk!K8: Mon 20 Nov 2062 lies more than 5 years after it was typed;"),
        ({"I4": date(2025, 11, 16)}, "Desk!I4: Sun 16 Nov 2025 lies before the period"),
        ({"O6": date(2025, 11, 16)}, "Desk!O6: Sun 16 Nov 2025 lies before the period"),
        ({"I4": "today"}, "Desk!I4: 'today' is not a date"),
        ({"O6": "32 Nov 2026"}, "Desk!O6: '32 Nov 2026' is not a date"),
        ({"D6": "burglaries this week = 2"}, "Desk!D6: the evidence was changed in the file"),
        ({"R6": None}, "Desk!D6: the evidence was changed in the file"),
        ({"A6": "bottom.theft"}, "Desk!A6: 'bottom.theft' is not a place of this draft"),
        ({"A6": None}, "Desk!A6: the row has no place"),
        ({"E9": "words below the table"}, "Desk!A9: the row has no place"),
        ({"A7": "bottom.burglary"}, "Desk!A7: the place 'bottom.burglary' stands in two rows"),
        ({"E6": "=1+1"}, "Desk!E6: holds a formula"),
        ({"G6": '=HYPERLINK("x")'}, "Desk!G6: holds a formula"),
        ({"E4": "=A1"}, "Desk!E4: holds a formula"),
        ({"I6": "#REF!"}, "Desk!I6: holds an Excel error"),
        ({"G8": "likely"}, "Desk!G8: 'Likelihood' is not for a row of the kind 'asked of the chair'"),
        ({"J6": "Sgt T. Holt"}, "Desk!J6: 'Owner' is not for a row of the kind 'bottom line'"),
        ({"Q6": "no"}, "Desk!Q6: 'no' does not confirm"),
        ({"E4": None}, "Desk!N6: who typed this?"),
        ({"E4": "  "}, "Desk!N6: who typed this?"),
        ({"I4": None}, "Desk!O6: on which day was this typed?"),
    ],
)
def test_every_impossible_value_is_named_by_its_cell(filled, cells, told):
    with pytest.raises(JudgementError) as fault:
        filled(SIGNED | BOTTOM | ASK | cells)
    assert told in str(fault.value)
    assert "\n" not in str(fault.value)


def test_all_faults_are_told_at_once_and_each_once(filled):
    cells = {"G6": "very likely", "H6": "medium", "J8": "Sgt Nobody", "K8": "31/02/2026", "I4": "today"}
    with pytest.raises(JudgementError) as fault:
        filled(SIGNED | BOTTOM | ASK | cells)
    line = str(fault.value)
    assert all(line.count(f"Desk!{address}:") == 1 for address in cells)
    assert "(5)" in line
    assert "(6)" not in line


@pytest.mark.parametrize(
    "written",
    [
        "20/11/2026",
        "20.11.2026",
        "2026-11-20",
        "20 Nov 2026",
        "20 november 2026",
        datetime.fromisoformat("2026-11-20"),
        date(2026, 11, 20),
    ],
)
def test_a_date_may_be_written_as_people_do(filled, written):
    assert filled(SIGNED | ASK | {"K8": written}).typed["ask.one"].due == "2026-11-20"


def test_a_decision_due_before_it_was_typed_is_asked_about(filled):
    reading = filled(SIGNED | ASK | {"K8": date(2026, 11, 13)})
    assert reading.typed["ask.one"].due == "2026-11-13"
    assert reading.warnings == (
        "Desk!K8: the decision was due on Fri 13 Nov 2026, before it was typed: is that right?",
    )


def test_an_old_period_may_be_judged_much_later(filled):
    reading = filled(SIGNED | ASK | {"I4": date(2036, 11, 16), "K8": date(2036, 11, 20)})
    assert (reading.typed["ask.one"].due, reading.warnings) == ("2036-11-20", ())


def test_a_number_where_excel_does_not_mean_a_date_is_refused(draft, tmp_path):
    path = tmp_path / "desk.xlsx"
    desk.write(draft(), path, saved={})
    book = openpyxl.load_workbook(path)
    for address, value in (SIGNED | ASK | {"K8": 46346}).items():
        book["Desk"][address] = value
    book["Desk"]["K8"].number_format = "General"
    book.save(path)
    with pytest.raises(JudgementError, match="Desk!K8: '46346' is a number, not a date"):
        desk.read(path, draft())


def test_terms_and_owners_are_kept_as_their_tables_spell_them(filled):
    reading = filled(SIGNED | BOTTOM | ASK | {"G6": "Probable", "H6": " HIGH ", "J8": "sgt t. holt"})
    assert reading.typed["bottom.burglary"].likelihood == "likely"
    assert reading.typed["bottom.burglary"].confidence == "high"
    assert reading.typed["ask.one"].owner == "Sgt T. Holt"


def test_a_row_may_have_its_own_name_and_time(filled):
    typed = filled(SIGNED | BOTTOM | {"N6": "Bo Other", "O6": datetime.fromisoformat("2026-11-17T08:05")}).typed[
        "bottom.burglary"
    ]
    assert (typed.by, typed.at) == ("Bo Other", "2026-11-17T08:05")


def test_vague_words_are_warned_about_with_their_cell(filled):
    reading = filled(SIGNED | BOTTOM | {"E6": "Burglary may return."})
    assert any(line.startswith("Desk!E6: 'may'") for line in reading.warnings)
    assert any("no words stand" in line for line in filled(SIGNED | {"G6": "likely"}).warnings)


def test_a_judgement_on_the_same_evidence_keeps_silent(draft, filled):
    saved = dict(filled(SIGNED | BOTTOM).judgements)
    reading = filled({}, saved=saved)
    assert reading.warnings == ()
    assert not reading.typed["bottom.burglary"].stale
    assert vars(reading.judgements["bottom.burglary"]) == vars(saved["bottom.burglary"])


def test_a_judgement_on_other_evidence_is_stale_until_confirmed(draft, filled):
    saved = dict(filled(SIGNED | BOTTOM | ASK).judgements)
    now = _with_evidence(draft, **{"burglaries this week": "31"})
    reading = filled({}, bundle=now, saved=saved)
    assert reading.typed["bottom.burglary"].stale
    assert not reading.typed["ask.one"].stale
    assert [line for line in reading.warnings if "Desk!Q6" in line]
    assert reading.judgements["bottom.burglary"].evidence == saved["bottom.burglary"].evidence

    changed = filled({"E6": "Two groups are likely at work."}, bundle=now, saved=saved)
    assert changed.typed["bottom.burglary"].stale

    signed = {"E4": "Bo Other", "I4": date(2026, 11, 17), "Q6": "yes"}
    confirmed = filled(signed, bundle=now, saved=saved)
    typed = confirmed.typed["bottom.burglary"]
    assert (typed.stale, typed.by, typed.at) == (False, "Bo Other", "2026-11-17")
    assert confirmed.typed["ask.one"].by == "Ann Example"
    kept = confirmed.judgements["bottom.burglary"]
    assert kept.confirmed
    assert kept.evidence == {"burglaries this week": "31"}
    # the next change makes it stale again
    assert kept.is_stale({"burglaries this week": "32"})
    assert not filled({}, bundle=now, saved=dict(confirmed.judgements)).typed["bottom.burglary"].stale


def test_without_the_register_the_state_in_the_file_still_counts(draft, filled):
    saved = dict(filled(SIGNED | BOTTOM).judgements)
    now = _with_evidence(draft, **{"burglaries this week": "31"})
    assert filled({}, bundle=now, saved=saved, read_saved={}).typed["bottom.burglary"].stale
    assert not filled({"Q6": "yes"}, bundle=now, saved=saved, read_saved={}).typed["bottom.burglary"].stale


def test_a_desk_file_of_an_earlier_draft_is_kept_on_its_own_numbers(draft, filled):
    now = _with_evidence(draft, **{"burglaries this week": "31"})
    reading = filled(SIGNED | BOTTOM | {"Q6": "yes"}, now=now)
    assert reading.typed["bottom.burglary"].stale
    assert reading.judgements["bottom.burglary"].evidence["burglaries this week"] == "29"
    assert "Desk!D6: the numbers have changed" in reading.warnings[0]


def test_words_changed_under_an_old_signature_are_queried(draft, filled):
    saved = dict(filled(SIGNED | BOTTOM).judgements)
    reading = filled({"E6": "Two groups are likely at work."}, saved=saved)
    assert any(
        line.startswith("Desk!N6: words typed or confirmed since are signed Ann Example") for line in reading.warnings
    )
    signed = filled({"E6": "Two groups are likely at work.", "E4": "Bo Other", "I4": date(2026, 11, 17)}, saved=saved)
    assert signed.typed["bottom.burglary"].by == "Bo Other"


def test_an_emptied_row_withdraws_what_was_kept(filled):
    saved = dict(filled(SIGNED | BOTTOM).judgements)
    reading = filled(dict.fromkeys(BOTTOM), saved=saved)
    assert reading.typed == {}
    assert reading.judgements["bottom.burglary"].is_empty


def test_a_deleted_row_changes_nothing_and_says_so(draft, tmp_path):
    path = tmp_path / "desk.xlsx"
    desk.write(draft(), path, saved={})
    book = openpyxl.load_workbook(path)
    book["Desk"].delete_rows(7)
    book.save(path)
    reading = desk.read(path, draft())
    assert reading.warnings == ("Desk: the place 'assess.vehicle' has no row; it stays as it was.",)
    assert reading.judgements == {}


def test_rows_may_be_sorted_and_blank_rows_put_between(draft, tmp_path):
    path = tmp_path / "desk.xlsx"
    desk.write(draft(), path, saved={})
    book = openpyxl.load_workbook(path)
    sheet = book["Desk"]
    for address, value in (SIGNED | BOTTOM).items():
        sheet[address] = value
    sheet.move_range("A6:R6", rows=6)
    book.save(path)
    assert desk.read(path, draft()).typed["bottom.burglary"].likelihood == "likely"


def test_the_desk_file_of_another_product_is_refused(draft, filled):
    with pytest.raises(JudgementError, match="desk file of 'WTA/NOR/2026-W46/internal', not of WTA/SOU"):
        filled({}, now=draft(reference="WTA/SOU/2026-W46/internal"))


def test_missing_headings_and_sheets_are_told(draft, filled, tmp_path):
    with pytest.raises(JudgementError, match="lacks the headings: Likelihood"):
        filled({"G5": "Odds"})
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(JudgementError, match="no sheet Desk"):
        desk.read(tmp_path / "other.xlsx", draft())


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"])
def test_what_is_no_workbook_is_one_plain_line(draft, tmp_path, content):
    path = tmp_path / "desk.xlsx"
    path.write_bytes(content)
    with pytest.raises(JudgementError, match="not an Excel workbook"):
        desk.read(path, draft())


def test_a_missing_open_or_swollen_file_is_one_plain_line(draft, tmp_path, monkeypatch):
    path = tmp_path / "desk.xlsx"
    with pytest.raises(JudgementError, match="no desk file"):
        desk.read(path, draft())
    desk.write(draft(), path, saved={})
    (tmp_path / "~$desk.xlsx").write_text("")
    with pytest.raises(JudgementError, match=r"[Cc]lose desk.xlsx in Excel"):
        desk.read(path, draft())
    (tmp_path / "~$desk.xlsx").unlink()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb", bytes(1_000_000))
    monkeypatch.setattr(desk_reading, "_LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(JudgementError, match="far too large"):
        desk.read(path, draft())


@settings(max_examples=20, deadline=None)
@given(position=st.integers(0, 7000), byte=st.integers(0, 255))
def test_a_damaged_file_is_read_or_refused_never_worse(draft, tmp_path_factory, position, byte):
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    desk.write(draft(), path, saved={})
    content = bytearray(path.read_bytes())
    content[position % len(content)] = byte
    path.write_bytes(content)
    try:
        desk.read(path, draft())
    except JudgementError as fault:
        assert "\n" not in str(fault)  # noqa: PT017 - it may also be read


# what a keyboard can put in a cell: no control characters but the line break, no half characters
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n"), max_size=200)
EVIL = st.sampled_from(
    ["=1+1", "=cmd|'/c calc'!A0", "+44", "-", "@x", "'quoted", "_x000D_x", "<b>&amp;", "{{7*7}}", "\u202eevil"]
)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(*[TYPED | EVIL] * 3, TYPED.filter(str.strip)), min_size=1, max_size=30))
def test_any_text_typed_comes_back_and_survives_a_second_file(draft, tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "round.xlsx"
    first = draft().places()[0]
    bundle = draft(*(first.model_copy(update={"id": f"place {n}"}) for n in range(len(rows))))
    desk.write(bundle, path, saved={})
    book = openpyxl.load_workbook(path)
    for number, typed in enumerate(rows, start=6):
        for letter, value in zip("EFINO", (*typed, "2026-11-16"), strict=True):
            cell = book["Desk"][f"{letter}{number}"]
            cell.value = value or None
            cell.data_type = "s" if value else "n"
    book.save(path)
    reading = desk.read(path, bundle)
    for number, (*words, by) in enumerate(rows):
        expected = [_plain(word) for word in words]
        got = reading.typed.get(f"place {number}")
        assert (got is None) is not any(expected)
        if got is not None:
            assert [got.text, got.action, got.why, got.by] == [*expected, _plain(by)]
    desk.write(bundle, path, saved=reading.judgements)
    again = desk.read(path, bundle, saved=reading.judgements)
    assert {k: vars(v) for k, v in again.judgements.items()} == {k: vars(v) for k, v in reading.judgements.items()}


def _plain(text):
    for escape, meant in (("_x000D_", "\n"), ("_x000d_", "\n"), ("_x000A_", "\n"), ("_x0009_", "\t"), ("_x005F_", "_")):
        text = text.replace(escape, meant)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@settings(max_examples=8, deadline=None)
@given(st.lists(st.dictionaries(TYPED, TYPED, max_size=5), min_size=1, max_size=20))
@example([{"": "_x0000_"}, {"a_x000D_b": "_x005F_"}])
def test_any_evidence_is_recognised_as_unchanged(draft, tmp_path_factory, evidences):
    path = tmp_path_factory.getbasetemp() / "evidence.xlsx"
    first = draft().places()[0]
    places = [first.model_copy(update={"id": str(n), "evidence": one}) for n, one in enumerate(evidences)]
    bundle = draft(*places)
    saved = {p.id: Judgement(p.id, "words", by="A", at="2026-11-16", evidence=p.evidence) for p in places}
    desk.write(bundle, path, saved=saved)
    reading = desk.read(path, bundle)
    assert not [name for name, typed in reading.typed.items() if typed.stale]
    assert not [line for line in reading.warnings if "numbers have changed" in line]


def test_what_is_kept_is_shown_without_a_file(draft):
    first = draft().places()[0]
    saved = {
        first.id: Judgement(first.id, "words", by="A", at="x", evidence={"n": "1"}),
        "gone": Judgement("gone", "words", by="A", at="x"),
    }
    shown = judged.shown(draft(), saved)
    assert list(shown) == [first.id]
    assert shown[first.id].stale


def test_reading_changes_nothing(draft, tmp_path):
    path = tmp_path / "desk.xlsx"
    desk.write(draft(), path, saved={})
    before = path.read_bytes()
    desk.read(path, draft())
    assert path.read_bytes() == before
    assert zipfile.ZipFile(io.BytesIO(before)).testzip() is None
