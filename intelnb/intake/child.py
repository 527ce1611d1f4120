"""The reader, seen from the notebook process: one child process that reads, and hands over what it may."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

import intelnb
from intelnb import geo
from intelnb.intake import frames, limits
from intelnb.intake.limits import TIME_LIMIT_S
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded, Source, no_quarantine
from intelnb.tables import arrow
from intelnb.tables.coverage import Gap

_GRACE_S = 2.0
"""The reader ends an overdue read itself; whoever waits for it ends the reader this much later."""
_ENVIRONMENT = {
    # a process with threads of its own cannot be forked safely
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_IO_THREADS"), "1"),
    # Arrow's own pool reserves a gigabyte before it holds anything, which no limit could tell from use
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


class Reader:
    """One reader process for one workspace and audience.

    Parameters
    ----------
    time_limit_s
        How long one read may take, in seconds.
    standing
        Fields of `Request` that hold for every read: folder, clearance, crs, levels, workings, registers ...

    Examples
    --------
    >>> from intelnb.records import Clearance
    >>> unit = Clearance("unit", "", "OFFICIAL-SENSITIVE", ("P", "C"), True, True, True, "point", ("events",), 0, True, True, "", "")
    >>> with Reader(folder="data/samples", clearance=unit, crs="EPSG:27700") as reader:
    ...     reader.read("events", files="events.csv", marking="OFFICIAL").table.columns.tolist()
    ['date', 'name', 'area']
    """

    def __init__(self, *, time_limit_s: float = TIME_LIMIT_S, **standing: Any) -> None:
        self._standing = standing
        self._time_limit_s = time_limit_s
        self._child: subprocess.Popen[bytes] | None = self._started()

    def read(self, kind: str, **fields: Any) -> Loaded:
        """Read one source.

        Parameters
        ----------
        kind
            Kind of the source: `crimes`, `logs`, `areas` ...
        fields
            Fields of `Request` for this read: files, column_map, marking, area, since, until_end, margin_m ...

        Returns
        -------
        The reduced table with its `attrs` (kind, status, withheld, as_at, digest), and the reduced source.

        Raises
        ------
        IntelError
            When the source cannot be read, takes too long, or the reader process dies.
        """
        request = Request.of(kind=kind, **{**self._standing, **fields})
        header, body = self._asked(request)
        if "error" in header:
            raise frames.error_from_dict(header["error"])
        return _loaded(header, body, request)

    def ask(self, work: str, *, options: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Have the reader process do something else with a source than read it.

        Parameters
        ----------
        work
            `proposing` (a column map) or `ingesting` (into the workspace's store).
        options
            What that work needs beside the request, as plain values.
        fields
            Fields of `Request`, `kind` among them.

        Returns
        -------
        What the work answers, as plain values.

        Raises
        ------
        IntelError
            When it cannot be done, takes too long, or the reader process dies.
        """
        request = Request.of(**{**self._standing, **fields})
        header, _ = self._asked(request, {"work": work, "options": options})
        if "error" in header:
            raise frames.error_from_dict(header["error"])
        found: dict[str, Any] = header["answer"]
        return found

    def close(self) -> None:
        """End the reader process."""
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe:
                _quietly_close(pipe)
        try:
            child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # the interpreter may be half gone by now; the child ends with its pipe in any case
        with contextlib.suppress(Exception):
            if getattr(self, "_child", None) is not None:
                self.close()

    def _asked(self, request: Request, also: dict[str, Any] | None = None) -> tuple[dict[str, Any], bytes]:
        """Send one request and wait for its answer; a read broken off takes its process with it."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = self._started()
        child = self._child
        overdue = threading.Event()
        timer = threading.Timer(self._time_limit_s + _GRACE_S, _stop, (child, overdue))
        timer.daemon = True
        timer.start()
        answered = False
        try:
            requests, answers = cast("tuple[BinaryIO, BinaryIO]", (child.stdin, child.stdout))
            frames.send(requests, {**request.as_dict(), **(also or {}), "seconds": self._time_limit_s})
            answer = frames.receive(answers)
            answered = answer is not None
        except OSError:
            answer = None
        finally:
            timer.cancel()
            if not answered:
                _end(child)
                self.close()
        if answer is not None:
            return answer
        raise limits.overdue(self._time_limit_s, request.kind) if overdue.is_set() else limits.died(request.kind)

    @staticmethod
    def _started() -> subprocess.Popen[bytes]:
        """A fresh reader that finds this very package, and whose errors reach no screen."""
        home = str(Path(intelnb.__file__).resolve().parent.parent)
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        started = subprocess.Popen(
            [sys.executable, "-P", "-m", "intelnb.load.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,
        )
        frames.widen(started.stdout)
        return started


def _stop(child: subprocess.Popen[bytes], overdue: threading.Event) -> None:
    overdue.set()
    _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the reader and the read it has forked, if it has one."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()


def _quietly_close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:
        return


def _loaded(header: dict[str, Any], body: bytes, request: Request) -> Loaded:
    """The table as analysis receives it."""
    table = arrow.from_stream(body)
    source = Source.from_dict(header["source"])
    table = _with_geometry(table, request.crs)
    attrs = header["attrs"]
    as_at = datetime.fromisoformat(attrs["as_at"]) if attrs["as_at"] else None
    table.attrs = {**attrs, "withheld": tuple(attrs["withheld"]), "as_at": as_at}
    for name in ("levels", "covered", "delay"):
        if name in attrs:
            table.attrs[name] = tuple(attrs[name])
    if "covered_by" in attrs:
        table.attrs["covered_by"] = tuple((tuple(sent), tuple(areas)) for sent, areas in attrs["covered_by"])
    if "gaps" in attrs:
        table.attrs["gaps"] = tuple(
            Gap(
                **{
                    **one,
                    "areas": tuple(one["areas"]),
                    **{end: date.fromisoformat(one[end]) for end in ("first", "last")},
                }
            )
            for one in attrs["gaps"]
        )
    return Loaded(table, source, no_quarantine())


def _with_geometry(table: pd.DataFrame, crs: str) -> pd.DataFrame:
    """Points from coordinates, outlines from their bytes; a table whose places are withheld stays plain."""
    if "geometry" in table.columns:
        shapes = shapely.from_wkb(table["geometry"].to_numpy(dtype=object))
        table = table.drop(columns="geometry")
    elif {"easting", "northing"} <= set(table.columns):
        shapes = points_of(table["easting"].to_numpy(), table["northing"].to_numpy())
    else:
        return table
    placed: pd.DataFrame = gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
    return placed


def points_of(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.object_]:
    """Points, each place made once however many records lie there; None where there is no location."""
    spot, first = geo.spots(x, y)
    shapes: NDArray[np.object_] = shapely.points(x[first], y[first])
    shapes[~np.isfinite(x[first])] = None
    spread: NDArray[np.object_] = shapes[spot]
    return spread
