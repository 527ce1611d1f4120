"""How every method speaks of little: one crime is `1 crime`, and nothing is counted below none."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from tests.test_analysis_contract import METHODS, _given

CUT = ("crimes", "logs", "links", "deliveries", "alarms", "actions", "requirements", "outcomes")
NOUNS = (
    "crimes|areas|places|cells|groups|links|logs|days|weeks|months|years|windows|periods|pairs|kinds|members|subjects|stories"
    "|actions|requirements|alarms|people|events|segments|wards|counties|forces|candidates|entities"
)
VERBS = "lie|are|have|hold|do|rank|show|stand"
WRONG = re.compile(
    rf"(?<![\d,.])\b1 (?:[a-z]+ )?(?:{NOUNS})\b|(?<!\w)-\d+ (?:{NOUNS})\b"
    rf"|(?<![\d,.] of )(?<![\d,.])\b1 (?:[a-z]+ )?(?:{VERBS})\b"
    # a verb follows the first number, not the noun beside it
    rf"|(?<![\d,.])\b1 of [\d,.]+ (?:[a-z]+ )?(?:{NOUNS}) (?:{VERBS})\b"
    # nothing added, no days, a stretch that begins where it ends, a number that runs into another
    r"|\b(?:adds|takes off|numbering|known) 0\b|\b(\d+ [A-Z][a-z]+) to \1\b|\b\d+ \d+-[a-z]+\b"
)
# `1 to 10 crimes` and `hour 1 days` are no disagreement; `1 of 24 wards` is none until a verb follows
RIGHT = re.compile(r"\b1 (?:to|in|and|or|by|more|percent|m) ")


def _little(table: pd.DataFrame, rows: int) -> pd.DataFrame:
    cut = table.iloc[-rows:].copy()
    cut.attrs.update(table.attrs)
    return cut


def _told(method: Callable[..., Result], rows: int) -> list[str]:
    given: dict[str, Any] = _given(method)
    few = {name: _little(thing, rows) for name, thing in given.items() if name in CUT}
    try:
        found = method(**{**given, **few})
    except MethodError as refused:
        return [str(refused)]
    return [found.sentence, *found.caveats]


def test_the_pattern_finds_what_it_should() -> None:
    assert WRONG.search("1 crimes are too few")
    assert WRONG.search("fall into 1 groups")
    assert WRONG.search("-13 weeks lie before")
    assert not WRONG.search("21 crimes in 1 area")
    assert not WRONG.search("1 of 52 weeks lies outside; 21 of 52 weeks lie outside")
    for wrong in (
        "1 of 52 weeks lie outside", "usually adds 0", "groups numbering 0", "6 4-week windows", "0 of 1 crimes",
        "it may have been 19 Oct to 19 Oct", "Counts are those known 0 days after",
    ):  # fmt: skip
        assert WRONG.search(wrong), wrong


@pytest.mark.parametrize("method", [m for m in METHODS if set(CUT) & set(inspect.signature(m.values[0]).parameters)])
@pytest.mark.parametrize("rows", [1, 2, 12])
def test_one_is_never_many(method: Callable[..., Result], rows: int) -> None:
    wrong = [one for one in _told(method, rows) if WRONG.search(RIGHT.sub("", one))]
    assert not wrong


@pytest.mark.parametrize("method", METHODS)
def test_the_words_agree_with_any_number(method: Callable[..., Result]) -> None:
    found = method(**_given(method))
    whole = [name for name, value in found.values.items() if isinstance(value, int)]
    every = [{**found.values, **dict.fromkeys(whole, number)} for number in (0, 1, 2)]
    alone = [{**found.values, name: 1} for name in whole]
    said = {replace(found, values=values).sentence for values in (*every, *alone)}
    assert not {one for one in said if WRONG.search(RIGHT.sub("", one))}
