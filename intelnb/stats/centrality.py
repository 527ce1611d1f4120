"""Positions in a network: how many links, how often between others, how near to all, and how sure the ranks are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from intelnb.errors import MethodError
from intelnb.stats.graph import checked

MEASURES = ("degree", "betweenness", "closeness", "pagerank")
FOLLOWS = 0.85  # chance that the walk behind pagerank follows a link instead of starting anywhere
SETTLED, MOST_STEPS = 1e-12, 1000
CHUNK = 512  # starting points walked from at once, so that memory stays in bounds
DECIMALS = 10  # ranks are taken on rounded values, so that they do not hang on the last digit of a sum

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Centrality:
    """Values of each measure, every one of shape (size,)."""

    degree: Ints
    betweenness: Floats
    closeness: Floats
    pagerank: Floats

    def ranks(self) -> Ints:
        """Rank by each measure, 1 the highest, ties sharing the best; shape (4, size)."""
        return np.stack([_ranks(np.asarray(getattr(self, name), dtype=np.float64)) for name in MEASURES])


def centrality(
    size: int, pairs: ArrayLike, weight: ArrayLike | None = None, *, is_directed: bool = False
) -> Centrality:
    """Measure the position of every node in four ways.

    Assumes that the links are all there are: missing ones move every measure but least the first. Paths are
    counted in links, whatever their weight; only pagerank uses weights.

    Parameters
    ----------
    size, pairs, weight
        Nodes numbered from 0, two numbers per link, its weight (above 0).
    is_directed
        Whether a link leads only from its first node to its second.

    Returns
    -------
    Centrality
        `degree` (different others it is linked to, whatever the direction), `betweenness` (share of shortest paths
        between two others that pass through it), `closeness` (mean of 1/steps from all others, 0 for those who cannot
        reach it), `pagerank` (share of time a random walk along links spends there).

    Raises
    ------
    MethodError
        When the links are faulty.

    References
    ----------
    Freeman, L. C. (1978). Centrality in social networks. Social Networks 1(3).
    Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of Mathematical Sociology 25(2).
    Brin, S. and Page, L. (1998). The anatomy of a large-scale hypertextual web search engine. Computer Networks 30.

    Examples
    --------
    >>> found = centrality(4, [(0, 1), (1, 2), (1, 3)])
    >>> found.degree.tolist(), found.betweenness.tolist(), found.closeness.round(2).tolist()
    ([1, 3, 1, 1], [0.0, 1.0, 0.0, 0.0], [0.67, 1.0, 0.67, 0.67])
    """
    ends, strength = checked(size, pairs, weight)
    return _measured(size, ends, strength, is_directed=is_directed)


def stays_on_top(
    size: int,
    pairs: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    top: int = 10,
    missing: tuple[float, ...] = (0.1, 0.2, 0.3),
    runs: int = 100,
    is_directed: bool = False,
    seed: int = 0,
) -> Floats:
    """Say how often each node stays among the first when links are taken away at random.

    Assumes that a link is as likely to be missing as any other. In truth the links of those nobody watched are
    missing more often, so these shares are the best case.

    Parameters
    ----------
    size, pairs, weight, is_directed
        As in `centrality`.
    top
        How many count as the first, 1 or more; ties at the last place all count.
    missing
        Shares of links taken away, each above 0 and under 1.
    runs, seed
        How often each share is tried, and the start of the random numbers.

    Returns
    -------
    numpy.ndarray
        Share of runs a node is among the first, shape (4 measures, len(missing), size).

    Raises
    ------
    MethodError
        When the links are faulty, or a share, `top` or `runs` cannot be.

    References
    ----------
    Borgatti, S. P., Carley, K. M. and Krackhardt, D. (2006). On the robustness of centrality measures under
    conditions of imperfect data. Social Networks 28(2).

    Examples
    --------
    >>> stays_on_top(4, [(0, 1), (0, 2), (0, 3)], top=1, missing=(0.34,), runs=20)[0, 0].tolist()
    [1.0, 0.0, 0.0, 0.0]
    """
    ends, strength = checked(size, pairs, weight)
    if top < 1 or runs < 1 or any(not 0 < share < 1 for share in missing):
        raise MethodError(
            what="top, runs or a share of missing links is out of range",
            now="Give top and runs of 1 or more, and shares between 0 and 1.",
        )
    rng = np.random.default_rng(seed)
    stays = np.zeros((len(MEASURES), len(missing), size))
    for at, share in enumerate(missing):
        kept = len(ends) - round(share * len(ends))
        for _ in range(runs):
            chosen = np.sort(rng.permutation(len(ends))[:kept])
            found = _measured(size, ends[chosen], strength[chosen], is_directed=is_directed)
            stays[:, at] += found.ranks() <= top
    return stays / runs


def _measured(size: int, ends: Ints, strength: Floats, *, is_directed: bool) -> Centrality:
    """All four measures of links that were checked."""
    joined = np.sort(ends, axis=1)
    others = np.unique(joined, axis=0)
    degree = np.bincount(others.ravel(), minlength=size).astype(np.int64)
    forth = csr_array((strength, (ends[:, 0], ends[:, 1])), shape=(size, size))
    weights = forth if is_directed else csr_array(forth + forth.T)
    between, close = _paths(csr_array((np.ones(weights.nnz), weights.indices, weights.indptr), shape=(size, size)))
    return Centrality(degree, between, close, _walk(weights))


def _paths(steps: csr_array) -> tuple[Floats, Floats]:
    """Betweenness and closeness from shortest paths, walked from many starting points at once."""
    size = steps.shape[0]
    between, close = np.zeros(size), np.zeros(size)
    back = csr_array(steps.T)
    for first in range(0, size, CHUNK):
        starts = np.arange(first, min(first + CHUNK, size))
        columns = np.arange(len(starts))
        paths = np.zeros((size, len(starts)))  # how many shortest paths lead from each start to each node
        paths[starts, columns] = 1
        unseen = np.ones(paths.shape)
        unseen[starts, columns] = 0
        fronts = [paths.copy()]
        while (front := (back @ fronts[-1]) * unseen).any():
            fronts.append(front)
            paths += front
            reached = front > 0
            unseen[reached] = 0
            close += reached.sum(axis=1) / (len(fronts) - 1)
        onward = np.divide(1.0, paths, out=np.zeros_like(paths), where=paths > 0)
        carried = np.zeros_like(paths)
        for here, before in zip(fronts[:0:-1], fronts[-2::-1], strict=True):
            share = np.where(here > 0, (1 + carried) * onward, 0)
            carried += before * (steps @ share)
        carried[starts, columns] = 0
        between += carried.sum(axis=1)
    return between / max((size - 1) * (size - 2), 1), close / max(size - 1, 1)


def _walk(weights: csr_array) -> Floats:
    """Pagerank: where a random walk along the links spends its time."""
    size = weights.shape[0]
    if not size:
        return np.empty(0)
    out = np.asarray(weights.sum(axis=1)).ravel()
    is_end = out == 0
    share = np.divide(1.0, out, out=np.zeros(size), where=~is_end)
    back = csr_array(weights.T)
    rank = np.full(size, 1 / size)
    for _ in range(MOST_STEPS):
        # who has no link onward starts again anywhere
        following = FOLLOWS * (back @ (rank * share) + rank[is_end].sum() / size) + (1 - FOLLOWS) / size
        change = float(np.abs(following - rank).sum())
        rank = following
        if change < SETTLED:
            break
    return np.asarray(rank / rank.sum(), dtype=np.float64)


def _ranks(values: Floats) -> Ints:
    """Ranks from the highest, ties sharing the best."""
    rounded = values.round(DECIMALS)
    return (np.searchsorted(np.sort(-rounded), -rounded, side="left") + 1).astype(np.int64)
