"""How a text file is written: recognised and recorded, never guessed into nonsense."""

from __future__ import annotations

import codecs

from intelnb.errors import InputRefused, SettingsError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(data: bytes, *, name: str, encoding: str = "") -> tuple[bytes, str]:
    r"""Bring text to UTF-8 and say how it was written.

    Recognised are UTF-8 with and without its mark, UTF-16, and else cp1252 (what Windows in Britain writes).

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
        When it is none of these.

    Examples
    --------
    >>> decoded("café".encode("cp1252"), name="x.csv")
    (b'caf\xc3\xa9', 'cp1252')
    """
    if encoding:
        return _as(data, encoding, name), encoding
    for mark, found in _MARKS:
        if data.startswith(mark):
            return _as(data, found, name), found
    sample = data[:4000]
    if len(sample) > 3 and sample[1::2].count(0) > 0.4 * len(sample[1::2]) and sample[::2].count(0) == 0:
        return _as(data, "utf-16-le", name), "utf-16-le"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _as(data, "cp1252", name), "cp1252"
    return data, "utf-8"


def _as(data: bytes, encoding: str, name: str) -> bytes:
    """The text as UTF-8, read strictly and without a mark in front."""
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as fault:
        at = f"byte {getattr(fault, 'start', 0):,}"
        raise InputRefused(
            what=f"The text cannot be read as {encoding}", where=f"{name}, {at}", now="Export it again as UTF-8."
        ) from None
    except LookupError:
        raise SettingsError(what=f"'{encoding}' is not an encoding", now="Use utf-8, utf-16 or cp1252.") from None
