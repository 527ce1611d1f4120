"""Outcomes and their crimes: every outcome is counted once, whether or not its crime was read."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.tables.outcomes import matched


@given(st.lists(st.sampled_from(["", *"abcd"])), st.lists(st.sampled_from(["", *"abcd"])))
def test_every_outcome_is_counted_once(decided: list[str], crimes: list[str]) -> None:
    found = matched(pd.DataFrame({"id": decided}, dtype="str"), pd.DataFrame({"id": crimes}, dtype="str"))
    assert found.with_crime + found.without_crime + found.without_id == len(decided)
    assert found.without_id == decided.count("")
    assert found.with_crime == sum(name in crimes for name in decided if name)
    assert found.crimes_with_several == sum(decided.count(name) > 1 for name in set(crimes) - {""})
    assert found.crimes_without == len(set(crimes) - set(decided) - {""})


def test_withheld_ids_are_said() -> None:
    with pytest.raises(MethodError, match="ids of both"):
        matched(pd.DataFrame({"outcome": ["x"]}), pd.DataFrame({"id": ["a"]}))
