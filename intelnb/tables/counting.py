"""Counting crimes per period so that periods can be compared: each as it was known equally long after it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.dates import day_words, periods_until
from intelnb.tables import lateness, options
from intelnb.tables.coverage import Gap, begun, gaps, submitted, why_unsent
from intelnb.tables.selection import covered_from, refusal, resolution
from intelnb.tables.words import listed, several

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from intelnb.dates import Period

_MOST_NAMED = 4
_COMPLETE = 0.98  # what is still to come of a period is said from two in a hundred on
SPARE_H = 6  # an export of the last evening holds the period: monthly data end with its last second
SHORT_DAYS = 28  # a period shorter than this cannot be counted from monthly data


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts of shape (groups, periods), oldest period first, and what a reader must know about them.

    `n` compares like with like; `by_now` holds every crime recorded by the moment the data are known to.
    `submitted` says which periods the force sent at all: the others hold no crime, and are no zero; `gaps` are those
    that touch the periods, and `begun` is the first day held of the last period. `complete` is
    the share of the last period that is recorded by then on past form, where the table knows how late that is.
    """

    periods: tuple[Period, ...]
    groups: tuple[str, ...]
    n: NDArray[np.int64]
    by_now: NDArray[np.int64]
    ungrouped: NDArray[np.int64]
    without_recorded: int
    in_future: int
    dated: int
    submitted: NDArray[np.bool_]
    complete: float
    begun: date
    gaps: tuple[Gap, ...] = ()


def per_period(
    crimes: pd.DataFrame, periods: Sequence[Period], *, as_at: datetime, by: str = "", groups: Sequence[str] = ("",)
) -> Counts:
    """Count crimes by the middle of their interval in consecutive periods, all at the maturity of the last.

    If the last period ended two days before `as_at`, every earlier one is counted as it was known two days
    after its own end: late recording then never makes a false fall. A crime without a recording date
    counts as known at once. Rows outside the area asked for are not counted.

    Parameters
    ----------
    crimes
        The crimes table, or rows chosen from it.
    periods
        Consecutive periods, oldest first.
    as_at
        The moment the data are known to, local clock time.
    by
        Column to count apart by (an area level, `kind`); blank counts all together.
    groups
        The values of `by` that have a row of counts; other values are counted in `ungrouped`.

    Returns
    -------
    Counts
        `n` of shape (groups, periods), `ungrouped` (periods); the groups and `ungrouped` add up to all rows.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> times = pd.to_datetime(["2026-11-03", "2026-11-04", "2026-11-10"])
    >>> recorded = pd.to_datetime(["2026-11-03", "2026-11-12", "2026-11-10"])
    >>> crimes = pd.DataFrame({"middle": times, "recorded": recorded})
    >>> weeks = periods_until(parse("2026-W46"), count=2)
    >>> per_period(crimes, weeks, as_at=datetime(2026, 11, 16, 5)).n.tolist()
    [[1, 1]]
    """
    within = crimes["inside"].to_numpy(dtype=bool) if "inside" in crimes else slice(None)
    edges = np.array([p.start for p in periods] + [periods[-1].end], dtype="datetime64[us]")
    middle = crimes["middle"].to_numpy()[within].astype("datetime64[us]")
    recorded = recorded_at(crimes)[within]
    lag = np.datetime64(as_at, "us") - edges[-1]
    step = np.searchsorted(edges, middle, side="right") - 1
    dated = ~np.isnat(middle) & (step >= 0) & (step < len(periods))
    cut = edges[1:][np.clip(step, 0, len(periods) - 1)] + lag
    known = known_at(crimes)[within]
    kept = dated & (known <= cut)
    group = _group(crimes, by, groups)[within]
    cell = group * len(periods) + step
    table, by_now = (
        np.bincount(cell[chosen], minlength=(len(groups) + 1) * len(periods)).reshape(-1, len(periods)).astype(np.int64)
        for chosen in (kept, dated & (known <= np.datetime64(as_at, "us")))
    )
    return Counts(
        periods=tuple(periods),
        groups=tuple(groups),
        n=table[:-1],
        by_now=by_now[:-1],
        ungrouped=table[-1],
        without_recorded=int((np.isnat(recorded) & dated).sum()),
        in_future=int((middle > np.datetime64(as_at)).sum()),
        dated=int(dated.sum()),
        submitted=submitted(crimes, periods),
        complete=lateness.complete(
            crimes.attrs.get("delay", ()), pd.Timestamp(periods[-1].start), pd.Timestamp(periods[-1].end), as_at=as_at
        ),
        gaps=gaps(crimes, periods),
        begun=begun(crimes, since=periods[-1].start),
    )


