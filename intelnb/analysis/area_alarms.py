"""Where is it real? The count of every area of one level against the range its own history leads us to expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.stats.rarity import one_in
from intelnb.tables import counting, expectation, options, recording
from intelnb.tables.words import areas_said, labels, many, several

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from intelnb.dates import Period

AREAS = ["code", "name", "n", "before_silence", "low", "high", "mean", "outside", "status", "one_in"]


def by_area(
    crimes: pd.DataFrame,
    *,
    name: str,
    level: str,
    areas: pd.DataFrame,
    period: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    not_submitted: Mapping[str, str] | None = None,
    alpha: float = 0.01,
    history: int = 156,
) -> Result:
    """Say which areas of one level have more, or fewer, crimes than chance explains.

    Assumes of each area what `expected` does of one series.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen, with a column named by the level.
    name
        Name of the result.
    level
        Area level, such as `ward`.
    areas
        Areas of that level: code, name.
    period, as_at, alpha, history
        As in `expected`.
    breaks
        Known breaks that touch this series in any area; those that name areas touch only these, and what
        lies in them.
    not_submitted
        Areas that did not submit, code and name: they are given no count, only what they sent before.

    Returns
    -------
    Result
        `table`: code, name, n, before_silence (crimes of an area that then did not submit; they count in the
        total alone), low, high, mean, outside, status, one_in. `values`: n (all, areas and
        unplaced), unplaced, areas, assessed, outside, names, alpha.

    Raises
    ------
    MethodError
        When an option is out of range.

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> days = pd.date_range("2026-01-05", "2026-11-15 12:00", freq="12h")
    >>> crimes = pd.DataFrame({"middle": days, "hours_wide": 0.0, "ward": ["C1", "C2"] * (len(days) // 2)})
    >>> areas = pd.DataFrame({"code": ["C1", "C2"], "name": ["Castle", "Brickfields"]})
    >>> found = by_area(crimes, name="w", level="ward", areas=areas, period=parse("2026-W46"), as_at=datetime(2026, 11, 16))
    >>> found.sentence, found.table["n"].tolist()
    ('No ward is outside its expected range this week.', [7, 7])
    """
    options.whole(1, history=history)
    options.share(alpha=alpha)
    status, why = counting.unanswerable(crimes, period, as_at=as_at, needs=["middle", level])
    if not why and period.kind not in ("week", "month"):
        status, why = "not assessed", "an expected range needs a week or a month"
    if why:
        return not_assessed(name, why=why, status=status, grain=level, sources=("crimes",))
    if "level" in areas:
        areas = areas[areas["level"] == level]
    codes = [str(code) for code in areas["code"]]
    periods = counting.history_until(crimes, period, most=counting.as_long_as(history, period) + 1)
    counts = counting.per_period(crimes, periods, as_at=as_at, by=level, groups=codes)
    above = _above(crimes, level=level, levels=areas.attrs.get("levels", ()))
    touching = [recording.touching(crimes, breaks, codes=[code, *above.get(code, ())]) for code in codes]
    same = [recording.comparable(crimes, periods, breaks=one) for one in touching]
    segments = np.array([one.segment for one in same]).reshape(len(codes), len(periods))
    band = expectation.band(counts.n, periods=periods, segments=segments, alpha=alpha)
    not_submitted = not_submitted or {}
    table = _areas(areas, counts, band, same=same, not_submitted=not_submitted)
    called = labels(table)
    outside = [called[str(code)] for code in table.loc[table["outside"] != "", "code"]]
    return Result(
        name=name,
        table=table,
        values={
            "n": int(counts.n[:, -1].sum() + counts.ungrouped[-1]),
            "unplaced": int(counts.ungrouped[-1]),
            "areas": len(codes),
            "assessed": int((table["status"] == "assessed").sum()),
            "outside": len(outside),
            "names": ", ".join(outside),
            "alpha": alpha,
        },
        wording=_areas_wording(table, outside, level=level, when=counting.this(period, as_at)),
        settings={"level": level, "alpha": alpha, "history_periods": len(periods) - 1, "as_at": as_at.isoformat()},
        caveats=counting.caveats(
            counts, as_at=as_at, not_submitted=[n for code, n in not_submitted.items() if code not in codes]
        )
        + _area_caveats(table, int(counts.ungrouped[-1]), level=level, noun=period.noun),
        grain=level,
        sources=("crimes",),
        status=_status(table),
    )


def _areas(
    areas: pd.DataFrame,
    counts: counting.Counts,
    band: expectation.Band,
    *,
    same: Sequence[recording.Comparable],
    not_submitted: Mapping[str, str],
) -> pd.DataFrame:
    """One row per area; one that did not submit has no count and no range."""
    silent = np.array([code in not_submitted for code in counts.groups], dtype=bool)
    judged = (band.method[:, 0] != "") & ~silent
    status = [
        "not submitted" if hushed else "assessed" if method else "break in recording" if one.changed else "not assessed"
        for hushed, one, method in zip(silent, same, band.method[:, 0], strict=True)
    ]
    return pd.DataFrame(
        {
            "code": list(counts.groups),
            "name": [str(label) for label in areas["name"]],
            "n": expectation.whole(np.where(silent, -1, counts.n[:, -1])),
            "before_silence": expectation.whole(np.where(silent, counts.n[:, -1], -1)),
            "low": expectation.whole(np.where(judged, band.low[:, 0], -1)),
            "high": expectation.whole(np.where(judged, band.high[:, 0], -1)),
            "mean": pd.array(np.where(judged, band.mean[:, 0].round(2), np.nan), dtype="Float64"),
            "outside": [
                expectation.SIDES[int(side)] if ok else "" for side, ok in zip(band.outside[:, 0], judged, strict=True)
            ],
            "status": status,
            "one_in": [
                one_in(p, noun=counts.periods[-1].noun) if ok else ""
                for p, ok in zip(band.p[:, 0], judged, strict=True)
            ],
        },
        columns=AREAS,
    )


def _above(crimes: pd.DataFrame, *, level: str, levels: Sequence[str]) -> dict[str, set[str]]:
    """Codes of the larger areas each area lies in, as the crimes in it say."""
    larger = [one for one in levels[: levels.index(level)] if one in crimes] if level in levels else []
    found: dict[str, set[str]] = {}
    for one in larger:
        for code, other in crimes[[level, one]].drop_duplicates().itertuples(index=False):
            found.setdefault(str(code), set()).add(str(other))
    return found


def _status(table: pd.DataFrame) -> str:
    """The status of all areas together: there is an answer where one has one, and one reason where all that sent share it."""
    held = set(table["status"])
    if "assessed" in held:
        return "assessed"
    reasons = held - {"not submitted"} or held
    return str(*reasons) if len(reasons) == 1 else "not assessed"


def _areas_wording(table: pd.DataFrame, outside: Sequence[str], *, level: str, when: str) -> str:
    """The sentence over all areas."""
    status = _status(table)
    if status == "not submitted":
        return f"Not submitted: no {level} has sent its crimes of {when}."
    if status != "assessed":
        return f"{status[0].upper()}{status[1:]}: no {level} has enough comparable history."
    if not outside:
        return f"No {level} is outside its expected range {when}."
    more = f" and {len(outside) - 3} more" if len(outside) > 3 else ""
    shown = ", ".join(outside[:3]).replace("{", "(").replace("}", ")")
    verb = "is" if len(outside) == 1 else "are"
    return f"{{outside}} of {{areas}} {{areas|{level}|{many(level)}}} {verb} outside the expected range {when}: {shown}{more}."


def _area_caveats(table: pd.DataFrame, unplaced: int, *, level: str, noun: str) -> tuple[str, ...]:
    """What a reader must know of the areas: those without a place, a count or a range."""
    found = [f"{several(unplaced, 'crime', 'lies', 'lie')} in no {level} and {_are(unplaced)} counted apart."] * (
        unplaced > 0
    )
    called, of = labels(table), len(table)
    held = {status: [called[code] for code in part["code"].astype(str)] for status, part in table.groupby("status")}
    if silent := held.get("not submitted", []):
        before = int(table["before_silence"].sum())
        kept = f"; {several(before, 'crime')} of this {noun} from before the silence count{'s' * (before == 1)} in the total alone"
        found.append(f"No count is given for {areas_said(silent, level=level, of=of)}{kept if before else ''}.")
    if broken := held.get("break in recording", []):
        found.append(f"Break in recording, so no range is given: {areas_said(broken, level=level, of=of)}.")
    # where no area is assessed the sentence itself says that history is too short
    if (thin := held.get("not assessed", [])) and "assessed" in held:
        found.append(f"Too little history for a range: {areas_said(thin, level=level, of=of)}.")
    return tuple(found)


def _are(n: int) -> str:
    return "is" if n == 1 else "are"
