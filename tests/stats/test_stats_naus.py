"""Naus's scan statistic: exact cases, ptools (and where it goes astray), and simulated series."""

from __future__ import annotations

from math import factorial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from intelnb.errors import MethodError
from intelnb.stats import naus as module
from intelnb.stats.naus import naus

GOLDEN = Path(__file__).parents[1] / "golden" / "poisson_tests" / "expected_naus_scan_ptools.csv"


def test_one_event_is_any_event() -> None:
    # a window with at least one event exists whenever there is an event
    assert naus(1, mean=0.3, windows=10) == pytest.approx(1 - np.exp(-3))


def test_two_events_by_hand() -> None:
    # no two of the events of two windows lie within one: none, one, or two far enough apart
    # on a line of two units the chance that two points are a unit or more apart is 1/4
    rate = 0.4
    none, one, two = np.exp(-2 * rate), 2 * rate * np.exp(-2 * rate), (2 * rate) ** 2 / 2 * np.exp(-2 * rate)
    assert naus(2, mean=rate, windows=2) == pytest.approx(1 - none - one - two / 4)


def test_no_two_events_within_three_windows_by_hand() -> None:
    # n points on a line of three units lie a unit apart or more with chance ((3 - (n - 1)) / 3)^n
    rate = 0.4
    times = 3 * rate
    free = sum(np.exp(-times) * times**n / factorial(n) * ((3 - max(n - 1, 0)) / 3) ** n for n in range(4))
    assert naus(2, mean=rate, windows=3) == pytest.approx(1 - free)


def _peer_three(k: int, rate: float) -> float:
    """The chance over three windows as ptools has it: its last sum ends one term early."""
    p, cdf = poisson.pmf, poisson.cdf
    dropped = p(k + 1, rate) * p(k - 1, rate) * ((k - 2) * cdf(k - 3, rate) - rate * cdf(k - 4, rate))
    return float(module._three(k, rate) + dropped)


@pytest.mark.parametrize("row", pd.read_csv(GOLDEN).to_dict("records"))
def test_equals_ptools_but_for_its_two_slips(row: dict[str, float]) -> None:
    # ptools raises to the power L - k where the paper has T / w - 2, and drops a term of the last sum
    k, rate, power = int(row["n"]), row["mu"], row["L"] - row["k"]
    two = module._two(k, rate)
    assert 1 - two * (_peer_three(k, rate) / two) ** power == pytest.approx(row["p"], abs=1e-12)
    assert naus(k, mean=rate, windows=power + 2) == pytest.approx(row["p"], abs=5e-3)


def test_the_term_ptools_drops_belongs_there() -> None:
    k, rate, runs = 4, 2.0, 300_000
    rng = np.random.default_rng(1)
    size = rng.poisson(3 * rate, runs)
    at = rng.uniform(0, 3, (runs, size.max()))
    at[np.arange(size.max()) >= size[:, None]] = 1e9
    at.sort(axis=1)
    first = at[:, : size.max() - k + 1]
    free = 1 - ((at[:, k - 1 :] < first + 1) & (first < 3)).any(axis=1).mean()
    assert free == pytest.approx(module._three(k, rate), abs=0.0025)
    assert free != pytest.approx(_peer_three(k, rate), abs=0.0025)


@pytest.mark.parametrize(
    ("most", "mean", "windows"), [(6, 1.0, 52.0), (16, 5.6, 365 / 7), (12, 4.0, 26.0), (4, 0.5, 20.5), (30, 18.0, 12.0)]
)
def test_simulated_series_reach_it_as_often(most: int, mean: float, windows: float) -> None:
    rng, runs = np.random.default_rng(most), 3000
    reached = 0
    for size in rng.poisson(mean * windows, runs):
        at = np.sort(rng.uniform(0, windows, size))
        reached += bool((at[most - 1 :] - at[: size - most + 1] < 1).any()) if size >= most else False
    # 4.5 standard errors of the simulation, and half a percent for the approximation
    expected = naus(most, mean=mean, windows=windows)
    assert reached / runs == pytest.approx(expected, abs=4.5 * np.sqrt(expected * (1 - expected) / runs) + 0.005)


def test_more_events_are_rarer_and_longer_times_likelier() -> None:
    falling = [naus(most, mean=3.0, windows=52) for most in range(1, 25)]
    assert (np.diff(falling) <= 1e-12).all()
    rising = [naus(10, mean=3.0, windows=windows) for windows in (2, 10, 52, 520, 52_000)]
    assert (np.diff(rising) > 0).all()
    assert naus(3, mean=80.0, windows=52) == 1.0
    assert 0 <= naus(500, mean=300.0, windows=52) <= 1


@pytest.mark.parametrize(
    ("most", "mean", "windows"), [(0, 1.0, 10), (3, 0.0, 10), (3, float("nan"), 10), (3, 1.0, 1.5), (2.5, 1.0, 10)]
)
def test_refuses_with_a_remedy(most: int, mean: float, windows: float) -> None:
    with pytest.raises(MethodError, match="cannot be judged") as refused:
        naus(most, mean=mean, windows=windows)
    assert refused.value.now
