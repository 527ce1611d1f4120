"""Areas of one level that overlap: a point in both counts in one of them, and its reader must know."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from intelnb.tables.words import several

_SHARE = 0.01
_MOST_PAIRS = 5_000


def told(areas: pd.DataFrame, level: str) -> list[str]:
    """Say which areas of a level overlap by more than 1 % of the smaller; slivers of generalised outlines are none.

    Parameters
    ----------
    areas
        Areas of one level: `code` and `geometry`, valid and in metres.
    level
        What the level is called.

    Returns
    -------
    One sentence, or none where nothing overlaps.

    Examples
    --------
    >>> two = pd.DataFrame({"code": ["A", "B"], "geometry": [shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]})
    >>> told(two, "ward")
    ['1 pair of areas of level ward overlaps, such as A and B: a point in both counts in the first by code']
    """
    shapes = areas["geometry"].to_numpy(dtype=object)
    if len(shapes) < 2 or shapely.coverage_is_valid(shapes):
        return []
    edges = shapely.coverage_invalid_edges(shapes)
    doubtful = np.flatnonzero(~shapely.is_missing(edges) & ~shapely.is_empty(edges))
    own = shapes[doubtful]
    first, second = shapely.STRtree(own).query(own, predicate="intersects")
    first, second = first[first < second], second[first < second]
    if len(first) > _MOST_PAIRS:
        return [f"areas of level {level} do not share their edges: whether some overlap was not looked at"]
    common = shapely.area(shapely.intersection(own[first], own[second]))
    found = np.flatnonzero(common > _SHARE * np.minimum(shapely.area(own[first]), shapely.area(own[second])))
    if not len(found):
        return []
    widest = found[np.argmax(common[found])]
    codes = sorted(str(areas["code"].iloc[doubtful[side[widest]]]) for side in (first, second))
    pairs = several(len(found), "pair")
    verb = "overlaps" if len(found) == 1 else "overlap"
    return [
        f"{pairs} of areas of level {level} {verb}, such as {codes[0]} and {codes[1]}: a point in both counts in the first by code"
    ]
