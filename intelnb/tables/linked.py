"""Links as a network: which links of which days join whom, what was left out, and what it may be used for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelnb.errors import MethodError
from intelnb.tables import options
from intelnb.tables.words import several

MOST_SHARING = 20  # a thing shared by more than this many joins nobody: a station, a shop, a switchboard
WATCHED = (
    "A place in recorded links: who was watched or reported more has more links, and the rest of what is so is missing.",
    "A position in recorded links is no sign of guilt and no score of a person; a person judges what it means.",
)
RESTRICTED = "Conditional: it rests on links whose logs have handling conditions, or are not among the logs given."
ENDS = ("source", "target")


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes by number and the links between them, each pair once.

    `pairs` has shape (m, 2), `weight`, `conditional` and `first` (day of the earliest link, NaT where unknown) shape
    (m,). `left_out` counts the links not used, by why; `doubtful` those used although their days cannot be right.
    """

    ids: tuple[str, ...]
    types: tuple[str, ...]
    names: tuple[str, ...]
    pairs: NDArray[np.int64]
    weight: NDArray[np.float64]
    conditional: NDArray[np.bool_]
    first: NDArray[np.datetime64]
    is_directed: bool
    left_out: dict[str, int]
    doubtful: dict[str, int]
    settings: dict[str, str | int | float]

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.ids)

    @property
    def is_conditional(self) -> bool:
        """Whether any link is conditional: then everything made of the whole network is."""
        return bool(self.conditional.any())

    def caveats(self) -> tuple[str, ...]:
        """What a reader of anything made from these links must know."""
        told = [f"{why}: {several(n, 'link')}." for why, n in (*self.left_out.items(), *self.doubtful.items()) if n]
        return (*WATCHED, *((RESTRICTED,) if self.is_conditional else ()), *told)

    def nodes(self) -> pd.DataFrame:
        """Table `id, type, name`, in the order of the numbers."""
        return pd.DataFrame({"id": self.ids, "type": self.types, "name": self.names}, dtype="str")


def refusal(links: pd.DataFrame, *, least: int = 1) -> tuple[str, str]:
    """Say why links cannot be asked at all: status and reason, both blank when they can.

    Examples
    --------
    >>> refusal(pd.DataFrame({"source": [], "target": []}))
    ('not assessed', 'there are no links to judge by')
    """
    if links.attrs.get("status", "submitted") == "not submitted":
        return "not submitted", "no links were received"
    if links.attrs.get("status") == "withheld" or not set(ENDS) <= set(links.columns):
        return "not assessed", "links are withheld from this audience"
    if len(links) < least:
        return "not assessed", "there are no links to judge by" if not len(
            links
        ) else f"there are only {len(links)} links"
    return "", ""


