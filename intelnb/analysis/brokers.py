"""Brokers: who stands between others that are not linked, and what falls apart in the record without them?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats import brokerage, centrality
from intelnb.tables import linked, options
from intelnb.tables.words import listed, several

LEAST_LINKS = 10
SHARED_BY = 3  # a first place that more than this many share singles nobody out
CAVEAT = "One link that nobody recorded can make a broker of somebody who is none."


def brokers(
    links: pd.DataFrame,
    entities: pd.DataFrame,
    *,
    name: str,
    logs: pd.DataFrame | None = None,
    since: date | None = None,
    until: date | None = None,
    types: tuple[str, ...] = (),
    between: str = "person",
    through: tuple[str, ...] = (),
    top: int = 10,
) -> Result:
    """List who lies on the way between others, and who alone holds parts of the record together.

    Parameters
    ----------
    links, entities
        The tables as read.
    name
        Name of the Result on its page.
    logs
        The logs links rest on; a link whose log is not among them is conditional.
    since, until, types, between, through
        Which links make the network; see `tables/linked.py`. By default direct links between persons, of all days.
    top
        How many are listed; ties at the last place are all listed.

    Returns
    -------
    Result
        Table `id, type, name, rank, share_of_paths, links, effective_size, constraint, parts, conditional`, the largest
        share of paths first: `effective_size` is its links less what they repeat; `constraint` is low where those it
        is linked to are not linked with each other; `parts` says into how many pieces its part falls without it.
        Not assessed with fewer than 10 links.

    Raises
    ------
    MethodError
        When links or options are faulty.

    References
    ----------
    Burt, R. S. (1992). Structural Holes. Harvard University Press.
    Freeman, L. C. (1977). A set of measures of centrality based on betweenness. Sociometry 40(1).

    Examples
    --------
    >>> from itertools import combinations
    >>> import pandas as pd
    >>> pairs = [*combinations("ABCD", 2), ("A", "X"), ("X", "F"), *combinations("FGHI", 2)]
    >>> links = pd.DataFrame(pairs, columns=["source", "target"])
    >>> known = pd.DataFrame({"id": list("ABCDXFGHI"), "type": "person"})
    >>> brokers(links, known, name="brokers", top=3).sentence
    '3 of 9 linked alone hold parts of the record together; X lies on most ways between others.'
    """
    options.whole(1, top=top)
    status, reason = linked.refusal(links)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("links", "entities"))
    made = linked.network(
        links, entities, logs=logs, since=since, until=until, types=types, between=between, through=through
    )
    if len(made.pairs) < LEAST_LINKS:
        why = f"{several(len(made.pairs), 'link', 'joins', 'join')} entities of this type and brokers need at least {LEAST_LINKS}"
        return not_assessed(name, why=why, sources=("links", "entities"))
    place = centrality.centrality(made.size, made.pairs, made.weight)
    found = brokerage.brokerage(made.size, made.pairs, made.weight)
    ranks = place.ranks()[centrality.MEASURES.index("betweenness")]
    every = made.nodes().assign(
        rank=ranks, share_of_paths=place.betweenness.round(6), links=place.degree, effective_size=found.effective_size.round(3),
        constraint=found.constraint.round(4), parts=found.parts, conditional=made.is_conditional,
    )  # fmt: skip
    shown = every[(every["rank"] <= top) & (every["share_of_paths"] > 0)]
    table = shown.sort_values(["rank", "id"], kind="stable").reset_index(drop=True)
    n_alone = int(np.sum(found.parts > 1))
    leaders = table.loc[table["rank"] == 1, "id"].tolist()
    values: dict[str, Value] = {
        "n": made.size, "n_links": len(made.pairs), "n_alone": n_alone, "first": listed(leaders), "n_first": len(leaders),
        "conditional": made.is_conditional,
    }  # fmt: skip
    return Result(
        name=name,
        table=table,
        values=values,
        wording=_wording(n_alone, len(leaders)),
        settings={**made.settings, "paths": "counted in links, whatever their weight", "top": top},
        caveats=(CAVEAT, *made.caveats()),
        grain="log",
        sources=("links", "entities"),
    )


def _wording(n_alone: int, n_first: int) -> str:
    """Who holds the record together and who stands between most; nobody is named out of many who tie."""
    if not n_first:
        return "Nobody among {n} linked stands between others."
    hold = f"{{n_alone}} of {{n}} linked alone {'holds' if n_alone == 1 else 'hold'} parts of the record together"
    if n_first > SHARED_BY:
        return f"{hold}; {{n_first}} share the most ways between others, so none stands out."
    return f"{hold}; {{first}} {'lies' if n_first == 1 else 'lie'} on most ways between others."
