"""Rarity in words: a chance told as one in so many periods."""

from __future__ import annotations

from intelnb.errors import MethodError

RAREST = 1000  # a model learnt from a few years cannot tell rarer chances apart


def one_in(p: float, *, noun: str = "week") -> str:
    """Say how rare a chance per period is, to two figures and no rarer than 1 in 1,000.

    Assumes one look per period.

    Parameters
    ----------
    p
        Chance per period, 0 to 1.
    noun
        What a period is called.

    Returns
    -------
    str
        Such as `1 in 400 weeks`, `rarer than 1 in 1,000 weeks`, or `most weeks` for a chance of a half or more.

    Raises
    ------
    MethodError
        When `p` is not a chance.

    Examples
    --------
    >>> one_in(0.00253), one_in(1e-9), one_in(0.31, noun="month"), one_in(0.8)
    ('1 in 400 weeks', 'rarer than 1 in 1,000 weeks', '1 in 3 months', 'most weeks')
    """
    if not 0 <= p <= 1:
        raise MethodError(what=f"{p} is not a chance", now="Give a number from 0 to 1.")
    if p * RAREST < 1:
        return f"rarer than 1 in {RAREST:,} {noun}s"
    often = round(1 / p, -1 if p <= 0.01 else 0)
    return f"1 in {often:,.0f} {noun}s" if p < 0.5 else f"most {noun}s"
