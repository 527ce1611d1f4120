"""Records: physical line numbers, two lanes, and the proof that none was swallowed."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import InputRefused
from intelnb.intake import delimited, encoding, lanes
from intelnb.intake.records import Records


def cut(text: str, **options: object) -> Records:
    return delimited.scan(text.encode(), name="x.csv", **options)


def told(found: Records) -> list[tuple[int, str]]:
    return [(bad.row, bad.code) for bad in found.rejected]


def test_line_numbers_are_those_an_editor_shows() -> None:
    found = cut("\nid,kind\n1,theft\n\n\r\n2,arson\n3\n4,a,b\n5,theft")
    assert found.table["(column 1)" if "(column 1)" in found.headings else "id"].tolist() == ["1", "2", "5"]
    assert found.row.tolist() == [3, 6, 9]
    assert told(found) == [(7, "too_few_columns"), (8, "too_many_columns")]
    assert found.blank_lines == 3
    assert found.lane == "fast"


def test_a_swallowed_row_is_found() -> None:
    # pyarrow, the csv module and DuckDB all make one record of lines 2 to 4
    text = 'id,text,kind\n1,"open,theft\n2,b,theft\n3,c",theft\n4,d,theft\n'
    assert len(list(csv.reader(io.StringIO(text)))) == 3
    found = cut(text)
    assert found.lane == "slow"
    assert told(found) == [(2, "open_quote")]
    assert found.row.tolist() == [3, 4, 5]
    assert found.table["id"].tolist() == ["2", "3", "4"]


def test_a_real_multi_line_record_is_one_record() -> None:
    found = cut('id,text\n1,"two\nlines"\n2,one\n')
    assert found.lane == "slow"
    assert found.table["text"].tolist() == ["two\nlines", "one"]
    assert found.row.tolist() == [2, 4]
    assert found.read == 2


def test_a_quote_never_closed_costs_one_line() -> None:
    found = cut('id,text\n1,a\n2,"b\n3,c\n4,d\n')
    assert told(found) == [(3, "open_quote")]
    assert found.table["id"].tolist() == ["1", "3", "4"]


@pytest.mark.parametrize(
    ("line", "code"),
    [('2,"a" b', "stray_quote"), ("2,a\x00b", "nul"), ("2,a\rb", "stray_cr"), ("2," + "x" * 140_000 + '"\x00', "nul")],
)
def test_odd_lines_are_rejected_by_name(line: str, code: str) -> None:
    found = cut(f"id,text\n1,a\n{line}\n3,c\n")
    assert told(found) == [(3, code)]
    assert found.table["id"].tolist() == ["1", "3"]


def test_a_field_of_any_length_is_kept_or_named() -> None:
    found = cut('id,text\n1,"' + "x" * 3_000_000 + '"\n2,b\n')
    assert found.read == 2
    assert found.table["text"].str.len().tolist() == [3_000_000, 1]


def test_a_field_nobody_typed_is_named() -> None:
    found = cut('id,text\n1,"' + "x" * 11_000_000 + '"\n2,b\n')
    assert told(found) == [(2, "too_long")]
    assert found.table["id"].tolist() == ["2"]


def test_old_mac_line_ends_are_lines() -> None:
    found = cut("id,kind\r1,theft\r2,arson\r")
    assert found.table["kind"].tolist() == ["theft", "arson"]
    assert found.row.tolist() == [2, 3]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters_are_recognised_and_quotes_do_not_mislead(mark: str) -> None:
    found = cut(f'"id, or number; here"{mark}kind{mark}mo\n1{mark}theft{mark}x\n')
    assert found.delimiter == mark
    assert found.headings == ("id, or number; here", "kind", "mo")
    assert found.table["kind"].tolist() == ["theft"]


def test_headings_are_trimmed_named_and_of_one_name_each() -> None:
    assert cut(" id ,,kind\n1,2,3\n").headings == ("id", "(column 2)", "kind")
    assert cut("id,kind,id\n1,2,3\n").headings == ("id (column 1)", "kind", "id (column 3)")
    with pytest.raises(InputRefused, match="empty"):
        cut("\n\n")
    with pytest.raises(InputRefused, match="more than"):
        cut(",".join(f"c{i}" for i in range(2100)) + "\n")


def test_text_is_never_taken_for_anything_else() -> None:
    found = cut("id,kind\n007,NA\n12E5,null\nnan,None\n")
    assert found.table.to_numpy().tolist() == [["007", "NA"], ["12E5", "null"], ["nan", "None"]]


cell = st.text(alphabet='ab,;"\n\r\t é', max_size=6)
rows = st.lists(st.lists(cell, min_size=3, max_size=3), max_size=12)


@given(rows)
@settings(max_examples=200)
def test_what_a_careful_writer_wrote_is_read_back_or_named(table: list[list[str]]) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["a", "b", "c"], *table])
    found = delimited.scan(stream.getvalue().encode(), name="x", delimiter=",")
    kept = [tuple(row) for row in table]
    read = [tuple(row) for row in found.table.itertuples(index=False)]
    # narrative full of line ends may be rejected, but nothing is invented and nothing goes unsaid
    assert all(row in kept for row in read) or found.rejected
    if not any("\n" in c or "\r" in c for row in table for c in row):
        assert read == kept
        assert not found.rejected


def lines_that_hold_something(text: str) -> int:
    """An independent count: every line but the heading, and blank ones."""
    return sum(1 for line in text.split("\n")[1:] if line.rstrip("\r"))


@given(st.lists(st.text(alphabet="ab,;|\t é.'", max_size=12), max_size=30))
def test_without_quotes_every_line_is_a_record(lines: list[str]) -> None:
    text = "a,b,c\n" + "\n".join(lines)
    found = delimited.scan(text.encode(), name="x", delimiter=",")
    assert found.read == lines_that_hold_something(text)
    assert found.read == len(found.row) + len(found.rejected)
    assert all(line.count(",") == 2 for line in (text.split("\n")[row - 1] for row in found.row))
    assert all(text.split("\n")[bad.row - 1].count(",") != 2 for bad in found.rejected)


@given(st.binary(max_size=300).map(lambda noise: b"a,b\n1,2\n" + noise))
@settings(max_examples=300)
def test_no_bytes_at_all_break_it(data: bytes) -> None:
    try:
        text, _ = encoding.decoded(data, name="x")
    except InputRefused:
        return
    found = delimited.scan(text, name="x", delimiter=",")
    starts = [*found.row.tolist(), *(bad.row for bad in found.rejected)]
    assert len(set(starts)) == len(starts)
    assert 2 in starts


@given(st.lists(st.lists(st.text(alphabet='ab"', max_size=3), min_size=1, max_size=4), max_size=12))
@settings(max_examples=300)
def test_the_lanes_agree(table: list[list[str]]) -> None:
    text = "a,b\n" + "\n".join(",".join(row) for row in table)
    found = delimited.scan(text.encode(), name="x", delimiter=",")
    slow = lanes.slow(text.encode(), 1, ("a", "b"), ",")
    assert [found.table.to_numpy().tolist(), found.row.tolist()] == [
        slow[0].to_pandas().to_numpy().tolist(),
        slow[1].tolist(),
    ]
    assert [(b.row, b.code) for b in found.rejected] == [(b.row, b.code) for b in slow[2]]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("id;a, b, c and d\n1;x\n2;y\n", ";"),
        ("a;b,c;d,e;f\n1,2,3\n4,5,6\n", ","),
        ("id|n\n1|2,5\n2|3,5\n", "|"),
        ("id\n1\n", ","),
    ],
)
def test_a_delimiter_is_what_cuts_headings_and_records_alike(text: str, delimiter: str) -> None:
    found = cut(text)
    assert found.delimiter == delimiter
    assert not found.rejected
    assert bool(found.notes) == (delimiter != ",")


def test_headings_below_a_title_are_found_or_stated() -> None:
    text = "Crimes, by the unit\n\nid,kind\n1,theft\n2\n"
    for options in ({"wanted": ["kind"]}, {"heading_row": 3}):
        found = cut(text, **options)
        assert found.headings == ("id", "kind")
        assert (found.row.tolist(), told(found)) == ([4], [(5, "too_few_columns")])
        assert found.aside == ("Crimes, by the unit",)
        assert found.notes == ("headings in line 3",)
    with pytest.raises(InputRefused, match="Line 2 is empty"):
        cut(text, heading_row=2)


def test_headings_full_of_semicolons_are_cut_where_the_map_s_headings_are() -> None:
    text = '"id; own","kind; of it; all","start; from"\nx,y\nz\n'
    found = cut(text, wanted=["id; own", "start; from"])
    assert found.headings == ("id; own", "kind; of it; all", "start; from")
    assert (found.delimiter, told(found)) == (",", [(2, "too_few_columns"), (3, "too_few_columns")])


def test_small_and_large_texts_are_cut_alike() -> None:
    # a small text is cut by the csv module, a large one by Arrow
    rows = [f'{i},"a, ""b""",{"x" * (i % 3)}' + (",more" if i % 50 == 7 else "") for i in range(3000)]
    large, small = cut("\n".join(["id,text,kind", *rows])), cut("\n".join(["id,text,kind", *rows[:300]]))
    assert (large.lane, small.lane) == ("fast", "fast")
    assert small.table.equals(large.table.iloc[: len(small.table)])
    assert [(b.row, b.reason, b.text) for b in small.rejected] == [(b.row, b.reason, b.text) for b in large.rejected][
        :6
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("text", ["é", '"é, ""so"""'])
def test_lines_of_a_wrong_width_in_a_large_file_are_told_with_their_text(ending: str, text: str) -> None:
    wrong = {5: "1", 6: '1,"2, 3",é,4' if '"' in text else "1,2,é,4", 2000: "", 2001: ",,,,", 4001: "é"}
    lines = ["id,kind,mo", *(wrong.get(row, f"{row},theft,{text}") for row in range(2, 4002))]
    found = delimited.scan(ending.join(lines).encode(), name="x.csv", delimiter=",")
    assert found.lane == "fast"
    assert found.blank_lines == 1
    assert [(bad.row, bad.code, bad.text) for bad in found.rejected] == [
        (row, "too_many_columns" if "," in line else "too_few_columns", line) for row, line in wrong.items() if line
    ]
    assert found.rejected[1:][0] == found.rejected[1]
    assert found.row.tolist() == [row for row in range(2, 4002) if row not in wrong]
    assert set(found.table["mo"]) == {next(csv.reader([text]))[0]}
