"""Funnels and quick bands: against base R and crimepy, by hand, and their promise where areas are alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats.funnel import funnel
from intelnb.stats.rate_interval import rates
from intelnb.stats.root_bands import bands, weekly_bands

GOLDEN = Path(__file__).parents[1] / "golden" / "spc_funnel"
PEER = pd.read_csv(GOLDEN / "expected_funnel_R.csv")


def test_equals_base_r() -> None:
    found = funnel(PEER["events"], PEER["pop"])
    assert found.target == pytest.approx(PEER["target"][0], rel=1e-12)
    for ours, name in (
        (found.expected, "expected"), (found.lower[0], "lim95_low"), (found.upper[0], "lim95_high"),
        (found.lower[1], "lim998_low"), (found.upper[1], "lim998_high"), (found.position, "p_mid"),
    ):  # fmt: skip
        np.testing.assert_allclose(ours, PEER[name], rtol=1e-9)
    np.testing.assert_allclose(found.z, PEER["z_naive_sqrt"], atol=1e-9)
    assert found.phi == pytest.approx(PEER["phi_winsor10"][0], rel=1e-12)
    for method in ("byar", "exact"):
        own = rates(PEER["events"], PEER["pop"], per=1, method=method)  # type: ignore[arg-type]
        np.testing.assert_allclose(own.low, PEER[f"{method}_low"], rtol=1e-6)
        np.testing.assert_allclose(own.high, PEER[f"{method}_high"], rtol=1e-6)


def test_worked_by_hand() -> None:
    # one event in all, two areas alike: each expects a half; Poisson of 0.5 passes 99.9 % at 4
    found = funnel([1, 0], [10, 10], limits=(0.998,))
    assert found.expected.tolist() == [0.5, 0.5]
    assert found.upper[0].tolist() == [0.4, 0.4]
    assert found.lower[0].tolist() == [0, 0]
    assert (found.phi, found.tau2) == (1, 0)


def test_areas_alike_lie_outside_as_seldom_as_told_and_planted_ones_are_found() -> None:
    rng = np.random.default_rng(1)
    size = rng.integers(500, 20_000, 4000)
    counts = rng.poisson(0.004 * size)
    found = funnel(counts, size, target=0.004)
    assert (found.outside != 0).mean() <= 0.002 + 4 * np.sqrt(0.002 / 4000)
    assert found.phi == pytest.approx(1, abs=0.1)
    planted = counts.copy()
    planted[:5] = 3 * 0.004 * size[:5] + 10
    assert (funnel(planted, size, target=0.004).outside[:5] == 1).all()


@pytest.mark.parametrize("spread", ["multiplicative", "additive"])
def test_areas_that_differ_anyway_need_wider_limits(spread: str) -> None:
    rng = np.random.default_rng(2)
    size = rng.integers(2000, 60_000, 3000)
    mean = 0.004 * size
    counts = rng.poisson(mean * rng.gamma(1 / 0.04, 0.04, size.size)) if spread == "additive" else None
    if counts is None:
        counts = rng.negative_binomial(mean / 1.5, 1 / 2.5)
    plain, wide = (funnel(counts, size, spread=kind, winsorised=0.0) for kind in ("none", spread))  # type: ignore[arg-type]
    assert (plain.outside != 0).mean() > 0.01
    assert (wide.outside != 0).mean() < 0.005
    assert (
        wide.tau2 == pytest.approx(0.04, rel=0.25) if spread == "additive" else wide.phi == pytest.approx(2.5, rel=0.1)
    )
    # pulled-in extremes make the measure smaller, never larger
    assert funnel(counts, size).phi < plain.phi


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["none", "multiplicative", "additive"]))
def test_order_and_unit_of_exposure_do_not_matter(seed: int, spread: str) -> None:
    rng = np.random.default_rng(seed)
    size = rng.uniform(100, 9000, 15)
    counts = rng.negative_binomial(3, 3 / (3 + size / 100))
    found = funnel(counts, size, spread=spread) if counts.sum() else None  # type: ignore[arg-type]
    if found is None:
        return
    order = rng.permutation(15)
    other = funnel(counts[order], size[order] / 1000, spread=spread)  # type: ignore[arg-type]
    assert other.outside.tolist() == found.outside[order].tolist()
    np.testing.assert_allclose(other.rate / 1000, found.rate[order])
    assert other.phi == pytest.approx(found.phi)
    assert (found.lower[1] <= found.lower[0]).all()
    assert (found.upper[0] <= found.upper[1]).all()


def test_quick_bands_equal_crimepy_where_it_is_right() -> None:
    peer = pd.read_csv(GOLDEN / "expected_crimepy_weekly_smooth8_z3.csv")
    found = weekly_bands(peer["Counts"])
    np.testing.assert_allclose(found.expected, peer["PriorMean"], rtol=1e-12)
    np.testing.assert_allclose(found.low, peer["Low"], rtol=1e-12)
    np.testing.assert_allclose(found.high, peer["High"], rtol=1e-12)
    # its weeks are ours but for the first, which it loses when the data begin on a Monday
    days = pd.to_datetime(pd.read_csv(GOLDEN / "input_weekly_events.csv")["d"])
    weeks = days.dt.to_period("W").value_counts().sort_index()
    assert weeks.to_numpy()[1 : len(peer) + 1].tolist() == peer["Counts"].tolist()
    # under a root of z / 2 a square would come out above 0 again: no band begins above 0 there
    assert bands([0], [1]).low.tolist() == [0]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: funnel([1], [0]), "not above 0"),
        (lambda: funnel([0, 0], [5, 5]), "target rate"),
        (lambda: funnel([1.5], [5]), "not whole"),
        (lambda: funnel([1], [5], limits=(0.998, 0.95)), "not rising"),
        (lambda: funnel([1], [5], spread="both"), "spread is 'both'"),  # type: ignore[arg-type]
        (lambda: funnel([1], [5], winsorised=0.5), "winsorised is 0.5"),
        (lambda: funnel([1, 2], [5]), "one length"),
        (lambda: bands([1], [1, 2]), "differ in shape"),
        (lambda: weekly_bands([[1]]), "not one series"),
    ],
)
def test_refuses_with_a_remedy(call: object, told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        call()  # type: ignore[operator]
    assert refused.value.now
