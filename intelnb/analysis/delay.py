"""How late are crimes recorded, and how much of the newest days is still to come?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.tables import counting, lateness, options, selection
from intelnb.tables.words import several

if TYPE_CHECKING:
    from datetime import datetime

    from intelnb.dates import Period
    from intelnb.stats import maturity

WITHIN_DAYS = (1, 3, 7, 14, 28)
NEWEST_DAYS = 3
DAY_STEPS = 24 // lateness.STEP_H


def recording_delay(
    crimes: pd.DataFrame, *, as_at: datetime, period: Period | None = None, name: str = "recording_delay"
) -> Result:
    """Say how soon crimes are recorded, and how incomplete the newest days are on past form.

    Assumes that delay has kept its pattern, does not depend on the kind of crime, and that crimes are spread
    evenly over the days asked about. Delay runs from the end of the time a crime may have happened in to its
    recording. Crimes recorded after thirteen weeks are left out and counted.

    Parameters
    ----------
    crimes
        The crimes table.
    as_at
        The moment the data are known to.
    period
        The product's period, to say how much of it is still to come.
    name
        Name of the result.

    Returns
    -------
    Result
        `table`: within_days, share (0-1, of those recorded within thirteen weeks). `values`: incomplete_3
        (percent still to come of the last 3 whole days, of the period when given), incomplete_period (of the period, when given),
        within_1, within_7, within_28 (percent), crimes, without_recorded, beyond (later than thirteen weeks).

    References
    ----------
    Lawless, J. F. (1994). Adjustments for reporting delays and the prediction of occurred but not reported
    events. Canadian Journal of Statistics 22(1).

    Examples
    --------
    >>> from datetime import datetime
    >>> end = pd.date_range("2026-01-01 12:00", "2026-03-01 12:00", freq="D")
    >>> recorded = end + pd.to_timedelta([0, 0, 0, 48] * 15, unit="h")
    >>> crimes = pd.DataFrame({"end": end, "recorded": recorded, "hours_wide": 0.0})
    >>> recording_delay(crimes, as_at=datetime(2026, 3, 2)).sentence
    'The last 3 days are about 15 % incomplete.'
    """
    options.moment(as_at=as_at)
    if period is not None:
        options.stretch(period=period)
    status, why = selection.refusal(crimes, needs=list(lateness.NEEDS))
    if not why and selection.resolution(crimes) == "month":
        why = "data are monthly"
    if why:
        return not_assessed(name, why=why, status=status or "not assessed", sources=("crimes",))
    try:
        found = lateness.learnt(counting.inside(crimes), as_at)
    except MethodError as fault:
        return not_assessed(name, why=fault.what, sources=("crimes",))
    newest = _newest_midnight(as_at, period)
    values: dict[str, Value] = {
        "incomplete_3": _incomplete(found, newest - pd.Timedelta(days=NEWEST_DAYS), newest, as_at=as_at),
        **{f"within_{days}": round(100 * float(found.share[days * DAY_STEPS])) for days in (1, 7, 28)},
        "crimes": found.events,
        "without_recorded": found.without_recorded,
        "beyond": found.beyond_horizon,
    }
    if period is not None:
        start, end = pd.Timestamp(period.start), pd.Timestamp(period.end)
        values["incomplete_period"] = _incomplete(found, start, end, as_at=as_at)
    shares = [round(float(found.share[days * DAY_STEPS]), 4) for days in WITHIN_DAYS]
    return Result(
        name=name,
        table=pd.DataFrame({"within_days": WITHIN_DAYS, "share": shares}),
        values=values,
        wording=f"The last {NEWEST_DAYS} days are about {{incomplete_3}} % incomplete."
        if values["incomplete_3"]
        else f"The last {NEWEST_DAYS} days are complete on past form.",
        settings={
            "newest_days": NEWEST_DAYS,
            "horizon_days": lateness.HORIZON_DAYS,
            "step_hours": lateness.STEP_H,
            "as_at": as_at.isoformat(),
        },
        caveats=_caveats(found),
        sources=("crimes",),
    )


def _newest_midnight(as_at: datetime, period: Period | None) -> pd.Timestamp:
    """The end of the newest whole day the page speaks of: a period that is over has no younger days."""
    midnight = (pd.Timestamp(as_at) + pd.Timedelta(hours=1)).normalize()
    return midnight if period is None else min(midnight, pd.Timestamp(period.end))


def _incomplete(found: maturity.RecordingDelay, start: pd.Timestamp, end: pd.Timestamp, *, as_at: datetime) -> int:
    """Percent still to come of what happened between two moments, evenly spread."""
    return round(100 * (1 - lateness.complete(found.share.tolist(), start, end, as_at=as_at)))


def _caveats(found: maturity.RecordingDelay) -> tuple[str, ...]:
    """What a reader must know of the delay."""
    told = [f"Learnt from {several(found.events, 'crime')}; how much is still to come is an average, not a count."]
    if found.without_recorded:
        told.append(
            f"{several(found.without_recorded, 'crime')} without a recording date {_are(found.without_recorded)} not used."
        )
    if found.recorded_before_event:
        told.append(
            f"{several(found.recorded_before_event, 'crime')} recorded before the end {_are(found.recorded_before_event)} not used."
        )
    if found.beyond_horizon:
        told.append(
            f"{several(found.beyond_horizon, 'crime')} recorded later than thirteen weeks {_are(found.beyond_horizon)} not used."
        )
    return tuple(told)


def _are(n: int) -> str:
    return "is" if n == 1 else "are"
