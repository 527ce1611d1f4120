"""Brokerage: who stands between others that are not linked, and what falls apart without them."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.stats.graph import checked, undirected

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Brokerage:
    """Values of shape (size,); blank (NaN) for nodes without a link.

    `constraint` is high where a node's links lead to nodes linked with each other; `effective_size` is the number of
    its links less what they repeat; `parts` into how many pieces its part of the network falls without it.
    """

    constraint: Floats
    effective_size: Floats
    parts: Ints


def brokerage(size: int, pairs: ArrayLike, weight: ArrayLike | None = None) -> Brokerage:
    """Measure how far each node alone joins others.

    Assumes that links nobody recorded do not exist: one missing link can make two groups of one. Direction is
    dropped; weights count in the constraint, not in the effective size.

    Parameters
    ----------
    size, pairs, weight
        Nodes numbered from 0, two numbers per link, its weight (above 0).

    Returns
    -------
    Brokerage
        `constraint`, `effective_size`, `parts`, each of shape (size,).

    Raises
    ------
    MethodError
        When the links are faulty.

    References
    ----------
    Burt, R. S. (1992). Structural Holes. Harvard University Press.
    Borgatti, S. P. (1997). Structural holes: unpacking Burt's redundancy measures. Connections 20(1).

    Examples
    --------
    >>> found = brokerage(5, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)])
    >>> found.parts.tolist(), found.effective_size.round(2).tolist()
    ([1, 1, 2, 2, 1], [1.0, 1.0, 2.33, 2.0, 1.0])
    """
    ends, strength = checked(size, pairs, weight)
    graph = undirected(size, ends, strength)
    constraint = nx.constraint(graph, weight="weight")
    effective = nx.effective_size(graph)
    return Brokerage(
        constraint=np.array([constraint[node] for node in range(size)], dtype=np.float64),
        effective_size=np.array([effective[node] for node in range(size)], dtype=np.float64),
        parts=_parts(graph, size),
    )


def _parts(graph: nx.Graph, size: int) -> Ints:
    """Into how many pieces the part of the network round each node falls when it is taken away; 0 for one alone."""
    parts = np.array([min(degree, 1) for _, degree in sorted(graph.degree())], dtype=np.int64).reshape(size)
    # a node is in as many pieces as in blocks of the network that no single node cuts
    counted = np.zeros(size, dtype=np.int64)
    for block in nx.biconnected_components(graph):
        counted[list(block)] += 1
    return np.maximum(parts, counted)
