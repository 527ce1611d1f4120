"""Who has stopped sending? Areas and months whose silence chance does not explain."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.dates import parse, short_day
from intelnb.tables import counting, coverage, options, selection
from intelnb.tables.words import labels, listed, several

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intelnb.dates import Period

BASELINE_DAYS = 91  # the pace of an area is learnt from the thirteen weeks before it fell silent
FALSE_CHANCE = 0.01  # chance of calling any area silent wrongly, all areas together
COLUMNS = ["code", "name", "since", "expected", "status"]
MOST_NAMED = 3  # names a sentence holds
ROUND = 100  # crimes in the margin of an area: with so many, none inside it is no quiet area


def silent_areas(
    crimes: pd.DataFrame,
    *,
    level: str,
    areas: pd.DataFrame,
    as_at: datetime,
    period: Period,
    months: Sequence[str] = (),
    name: str = "submission",
) -> Result:
    """Find areas that have sent nothing for so long that chance does not explain it, and missing months.

    A table that was read knows which months its files hold; then a month without crimes among them is a true zero.

    Assumes an area records at the pace of the thirteen weeks before its last record. Where records carry the
    moment of recording, silence is measured in recording; else in when crimes happened. Monthly data are
    judged month by month, each area against its other months.

    Parameters
    ----------
    crimes
        All crimes of the product's area.
    level
        Column that says which area a crime belongs to: an area level, or `area` (as recorded).
    areas
        Areas asked about: code, name.
    as_at
        The moment the data are known to.
    period
        The product's period: nothing after its end is judged.
    months
        Months that monthly data should hold (`2026-10`); none means all from the first to the period's end.
    name
        Name of the result.

    Returns
    -------
    Result
        `table`: code, name (what a reader calls it), since (first silent day), expected (crimes), status
        `not submitted`; blank code for all areas together. `values`: n, codes, areas.

    Examples
    --------
    >>> from datetime import datetime
    >>> days = pd.date_range("2026-08-01", "2026-11-15 12:00", freq="12h")
    >>> crimes = pd.DataFrame({"middle": days, "recorded": days, "hours_wide": 0.0, "ward": ["S4", "S1"] * 107})
    >>> crimes = crimes[(crimes["ward"] == "S1") | (crimes["middle"] < "2026-11-01")]
    >>> areas = pd.DataFrame({"code": ["S1", "S4"], "name": ["Carr", "Saltings"]})
    >>> silent_areas(crimes, level="ward", areas=areas, as_at=datetime(2026, 11, 16), period=parse("2026-W46")).sentence
    'Saltings has sent nothing since 1 Nov, where about 16 crimes were expected.'
    """
    options.moment(as_at=as_at)
    options.stretch(period=period)
    status, why = selection.refusal(crimes, needs=["middle", level])
    rows = crimes if why else counting.inside(crimes)
    if not why and not len(rows) and len(crimes) >= ROUND:
        missed = "No crime at all is held of this area, and many are held round it."
        return Result(name, pd.DataFrame(), {}, missed, status="not submitted", grain=level, sources=("crimes",))
    if why or not rows["middle"].notna().any():
        why = why or "there are no crimes to judge by"
        return not_assessed(name, why=why, status=status or "not assessed", sources=("crimes",))
    called = labels(areas)
    monthly = selection.resolution(crimes) == "month"
    asked = list(months or _months(rows, period))
    found = (
        _missing_months(rows, level=level, areas=called, months=asked)
        if monthly
        else _silent(rows, level=level, areas=called, until=_judged_until(period, as_at))
    )
    unsent: list[tuple[str, str, date, float, str]] = []
    if "covered" in crimes.attrs:  # the files say which months they hold, and need not be doubted
        unsent = _never_sent(rows, level=level, areas=called, months=asked)
        told = {(one[0], one[2]) for one in unsent}
        found = [one for one in found if one[0] and (one[0], one[2]) not in told] + unsent
    table = pd.DataFrame(found + _never(rows, level=level, areas=called), columns=COLUMNS)
    return Result(
        name=name,
        table=table,
        values={"n": len(table), "codes": ", ".join(table["code"]), "areas": ", ".join(dict.fromkeys(table["name"]))},
        wording=_wording(table, monthly=monthly, unsent=unsent, year=period.end.year)
        .replace("{", "(")
        .replace("}", ")"),
        settings={"level": level, "false_chance": FALSE_CHANCE, "baseline_days": BASELINE_DAYS, "areas": len(areas)},
        caveats=(*(one.caveat() for one in coverage.gaps_of(crimes)), *_caveats(rows, level=level, areas=called)),
        grain=level,
        sources=("crimes",),
    )


def _judged_until(period: Period, as_at: datetime) -> datetime:
    """The end of the period, or where the data end before it: later records were not asked for."""
    return min(as_at, datetime.combine(period.end, time()))


def _sent_until(rows: pd.DataFrame, *, area: str, until: datetime) -> datetime:
    """The moment up to which an area's silence says something: months that were not sent are told by themselves."""
    sent = coverage.sent_until(rows, area=area, end=until.date() + timedelta(days=1))
    return min(until, datetime.combine(sent, time()))


