"""Prospective space-time scan: where, and since when, are there more events than elsewhere and before?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

STEP = 2**16  # counts that are added at once, so that they stay in the processor's cache
BLOCK_BYTES = 2**27  # counts of the shuffles that go through the circles together
PILOT = 10  # shuffles scanned whole, to learn how high the others will reach
FLOOR = 1.0  # what the best cylinder of a shuffle nearly always reaches
CLOSE = 1e-9  # likelihoods nearer than this are equal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Seed = np.random.SeedSequence


@dataclass(frozen=True, eq=False)
class Scan:
    """Clusters that share no place, the most unusual first; one entry each in every field but the last two.

    `places` are the members, the centre first; `days` is how long the cluster has lasted, up to and with the
    last day; `likelihood` is the log likelihood ratio, `p` its rank among the shuffles and `p_gumbel` the same
    read off a Gumbel curve. `chance` holds the best likelihood of each shuffle, `cylinders` how many were tried.
    """

    places: tuple[NDArray[np.int32], ...]
    days: Ints
    cases: Ints
    expected: Floats
    likelihood: Floats
    p: Floats
    p_gumbel: Floats
    chance: Floats
    cylinders: int


def scan(
    counts: ArrayLike,
    order: ArrayLike,
    size: ArrayLike,
    *,
    baseline: ArrayLike | None = None,
    max_days: int | None = None,
    least_cases: int = 2,
    most: int = 10,
    permutations: int = 999,
    seed: int = 0,
) -> Scan:
    """Look for circles of places in which the last days, however many, hold more events than expected.

    Without a `baseline` the space-time permutation model is used: each place is expected to have its share of
    each day's events, so neither a busy place nor a busy time is unusual, only both together. With one, the
    discrete Poisson model: events fall on places and days in proportion to it. Either way the number of events
    is taken as given, and p allows for all circles and lengths tried. Assumes that events do not bring each
    other about: near repeats make clusters more common than p says.

    Parameters
    ----------
    counts
        Events per place and day, shape (places, days), oldest day first, whole and not negative.
    order, size
        The circles: places by distance from each centre, shape (centres, most places in a circle), and how many
        of them its largest circle holds, shape (centres,).
    baseline
        What the events of each place and day are in proportion to, shape (places, days), above 0 in sum.
    max_days
        Longest cluster in days; half of the days without it.
    least_cases
        A cluster with fewer events is not looked at, 1 or more.
    most
        How many clusters to report at most.
    permutations
        How often chance is tried; p is never under 1/(permutations + 1).
    seed
        Start of the random numbers; the same seed gives the same answer.

    Returns
    -------
    Scan
        The clusters; none where no circle holds more than expected.

    Raises
    ------
    MethodError
        For fewer than 2 places, days or events, counts that are not whole, circles that name no place, a
        baseline of another shape, or lengths and permutations that are impossible.

    References
    ----------
    Kulldorff, M. (2001). Prospective time periodic geographical disease surveillance using a scan statistic.
    JRSS A 164(1).
    Kulldorff, M. et al. (2005). A space-time permutation scan statistic for disease outbreak detection.
    PLoS Medicine 2(3).
    Abrams, A. M., Kleinman, K. and Kulldorff, M. (2010). Gumbel based p-value approximations for spatial scan
    statistics. International Journal of Health Geographics 9.

    Examples
    --------
    >>> counts = [[1, 0, 1, 0, 1, 6], [1, 1, 0, 1, 1, 1], [0, 1, 1, 1, 0, 1]]
    >>> found = scan(counts, order=[[0], [1], [2]], size=[1, 1, 1], permutations=99)
    >>> found.places[0].tolist(), found.days[0].item(), found.cases[0].item(), found.expected.round(2)[0].item()
    ([0], 1, 6, 4.0)
    """
    n, near, reach = np.asarray(counts), np.asarray(order, dtype=np.int32), np.asarray(size, dtype=np.int64)
    longest = n.shape[1] // 2 if max_days is None and n.ndim == 2 else int(max_days or 0)
    _check(n, near, reach, max_days=longest, least_cases=least_cases, most=most, permutations=permutations)
    model = _Model.of(n.astype(np.int64), None if baseline is None else np.asarray(baseline, np.float64), longest)
    search = _Search(model, near, reach, least_cases)
    seeds = Seed(seed).spawn(permutations)
    pilot = search.best_of(seeds[:PILOT], (FLOOR, 0.0))
    chance = np.concatenate([pilot, search.best_of(seeds[PILOT:], (0.9 * float(pilot.min()), 0.0))])
    return search.clusters(n, chance, most)


@dataclass(frozen=True, eq=False)
class _Model:
    """What is expected, and how chance would have it; tails are summed over the last 1, 2, ... days."""

    total: int
    expected: Floats  # (places, lengths)
    place: Ints  # of each event
    age: Ints  # days before the last, of each event
    odds: Floats | None  # running share of the baseline over places and days
    days: int

    @classmethod
    def of(cls, n: Ints, baseline: Floats | None, longest: int) -> _Model:
        total, days = int(n.sum()), n.shape[1]
        place, day = (np.repeat(part.ravel(), n.ravel()) for part in np.indices(n.shape))
        if baseline is None:
            by_day = _tails(n.sum(axis=0, keepdims=True), longest)
            expected, odds = n.sum(axis=1, keepdims=True) * by_day / total, None
        else:
            is_number = baseline.shape == n.shape and bool(np.isfinite(baseline).all())
            if not is_number or baseline.min() < 0 or np.any((baseline == 0) & (n > 0)):
                raise MethodError(
                    what="the baseline is of another shape, not a number, below 0, or 0 where events were counted",
                    now="Give a number above 0 for each place and day that can have events.",
                )
            expected = _tails(baseline, longest) * (total / baseline.sum())
            odds = np.cumsum(baseline.ravel()) / baseline.sum()
        return cls(total, expected.astype(np.float64), place, days - 1 - day, odds, days)

    def drawn(self, seed: Seed) -> Ints:
        """One shuffle's counts summed over the last days, shape (places, lengths)."""
        rng, (places, longest) = np.random.default_rng(seed), self.expected.shape
        if self.odds is None:
            place, age = self.place, rng.permutation(self.age)
        else:
            cell = np.searchsorted(self.odds, rng.random(self.total), side="right")
            place, day = np.divmod(np.minimum(cell, self.odds.size - 1), self.days)
            age = self.days - 1 - day
        late = age < longest
        held = np.bincount(place[late] * longest + age[late], minlength=places * longest)
        return held.reshape(places, longest).cumsum(axis=1)


