"""The network round one entity: who is near, by whom, and which circles does it alone join?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import ego
from intelnb.tables import linked, options

CAVEATS = (
    "Being near somebody in the record is no sign of taking part in anything.",
    "Looking at the people round one person intrudes on them too: record why it is necessary and proportionate.",
)


def around(
    links: pd.DataFrame,
    entities: pd.DataFrame,
    *,
    name: str,
    centre: str,
    logs: pd.DataFrame | None = None,
    since: date | None = None,
    until: date | None = None,
    types: tuple[str, ...] = (),
    between: str = "",
    through: tuple[str, ...] = (),
    steps: int = 2,
) -> Result:
    """List who and what is within so many links of one entity, and how those hang together without it.

    Parameters
    ----------
    links, entities
        The tables as read.
    name
        Name of the Result on its page.
    centre
        Id of the entity asked about.
    logs
        The logs links rest on; a link whose log is not among them is conditional.
    since, until, types, between, through
        Which links make the network; see `tables/linked.py`. By default links of all types and days.
    steps
        How many links away to look, 1 or more.

    Returns
    -------
    Result
        Table `id, type, name, steps, via, first` (day of the earliest link to `via`) `, links_inside` (to others
        listed) `, circle` (those of one number hang together without the centre) `, parts` (into how many pieces its circle
        falls without it too: more than 1 joins groups) `, conditional`, the nearest first; a row is conditional when a link on the
        way to it is. Not assessed when the centre has no link.

    Raises
    ------
    MethodError
        When links or options are faulty, or the centre is no known entity.

    References
    ----------
    Everett, M. and Borgatti, S. P. (2005). Ego network betweenness. Social Networks 27(1).

    Examples
    --------
    >>> import pandas as pd
    >>> links = pd.DataFrame({"source": ["N1", "N1", "N2", "N1"], "target": ["N2", "N3", "N3", "V4"]})
    >>> known = pd.DataFrame({"id": ["N1", "N2", "N3", "V4"], "type": ["person"] * 3 + ["vehicle"]})
    >>> around(links, known, name="around", centre="N1", steps=1).sentence
    '3 lie within 1 link of N1, in 2 circles that only N1 joins in the record.'
    """
    options.whole(1, steps=steps)
    status, reason = linked.refusal(links)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("links", "entities"))
    made = linked.network(
        links, entities, logs=logs, since=since, until=until, types=types, between=between, through=through
    )
    if centre not in made.ids:
        known = set(entities["id"]) if "id" in entities else set()
        if known and centre not in known:
            raise MethodError(what=f"'{centre}' is no known entity", now="Give an id of the entities table.")
        return not_assessed(name, why=f"{centre} has no link of these days and types", sources=("links", "entities"))
    found = ego.ego(made.size, made.pairs, centre=made.ids.index(centre), steps=steps)
    table = _table(made, found)
    circles = int(table["circle"].nunique())
    joined = (
        "in {circles} {circles|circle|circles} that only {centre} joins in the record"
        if circles > 1
        else "in one circle without it"
    )
    return Result(
        name=name,
        table=table,
        values={
            "n": len(table), "centre": centre, "steps": steps, "circles": circles, "n_joining": int((table["parts"] > 1).sum()),
            "conditional": bool(table["conditional"].any()),
        },
        wording=f"{{n}} {{n|lies|lie}} within {{steps}} {{steps|link|links}} of {{centre}}, {joined}.",
        settings={**made.settings, "centre": centre, "steps": steps},
        caveats=(*CAVEATS, *made.caveats()),
        grain="log",
        sources=("links", "entities"),
    )  # fmt: skip


def _table(made: linked.Network, found: ego.Ego) -> pd.DataFrame:
    """One row for each one near."""
    near = np.flatnonzero(found.steps > 0)
    between = {(min(pair), max(pair)): at for at, pair in enumerate(map(tuple, made.pairs.tolist()))}
    to_via = {
        int(node): between[min(node, via), max(node, via)] for node, via in zip(near, found.via[near], strict=True)
    }
    restricted = dict.fromkeys(np.flatnonzero(found.steps == 0).tolist(), False)
    for node in near[np.argsort(found.steps[near], kind="stable")].tolist():
        restricted[node] = bool(made.conditional[to_via[node]]) or restricted[int(found.via[node])]
    held = np.isin(made.pairs, near).all(axis=1)
    inside = np.bincount(made.pairs[held].ravel(), minlength=made.size)
    ids = np.array(made.ids, dtype=object)
    table = made.nodes().iloc[near].assign(
        steps=found.steps[near], via=ids[found.via[near]], first=made.first[[to_via[int(node)] for node in near]],
        links_inside=inside[near].astype(np.int64), circle=found.circle[near] + 1, parts=found.joins[near],
        conditional=np.array([restricted[int(node)] for node in near], dtype=bool),
    )  # fmt: skip
    return table.sort_values(["steps", "circle", "id"], kind="stable").reset_index(drop=True)
