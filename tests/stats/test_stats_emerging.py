"""Emerging hot spots: every class by hand on both sides, the package sfdep, and exactly one class for each record."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.emerging import KINDS, NO_PATTERN, emerging
from intelnb.stats.mann_kendall import mann_kendall

GOLDEN = Path(__file__).parents[1] / "golden" / "emerging_hotspot_sfdep"


def _read(record: str) -> tuple[np.ndarray, np.ndarray]:
    """`H` hot, `C` cold, `.` neither; oldest first."""
    return np.array([[one == "H" for one in record]]), np.array([[one == "C" for one in record]])


# record of ten steps, trend, class
BY_HAND = [
    (".........H", 0, "new"),
    ("C........H", 0, "new"),  # once cold, but never hot before
    ("........HH", 0, "consecutive"),
    ("C....HHHHH", 0, "consecutive"),
    (".HHHHHHHHH", 1, "intensifying"),  # nine of ten in one run, but 90 %: not consecutive
    ("HHHHH.HHHH", 1, "intensifying"),
    ("HHHHH.HHHH", 0, "persistent"),
    ("HHHHHCHHHH", 0, "persistent"),
    ("HHHHHHHHHH", -1, "diminishing"),
    ("H.H.H.H..H", 0, "sporadic"),
    ("H........H", 1, "sporadic"),
    (".HHHHHHH.H", 0, "sporadic"),  # eight of ten
    ("H.C.H....H", 0, "oscillating"),
    ("CHH......H", 0, "oscillating"),
    ("HHHHHHHHH.", 0, "historical"),
    ("HHHHHHHHH.", 1, "historical"),  # rising, but over
    ("HHHHHHHH..", 0, NO_PATTERN),  # eight of ten, and not now
    ("H.H.H.H...", 0, NO_PATTERN),  # on and off, and not now
    ("..........", 1, NO_PATTERN),
    ("H....C....", 0, NO_PATTERN),
]


@pytest.mark.parametrize(("record", "trend", "kind"), BY_HAND)
@pytest.mark.parametrize("side", ["hot", "cold"])
def test_each_class_by_hand(record: str, trend: int, kind: str, side: str) -> None:
    hot, cold = _read(record)
    if side == "cold":
        hot, cold, trend = cold, hot, -trend
    told = kind if kind == NO_PATTERN else f"{kind} {side} spot"
    assert emerging(hot, cold, [trend]).tolist() == [told]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("HHHHHHHHHC", "new cold spot"),  # the last step decides, though the long record is hot
        ("CHHHHHHHHC", "oscillating cold spot"),
        ("CCCCCCCCCH", "new hot spot"),
    ],
)
def test_the_last_step_decides_between_hot_and_cold(record: str, told: str) -> None:
    assert emerging(*_read(record), [0]).tolist() == [told]


@pytest.mark.parametrize(
    ("record", "trend", "now", "before"),
    [
        ("H.H.H.H...", 0, NO_PATTERN, "sporadic hot spot"),
        ("C.......HH", 0, "consecutive hot spot", "oscillating hot spot"),
        ("HHHHHHHHH.", 0, "historical hot spot", "persistent hot spot"),
        ("HHHHHHHHH.", 1, "historical hot spot", "historical hot spot"),
    ],
)
def test_where_the_older_rules_differ(record: str, trend: int, now: str, before: str) -> None:
    assert emerging(*_read(record), [trend]).tolist() == [now]
    assert emerging(*_read(record), [trend], rules="esri-2.8/sfdep").tolist() == [before]


def test_the_older_rules_equal_sfdep() -> None:
    series = pd.read_csv(GOLDEN / "input_gi_series.csv")
    z = series.pivot_table(index="series", columns="t", values="gi_star")
    p = series.pivot_table(index="series", columns="t", values="p_one_sided")
    peer = pd.read_csv(GOLDEN / "expected_sfdep_classes.csv").set_index("series").loc[z.index]
    found = mann_kendall(z)
    assert found.s.tolist() == peer["S"].tolist()
    np.testing.assert_allclose(found.variance, peer["varS"], rtol=1e-6)
    rare = (p < 0.01).to_numpy()
    trend = np.where(found.p < 0.01, np.sign(found.s), 0)
    ours = emerging(rare & (z > 0), rare & (z < 0), trend, rules="esri-2.8/sfdep")
    theirs = peer["sfdep_class"].str.replace("oscilating", "oscillating")
    theirs = theirs.str.replace("hotspot", "hot spot").str.replace("coldspot", "cold spot")
    assert ours.tolist() == theirs.replace({"no pattern detected": NO_PATTERN}).tolist()


def _fits(hot: list[bool], cold: list[bool], trend: int) -> set[str]:
    """The kinds whose definition fits, each written out by itself."""
    steps, times, now = len(hot), sum(hot), hot[-1]
    before_run = list(hot)
    while before_run and before_run[-1]:
        before_run.pop()
    run, is_long = steps - len(before_run), 10 * times >= 9 * steps
    fits = {
        "new": now and times == 1,
        "consecutive": run >= 2 and not any(before_run) and not is_long,
        "intensifying": is_long and now and trend > 0,
        "persistent": is_long and now and trend == 0,
        "diminishing": is_long and now and trend < 0,
        "sporadic": now and not is_long and any(before_run) and not any(cold),
        "oscillating": now and not is_long and any(cold),
        "historical": is_long and not now,
    }
    return {kind for kind, held in fits.items() if held}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("HHHHHC..."), min_size=10, max_size=30), st.sampled_from([-1, 0, 1]))
def test_every_record_has_one_class_and_its_definition_fits(record: list[str], trend: int) -> None:
    hot, cold = [one == "H" for one in record], [one == "C" for one in record]
    (told,) = emerging([hot], [cold], [trend]).tolist()
    fitting = {f"{kind} hot spot" for kind in _fits(hot, cold, trend)}
    fitting |= {f"{kind} cold spot" for kind in _fits(cold, hot, -trend)}
    assert told in (fitting or {NO_PATTERN})
    # seen from the other side it is the mirror
    (mirrored,) = emerging([cold], [hot], [-trend]).tolist()
    swapped = {"hot": "cold", "cold": "hot"}
    assert mirrored == " ".join(swapped.get(word, word) for word in told.split())


def test_every_class_occurs() -> None:
    rng = np.random.default_rng(1)
    mark = rng.choice(3, (60_000, 10), p=[0.55, 0.05, 0.4])
    mark[::3] = rng.choice(3, (20_000, 10), p=[0.93, 0.02, 0.05])
    mark[1::3] = rng.choice(3, (20_000, 10), p=[0.05, 0.02, 0.93])
    found = set(emerging(mark == 0, mark == 1, rng.integers(-1, 2, 60_000)))
    assert {f"{kind} hot spot" for kind in KINDS} <= found
    assert NO_PATTERN in found


@pytest.mark.parametrize(
    ("hot", "cold", "options", "told"),
    [
        ([[True] * 9], [[False] * 9], {}, "at least 10 steps"),
        ([[True] * 10], [[True] * 10], {}, "hot and cold at once"),
        ([[True] * 10], [[False] * 11], {}, "differ in shape"),
        ([[True] * 10], [[False] * 10], {"rules": "esri-1"}, "no rules 'esri-1'"),
    ],
)
def test_refuses_with_a_remedy(hot: object, cold: object, options: dict[str, str], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        emerging(hot, cold, [0], **options)  # type: ignore[arg-type]
    assert refused.value.now
