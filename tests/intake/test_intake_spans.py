"""What a quotation mark holds: a cell of several lines is believed, a swallowed row is found, and neither is invented."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

from intelnb.intake import delimited
from intelnb.intake.records import Records
from intelnb.load.check import check
from tests.intake import counting

WORDS = [
    "the",
    "man",
    "was",
    "seen",
    "near",
    "High",
    "Street,",
    "then",
    "left",
    "by",
    "car;",
    "a",
    "blue",
    "van.",
    "He",
    "said",
    "it,",
    "twice",
]


def cut(text: str) -> Records:
    return delimited.scan(text.encode(), name="x.csv", delimiter=",")


def told(found: Records) -> list[tuple[int, str]]:
    return [(bad.row, bad.code) for bad in found.rejected]


def rows_of(found: Records) -> list[tuple[str, ...]]:
    return [tuple(row) for row in found.table.to_numpy().tolist()]


def test_a_well_formed_cell_of_several_lines_is_believed_whatever_stands_in_it() -> None:
    for body in ('A,person,"x\nB, person, real name"\nC,person,D', 'A,person,"x\nB, person, real name"\n'):
        found = cut(f"id,type,name\n{body}")
        assert rows_of(found)[0] == ("A", "person", "x\nB, person, real name")
        assert not found.rejected


def test_a_narrative_full_of_commas_is_one_log() -> None:
    narrative = "He said a, b, c, d, e, f, g, h\n\nand then, x, y, z, a, b, c, d\n"
    head = "urn,received,source,info,handling,marking,text,area\n"
    found = cut(f'{head}U1,2026-01-02,1,A,P,OFFICIAL,"{narrative}",NOR\nU2,2026-01-03,1,A,P,OFFICIAL,"x",NOR\n')
    assert [row[6] for row in rows_of(found)] == [narrative, "x"]
    assert (found.row.tolist(), told(found)) == ([2, 6], [])


def test_what_may_be_a_record_or_a_cell_is_set_aside_whole_with_a_true_reason() -> None:
    # a row of this very file, with its quotation marks where a cell would have them
    found = cut('id,type,name\nA,person,"x\nB,person,real name"\nC,person,D\n')
    assert rows_of(found) == [("C", "person", "D")]
    assert told(found) == [(2, "open_quote"), (3, "in_doubt")]
    assert "closes in line 3, around lines that look like records" in found.rejected[0].reason
    assert (
        found.rejected[1].reason
        == "It cannot be told whether this is a record, or part of the text that begins in line 2"
    )


def test_rows_pasted_into_a_narrative_are_not_read_as_records() -> None:
    found = cut('urn,received,text,area\nU1,2026-01-02,"see:\nU7,2026-01-02,hello,NOR\nend",NOR\nU2,2026-01-03,x,NOR\n')
    assert rows_of(found) == [("U2", "2026-01-03", "x", "NOR")]
    assert told(found) == [(2, "open_quote"), (3, "in_doubt"), (4, "in_doubt")]


def test_the_tail_of_a_damaged_narrative_is_no_record() -> None:
    found = cut('id,text,kind\n1,"lost the "bad" marks,\nthen more, x, y"\n2,b,theft\n3,c,theft\n')
    assert rows_of(found) == [("2", "b", "theft"), ("3", "c", "theft")]
    assert told(found) == [(2, "stray_quote"), (3, "in_doubt")]


def test_an_inch_mark_in_a_marked_cell_lets_no_line_of_the_text_through() -> None:
    good = "".join(f"N{i},N{i + 1},phone,ok\n" for i in range(100, 112))
    found = cut(
        "source,target,kind,note\n" + good
        + 'N100,N200,phone,"male with 5" blade seen at\nLeeds, York, Hull, then away"\nN300,N301,phone,ok\n'
    )  # fmt: skip
    assert found.table["source"].tolist() == [*(f"N{i}" for i in range(100, 112)), "N300"]
    assert told(found) == [(14, "stray_quote"), (15, "stray_quote")]


def test_a_swallowed_row_whose_own_mark_closed_the_stray_one_is_found() -> None:
    found = cut('id,text,kind\n1,"open,theft\n2,", and more",theft\n3,c,theft\n')
    assert told(found) == [(2, "open_quote")]
    assert rows_of(found) == [("2", ", and more", "theft"), ("3", "c", "theft")]


def test_a_file_whose_first_mark_is_never_closed_is_not_lost() -> None:
    rows = [f"{i},theft,2026-01-{1 + i % 28:02d}" for i in range(40)]
    found = cut("\n".join(["id,kind,start", '"x,theft,2026-01-05', *rows]))
    assert told(found) == [(2, "open_quote")]
    assert len(found.row) == 40


def test_blank_lines_inside_a_cell_are_part_of_it() -> None:
    found = cut('\nid,text\n1,"two\n\nlines"\n\n2,one\n')
    assert rows_of(found) == [("1", "two\n\nlines"), ("2", "one")]
    assert found.blank_lines == 2


def dense(rng: random.Random) -> tuple[list[str], list[list[str]]]:
    """A table of short cells full of marks, commas and line ends, some with numbered rows and dates."""
    wide, alphabet = rng.choice([2, 3, 3, 4, 6]), rng.choice(['ab,;"\n\t é', 'ab,"\n', '0123,"\n', 'aB ,,\n\n"'])
    rows = [
        ["".join(rng.choices(alphabet, k=rng.randrange(rng.choice([3, 8, 25])))) for _ in range(wide)]
        for _ in range(rng.randrange(1, 12))
    ]
    sort = rng.randrange(3)
    for number, row in enumerate(rows):
        row[0] = (row[0], str(number), f"CR/{1000 + number}")[sort]
        row[-1] = f"2026-01-{1 + number:02d}" if sort == 2 else row[-1]
        if number and rng.random() < 0.1:
            # a row of this file pasted into a cell
            row[1] = "see:\n" + ",".join(cell.replace('"', "") for cell in rows[number - 1]) + "\nend"
    return [f"c{i}" for i in range(wide)], rows


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_invented_of_a_well_formed_text(seed: int) -> None:
    rng = random.Random(seed)
    doubtful = 0
    for _ in range(1_000):
        head, rows = dense(rng)
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n", quoting=rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])).writerows(
            [head, *rows]
        )
        found = cut(stream.getvalue())
        in_doubt = sum(bad.code == "in_doubt" for bad in found.rejected)
        assert set(rows_of(found)) <= {tuple(row) for row in rows}
        assert found.read - in_doubt == counting.of_well_formed(stream.getvalue())
        doubtful += bool(in_doubt)
    assert doubtful < 250


def realistic(rng: random.Random) -> list[str]:
    """Lines of an export of one-line records, narrative with commas in quotation marks."""
    rows = [
        [f"CR/{1000 + i}", rng.choice(["theft", "burglary", "criminal damage"]), f"2026-01-{1 + i % 28:02d}",
         " ".join(rng.choices(WORDS, k=rng.randrange(9))), rng.choice(["", "NOR", "STH"])]
        for i in range(rng.randrange(6, 40))
    ]  # fmt: skip
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", quoting=rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    writer.writerows([["id", "kind", "start", "text", "area"], *rows])
    return stream.getvalue().split("\n")[:-1]


def test_a_stray_or_lost_mark_never_hides_a_row() -> None:
    rng = random.Random(20261126)
    lumps = 0
    for _ in range(1_500):
        lines = realistic(rng)
        whole = {tuple(row) for row in csv.reader(io.StringIO("\n".join(lines)))}
        touched = set()
        for _ in range(rng.choice([1, 1, 2, 3])):
            at = rng.randrange(1, len(lines))
            marks = [i for i, c in enumerate(lines[at]) if c == '"']
            place = rng.choice([0, len(lines[at]), *(i + 1 for i, c in enumerate(lines[at]) if c == ",")])
            lost = rng.choice(marks) if marks and rng.random() < 0.3 else -1
            line = lines[at]
            lines[at] = line[:lost] + line[lost + 1 :] if lost >= 0 else line[:place] + '"' + line[place:]
            touched.add(at + 1)
        found = cut("\n".join(lines) + "\n")
        rows = dict(zip(found.row.tolist(), rows_of(found), strict=True))
        # a line nobody touched is read as what it is, or named; and no cell holds the line below it
        assert all(row in whole for line, row in rows.items() if line not in touched)
        assert not any("\n" in cell for row in rows.values() for cell in row)
        lumps += found.read != len(lines) - 1
    # a text that is well formed by chance, and of the wrong width, is one quarantined record
    assert lumps <= 6


def test_what_is_set_aside_loads_whole_once_it_is_mended(tmp_path: Path) -> None:
    body = 'id,type,name\nA,person,"x\n\nB,person,real name"\nC,person,D\n'
    (tmp_path / "a.csv").write_text(body, "utf-8")
    report = check(tmp_path / "a.csv", kind="entities", quarantine=tmp_path / "q.csv")
    assert (report.read, report.accepted, report.quarantined) == (3, 1, 2)
    stood = (tmp_path / "q.csv").read_text("utf-8-sig")
    assert stood == 'id,type,name\nA,person,"x\n\nB,person,real name"\n'
    for mended, count in ((stood.replace('"', ""), 2), (stood.replace("x\n\nB,", "x / B,"), 1)):
        (tmp_path / "m.csv").write_text(mended, "utf-8")
        again = check(tmp_path / "m.csv", kind="entities")
        assert (again.read, again.accepted) == (count, count)