def inside(crimes: pd.DataFrame) -> pd.DataFrame:
    """The rows inside the area asked for, without those read only for the margin round it."""
    return crimes[crimes["inside"].to_numpy(dtype=bool)] if "inside" in crimes else crimes


def history_until(crimes: pd.DataFrame, period: Period, *, most: int) -> list[Period]:
    """The covered periods up to and with `period`, at most so many, oldest first; the period itself always.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> crimes = pd.DataFrame({"middle": pd.to_datetime(["2026-10-26", "2026-11-10"]), "hours_wide": 0})
    >>> [p.label for p in history_until(crimes, parse("2026-W46"), most=156)]
    ['2026-W44', '2026-W45', '2026-W46']
    """
    periods = periods_until(period, count=most)
    first = covered_from(crimes)
    if first is None:
        return periods
    return [p for p in periods if p.start >= first or p is periods[-1]]


def unanswerable(
    crimes: pd.DataFrame, period: Period, *, as_at: datetime, needs: Sequence[str] = ("middle",)
) -> tuple[str, str]:
    """Say why crimes cannot be counted in this period at all: status and reason, both blank when they can."""
    options.stretch(period=period)
    options.moment(as_at=as_at)
    status, why = refusal(crimes, needs=needs)
    if not why and period.days < SHORT_DAYS and resolution(crimes) == "month":
        status, why = "not assessed", "data are monthly"
    if not why and as_at < _midnight(period.start):
        status, why = "not assessed", f"data end on {day_words(as_at.date())}, before this {period.noun}"
    if not why and as_at < _midnight(period.start + timedelta(days=1)):
        status, why = "not assessed", f"this {period.noun} has only just begun"
    if not why and ((first := covered_from(crimes)) is None or first >= period.end):
        status, why = "not assessed", f"these data hold no crime as early as this {period.noun}"
    if not why and (told := why_unsent(crimes, [period])[0]):
        status, why = "not submitted", told
    return status, why


def is_over(period: Period, as_at: datetime) -> bool:
    """Whether the data reach the end of a period, but for its last six hours at most, or an hour of each of few days.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> [is_over(parse("2026-10"), datetime(2026, 10, 31, hour, 59, 59)) for hour in (12, 23)]
    [False, True]
    """
    return bool(pd.Timestamp(as_at) >= _midnight(period.end) - timedelta(hours=min(period.days, SPARE_H)))


def this(period: Period, as_at: datetime) -> str:
    """What a sentence calls the period asked about: `this week`, or `this week so far` while it is not over.

    Examples
    --------
    >>> from intelnb.dates import parse
    >>> this(parse("2026-W46"), datetime(2026, 11, 16, 5)), this(parse("2026-W46"), datetime(2026, 11, 14))
    ('this week', 'this week so far')
    """
    return f"this {period.noun}" + ("" if is_over(period, as_at) else " so far")


def on_top(counts: Counts, *, as_at: datetime) -> tuple[str, ...]:
    """Say that what is recorded later comes on top of a level, unless the last period is complete on past form.

    Counts that nobody knows the recording of are not those of any age, and nothing is said of them.

    Parameters
    ----------
    counts
        The counts the level is told from.
    as_at
        The moment the data are known to.
    """
    if counts.complete >= _COMPLETE or counts.without_recorded == counts.dated:
        return ()
    last = counts.periods[-1]
    days = (as_at.date() - last.end).days
    when = f"{several(days, 'day')} after each {last.noun}" if days > 0 else f"as each {last.noun} ended"
    return (f"Counts are those known {when}; what is recorded later comes on top.",)


def as_long_as(weeks: int, period: Period) -> int:
    """How many periods of this kind last about so many weeks."""
    return (
        weeks
        if period.kind == "week"
        else max(round(weeks * 7 / (period.days if period.kind != "month" else 30.44)), 1)
    )


