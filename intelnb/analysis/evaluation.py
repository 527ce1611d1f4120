"""Did it work? Crimes before and after in treated places and a comparison area, and whether crime moved or benefit spread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import Period, day_words
from intelnb.errors import MethodError
from intelnb.stats import displacement
from intelnb.tables import counting, options, placed, recording, selection, windows
from intelnb.tables.words import several

ROLES = ("treated", "comparison", "around", "around comparison")
PERCENT_FROM = 20  # no percentage on smaller counts
SHARED_M2 = 1.0  # areas may touch, not overlap
CAVEATS = (
    "It rests on the comparison area: it should be alike and untouched, and be chosen before looking at the result.",
    "Places chosen because they were at their worst fall by themselves; a longer time before shows it.",
)


def before_after(
    crimes: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    name: str,
    before: Period,
    after: Period,
    as_at: datetime,
    breaks: pd.DataFrame | None = None,
    level: float = 0.95,
) -> Result:
    """Say how many crimes fewer or more there were than the comparison area led one to expect, and whether they moved.

    Both times are counted as they were known equally long after their end, and scaled to the length of the time after.
    The same season before and after keeps the season out of the answer.

    Parameters
    ----------
    crimes
        The crimes table, chosen by kind, read wide enough to hold all the places.
    places
        Polygons with a `role`: "treated" and "comparison"; "around" for a ring round the treated places, where crime
        may have moved to or benefit spread; "around comparison" for one round the comparison area. None overlaps another.
    name
        Name of the Result on its page.
    before, after
        The two times; they do not overlap.
    as_at
        The moment the data are known to.
    breaks
        Known breaks in recording that touch these crimes: a lasting one between the two times, or a passing one in
        either, refuses the question.
    level
        Share of chance the ranges cover, under 1.

    Returns
    -------
    Result
        Table `role, before, after, before_scaled, change_percent` (blank under 20 crimes). Not assessed when places
        are withheld or too coarse, recording changed, the time after is not over, or an area had no crime.

    Raises
    ------
    MethodError
        For roles that are missing or unknown, areas that overlap, a CRS that is not in metres, or times that overlap.

    References
    ----------
    Wheeler, A. P. and Ratcliffe, J. H. (2018). A simple weighted displacement difference test. Crime Science 7(11).
    Bowers, K. J. and Johnson, S. D. (2003). Measuring the geographical displacement and diffusion of benefit effects of
    crime prevention activity. Journal of Quantitative Criminology 19(3).

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> from intelnb.dates import parse
    >>> x = [50.0] * 60 + [250.0] * 60
    >>> when = pd.to_datetime((["2026-10-01"] * 40 + ["2026-11-01"] * 20) + ["2026-10-01"] * 30 + ["2026-11-01"] * 30)
    >>> crimes = gpd.GeoDataFrame({"easting": x, "northing": 50.0, "middle": when, "hours_wide": 1.0},
    ...     geometry=gpd.points_from_xy(x, [50.0] * 120), crs="EPSG:27700")
    >>> places = gpd.GeoDataFrame({"role": ["treated", "comparison"]},
    ...     geometry=[shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)], crs="EPSG:27700")
    >>> before_after(crimes, places, name="did", before=parse("2026-10-01/2026-10-31"), after=parse("2026-11-01/2026-12-01"),
    ...     as_at=pd.Timestamp("2027-01-01")).sentence
    'Treated places 40 to 20, comparison 30 to 30: effect not shown, 20 fewer than expected (range 41 fewer to 1 more).'
    """
    options.stretch(before=before, after=after)
    options.moment(as_at=as_at)
    options.share(level=level)
    options.outlines(places=places)
    area = _areas(places, before, after)
    side_m = float(np.sqrt(min(shape.area for shape in area.values())))
    status, reason = _refusal(crimes, before, after, as_at=as_at, side_m=side_m, breaks=breaks)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("crimes", "places"))
    counts, unplaced = _counts(crimes, area, before, after, as_at=as_at, side_m=side_m)
    empty = [role for role, pair in counts.items() if not sum(pair)]
    if empty:
        why = f"no crime was counted in: {', '.join(empty)}; choose a longer time, or read a wider area"
        return not_assessed(name, why=why, sources=("crimes", "places"))
    lengths = (before.days, after.days)
    rings = {"around": counts.get("around"), "around_comparison": counts.get("around comparison")}
    local = displacement.weighted_displacement_difference(
        counts["treated"], counts["comparison"], lengths=lengths, level=level
    )
    values: dict[str, Value] = {
        **{f"{role.replace(' ', '_')}_{word}": n for role, pair in counts.items() for word, n in zip(("before", "after"), pair, strict=True)},
        **_difference(local), "level": level, "p": local.p,
    }  # fmt: skip
    if all(rings.values()):
        total = displacement.weighted_displacement_difference(
            counts["treated"], counts["comparison"], **rings, lengths=lengths, level=level
        )
        values |= {f"total_{key}": value for key, value in _difference(total).items()}
    values |= _moved(counts, level=level)
    return Result(
        name=name,
        table=_table(counts, lengths),
        values=values,
        wording=_wording(values),
        settings={
            "before": before.label, "after": after.label, "as_at": str(as_at), "level": level,
            "method": "weighted displacement difference; counts as known equally long after their end",
            "moved_by": "change around against change in the comparison area; quotient where treated places gained",
        },
        caveats=(*CAVEATS, *_said(values, unplaced, lengths)),
        sources=("crimes", "places"),
    )  # fmt: skip


def _areas(places: gpd.GeoDataFrame, before: Period, after: Period) -> dict[str, shapely.Geometry]:
    """One shape for each role, refused where they cannot be compared."""
    if places.crs is None or not places.crs.is_projected:
        raise MethodError(what="the places are not in metres", now="Give them in the force's projected CRS.")
    held = set(places["role"])
    if faults := [f"'{role}' is no role" for role in sorted(held - set(ROLES))]:
        raise MethodError(what="; ".join(faults), now=f"Choose from: {', '.join(ROLES)}.")
    if missing := [role for role in ROLES[:2] if role not in held]:
        raise MethodError(
            what=f"no place is called {' or '.join(missing)}", now="Give treated places and a comparison area."
        )
    if before.start < after.end and after.start < before.end:
        raise MethodError(what=f"{before.label} and {after.label} overlap", now="Give a time before and a time after.")
    if after.start < before.start:
        raise MethodError(what=f"{after.label} comes before {before.label}", now="Turn the two round.")
    shapes = {role: places.geometry[places["role"] == role].union_all() for role in ROLES if role in held}
    for at, (role, shape) in enumerate(shapes.items()):
        for other in list(shapes)[at + 1 :]:
            if shapely.intersection(shape, shapes[other]).area > SHARED_M2:
                raise MethodError(what=f"{role} and {other} overlap", now="Cut one out of the other.")
    return shapes


def _refusal(
    crimes: gpd.GeoDataFrame,
    before: Period,
    after: Period,
    *,
    as_at: datetime,
    side_m: float,
    breaks: pd.DataFrame | None,
) -> tuple[str, str]:
    """Why the two times cannot be compared in these data; blank when they can."""
    status, reason = placed.refusal(crimes, cell_m=side_m, wanted="places of this size")
    if status:
        return status, reason
    if not counting.is_over(after, as_at):
        return "not assessed", "the time after is not over"
    is_whole = all(p.start.day == 1 and p.end.day == 1 for p in (before, after))
    if selection.resolution(crimes) == "month" and not is_whole:
        return "not assessed", "data are monthly and these are not whole months"
    first = selection.covered_from(crimes)
    if first is None or first > before.start:
        since = day_words(first) if first else "never"
        return "not assessed", f"these data begin on {since}, after the time before does"
    same = recording.comparable(crimes, [before, after], breaks=breaks)
    if not same.usable.all():
        return recording.why_unlike(same)
    return "", ""


def _counts(
    crimes: gpd.GeoDataFrame,
    area: Mapping[str, shapely.Geometry],
    before: Period,
    after: Period,
    *,
    as_at: datetime,
    side_m: float,
) -> tuple[dict[str, tuple[int, int]], int]:
    """Crimes of each role before and after, as known equally long after the end of each; and how many had no place."""
    aged = windows.equal_age(crimes, [(p.start, p.end) for p in (before, after)], as_at=as_at).table
    counts: dict[str, list[int]] = {role: [] for role in area}
    unplaced = 0
    for period in (before, after):
        chosen = placed.on_map(aged, since=period.start, until=period.end, cell_m=side_m)
        unplaced += chosen.unplaced + chosen.coarse
        rows = chosen.table
        x, y = rows["easting"].to_numpy(dtype=float), rows["northing"].to_numpy(dtype=float)
        for role, shape in area.items():
            counts[role].append(int(shapely.contains_xy(shape, x, y).sum()))
    return {role: (pair[0], pair[1]) for role, pair in counts.items()}, unplaced


def _difference(found: displacement.Difference) -> dict[str, Value]:
    """A difference and its range in whole crimes and in words."""
    words = [f"{abs(round(n))} {'fewer' if round(n) < 0 else 'more'}" for n in (found.estimate, found.low, found.high)]
    return {
        "difference": round(found.estimate, 1), "low": round(found.low, 1), "high": round(found.high, 1),
        "difference_words": words[0], "low_words": words[1], "high_words": words[2],
        "is_shown": "yes" if found.low > 0 or found.high < 0 else "no",
    }  # fmt: skip


def _moved(counts: Mapping[str, tuple[int, int]], *, level: float) -> dict[str, Value]:
    """Whether crime moved to the ring round the treated places, or benefit spread there."""
    if "around" not in counts:
        return {"moved": "not looked for: no ring was given"}
    found = displacement.relative_change(counts["around"], counts["comparison"], level=level)
    moved = "displacement shown" if found.low > 1 else "spread of benefit shown" if found.high < 1 else "not shown"
    values: dict[str, Value] = {
        "moved": moved, "around_ratio": round(found.ratio, 3), "around_low": round(found.low, 3), "around_high": round(found.high, 3),
    }  # fmt: skip
    if min(counts["comparison"]):
        quotient = displacement.displacement_quotient(counts["treated"], counts["around"], counts["comparison"])
        values["quotient"] = "none: nothing was won inside" if quotient is None else round(quotient, 2)
    return values


def _table(counts: Mapping[str, tuple[int, int]], lengths: tuple[int, int]) -> pd.DataFrame:
    """The counts behind the answer."""
    scale = lengths[1] / lengths[0]
    rows = [
        (role, first, last, round(first * scale, 1), round(100 * (last / (first * scale) - 1)) if min(first, last) >= PERCENT_FROM else np.nan)
        for role, (first, last) in counts.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["role", "before", "after", "before_scaled", "change_percent"])


def _wording(values: Mapping[str, Value]) -> str:
    """The effect with its range, and whether it moved."""
    counted = "Treated places {treated_before} to {treated_after}, comparison {comparison_before} to {comparison_after}"
    if values["is_shown"] == "no":
        return (
            f"{counted}: effect not shown, {{difference_words}} than expected (range {{low_words}} to {{high_words}})."
        )
    moved = str(values["moved"])
    told = {"not shown": "; displacement or spread not shown"}.get(
        moved, "" if moved.startswith("not looked") else f"; {moved}"
    )
    return f"{counted}: {{difference_words}} than expected (range {{low_words}} to {{high_words}}){told}."


def _said(values: Mapping[str, Value], unplaced: int, lengths: tuple[int, int]) -> tuple[str, ...]:
    """What was scaled or left out."""
    told = ["Chance is taken as for single crimes; where crimes come in batches the range is too narrow."]
    if lengths[0] != lengths[1]:
        told.append(
            f"Before lasted {several(lengths[0], 'day')} and after {lengths[1]}: counts before are scaled to the time after."
        )
    if unplaced:
        told.append(
            f"{several(unplaced, 'crime')} of the two times {'has' if unplaced == 1 else 'have'} no place known closely enough and left out."
        )
    if str(values["moved"]).startswith("not looked"):
        told.append("No ring round the treated places was given: displacement was not looked for.")
    return tuple(told)
