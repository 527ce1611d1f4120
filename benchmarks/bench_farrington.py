"""Farrington's alarm for 500 weekly series over a year: ours against R surveillance, and against statsmodels.

R is run where `Rscript` and the package surveillance are installed; else its rows are left out and a line says so.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import statsmodels
import statsmodels.api as sm
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from timing import best_s, row

from intelnb.stats.farrington import NOUFAILY, farrington
from intelnb.stats.seasonal_rates import fit_seasonal

WEEKS, JUDGED = 416, 52
SIZES = (125, 500, 2000)
# R needs minutes for 500 series; it works series by series, so a part of them gives its pace
R_SERIES = 40
SETTINGS = (
    "b=5, w=3, 10 seasonal levels, trend kept, newest 26 weeks left out, re-weighted at 2.58, nbPlugin, alpha 0.01"
)
R = """
suppressMessages(library(surveillance))
y <- as.matrix(read.csv("counts.csv", header=FALSE))
control <- list(range={first}:{last}, b=5, w=3, alpha=0.01, noPeriods=10, pastWeeksNotIncluded=26, pThresholdTrend=1,
                thresholdMethod="nbPlugin", weightsThreshold=2.58, glmWarnings=FALSE)
series <- sts(observed=y, start=c(2016, 1), frequency=52)
spent <- system.time(found <- farringtonFlexible(series, control=control))[["elapsed"]]
write.table(upperbound(found), "upper.csv", sep=",", row.names=FALSE, col.names=FALSE)
cat(spent, as.character(packageVersion("surveillance")))
"""


def measure() -> list[dict[str, Any]]:
    """500 series x 52 weeks against R and statsmodels, then growth with the number of series."""
    with threadpool_limits(1):
        return _measured(_series(max(SIZES)))


def _measured(y: NDArray[np.float64]) -> list[dict[str, Any]]:
    ours = {size: best_s(lambda size=size: _judged(y[:size]), runs=2) for size in SIZES}  # type: ignore[misc]
    size = 500
    rows = [*_against_r(y[:size], ours[size]), _against_statsmodels(y[:size])]
    for small, large in pairwise(SIZES):
        rows.append(
            row(
                "Farrington, growth",
                size=f"{large:,} series x {JUDGED} weeks, {large / small:g} times as many",
                ours_s=ours[large],
                peer=f"ours on {small} series, times {large / small:g}",
                peer_s=ours[small] * large / small,
                settings="a ratio of 1 is growth in proportion",
            )
        )
    return rows


def _series(size: int) -> NDArray[np.float64]:
    """Weekly counts of eight years, means of 2 to 80, uneven, with a yearly wave."""
    rng = np.random.default_rng(1)
    mean = rng.uniform(2, 80, (size, 1)) * np.exp(0.3 * np.cos(2 * np.pi * np.arange(WEEKS) / 52))
    return rng.poisson(rng.gamma(mean / 0.8, 0.8)).astype(np.float64)


def _judged(y: NDArray[np.float64]) -> NDArray[np.float64]:
    return farrington(y, settings=NOUFAILY, season=52, trailing=JUDGED).upper


def _against_r(y: NDArray[np.float64], ours_s: float) -> list[dict[str, Any]]:
    """R on some of the series, its time taken to all of them; every limit compared."""
    if not shutil.which("Rscript"):
        print("  Rscript is not installed: the row against R surveillance is left out", flush=True)
        return []
    with tempfile.TemporaryDirectory() as folder:
        np.savetxt(Path(folder) / "counts.csv", y[:R_SERIES].T, fmt="%d", delimiter=",")
        script = R.format(first=WEEKS - JUDGED + 1, last=WEEKS)
        done = subprocess.run(["Rscript", "-e", script], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            print("  R has no package surveillance: the row against it is left out", flush=True)
            return []
        theirs = np.genfromtxt(Path(folder) / "upper.csv", delimiter=",").T
    spent, version = done.stdout.split()[-2:]
    return [
        row(
            "Farrington flexible",
            size=f"{len(y)} series x {JUDGED} weeks",
            ours_s=ours_s,
            peer=f"R surveillance {version} (timed on {R_SERIES} series, times {len(y) / R_SERIES:g})",
            peer_s=float(spent) * len(y) / R_SERIES,
            max_difference=float(np.nanmax(np.abs(_judged(y[:R_SERIES]) - theirs))),
            settings=f"one thread each; {SETTINGS}",
        )
    ]


def _against_statsmodels(y: NDArray[np.float64]) -> dict[str, Any]:
    """One fit of the same model for each of 500 series, without re-weighting."""
    weeks = 237
    when = np.arange(-weeks, 0) / 52
    level = np.arange(weeks) // 5 % 10
    x = np.column_stack([level[:, None] == np.arange(10), when]).astype(float)
    base = y[:, -weeks:]
    weight = np.ones_like(base)

    def peer() -> NDArray[np.float64]:
        fits = [sm.GLM(row_, x, family=sm.families.Poisson()).fit() for row_ in base]
        return np.exp([fit.params[0] for fit in fits])

    ours = fit_seasonal(base, weight, when, level, with_trend=True).mean_now
    return row(
        "the fit behind it",
        size=f"{len(y)} series of {weeks} weeks, 10 levels and a trend",
        ours_s=best_s(lambda: fit_seasonal(base, weight, when, level, with_trend=True), runs=5),
        peer=f"statsmodels {statsmodels.__version__} GLM",
        peer_s=best_s(peer, runs=1),
        max_difference=float(np.abs(ours / peer() - 1).max()),
        settings="Poisson with logarithmic link; the difference is a share of the mean",
    )
