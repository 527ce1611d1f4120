r"""Paths as offices have them: shares, paths over 260 characters, files open in Excel, files that are only in OneDrive."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath, PureWindowsPath

from intelnb.errors import InputRefused, UsageError

LONGEST_PLAIN_PATH = 247
"""Windows refuses longer ones unless they are written in their extended form; folders end at 248 characters."""

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]+:")
_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")
# virtual files of GDAL, devices, pipes, and the extended paths that are no file on a drive or share
_DEVICE = re.compile(
    r"^[/\\]+(vsi|dev[/\\]|proc[/\\]|sys[/\\]|\.[/\\]|\?\?[/\\]|\?[/\\](?!([A-Za-z]:|UNC)[/\\]))", re.IGNORECASE
)
_PIPE = re.compile(r"^[/\\]{2}[^/\\]+[/\\](pipe|mailslot|ipc\$)([/\\]|$)", re.IGNORECASE)
# what Windows reports of a file whose content is still in the cloud: offline, recall on open, recall on data access
_CLOUD_ONLY_WINDOWS = 0x1000 | 0x0004_0000 | 0x0040_0000
_CLOUD_ONLY_MACOS = 0x4000_0000


def no_scheme(pattern: str) -> None:
    """Refuse web addresses, virtual files, devices and pipes before anything looks at them.

    Raises
    ------
    UsageError
        When the text is not the path of a file on this machine or a share.
    """
    is_odd = "\x00" in pattern or _DEVICE.match(pattern) or _PIPE.match(pattern)
    if is_odd or (_SCHEME.match(pattern) and not _DRIVE.match(pattern)):
        shown = pattern[:80].replace("\x00", "?")
        raise UsageError(what=f"'{shown}' is not a file", now="Give the path of a file on this machine.")


def reachable(path: PurePath) -> str:
    r"""The path as the system opens it: on Windows a long one in its extended form, on a share too.

    Examples
    --------
    >>> from pathlib import PureWindowsPath
    >>> reachable(PureWindowsPath("C:/a.csv"))
    'C:\\a.csv'
    >>> reachable(PureWindowsPath("//server/share/" + "x" * 250))[:20]
    '\\\\?\\UNC\\server\\share'
    """
    text = str(path)
    windows = isinstance(path, PureWindowsPath)
    if not windows or len(text) <= LONGEST_PLAIN_PATH or text.startswith("\\\\?\\"):
        return text
    return "\\\\?\\UNC" + text[1:] if text.startswith("\\\\") else "\\\\?\\" + text


def plain(path: Path) -> Path:
    r"""The path without Windows' extended form, so that it can be held against its folder."""
    text = str(path)
    if text.startswith("\\\\?\\UNC\\"):
        return Path("\\\\" + text[8:])
    return Path(text[4:]) if text.startswith("\\\\?\\") else path


def is_lock_file(path: Path) -> bool:
    """Whether this is what Excel, or a Mac, leaves beside a file: never an export.

    Examples
    --------
    >>> is_lock_file(Path("exports/~$crimes.xlsx")), is_lock_file(Path("exports/crimes.xlsx"))
    (True, False)
    """
    return path.name.startswith(("~$", "._", ".~lock."))


def open_in_excel(path: Path) -> bool:
    """Whether Excel's or LibreOffice's lock file lies beside a file."""
    # Excel drops the first letters of long names
    locks = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    return any(os.path.lexists(reachable(path.with_name(lock))) for lock in locks if lock not in {"~$", path.name})


def not_allowed(path: Path) -> InputRefused:
    """What to say where the system does not let us open a file."""
    if open_in_excel(path):
        return InputRefused(what="The file is open in Excel", where=str(path), now="Close it in Excel and run again.")
    return InputRefused(
        what="The file cannot be opened",
        where=str(path),
        now="If it is open in Excel, close it in Excel and run again; else ask for the right to read it.",
    )


def refuse_cloud_only(about: os.stat_result, path: Path) -> None:
    """Refuse a file of which this machine holds only the name: reading it would ask the network.

    Raises
    ------
    InputRefused
        With the way to bring it here.
    """
    windows = getattr(about, "st_file_attributes", 0) & _CLOUD_ONLY_WINDOWS
    if windows or getattr(about, "st_flags", 0) & _CLOUD_ONLY_MACOS:
        raise InputRefused(
            what="The file is in OneDrive and not on this machine",
            where=str(path),
            now="Right-click it, choose 'Always keep on this device', wait for the tick, and run again.",
        )
