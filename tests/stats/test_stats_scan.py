"""Space-time scan: by hand, equal to SaTScan and scanstatistics, every cylinder tried, and honest about noise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats import scan as module
from intelnb.stats.circles import Circles, circles
from intelnb.stats.scan import Scan, scan

GOLDEN = Path(__file__).parents[1] / "golden" / "space_time_scan"
SATSCAN = json.loads((GOLDEN / "expected_satscan.json").read_text("utf-8"))
MODELS = ("space_time_permutation", "discrete_poisson")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "input_counts.csv")


@pytest.fixture(scope="module")
def counts(table: pd.DataFrame) -> np.ndarray:
    return table.pivot_table(index="loc", columns="t", values="count").to_numpy().astype(int)


@pytest.fixture(scope="module")
def baseline(table: pd.DataFrame) -> np.ndarray:
    return table.pivot_table(index="loc", columns="t", values="baseline").to_numpy()


@pytest.fixture(scope="module")
def nearest() -> Circles:
    """Each location with its 1 to 8 nearest, ties in the peer's order: by number."""
    where = pd.read_csv(GOLDEN / "input_locations.csv")[["x", "y"]].to_numpy(float)
    apart = np.hypot(*(where[:, None, :] - where[None, :, :]).transpose(2, 0, 1))
    order = np.argsort(apart, axis=1, kind="stable")[:, :8].astype(np.int32)
    return Circles(order=order, size=np.full(30, 8), radius=np.take_along_axis(apart, order.astype(int), axis=1))


def _ratio(cases: float, mu: float, total: float) -> float:
    """The likelihood ratio, as the papers write it."""
    rest = (total - cases) * np.log((total - cases) / (total - mu)) if cases < total else 0.0
    return float(cases * np.log(cases / mu) + rest) if cases > mu else 0.0


def test_worked_by_hand() -> None:
    # the first place alone: 6 of 9 events in the last day, 10 of 18 events are its own, 9 of 18 fell that day: 5 expected
    counts = [[1, 1, 2, 6], [1, 0, 1, 2], [1, 1, 1, 1]]
    found = scan(counts, order=[[0], [1], [2]], size=[1, 1, 1], max_days=1, permutations=9)
    assert [members.tolist() for members in found.places] == [[0]]
    assert (found.cases.tolist(), found.expected.tolist(), found.days.tolist()) == ([6], [5.0], [1])
    assert found.likelihood.tolist() == pytest.approx([6 * np.log(6 / 5) + 12 * np.log(12 / 13)])
    # in proportion to a baseline of 1 for each of 12 place-days, 1.5 are expected
    flat = scan(counts, [[0], [1], [2]], [1, 1, 1], baseline=np.ones((3, 4)), max_days=1, permutations=9)
    assert flat.expected.tolist() == [1.5, 1.5]
    assert flat.likelihood.tolist() == pytest.approx([_ratio(6, 1.5, 18), _ratio(2, 1.5, 18)])


def test_the_peers_zones_are_ours(nearest: Circles) -> None:
    peer = {frozenset(map(int, zone.split())) for zone in pd.read_csv(GOLDEN / "zones.csv")["locations"]}
    ours = {frozenset((row[:size] + 1).tolist()) for row in nearest.order for size in range(1, 9)}
    assert ours == peer
    assert len(peer) == 237


@pytest.mark.parametrize("row", pd.read_csv(GOLDEN / "expected_perm_top20.csv").to_dict("records"))
def test_each_score_equals_scanstatistics(row: dict[str, Any], counts: np.ndarray) -> None:
    # one zone and one length: the zone as a place of its own beside the rest
    members = np.array([int(one) - 1 for one in row["locations"].split()])
    rest = np.setdiff1d(np.arange(30), members)
    two = np.array([counts[members].sum(axis=0), counts[rest].sum(axis=0)])
    tails = module._tails(two, 20)
    model = module._Model.of(two, None, 20)
    search = module._Search(model, np.array([[0]], dtype=np.int32), np.array([1]), 1)
    last = int(row["duration"]) - 1
    score = search._likelihood(tails[[0], last], model.expected[[0], last])
    assert score.item() == pytest.approx(row["score"], abs=1e-9)


def _zone(values: np.ndarray, row: dict[str, Any]) -> np.ndarray:
    """One zone and the rest, their values summed over the last days of one length."""
    members = np.array([int(one) - 1 for one in row["locations"].split()])
    two = np.array([values[members].sum(axis=0), np.delete(values, members, axis=0).sum(axis=0)])
    return module._tails(two, 20)[:, int(row["duration"]) - 1]


