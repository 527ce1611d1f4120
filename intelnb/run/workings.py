"""What a run leaves behind for the unit alone: the executed notebook, the bundle, and the account of each read.

The reader process writes, for each read, the account (`01-crimes.ledger.json`), the quarantine and the values it
withheld (`01-crimes.withheld.json`) to the folder named by the kernel's variable `INTELNB_WORKINGS`. Its audit row
names the product in `INTELNB_REFERENCE`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intelnb.bundle import Bundle
from intelnb.errors import IntelError, LeakFound, RunFailed
from intelnb.run.manifest import Read

VARIABLE = "INTELNB_WORKINGS"
REFERENCE = "INTELNB_REFERENCE"
NOTEBOOK = "executed.ipynb"
_BUNDLE, _READS = "bundle.json", "reads.json"
_NUMBERED, _LEDGER, _WITHHELD = "[0-9][0-9]-*", ".ledger.json", ".withheld.json"


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
    """Keep the bundle and note its reads, so that its page can be rendered again on the same numbers."""
    noted = {path.name: _sha256(path) for path in sorted(folder.glob(_NUMBERED + _LEDGER))}
    (folder / _READS).write_text(json.dumps(noted, indent=1), encoding="utf-8")
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
    sources = [account["source"] for account in _read_all(folder)]
    return Ledger(
        reads=tuple(Read(kind=s["name"], digest=s["digest"], rows=int(s["ledger"]["used"])) for s in sources),
        read=sum(int(s["ledger"]["read"]) for s in sources),
        quarantined=sum(int(s["ledger"]["quarantined"]) for s in sources),
    )


def withheld_in(folder: Path) -> list[str]:
    """The texts and numbers the audience of a run may not have, as they stood in the records.

    Nothing is withheld only where nothing was read. Every read the run noted must still have its account, and every
    account the very list of withheld values it names.

    Raises
    ------
    LeakFound
        When any of these files is missing, changed, damaged or unknown: nothing may be published then.
    """
    try:
        noted = json.loads((folder / _READS).read_text(encoding="utf-8"))
        accounts = {path.name: _sha256(path) for path in folder.glob(_NUMBERED + _LEDGER)}
        stems = {name.removesuffix(_LEDGER) for name in accounts}
        numbered = {path.name.split(".")[0] for path in folder.glob(_NUMBERED)}
        if noted != accounts or numbered != stems:
            raise _unknown(folder)
        return [value for stem in sorted(stems) for value in _withheld(folder, stem)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise _unknown(folder) from None


def _withheld(folder: Path, stem: str) -> list[str]:
    """The withheld values of one read, from the very file its account names."""
    account = json.loads((folder / f"{stem}{_LEDGER}").read_text(encoding="utf-8"))
    content = (folder / f"{stem}{_WITHHELD}").read_bytes()
    if hashlib.sha256(content).hexdigest() != account["withheld_sha256"]:
        raise _unknown(folder)
    values = json.loads(content)
    texts, numbers = values["texts"], values["numbers"]
    if not all(isinstance(listed, list) for listed in (texts, numbers)):
        raise _unknown(folder)
    return [str(value) for value in (*texts, *numbers)]


def _unknown(folder: Path) -> LeakFound:
    return LeakFound(
        what="What was withheld is not known: an account of this run is missing, damaged or changed",
        where=str(folder),
        now="Nothing was published. Run the product again.",
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_all(folder: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.glob(_NUMBERED + _LEDGER))]
    except (OSError, ValueError):
        raise IntelError(
            what="The account of what was read is damaged", where=str(folder), now="Run the product again."
        ) from None
