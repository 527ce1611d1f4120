"""Independent origins: how many different beginnings stand behind a pile of reports."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from intelnb.errors import MethodError


def origin_groups(names: Sequence[str], *, linked: Sequence[Sequence[str]], origin: Sequence[str]) -> NDArray[np.int64]:
    """Number the reports so that reports going back to one origin share a number.

    Reports with the same origin reference share an origin. Reports linked to each other do too, unless both
    state an origin and the two differ: that is corroboration, which a link is also used for. A linked
    report that is not in the list still joins those that name it and state no origin.

    Parameters
    ----------
    names
        Reference of each report, shape (n,).
    linked
        References each report is linked to.
    origin
        Origin reference of each report; blank when not known.

    Returns
    -------
    numpy.ndarray
        Number of each report's origin, shape (n,), from 0 in the order of the reports. A report without
        origin and links counts as an origin of its own, so the count is the most there can be.

    Raises
    ------
    MethodError
        When the three differ in length.

    Examples
    --------
    >>> origin_groups(["a", "b", "c", "d"], linked=[[], ["a"], [], ["c"]], origin=["x", "", "x", "y"]).tolist()
    [0, 0, 0, 1]
    """
    if not len(names) == len(linked) == len(origin):
        raise MethodError(what="references, links and origins differ in length", now="Give one of each per report.")
    size = len(names)
    nodes: dict[tuple[str, str], int] = {}
    stated = {name: start for name, start in zip(names, origin, strict=True) if start}
    pairs: list[tuple[int, int]] = []
    for at, (name, others, start) in enumerate(zip(names, linked, origin, strict=True)):
        keys = [("report", name)] if name else []
        keys += [("origin", start)] if start else []
        for other in others:
            if not start or stated.get(other, start) == start:
                # two reports that state no origin, or one: the second repeats the first
                keys.append(("report", other))
        pairs += [(at, size + nodes.setdefault(key, len(nodes))) for key in keys]
    total = size + len(nodes)
    edges = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(total, total))
    _, label = connected_components(graph, directed=False)
    _, first, number = np.unique(label[:size], return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[number].astype(np.int64)
