"""Links as numbers: the check every method of networks begins with, and the graph networkx works on."""

from __future__ import annotations

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def checked(size: int, pairs: ArrayLike, weight: ArrayLike | None = None) -> tuple[Ints, Floats]:
    """Links as an array of pairs and one of weights, refused where they could mislead.

    Parameters
    ----------
    size
        How many nodes there are, numbered from 0; those without a link count too.
    pairs
        Two node numbers per link, shape (m, 2); each pair once, no node with itself.
    weight
        How strong each link is, shape (m,), above 0; all 1 where not given.

    Returns
    -------
    tuple
        Pairs of shape (m, 2) and weights of shape (m,).

    Raises
    ------
    MethodError
        Naming what is wrong: a number that is no node, a link with itself, a pair twice, a weight that is not above 0.

    Examples
    --------
    >>> checked(3, [(0, 1), (1, 2)])[1].tolist()
    [1.0, 1.0]
    """
    ends = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    strength = np.ones(len(ends)) if weight is None else np.asarray(weight, dtype=np.float64)
    if len(ends) and (ends.min() < 0 or ends.max() >= size):
        raise MethodError(what=f"a link names a node that is none of the {size}", now="Number nodes from 0.")
    if (ends[:, 0] == ends[:, 1]).any():
        raise MethodError(what="a link joins a node with itself", now="Leave such links out and say how many.")
    if len(np.unique(ends, axis=0)) < len(ends):
        raise MethodError(what="a pair of nodes is linked twice", now="Join such links into one, adding their weights.")
    if strength.shape != (len(ends),) or not np.all(np.isfinite(strength) & (strength > 0)):
        raise MethodError(what="a link has no weight above 0", now="Give each link a weight above 0, or none of them.")
    return ends, strength


def undirected(size: int, pairs: Ints, weight: Floats) -> nx.Graph:
    """The links as a graph of networkx, without their direction; a pair linked both ways has both weights.

    Examples
    --------
    >>> undirected(3, np.array([[0, 1], [1, 0]]), np.array([1.0, 2.0])).edges(data=True)
    EdgeDataView([(0, 1, {'weight': 3.0})])
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    for (one, two), strength in zip(pairs.tolist(), weight.tolist(), strict=True):
        held = graph.get_edge_data(one, two, default={"weight": 0.0})["weight"]
        graph.add_edge(one, two, weight=held + strength)
    return graph
