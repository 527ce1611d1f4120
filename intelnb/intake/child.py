"""The reader, seen from the notebook process: one child process that reads, and hands over what it may."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

import intelnb
from intelnb.errors import IntelError
from intelnb.intake import frames
from intelnb.intake.request import Request
from intelnb.intake.source import Loaded, Source, no_quarantine
from intelnb.tables import arrow

TIME_LIMIT_S = 300.0


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
        timer = threading.Timer(self._time_limit_s, _stop, (child, overdue))
        timer.daemon = True
        timer.start()
        answered = False
        try:
            requests, answers = cast("tuple[BinaryIO, BinaryIO]", (child.stdin, child.stdout))
            frames.send(requests, {**request.as_dict(), **(also or {})})
            answer = frames.receive(answers)
            answered = answer is not None
        except OSError:
            answer = None
        finally:
            timer.cancel()
            if not answered:
                child.kill()
                self.close()
        if answer is not None:
            return answer
        if overdue.is_set():
            told = f"Reading took longer than {self._time_limit_s:g} seconds and was stopped"
            raise IntelError(what=told, where=request.kind, now="Read a shorter period, or split the export.")
        raise IntelError(
            what="The reader process ended without an answer",
            where=request.kind,
            now="Run it again; if it happens twice, the machine may be short of memory.",
        )

    @staticmethod
    def _started() -> subprocess.Popen[bytes]:
        """A fresh reader that finds this very package, and whose errors reach no screen."""
        home = str(Path(intelnb.__file__).resolve().parent.parent)
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "intelnb.load.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )


def _stop(child: subprocess.Popen[bytes], overdue: threading.Event) -> None:
    overdue.set()
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
    for name in ("levels", "covered"):
        if name in attrs:
            table.attrs[name] = tuple(attrs[name])
    return Loaded(table, source, no_quarantine())


def _with_geometry(table: pd.DataFrame, crs: str) -> pd.DataFrame:
    """Points from coordinates, outlines from their bytes; a table whose places are withheld stays plain."""
    if "geometry" in table.columns:
        shapes = shapely.from_wkb(table["geometry"].to_numpy(dtype=object))
        table = table.drop(columns="geometry")
    elif {"easting", "northing"} <= set(table.columns):
        shapes = _points(table["easting"].to_numpy(), table["northing"].to_numpy())
    else:
        return table
    placed: pd.DataFrame = gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
    return placed


def _points(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.object_]:
    """Points, each place made once however many records lie there; None where there is no location."""
    spots = np.column_stack([pd.factorize(x)[0], pd.factorize(y)[0]]).astype(np.int64)
    place, first = pd.factorize(spots[:, 0] * (int(spots[:, 1].max(initial=0)) + 2) + spots[:, 1])
    at = np.zeros(len(first), dtype=np.int64)
    at[place[::-1]] = np.arange(len(x))[::-1]
    shapes: NDArray[np.object_] = shapely.points(x[at], y[at])
    shapes[~np.isfinite(x[at])] = None
    return shapes[place]
