"""Residents by area: nobody counted twice, one year, one edition of codes."""

from __future__ import annotations

import pandas as pd
import pytest

from intelnb.errors import MethodError
from intelnb.tables.population import residents


def _held(*rows: tuple[str, str, int | None, str, int]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["area", "edition", "year", "age", "residents"])
    return table.astype({"year": "Int64", "residents": "Int64", "area": "str", "edition": "str", "age": "str"})


def test_a_total_beside_its_parts_counts_alone() -> None:
    found = residents(_held(("A", "", 2024, "0-15", 20), ("A", "", 2024, "16+", 80), ("A", "", 2024, "", 101),
                            ("B", "", 2024, "0-15", 5), ("B", "", 2024, "16+", 6)))  # fmt: skip
    assert found.to_numpy().tolist() == [["A", 101], ["B", 11]]


def test_the_latest_year_unless_another_is_named() -> None:
    table = _held(("A", "", 2023, "", 90), ("A", "", 2024, "", 100))
    assert residents(table)["population"].tolist() == [100]
    assert residents(table).attrs["told"] == ("Residents are those of 2024.",)
    assert residents(table, year=2023)["population"].tolist() == [90]
    with pytest.raises(MethodError, match="no residents of 2020; the population holds 2023, 2024"):
        residents(table, year=2020)
    undated = _held(("A", "", None, "", 7))
    assert residents(undated).attrs["told"] == ("The population does not say of which year it is.",)
    with pytest.raises(MethodError, match="no year at all"):
        residents(undated, year=2024)
    none = residents(table.iloc[:0])
    assert (len(none), none.attrs["told"]) == (0, ("No residents are given.",))


def test_two_editions_only_come_together_through_the_lookup() -> None:
    table = _held(
        ("E1", "LSOA 2011", 2024, "", 10), ("E2", "LSOA 2011", 2024, "", 20), ("E9", "LSOA 2021", 2024, "", 5)
    )
    lookup = pd.DataFrame(
        {"code": ["E1", "E2"], "becomes": ["E9", "E2"], "edition": "LSOA 2011", "becomes_edition": "LSOA 2021"}
    )
    with pytest.raises(MethodError, match="LSOA 2011 and LSOA 2021"):
        residents(table)
    with pytest.raises(MethodError, match="cannot be joined"):
        residents(table, edition="LSOA 2021")
    found = residents(table, edition="LSOA 2021", lookup=lookup)
    assert found.to_numpy().tolist() == [["E2", 20], ["E9", 15]]
    assert found["population"].sum() == 35
    assert "1 area code was brought to LSOA 2021 by best fit, which is not exact." in found.attrs["told"]
