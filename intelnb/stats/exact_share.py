"""An exact range for a share: how far the true share may lie from so many out of so many."""

from __future__ import annotations

from scipy.stats import binomtest

from intelnb.errors import MethodError


def exact_share(hits: int, of: int, *, level: float = 0.95) -> tuple[float, float, float]:
    """Say which share was hit, and between which shares the true one lies.

    Assumes that each of them could be hit alike and by itself. The range never covers less than its level; with few
    it is wide.

    Parameters
    ----------
    hits, of
        How many of how many, `of` 1 or more.
    level
        Share of chance the range covers, under 1.

    Returns
    -------
    tuple
        Share, low and high end.

    Raises
    ------
    MethodError
        When there is nothing to take a share of, or the numbers cannot be.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits. Biometrika 26(4).

    Examples
    --------
    >>> [round(one, 3) for one in exact_share(8, 10)]
    [0.8, 0.444, 0.975]
    """
    if of < 1 or not 0 <= hits <= of or not 0 < level < 1:
        raise MethodError(what=f"{hits} of {of} has no share", now="Give 1 or more, and no more hits than that.")
    low, high = binomtest(hits, of).proportion_ci(confidence_level=level, method="exact")
    return hits / of, float(low), float(high)
