"""How identifiers are written in the United Kingdom: the code table of rules for finding them in text."""

from __future__ import annotations

from typing import Any

from intelnb.doctrine import code_table

_TABLE = code_table.read("identifiers_uk")


def rules() -> tuple[dict[str, Any], ...]:
    """The rules, the fields of each as the table has them, lists as tuples.

    Examples
    --------
    >>> sorted({rule["kind"] for rule in rules()})
    ['postcode', 'telephone', 'vehicle']
    """
    return tuple(
        {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
        for row in _TABLE.rows("rules")
    )


def words() -> frozenset[str]:
    """Letters that are a word or a unit far more often than part of a vehicle mark."""
    return frozenset(_TABLE.body["words"])


def postcode_areas() -> frozenset[str]:
    """The letters a postcode can begin with.

    Examples
    --------
    >>> len(postcode_areas())
    124
    """
    return frozenset(_TABLE.body["postcode_areas"])


def version() -> str:
    """The table's scheme and version, for settings of a Result."""
    return f"{_TABLE.scheme}, version {_TABLE.version}"
