"""Links as a network: which count, what shared things join, and what is conditional."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.tables import linked

KNOWN = pd.DataFrame(
    {
        "id": ["N1", "N2", "N3", "N4", "V1", "A1"],
        "type": ["person"] * 4 + ["vehicle", "address"],
        "name": list("abcdef"),
    }
)
LOGS = pd.DataFrame({"urn": ["L1", "L2"], "conditional": [False, True]})


def _links(*rows: tuple[Any, ...]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["source", "target", "type", "start", "end", "weight", "urn"])
    for column in ("start", "end"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[us]")
    return table.astype({"weight": float})


def told(made: linked.Network) -> list[tuple[str, str, float, bool]]:
    ids = [(made.ids[a], made.ids[b]) for a, b in made.pairs]
    return [(*pair, w, c) for pair, w, c in zip(ids, made.weight.tolist(), made.conditional.tolist(), strict=True)]


LINKS = _links(
    ("N1", "N2", "associate", "2026-01-05", None, 2, ""),
    ("N2", "N1", "calls", "2025-12-01", "2026-02-01", None, "L1"),
    ("N1", "V1", "uses", None, None, 1, "L2"),
    ("N2", "V1", "uses", "2026-03-01", None, 1, ""),
    ("N3", "A1", "lives at", "2026-01-01", None, 1, "L9"),
    ("N4", "N4", "associate", "2026-01-01", None, 1, ""),
    ("N3", "N9", "associate", "2026-05-01", None, 1, ""),
)  # fmt: skip


def test_links_of_all_types_become_one_per_pair() -> None:
    made = linked.network(LINKS, KNOWN, logs=LOGS)
    assert told(made) == [
        ("A1", "N3", 1.0, True), ("N1", "N2", 3.0, False), ("N1", "V1", 1.0, True), ("N2", "V1", 1.0, False), ("N3", "N9", 1.0, False),
    ]  # fmt: skip
    assert dict(zip(made.ids, made.types, strict=True))["N9"] == "unknown"
    assert made.left_out["Of something with itself, not used"] == 1
    assert str(made.first[1])[:10] == "2025-12-01"
    assert made.is_conditional
    assert linked.RESTRICTED in made.caveats()


def test_a_log_that_cannot_be_looked_up_is_not_open() -> None:
    assert [c for *_, c in told(linked.network(LINKS, KNOWN))] == [True, True, True, False, False]
    free = linked.network(LINKS[LINKS["urn"] == ""], KNOWN)
    assert not free.is_conditional
    assert linked.RESTRICTED not in free.caveats()


@pytest.mark.parametrize(
    ("since", "until", "pairs"),
    [
        ("2026-02-01", "2026-03-01", ["A1-N3", "N1-N2", "N1-V1"]),  # the call ended on the first day asked about
        ("2026-02-02", "2026-03-02", ["A1-N3", "N1-N2", "N1-V1", "N2-V1"]),
        ("2025-01-01", "2025-12-31", ["N1-N2", "N1-V1"]),
    ],
)
def test_a_link_counts_when_its_days_touch_the_window(since: str, until: str, pairs: list[str]) -> None:
    made = linked.network(LINKS, KNOWN, since=date.fromisoformat(since), until=date.fromisoformat(until))
    assert [f"{a}-{b}" for a, b, *_ in told(made)] == pairs


def test_nodes_of_one_type_are_joined_directly_and_by_what_they_share() -> None:
    direct = linked.network(LINKS, KNOWN, logs=LOGS, between="person")
    assert told(direct) == [("N1", "N2", 3.0, False)]
    assert direct.left_out["Between other types of entity, not used"] == 4
    shared = linked.network(LINKS, KNOWN, logs=LOGS, between="person", through=("vehicle", "address"))
    # the car adds 1/(2 - 1); N1's link to it rests on a conditional log
    assert told(shared) == [("N1", "N2", 4.0, True)]
    assert shared.left_out["To something that only one is linked to, not used"] == 1


def test_what_many_share_joins_each_pair_weakly_and_too_many_not_at_all() -> None:
    links = _links(*((f"N{n}", "A1", "visits", None, None, 1, "") for n in range(1, 5)))
    made = linked.network(links, KNOWN, between="person", through=("address",))
    assert [w for _, _, w, _ in told(made)] == [pytest.approx(1 / 3)] * 6
    none = linked.network(links, KNOWN, between="person", through=("address",), most_sharing=3)
    assert not len(none.pairs)
    assert none.left_out["To something that more than 3 share, not used"] == 4


def test_direction_is_kept_or_dropped_and_said() -> None:
    kept = linked.network(LINKS, KNOWN, between="person", is_directed=True)
    assert [(a, b, w) for a, b, w, _ in told(kept)] == [("N1", "N2", 2.0), ("N2", "N1", 1.0)]
    assert kept.settings["direction"] == "kept"
    assert linked.network(LINKS, KNOWN).settings["direction"] == "dropped"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"through": ("vehicle",)}, "join nodes of one type"),
        ({"through": ("vehicle",), "between": "person", "is_directed": True}, "without direction"),
        ({"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "is empty"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: dict[str, Any], why: str) -> None:
    with pytest.raises(MethodError, match=why):
        linked.network(LINKS, KNOWN, **options)


def test_a_weight_that_is_none_is_refused() -> None:
    with pytest.raises(MethodError, match="1 link has a weight that is not above 0, the first N1 to N2"):
        linked.network(_links(("N1", "N2", "", None, None, 0, "")), KNOWN)


def test_tables_without_their_optional_columns_do() -> None:
    made = linked.network(LINKS[["source", "target"]], KNOWN.drop(columns="name").iloc[:0])
    assert made.size == 6
    assert set(made.types) == {"unknown"}
    assert set(made.names) == {""}


ends = st.sampled_from(["N1", "N2", "N3", "N4", "V1", "A1"])


@given(st.lists(st.tuples(ends, ends, st.booleans()), min_size=1, max_size=15), st.sampled_from(["", "person"]))
@settings(max_examples=80, deadline=None)
def test_without_its_conditional_links_a_network_is_that_of_the_open_ones(
    rows: list[tuple[str, str, bool]], between: str
) -> None:
    links = _links(*((a, b, "", None, None, 1, "L2" if c else "") for a, b, c in rows))
    through = ("vehicle", "address") if between else ()
    whole = linked.network(links, KNOWN, logs=LOGS, between=between, through=through)
    if not (links["urn"] != "").all():
        opened = linked.network(links[links["urn"] == ""], KNOWN, logs=LOGS, between=between, through=through)
        assert not opened.is_conditional
        assert {pair[:2] for pair in told(opened)} <= {pair[:2] for pair in told(whole)}
    # every recorded link is used or its reason counted
    used = len(links) - sum(whole.left_out.values())
    assert 0 <= used <= len(links)
    assert np.all(whole.weight > 0)