def network(
    links: pd.DataFrame,
    entities: pd.DataFrame,
    *,
    logs: pd.DataFrame | None = None,
    since: date | None = None,
    until: date | None = None,
    types: tuple[str, ...] = (),
    between: str = "",
    through: tuple[str, ...] = (),
    most_sharing: int = MOST_SHARING,
    is_directed: bool = False,
) -> Network:
    """Make one network of recorded links.

    A link counts when its days touch the window; one without an end goes on, one without a start is taken as old
    and counted. Links that begin after the data end or end before they begin are counted too, and told. Several links of one pair become one, their weights added; a blank weight is 1. A link that rests on
    a log is conditional when the log is, or when it is not among the logs given: what cannot be looked up is not open.

    Parameters
    ----------
    links, entities
        The tables as read. An entity that is not in the table has the type `unknown`.
    logs
        The logs links rest on, for their handling.
    since, until
        First day of the window, and the first day after it; all days where not given.
    types
        Types of link used; all where not given.
    between
        Type of entity that are nodes, such as `person`; all types where blank.
    through
        Types of entity that join nodes which share them, such as `vehicle` and `address`: two nodes both linked to
        one thing get a link of weight 1/(n - 1), n being how many share it. Only with `between`.
    most_sharing
        A thing shared by more nodes than this joins nobody, and is counted.
    is_directed
        Keep the direction from source to target. Things shared have none, so not with `through`.

    Returns
    -------
    Network
        Nodes are the entities of the type wanted that have a link used, in the order of their ids.

    Raises
    ------
    MethodError
        For a weight that is not above 0, a window that ends before it begins, or `through` where it cannot be.

    References
    ----------
    Newman, M. E. J. (2001). Scientific collaboration networks II. Physical Review E 64 (weights of shared things).

    Examples
    --------
    >>> links = pd.DataFrame({"source": ["N1", "N2", "N1"], "target": ["V1", "V1", "N3"], "urn": ["", "L7", ""]})
    >>> known = pd.DataFrame({"id": ["N1", "N2", "N3", "V1"], "type": ["person", "person", "person", "vehicle"]})
    >>> made = network(links, known, between="person", through=("vehicle",))
    >>> made.ids, made.pairs.tolist(), made.conditional.tolist()
    (('N1', 'N2', 'N3'), [[0, 1], [0, 2]], [True, False])
    """
    if through and (is_directed or not between):
        raise MethodError(
            what="things shared join nodes of one type, without direction", now="Give between, or leave through out."
        )
    kind = dict(zip(entities["id"], entities["type"], strict=True)) if len(entities) else {}
    name = dict(zip(entities["id"], entities["name"], strict=True)) if "name" in entities else {}
    held = _prepared(links, logs, kind)
    used, left_out = _chosen(held, since=since, until=until, types=types)
    doubtful = _doubtful(used, as_at=pd.Timestamp(links.attrs.get("as_at", pd.NaT)))
    if between:
        direct = used[(used["source_type"] == between) & (used["target_type"] == between)]
        others = used.drop(direct.index)
        shared, told = _through(others, between=between, through=through, most_sharing=most_sharing)
        left_out |= told
        used = pd.concat([direct[list(shared.columns)], shared], ignore_index=True)
    merged = _merged(used, is_directed=is_directed)
    ids = sorted({*merged["source"], *merged["target"]})
    at = {one: number for number, one in enumerate(ids)}
    pairs = np.column_stack([merged[end].map(at).to_numpy(dtype=np.int64) for end in ENDS]).reshape(-1, 2)
    return Network(
        ids=tuple(ids),
        types=tuple(kind.get(one, "unknown") for one in ids),
        names=tuple(name.get(one, "") for one in ids),
        pairs=pairs,
        weight=merged["weight"].to_numpy(dtype=np.float64),
        conditional=merged["conditional"].to_numpy(dtype=bool),
        first=merged["start"].to_numpy().astype("datetime64[us]"),
        is_directed=is_directed,
        left_out=left_out,
        doubtful=doubtful,
        settings={
            "since": str(pd.Timestamp(since).date()) if since else "first", "until": str(pd.Timestamp(until).date()) if until else "latest",
            "types_of_link": ", ".join(types) or "all", "between": between or "all types", "through": ", ".join(through) or "nothing",
            "direction": "kept" if is_directed else "dropped", "links_used": len(merged), "entities": len(ids),
        },
    )  # fmt: skip


def _prepared(links: pd.DataFrame, logs: pd.DataFrame | None, kind: dict[str, str]) -> pd.DataFrame:
    """Links with every column, the types of their ends, and whether each is conditional."""
    blank = pd.Series(pd.NaT, index=range(len(links)), dtype="datetime64[us]")
    columns: dict[str, Any] = {"type": "", "start": blank, "end": blank, "weight": 1.0, "urn": ""}
    held = links.reset_index(drop=True)
    held = held.assign(**{name: value for name, value in columns.items() if name not in links})
    held = held.assign(weight=held["weight"].astype(float).fillna(1.0))
    faulty = held[~(held["weight"] > 0) | ~np.isfinite(held["weight"])]
    if len(faulty):
        raise MethodError(
            what=f"{several(len(faulty), 'link', 'has', 'have')} a weight that is not above 0, the first {faulty['source'].iloc[0]} to {faulty['target'].iloc[0]}",
            now="Mend the weights, or leave them blank.",
        )
    known = (
        {} if logs is None or "conditional" not in logs else dict(zip(logs["urn"], logs["conditional"], strict=True))
    )
    restricted = [bool(urn) and bool(known.get(urn, True)) for urn in held["urn"]]
    types = {f"{end}_type": [kind.get(one, "unknown") for one in held[end]] for end in ENDS}
    return held.assign(conditional=np.array(restricted, dtype=bool), **types)


