"""What a run was made of: one file that lets anyone check, later and elsewhere, that nothing was changed."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from intelnb.errors import IntelError

FILE_NAME = "manifest.json"
_PACKAGES = ("intelnb", "geopandas", "numpy", "pandas", "pyarrow", "pyproj", "scipy", "shapely", "statsmodels")


@dataclass(frozen=True)
class Read:
    """One table a run read, as its audience got it: nothing here tells what was withheld."""

    kind: str
    digest: str
    rows: int


@dataclass(frozen=True)
class Manifest:
    """Two halves: `content` is the same for the same inputs, parameters and versions; `run` is not.

    Parameters
    ----------
    content
        Inputs (digest and rows of each reduced table), parameters, versions, and the sha256 of every file.
    run
        When, where and by which run the files were made.
    """

    content: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The manifest as its file holds it."""
        both = {"content": self.content, "run": self.run}
        return (json.dumps(both, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def make(
    files: Mapping[str, bytes],
    *,
    reads: tuple[Read, ...],
    parameters: Mapping[str, Any],
    run: Mapping[str, Any],
    more: Mapping[str, Any],
) -> Manifest:
    """Describe finished files.

    Parameters
    ----------
    files
        Contents by file name.
    reads
        The tables the product rests on.
    parameters
        What the notebook was asked. The workspace's name is left to `run`.
    run
        Times, host and the like.
    more
        Further facts of the content, such as who released it.

    Examples
    --------
    >>> make({"a.txt": b""}, reads=(), parameters={}, run={}, more={}).content["files"]["a.txt"][:12]
    'e3b0c44298fc'
    """
    content = {
        **more,
        "inputs": [{"kind": r.kind, "digest": r.digest} for r in sorted(reads, key=_order)],
        "counts": [{"kind": r.kind, "rows": r.rows} for r in sorted(reads, key=_order)],
        "parameters": {name: value for name, value in sorted(parameters.items()) if name != "workspace"},
        "versions": versions(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    # where a workspace lies tells of the machine and of whose it is; its name is enough
    workspace = Path(str(parameters.get("workspace", ""))).name
    return Manifest(content=content, run={**run, "host": platform.node(), "workspace": workspace})


def words(content: Mapping[str, Any]) -> bytes:
    r"""What a manifest says in words, for the leak scan: digests, counts and versions are none.

    Examples
    --------
    >>> words({"reference": "WTA/NOR", "counts": [{"kind": "crimes", "rows": 90412}], "parameters": {"weeks": 13}})
    b'WTA/NOR\n13'
    """
    parts: list[str] = []
    waiting = [
        *(value for name, value in content.items() if name not in {"inputs", "counts", "versions", "files"}),
        *content.get("files", ()),
    ]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, Mapping):
            waiting = [*one.values(), *waiting]
        elif isinstance(one, list | tuple):
            waiting = [*one, *waiting]
        elif one is not None:
            parts.append(str(one))
    return "\n".join(parts).encode()


def versions() -> dict[str, str]:
    """The versions that decide what comes out."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def load(folder: Path) -> Manifest:
    """Read the manifest of a run.

    Raises
    ------
    IntelError
        When there is none, or it cannot be read.
    """
    try:
        both = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return Manifest(content=dict(both["content"]), run=dict(both["run"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise IntelError(
            what="The manifest of this run is missing or cannot be read",
            where=str(folder),
            now="Run the product again.",
        ) from None


def changed(folder: Path) -> list[str]:
    """The files of a run that are no longer what its manifest says, or are missing, or were added."""
    noted: dict[str, str] = dict(load(folder).content["files"])
    here = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.name != FILE_NAME}
    return sorted(name for name in {*noted, *here} if noted.get(name) != here.get(name))


def _order(read: Read) -> tuple[str, str]:
    return read.kind, read.digest
