"""What a run leaves behind for the unit alone: the executed notebook, the bundle, and what was read.

The workspace writes one line for each table it read to `reads.jsonl`, and the values it withheld to
`withheld.json`, in the folder named by the kernel's variable `INTELNB_WORKINGS`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intelnb.bundle import Bundle
from intelnb.errors import IntelError, RunFailed
from intelnb.run.manifest import Read

VARIABLE = "INTELNB_WORKINGS"
NOTEBOOK = "executed.ipynb"
_BUNDLE, _READS, _WITHHELD = "bundle.json", "reads.jsonl", "withheld.json"


@dataclass(frozen=True)
class Ledger:
    """What the reads of a run add up to, over all tables."""

    reads: tuple[Read, ...]
    read: int
    quarantined: int

    @property
    def quarantined_share(self) -> float:
        """The share of records that could not be taken, 0 to 1."""
        return self.quarantined / self.read if self.read else 0.0


def keep(folder: Path, bundle: Bundle) -> None:
    """Keep the bundle, so that its page can be rendered again on the same numbers."""
    (folder / _BUNDLE).write_text(bundle.model_dump_json(), encoding="utf-8")


def bundle_in(folder: Path) -> Bundle:
    """The bundle a run sealed.

    Raises
    ------
    RunFailed
        When the workings are gone or cannot be read.
    """
    try:
        return Bundle.model_validate_json((folder / _BUNDLE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RunFailed(
            what="The workings of this run are gone or cannot be read",
            where=str(folder),
            now="Run the product again.",
        ) from None


def ledger_in(folder: Path) -> Ledger:
    """What a run read; empty when its notebook read nothing."""
    lines = _lines(folder / _READS)
    return Ledger(
        reads=tuple(Read(kind=n["kind"], digest=n["digest"], rows=int(n["rows"])) for n in lines),
        read=sum(int(n.get("read", 0)) for n in lines),
        quarantined=sum(int(n.get("quarantined", 0)) for n in lines),
    )


def withheld_in(folder: Path) -> list[str]:
    """The values the audience of a run may not have, as they stood in the records."""
    path = folder / _WITHHELD
    return [str(value) for value in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except ValueError:
        raise IntelError(what="The record of what was read is damaged", where=str(path), now="Run it again.") from None
