"""Dose: how much of what was planned for each place was done there?"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import Period
from intelnb.errors import MethodError
from intelnb.tables import options
from intelnb.tables.words import several

UNITS = ("minutes", "visits")
COLUMNS = ["place", "unit", "days_planned", "days_recorded", "planned", "delivered", "share"]


def delivered(
    deliveries: pd.DataFrame,
    *,
    name: str,
    period: Period,
    as_at: datetime,
    action: str = "",
) -> Result:
    """Compare what was done in each place with what was planned for it, in minutes and in visits.

    A day whose delivery is blank is not known: it is left out of the share on both sides and counted, never taken as
    nothing done. A day with nothing planned and something done counts as done.

    Parameters
    ----------
    deliveries
        The deliveries table: one row for each place, day and action.
    name
        Name of the Result on its page.
    period
        The days asked about; days after `as_at` are left out.
    as_at
        The moment the data are known to.
    action
        Code of the action; all where blank.

    Returns
    -------
    Result
        Table `place, unit, days_planned, days_recorded, planned, delivered, share`: `planned` and `delivered` over the
        days with a delivery recorded; the least delivered place first. Not assessed where nothing is planned or recorded.

    Raises
    ------
    MethodError
        For a figure under 0.

    References
    ----------
    Williams, S. and Coupe, T. (2017). Frequency vs. length of hot spots patrols. Cambridge J. Evidence-Based Policing 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> rows = pd.DataFrame({"place": ["P1", "P1", "P2"], "date": pd.to_datetime(["2026-11-09", "2026-11-10", "2026-11-09"]),
    ...     "action": "", "planned_minutes": [45.0, 45.0, 30.0], "delivered_minutes": [25.0, None, 30.0],
    ...     "planned_visits": None, "delivered_visits": None})
    >>> delivered(rows, name="dose", period=parse("2026-W46"), as_at=pd.Timestamp("2026-11-16")).sentence
    '73 % of the minutes planned for 2 places were delivered; least in P1, 56 %.'
    """
    options.stretch(period=period)
    options.moment(as_at=as_at)
    if (state := deliveries.attrs.get("status", "submitted")) == "not submitted":
        return not_assessed(name, why="no deliveries were received", status=state, sources=("deliveries",))
    if state != "submitted" or "place" not in deliveries:
        return not_assessed(name, why="deliveries are withheld from this audience", sources=("deliveries",))
    _check(deliveries)
    day = deliveries["date"]
    during = (day >= pd.Timestamp(period.start)) & (day < pd.Timestamp(period.end)) & (day <= pd.Timestamp(as_at))
    chosen = deliveries[during & ((deliveries["action"] == action) if action else True)]
    table = pd.concat([_by_place(chosen, unit) for unit in UNITS], ignore_index=True)
    table = table.sort_values(["unit", "share", "place"], kind="stable", na_position="last").reset_index(drop=True)
    known = table[table["planned"] > 0]
    if known.empty:
        why = f"no place has both a plan and a delivery recorded in this {period.noun}"
        return not_assessed(name, why=why, sources=("deliveries",))
    unit = "minutes" if (known["unit"] == "minutes").any() else "visits"
    rows = known[known["unit"] == unit]
    all_of_unit = table[table["unit"] == unit]
    values: dict[str, Value] = {
        "unit": unit, "n_places": len(rows), "planned": float(rows["planned"].sum()), "delivered": float(rows["delivered"].sum()),
        "percent": round(100 * float(rows["delivered"].sum() / rows["planned"].sum())), "least": str(rows["place"].iloc[0]),
        "least_percent": round(100 * float(rows["share"].iloc[0])),
        "n_unknown_days": int((all_of_unit["days_planned"] - all_of_unit["days_recorded"]).clip(lower=0).sum()),
        "n_unknown_places": len(all_of_unit) - len(rows),
    }  # fmt: skip
    least = "; least in {least}, {least_percent} %" if len(rows) > 1 else ""
    return Result(
        name=name,
        table=table,
        values=values,
        wording=f"{{percent}} % of the {{unit}} planned for {{n_places}} {{n_places|place|places}} were delivered{least}.",
        settings={"period": period.label, "as_at": str(as_at), "action": action or "all"},
        caveats=_caveats(values),
        grain="point",
        sources=("deliveries",),
    )


def _check(deliveries: pd.DataFrame) -> None:
    """Refuse figures under 0."""
    columns = [f"{part}_{unit}" for part in ("planned", "delivered") for unit in UNITS]
    wrong = [column for column in columns if (deliveries[column].astype(float) < 0).any()]
    if wrong:
        raise MethodError(what=f"{', '.join(wrong)} hold figures under 0", now="Mend them, or leave them blank.")


def _by_place(chosen: pd.DataFrame, unit: str) -> pd.DataFrame:
    """One row for each place with a plan or a delivery in this unit."""
    planned, done = chosen[f"planned_{unit}"].astype(float), chosen[f"delivered_{unit}"].astype(float)
    table = pd.DataFrame(
        {
            "place": chosen["place"], "unit": unit, "days_planned": (planned > 0).astype("int64"),
            "days_recorded": (done.notna() & ((planned > 0) | (done > 0))).astype("int64"),
            "planned": planned.where(done.notna(), 0.0).fillna(0.0), "delivered": done.fillna(0.0),
        }
    )  # fmt: skip
    each = table[(planned.notna() | done.notna()).to_numpy()].groupby(["place", "unit"], sort=True).sum().reset_index()
    share = (each["delivered"] / each["planned"].where(each["planned"] > 0)).astype(float)
    return each.assign(share=np.round(share, 3))[COLUMNS]


def _caveats(values: dict[str, Value]) -> tuple[str, ...]:
    """What is not known, and what a share does not say."""
    told = ["Delivered says that somebody was there, not what was done."]
    if values["n_unknown_days"]:
        told.append(
            f"Delivery not recorded on {several(int(values['n_unknown_days']), 'planned day')}: left out of the share, not counted as nothing."
        )
    if values["n_unknown_places"]:
        told.append(
            f"{several(int(values['n_unknown_places']), 'place', 'has', 'have')} no plan with a delivery recorded and no share."
        )
    return tuple(told)
