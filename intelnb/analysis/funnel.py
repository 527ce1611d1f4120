"""Which areas differ from the others, given how many people live there? A funnel instead of a league table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats.funnel import FEWEST_AREAS, LIMITS, WINSORISED, Funnel, funnel
from intelnb.tables import counting, options
from intelnb.tables.population import by_code
from intelnb.tables.words import labels, listed, many, several

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from numpy.typing import NDArray

    from intelnb.dates import Period

PER = 1000
COLUMNS = [
    "code",
    "name",
    "n",
    "population",
    "rate",
    "expected",
    "low",
    "high",
    "low_998",
    "high_998",
    "outside",
    "status",
]


def areas_compared(
    crimes: pd.DataFrame,
    *,
    name: str,
    level: str,
    areas: pd.DataFrame,
    population: pd.DataFrame,
    period: Period,
    as_at: datetime,
    not_submitted: Collection[str] = (),
    spread: Literal["none", "multiplicative", "additive"] = "additive",
) -> Result:
    """Say which areas have more or fewer crimes than areas of their size usually have.

    Assumes that areas differ by chance and, from ten areas on, as much beyond it as most of them do; the most extreme
    tenth at either end does not count for that. An area far outside is different, not well or badly run.

    Parameters
    ----------
    crimes
        The crimes of one series, already chosen, with a column named by the level.
    name
        Name of the Result.
    level
        Area level, such as `ward`.
    areas
        Areas of that level: code, name.
    population
        What areas are measured by, `code, population`: residents (`tables.population.residents`), homes, vehicles.
    period
        The week, month or range asked about; a year is better than a week.
    as_at
        The moment the data are known to.
    not_submitted
        Codes of areas that did not submit: they are left out of the comparison.
    spread
        How areas differ beyond chance: `none`, `multiplicative` (in proportion to chance) or `additive` (by a share
        of their rate).

    Returns
    -------
    Result
        Table `code, name, n, population, rate` (per 1,000)`, expected, low, high` (counts, 19 of 20 such areas lie
        between)`, low_998, high_998` (998 of 1,000)`, outside` (`above`, `below` or blank, by the wider limits)`,
        status`. Values: n, areas (compared), above, below, names, unevenness, by_chance (areas that chance alone puts
        outside).

    Raises
    ------
    MethodError
        For a population that lacks a column or repeats a code, or a spread that is none of the three.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24(8).

    Examples
    --------
    >>> from datetime import datetime
    >>> from intelnb.dates import parse
    >>> wards = ["A"] * 10 + ["B"] * 12 + ["C"] * 40
    >>> crimes = pd.DataFrame({"middle": pd.Timestamp("2026-10-14"), "hours_wide": 0.0, "ward": wards})
    >>> areas = pd.DataFrame({"code": ["A", "B", "C"], "name": ["Ash", "Birch", "Cedar"]})
    >>> people = pd.DataFrame({"code": ["A", "B", "C"], "population": [4000, 4000, 4000]})
    >>> areas_compared(crimes, name="f", level="ward", areas=areas, population=people, period=parse("2026-10"),
    ...     as_at=datetime(2026, 11, 16)).sentence
    '1 of 3 wards has more crimes than areas of its size usually have: Cedar.'
    """
    options.choice(("none", "multiplicative", "additive"), spread=spread)
    status, why = counting.unanswerable(crimes, period, as_at=as_at, needs=["middle", level])
    if why:
        return not_assessed(name, why=why, status=status, grain=level, sources=("crimes",))
    size_of = by_code(population)
    chosen = areas[areas["level"] == level] if "level" in areas else areas
    codes = [str(code) for code in chosen["code"]]
    counts = counting.per_period(crimes, [period], as_at=as_at, by=level, groups=codes)
    n = counts.n[:, 0]
    size = size_of.reindex(codes).to_numpy(dtype=np.float64)
    silent = np.isin(codes, list(not_submitted))
    used = np.isfinite(size) & (size > 0) & ~silent
    if used.sum() < 2 or n[used].sum() == 0:
        why = "fewer than two areas have residents and crimes to compare"
        return not_assessed(name, why=why, grain=level, sources=("crimes",))
    found = funnel(n[used], size[used], spread=spread if used.sum() >= FEWEST_AREAS else "none")
    table = _table(chosen, n, size, used=used, silent=silent, found=found)
    above, below = (list(table.loc[table["outside"] == side, "name"]) for side in ("above", "below"))
    values: dict[str, Value] = {
        "n": int(n[used].sum()),
        "areas": int(used.sum()),
        "above": len(above),
        "below": len(below),
        "names": listed([*above, *below]),
        "unevenness": round(found.phi, 2),
        "by_chance": round((1 - LIMITS[-1]) * int(used.sum()), 2),
    }
    return Result(
        name=name,
        table=table,
        values=values,
        wording=_wording(above, below, level),
        settings={
            "level": level, "spread": found.spread, "winsorised": WINSORISED, "limits": "95 and 99.8 %",
            "period": period.label, "as_at": as_at.isoformat(),
        },
        caveats=(
            *population.attrs.get("told", ()),
            *_caveats(found, counts, n[~used & ~silent], silent, as_at=as_at, level=level),
        ),
        grain=level,
        sources=("crimes", "population"),
    )  # fmt: skip


def _table(
    areas: pd.DataFrame,
    n: NDArray[np.int64],
    size: NDArray[np.float64],
    *,
    used: NDArray[np.bool_],
    silent: NDArray[np.bool_],
    found: Funnel,
) -> pd.DataFrame:
    """One row an area, those that could not be compared without limits."""

    def spread_out(values: NDArray[np.float64]) -> pd.api.extensions.ExtensionArray:
        whole = np.full(used.size, np.nan)
        whole[used] = values
        return pd.array(whole.round(2), dtype="Float64")

    scale = size[used]
    side = np.full(used.size, "", dtype=object)
    side[used] = np.array(["below", "", "above"], dtype=object)[found.outside + 1]
    names = labels(areas)
    codes = [str(code) for code in areas["code"]]
    return pd.DataFrame(
        {
            "code": codes,
            "name": [names[code] for code in codes],
            "n": pd.array([None if hushed else int(one) for one, hushed in zip(n, silent, strict=True)], dtype="Int64"),
            "population": pd.array(size, dtype="Float64"),
            "rate": spread_out(found.rate * PER),
            "expected": spread_out(found.expected),
            "low": spread_out(found.lower[0] * scale),
            "high": spread_out(found.upper[0] * scale),
            "low_998": spread_out(found.lower[1] * scale),
            "high_998": spread_out(found.upper[1] * scale),
            "outside": side.astype(str),
            "status": np.where(silent, "not submitted", np.where(used, "assessed", "not assessed")),
        },
        columns=COLUMNS,
    )


def _wording(above: list[str], below: list[str], level: str) -> str:
    """The sentence over all areas."""
    if not above and not below:
        return f"No {level} has more or fewer crimes than areas of its size usually have."
    side, named = ("more", above) if above else ("fewer", below)
    its, have = ("its", "has") if len(named) == 1 else ("their", "have")
    told = listed(named).replace("{", "(").replace("}", ")")
    number = "{above}" if above else "{below}"
    more = "; {below} fewer" if above and below else ""
    return f"{number} of {{areas}} {{areas|{level}|{many(level)}}} {have} {side} crimes than areas of {its} size usually have: {told}{more}."


def _caveats(
    found: Funnel,
    counts: counting.Counts,
    left: NDArray[np.int64],
    silent: NDArray[np.bool_],
    *,
    as_at: datetime,
    level: str,
) -> tuple[str, ...]:
    """What a reader must know of the comparison."""
    told = [
        "Residents are not those at risk: people who work, shop or go out in a place are not among them.",
        "An area outside is different; the figures do not say why.",
    ]
    if found.rate.size < FEWEST_AREAS:
        told.append(f"Fewer than {FEWEST_AREAS} {many(level)}: limits are those of chance alone.")
    if left.size:
        told.append(
            f"{several(left.size, level, 'has', 'have')} no population given and {'is' if left.size == 1 else 'are'} left out."
        )
    if silent.any():
        told.append(
            f"{several(int(silent.sum()), level)} did not submit and {'is' if silent.sum() == 1 else 'are'} left out."
        )
    if counts.ungrouped.sum():
        told.append(
            f"{several(int(counts.ungrouped.sum()), 'crime', 'lies', 'lie')} in no {level} and {'is' if counts.ungrouped.sum() == 1 else 'are'} not counted."
        )
    return (*told, *counting.caveats(counts, as_at=as_at))
