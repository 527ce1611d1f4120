"""Knox: pair by pair, against NearRepeat, surveillance and pointpats, and planted chains."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats import knox as module
from intelnb.stats import near_pairs
from intelnb.stats.knox import knox

GOLDEN = Path(__file__).parents[1] / "golden" / "near_repeat_knox"


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "input_events.csv")


def test_worked_by_hand_under_both_interval_rules() -> None:
    # places 0, 0, 100 (exactly on the limit), days 0, 7 (exactly on the limit), 8
    x, y, day = [0, 0, 100], [0, 0, 0], [0, 7, 8]
    left = knox(x, y, day, bands_m=(100, 200), bands_days=(7, 14), permutations=1)
    assert left.observed.tolist() == [[0, 1], [0, 0], [1, 1]]
    assert left.space_bands == ("[0, 0.001)", "[0.001, 100)", "[100, 200)")
    right = knox(x, y, day, bands_m=(100, 200), bands_days=(7, 14), permutations=1, closed="right")
    assert right.observed.tolist() == [[1, 0], [1, 1], [0, 0]]
    assert right.time_bands == ("[0, 7]", "(7, 14]")
    assert left.pairs == right.pairs == 3


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_equals_near_repeat(events: pd.DataFrame, metric: str) -> None:
    peer = pd.read_csv(GOLDEN / "expected_NearRepeat.csv").query("method == @metric")
    ours = knox(events["x"], events["y"], events["day"], metric=metric)  # type: ignore[arg-type]
    assert ours.observed.ravel().tolist() == peer["observed"].tolist()
    # both sides are estimates from 999 shuffles; allow 4.5 standard errors of their difference
    p = np.clip((ours.p.ravel() + peer["p"]) / 2, 0.001, 0.999)
    assert (np.abs(ours.p.ravel() - peer["p"]) <= 4.5 * np.sqrt(2 * p * (1 - p) / 1000) + 0.001).all()
    # a shuffled count is near Poisson: standard error of a mean of 999 is sqrt(mean / 999)
    relative = 4.5 * np.sqrt(2 / (999 * ours.mean.ravel()))
    assert (np.abs(ours.ratio_mean.ravel() - peer["knox_ratio_mean"]) <= relative * peer["knox_ratio_mean"]).all()
    # medians of whole numbers may differ by one step besides
    step = (1.25 * relative * ours.median.ravel() + 1) / ours.median.ravel()
    assert (np.abs(ours.ratio_median.ravel() - peer["knox_ratio_median"]) <= step * peer["knox_ratio_median"]).all()


def test_equals_surveillance_and_pointpats(events: pd.DataFrame) -> None:
    peers = [
        json.loads((GOLDEN / f"expected_{name}.json").read_text()) for name in ("surveillance_knox", "pointpats_knox")
    ]
    ours = knox(events["x"], events["y"], events["day"], bands_m=(200,), bands_days=(14,), closed="right")
    assert [peer["statistic"] for peer in peers] == [220, 220]
    assert ours.observed.sum() == 220
    assert ours.pairs == 220 + 813
    expected = peers[0]["expected_poisson_lambda"]  # the exact mean over all shuffles
    assert ours.mean.sum() == pytest.approx(expected, abs=4.5 * np.sqrt(expected / 999))


def test_finds_planted_repeats_and_nothing_in_shuffled_days(events: pd.DataFrame) -> None:
    rng = np.random.default_rng(11)
    x, y, day = rng.uniform(0, 5000, 400), rng.uniform(0, 5000, 400), rng.integers(0, 365, 400)
    again = rng.integers(0, 400, 40)
    found = knox(
        np.append(x, x[again] + 20), np.append(y, y[again]), np.append(day, day[again] + 3), permutations=199, seed=2
    )
    assert found.p[1, 0] == 1 / 200
    quiet = knox(events["x"], events["y"], rng.permutation(events["day"]), permutations=199, seed=2)
    assert quiet.p[0:2, 0].min() > 0.01


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["euclidean", "manhattan"]), st.sampled_from(["left", "right"]))
def test_counts_match_every_pair_and_ignore_order(seed: int, metric: str, closed: str) -> None:
    rng = np.random.default_rng(seed)
    x, y, day = rng.integers(0, 6, 25) * 50.0, rng.integers(0, 6, 25) * 50.0, rng.integers(0, 25, 25)
    found = knox(x, y, day, bands_m=(50, 150), bands_days=(7, 10), metric=metric, closed=closed, permutations=2)  # type: ignore[arg-type]
    counts = np.zeros((3, 2), dtype=int)
    for i in range(25):
        for j in range(i):
            dx, dy, apart = abs(x[i] - x[j]), abs(y[i] - y[j]), abs(day[i] - day[j])
            far = dx + dy if metric == "manhattan" else (dx**2 + dy**2) ** 0.5
            is_in = (lambda a, b: a < b) if closed == "left" else (lambda a, b: a <= b)
            band = next((k for k, edge in enumerate((0.001, 50, 150)) if is_in(far, edge)), None)
            week = next((k for k, edge in enumerate((7, 10)) if is_in(apart, edge)), None)
            if band is not None and week is not None:
                counts[band, week] += 1
    assert found.observed.tolist() == counts.tolist()
    order = rng.permutation(25)
    again = knox(
        x[order],
        y[order],
        day[order] + 5000,
        bands_m=(50, 150),
        bands_days=(7, 10),
        metric=metric,
        closed=closed,  # type: ignore[arg-type]
        permutations=2,
    )
    assert again.observed.tolist() == counts.tolist()


def test_same_seed_same_answer_and_input_untouched(events: pd.DataFrame) -> None:
    day = events["day"].to_numpy().copy()
    one, two = (knox(events["x"], events["y"], day, permutations=20, seed=4) for _ in range(2))
    assert one.mean.tolist() == two.mean.tolist()
    assert (day == events["day"]).all()
    dates = np.datetime64("2026-01-01") + day
    assert knox(events["x"], events["y"], dates, permutations=20, seed=4).mean.tolist() == one.mean.tolist()


def test_blocks_of_shuffles_and_steps_through_pairs_change_nothing(
    events: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = knox(events["x"], events["y"], events["day"], permutations=30, seed=4)
    monkeypatch.setattr(module, "SHUFFLES", 7)
    monkeypatch.setattr(module, "ROWS", 11)
    parts = knox(events["x"], events["y"], events["day"], permutations=30, seed=4)
    assert parts.observed.tolist() == whole.observed.tolist()
    assert parts.mean.tolist() == whole.mean.tolist()
    assert parts.median.tolist() == whole.median.tolist()
    assert parts.p.tolist() == whole.p.tolist()


def test_more_pairs_at_once_than_a_byte_counts() -> None:
    # 60 events on one point on one day: 1,770 pairs, all in the first band under every shuffle
    found = knox(np.zeros(60), np.zeros(60), np.zeros(60, dtype=int), permutations=3)
    assert found.observed[0].tolist() == [1770, 0, 0, 0, 0]
    assert found.mean[0].tolist() == [1770, 0, 0, 0, 0]


def test_days_of_many_years_are_not_cut_short() -> None:
    days = np.array(["1900-01-01", "1900-01-05", "2026-01-01", "2026-01-03"], dtype="datetime64[D]")
    assert knox(np.zeros(4), np.zeros(4), days, permutations=1).observed[0].tolist() == [2, 0, 0, 0, 0]


def _reported(report: str) -> tuple[np.ndarray, np.ndarray]:
    """Observed counts and mean expected counts of the nearer bands, from the calculator's own text."""
    lines = report.split("Observed frequencies distribution")[1].splitlines()[3:7]
    observed = [[int(cell or 0) for cell in line.split(",")[2:5]] for line in lines]
    means = [
        [float(report.split(f"Row {row} Column {column}\n")[1].split("Mean, ")[1].split()[0]) for column in (1, 2, 3)]
        for row in (1, 2, 3, 4)
    ]
    return np.array(observed), np.array(means)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "bands_m", "bands_days", "runs"),
    [("chicago_be_month1", (100, 200, 300), (7, 14, 21), 19), ("chicago_arson", (200, 400, 600), (1, 2, 3), 99)],
)
def test_equals_the_near_repeat_calculator(
    real_data: Path, file: str, bands_m: tuple[float, ...], bands_days: tuple[int, ...], runs: int
) -> None:
    # its "0 to 7" days hold 0 to 6 and its "8 to 14" hold 7 to 13: closed on the left, as ours
    folder = real_data / "near_repeat_chicago"
    (report,) = folder.glob(f"{file}_NRverbose_*.csv")
    observed, means = _reported(report.read_text("utf-8").replace("\r", ""))
    events = pd.read_csv(
        folder / f"{file}{'_ext' if 'arson' in file else ''}.csv", header=None, names=["x", "y", "day"]
    )
    days = events["day"].to_numpy().astype("datetime64[D]")
    ours = knox(events["x"], events["y"], days, bands_m=bands_m, bands_days=bands_days, metric="manhattan")
    assert ours.observed.tolist() == observed.tolist()
    # both sides are estimates; a shuffled count is near Poisson
    error = np.sqrt(ours.mean * (1 / runs + 1 / 999))
    assert (np.abs(ours.mean - means) <= 4.5 * error + 1 / runs).all()