class _Search:
    """Every circle and length, tried on counts."""

    def __init__(self, model: _Model, order: NDArray[np.int32], size: Ints, least_cases: int) -> None:
        self.model, self.order, self.size, self.least_cases = model, order, size, least_cases
        events = np.arange(model.total + 1, dtype=np.float64)
        # c ln c + (C - c) ln (C - c), by the number of cases c
        self.entropy = _xlogx(events) + _xlogx(model.total - events)

    def best_of(self, seeds: list[Seed], levels: tuple[float, ...]) -> Floats:
        """The best likelihood of each shuffle; those that stay under the first level are looked at under the next."""
        if not seeds:
            return np.empty(0)
        places, longest = self.model.expected.shape
        width = max(1, min(STEP // longest, BLOCK_BYTES // (4 * places * longest)))
        best = np.concatenate([self._best(seeds[at : at + width], levels[0]) for at in range(0, len(seeds), width)])
        low = np.flatnonzero(best <= 0)
        if levels[1:] and low.size:
            best[low] = self.best_of([seeds[at] for at in low], levels[1:])
        return best

    def _best(self, seeds: list[Seed], level: float) -> Floats:
        """The best likelihood of each shuffle at or above a level; 0 for those that do not reach it.

        A cylinder reaches the level with so many cases or more: comparing whole numbers with that limit leaves
        few likelihoods to work out.
        """
        kind = np.int16 if self.model.total < np.iinfo(np.int16).max else np.int32
        tails = np.stack([self.model.drawn(seed).astype(kind) for seed in seeds], axis=-1)
        reach, best = self._reach(level), np.zeros(len(seeds))
        for near in self._centres():
            mu = self.model.expected[near].cumsum(axis=0)
            fewest = np.maximum(np.searchsorted(reach, mu), self.least_cases)
            cases, circle, cell = _reaching(tails, near, fewest.astype(tails.dtype))
            length, shuffle = np.divmod(cell, len(seeds))
            np.maximum.at(best, shuffle, self._likelihood(cases, mu[circle, length]))
        return best

    def _centres(self) -> Iterator[NDArray[np.int32]]:
        """The places of the largest circle round each centre, the nearest first."""
        return (row[:size] for row, size in zip(self.order, self.size.tolist(), strict=True) if size)

    def _reach(self, level: float) -> Floats:
        """The largest expected number, by cases, at which so many cases still reach the level: rising."""
        cases = np.arange(self.model.total + 1)
        low, high = np.zeros(cases.size), cases.astype(np.float64)
        for _ in range(60 if level > 0 else 0):
            middle = (low + high) / 2
            enough = self._likelihood(cases, middle) >= level - CLOSE
            low, high = np.where(enough, middle, low), np.where(enough, high, middle)
        # without a level one case more than expected will do
        return high if level > 0 else np.nextafter(high, -1)

    def _likelihood(self, cases: NDArray[np.integer], mu: Floats) -> Floats:
        """The log likelihood ratio; 0 unless there are more cases than expected."""
        total = self.model.total
        with np.errstate(divide="ignore", invalid="ignore"):
            inside, outside = cases * np.log(mu), (total - cases) * np.log(total - mu)
        value = self.entropy[cases] - np.where(cases > 0, inside, 0) - np.where(cases < total, outside, 0)
        return np.where(cases > mu, value, 0.0)

    def clusters(self, n: Ints, chance: Floats, most: int) -> Scan:
        """The best cylinder, then the best of those that share no place with it, and so on."""
        tails, expected = _tails(n, self.model.expected.shape[1]), self.model.expected
        best, length = np.zeros(self.order.shape), np.zeros(self.order.shape, dtype=np.int64)
        for row, near in zip(np.flatnonzero(self.size).tolist(), self._centres(), strict=True):
            cases, mu = tails[near].cumsum(axis=0), expected[near].cumsum(axis=0)
            value = np.where(cases >= self.least_cases, self._likelihood(cases, mu), 0.0)
            length[row, : near.size], best[row, : near.size] = value.argmax(axis=1), value.max(axis=1)
        found: list[tuple[NDArray[np.int32], int, float]] = []
        while len(found) < most and best.max() > CLOSE:
            centre, circle = (int(at) for at in np.unravel_index(int(best.argmax()), best.shape))
            members = self.order[centre, : circle + 1]
            found.append((members, int(length[centre, circle]), float(best[centre, circle])))
            # a circle goes when it, or a smaller one round its centre, holds a place already told
            best[np.logical_or.accumulate(np.isin(self.order, members), axis=1)] = 0.0
        value = np.array([one[2] for one in found])
        return Scan(
            places=tuple(members for members, _, _ in found),
            days=np.array([last + 1 for _, last, _ in found], dtype=np.int64),
            cases=np.array([tails[members, last].sum() for members, last, _ in found], dtype=np.int64),
            expected=np.array([expected[members, last].sum() for members, last, _ in found], dtype=np.float64),
            likelihood=value,
            p=((chance[None, :] >= value[:, None] - CLOSE).sum(axis=1) + 1) / (chance.size + 1),
            p_gumbel=_gumbel(value, chance),
            chance=chance,
            cylinders=int(self.size.sum()) * expected.shape[1],
        )


def _reaching(tails: NDArray[Any], near: NDArray[np.int32], fewest: NDArray[Any]) -> tuple[NDArray[Any], Ints, Ints]:
    """The cylinders round one centre that hold enough cases: their cases, circle, and length and shuffle in one.

    Place after place is added to the circle, for all lengths and shuffles in one step.
    """
    held, enough = np.zeros(tails.shape[1:], tails.dtype), np.empty(tails.shape[1:], np.bool_)
    cases, circles, cells = [np.empty(0, tails.dtype)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for circle, place in enumerate(near.tolist()):
        np.add(held, tails[place], out=held)
        if np.greater_equal(held, fewest[circle, :, None], out=enough).any():
            cell = np.flatnonzero(enough)
            cases.append(held.ravel()[cell])
            circles.append(np.full(cell.size, circle))
            cells.append(cell)
    return np.concatenate(cases), np.concatenate(circles), np.concatenate(cells)


def _tails(n: NDArray[Any], longest: int) -> NDArray[Any]:
    """Sum over the last 1, 2, ... days."""
    return np.cumsum(n[:, ::-1][:, :longest], axis=1)


def _xlogx(x: Floats) -> Floats:
    """Give x ln x, which is 0 at 0."""
    value: Floats = x * np.log(np.where(x > 0, x, 1.0))
    return value


def _gumbel(value: Floats, chance: Floats) -> Floats:
    """The chance of a value this large on the Gumbel curve with the mean and spread of the shuffles."""
    spread = chance.std(ddof=1) if chance.size > 1 else 0.0
    if not spread:
        return np.full(value.size, np.nan)
    scale = spread * np.sqrt(6) / np.pi
    place = chance.mean() - np.euler_gamma * scale
    p: Floats = -np.expm1(-np.exp(-(value - place) / scale))
    return p


def _check(n: NDArray[Any], near: NDArray[np.int32], size: Ints, **asked: int) -> None:
    """Refuse what cannot be scanned."""
    if n.ndim != 2 or min(n.shape) < 2 or n.dtype.kind not in "iu" or n.min() < 0 or n.sum() < 2:
        raise MethodError(
            what="the counts are not whole numbers of at least 2 places, 2 days and 2 events",
            now="Count events per place and day; 0 where there are none.",
        )
    fits = near.ndim == 2 and size.shape == near.shape[:1] and 0 <= size.min() <= size.max() <= near.shape[1]
    if not fits or not size.any() or near.min() < 0 or near.max() >= n.shape[0]:
        raise MethodError(what="the circles do not fit the places", now="Draw them round the places counted.")
    if min(asked.values()) < 1 or asked["max_days"] > n.shape[1]:
        told = ", ".join(f"{name} {value}" for name, value in asked.items())
        raise MethodError(
            what=f"{told} cannot all be had on {n.shape[1]} days",
            now="Give numbers of 1 or more, and no more days than there are.",
        )
