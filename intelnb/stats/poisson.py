"""Are two counts different, given how long (or how many) each was counted over?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from statsmodels.stats.rates import test_poisson_2indep

from intelnb.errors import MethodError

E_TEST_LIMIT = 1_000  # the e-test sums over a grid of both counts; above this the score test is as good and light


@dataclass(frozen=True)
class RateComparison:
    """The ratio of the first rate to the second, the chance of a gap this wide under equal rates, and the test."""

    ratio: float
    p: float
    method: str


def e_test(k1: int, k2: int, n1: float = 1.0, n2: float = 1.0) -> RateComparison:
    """Compare two counts, such as this week's against a baseline, each over its own length of time.

    Assumes both counts are Poisson: events independent, nothing recorded in batches. Crime is often more
    uneven than that, so the answer words a comparison and does not raise an alarm.

    Parameters
    ----------
    k1, k2
        The counts, whole and not negative.
    n1, n2
        What each was counted over (days, weeks, population), both in one unit, above 0.

    Returns
    -------
    RateComparison
        `ratio` is (k1/n1)/(k2/n2): infinite when only `k2` is 0, NaN when both are. `p` is two-sided and
        1 when both counts are 0. `method` is "E-test", or "score test" when a count exceeds 1,000.

    Raises
    ------
    MethodError
        For a count that is not whole or below zero, or an exposure that is not above zero.

    References
    ----------
    Krishnamoorthy, K. and Thomson, J. (2004). A more powerful test for comparing two Poisson means.
    Journal of Statistical Planning and Inference 119(1).

    Examples
    --------
    >>> compared = e_test(12, 25)
    >>> round(compared.ratio, 2), round(compared.p, 4)
    (0.48, 0.0325)
    """
    if any(k < 0 or k != int(k) for k in (k1, k2)):
        raise MethodError(what=f"{k1} and {k2} are not both whole counts", now="Pass counts of 0 or more.")
    if not all(np.isfinite(n) and n > 0 for n in (n1, n2)):
        raise MethodError(what=f"exposures {n1} and {n2} are not both above 0", now="Pass days, weeks or population.")
    if k1 == 0 and k2 == 0:
        return RateComparison(ratio=float("nan"), p=1.0, method="E-test")
    ratio = (k1 / n1) / (k2 / n2) if k2 else float("inf")
    exact = max(k1, k2) <= E_TEST_LIMIT
    with np.errstate(divide="ignore"):  # the library also works out k1/k2
        found = test_poisson_2indep(k1, n1, k2, n2, method="etest" if exact else "score", compare="diff", value=0)
    return RateComparison(ratio=ratio, p=min(1.0, float(found.pvalue)), method="E-test" if exact else "score test")