def test_many_events_on_one_point_are_refused_before_memory_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_pairs, "PAIR_LIMIT", 1000)
    with pytest.raises(MethodError, match="4,950 pairs lie within 400 m"):
        knox(np.zeros(100), np.zeros(100), np.arange(100))


@pytest.mark.parametrize(
    ("x", "day", "options", "told"),
    [
        ([0.0], [1], {}, "at least 2 events"),
        ([0.0, np.nan], [1, 2], {}, "has no place"),
        ([0.0, 1.0], [1.5, 2.0], {}, "not whole"),
        ([0.0, 1.0], np.array(["2026-01-01", "NaT"], dtype="datetime64[D]"), {}, "no day"),
        ([0.0, 1.0], np.array(["2026-01-01T05", "2026-01-02T00"], dtype="datetime64[h]"), {}, "time of day"),
        ([0.0, 1.0], [1, 2], {"bands_m": (200, 100)}, "do not rise"),
        ([0.0, 1.0], [1, 2], {"bands_days": (7.5,)}, "not whole"),
        ([0.0, 1.0], [1, 2], {"permutations": 0}, "cannot show what chance brings"),
    ],
)
def test_refuses_with_a_remedy(x: list[float], day: object, options: dict[str, object], told: str) -> None:
    with pytest.raises(MethodError, match=told) as refused:
        knox(x, np.zeros(len(x)), day, **options)  # type: ignore[arg-type]
    assert refused.value.now
