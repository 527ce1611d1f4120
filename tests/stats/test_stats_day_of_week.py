"""Days of the week: against ptools, by hand, and against simulation where days come unequally often."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from intelnb.errors import MethodError
from intelnb.stats.day_of_week import EXACT_UP_TO, day_of_week

PEER = json.loads(
    (Path(__file__).parents[1] / "golden" / "poisson_tests" / "expected_small_sample_dow_ptools.json").read_text()
)


@pytest.mark.parametrize("case", PEER, ids=[case["type"] for case in PEER])
def test_equals_ptools(case: dict[str, object]) -> None:
    name = {"G": "G", "Chi": "chi-square"}[str(case["type"])]
    found = day_of_week(case["counts"], statistic=name)  # type: ignore[arg-type]
    assert found.statistic == pytest.approx(case["stat"], rel=1e-12)
    assert found.p == pytest.approx(case["p"], rel=1e-9)
    assert found.method == "exact"


def test_worked_by_hand() -> None:
    # two events over two days: both on one day has chance a half
    assert day_of_week([2, 0]).p == pytest.approx(0.5)
    assert day_of_week([1, 1]).p == pytest.approx(1)
    # the first day came three times as often: both on the rarer one has chance a sixteenth
    assert day_of_week([0, 2], exposure=[3, 1]).p == pytest.approx(1 / 16)


def test_unequal_days_agree_with_simulation() -> None:
    exposure, counts = np.array([5, 5, 4, 4, 4, 4, 5]), np.array([6, 0, 1, 2, 0, 1, 2])
    share, total = exposure / exposure.sum(), counts.sum()
    drawn = np.random.default_rng(1).multinomial(total, share, 200_000)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.nansum(2 * drawn * np.log(drawn / (total * share)), axis=1)
    found = day_of_week(counts, exposure=exposure)
    simulated = (g >= found.statistic - 1e-9).mean()
    assert found.p == pytest.approx(simulated, abs=4 * np.sqrt(simulated / 200_000))


def test_many_events_use_the_curve_and_agree_where_both_work() -> None:
    spread = [10, 2, 2, 4, 1, 2, 4]
    assert sum(spread) == EXACT_UP_TO
    exact = day_of_week(spread, statistic="chi-square")
    more = day_of_week(np.array(spread) * 2, statistic="chi-square")
    assert (exact.method, more.method) == ("exact", "chi-square curve")
    assert exact.p == pytest.approx(chi2.sf(exact.statistic, 6), abs=0.01)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=7, max_size=7).filter(any), st.randoms(use_true_random=False))
def test_it_is_a_chance_and_ignores_which_day_is_which(counts: list[int], random: object) -> None:
    found = day_of_week(counts)
    assert 0 < found.p <= 1
    shuffled = list(counts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert day_of_week(shuffled).p == pytest.approx(found.p, rel=1e-9)


@pytest.mark.parametrize(
    ("counts", "options", "told"),
    [
        ([0] * 7, {}, "no events"),
        ([1, -1], {}, "negative"),
        ([1, 0.5], {}, "not whole"),
        ([3], {}, "two classes"),
        ([1, 2], {"exposure": [1, 0]}, "not above 0"),
        ([1, 2], {"statistic": "KS"}, "statistic is 'KS'"),
    ],
)
def test_refuses_with_a_remedy(counts: list[float], options: dict[str, object], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        day_of_week(counts, **options)  # type: ignore[arg-type]
    assert refused.value.now
