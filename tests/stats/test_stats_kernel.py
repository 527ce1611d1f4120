"""Kernel density: by hand, against spatstat and scikit-learn, pair by pair, and integrating to what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from intelnb.errors import MethodError
from intelnb.stats import kernel as module
from intelnb.stats.bandwidth import scott
from intelnb.stats.kernel import density, mass_within

GOLDEN = Path(__file__).parents[1] / "golden" / "kde"
PER_KM2 = 1e6


@pytest.fixture(scope="module")
def points() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "input_points.csv")


@pytest.fixture(scope="module")
def spatstat() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "expected_kde_spatstat.csv")


def _pair_by_pair(x: Any, y: Any, at_x: Any, at_y: Any, *, h: float, kernel: str, w: Any) -> np.ndarray:
    d2 = (np.asarray(at_x)[:, None] - x) ** 2 + (np.asarray(at_y)[:, None] - y) ** 2
    if kernel == "gaussian":
        return PER_KM2 * (w * np.exp(-d2 / (2 * h * h))).sum(axis=1) / (2 * np.pi * h * h)
    near = np.maximum(1 - d2 / (h * h), 0)
    return PER_KM2 * (w * near**2).sum(axis=1) * 3 / (np.pi * h * h)


def test_worked_by_hand() -> None:
    # one event: at its place 1 / (2 pi h^2), at one bandwidth e^(-1/2) of that; the quartic 3 / (pi r^2), 9/16 of it
    gauss = density([500.0], [500.0], [500.0, 600.0], [500.0, 500.0], bandwidth_m=100)
    assert gauss == pytest.approx(PER_KM2 / (2 * np.pi * 1e4) * np.array([1, np.exp(-0.5)]))
    quartic = density([500.0], [500.0], [500.0, 550.0, 600.0], [500.0] * 3, bandwidth_m=100, kernel="quartic")
    assert quartic == pytest.approx(PER_KM2 * 3 / (np.pi * 1e4) * np.array([1, 9 / 16, 0]))
    twice = density([500.0], [500.0], [500.0], [500.0], bandwidth_m=100, weights=[2.5])
    assert twice == pytest.approx(2.5 * gauss[:1])


def test_equals_spatstat(points: pd.DataFrame, spatstat: pd.DataFrame) -> None:
    given_ = (points["x"], points["y"], spatstat["x"], spatstat["y"])
    gauss = density(*given_, bandwidth_m=150)
    np.testing.assert_allclose(gauss / PER_KM2, spatstat["gaussian_sigma150_noedge_spatstat"], rtol=1e-9)
    weighted = density(*given_, bandwidth_m=150, weights=points["weight"])
    np.testing.assert_allclose(weighted / PER_KM2, spatstat["gaussian_sigma150_noedge_weighted_spatstat"], rtol=1e-9)
    quartic = density(*given_, bandwidth_m=300, kernel="quartic")
    np.testing.assert_allclose(quartic / PER_KM2, spatstat["quartic_radius300"], rtol=1e-9, atol=1e-18)


def test_the_border_is_corrected_as_spatstat_does(points: pd.DataFrame, spatstat: pd.DataFrame) -> None:
    at = (spatstat["x"], spatstat["y"])
    x, y = (v.ravel() for v in np.meshgrid(np.arange(12.5, 2000, 25), np.arange(12.5, 1500, 25)))
    share = mass_within(*at, area_x=x, area_y=y, piece_m2=625, bandwidth_m=150)
    ours = density(points["x"], points["y"], *at, bandwidth_m=150) / share / PER_KM2
    np.testing.assert_allclose(ours, spatstat["gaussian_sigma150_edge_spatstat"], rtol=2e-3)
    # the corner's share by the normal integral: 50 m of 150 m on each axis
    assert share[0] == pytest.approx(norm.cdf(1 / 3) ** 2, rel=2e-3)


def test_equals_scikit_learn(points: pd.DataFrame, spatstat: pd.DataFrame) -> None:
    neighbors = pytest.importorskip("sklearn.neighbors")
    peer = neighbors.KernelDensity(bandwidth=150).fit(points[["x", "y"]].to_numpy())
    theirs = np.exp(peer.score_samples(spatstat[["x", "y"]].to_numpy())) * len(points) * PER_KM2
    ours = density(points["x"], points["y"], spatstat["x"], spatstat["y"], bandwidth_m=150)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    kernel=st.sampled_from(["gaussian", "quartic"]),
    h=st.sampled_from([7.0, 60.0, 300.0, 5000.0]),
    lattice=st.booleans(),
    at_once=st.sampled_from([200, 4_000_000]),
)
def test_equals_the_sum_over_every_pair(seed: int, kernel: Any, h: float, lattice: bool, at_once: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 60))
    x, y, w = rng.uniform(0, 3000, n), rng.uniform(0, 2000, n), rng.gamma(1, 2, n)
    at_x, at_y = (v.ravel() for v in np.meshgrid(np.arange(-200.0, 3300, 130), np.arange(-200.0, 2300, 170)))
    kept = rng.random(at_x.size) < 0.7
    at_x, at_y = at_x[kept], at_y[kept]
    if not lattice:
        at_x, at_y = at_x + rng.uniform(-40, 40, at_x.size), at_y + rng.uniform(-40, 40, at_y.size)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "ENTRIES_AT_ONCE", at_once)
        ours = density(x, y, at_x, at_y, bandwidth_m=h, kernel=kernel, weights=w)
    theirs = _pair_by_pair(x, y, at_x, at_y, h=h, kernel=kernel, w=w)
    peak = PER_KM2 * w.sum() / (2 * np.pi * h * h)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-14 * peak)


@pytest.mark.parametrize(
    ("kernel", "mass"), [("gaussian", 1.0), ("quartic", 1.0), ("quartic_qgis", 7.25)]
)  # fmt: skip
def test_integrates_to_one_per_event_and_qgis_to_more(kernel: Any, mass: float) -> None:
    at_x, at_y = (v.ravel() for v in np.meshgrid(np.arange(-3000.0, 3000, 20), np.arange(-3000.0, 3000, 20)))
    found = density([3.0, 100.0], [-7.0, 55.0], at_x, at_y, bandwidth_m=250, kernel=kernel)
    assert found.sum() * 400 / PER_KM2 == pytest.approx(2 * mass, rel=1e-4)


def test_hexagons_are_a_lattice_too(monkeypatch: pytest.MonkeyPatch) -> None:
    row, col = (v.ravel() for v in np.mgrid[0:20, 0:30])
    at_x, at_y = (col + 0.5 * (row % 2)) * 100.0, row * 100 * np.sqrt(3) / 2
    x, y = np.array([500.0, 1500.0]), np.array([500.0, 900.0])
    direct = _pair_by_pair(x, y, at_x, at_y, h=200, kernel="gaussian", w=1.0)
    monkeypatch.setattr(module, "_at_points", None)  # would fail if it were taken
    np.testing.assert_allclose(density(x, y, at_x, at_y, bandwidth_m=200), direct, rtol=1e-9)


def test_no_events_no_density() -> None:
    assert density([], [], [0.0, 1.0], [0.0, 5.0], bandwidth_m=100).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"bandwidth_m": 0}, "not a bandwidth"),
        ({"bandwidth_m": float("nan")}, "not a bandwidth"),
        ({"bandwidth_m": 5, "kernel": "box"}, "not a kernel"),
        ({"bandwidth_m": 5, "weights": [1.0, 2.0]}, "differ in length"),
        ({"bandwidth_m": 5, "weights": [-1.0]}, "below zero"),
        ({"bandwidth_m": 5, "weights": [float("nan")]}, "missing"),
    ],
)
def test_refuses_with_a_remedy(options: dict[str, Any], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        density([1.0], [1.0], [0.0], [0.0], **options)
    assert refused.value.now


def test_the_rule_of_thumb_is_scotts(points: pd.DataFrame) -> None:
    peer = json.loads((GOLDEN / "expected_bandwidths.json").read_text())
    found = scott(points["x"], points["y"])
    assert (found.x_m, found.y_m) == pytest.approx((peer["bw_scott_x"], peer["bw_scott_y"]), rel=1e-10)
    assert found.gaussian_m == pytest.approx(np.sqrt(found.x_m * found.y_m))
    # a quartic of that radius has the same variance along an axis: r^2 / 8
    at = np.arange(-1000.0, 1000, 5)
    at_x, at_y = (v.ravel() for v in np.meshgrid(at, at))
    share = density([0.0], [0.0], at_x, at_y, bandwidth_m=found.quartic_m, kernel="quartic") * 25 / PER_KM2
    assert (share * at_x**2).sum() == pytest.approx(found.gaussian_m**2, rel=1e-3)


@pytest.mark.parametrize(("x", "y"), [([1.0], [2.0]), ([1.0, 1.0, 1.0], [2.0, 3.0, 4.0]), ([], [])])
def test_no_rule_for_one_event_or_one_line(x: list[float], y: list[float]) -> None:
    with pytest.raises(MethodError, match="Give bandwidth_m"):
        scott(x, y)
