"""Control charts and their run rules: by hand, against qcc, and how often they speak where nothing changes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from intelnb.errors import MethodError
from intelnb.stats.control_chart import c_chart, u_chart, xmr_chart
from intelnb.stats.run_rules import NELSON, WESTERN_ELECTRIC, signals

GOLDEN = Path(__file__).parents[1] / "golden" / "spc_funnel"
SERIES = pd.read_csv(GOLDEN / "input_spc.csv")
PEER = json.loads((GOLDEN / "expected_qcc.json").read_text())


def test_equals_qcc() -> None:
    c, u, x = (
        c_chart(SERIES["count"]),
        u_chart(SERIES["count"], SERIES["exposure"]),
        xmr_chart(SERIES["individual"]),
    )
    for ours, name in ((c, "c"), (u, "u"), (x, "xbar_one")):
        theirs = PEER[name]
        assert ours.centre == pytest.approx(theirs["center"], rel=1e-12)
        np.testing.assert_allclose(ours.lower, theirs["LCL"], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(ours.upper, theirs["UCL"], rtol=1e-9)
        assert (np.flatnonzero(ours.is_outside) + 1).tolist() == [theirs["beyond"]]


def test_worked_by_hand() -> None:
    # moves 2, 1, 3: mean 2, sd 2 / 1.128
    chart = xmr_chart([10, 12, 11, 14])
    assert chart.centre == 11.75
    assert chart.upper[0] == pytest.approx(11.75 + 3 * 2 / 1.128)
    u = u_chart([4, 2], [2, 2])
    assert u.upper.tolist() == pytest.approx([1.5 + 3 * np.sqrt(1.5 / 2)] * 2)
    assert u.lower.tolist() == [0, 0]


def test_exact_limits_are_as_rare_as_told_where_sigma_limits_are_not() -> None:
    tail = norm.sf(3)
    for mean in (0.5, 2.0, 9.0):
        counts = np.array([mean * 2, 0] if mean < 1 else [mean, mean]).round()
        exact, sigma = (c_chart(counts, limits=kind) for kind in ("exact", "sigma"))  # type: ignore[arg-type]
        assert poisson.sf(exact.upper[0], exact.centre) <= tail
        assert poisson.sf(exact.upper[0] - 1, exact.centre) > tail
        assert poisson.sf(sigma.upper[0], sigma.centre) > tail


def test_the_level_is_learnt_where_told_and_gaps_are_no_zeros() -> None:
    chart = c_chart([9, 9, np.nan, 9, 30, 30], learn=4)
    assert chart.centre == 9
    assert chart.is_outside.tolist() == [False, False, False, False, True, True]
    assert np.isnan(chart.z[2])
    # the move from 10 to 20 goes over a gap
    assert xmr_chart([10, 11, 10, np.nan, 20, 21, 20]).upper[0] == pytest.approx(92 / 6 + 3 / 1.128)


def test_each_rule_is_met_where_its_run_is_complete() -> None:
    def when(name: str, z: list[float]) -> list[int]:
        return np.flatnonzero(signals(z, rules=NELSON | WESTERN_ELECTRIC)[name]).tolist()

    assert when("one beyond 3 sd", [0, 3.1, -3.1, 3.0]) == [1, 2]
    assert when("two of three beyond 2 sd on one side", [2.1, 0, 2.1, 0, 0]) == [2]
    assert when("two of three beyond 2 sd on one side", [2.1, 0, -2.1]) == []
    assert when("four of five beyond 1 sd on one side", [1.1, 1.1, 0, 1.1, 1.1, 0]) == [4]
    assert when("eight in a row on one side", [0.1] * 9) == [7, 8]
    assert when("nine in a row on one side", [-0.1] * 9) == [8]
    assert when("six in a row rising or falling", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.4]) == [5]
    assert when("fourteen in a row alternating", [0.1, -0.1] * 7) == [13]
    assert when("fifteen in a row within 1 sd", [0.5, -0.5, 0.9] * 5) == [14]
    assert when("eight in a row beyond 1 sd", [1.5, -1.5] * 4) == [7]


def test_a_gap_breaks_a_run() -> None:
    z = [0.1] * 4 + [np.nan] + [0.1] * 4
    assert not signals(z)["eight in a row on one side"].any()
    assert not any(met.any() for met in signals([np.nan] * 20, rules=NELSON).values())
    assert signals([])["one beyond 3 sd"].shape == (0,)


def test_false_alarms_are_as_frequent_as_the_docstring_says() -> None:
    z = np.random.default_rng(5).normal(size=60_000)
    met = signals(z)
    together = np.logical_or.reduce(list(met.values()))
    # stretches, not points: a run that goes on is one alarm (Champ and Woodall 1987: one in 91.75)
    starts = together & ~np.concatenate([[False], together[:-1]])
    assert 1 / 125 < starts.mean() < 1 / 80
    assert met["one beyond 3 sd"].mean() == pytest.approx(2 * norm.sf(3), rel=0.3)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-5, 5), max_size=40))
def test_rules_are_the_same_upside_down(z: list[float]) -> None:
    up, down = signals(z, rules=NELSON), signals(-np.array(z), rules=NELSON)
    assert all((up[name] == down[name]).all() for name in NELSON)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: c_chart([1]), "fewer than two periods"),
        (lambda: c_chart([1, 2, 3], learn=1), "fewer than two periods"),
        (lambda: c_chart([1, -2]), "negative"),
        (lambda: c_chart([[1, 2]]), "not one series"),
        (lambda: c_chart([1, 2], limits="p"), "limits are 'p'"),  # type: ignore[arg-type]
        (lambda: u_chart([1, 2], [1, 0]), "not above 0"),
        (lambda: xmr_chart([5, 5, 5]), "do not differ"),
        (lambda: signals([[1.0]]), "not one series"),
    ],
)
def test_refuses_with_a_remedy(call: object, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        call()  # type: ignore[operator]
    assert refused.value.now
