"""Links: who or what was seen with whom or what, read whole."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from intelnb.intake import clearance, reading, values
from intelnb.intake.column_map import Plan
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.intake.values import Problem, Typed
from intelnb.tables.contract import MOMENT
from intelnb.tables.links import CONTRACT


def read(request: Request) -> Loaded:
    """Read links between entities, as one audience may have them.

    A link that rests on a log is as restricted as the log; the link itself does not say how far that goes, so
    it is for the unit alone.

    Parameters
    ----------
    request
        What is asked, and for whom; area and period make no difference.

    Returns
    -------
    The reduced table and its source.

    Raises
    ------
    IntelError
        When files, map or settings cannot be used.
    """
    rows = reading.rows(request, CONTRACT, checks=CHECKS, settle=_ended)
    rests_on_log = (rows.table["urn"] != "").to_numpy(dtype=bool)
    return clearance.hand_over_all(rows, CONTRACT, request, only_for_unit=rests_on_log)


def _intervals(typed: Typed, plan: Plan) -> Sequence[Problem]:
    return values.ends_before_start(typed, told=plan.heading("end"))


def _ended(typed: Typed) -> pd.DataFrame:
    """An end without a time is the end of that day."""
    return typed.table.assign(end=typed.stated_end["end"].astype(MOMENT))


CHECKS = (_intervals,)
"""Checks of this kind beyond its contract."""
