"""A workspace with a store, for tests that take files in and look what is held."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from intelnb.intake.request import Request
from intelnb.intake.source import Loaded
from intelnb.load import ingesting

HEAD = "id,kind,start,end,recorded,easting,northing,area,status,flags"
OPTIONS = {"feed": "", "covers": "", "adds": False, "at": "2026-11-26T10:00:00+00:00", "by": "somebody"}


def read(request: Request) -> Loaded:
    return importlib.import_module(f"intelnb.load.{request.kind.replace('-', '_')}").read(request)


def crime(name: str, day: str, kind: str = "theft", status: str = "live", **other: str) -> str:
    told = {"end": "", "recorded": "", "easting": "400500", "northing": "300500", "area": "W1", "flags": "", **other}
    return ",".join(
        [name, kind, day, *(told[c] for c in ("end", "recorded", "easting", "northing", "area")), status, told["flags"]]
    )


class Store:
    """A workspace with a store, for tests that take files in and look what is held."""

    def __init__(self, folder: Path, ask: Callable[..., Request]) -> None:
        self.folder, self.ask = folder, ask
        self.place = folder / "state" / "store"

    def request(self, kind: str = "crimes", **other: Any) -> Request:
        return self.ask(kind, store=str(self.place), **other)

    def write(self, name: str, *lines: str, head: str = HEAD) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([head, *lines]) + "\n", "utf-8")
        return name

    def ingest(
        self, *files: str, kind: str = "crimes", asked: dict[str, Any] | None = None, **other: Any
    ) -> dict[str, Any]:
        account = ingesting.answer(self.request(kind, files=files, **other), {**OPTIONS, **(asked or {})})
        return json.loads(json.dumps(account))

    def held(self, kind: str = "crimes", files: str = "store", **other: Any) -> Loaded:
        return read(self.request(kind, files=files, **other))

    def ids(self) -> list[str]:
        return self.held().table["id"].tolist()

    def changes(self) -> pd.DataFrame:
        newest = max((self.place / "ingestions").iterdir(), key=lambda path: path.name)
        return pd.read_csv(newest / "changes.csv", dtype=str, keep_default_na=False)

    def told(self) -> list[tuple[str, str]]:
        return sorted(zip(self.changes()["change"], self.changes()["id"], strict=True))


OCTOBER = [crime(f"o{i}", f"2026-10-{10 + i} 09:00", recorded=f"2026-10-{11 + i} 09:00") for i in range(6)]
NOVEMBER = [crime(f"n{i}", f"2026-11-{10 + i} 09:00", recorded=f"2026-11-{11 + i} 09:00") for i in range(6)]
