"""Which lines of a text are one record: a quotation mark may hold several lines, or may have swallowed records.

A cell opened and closed as RFC 4180 says is believed, whatever stands in it, unless a line of it looks like a record
of this very file: as many columns as the headings, and each cell written as others of its column are. Then nobody
can tell, and all its lines are set aside, each with its reason. Only where every line of it, the first and the last
too, is much like a record was the mark a stray one: it costs its own line.

Where marks do not open and close as they should, the line costs itself; of the lines that follow, until the marks
are even again, only those that look like records are taken. Where a mark may be the end of a text whose beginning was
lost, the same holds of the lines above it, and the record the text may have begun in is in doubt too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from intelnb.intake import likeness
from intelnb.intake.cutting import LONGEST_RECORD_LINES, OPEN, Span, Text, fields, slim
from intelnb.intake.likeness import LIKE, MUCH_LIKE, Likeness

_LOOKED_AT = 500
_LINES_LOOKED_AT = 50_000
_ENOUGH_TO_GO_BY = 10
_MOSTLY = 0.9
_PARTS = 20
_LOOKS_REMEMBERED = 20
_LINES_OF_A_TEXT = 20
"""So many lines round a mark out of place are no evidence of what a record looks like: they may be of one text."""
_BARE = (
    "stray_quote",
    "A quotation mark stands in a cell that has none round it: hold the cell in marks, and double it",
)
_ROUND_ROWS = ("open_quote", "A quotation mark is opened in this line, and closed behind lines that are records")
_IN_DOUBT = "in_doubt"


def each(lines: list[str], head_at: int, *, wide: int, delimiter: str) -> list[Span]:
    r"""The records of a text, line by line, and its blank lines.

    Parameters
    ----------
    lines
        The text without its line ends.
    head_at
        The first line below the headings, counted from 0.
    wide
        How many columns the headings have.
    delimiter
        What stands between columns.

    Returns
    -------
    Records with their cells, however many; lines that are none, with their fault; blank lines.

    Examples
    --------
    >>> [one.cells for one in each(["id,text", '1,"two', 'lines"', "2,one"], 1, wide=2, delimiter=",")]
    [['1', 'two\nlines'], ['2', 'one']]
    """
    text = _Judged(Text(lines, head_at, wide, delimiter))
    found = [slim(one, wide) for one in text.downwards()]
    if not any(one.is_ill for one in found):
        return found
    # a writer who holds a cell in marks doubles those inside; one who never does may write an inch mark as it is
    is_meant = not any(one.is_marked for one in found)
    for place, one in enumerate(found):
        if one.is_ill and text.is_record(one) and not (is_meant and text.is_like_as_written(one)):
            found[place] = Span(one.at, one.used, fault=_BARE, is_ill=True)
    end = -1
    for place, one in enumerate(found):
        if text.may_end_a_text(found, place):
            told = f"It cannot be told whether this is a record, or part of a text that ends in line {one.at + 1}"
            _doubt(found, text.upwards(found, place, end) if place - end > 1 else (), told)
            end = place
        if one.is_ill and not text.is_record(one) and one.fault != _ROUND_ROWS:
            told = f"It cannot be told whether this is a record, or part of a text with line {one.at + 1}"
            _doubt(found, text.rest_of(found, place), told)
    return found


def _doubt(found: list[Span], places: Iterable[int], told: str) -> None:
    for place in list(places):
        found[place] = Span(found[place].at, found[place].used, fault=(_IN_DOUBT, told))


@dataclass(frozen=True)
class _Judged:
    """A text, and what its records look like, which is found out where it is needed."""

    text: Text

    def downwards(self) -> Iterator[Span]:
        """What each line begins, where all that is known stands above it."""
        at, doubt_until, opened = self.text.head_at, 0, 0
        while at < len(self.text.lines):
            one = self.text.record(at)
            if one.fault is None and one.used > 1 and (judged := self.judged(one)) != "cell":
                if judged == "doubt":
                    yield from self.set_aside(one)
                    at += one.used
                    continue
                # the records below are read by themselves
                doubt_until, opened = max(doubt_until, at + one.used), at
                one = Span(at, fault=_ROUND_ROWS if self.is_record(one) and not one.is_ill else OPEN, is_ill=True)
            elif one.fault is not None and at >= doubt_until:
                doubt_until, opened = self.text.even_again(at), at
            elif one.fault is None and not one.is_blank and at < doubt_until and self.likeness_of(one, opened) < LIKE:
                told = f"It cannot be told whether this is a record, or part of a text that begins in line {opened + 1}"
                one = Span(at, one.used, fault=(_IN_DOUBT, told))
            yield one
            at += one.used

    def judged(self, one: Span) -> str:
        """What several lines are: one `cell`, several `rows`, or in `doubt`."""
        text, lines = self.text, self.text.lines[one.at + 1 : one.at + one.used]
        below = [line for line in lines if text.delimiter in line]
        several = [place for place, cell in enumerate(one.cells) if "\n" in cell]
        # what stands before the mark and behind it is of a record, whichever way the lines are read
        known = len(one.cells) if len(one.cells) == text.wide else several[0]
        certain = {i: cell for i, cell in enumerate(one.cells[:known]) if not several[0] <= i <= several[-1]}
        looks = [max(self.look(cut, certain) for cut in text.cuts(line)) for line in below]
        # a record whose other marks are lost has too many columns, and begins as one all the same
        begins = any(self.usual.begins(cut) for line in below for cut in text.cuts(line))
        if not begins and max(looks, default=likeness.UNLIKE) < LIKE:
            return "cell"
        if len(one.cells) != text.wide or one.is_ill:
            return "rows"
        before, opened = one.cells[: several[0]], one.cells[several[0]].split("\n", 1)[0].rstrip("\r")
        first = [*before, *fields(opened, text.delimiter)]
        behind = len(before) + 1
        is_row = self.look(first, certain) == MUCH_LIKE and behind < text.wide
        is_row = is_row and self.usual.of(first, certain=certain, first=behind) >= LIKE
        filled = sum(bool(line.rstrip("\r")) for line in lines)
        return "rows" if is_row and len(looks) == filled and min(looks) == MUCH_LIKE else "doubt"

    def set_aside(self, one: Span) -> Iterator[Span]:
        """Every line of a record that may be several."""
        last = one.at + one.used
        told = (
            f"The quotation mark opened here closes in line {last}, around lines that look like records: "
            "remove it, or put the text on one line"
        )
        yield Span(one.at, fault=("open_quote", told))
        told = f"It cannot be told whether this is a record, or part of the text that begins in line {one.at + 1}"
        for at in range(one.at + 1, last):
            if self.text.lines[at].rstrip("\r"):
                yield Span(at, fault=(_IN_DOUBT, told))

    def may_end_a_text(self, found: list[Span], place: int) -> bool:
        """Whether a line that is no record has a mark that opens nothing, and does not begin as a record does."""
        one = found[place]
        line = self.text.lines[one.at]
        if '"' not in line or self.is_record(one) or "\x00" in line:
            return False
        line = line.rstrip("\r")
        cells, rest = self.text.ahead(line)
        marks = len(rest) - len(rest.lstrip('"'))
        behind = rest[marks : marks + 1]
        if '"' not in rest or (marks % 2 and behind not in {"", self.text.delimiter}):
            return False
        if not self._typical:
            return True
        usual = self._usual_without(self._near(found, place))
        if usual.starts(cells):
            return False
        bare = line.replace('"', "").split(self.text.delimiter)
        return len(bare) != self.text.wide or not usual.starts(bare[: len(cells) + 1])

    def upwards(self, found: list[Span], place: int, looked_at: int) -> Iterator[int]:
        """Which records above the end of a text may be part of it: those unlike records, and the one it begins in.

        What stands above the end of an earlier text has been looked at.
        """
        left_out = self._parts_of(found[place : place + _LINES_OF_A_TEXT])
        far = self._usual_without(left_out | self._near(found, place))
        for above in range(place - 1, max(looked_at, place - 1 - LONGEST_RECORD_LINES), -1):
            one = found[above]
            left_out |= self._parts_of([one])
            usual = self._usual_without(left_out)
            if self.is_record(one):
                is_unlike = likeness.UNLIKE in (usual.of(one.cells), far.of(one.cells))
                is_like = not is_unlike and usual.of(one.cells) >= LIKE
                if not is_unlike and not is_like and place - above > _LINES_OF_A_TEXT:
                    return
                yield above
            else:
                is_like = (
                    bool(self._typical)
                    and not one.is_blank
                    and usual.begins(self.text.cuts(self.text.lines[one.at])[-1])
                )
            if is_like:
                return

    def rest_of(self, found: list[Span], place: int) -> Iterator[int]:
        """Which records below a line with a mark out of place may be part of its text: those unlike records up to the
        first like one, and that one too where only cells tell so that may stand behind the text.
        """
        left_out: frozenset[int] = frozenset()
        for below in range(place + 1, min(len(found), place + 1 + LONGEST_RECORD_LINES)):
            one = found[below]
            if one.is_ill and not self.is_record(one):
                return
            if not self.is_record(one):
                continue
            left_out |= self._parts_of([one])
            usual = self._usual_without(left_out)
            how = usual.of(one.cells)
            if how == likeness.UNLIKE or (how >= LIKE and not usual.starts(one.cells[: self._head(found, place)])):
                yield below
            if how != likeness.UNLIKE:
                return

    def _head(self, found: list[Span], place: int) -> int:
        """How many of the first cells of a record cannot stand behind the text that a line may hold part of."""
        ahead, _ = self.text.ahead(self.text.lines[found[place].at])
        return 1 + (len(ahead) if self._usual_without(self._near(found, place)).starts(ahead) else 0)

    def is_record(self, one: Span) -> bool:
        return one.fault is None and len(one.cells) == self.text.wide

    def is_like_as_written(self, one: Span) -> bool:
        """Whether a record with quotation marks in it looks like one of this file, were they another character."""
        return self.look([cell.replace('"', "'") for cell in one.cells], {}) >= LIKE

    def likeness_of(self, one: Span, opened: int) -> int:
        """How like a record of this file some cells are; what stands before an open mark is of one in any case."""
        if len(one.cells) != self.text.wide:
            return likeness.UNLIKE
        first = fields(self.text.lines[opened], self.text.delimiter)[:-1][: self.text.wide]
        return self.look(one.cells, dict(enumerate(first)))

    def look(self, cells: Sequence[str], certain: dict[int, str]) -> int:
        """How like a record of this file some cells are, of which some are known to be one's."""
        return self.usual.of(cells, certain=certain) if len(cells) == self.text.wide else likeness.UNLIKE

    @cached_property
    def usual(self) -> Likeness:
        """What the records nobody doubts look like."""
        return likeness.of(list(self._sure.values()), wide=self.text.wide)

    def _near(self, found: list[Span], place: int) -> frozenset[int]:
        """The parts of what is known that stand directly above a line: they may be lines of one text with it."""
        return self._parts_of(found[max(0, place - _LINES_OF_A_TEXT) : place])

    def _parts_of(self, some: Sequence[Span]) -> frozenset[int]:
        """Which parts of what is known some records are in."""
        if not some or some[0].at > self._last:
            return frozenset()
        return frozenset(self._part[one.at] for one in some if one.at in self._part)

    def _usual_without(self, parts: frozenset[int]) -> Likeness:
        """What records look like that are written as most are, were some parts of them not there."""
        if parts not in self._looks:
            left = [cells for at, cells in self._typical.items() if self._part[at] not in parts]
            self._looks[parts] = likeness.of(left, wide=self.text.wide)
            if len(self._looks) > _LOOKS_REMEMBERED:
                del self._looks[next(iter(self._looks))]
        return self._looks[parts]

    @cached_property
    def _looks(self) -> dict[frozenset[int], Likeness]:
        return {}

    @cached_property
    def _part(self) -> dict[int, int]:
        """The typical records in parts: one a record where there are few."""
        long = max(1, len(self._typical) // _PARTS)
        return {at: place // long for place, at in enumerate(self._typical)}

    @cached_property
    def _last(self) -> int:
        return max(self._typical, default=-1)

    @cached_property
    def _typical(self) -> dict[int, Sequence[str]]:
        """The records nobody doubts, without odd ones: they may be lines of a text."""
        return likeness.typical(self._sure, wide=self.text.wide)

    @cached_property
    def _sure(self) -> dict[int, Sequence[str]]:
        """The first records nobody doubts, by their lines; where all are in doubt, those that are nearly all there is."""
        text = self.text
        sure: dict[int, Sequence[str]] = {}
        doubtful: dict[int, Sequence[str]] = {}
        at, doubt_until, others = text.head_at, 0, 0
        end = min(len(text.lines), text.head_at + _LINES_LOOKED_AT)
        while at < end and len(sure) < _LOOKED_AT and len(doubtful) < 2 * _LOOKED_AT:
            one = text.record(at)
            below = text.lines[at + 1 : at + one.used]
            if one.fault is not None:
                doubt_until = text.even_again(at) if at >= doubt_until else doubt_until
            elif len(one.cells) == text.wide and not any(self._is_wide(line) for line in below):
                (doubtful if at < doubt_until or one.is_ill else sure)[at] = one.cells
            elif not one.is_blank:
                others += 1
            at += one.used
        if not sure and len(doubtful) >= max(_ENOUGH_TO_GO_BY, _MOSTLY * (len(doubtful) + others)):
            return doubtful
        return sure

    def _is_wide(self, line: str) -> bool:
        """Whether a line by itself has the columns of a record."""
        enough = line.count(self.text.delimiter) >= self.text.wide - 1
        return enough and any(len(cut) == self.text.wide for cut in self.text.cuts(line))