def _silent(
    rows: pd.DataFrame, *, level: str, areas: Mapping[str, str], until: datetime
) -> list[tuple[str, str, date, float, str]]:
    """Areas whose silence up to a moment is rarer than the stated chance, or that were sent less far than the others."""
    moment = rows["recorded"].fillna(rows["middle"]) if "recorded" in rows else rows["middle"]
    known = moment <= pd.Timestamp(until)
    judged, whole = {c: _sent_until(rows, area=c, until=until) for c in areas}, _sent_until(rows, area="", until=until)
    moments = {code: group.to_numpy() for code, group in moment[known].groupby(rows.loc[known, level])}
    begins = np.datetime64(moment[known].min()) if known.any() else np.datetime64(until)
    found = []
    for code, label in areas.items():
        if code not in moments:
            continue
        times = moments[code]
        last = times.max()
        first = max(begins, last - np.timedelta64(BASELINE_DAYS, "D"))
        days = (last - first) / np.timedelta64(1, "D")
        silent_days = (np.datetime64(judged[code]) - last) / np.timedelta64(1, "D")
        # the last record ends the stretch it is counted in, so it is not counted itself
        pace = (int((times >= first).sum()) - 1) / days if days > 0 else 0.0
        expected = pace * silent_days
        if judged[code] < whole:  # its feed alone is behind: the files say so, and chance has nothing to judge
            behind = (whole - judged[code]) / timedelta(days=1)
            found.append((code, label, judged[code].date(), round(pace * behind, 1), "not submitted"))
        elif np.exp(-expected) * len(areas) < FALSE_CHANCE:
            since = pd.Timestamp(last).date() + timedelta(days=1)
            found.append((code, label, since, round(expected, 1), "not submitted"))
    return found


def _missing_months(
    rows: pd.DataFrame, *, level: str, areas: Mapping[str, str], months: Sequence[str]
) -> list[tuple[str, str, date, float, str]]:
    """Months without a single row, over all areas or in one whose other months make that implausible."""
    labels = rows["middle"].dt.strftime("%Y-%m")
    counts = pd.crosstab(rows[level], labels).reindex(index=list(areas), columns=list(months), fill_value=0)
    found = []
    empty = set(labels)
    for month in months:
        if month not in empty:
            others = len(rows) / max(len(empty), 1)
            found.append(("", "All areas", parse(month).start, round(others, 1), "not submitted"))
    held = [month for month in months if month in empty]
    tests = max(len(held) * len(areas), 1)
    for code, label in areas.items():
        total = int(counts.loc[code].to_numpy().sum())
        for month in held:
            expected = total / max(len(held) - 1, 1)
            if counts.loc[code, month] == 0 and np.exp(-expected) * tests < FALSE_CHANCE:
                found.append((code, label, parse(month).start, round(expected, 1), "not submitted"))
    return found


