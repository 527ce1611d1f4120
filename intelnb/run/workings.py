"""What a run leaves behind for the unit alone: the executed notebook, the bundle, and the account of each read.

The reader process writes, for each read, the account (`01-crimes.ledger.json`), the quarantine and the values it
withheld (`01-crimes.withheld.json`) to the folder named by the kernel's variable `INTELNB_WORKINGS`.
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
_BUNDLE, _LEDGERS, _WITHHELD = "bundle.json", "[0-9][0-9]-*.ledger.json", "[0-9][0-9]-*.withheld.json"


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
    sources = [account["source"] for account in _read_all(folder, _LEDGERS)]
    return Ledger(
        reads=tuple(Read(kind=s["name"], digest=s["digest"], rows=int(s["ledger"]["used"])) for s in sources),
        read=sum(int(s["ledger"]["read"]) for s in sources),
        quarantined=sum(int(s["ledger"]["quarantined"]) for s in sources),
    )


def withheld_in(folder: Path) -> list[str]:
    """The texts and numbers the audience of a run may not have, as they stood in the records."""
    return [str(value) for one in _read_all(folder, _WITHHELD) for value in (*one["texts"], *one["numbers"])]


def _read_all(folder: Path, pattern: str) -> list[dict[str, Any]]:
    try:
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob(pattern))]
    except (OSError, ValueError):
        raise IntelError(
            what="The account of what was read is damaged", where=str(folder), now="Run the product again."
        ) from None