@pytest.mark.parametrize("row", pd.read_csv(GOLDEN / "expected_pb_top20.csv").to_dict("records"))
def test_only_what_is_expected_differs_from_the_population_scan_of_scanstatistics(
    row: dict[str, Any], counts: np.ndarray
) -> None:
    """It shares the population out otherwise than SaTScan, and we follow SaTScan; on its expectation we score as it does."""
    cases, rest = _zone(counts, row).tolist()
    total = int(counts.sum())
    its_own = cases / row["relrisk_in"]
    model = module._Model.of(counts, None, 20)
    score = module._Search(model, np.array([[0]], dtype=np.int32), np.array([1]), 1)._likelihood(
        np.array([cases]), np.array([its_own])
    )
    assert score.item() == pytest.approx(row["score"], abs=1e-9)
    assert total - cases == pytest.approx(row["relrisk_out"] * (total - its_own))
    assert rest >= 0


@pytest.mark.parametrize("row", pd.read_csv(GOLDEN / "expected_eb_top20.csv").to_dict("records"))
def test_cases_and_baselines_are_those_of_the_expectation_scan_of_scanstatistics(
    row: dict[str, Any], counts: np.ndarray, baseline: np.ndarray
) -> None:
    """We have no such scan: what agrees is what goes into it, and the formula is told with the decision."""
    cases, expected = _zone(counts, row)[0], _zone(baseline, row)[0]
    assert cases / expected == pytest.approx(row["relrisk"], abs=1e-9)
    assert cases * np.log(cases / expected) + expected - cases == pytest.approx(row["score"], abs=1e-7)


def test_all_three_peers_put_the_planted_rise_where_the_poisson_scan_does(
    counts: np.ndarray, baseline: np.ndarray, nearest: Circles
) -> None:
    peers = json.loads((GOLDEN / "expected_scanstatistics.json").read_text("utf-8"))
    ours = scan(counts, nearest.order, nearest.size, baseline=baseline, max_days=20, permutations=99)
    for peer in (peers["eb_poisson"], peers["pb_poisson"]):
        assert sorted((ours.places[0] + 1).tolist()) == peer["MLC"]["locations"]
        assert ours.days[0] == peer["MLC"]["duration"]


def test_the_best_cluster_equals_scanstatistics(counts: np.ndarray, nearest: Circles) -> None:
    peer = json.loads((GOLDEN / "expected_scanstatistics.json").read_text("utf-8"))["permutation"]
    ours = scan(counts, nearest.order, nearest.size, max_days=20)
    assert sorted((ours.places[0] + 1).tolist()) == peer["MLC"]["locations"]
    assert ours.days[0] == peer["MLC"]["duration"]
    assert ours.likelihood[0] == pytest.approx(peer["MLC"]["score"], abs=1e-9)
    assert ours.p[0] == peer["MC_pvalue"] == 0.001
    assert ours.cylinders == 30 * 8 * 20


@pytest.mark.parametrize("model", MODELS)
def test_circles_clusters_and_likelihoods_equal_satscan(counts: np.ndarray, baseline: np.ndarray, model: str) -> None:
    peer = SATSCAN[model]
    where = pd.read_csv(GOLDEN / "input_locations.csv")
    # SaTScan was given the baseline as whole people, and circles of up to half of the events or people
    people = np.round(baseline * 1e4) if model == "discrete_poisson" else None
    weight = counts.sum(axis=1) if people is None else people.sum(axis=1)
    drawn = circles(where["x"], where["y"], weight, max_radius_m=2001)
    ours = scan(counts, drawn.order, drawn.size, baseline=people, max_days=10)
    assert sorted((ours.places[0] + 1).tolist()) == peer["locations"]
    assert 20 - ours.days[0] + 1 == peer["start_day"]
    assert ours.cases[0] == peer["cases"]
    assert ours.expected[0] == pytest.approx(peer["expected"], abs=0.006)
    assert ours.likelihood[0] == pytest.approx(peer["llr"], abs=5e-7)
    assert ours.p[0] == 0.001
    # far out on a fitted curve p hangs on both sides' shuffles: the power of ten must agree within one
    assert abs(np.log10(ours.p_gumbel[0] / peer["p"])) < 1


