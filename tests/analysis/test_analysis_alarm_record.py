"""How often alarms were right: counted by hand, and silent while nobody has looked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

from intelnb.analysis import alarm_record
from intelnb.errors import MethodError
from intelnb.stats.exact_share import exact_share


def _ledger(**kinds: str) -> pd.DataFrame:
    said = {"r": "right", "w": "wrong", "c": "cannot tell", "o": "open"}
    rows = [(kind, said[letter]) for kind, letters in kinds.items() for letter in letters]
    return pd.DataFrame(rows, columns=["kind", "outcome"])


def test_each_kind_by_hand() -> None:
    found = alarm_record.how_often_right(_ledger(count="rrrwco", zone="oo"), name="r")
    table = found.table.set_index("kind")
    assert table.loc["count", ["raised", "right", "wrong", "cannot_tell", "open"]].tolist() == [6, 3, 1, 1, 1]
    low, high = beta.ppf(0.025, 3, 2), beta.ppf(0.975, 4, 1)
    assert table.loc["count", ["share", "low", "high"]].tolist() == pytest.approx([0.75, low, high], abs=5e-4)
    assert np.isnan(table.loc["zone", "share"])
    assert found.sentence == (
        "Of 4 alarms reviewed 3 were right; between 19 and 99 in a hundred can be expected to be; 3 open."
    )


@pytest.mark.parametrize(
    ("ledger", "told"),
    [
        (_ledger(), "Not assessed: no alarm has been raised."),
        (_ledger(count="oo"), "Not assessed: no alarm has been reviewed."),
        (_ledger(count="co"), "Not assessed: no alarm has been reviewed."),
    ],
)
def test_nothing_is_made_of_what_nobody_has_looked_at(ledger: pd.DataFrame, told: str) -> None:
    assert alarm_record.how_often_right(ledger, name="r").sentence == told


def test_the_range_covers_at_least_what_it_states() -> None:
    for truth in (0.1, 0.5, 0.93):
        rng = np.random.default_rng(int(100 * truth))
        hits = rng.binomial(12, truth, 2000)
        spans = {n: exact_share(int(n), 12) for n in set(hits.tolist())}
        assert np.mean([spans[n][1] <= truth <= spans[n][2] for n in hits.tolist()]) >= 0.94
    with pytest.raises(MethodError, match="3 of 2 has no share"):
        exact_share(3, 2)
