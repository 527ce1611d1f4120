"""The fewest that reach all: a smallest set of nodes that touches every link, or that every member belongs or is linked to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from intelnb.errors import MethodError
from intelnb.stats.graph import checked

EXACT_UP_TO = 200  # sets chosen among; above this the greedy answer is given
MOST_BRANCHES = 20_000  # steps of the exact search; it stops there, the same on every machine


@dataclass(frozen=True, eq=False)
class Cover:
    """The sets chosen, in the order of what each adds; whether no smaller choice exists; how much each added.

    `at_least` is the fewest that any choice needs, as far as it was proved.
    """

    chosen: NDArray[np.int64]
    adds: NDArray[np.int64]
    is_fewest: bool
    at_least: int


def touching_links(size: int, pairs: ArrayLike, *, exact_up_to: int = EXACT_UP_TO) -> Cover:
    """Choose the fewest nodes so that every link has at least one of them.

    Parameters
    ----------
    size, pairs
        Nodes numbered from 0, two numbers per link; direction is dropped.
    exact_up_to
        Most nodes with links for which the true fewest are looked for; above it each next choice is the node that
        touches most links not yet touched, which may need more than the fewest.

    Returns
    -------
    Cover
        Node numbers; `adds` counts the links each is the first to touch.

    Raises
    ------
    MethodError
        When the links are faulty.

    References
    ----------
    Chvatal, V. (1979). A greedy heuristic for the set-covering problem. Mathematics of Operations Research 4(3).

    Examples
    --------
    >>> touching_links(5, [(0, 1), (0, 2), (0, 3), (3, 4)]).chosen.tolist()
    [0, 3]
    """
    ends, _ = checked(size, pairs)
    ends = np.unique(np.sort(ends, axis=1), axis=0)
    link = np.arange(len(ends))
    holds = csr_array((np.ones(2 * len(ends)), (np.concatenate([link, link]), ends.T.ravel())), shape=(len(ends), size))
    return _fewest(holds, exact_up_to)


def reaching_members(
    size: int, pairs: ArrayLike, members: ArrayLike, *, among: ArrayLike | None = None, exact_up_to: int = EXACT_UP_TO
) -> Cover:
    """Choose the fewest nodes so that every member is one of them or linked to one.

    Parameters
    ----------
    size, pairs
        Nodes numbered from 0, two numbers per link; direction is dropped.
    members
        Nodes that must be reached.
    among
        Nodes that may be chosen; all where not given.
    exact_up_to
        As in `touching_links`, for the nodes that may be chosen and reach a member.

    Returns
    -------
    Cover
        Node numbers; `adds` counts the members each is the first to reach.

    Raises
    ------
    MethodError
        When the links are faulty, there is no member, or a member is linked to nothing that may be chosen.

    References
    ----------
    Chvatal, V. (1979). A greedy heuristic for the set-covering problem. Mathematics of Operations Research 4(3).

    Examples
    --------
    >>> reaching_members(6, [(0, 1), (0, 2), (3, 4), (3, 5)], [1, 2, 4, 5]).chosen.tolist()
    [0, 3]
    """
    ends, _ = checked(size, pairs)
    wanted = np.unique(np.asarray(members, dtype=np.int64))
    if not wanted.size or wanted.min() < 0 or wanted.max() >= size:
        raise MethodError(what="there is no member, or one that is no node", now="Name at least one member.")
    eye = np.arange(size)
    rows, cols = np.concatenate([ends[:, 0], ends[:, 1], eye]), np.concatenate([ends[:, 1], ends[:, 0], eye])
    holds = csr_array((np.ones(len(rows)), (rows, cols)), shape=(size, size))[wanted]
    holds.data[:] = 1
    if among is not None:
        allowed = np.isin(eye, np.asarray(among, dtype=np.int64))
        holds = csr_array(holds.multiply(allowed.astype(float)))
        holds.eliminate_zeros()
    unreached = int((holds.sum(axis=1) == 0).sum())
    if unreached:
        raise MethodError(
            what=f"{unreached} members are linked to nothing that may be chosen",
            now="Leave them out, or allow more to be chosen.",
        )
    return _fewest(holds, exact_up_to)


def _fewest(holds: csr_array, exact_up_to: int) -> Cover:
    """The fewest columns that hold every row: greedily, and exactly where there are few enough."""
    useful = np.flatnonzero(np.asarray(holds.sum(axis=0)).ravel() > 0)
    greedy = _greedily(holds)
    if not holds.shape[0]:
        return Cover(greedy[0], greedy[1], is_fewest=True, at_least=0)
    small = csr_array(holds[:, useful])
    if len(useful) > exact_up_to:
        # every row is held by some column, so the rows over the largest column is a floor
        floor = int(np.ceil(holds.shape[0] / np.asarray(holds.sum(axis=0)).max()))
        return Cover(*greedy, is_fewest=len(greedy[0]) == floor, at_least=floor)
    found = milp(
        np.ones(len(useful)), constraints=LinearConstraint(small, lb=1), integrality=np.ones(len(useful), dtype=np.int64),
        bounds=Bounds(0, 1), options={"node_limit": MOST_BRANCHES},
    )  # fmt: skip
    bound = int(np.ceil((found.mip_dual_bound or 0) - 1e-6))
    if found.x is None or round(found.fun) >= len(greedy[0]):
        return Cover(*greedy, is_fewest=bound >= len(greedy[0]), at_least=bound)
    chosen = useful[found.x > 0.5]
    order, adds = _greedily(csr_array(holds[:, chosen]))
    return Cover(chosen[order], adds, is_fewest=bound >= len(order), at_least=bound)


def _greedily(holds: csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Columns in the order of how many rows each adds, the lower number first where they tie, until all are held."""
    columns = csr_array(holds.T)
    is_open = np.ones(holds.shape[0])
    chosen, adds = [], []
    while is_open.any():
        gain = columns @ is_open
        at = int(np.argmax(gain))
        chosen.append(at)
        adds.append(int(gain[at]))
        is_open[columns.indices[columns.indptr[at] : columns.indptr[at + 1]]] = 0
    return np.array(chosen, dtype=np.int64), np.array(adds, dtype=np.int64)