@pytest.mark.real_data
def test_real_fever_cases_hold_no_unusual_cluster_as_satscan_says(real_data: Path) -> None:
    # rsatscan prints SaTScan's summary of these data, circles up to 3 km and lengths up to 7 days: 194 cases at 192
    # places from 1 to 24 November 2001, no cluster under 0.05
    cases = pd.read_csv(real_data / "satscan_samples" / "NYCfevercas.csv")
    where = pd.read_csv(real_data / "satscan_samples" / "NYCfevergeo.csv")
    day = (pd.to_datetime(cases["date"]) - pd.Timestamp("2001-11-01")).dt.days
    counts = np.zeros((len(where), 24), dtype=int)
    np.add.at(counts, (pd.Index(where["zip"]).get_indexer(cases["zip"]), day), cases["cases"])
    assert (counts.shape[0], counts.sum()) == (192, 194)
    latitude, longitude = np.radians(where["lat"]), np.radians(where["long"])
    drawn = circles(
        6_371_000 * np.cos(latitude.mean()) * longitude, 6_371_000 * latitude, counts.sum(axis=1), max_radius_m=3000
    )
    found = scan(counts, drawn.order, drawn.size, max_days=7)
    assert len(found.places) >= 3
    assert found.p.min() > 0.05
    # p stands far from its edge: both readings agree
    np.testing.assert_allclose(found.p_gumbel[:3], found.p[:3], atol=0.06)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_every_cylinder_is_tried(seed: int, has_baseline: bool) -> None:
    rng = np.random.default_rng(seed)
    places, days = int(rng.integers(2, 7)), int(rng.integers(4, 9))
    counts = rng.poisson(1.2, (places, days))
    counts[0, -1] += 2
    base = rng.uniform(0.5, 2.0, (places, days)) if has_baseline else None
    x, y = rng.uniform(0, 900, places), rng.uniform(0, 900, places)
    try:
        drawn = circles(x, y, counts.sum(axis=1) + 0.1)
    except MethodError:
        return
    found = scan(counts, drawn.order, drawn.size, baseline=base, least_cases=1, permutations=19, seed=seed)
    total, taken, best = counts.sum(), set(), []
    cylinders = []
    for centre in range(places):
        for size in range(1, drawn.size[centre] + 1):
            members = drawn.order[centre, :size]
            for length in range(1, days // 2 + 1):
                cases = counts[members, -length:].sum()
                if base is None:
                    mu = counts[members].sum() * counts[:, -length:].sum() / total
                else:
                    mu = base[members, -length:].sum() / base.sum() * total
                if cases >= 1:
                    cylinders.append((_ratio(cases, mu, total), set(members.tolist())))
    for ratio, members in sorted(cylinders, key=lambda one: -one[0]):
        if ratio > 1e-9 and not members & taken:
            taken |= members
            best.append(ratio)
    # where two cylinders tie, either may come first; the best is the best
    assert found.likelihood[:1].tolist() == pytest.approx(best[:1])
    assert found.cylinders == int(drawn.size.sum()) * (days // 2)
    for members, length, cases in zip(found.places, found.days, found.cases, strict=True):
        assert counts[members, -length:].sum() == cases
    told = [place for members in found.places for place in members.tolist()]
    assert len(told) == len(set(told))
    assert (np.diff(found.likelihood) <= 1e-9).all()
    # a shuffle's best is found the same way whatever level the search starts from
    search = module._Search(module._Model.of(counts, base, days // 2), drawn.order, drawn.size, 1)
    seeds = module.Seed(seed).spawn(19)
    np.testing.assert_allclose(found.chance, search.best_of(seeds, (0.0,)), atol=1e-9)


def test_a_shuffles_best_is_the_best_of_every_cylinder() -> None:
    rng = np.random.default_rng(4)
    counts = rng.poisson(2.0, (6, 8))
    drawn = circles(rng.uniform(0, 900, 6), rng.uniform(0, 900, 6), counts.sum(axis=1))
    found = scan(counts, drawn.order, drawn.size, permutations=5, seed=8)
    model = module._Model.of(counts, None, 4)
    for at, seed in enumerate(module.Seed(8).spawn(5)):
        tails = model.drawn(seed)
        assert tails[:, -1].sum() == counts[:, 4:].sum()
        ratios = [
            _ratio(tails[members, last].sum(), model.expected[members, last].sum(), counts.sum())
            for centre in range(6)
            for members in (drawn.order[centre, :size] for size in range(1, drawn.size[centre] + 1))
            for last in range(4)
            if tails[members, last].sum() >= 2
        ]
        assert found.chance[at] == pytest.approx(max(ratios), abs=1e-9)


def _noise(seed: int, *, places: int = 25, days: int = 30, mean: float = 0.4) -> tuple[np.ndarray, Circles]:
    rng = np.random.default_rng(seed)
    rates = rng.gamma(2, mean / 2, places)[:, None] * rng.gamma(5, 1 / 5, days)[None, :]
    counts = rng.poisson(rates)
    return counts, circles(rng.uniform(0, 5000, places), rng.uniform(0, 5000, places), counts.sum(axis=1))


def test_a_planted_cluster_is_found_by_both_models() -> None:
    counts, drawn = _noise(1)
    members = drawn.order[3, :3]
    counts[members, -4:] += np.random.default_rng(2).poisson(3, (3, 4))
    for baseline in (None, np.full(counts.shape, 1.0)):
        found = scan(counts, drawn.order, drawn.size, baseline=baseline, permutations=199)
        assert set(members.tolist()) <= set(found.places[0].tolist())
        assert found.p[0] == 1 / 200
        assert found.days[0] in {3, 4, 5}


def test_noise_is_called_unusual_as_often_as_stated() -> None:
    # busy places and busy days, but not together: of 60 scans 5 % is 3; 10 or more would come once in 1,000
    best = [scan(*_scanned(seed), permutations=39, seed=seed) for seed in range(60)]
    assert sum(found.p[0] <= 0.05 for found in best) < 10
    assert np.mean([found.p[0] for found in best]) == pytest.approx(0.51, abs=0.13)


def _scanned(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    counts, drawn = _noise(seed)
    return counts, drawn.order, drawn.size


def test_draws_by_baseline_fall_in_proportion_to_it() -> None:
    baseline = np.array([[1.0, 2.0, 3.0], [0.0, 4.0, 10.0]])
    counts = np.array([[100, 200, 300], [0, 400, 1000]])
    model = module._Model.of(counts, baseline, 3)
    drawn = np.mean([model.drawn(seed) for seed in module.Seed(1).spawn(400)], axis=0)
    np.testing.assert_allclose(drawn, [[300, 500, 600], [1000, 1400, 1400]], rtol=0.02)


def test_same_seed_same_answer_whatever_fits_in_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, drawn = _noise(5)
    before = counts.copy()
    whole = scan(counts, drawn.order, drawn.size, permutations=60, seed=3)
    monkeypatch.setattr(module, "STEP", 200)
    parts = scan(counts, drawn.order, drawn.size, permutations=60, seed=3)
    assert parts.chance.tolist() == whole.chance.tolist()
    assert parts.p.tolist() == whole.p.tolist()
    assert (counts == before).all()
    other = scan(counts, drawn.order, drawn.size, permutations=60, seed=4)
    assert other.chance.tolist() != whole.chance.tolist()


def test_more_events_than_a_short_number_holds() -> None:
    counts = np.full((3, 4), 3000)
    counts[0, -1] += 400
    found = scan(counts, [[0], [1], [2]], [1, 1, 1], permutations=19)
    assert (found.places[0].tolist(), found.days[0], found.cases[0]) == ([0], 1, 3400)
    assert found.p[0] == 0.05


def test_nothing_above_what_is_expected_gives_no_cluster() -> None:
    found: Scan = scan(np.ones((3, 6), dtype=int), [[0], [1], [2]], [1, 1, 1], permutations=9)
    assert found.places == ()
    assert found.p.size == 0


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"counts": [[1, 2]]}, "at least 2 places"),
        ({"counts": [[1.5, 2.0], [1.0, 1.0]]}, "not whole numbers"),
        ({"counts": [[0, 0], [0, 0]]}, "2 events"),
        ({"counts": [[-1, 2], [3, 1]]}, "not whole numbers"),
        ({"order": [[0, 2], [1, 0]]}, "do not fit the places"),
        ({"size": [3, 1]}, "do not fit the places"),
        ({"size": [0, 0]}, "do not fit the places"),
        ({"max_days": 3}, "max_days 3"),
        ({"permutations": 0}, "permutations 0"),
        ({"baseline": [[1.0, 1.0]]}, "another shape"),
        ({"baseline": [[0.0, 1.0], [1.0, 1.0]]}, "0 where events were counted"),
    ],
)
def test_refuses_with_a_remedy(changed: dict[str, Any], told: str) -> None:
    asked = {"counts": [[1, 2], [3, 1]], "order": [[0, 1], [1, 0]], "size": [1, 1], **changed}
    with pytest.raises(MethodError, match=told) as refused:
        scan(**asked)
    assert refused.value.now
