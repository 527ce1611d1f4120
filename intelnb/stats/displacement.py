"""Before and after in treated places and others: how many fewer than expected, and did it move or spread?"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

from scipy.stats import norm

from intelnb.errors import MethodError

Pair = tuple[float, float]


@dataclass(frozen=True)
class Difference:
    """A difference in crimes, negative for fewer than expected, with its range and how often chance gives as much."""

    estimate: float
    se: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Ratio:
    """A ratio of changes, 1 for none, with its range."""

    ratio: float
    low: float
    high: float


def weighted_displacement_difference(
    treated: Pair,
    comparison: Pair,
    *,
    around: Pair | None = None,
    around_comparison: Pair | None = None,
    lengths: Pair = (1, 1),
    level: float = 0.95,
) -> Difference:
    """Count how many crimes more or fewer there were than the comparison area led one to expect.

    Assumes that without treatment both would have changed by the same number, so they should be of like size and
    level, and that counts scatter as chance has it: where crimes come in batches the range is too narrow.

    Parameters
    ----------
    treated, comparison
        Crimes before and after.
    around, around_comparison
        Crimes before and after in the ring round the treated places, and in one round the comparison area; both or
        neither. Their change is added.
    lengths
        How long before and after last, in any unit; counts before are scaled to the length after.
    level
        Share of chance the range covers, under 1.

    Returns
    -------
    Difference
        In crimes of the time after.

    Raises
    ------
    MethodError
        For a count under 0, a length that is not above 0, one ring without the other, or no crime at all.

    References
    ----------
    Wheeler, A. P. and Ratcliffe, J. H. (2018). A simple weighted displacement difference test to evaluate place based
    crime interventions. Crime Science 7(11).

    Examples
    --------
    >>> found = weighted_displacement_difference((398, 190), (148, 97), level=0.9)
    >>> found.estimate, round(found.low), round(found.high)
    (-157.0, -204, -110)
    """
    if (around is None) != (around_comparison is None):
        raise MethodError(
            what="the ring round one area has no counterpart", now="Give both rings, or neither, and use the quotient."
        )
    added = [pair for pair in (treated, around) if pair is not None]
    taken = [pair for pair in (comparison, around_comparison) if pair is not None]
    _check([*added, *taken], lengths, level)
    scale = lengths[1] / lengths[0]
    estimate = sum(after - scale * before for before, after in added) - sum(
        after - scale * before for before, after in taken
    )
    se = sqrt(sum(after + scale**2 * before for before, after in (*added, *taken)))
    if se == 0:
        raise MethodError(what="there is no crime before or after", now="Choose a longer time or a larger place.")
    edge = float(norm.ppf(0.5 + level / 2)) * se
    return Difference(estimate, se, estimate - edge, estimate + edge, float(2 * norm.sf(abs(estimate) / se)))


def relative_change(one: Pair, other: Pair, *, level: float = 0.95) -> Ratio:
    """Compare the change in one place with that in another as a ratio of ratios: under 1 where the first did better.

    Half a crime is added to each count, so that an empty cell has an answer.

    Parameters
    ----------
    one, other
        Crimes before and after.
    level
        Share of chance the range covers, under 1.

    Returns
    -------
    Ratio
        (after/before of one) / (after/before of the other).

    Raises
    ------
    MethodError
        For a count under 0 or a level that is none.

    References
    ----------
    Farrington, D. P. et al. (2007). Relative effect size for place-based crime prevention. Campbell Crime and Justice Group.

    Examples
    --------
    >>> round(relative_change((100, 50), (100, 100)).ratio, 2)
    0.5
    """
    _check([one, other], (1, 1), level)
    a, b, c, d = (count + 0.5 for count in (*one, *other))
    middle = log(b / a) - log(d / c)
    edge = float(norm.ppf(0.5 + level / 2)) * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return Ratio(exp(middle), exp(middle - edge), exp(middle + edge))


def displacement_quotient(treated: Pair, around: Pair, comparison: Pair) -> float | None:
    """Compare what changed round the treated places with what changed in them, both against a comparison area.

    Above 1 more benefit spread than was won inside; 0 to 1 some spread; 0 to -1 some crime moved, less than was won;
    under -1 more moved than was won. It has no range: chance alone moves it far where counts are small.

    Parameters
    ----------
    treated, around, comparison
        Crimes before and after: in the treated places, the ring round them, and the comparison area without both.

    Returns
    -------
    float or None
        The quotient; None where nothing was won inside, so that there is nothing to move or spread.

    Raises
    ------
    MethodError
        For a count under 0, or a comparison area without crime.

    References
    ----------
    Bowers, K. J. and Johnson, S. D. (2003). Measuring the geographical displacement and diffusion of benefit effects of
    crime prevention activity. Journal of Quantitative Criminology 19(3).

    Examples
    --------
    >>> displacement_quotient((100, 60), (80, 72), (200, 200))
    0.2
    """
    _check([treated, around, comparison], (1, 1), 0.95)
    if not min(comparison):
        raise MethodError(
            what="the comparison area had no crime before or after", now="Choose a larger comparison area."
        )
    success = treated[1] / comparison[1] - treated[0] / comparison[0]
    moved = around[1] / comparison[1] - around[0] / comparison[0]
    return round(moved / success, 12) if success < 0 else None


def _check(pairs: list[Pair], lengths: Pair, level: float) -> None:
    """Refuse counts, lengths and levels that are none."""
    if any(not count >= 0 for pair in pairs for count in pair):
        raise MethodError(what="a count is under 0 or missing", now="Give counts of 0 or more.")
    if any(not length > 0 for length in lengths) or not 0 < level < 1:
        raise MethodError(
            what="a length is not above 0, or the level is not between 0 and 1", now="Give days, and 0.95."
        )
