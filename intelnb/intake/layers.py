"""What a file is, told by its content: a name is never believed, and what we do not read is named with a remedy."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO

from intelnb.errors import InputRefused

_SIGNS = (
    (b"\x1f\x8b", "gzip"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
    (b"\x00\x00\x27\x0a", "shapefile"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# streams of an Office container, by what they say of it; the first that is found decides
_STREAMS = (
    (
        ("DRMEncryptedTransform", "DRMEncryptedDataSpace", "DRMContent", "DRMViewerContent"),
        "The workbook is encrypted by a sensitivity label",
        "Ask its owner for a copy under a label without encryption, saved as .xlsx or CSV.",
    ),
    (
        ("EncryptedPackage", "EncryptionInfo"),
        "The workbook is protected by a password",
        "Open it in Excel, clear the password under File, Info, Protect Workbook, and save a copy.",
    ),
    (("Workbook", "Book"), "This is a workbook of the old .xls format", "Save it as .xlsx or CSV and run again."),
    (("__substg1.0_",), "This is an e-mail", "Save its attachment and give that."),
)
_OTHERS = (
    (b"%PDF", "This is a PDF, not records", "Ask for the export as CSV or .xlsx."),
    (b"{\\rtf", "This is a rich-text document, not records", "Ask for the export as CSV or .xlsx."),
    (b"7z\xbc\xaf\x27\x1c", "This is a 7-Zip archive", "Unpack it, or pack it as .zip without a password."),
    (b"Rar!", "This is a RAR archive", "Unpack it, or pack it as .zip without a password."),
    (b"BZh", "This is a bzip2 file", "Unpack it, or pack it as .zip or .gz."),
    (b"\xfd7zXZ\x00", "This is an xz file", "Unpack it, or pack it as .zip or .gz."),
    (b"\x28\xb5\x2f\xfd", "This is a zstd file", "Unpack it, or pack it as .zip or .gz."),
    (b"\x89PNG", "This is a picture, not records", "Ask for the export as CSV or .xlsx."),
    (b"\xff\xd8\xff", "This is a picture, not records", "Ask for the export as CSV or .xlsx."),
    (b"MZ", "This is a program, not records", "Do not run it; tell your information security team."),
    (b"\x7fELF", "This is a program, not records", "Do not run it; tell your information security team."),
    (b"\x80\x04\x95", "This is a Python object, which is never opened", "Ask for the data as CSV or Parquet."),
)


def layer(data: bytes, name: str) -> str:
    """Say what bytes are, whatever their name says.

    Parameters
    ----------
    data
        The content, unpacked if it was gzip.
    name
        File name for messages.

    Returns
    -------
    `text`, `json`, `xlsx`, `zip`, `parquet`, `sqlite`, `shapefile`, `dbf` or `gzip`.

    Raises
    ------
    InputRefused
        When it is something we do not read; the message says what it is and what to do.

    Examples
    --------
    >>> layer(b"id,kind", "beats.geojson"), layer(b'[{"id": 1}]', "crimes.csv")
    ('text', 'json')
    """
    found = next((layer for sign, layer in _SIGNS if data.startswith(sign)), "")
    if found == "zip":
        return package(io.BytesIO(data), name)
    if found:
        return found
    if data.startswith(_OLE):
        raise _office(data, name)
    for sign, what, now in _OTHERS:
        if data.startswith(sign):
            raise InputRefused(what=what, where=name, now=now)
    start = _start(data)
    if start.startswith("<"):
        raise InputRefused(
            what="This is XML or a web page, not records", where=name, now="Give a CSV, GeoJSON or GeoPackage file."
        )
    if start.startswith(("{", "[")):
        return "json"
    return "dbf" if _is_dbf(data) else "text"


def _start(data: bytes) -> str:
    """The first characters of a text in any encoding we read, after marks and blanks."""
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:2].count(0) == 1:
        head = head.replace(b"\x00", b"")
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").decode("latin-1")


def _is_dbf(data: bytes) -> bool:
    """Whether bytes are the table beside a shapefile: its version, a date, and a header of whole fields."""
    if len(data) < 32 or data[0] not in {0x03, 0x83, 0x30}:
        return False
    header = int.from_bytes(data[8:10], "little")
    return 1 <= data[2] <= 12 and 1 <= data[3] <= 31 and header > 32 and len(data) >= header


def _office(data: bytes, name: str) -> InputRefused:
    """What stands in an Office container that cannot be read, and the way out."""
    for streams, what, now in _STREAMS:
        if any(stream.encode("utf-16-le") in data for stream in streams):
            return InputRefused(what=what, where=name, now=now)
    return InputRefused(
        what="This is an old Office document, not records", where=name, now="Save its table as .xlsx or CSV."
    )


def package(stream: BinaryIO, name: str) -> str:
    """Tell a workbook from an archive by what lies in it; other packages of the Office kind are named.

    Returns
    -------
    `xlsx` or `zip`.

    Raises
    ------
    InputRefused
        When it is damaged, or an Office document we do not read.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            inside = archive.NameToInfo
            kind = inside.get("mimetype")
            media = archive.read(kind) if kind is not None and kind.file_size < 200 else b""
    except Exception:  # noqa: BLE001 - a damaged package raises whatever its bytes lead to
        raise InputRefused(what="The zip archive or workbook is damaged", where=name, now="Fetch it again.") from None
    if "xl/workbook.xml" in inside:
        return "xlsx"
    if "xl/workbook.bin" in inside:
        told = "This is a binary workbook (.xlsb)"
    elif b"opendocument" in media:
        told = "This is an OpenDocument file"
    elif any(member.startswith(("word/", "ppt/", "visio/")) for member in inside):
        told = "This is an Office document, not a workbook"
    else:
        return "zip"
    raise InputRefused(what=told, where=name, now="Save its table as .xlsx or CSV and run again.")
