"""Patterns over time: each rule by hand, and sfhotspot's classes with its windows put right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from intelnb.errors import MethodError
from intelnb.stats.gi_star import gi_star
from intelnb.stats.hot_pattern import PATTERNS, hot_pattern

GOLDEN = Path(__file__).parents[1] / "golden" / "sfhotspot_classify"


def _named(windows: np.ndarray, **options: float) -> list[str]:
    return [PATTERNS[k] for k in hot_pattern(windows, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("series", "told"),
    [
        ("0000000000", ""),
        ("1111111100", "persistent"),
        ("1111111000", "former"),
        ("0000000001", "emerging"),
        ("0000000011", "emerging"),
        ("0000000111", "intermittent"),  # one of eight older windows is already more than a tenth
        ("1000000000", "former"),
        ("1001001001", "intermittent"),
    ],
)
def test_worked_by_hand(series: str, told: str) -> None:
    assert _named(np.array([[digit == "1"] for digit in series])) == [told]


def test_windows_asked_for_are_recent() -> None:
    last_three = np.array([[False]] * 7 + [[True]] * 3)
    assert _named(last_three, recent=3) == ["emerging"]


@pytest.mark.parametrize(("windows", "recent"), [(1, None), (3, 3), (3, 0)])
def test_refuses_windows_that_cannot_be_parted(windows: int, recent: int | None) -> None:
    with pytest.raises(MethodError, match="cannot be parted"):
        hot_pattern(np.zeros((windows, 2)), recent=recent)


def test_refuses_what_is_no_share_or_no_table() -> None:
    for options in ({"least_share": 0.0}, {"persistent_share": 1.5}):
        with pytest.raises(MethodError, match="cannot be read"):
            hot_pattern(np.zeros((5, 2)), **options)
    with pytest.raises(MethodError, match="cannot be read"):
        hot_pattern(np.zeros(5))


@pytest.fixture(scope="module")
def peer() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "expected_sfhotspot.csv")


@pytest.fixture(scope="module")
def counts(peer: pd.DataFrame) -> np.ndarray:
    """Counts of every cell in each of twelve periods of 28 days; the peer counts a point on an edge in both cells."""
    points = pd.read_csv(GOLDEN / "input_points.csv", parse_dates=["date"])
    period = ((points["date"] - points["date"].min()).dt.days // 28).to_numpy()
    table = np.zeros((12, len(peer)), dtype=int)
    for cell, (cx, cy) in enumerate(zip(peer["cx"], peer["cy"], strict=True)):
        within = ((points["x"] - cx).abs() <= 125) & ((points["y"] - cy).abs() <= 125)
        table[:, cell] = np.bincount(period[within], minlength=12)
    assert table.sum() == 2402  # two of the 2,400 lie on an edge
    return table


def _rows_cols(peer: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    row, col = (((peer[c] - peer[c].min()) / 250).round().astype(int).to_numpy() for c in ("cy", "cx"))
    return row, col


def test_counts_scores_and_change_equal_sfhotspot(peer: pd.DataFrame, counts: np.ndarray) -> None:
    found = gi_star(counts.sum(axis=0), *_rows_cols(peer))
    assert counts.sum(axis=0).tolist() == peer["n"].tolist()
    np.testing.assert_allclose(found.z, peer["gistar"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(found.p, peer["pvalue"], rtol=1e-8, atol=1e-12)
    change = pd.read_csv(GOLDEN / "expected_hotspot_change.csv")
    assert counts[:6].sum(axis=0).tolist() == change["n_before"].tolist()
    assert counts[6:].sum(axis=0).tolist() == change["n_after"].tolist()


def _holm(p: np.ndarray) -> np.ndarray:
    """P of each place corrected over the periods, as the peer does unless told otherwise."""
    order = np.argsort(p, axis=0)
    steps = np.maximum.accumulate(np.take_along_axis(p, order, axis=0) * np.arange(len(p), 0, -1)[:, None], axis=0)
    corrected = np.empty_like(p)
    np.put_along_axis(corrected, order, np.minimum(steps, 1), axis=0)
    return corrected


def test_classes_equal_sfhotspots(peer: pd.DataFrame, counts: np.ndarray) -> None:
    # given a grid of 250 m the peer still takes the reach of neighbours from the cell size it would have chosen, 100 m:
    # every cell has been judged by itself alone
    z = (counts - counts.mean(axis=1, keepdims=True)) / counts.std(axis=1, keepdims=True)
    hot = (_holm(2 * norm.sf(np.abs(z))) < 0.05) & (z > 0)
    theirs = peer["category"].str.replace(" hotspot", "").replace("no pattern", "").tolist()
    assert _named(hot) == theirs
    assert [theirs.count(k) for k in PATTERNS[1:]] == [3, 0, 5, 7]
    # by its own rules it takes three windows for two recent ones, the first of them older as well; here no class turns
    ever, older, newer = hot.mean(axis=0), hot[:10].mean(axis=0), hot[9:].sum(axis=0) / 2
    rules = [ever >= 0.8, (older < 0.1) & (newer >= 0.2), (older >= 0.1) & (newer < 0.1), ever >= 0.1]
    assert np.select(rules, PATTERNS[1:], default="").tolist() == theirs
    # and here one does: hot in the third-last window only
    third_last = np.arange(12) == 9
    assert third_last[9:].sum() / 2 >= 0.2
    assert _named(third_last[:, None]) == ["former"]


def test_planted_places_have_their_patterns(peer: pd.DataFrame, counts: np.ndarray) -> None:
    scored = [gi_star(one, *_rows_cols(peer)) for one in counts]
    z, p = (np.array([getattr(one, name) for one in scored]) for name in ("z", "p"))
    hot = (_holm(p) < 0.05) & (z > 0)
    planted = {(1000, 1000): "persistent", (3500, 3000): "emerging", (4200, 800): "former", (800, 3200): "intermittent"}
    named = np.array(_named(hot, recent=3))
    for (x, y), pattern in planted.items():
        at = np.argmin(np.hypot(peer["cx"] - 400000 - x, peer["cy"] - 300000 - y))
        assert named[at] == pattern
