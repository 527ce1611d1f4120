"""The texts of a column: where many records share one it is read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)
_LOOKED_AT = 2000
_MOSTLY_OTHERS = 0.5


@dataclass(frozen=True, eq=False)
class Words:
    """A column of text as its distinct texts, trimmed, and which of them each record has.

    Parameters
    ----------
    distinct
        The texts; two may be the same once trimmed.
    at
        For each record, which of them it has; None where each has its own.
    size
        How many records there are.
    whole
        The column as it stands, where trimming changed nothing; None where it did.
    """

    distinct: pa.Array
    at: NDArray[np.int32] | None
    size: int
    whole: pa.Array | None = None

    @classmethod
    def of(cls, columns: Sequence[pa.ChunkedArray], *, joint: str = " ") -> Words:
        """The words of a column, or of several joined.

        Examples
        --------
        >>> made = Words.of([pa.chunked_array([["a ", "b", "a ", "a "]])])
        >>> made.distinct.to_pylist(), made.at.tolist()
        (['a', 'b'], [0, 1, 0, 0])
        """
        parts = [column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in columns]
        if len(parts) > 1:
            trimmed = [pc.utf8_trim_whitespace(part) for part in parts]
            parts = [pc.binary_join_element_wise(*trimmed, pa.scalar(joint, trimmed[0].type))]
        whole, at = parts[0], None
        first = whole.slice(0, _LOOKED_AT)
        if len(first.unique()) <= _MOSTLY_OTHERS * len(first):
            coded = whole.dictionary_encode()
            distinct, at = coded.dictionary, coded.indices.to_numpy()
        else:
            distinct = whole
        trimmed_words = pc.utf8_trim_whitespace(distinct)
        return cls(trimmed_words, at, len(whole), whole if trimmed_words.equals(distinct) else None)

    @classmethod
    def same(cls, text: str, size: int) -> Words:
        """A column in which every record has the same text."""
        return cls(pa.array([text], type=pa.string()), np.zeros(size, dtype=np.int32), size)

    def where(self, holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """For each record whether its text is one of those marked."""
        return self.spread(holds) if holds.any() else np.zeros(self.size, dtype=bool)

    def spread(self, values: NDArray[Kind]) -> NDArray[Kind]:
        """For each record the value of its text."""
        return values if self.at is None else values[self.at]

    def often(self) -> NDArray[np.int64]:
        """How many records have each text."""
        if self.at is None:
            return np.ones(self.size, dtype=np.int64)
        return np.bincount(self.at, minlength=len(self.distinct))

    def like(self, pattern: str, *, longest: int = 0) -> NDArray[np.bool_]:
        """Which of the distinct texts match a pattern (of the RE2 kind); none that is longer than so many bytes."""
        if longest:
            found = np.asarray(pc.binary_length(self.distinct)) <= longest
            if found.any():
                short = self.distinct.filter(pa.array(found))
                found[found] = np.asarray(pc.match_substring_regex(short, pattern), dtype=bool)
            return found
        return np.asarray(pc.match_substring_regex(self.distinct, pattern), dtype=bool)

    def begin(self, mark: str) -> NDArray[np.bool_]:
        """Which of the distinct texts begin with a mark."""
        return np.asarray(pc.starts_with(self.distinct, mark), dtype=bool)

    def filled(self) -> NDArray[np.bool_]:
        """Which of the distinct texts hold anything."""
        return np.asarray(pc.binary_length(self.distinct)) > 0

    def listed(self) -> list[str]:
        """The distinct texts."""
        texts: list[str] = self.distinct.to_pylist()
        return texts

    def series(self) -> pd.Series[str]:
        """The distinct texts as a series."""
        made: pd.Series[str] = self.distinct.to_pandas().astype("str")
        return made

    def instead(self, texts: Sequence[str]) -> Words:
        """The same records with other texts in place of the distinct ones."""
        return replace(self, distinct=pa.array(texts, type=pa.string()), whole=None)

    def column(self) -> pa.Array:
        """The column again, trimmed."""
        if self.whole is not None:
            return self.whole
        if self.at is None:
            return self.distinct
        if len(self.distinct) == 1:
            return pa.repeat(self.distinct[0], self.size)
        return self.distinct.take(pa.array(self.at))
