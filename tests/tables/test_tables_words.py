"""Words that several sentences share."""

from __future__ import annotations

import pandas as pd
import pytest

from intelnb.tables import words


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C"], "A, B and C"),
        (list("ABCD"), "A, B, C and 1 more"),
    ],
)
def test_lists_are_said_as_people_say_them(names: list[str], told: str) -> None:
    assert words.listed(names) == told


def test_an_area_without_a_name_is_called_by_its_code() -> None:
    areas = pd.DataFrame({"code": ["A", "B", "C"], "name": ["", "Birch", " "]})
    assert words.labels(areas) == {"A": "A", "B": "Birch", "C": "C"}
