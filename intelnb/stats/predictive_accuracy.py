"""How well a map of risk foretold where events fell: shares of events caught in small shares of area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intelnb.errors import MethodError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Accuracy:
    """The curve from the cell of highest predicted risk down; every column of shape (cells,), in that order.

    `order` are the cells' positions; `area` and `caught` the shares of area flagged and of events in it; `pai`, `pei`,
    `rri` as below; `log_rri` is 0 for a map that foretells as many events as fell.
    """

    order: NDArray[np.int64]
    area: Floats
    caught: Floats
    pai: Floats
    pei: Floats
    rri: Floats
    log_rri: Floats


def accuracy(observed: ArrayLike, predicted: ArrayLike, *, area: ArrayLike | None = None) -> Accuracy:
    """Flag cells from the highest predicted risk per area down, and say at each step how well the events are caught.

    PAI is the share of events caught over the share of area flagged: 1 for a map no better than chance. PEI is
    PAI over the best any map could have had *at the same share of area*, so never above 1; the best takes part of
    a cell where whole ones do not fit. RRI is events predicted over events caught, its logarithm 0 when the level is
    right, above when too many are foretold. Cells of equal risk are flagged with the fewest events first, so that
    no map gains by not deciding.

    Parameters
    ----------
    observed
        Whole events that fell in each cell after the map was made, shape (n,).
    predicted
        Predicted events of each cell, shape (n,), not negative.
    area
        Size of each cell in any one unit, above 0; None for cells of one size.

    Returns
    -------
    Accuracy
        The whole curve. `pei` is NaN where the best could not catch anything; `rri` and `log_rri` are NaN until the
        first event is caught, and `log_rri` until any is foretold.

    Raises
    ------
    MethodError
        For unlike lengths, no event at all, or numbers that are missing or below 0.

    References
    ----------
    Chainey, S., Tompson, L. and Uhlig, S. (2008). The utility of hotspot mapping. Security Journal 21.
    Hunt, J. M. (2016). Do crime hot spots move? Thesis (PEI).
    Levine, N. (2008). The "hottest" part of a hotspot. Security Journal 21 (RRI, as recapture rate index).

    Examples
    --------
    >>> found = accuracy([5, 0, 3, 2], [4.0, 1.0, 0.5, 2.0])
    >>> found.pai.tolist(), found.pei.round(3).tolist()
    ([2.0, 1.4, 0.9333333333333332, 1.0], [1.0, 0.875, 0.7, 1.0])
    """
    seen, told = np.asarray(observed, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    size = np.ones(seen.size) if area is None else np.asarray(area, dtype=np.float64)
    _check(seen, told, size)
    order = np.lexsort((np.arange(seen.size), seen, -told / size))
    flagged = np.cumsum(size[order]) / size.sum()
    caught = np.cumsum(seen[order]) / seen.sum()
    best = _best(seen, size, at=flagged)
    foretold, happened = np.cumsum(told[order]), np.cumsum(seen[order])
    with np.errstate(divide="ignore", invalid="ignore"):
        rri = np.where(happened > 0, foretold / happened, np.nan)
        log_rri = np.where(rri > 0, np.log(rri), np.nan)
        pei = np.where(best > 0, np.minimum(caught / best, 1.0), np.nan)
    return Accuracy(order, area=flagged, caught=caught, pai=caught / flagged, pei=pei, rri=rri, log_rri=log_rri)


def at_area(found: Accuracy, *, share: float) -> tuple[float, float, float]:
    """PAI, PEI and log RRI of the most cells that together take up no more than a share of the area.

    Raises
    ------
    MethodError
        When not even one cell fits into that share.

    Examples
    --------
    >>> pai, pei, _ = at_area(accuracy([5, 0, 3, 2], [4.0, 1.0, 0.5, 2.0]), share=0.6)
    >>> round(pai, 3), round(pei, 3)
    (1.4, 0.875)
    """
    fits = int(np.searchsorted(found.area, share * (1 + 1e-12), side="right")) - 1
    if fits < 0:
        raise MethodError(
            what=f"the first cell alone takes up {found.area[0]:.2%} of the area, more than {share:.2%}",
            now="Choose smaller cells or a larger share.",
        )
    return float(found.pai[fits]), float(found.pei[fits]), float(found.log_rri[fits])


def _best(seen: Floats, size: Floats, *, at: Floats) -> Floats:
    """The largest share of events that any choice could hold at each share of area, part of a cell allowed."""
    order = np.argsort(-seen / size, kind="stable")
    area = np.concatenate([[0.0], np.cumsum(size[order]) / size.sum()])
    events = np.concatenate([[0.0], np.cumsum(seen[order]) / seen.sum()])
    return np.asarray(np.interp(at, area, events), dtype=np.float64)


def _check(seen: Floats, told: Floats, size: Floats) -> None:
    """Refuse what cannot be scored."""
    if not seen.shape == told.shape == size.shape:
        raise MethodError(what="events, predictions and areas differ in length", now="Give one of each per cell.")
    if not all(np.all(np.isfinite(v)) and np.all(v >= 0) for v in (seen, told)) or np.any(seen != np.floor(seen)):
        raise MethodError(what="a count or prediction is missing or below zero", now="Give 0 where there is none.")
    if not np.all(np.isfinite(size)) or np.any(size <= 0):
        raise MethodError(what="a cell has no area", now="Leave it out.")
    if not seen.sum():
        raise MethodError(what="no event fell in any cell, so no map can be scored", now="Choose a longer period.")
