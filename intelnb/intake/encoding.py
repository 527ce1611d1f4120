"""How a text file is written: recognised where it can be proven, recorded, and never guessed into nonsense.

The proof, in this order:

1. A mark at the beginning says UTF-8 or UTF-16.
2. Without one, every second byte of the beginning being NUL says UTF-16, and which way round.
3. Text that decodes strictly as UTF-8 is UTF-8: other text almost never does.
4. Else it is cp1252, what Windows in Britain writes, but only where every character it makes is one that British
   text has in that place: accented letters beside letters, curly quotes, dashes, pounds, fractions. What fails this is
   another code page (an old DOS or Mac export, Polish names from an eastern one), a file of two encodings, or one cut in
   the middle of a character; it is refused, and the column map may state what it is.
"""

from __future__ import annotations

import codecs
import re

import numpy as np
from numpy.typing import NDArray

from intelnb.errors import InputRefused, SettingsError

KNOWN = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "iso-8859-1", "iso-8859-15"),
    *("cp1250", "cp850", "cp437", "mac-roman"),
)
"""Encodings a column map may state."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# euro, ellipsis, curly quotes, bullet, dashes, trade mark; no-break space and the signs of British keyboards
_SIGNS = b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa6\xa7\xa9\xab\xac\xad\xae\xb0\xb1\xb4\xb7\xbb\xbc\xbd\xbe"
_SQUARED = b"\xb2\xb3"
_TWO_BYTES_OF_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOW = "Export it again as UTF-8, or state its encoding in the column map."


def decoded(data: bytes, *, name: str, encoding: str = "") -> tuple[bytes, str]:
    r"""Bring text to UTF-8 and say how it was written.

    Parameters
    ----------
    name
        File name for messages.
    encoding
        What the column map says it is; then nothing is recognised, and anything else is refused.

    Returns
    -------
    The text as UTF-8 without a mark, and the name of the encoding.

    Raises
    ------
    InputRefused
        When it cannot be proven to be one of these, or is not what the map says.
    SettingsError
        When the map states an encoding we do not know.

    Examples
    --------
    >>> decoded("café".encode("cp1252"), name="x.csv")
    (b'caf\xc3\xa9', 'cp1252')
    """
    if encoding:
        stated = encoding.lower().replace("_", "-")
        if stated not in KNOWN:
            raise SettingsError(what=f"'{encoding}' is not an encoding", now=f"Use one of: {', '.join(KNOWN)}.")
        return _as(data, stated, name), encoding
    if data.startswith(_UTF32):
        raise InputRefused(what="The text is written in UTF-32", where=name, now="Export it again as UTF-8.")
    for mark, found in _MARKS:
        if data.startswith(mark):
            return _as(data, found, name), found
    if wide := _without_mark(data[:4000]):
        return _as(data, wide, name), wide
    if data.isascii():
        return data, "utf-8"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        _prove_cp1252(data, fault, name)
        return _as(data, "cp1252", name), "cp1252"
    return data, "utf-8"


def _without_mark(sample: bytes) -> str:
    """UTF-16 without its mark, by the NULs beside plain letters; empty where it is not."""
    low, high = sample[::2], sample[1::2]
    if len(sample) > 3 and high.count(0) > 0.4 * len(high) and not low.count(0):
        return "utf-16-le"
    if len(sample) > 3 and low.count(0) > 0.4 * len(low) and not high.count(0):
        return "utf-16-be"
    return ""


def _prove_cp1252(data: bytes, fault: UnicodeDecodeError, name: str) -> None:
    """Refuse what is not UTF-8 and cannot be proven to be cp1252."""
    # these begin what British UTF-8 has: pounds, accents, quotes and dashes
    if fault.reason == "unexpected end of data" and data[fault.start] in b"\xc2\xc3\xe2":
        raise _refused("The text is cut in the middle of a character", data, fault.start, name, "Fetch it again.")
    if _TWO_BYTES_OF_UTF8.search(data):
        raise _refused("The text is written in two encodings: UTF-8 and another", data, fault.start, name, _NOW)
    text = np.frombuffer(data, dtype=np.uint8)
    at = np.flatnonzero(text >= 0x80)
    strange = ~_is_british(text, at)
    if strange.any():
        raise _refused("It cannot be told how the text is written", data, int(at[strange][0]), name, _NOW)


def _is_british(text: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the bytes beyond ASCII make, as cp1252, a character that stands where British text has it."""
    padded = np.concatenate([[0x20], text, [0x20]]).astype(np.uint8)
    here, before, after = padded[at + 1], padded[at], padded[at + 2]
    is_sign = np.isin(here, np.frombuffer(_SIGNS, np.uint8))
    # square and cubic metres; elsewhere the byte is a letter of another code page
    is_squared = np.isin(here, np.frombuffer(_SQUARED, np.uint8)) & ((before == ord("m")) | ~_is_letter(before))
    is_squared &= ~_is_letter(after)
    is_accented = (here >= 0xC0) & (here != 0xD7) & (here != 0xF7) & (_is_letter(before) | _is_letter(after))
    # a capital after a small letter is the apostrophe of a Mac: its "don't" reads here as donÕt
    is_accented &= ~((here <= 0xDE) & (before >= ord("a")) & (before <= ord("z")))
    # à la carte; a capital alone would be the dash of a Mac
    stands_alone = (here >= 0xE0) & (here != 0xF7) & ~_is_digit(before) & ~_is_digit(after)
    # three dots inside a word are the à of DOS
    is_sign &= ~((here == 0x85) & _is_letter(before) & _is_letter(after))
    found: NDArray[np.bool_] = is_sign | is_squared | is_accented | stands_alone
    return found


def _is_digit(byte: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (byte >= ord("0")) & (byte <= ord("9"))


def _is_letter(byte: NDArray[np.uint8]) -> NDArray[np.bool_]:
    lower = byte | 0x20
    is_plain = (lower >= ord("a")) & (lower <= ord("z"))
    found: NDArray[np.bool_] = is_plain | ((byte >= 0xC0) & (byte != 0xD7) & (byte != 0xF7))
    return found


def _refused(what: str, data: bytes, at: int, name: str, now: str) -> InputRefused:
    line = data.count(b"\n", 0, at) + 1
    return InputRefused(what=what, where=f"{name}, line {line:,}, byte {at:,}", now=now)


def _as(data: bytes, encoding: str, name: str) -> bytes:
    """The text as UTF-8, read strictly and without a mark in front."""
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as fault:
        told = f"The text cannot be read as {encoding}"
        raise _refused(told, data, getattr(fault, "start", 0), name, "Export it again as UTF-8.") from None
