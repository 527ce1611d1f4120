"""The last look at finished bytes: nothing withheld may stand in them, however it is written.

The scan reads what a page can hide text in: HTML and XML entities, JSON and CSS escapes, percent signs,
base64, Unicode look-alikes, zero-width characters. It compares words and numbers with every value that was
withheld at intake, and fails closed: a file it cannot decode is not published.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import unquote

from intelnb.errors import LeakFound

_WORD = re.compile(r"\w+")
_LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_TAG = re.compile(r"<[^<>]*>")
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)
_THOUSANDS = re.compile(r"(?<=\d)[,\u00a0\u2009\u202f](?=\d{3}\b)")
_LONGEST = 6
_DEPTH = 3


def check(files: Mapping[str, bytes], withheld: Iterable[str], *, own: bytes = b"") -> None:
    """Refuse finished files that hold a withheld value.

    Parameters
    ----------
    files
        The finished bytes by file name.
    withheld
        The texts and numbers this audience may not have, as they stood in the records.
    own
        What every such page says whatever the records hold: a withheld `Chair` is not told by a heading that names
        the chair.

    Raises
    ------
    LeakFound
        When one of them is found, or a file cannot be decoded. The message counts and never quotes them.

    Examples
    --------
    >>> check({"page.html": b"<p>Calm week</p>"}, ["Nominal N0412"])
    >>> check({"page.html": b"<p>N&#111;minal N0412</p>"}, ["Nominal N0412"])
    Traceback (most recent call last):
    ...
    intelnb.errors.LeakFound: 1 withheld value stands in the finished files (page.html: 1). ...
    """
    wanted = {run: text for text in withheld for spelling in _spellings(text) for run in _runs(spelling)}
    for run in find(own, wanted.keys()):
        del wanted[run]
    hits = {name: {wanted[run] for run in find(data, wanted.keys(), name=name)} for name, data in files.items()}
    found = {name: len(texts) for name, texts in hits.items() if texts}
    if found:
        total = len(set().union(*hits.values()))
        where = ", ".join(f"{name}: {n}" for name, n in sorted(found.items()))
        raise LeakFound(
            what=f"{total} withheld value{'s stand' if total > 1 else ' stands'} in the finished files",
            where=where,
            now="Nothing was published. Take it out of what was typed, or report it to whoever keeps the workspace.",
        )


def find(data: bytes, wanted: Collection[str], *, name: str = "") -> set[str]:
    """The wanted runs of words that stand in these bytes, in any of the forms a page can hide them in."""
    seen: set[str] = set()
    lengths = {run.count(" ") + 1 for run in wanted}
    for text in dict.fromkeys(_readings(_decoded(data, name))):
        for words in _spellings(text):
            for length in lengths:
                runs = zip(*(words[i:] for i in range(length)), strict=False)
                seen.update(run for parts in runs if (run := " ".join(parts)) in wanted)
    return seen


def _runs(words: tuple[str, ...]) -> list[str]:
    """A short value whole; of a long text every run of a few words, so that half a sentence is found too."""
    if len(words) <= _LONGEST:
        return [" ".join(words)] if words else []
    return [" ".join(words[i : i + _LONGEST]) for i in range(len(words) - _LONGEST + 1)]


def _spellings(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of a text in one spelling; where letters touch digits (`M645123`) also with the two apart."""
    joined = _THOUSANDS.sub("", text)  # before thin spaces become plain ones
    plain = _THOUSANDS.sub("", unicodedata.normalize("NFKC", joined).translate(_ZERO_WIDTH).casefold())
    whole = tuple(_WORD.findall(plain))
    apart = tuple(_LETTERS_OR_DIGITS.findall(plain))
    return (whole,) if apart == whole else (whole, apart)


def _decoded(data: bytes, name: str) -> str:
    """The text of a file; bytes that are no text are a reason not to publish."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise LeakFound(
            what="A finished file cannot be read as text, so it cannot be scanned",
            where=name,
            now="Nothing was published. Report it to whoever keeps the workspace.",
        ) from None


def _readings(text: str, depth: int = _DEPTH) -> list[str]:
    """The text as it stands and every way a browser, a script or a spreadsheet would decode it."""
    readings = [text]
    for decode in (html.unescape, html.unescape, _escapes, unquote, _css_escapes):
        for known in list(readings):
            if (other := decode(known)) not in readings:
                readings.append(other)
    # tags may cut a word in two (with nothing between) or stand for a space
    readings += [_TAG.sub("", known) for known in readings] + [_TAG.sub(" ", known) for known in readings]
    if depth:
        inner = {decoded for known in readings for decoded in _base64(known)}
        readings += [again for decoded in sorted(inner) for again in _readings(decoded, depth - 1)]
    return readings


def _escapes(text: str) -> str:
    r"""JSON and script escapes (`\u002f`, `\x2f`) undone."""
    return _JSON_ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text)


def _css_escapes(text: str) -> str:
    """Escapes of style sheets undone; a number above the last character is left as it is."""
    return _CSS_ESCAPE.sub(lambda f: chr(int(f[1], 16)) if 0 < int(f[1], 16) < 0x110000 else f[0], text)


def _base64(text: str) -> list[str]:
    """What long base64 runs say, where they say text."""
    decoded = []
    for run in set(_BASE64.findall(text)):
        try:
            decoded.append(base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode("utf-8"))
        except (binascii.Error, UnicodeDecodeError):
            continue
    return decoded
