"""What every method of analysis returns: a table, its numbers, one sentence, and how it was made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

Value = str | int | float
_RECKONING = frozenset({"p", "q", "z", "alpha", "method", "history", "short", "graded", "same_place_p"})
# names may hold dots (`burglary.n`), which str.format would read as attributes
_BRACES = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, eq=False)
class Result:
    """The answer to one question, with everything needed to read it, check it and doubt it.

    Parameters
    ----------
    name
        Short name of the question, unique on a page: `alarms.burglary`.
    table
        The rows behind the answer.
    values
        Named numbers; prose and evidence use these and nothing else.
    wording
        The plain sentence, at most 25 words, with values in braces: `{n} burglaries, {low} to {high} expected.` A word
        that must agree with a number has both forms: `{n} {n|place matters|places matter}.`
    settings
        Every choice made, the automatic ones included.
    caveats
        What a reader must know before trusting it.
    grain
        Finest place the rows speak of: `force`, an area level, `cell`, `point`; or `log`.
    sources
        Source tables the answer rests on.
    status
        `assessed`, or one of `not assessed`, `not submitted`, `break in recording`.
    key, counts, total
        For tables that may be shown to a reduced audience: the column that names a row, the columns that are
        counts, and the count column that is the sum of the others. A value named `<row>.<column>` follows its cell.
    follows, plain
        Columns read off the first count (`real`), which go where it goes; and columns that say nothing of counts
        (names). A reduced audience gets no other column.
    is_workbench
        Made for the workbench alone: a product refuses it.
    """

    name: str
    table: pd.DataFrame
    values: Mapping[str, Value]
    wording: str
    settings: Mapping[str, Value] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    grain: str = "force"
    sources: tuple[str, ...] = ()
    status: str = "assessed"
    key: str = ""
    counts: tuple[str, ...] = ()
    total: str = ""
    follows: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    is_workbench: bool = False

    @property
    def sentence(self) -> str:
        """The answer in one plain sentence, its numbers taken from `values`."""
        return _BRACES.sub(self._said, self.wording)

    def _said(self, found: re.Match[str]) -> str:
        """A value, or the one of two words that agrees with it."""
        name, _, forms = found[1].partition("|")
        if not forms:
            return spoken(self.values[name])
        one, _, many = forms.partition("|")
        return one if self.values[name] == 1 else many

    @property
    def is_assessed(self) -> bool:
        """Whether there is an answer at all."""
        return self.status == "assessed"

    def evidence(self) -> dict[str, str]:
        """The values as text, as a judgement remembers them: what was found, not how it was reckoned."""
        found = {name: value for name, value in sorted(self.values.items()) if name not in _RECKONING}
        return {f"{self.name}.{name}": spoken(value) for name, value in found.items()}

    def _repr_html_(self) -> str:
        """Sentence, caveats and first rows, for a notebook; a page is made elsewhere."""
        shown = self.table.drop(columns=["geometry"], errors="ignore").head(20)
        caveats = "".join(f"<li>{escape(c)}</li>" for c in self.caveats)
        rows = shown.map(_cell).to_html(index=False, border=0, escape=True) if len(shown.columns) else ""
        more = f"<p>The first {len(shown)} of {len(self.table):,} rows.</p>" if len(self.table) > len(shown) else ""
        return f"<p><b>{escape(self.sentence)}</b></p><ul>{caveats}</ul>{rows}{more}"


def not_assessed(name: str, *, why: str, status: str = "not assessed", **extra: Any) -> Result:
    """The Result of a question these data cannot answer; a page shows the reason, never a zero.

    Examples
    --------
    >>> not_assessed("near_repeat", why="data are monthly").sentence
    'Not assessed: data are monthly.'
    """
    wording = f"{status[0].upper()}{status[1:]}: {why.rstrip('.')}.".replace("{", "(").replace("}", ")")
    return Result(name=name, table=pd.DataFrame(), values={}, wording=wording, status=status, **extra)


def _cell(value: object) -> str:
    """A cell as people read it: no `NaN`, no `14910.0`, thousands apart."""
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    if pd.isna(value):  # type: ignore[call-overload]
        return "\N{EN DASH}"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Real) and not isinstance(value, (bool, np.bool_)):
        number = float(value)
        if number.is_integer():
            return f"{number:,.0f}" if abs(number) >= 10_000 else f"{number:.0f}"  # a year has no comma
        return f"{number:,.1f}" if abs(number) >= 1000 else f"{number:.4g}"
    return str(value)


def spoken(value: Value) -> str:
    """A value as a sentence says it: thousands separated, no more digits than a reader needs.

    Examples
    --------
    >>> spoken(12345), spoken(0.4567), spoken(12.0), spoken(3078.7), spoken("Castle")
    ('12,345', '0.46', '12', '3,079', 'Castle')
    """
    if isinstance(value, str):
        return value
    if float(value).is_integer():
        return f"{int(value):,}"
    if abs(value) >= 1:
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
    return f"{value:.2g}"