def _chosen(
    held: pd.DataFrame, *, since: date | None, until: date | None, types: tuple[str, ...]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The links of the window and the types asked for, and why others are not among them."""
    given = {"since": since, "until": until}
    options.day(**{name: one for name, one in given.items() if one is not None})
    if since and until and pd.Timestamp(until) <= pd.Timestamp(since):
        raise MethodError(what=f"the window from {since} to {until} is empty", now="Give a later end.")
    first = pd.Timestamp(since) if since else pd.Timestamp.min
    last = pd.Timestamp(until) if until else pd.Timestamp.max
    begins, ends = held["start"], held["end"]
    is_now = (begins.isna() | (begins < last)) & (ends.isna() | (ends >= first))
    is_itself = held["source"] == held["target"]
    is_type = held["type"].isin(types) if types else pd.Series(data=True, index=held.index)
    kept = held[(is_now & ~is_itself & is_type).to_numpy(dtype=bool)]
    why = {
        "Outside the days asked about": int((~is_now).sum()),
        "Of a type not asked for": int((is_now & ~is_type).sum()),
        "Of something with itself, not used": int((is_now & is_type & is_itself).sum()),
    }
    return kept, why


def _doubtful(used: pd.DataFrame, *, as_at: pd.Timestamp) -> dict[str, int]:
    """Links counted whose days cannot be right; where the data do not say when they end, no day is still to come."""
    begins, ends = used["start"], used["end"]
    return {
        "Beginning after the data end, and counted": 0 if pd.isna(as_at) else int((begins > as_at).sum()),
        "Ending before they begin, and counted": int((ends < begins).sum()),
    }


def _through(
    used: pd.DataFrame, *, between: str, through: tuple[str, ...], most_sharing: int
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Links of nodes that share a thing; and how many recorded links joined two, or none and why."""
    forth = used[(used["source_type"] == between) & used["target_type"].isin(through)]
    back = used[(used["target_type"] == between) & used["source_type"].isin(through)]
    turned = back.rename(columns={"source": "target", "target": "source"})
    ties = pd.concat([forth, turned], ignore_index=True)
    rows: list[tuple[str, str, float, bool, pd.Timestamp]] = []
    alone, crowded = 0, 0
    for _, sharing in ties.groupby("target", sort=True):
        each = sharing.groupby("source", sort=True).agg(conditional=("conditional", "any"), start=("start", "min"))
        alone += len(sharing) if len(each) == 1 else 0
        crowded += len(sharing) if len(each) > most_sharing else 0
        if len(each) > most_sharing:
            continue
        held = list(zip(each.index, each["conditional"], each["start"], strict=True))
        for (one, is_one, first), (two, is_two, second) in combinations(held, 2):
            # two share a thing from the day the later of them is linked to it
            both = second if pd.isna(first) else first if pd.isna(second) else max(first, second)
            rows.append((str(one), str(two), 1 / (len(held) - 1), bool(is_one or is_two), both))
    made = pd.DataFrame(rows, columns=["source", "target", "weight", "conditional", "start"])
    told = {
        "Between other types of entity, not used": len(used) - len(ties),
        "To something that only one is linked to, not used": alone,
        f"To something that more than {most_sharing} share, not used": crowded,
    }
    return made.astype({"conditional": bool, "start": "datetime64[us]"}), told


def _merged(used: pd.DataFrame, *, is_directed: bool) -> pd.DataFrame:
    """One row per pair: weights added, conditional when any of its links is, the earliest day."""
    ends = used[list(ENDS)].to_numpy(dtype=object)
    if not is_directed and len(ends):
        ends = np.sort(ends.astype(str), axis=1)
    table = used.assign(source=ends[:, 0], target=ends[:, 1]) if len(ends) else used
    grouped = table.groupby(list(ENDS), sort=True)
    return grouped.agg(
        weight=("weight", "sum"), conditional=("conditional", "any"), start=("start", "min")
    ).reset_index()
