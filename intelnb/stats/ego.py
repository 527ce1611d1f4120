"""The network round one node: how many steps to each other, by whom, and which circles it alone joins."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError
from intelnb.stats.graph import checked, undirected

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ego:
    """Who is near one node, all of shape (size,); -1 for nodes that are not.

    `steps` from the centre (0 itself); `via` the node before on a shortest way (the lowest number where several are);
    `circle` which hangs together when the centre is gone, the largest 0; `joins` into how many pieces its
    circle falls without this node too.
    """

    steps: Ints
    via: Ints
    circle: Ints
    joins: Ints


def ego(size: int, pairs: ArrayLike, *, centre: int, steps: int = 2) -> Ego:
    """Find who is within so many steps of one node, and how those hang together without it.

    Direction is dropped.

    Parameters
    ----------
    size, pairs
        Nodes numbered from 0, two numbers per link.
    centre
        The node asked about.
    steps
        How far to look, 1 or more.

    Returns
    -------
    Ego
        `steps`, `via`, `circle`, `joins`, each of shape (size,).

    Raises
    ------
    MethodError
        When the links are faulty, the centre is no node, or `steps` is under 1.

    References
    ----------
    Everett, M. and Borgatti, S. P. (2005). Ego network betweenness. Social Networks 27(1).

    Examples
    --------
    >>> found = ego(6, [(0, 1), (0, 2), (1, 2), (0, 3), (3, 4), (4, 5)], centre=0, steps=2)
    >>> found.steps.tolist(), found.circle.tolist()
    ([0, 1, 1, 1, 2, -1], [-1, 0, 0, 1, 1, -1])
    """
    ends, strength = checked(size, pairs)
    if not 0 <= centre < size or steps < 1:
        raise MethodError(
            what=f"node {centre} or {steps} steps cannot be asked about", now="Give a node and 1 or more steps."
        )
    graph = undirected(size, ends, strength)
    far = nx.single_source_shortest_path_length(graph, centre, cutoff=steps)
    away, via, circle, joins = (np.full(size, -1, dtype=np.int64) for _ in range(4))
    for node, step in far.items():
        away[node] = step
        via[node] = min((one for one in graph[node] if far.get(one, -1) == step - 1), default=-1)
    rest = graph.subgraph([node for node in far if node != centre])
    for number, part in enumerate(sorted(nx.connected_components(rest), key=lambda one: (-len(one), min(one)))):
        circle[list(part)] = number
    joins[list(rest)] = 1
    blocks = np.zeros(size, dtype=np.int64)
    for block in nx.biconnected_components(rest):
        blocks[list(block)] += 1
    return Ego(away, via, circle, np.maximum(joins, np.where(joins > 0, blocks, -1)))
