"""How every method speaks of little: one crime is `1 crime`, and nothing is counted below none."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from intelnb.analysis.result import Result
from intelnb.errors import MethodError
from tests.test_analysis_contract import METHODS, _given

CUT = ("crimes", "logs", "links", "deliveries", "alarms", "actions", "requirements", "outcomes")
NOUNS = (
    "crimes|areas|places|cells|groups|links|logs|days|weeks|months|years|windows|periods|pairs|kinds|members|subjects|stories"
    "|actions|requirements|alarms|people|events|segments|lie|are|have|hold|rank|show"
)
WRONG = re.compile(rf"(?<![\d,.] of )(?<![\d,.])\b1 (?:[a-z]+ )?(?:{NOUNS})\b|(?<!\w)-\d+ (?:{NOUNS})\b")
# `1 of 24 wards`, `1 to 10 crimes` and `hour 1 days` are no disagreement
RIGHT = re.compile(r"\b1 (?:of|to|in|and|or|by|more|percent|m) ")


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


@pytest.mark.parametrize("method", [m for m in METHODS if set(CUT) & set(inspect.signature(m.values[0]).parameters)])
@pytest.mark.parametrize("rows", [1, 2, 12])
def test_one_is_never_many(method: Callable[..., Result], rows: int) -> None:
    wrong = [one for one in _told(method, rows) if WRONG.search(RIGHT.sub("", one))]
    assert not wrong