def caveats(
    counts: Counts, *, as_at: datetime, not_submitted: Collection[str] = (), called: str = ""
) -> tuple[str, ...]:
    """What a reader must know of these counts: what is not in them, late records, unfinished or impossible dates.

    Parameters
    ----------
    counts
        The counts.
    as_at
        The moment the data are known to.
    not_submitted
        Names of areas that did not submit.
    called
        What the last period is called where it is not the one asked about: its label.
    """
    first, last = counts.periods[0], counts.periods[-1]
    found = []
    if missing := sorted({*not_submitted} - {""}):
        them = "it" if len(missing) == 1 else "them"
        found.append(f"{listed(missing)} did not submit: counts that include {them} are too low.")
    if last.start < counts.begun < last.end:
        found.append(
            f"These data hold no crime before {day_words(counts.begun)}: the days of this {last.noun} before it are not "
            "held, and are no quiet time."
        )
    if not is_over(last, as_at):
        found.append(
            f"The {last.noun} is not over: counted to {day_words(as_at.date())} and compared with the same "
            f"part of earlier {last.noun}s."
        )
    found += [one.caveat(last.noun) for one in counts.gaps]
    silent = [any(one.touches(p) for one in counts.gaps) for p in counts.periods]
    if not (counts.submitted | silent).all():
        asked = zip(counts.periods, counts.submitted, silent, strict=True)
        gone = [p.label for p, sent, is_silent in asked if not (sent or is_silent)]
        more = f" and {len(gone) - _MOST_NAMED:,} more" if len(gone) > _MOST_NAMED else ""
        found.append(f"Not submitted: {', '.join(gone[:_MOST_NAMED])}{more}. They are no zeros and are left out.")
    if counts.complete < _COMPLETE:
        still = round(100 * (1 - counts.complete))
        found.append(
            f"About {still} % of {called or f'this {last.noun}'}'s crimes are still to be recorded on past form; earlier "
            f"{last.noun}s are counted at the same age."
        )
    if counts.without_recorded:
        who = (
            "No crime has a recording date: each counts"
            if counts.without_recorded == counts.dated
            else f"Since {day_words(first.start)}, {several(counts.without_recorded, 'crime', 'has', 'have')} no "
            f"recording date and {'counts' if counts.without_recorded == 1 else 'count'}"
        )
        found.append(f"{who} as known at once, so the latest {last.noun} may be incomplete.")
    if counts.in_future:
        told = several(counts.in_future, "crime", "is", "are")
        found.append(f"{told} dated after the data end and not counted.")
    return tuple(found)


def known_at(rows: pd.DataFrame) -> NDArray[np.datetime64]:
    """When each crime became known: at its recording, never before its middle, and at once where nobody says when.

    Examples
    --------
    >>> times = pd.to_datetime(["2026-11-03", "2026-11-04"])
    >>> recorded = pd.to_datetime(["2026-11-05", None])
    >>> known_at(pd.DataFrame({"middle": times, "recorded": recorded})).astype("datetime64[D]").tolist()
    [datetime.date(2026, 11, 5), datetime.date(2026, 11, 4)]
    """
    middle, recorded = rows["middle"].to_numpy().astype("datetime64[us]"), recorded_at(rows)
    return np.where(np.isnat(recorded), middle, np.maximum(recorded, middle))


def recorded_at(rows: pd.DataFrame) -> NDArray[np.datetime64]:
    """Recording moments, all missing where the table has none."""
    if "recorded" not in rows:
        return np.full(len(rows), np.datetime64("NaT", "us"))
    return np.asarray(rows["recorded"].to_numpy()).astype("datetime64[us]")


def _group(rows: pd.DataFrame, by: str, groups: Sequence[str]) -> NDArray[np.int64]:
    """Number of each row's group; rows of no group get the number after the last."""
    if not by:
        return np.zeros(len(rows), dtype=np.int64)
    found = np.asarray(pd.Index(groups).get_indexer(pd.Index(rows[by].astype(object))), dtype=np.int64)
    return np.where(found < 0, len(groups), found)


def _midnight(day: date) -> pd.Timestamp:
    """The first moment of a day."""
    return pd.Timestamp(day)
