"""Networks of links: positions, groups, brokers, circles, changes and the fewest, on links anybody can draw."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from intelnb.analysis import brokers, communities, ego_network, fewest, network, network_change
from intelnb.analysis.result import Result
from intelnb.dates import parse
from intelnb.errors import MethodError
from tests.analysis.conftest import SAMPLE

WEEK = parse("2026-W46")
ASKED: dict[str, Callable[..., Result]] = {
    "key_people": network.key_people,
    "groups": communities.groups,
    "tight_groups": lambda *a, **k: communities.tight_groups(*a, least=3, **k),
    "brokers": brokers.brokers,
    "around": lambda *a, **k: ego_network.around(*a, centre="N0", **k),
    "since_last": lambda *a, **k: network_change.since_last(*a, period=WEEK, **k),
    "touching": lambda *a, **k: fewest.touching(*a, members=["N0", "N1", "N2", "N3"], **k),
}


def _known(size: int = 12, **others: str) -> pd.DataFrame:
    ids = [f"N{n}" for n in range(size)]
    table = pd.DataFrame({"id": [*ids, *others], "type": ["person"] * size + list(others.values())})
    return table.assign(name="Invented " + table["id"])


def _links(*pairs: tuple[int, int] | tuple[str, str], **columns: Any) -> pd.DataFrame:
    named = [
        (one if isinstance(one, str) else f"N{one}", two if isinstance(two, str) else f"N{two}") for one, two in pairs
    ]
    table = pd.DataFrame(named, columns=["source", "target"]).assign(start=pd.Timestamp("2026-01-01"), urn="")
    return table.assign(**columns)


# two fours who all know each other, 4 between them, and 9 to 11 in a row
TWO = [*combinations(range(4), 2), (0, 4), (4, 5), *combinations(range(5, 9), 2), (8, 9), (9, 10), (10, 11), (11, 7)]


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_what_rests_on_a_conditional_link_is_conditional(ask: Callable[..., Result]) -> None:
    logs = pd.DataFrame({"urn": ["L1", "L2"], "conditional": [False, True]})
    start = {"start": pd.Timestamp("2026-11-10")}
    links = pd.concat([_links(*TWO, *[(n, n + 2) for n in range(5)][1:2]), _links((0, 11), **start)], ignore_index=True)
    links = links.drop_duplicates(["source", "target"])
    for urn, conditional in (("", False), ("L1", False), ("L2", True), ("L9", True)):
        found = ask(links.assign(urn=urn), _known(), name="x", logs=logs)
        assert found.is_assessed, found.sentence
        assert found.values["conditional"] is conditional
        assert bool(found.table["conditional"].any()) is conditional
        assert any(told.startswith("Conditional:") for told in found.caveats) is conditional


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_every_answer_says_who_is_watched_and_that_a_place_is_no_guilt(ask: Callable[..., Result]) -> None:
    found = ask(_links(*TWO), _known(), name="x")
    assert any("watched" in told for told in found.caveats)
    assert any("no sign of guilt" in told for told in found.caveats)
    assert found.settings["direction"] == "dropped"


@pytest.mark.parametrize("ask", [ASKED["key_people"], ASKED["groups"], ASKED["brokers"]])
def test_a_handful_of_links_is_refused(ask: Callable[..., Result]) -> None:
    found = ask(_links((0, 1), (1, 2), (0, 2)), _known(), name="x")
    assert found.sentence.startswith("Not assessed: 3 links join entities of this type and ")


def test_places_by_hand_with_missing_links_and_direction() -> None:
    found = network.key_people(_links(*TWO), _known(), name="k", top=2, runs=40)
    table = found.table
    first = table[table["rank"] == 1].groupby("measure")["id"].agg(list)
    # 5 lies between the 5 before it and the 6 after it; 4 only between 4 and 7
    assert first["betweenness"] == ["N5"]
    assert table["words"].nunique() == 4
    assert table[["stays_10", "stays_20", "stays_30"]].to_numpy().min() >= 0
    assert found.values["n_unsure"] == (table["stays_10"] < 0.8).sum() > 0
    assert "their order is not known" in found.caveats[-1]
    star = _links(*[(n, 0) for n in range(1, 12)])
    kept = network.key_people(star, _known(), name="k", is_directed=True, top=1, runs=5)
    # nobody lies between: all lead to the one, and from it nowhere
    assert set(kept.table["measure"]) == {"degree", "closeness", "pagerank"}
    assert kept.settings["direction"] == "kept"


def test_nobody_is_named_where_all_tie() -> None:
    ring = _links(*[(n, (n + 1) % 12) for n in range(12)])
    found = network.key_people(ring, _known(), name="k", runs=3)
    assert found.sentence == "Nobody stands out in 12 links: by every measure 12 or more share the first place."
    clique = network.key_people(_links(*combinations(range(8), 2)), _known(), name="k", runs=3)
    assert clique.sentence == "Nobody stands out in 28 links: by every measure 8 or more share the first place."
    assert brokers.brokers(ring, _known(), name="b").sentence == (
        "0 of 12 linked alone hold parts of the record together; 12 share the most ways between others, so none stands out."
    )


def test_two_who_tie_are_both_named() -> None:
    """Two hubs with five leaves each, and a link between them: alike by every measure."""
    hubs = _links((0, 1), *[(0, n) for n in range(2, 7)], *[(1, n) for n in range(7, 12)])
    found = network.key_people(hubs, _known(), name="k", top=2, runs=3)
    assert found.sentence == "N0 and N1 rank first by 4 of 4 measures each in 11 links."
    assert brokers.brokers(hubs, _known(), name="b").sentence.endswith("N0 and N1 lie on most ways between others.")


def test_a_place_among_nearly_all_is_no_finding() -> None:
    """Of nine all stay in the first ten whatever is missing, and of twelve nearly all do."""
    star = _links(*[(0, n) for n in range(1, 9)], (1, 2), (3, 4))
    found = network.key_people(star, _known(), name="k", runs=3)
    assert found.sentence == "N0 ranks first by 4 of 4 measures in 10 links."
    assert "Only 9 are linked, so most stay in the first 10 whatever is missing; ask for fewer places." in found.caveats
    assert "first in " in network.key_people(star, _known(), name="k", top=1, runs=3).sentence


@pytest.mark.parametrize("ask", [ASKED["key_people"], ASKED["groups"], ASKED["brokers"], ASKED["around"]])
def test_links_whose_days_cannot_be_right_are_counted_and_told(ask: Callable[..., Result]) -> None:
    links = _links(*TWO).assign(end=pd.NaT)
    links.loc[0, "start"] = pd.Timestamp("2035-01-01")
    links.loc[[1, 2], "end"] = pd.Timestamp("2025-06-01")
    links.attrs["as_at"] = pd.Timestamp("2026-11-16")
    told = ask(links, _known(), name="x").caveats
    assert "Beginning after the data end, and counted: 1 link." in told
    assert "Ending before they begin, and counted: 2 links." in told
    assert not any("and counted" in one for one in ask(_links(*TWO), _known(), name="x").caveats)


def test_names_withheld_leave_references_alone() -> None:
    found = network.key_people(_links(*TWO), _known().drop(columns="name"), name="k", runs=2)
    assert set(found.table["name"]) == {""}


def test_groups_that_are_there_are_told_and_chance_is_not() -> None:
    found = communities.groups(_links(*TWO), _known(), name="g")
    member = found.table.set_index("id")["group"]
    assert len(set(member[["N0", "N1", "N2", "N3"]])) == 1
    assert member["N0"] != member["N6"]
    assert found.table["links_inside"].sum() % 2 == 0
    chance = list(nx.gnm_random_graph(30, 60, seed=8).edges())
    none = communities.groups(_links(*chance), _known(30), name="g")
    assert none.sentence.startswith("Not clearer than chance: ")
    with pytest.raises(MethodError, match="5 networks joined by chance cannot show"):
        communities.groups(_links(*TWO), _known(), name="g", rewirings=5)


def test_a_tight_group_by_hand_and_none() -> None:
    found = communities.tight_groups(_links(*TWO), _known(), name="t", least=3)
    assert found.table.groupby("group")["id"].agg(set).tolist() == [{"N0", "N1", "N2", "N3"}, {"N5", "N6", "N7", "N8"}]
    assert found.sentence == "2 tight groups of 8 in all, each linked to at least 3 others of it."
    none = communities.tight_groups(_links(*TWO), _known(), name="t", least=4)
    assert none.is_assessed
    assert none.sentence == "No set among 12 linked in which each is linked to at least 4 others of it."


def test_brokers_by_hand() -> None:
    found = brokers.brokers(_links(*TWO), _known(), name="b").table.set_index("id")
    assert found.index[:2].tolist() == ["N5", "N4"]
    assert found.loc["N4", "share_of_paths"] == pytest.approx(28 / 55, abs=1e-6)
    assert found.loc["N4", ["links", "parts", "constraint"]].tolist() == [2, 2, 0.5]
    assert found.loc["N0", "parts"] == 2
    assert "N1" not in found.index, "nobody depends on N1"
    whole = brokers.brokers(_links(*combinations(range(6), 2)), _known(), name="b")
    assert whole.sentence == "Nobody among 6 linked stands between others."


def test_round_one_by_hand() -> None:
    links = pd.concat(
        [_links((0, 1), (1, 2), (2, 3), (0, 4)), _links((1, 5), urn="L2"), _links((5, 6))], ignore_index=True
    )
    logs = pd.DataFrame({"urn": ["L2"], "conditional": [True]})
    found = ego_network.around(links, _known(), name="e", centre="N0", steps=3, logs=logs)
    table = found.table.set_index("id")
    assert table["steps"].to_dict() == {"N1": 1, "N4": 1, "N2": 2, "N5": 2, "N3": 3, "N6": 3}
    assert table["via"].to_dict()["N3"] == "N2"
    assert table["conditional"].to_dict() == {
        "N1": False,
        "N4": False,
        "N2": False,
        "N5": True,
        "N3": False,
        "N6": True,
    }
    assert table.loc["N1", "parts"] == 2
    assert table.loc["N4", "circle"] != table.loc["N1", "circle"]
    assert found.sentence == "6 lie within 3 links of N0, in 2 circles that only N0 joins in the record."
    lone = ego_network.around(links, _known(), name="e", centre="N9")
    assert lone.sentence == "Not assessed: N9 has no link of these days and types."
    with pytest.raises(MethodError, match="'N99' is no known entity"):
        ego_network.around(links, _known(), name="e", centre="N99")


def test_changes_by_hand() -> None:
    old, new = pd.Timestamp("2026-06-01"), pd.Timestamp("2026-11-10")
    links = pd.concat([
        _links((0, 1), (0, 2), start=old, end=pd.NaT), _links((3, 4), start=old, end=pd.Timestamp("2026-11-05")),
        _links((1, 5), (1, 6), (1, 2), start=new, end=pd.NaT),
    ], ignore_index=True)  # fmt: skip
    found = network_change.since_last(links, _known(), name="c", period=WEEK, moved_by=1)
    told = found.table[["change", "id", "other"]].to_numpy().tolist()
    assert told == [
        ["new entity", "N5", ""], ["new entity", "N6", ""], ["gone entity", "N3", ""], ["gone entity", "N4", ""],
        ["new link", "N1", "N2"], ["new link", "N1", "N5"], ["new link", "N1", "N6"], ["gone link", "N3", "N4"],
        ["moved up", "N1", ""], ["moved down", "N0", ""],
    ]  # fmt: skip
    moved = found.table.set_index("change")
    assert moved.loc["moved up", ["rank_before", "rank_now"]].tolist() == [2, 1]
    same = network_change.since_last(links, _known(), name="c", period=parse("2026-W40"))
    assert same.sentence == "Nothing changed in the recorded links since the week before."
    never = network_change.since_last(links, _known(), name="c", period=parse("2020-W40"))
    assert never.sentence == "Not assessed: no link is of this week or the one before."


def test_the_fewest_by_hand() -> None:
    known = _known(A1="address", V1="vehicle")
    links = _links(("N0", "A1"), ("N1", "A1"), ("N2", "A1"), ("N3", "V1"), ("N2", "V1"), ("N0", "N1"), ("N5", "N6"))
    group = ["N0", "N1", "N2", "N3", "N9"]
    found = fewest.touching(links, known, name="f", members=group)
    assert found.table["id"].iloc[0] == "A1"
    assert found.table["adds"].tolist() == [3, 1]
    assert found.sentence == "2 reach all 4 members in the recorded links; no fewer can."
    assert "Without a link of these days and types, so not reached: 1 member." in found.caveats
    people = fewest.touching(links, known, name="f", members=group, among=("address",))
    assert people.table["id"].tolist() == ["A1"]
    assert "Linked to nothing that may be chosen, so not reached: 1 member." in people.caveats
    inside = fewest.touching(links, known, name="f", members=group, reach="links")
    assert inside.sentence == "1 touches the only link among the group; no fewer can."
    assert (
        fewest.touching(links, known, name="f", members=["N9"]).sentence == "Not assessed: no link touches this group."
    )
    with pytest.raises(MethodError, match="'houses' cannot be reached"):
        fewest.touching(links, known, name="f", members=group, reach="houses")


@pytest.fixture(scope="module")
def sample_links() -> pd.DataFrame:
    table = pd.read_csv(SAMPLE / "links.csv", dtype=str, keep_default_na=False)
    return table.assign(
        start=pd.to_datetime(table["start"]), end=pd.to_datetime(table["end"], errors="coerce"), weight=table["weight"].astype(float)
    )  # fmt: skip


@pytest.fixture(scope="module")
def sample_entities() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "entities.csv", dtype=str, keep_default_na=False)


def test_the_planted_group_is_found_and_stands_apart(
    sample_links: pd.DataFrame, sample_entities: pd.DataFrame, logs: pd.DataFrame, truths: dict
) -> None:
    truth = truths["organised_group"]
    asked = {"name": "x", "logs": logs}
    tight = communities.tight_groups(sample_links, sample_entities, least=truth["core"], **asked)
    assert set(tight.table["id"]) == set(truth["members"])
    assert tight.values["n_groups"] == 1
    divided = communities.groups(sample_links, sample_entities, runs=10, **asked)
    assert divided.values["is_clear"] == "yes"
    (number,) = divided.table.loc[divided.table["id"].isin(truth["members"]), "group"].unique()
    assert set(divided.table.loc[divided.table["group"] == number, "id"]) == set(truth["members"])
    people = network.key_people(sample_links, sample_entities, runs=10, **asked)
    most = people.table[people.table["measure"] == "degree"].set_index("id")["stays_10"]
    assert set(most.index) <= set(truth["members"]), "those most linked are of the planted group"


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "links", "linked", "first"),
    # Morselli's (2009) drug importers: N1 led, and was first by every measure he gives
    [("Caviar_01", 205, 110, "1"), ("Montagna_mafia_Montagna_meetings", 248, 95, ""), ("Natarajan_heroin", 87, 38, "")],
)
def test_real_covert_networks_have_their_known_size_and_place(
    real_data: Path, file: str, links: int, linked: int, first: str
) -> None:
    rows = pd.read_csv(real_data / "networks_covert" / "edgelists" / f"{file}_edges.csv", dtype=str)
    table = rows.rename(columns={"from": "source", "to": "target"})[["source", "target"]]
    known = pd.DataFrame({"id": sorted({*table["source"], *table["target"]}), "type": "person"})
    found = network.key_people(table, known, name="k", runs=3)
    assert (found.values["n_links"], found.values["n"]) == (links, linked)
    assert not first or (found.values["first"], found.values["n_first"]) == (first, 4)
    peer = nx.Graph(table.to_numpy().tolist())
    peer.remove_edges_from(nx.selfloop_edges(peer))
    between = nx.betweenness_centrality(peer)
    ours = found.table[found.table["measure"] == "betweenness"].set_index("id")["value"]
    assert ours.to_dict() == pytest.approx({one: between[one] for one in ours.index}, abs=1e-6)