def _never_sent(
    rows: pd.DataFrame, *, level: str, areas: Mapping[str, str], months: Sequence[str]
) -> list[tuple[str, str, date, float, str]]:
    """Months that were not sent whole: for all areas together, or for those whose feed alone did not send them."""
    periods = [parse(month) for month in months]
    every = coverage.submitted(rows, periods)
    usual, counts = len(rows) / max(int(every.sum()), 1), rows[level].value_counts()
    own = {code: coverage.submitted(rows, periods, area=code) for code in areas}
    found = []
    for at in np.flatnonzero(~np.all([every, *own.values()], axis=0)):
        start = periods[at].start
        silent = [code for code, sent in own.items() if not sent[at]]
        if len(silent) == len(areas) or not silent:
            found.append(("", "All areas", start, round(usual, 1), "not submitted"))
            continue
        expected = {code: float(counts.get(code, 0)) / max(int(own[code].sum()), 1) for code in silent}
        found += [(code, areas[code], start, round(expected[code], 1), "not submitted") for code in silent]
    return found


def _never(rows: pd.DataFrame, *, level: str, areas: Mapping[str, str]) -> list[tuple[str, str, date, float, str]]:
    """Areas without a single record, where most have some, and even the quietest of these too many for chance."""
    counts = rows[level].value_counts()
    held = counts[counts.index.isin(list(areas))]
    if len(held) * 2 < len(areas) or held.empty or np.exp(-float(held.min())) * len(areas) >= FALSE_CHANCE:
        return []
    since = rows["middle"].min().date()
    return [
        (code, label, since, float(held.min()), "not submitted")
        for code, label in areas.items()
        if code not in held.index
    ]


def _months(rows: pd.DataFrame, period: Period) -> list[str]:
    """Every whole month from the first in the data to the period's end; one that goes on after it was not read."""
    first, last = pd.Period(rows["middle"].min(), freq="M"), pd.Period(period.end, freq="M") - 1
    return [str(month) for month in pd.period_range(first, last)]


def _caveats(rows: pd.DataFrame, *, level: str, areas: Mapping[str, str]) -> tuple[str, ...]:
    """What a reader must know of silence, and which areas never sent anything."""
    sent = set(rows[level])
    never = [label for code, label in areas.items() if code not in sent]
    told = (f"These data hold no crime at all in {listed(never, most=MOST_NAMED)}.",) if never else ()
    return (
        *told,
        "An area that records few crimes can be silent for weeks before it is noticed.",
        "Silence is also what a quiet area or a late batch looks like: ask before concluding.",
    )


def _wording(
    table: pd.DataFrame, *, monthly: bool, unsent: Sequence[tuple[str, str, date, float, str]], year: int
) -> str:
    """The sentence about all silent areas, the one most missed first."""
    if table.empty:
        return "No area has been silent for longer than chance explains."
    rows = table.sort_values("expected", ascending=False, kind="stable").to_dict("records")
    row = rows[0]
    due = several(max(round(row["expected"]), 1), "crime", "was", "were")
    if (row["code"], row["since"]) in {(one[0], one[2]) for one in unsent}:
        start = parse(f"{row['since']:%Y-%m}").words()
        text = f"{row['name']}: {start} was not sent whole; about {due} expected"
    elif monthly:
        start = parse(f"{row['since']:%Y-%m}").words()
        text = f"{row['name']}: nothing was sent for {start}, where about {due} expected"
    else:
        since = short_day(row["since"]) + ("" if row["since"].year == year else f" {row['since'].year}")
        text = f"{row['name']} has sent nothing since {since}, where about {due} expected"
    return f"{text}; {len(rows) - 1} more listed." if len(rows) > 1 else f"{text}."
