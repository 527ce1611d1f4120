"""Making what was taken in true: one account, one list of what changed, one pointer swapped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from intelnb.intake import plain_csv
from intelnb.intake.store import keeping
from intelnb.intake.store.account import Asked
from intelnb.intake.store.staging import Staged


def commit(folder: Path, staged: Sequence[Staged], *, kind: str, asked: Asked) -> dict[str, Any]:
    """Make everything that was taken in true at one moment.

    Parameters
    ----------
    folder
        The store; its lock must be held.
    staged
        What was written aside, by one or several at once; no feed stands in two of them.
    kind
        Kind of the files.
    asked
        When, by whom, and how they were taken in.

    Returns
    -------
    The account, as `account.json` beside the list of changes and the quarantine keeps it.
    """
    now = keeping.current(folder)
    taken = sorted((one for part in staged for one in part.taken), key=lambda one: one.name)
    catalogues = {key: one for part in staged for key, one in part.catalogues.items()}
    account: dict[str, Any] = {
        "kind": kind, "number": now.number + bool(catalogues), "at": asked.at, "by": asked.by,
        "files": [asdict(one) for one in taken],
    }  # fmt: skip
    if not catalogues:
        return account
    kept = folder / keeping.INGESTIONS / f"{account['number']:06d}"
    for name in ("changes", "quarantine"):
        table = pd.concat([getattr(part, name) for part in staged], ignore_index=True)
        keeping.write(kept / f"{name}.csv", plain_csv.written(table).encode("utf-8"))
    keeping.write(kept / "account.json", json.dumps(account, indent=1, ensure_ascii=False).encode("utf-8"))
    keeping.on_disk(kept)
    keeping.sweep(folder, keeping.swap(folder, catalogues, now))
    return account
