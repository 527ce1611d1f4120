"""A proposed map as the TOML file a person would have written, with what is still to say left as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from intelnb.intake.column_map import ColumnMap
from intelnb.intake.mapping.codes import Code
from intelnb.intake.mapping.profile import readable


def written(column_map: ColumnMap, *, file: str, codes: Sequence[Code] = ()) -> str:
    """A map as text.

    Codes nobody knows stand as comments under their column, with how many records have them, so that whoever
    knows what they mean has only to write it in.

    Examples
    --------
    >>> print(written(ColumnMap(columns={"kind": "Offence"}), file="crimes.csv"), end="")
    # Proposed by intelnb for crimes.csv, and accepted by a person. A column that is not named here is not read.
    <BLANKLINE>
    [columns]
    kind = "Offence"
    """
    head = f"# Proposed by intelnb for {readable(file)}, and accepted by a person. A column that is not named here is not read."
    parts = [[head]]
    source = [f"{key} = {_string(value)}" for key, value in column_map.source.model_dump().items() if value]
    parts += [["[source]", *source]] if source else []
    parts += [["[columns]", *(f"{ours} = {_string(theirs)}" for ours, theirs in column_map.columns.items())]]
    if column_map.combine:
        lines = [f"{ours} = {_list(theirs)}" for ours, theirs in column_map.combine.items()]
        parts.append(["# one value in several columns", "[combine]", *lines])
    if column_map.formats:
        lines = [
            f"{ours} = {_string(form) if isinstance(form, str) else _list(form)}"
            for ours, form in column_map.formats.items()
        ]
        parts.append(["# %d is the day, %m the month, %Y the year, %H the hour, %M the minute", "[formats]", *lines])
    if column_map.constants:
        lines = [
            f"{ours} = {_string(value) if isinstance(value, str) else value}"
            for ours, value in column_map.constants.items()
        ]
        parts.append(["# the same in every record", "[constants]", *lines])
    parts += [_codes(column, pairs, codes) for column, pairs in column_map.values.items()]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _codes(column: str, pairs: Mapping[str, str], codes: Sequence[Code]) -> list[str]:
    """Their words and ours; then those somebody must still say."""
    lines = [f"[values.{column}]", *(f"{_key(theirs)} = {_string(ours)}" for theirs, ours in pairs.items())]
    open_ones = [code for code in codes if code.column == column and not code.kept]
    if open_ones:
        lines.append("# their records are quarantined until somebody says what these mean")
        lines += [f"# {_key(code.code)} = {_string(code.perhaps)}  # records: {code.records}" for code in open_ones]
    return lines


def _string(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for two characters JSON leaves alone."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _string(text)


def _list(items: Sequence[str]) -> str:
    return f"[{', '.join(_string(item) for item in items)}]"
