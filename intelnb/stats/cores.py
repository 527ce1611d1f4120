"""Cores: the largest sets in which everybody is linked to so many of the others."""

from __future__ import annotations

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError
from intelnb.stats.graph import checked, undirected


def core_groups(size: int, pairs: ArrayLike, *, least: int = 5) -> NDArray[np.int64]:
    """Number the groups in which every node is linked to at least so many others of the same group.

    Nodes with too few links are taken away until none is left that has too few; what remains hangs together in
    groups. There is exactly one answer, whatever the order.

    Parameters
    ----------
    size, pairs
        Nodes numbered from 0, two numbers per link; direction is dropped.
    least
        Fewest others in the group each must be linked to, 1 or more.

    Returns
    -------
    numpy.ndarray
        Number of each node's group from 0, the largest first; -1 for nodes in none. Shape (size,).

    Raises
    ------
    MethodError
        When the links are faulty or `least` is under 1.

    References
    ----------
    Seidman, S. B. (1983). Network structure and minimum degree. Social Networks 5(3).

    Examples
    --------
    >>> core_groups(5, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)], least=2).tolist()
    [0, 0, 0, -1, -1]
    """
    if least < 1:
        raise MethodError(what=f"a group with at least {least} links each is every node", now="Give 1 or more.")
    ends, strength = checked(size, pairs)
    core = nx.k_core(undirected(size, ends, strength), least)
    group = np.full(size, -1, dtype=np.int64)
    for number, part in enumerate(sorted(nx.connected_components(core), key=lambda one: (-len(one), min(one)))):
        group[list(part)] = number
    return group
