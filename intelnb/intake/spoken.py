"""Whether the words of a marking above the ceiling stand anywhere in a file's text: a first look that costs little."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

_PIECE_BYTES = 1 << 18
_OVERLAP = 16
_WORDS = (b"SECRET", b"CONFIDENTIAL")
_NO_CASE = 0xDFDFDFDF
_FIRST_THREE = int.from_bytes(b"\xff\xff\xff\x00", sys.byteorder)


def anywhere(text: bytes) -> bool:
    r"""Whether a text in UTF-8 may hold SECRET or CONFIDENTIAL in any letters, `(TS`, `(S/`, or letters in disguise.

    Letters in disguise are those of full width and the like, and those with something invisible between them.

    Examples
    --------
    >>> anywhere(b"id,mo\n1,a secret door\n"), anywhere(b"id,mo\n1,a door\n"), anywhere("S\u200bECRET".encode())
    (True, False, True)
    """
    letters = np.frombuffer(text, dtype=np.uint8)
    # a piece at a time, so that what is made of it is never far away
    for at in range(0, len(letters), _PIECE_BYTES):
        end = at + _PIECE_BYTES + _OVERLAP
        piece, has_brackets = letters[at:end], text.find(b"(", at, end) >= 0
        if _speaks(piece) or (has_brackets and _marks(piece)) or (piece.max() > 0x7F and _is_disguised(piece)):
            return True
    return False


def says(text: str) -> bool:
    """The same of one short text.

    Examples
    --------
    >>> says("a Secret door"), says("a door")
    (True, False)
    """
    large = text.upper()
    return not text.isascii() or any(word in large for word in ("SECRET", "CONFIDENTIAL", "(TS", "(S/"))


def _speaks(letters: NDArray[np.uint8]) -> bool:
    """Whether one of the words stands in a piece: what `in` says, much faster.

    Every fourth place is looked at, four letters at once; of a word, wherever it begins, one of its first four fours
    of letters begins at such a place.
    """
    if len(letters) % 4:  # only the last piece
        letters = np.concatenate([letters, np.zeros(-len(letters) % 4, dtype=np.uint8)])
    # the one bit that tells capitals from small letters is taken out
    fours = letters.view(np.uint32) & _NO_CASE
    for word in _WORDS:
        for before in range(4):
            four = word[before : before + 4]
            # of a short word the last of these is three letters and whatever follows
            places = fours if len(four) == 4 else fours & _FIRST_THREE
            alike = places == int.from_bytes(four.ljust(4, b"\0"), sys.byteorder)
            if alike.any() and _is_there(word, letters, np.flatnonzero(alike) * 4 - before):
                return True
    return False


def _is_there(word: bytes, letters: NDArray[np.uint8], at: NDArray[np.int64]) -> bool:
    """Whether a word begins at one of some places."""
    at = at[(at >= 0) & (at + len(word) <= len(letters))]
    for place, letter in enumerate(word):
        at = at[letters[at + place] & 0xDF == letter]
    return len(at) > 0


def _marks(letters: NDArray[np.uint8]) -> bool:
    """Whether a paragraph may be marked in brackets by letters alone, which are never small ones."""
    at = np.flatnonzero(letters == ord("("))
    at = at[at + 2 < len(letters)]
    first, second = letters[at + 1], letters[at + 2]
    found = ((first == ord("T")) & (second == ord("S"))) | ((first == ord("S")) & (second == ord("/")))
    return bool(found.any())


def _is_disguised(letters: NDArray[np.uint8]) -> bool:
    """Whether a piece has characters that are letters in disguise, or hide between letters."""
    at = np.flatnonzero(letters >= 0xC2)
    first, second, third = (letters[np.minimum(at + n, len(letters) - 1)] for n in range(3))
    is_general = (first == 0xE2) & (
        ((second == 0x80) & (((third >= 0x8B) & (third <= 0x8F)) | ((third >= 0xAA) & (third <= 0xAE))))
        | (second == 0x81)
    )
    is_soft = (first == 0xC2) & (second == 0xAD)
    is_mark = (first == 0xCC) | ((first == 0xCD) & (second <= 0xAF))
    is_wide = ((first == 0xEF) & (second >= 0xB8) & (second <= 0xBD)) | (first == 0xF0)
    return bool((is_general | is_soft | is_mark | is_wide).any())
