"""What could go wrong on this machine, looked at before it does."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
import warnings
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import openpyxl
from packaging.requirements import Requirement
from pyproj.network import is_network_enabled  # type: ignore[attr-defined] # not in its __all__
from pyproj.transformer import TransformerGroup

from intelnb.errors import IntelError
from intelnb.registers import audit
from intelnb.registers.store import open_store
from intelnb.run import engine, inputs
from intelnb.run.looked import Check
from intelnb.settings import Settings

# versions below these have known holes
_SAFE_FROM = ("jupyter_server>=2.20", "nbconvert>=7.17.1", "jupyterlab>=4.2.5")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "msedge", "firefox")


def look(here: Settings | None) -> list[Check]:
    """Look at this machine, and at a workspace's folders, database, areas and sources where there is one.

    Parameters
    ----------
    here
        The workspace's settings, or None to look at the machine alone.
    """
    checks = [_python(), _packages(), _xml(), _proj(), _kernel(), _browser(), _locale()]
    if here is None:
        return [
            *checks,
            Check(
                "workspace", good=True, told="none named, so folders, database, areas and sources were not looked at"
            ),
        ]
    return [
        *checks,
        _timezone(here),
        _grid(here),
        _folder("state folder", here.state_folder(), private=True),
        _folder("reports folder", here.reports_folder(), private=False),
        *_registers(here),
        *inputs.look(here),
    ]


def _python() -> Check:
    return Check(
        "Python", good=sys.version_info >= (3, 11), told=f"{platform.python_version()} (3.11 or newer is needed)"
    )


def _packages() -> Check:
    """Every package at or above the version asked for, and above versions with known holes."""
    try:
        asked = [r for r in requires("intelnb") or [] if "extra ==" not in r]
    except PackageNotFoundError:
        asked = []
    low = list(dict.fromkeys(told for text in (*asked, *_SAFE_FROM) if (told := _too_low(text))))
    return Check("packages", good=not low, told="; ".join(low) or f"{len(asked)} as asked for")


def _too_low(text: str) -> str:
    asked = Requirement(text)
    if asked.marker is not None and not asked.marker.evaluate():
        return ""
    try:
        found = version(asked.name)
    except PackageNotFoundError:
        return f"{asked.name} is missing"
    return "" if asked.specifier.contains(found, prereleases=True) else f"{asked.name} {found} is not {asked.specifier}"


def _xml() -> Check:
    safe = bool(openpyxl.DEFUSEDXML)
    return Check("Excel files", good=safe, told="read with defusedxml" if safe else "defusedxml is missing: install it")


def _proj() -> Check:
    asks = is_network_enabled()
    told = "PROJ asks the network for grids: set PROJ_NETWORK=OFF" if asks else "PROJ does not ask the network"
    return Check("coordinates", good=not asks, told=told)


def _kernel() -> Check:
    told = "private sockets in a folder of its own" if engine.has_private_sockets() else "encrypted TCP"
    return Check("kernel", good=True, told=f"speaks over {told}, runs {sys.executable}")


def _browser() -> Check:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    return Check(
        "browser", good=found is not None, told=found or "none found by name; any can open a page", only_told=True
    )


def _locale() -> Check:
    name, coding = locale.getlocale()
    told = f"{name or 'C'}, {coding or 'ASCII'}; files are read and written in UTF-8 all the same"
    return Check("locale", good=True, told=told)


def _timezone(here: Settings) -> Check:
    name = here.force.timezone
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return Check("timezone", good=False, told=f"'{name}' is not known here: correct it, or install tzdata")
    return Check("timezone", good=True, told=name)


def _grid(here: Settings) -> Check:
    """Whether the best known way from longitude and latitude to the force's grid is at hand."""
    with warnings.catch_warnings():
        # told in our own words below
        warnings.simplefilter("ignore", UserWarning)
        best = TransformerGroup("EPSG:4326", here.force.crs, always_xy=True).best_available
    told = "the best transformation is at hand" if best else "a grid is missing: longitudes come out some metres off"
    return Check(f"grid {here.force.crs}", good=best, told=told, only_told=True)


def _folder(name: str, folder: Path, *, private: bool) -> Check:
    """Whether a folder, or the nearest one above it that exists, may be written to, and by whom it is seen."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Check(name, good=False, told=f"{there} cannot be written to")
    mode = there.stat().st_mode & 0o777
    open_to_others = private and os.name != "nt" and there == folder and mode & 0o077
    if open_to_others:
        return Check(name, good=False, told=f"{folder} is open to others ({mode:o}): chmod 700 it")
    return Check(name, good=True, told=f"{folder} ({'new' if there != folder else f'{mode:o}'})")


def _registers(here: Settings) -> Iterable[Check]:
    try:
        store = open_store(here.registers_url())
        verdict = audit.verify(store)
    except IntelError as fault:
        return [Check("registers", good=False, told=str(fault))]
    whole = f"{verdict.good} entries, unbroken"
    broken = f"entry {verdict.first_bad} was changed: {verdict.why}"
    return [
        Check("registers", good=True, told=store.engine.url.render_as_string(hide_password=True)),
        Check("audit", good=verdict.holds, told=whole if verdict.holds else broken),
    ]
