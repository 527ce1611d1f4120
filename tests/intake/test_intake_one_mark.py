"""One damaged quotation mark: no record of the file is lost, invented or altered without a word."""

from __future__ import annotations

import csv
import io
import random
import re
import time
from collections import Counter
from collections.abc import Callable

import pytest

from intelnb.intake import delimited
from tests.intake import counting

WORDS = re.findall(
    "[A-Za-z0-9]+", "the man was seen near High Street, then left by car; a blue van; He said 5, 12; Leeds York no"
)
KEPT = "with a quotation mark that opens no cell"


def lines_of_prose(rng: random.Random, count: int) -> str:
    """Lines of words with commas, with and without a blank, and words in marks; some are empty, or begin with either."""
    lines = []
    for _ in range(count):
        line = ""
        for word in rng.choices(WORDS, k=rng.randrange(9)):
            line += rng.choice([" ", " ", ",", ", "]) if line else rng.choice(["", "", "", "", "", ","])
            line += f'"{word}"' if rng.random() < 0.12 else word
        lines.append(line)
    return "\n".join(lines)


def cell(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.35:
        return rng.choice(["", "ok", "note", "seen"])
    return lines_of_prose(rng, 1 if kind < 0.65 else rng.randrange(2, 7))


Row = Callable[[random.Random, int], list[str]]
TABLES: dict[str, tuple[list[str], Row]] = {
    "links": (
        ["source", "target", "kind", "note"],
        lambda rng, i: [f"N{100 + i}", f"N{rng.randrange(100, 400)}", rng.choice(["phone", "address"]), cell(rng)],
    ),
    "logs": (
        ["urn", "received", "scheme", "text", "area"],
        lambda rng, i: [f"26/{1000 + i}", f"2026-01-{1 + i % 28:02d}", "3x5x2", cell(rng), rng.choice(["NOR", ""])],
    ),
    "two texts": (
        ["id", "kind", "start", "mo", "status", "note"],
        lambda rng, i: [
            f"CR/{1000 + i}",
            rng.choice(["theft", "criminal damage"]),
            f"2026-01-{1 + i % 28:02d} 10:{i:02d}",
            cell(rng),
            "open",
            cell(rng),
        ],
    ),
    "text first": (
        ["note", "id", "date"],
        lambda rng, i: [cell(rng), str(1000 + i), f"{1 + i % 28:02d}/01/2026"],
    ),
    "text last": (["id", "type", "name"], lambda rng, i: [f"P{i}", rng.choice(["person", "vehicle"]), cell(rng)]),
}


def well_formed(rng: random.Random, table: str) -> tuple[list[list[str]], str]:
    head, row = TABLES[table]
    rows = [row(rng, i) for i in range(rng.randrange(10, 40))]
    out = io.StringIO()
    quoting = rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
    csv.writer(out, lineterminator=rng.choice(["\n", "\r\n"]), quoting=quoting).writerows([head, *rows])
    return rows, out.getvalue()


def damaged(rng: random.Random, text: str) -> str:
    """A mark put in, taken out or moved below the headings, half of the times at the edge of a cell or line."""
    head = text.index("\n") + 1
    how = rng.choice(["in", "out", "moved"])
    marks = [at for at in range(head, len(text)) if text[at] == '"']
    if how != "in" and marks:
        at = rng.choice(marks)
        text = text[:at] + text[at + 1 :]
    if how != "out":
        edges = [at for at in range(head, len(text)) if text[at - 1] in ',\n"' or text[at] in ',\n"']
        at = rng.choice(edges) if rng.random() < 0.5 else rng.randrange(head, len(text) + 1)
        text = text[:at] + '"' + text[at:]
    return text


def plain(text: str) -> str:
    return text.replace("\r", "").replace('"', "")


@pytest.mark.parametrize("table", TABLES)
def test_one_damaged_mark_loses_invents_and_alters_nothing_in_silence(table: str) -> None:
    rng = random.Random(f"2026-11-26 {table}")
    other = 0
    for _ in range(120):
        rows, text = well_formed(rng, table)
        text = damaged(rng, text)
        found = delimited.scan(text.encode(), name="x.csv", delimiter=",")
        truth = Counter(map(tuple, rows))
        read = Counter(tuple(one.replace("\r", "") for one in row) for row in found.table.to_numpy().tolist())
        if counting.of_well_formed(text) is not None:
            # the damage made a well-formed file of other records, which nobody but its author can tell
            other += read != truth
            continue
        assert KEPT in " ".join(found.notes) or not read - truth, text
        aside = plain("\n".join(bad.text for bad in found.rejected))
        lost = [line for row in (truth - read).elements() for one in row for line in plain(one).split("\n")]
        assert all(line in aside for line in lost), text
        # every line that holds anything is of one record
        begins = sorted([*found.row.tolist(), *(bad.row for bad in found.rejected)])
        assert len(begins) == len(set(begins))
        held = sum(map(len, (line for bad in found.rejected for line in plain(bad.text).split("\n"))))
        held += sum(len(plain(",".join(row)).replace("\n", "")) for row in read.elements())
        assert held == sum(map(len, plain(text).split("\n")[1:])), text
    assert other <= 2


def test_the_end_of_a_text_whose_beginning_was_lost_puts_what_stands_above_it_in_doubt() -> None:
    good = "".join(f'N{i},N{i + 1},phone,"seen, then {i}"\n' for i in range(100, 130))
    found = delimited.scan(
        ("source,target,kind,note\n" + good + 'N1,N2,phone,""\nN3,N4,phone,male seen\nat,Leeds,York,Hull\n'
         'then,by,car,away"\nN5,N6,phone,""\n').encode(),
        name="x.csv",
    )  # fmt: skip
    assert found.row.tolist() == [*range(2, 33), 36]
    assert [(bad.row, bad.code) for bad in found.rejected] == [(33, "in_doubt"), (34, "in_doubt"), (35, "stray_quote")]
    assert "part of a text that ends in line 35" in found.rejected[0].reason


def test_a_bare_mark_is_kept_and_told_of_only_where_no_cell_is_held_in_marks() -> None:
    rows = "".join(f"{i},theft,knife of {i} cm\n" for i in range(1, 9))
    inch = '9,theft,blade of 5" seen\n'
    found = delimited.scan(f"id,kind,mo\n{rows}{inch}".encode(), name="x.csv")
    assert (found.table["mo"].iloc[-1], found.rejected) == ('blade of 5" seen', ())
    assert found.notes == ("1 record with a quotation mark that opens no cell, kept as written",)
    found = delimited.scan(f'id,kind,mo\n{rows}{inch}10,theft,"two, three"\n'.encode(), name="x.csv")
    assert [(bad.row, bad.code) for bad in found.rejected] == [(10, "stray_quote")]
    assert not found.notes


def test_very_many_damaged_lines_among_records_take_no_longer_than_as_many_records() -> None:
    head = "id,kind,start,mo,a,b,c,d,e,f\n"
    body = "".join(f"{i},theft,2026-01-05,x,1,2,3,4,5,6\n" + 'b" x\n' * 25 for i in range(600))
    began = time.process_time()
    found = delimited.scan((head + body).encode(), name="x.csv")
    assert found.read == 600 * 26
    assert time.process_time() - began < 5
