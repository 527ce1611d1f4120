"""Records as they stood in their file, written out so that they can be corrected and loaded again."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Sequence

import numpy as np
from openpyxl import Workbook

from intelnb.errors import UsageError
from intelnb.intake.column_map import SourceRules
from intelnb.intake.formats import Cut

ENDINGS = {"json": ".json", "json lines": ".jsonl", "fast": ".csv", "slow": ".csv"}
"""What a file of them is called, by how it was cut; everything else becomes a workbook."""


def ending(cut: Cut) -> str:
    """How the name of a file of these records must end.

    Examples
    --------
    >>> sorted(set(ENDINGS.values()))
    ['.csv', '.json', '.jsonl']
    """
    return ENDINGS.get(cut.records.lane, ".xlsx")


def written(cuts: Sequence[Cut], rows: Sequence[Collection[int]], rules: SourceRules) -> bytes:
    """Some records of one or several files of the same headings, as a file that the same map reads.

    Text stands as it stood: the same lines, under the same headings, in the encoding the map states, else in UTF-8
    with its mark. Records of other formats stand with the texts of their cells.

    Parameters
    ----------
    cuts
        Files cut into records, with their text.
    rows
        For each, the rows of the records wanted.
    rules
        How the map says such files are written.

    Raises
    ------
    UsageError
        When the files have other headings than each other, so that one file cannot hold them.
    """
    first = cuts[0]
    if any(
        (c.records.headings, c.records.lane in ENDINGS) != (first.records.headings, first.records.lane in ENDINGS)
        for c in cuts
    ):
        raise UsageError(
            what="The files of this archive have different headings", where=first.archive,
            now="Check them one by one.",
        )  # fmt: skip
    lane = first.records.lane
    if lane in {"fast", "slow"}:
        return _text(cuts, rows).encode(rules.encoding or "utf-8-sig")
    if lane == "json lines":
        lines = [line for cut, wanted in zip(cuts, rows, strict=True) for line in _lines(cut, wanted)]
        return "".join(f"{line}\n" for line in lines).encode("utf-8")
    records = [one for cut, wanted in zip(cuts, rows, strict=True) for one in _records(cut, wanted)]
    if lane == "json":
        return _json(records, rules)
    return _workbook(first.records.headings, records, rules)


def _text(cuts: Sequence[Cut], rows: Sequence[Collection[int]]) -> str:
    """The lines of the records under the headings of the first file, and whatever stood above these."""
    head = _split(cuts[0].text)[: cuts[0].records.head_at]
    every = [line for cut, wanted in zip(cuts, rows, strict=True) for line in _spans(cut, wanted)]
    return "".join(f"{line}\n" for line in (*head, *every))


def _split(text: bytes) -> list[str]:
    lines = text if b"\n" in text else text.replace(b"\r", b"\n")
    return [line.rstrip("\r") for line in lines.decode("utf-8").split("\n")]


def _spans(cut: Cut, wanted: Collection[int]) -> list[str]:
    """The physical lines of some records; a record lasts until the next one begins."""
    lines = _split(cut.text)
    starts = sorted({*cut.records.row.tolist(), *(bad.row for bad in cut.records.rejected)})
    ends = {start: end - 1 for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True)}
    found: list[str] = []
    for start in sorted(wanted):
        span = lines[start - 1 : ends[start]]
        # between two records wanted it may be a part of the text both are of
        while span and not span[-1] and ends[start] + 1 not in wanted:
            span.pop()
        found += span
    return found


def _lines(cut: Cut, wanted: Collection[int]) -> list[str]:
    lines = _split(cut.text)
    return [lines[row - 1] for row in sorted(wanted)]


def _records(cut: Cut, wanted: Collection[int]) -> list[dict[str, str] | str]:
    """Records as texts by heading, and those that were none as their text, in the order of the file."""
    kept = np.isin(cut.records.row, list(wanted))
    made: dict[int, dict[str, str] | str] = dict(
        zip(cut.records.row[kept].tolist(), cut.records.columns.filter(kept).to_pylist(), strict=True)
    )
    made |= {bad.row: bad.text for bad in cut.records.rejected if bad.row in wanted}
    return [made[row] for row in sorted(made)]


def _json(records: Sequence[dict[str, str] | str], rules: SourceRules) -> bytes:
    """A document like the one they came from; what was no record stands as the value it was."""
    body: object = [json.loads(one) if isinstance(one, str) else one for one in records]
    for part in reversed(rules.records.split(".") if rules.records else []):
        body = {part: body}
    return json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8")


def _workbook(headings: Sequence[str], records: Sequence[dict[str, str] | str], rules: SourceRules) -> bytes:
    """A workbook whose every cell is text, so that nothing in it is worked out or read as a date."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = rules.sheet or "Sheet1"
    top = rules.heading_row or 1
    rows = [list(headings), *([one.get(h, "") for h in headings] for one in records if isinstance(one, dict))]
    for number, row in enumerate(rows, start=top):
        for column, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(number, column)
                cell.value, cell.data_type = text, "s"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
