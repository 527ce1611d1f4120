"""Key people: who stands where in the recorded links, by several measures, and how far missing links would change it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.stats import centrality
from intelnb.tables import linked, options
from intelnb.tables.words import listed, several

LEAST_LINKS = 10  # positions in a handful of links say nothing
SHARED_BY = 3  # a first place that more than this many share singles nobody out
WORDS = {
    "degree": "linked to many others", "betweenness": "on the way between others", "closeness": "few steps from all others",
    "pagerank": "linked to the well linked",
}  # fmt: skip


def key_people(
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
    is_directed: bool = False,
    top: int = 10,
    missing: tuple[float, ...] = (0.1, 0.2, 0.3),
    runs: int = 100,
    seed: int = 0,
) -> Result:
    """Rank positions in the recorded links by four measures, and say how often each rank would hold with links missing.

    It ranks positions, not people: who was watched more has more links. Links are taken away at random, which is
    kinder than what happens: those of people nobody watched are missing together.

    Parameters
    ----------
    links, entities
        The tables as read.
    name
        Name of the Result on its page.
    logs
        The logs links rest on; a link whose log is not among them is conditional.
    since, until, types, between, through, is_directed
        Which links make the network; see `tables/linked.py`. By default direct links between persons, of all days.
    top
        How many places are listed for each measure; ties at the last place are all listed.
    missing, runs, seed
        Shares of links taken away, how often each is tried, and the start of the random numbers.

    A first place that more than three share singles nobody out and is not counted; one that two or three share counts
    for each. The share of trials is told of one who leads alone, and not where the places listed hold more than half of
    those linked, because most then stay among them whatever is missing.

    Returns
    -------
    Result
        Table `id, type, name, measure, words, value, rank, conditional, stays_10, stays_20, stays_30`: one row for each
        measure and place; `stays_10` is the share of runs with 10 % of links missing in which it is still among the
        first. Not assessed with fewer than 10 links.

    Raises
    ------
    MethodError
        When links or options are faulty.

    References
    ----------
    Freeman, L. C. (1978). Centrality in social networks. Social Networks 1(3).
    Borgatti, S. P., Carley, K. M. and Krackhardt, D. (2006). On the robustness of centrality measures under
    conditions of imperfect data. Social Networks 28(2).

    Examples
    --------
    >>> import pandas as pd
    >>> links = pd.DataFrame({"source": ["N0"] * 12, "target": [f"N{i}" for i in range(1, 13)]})
    >>> known = pd.DataFrame({"id": [f"N{i}" for i in range(13)], "type": "person"})
    >>> key_people(links, known, name="key", top=1).sentence
    'N0 ranks first by 4 of 4 measures in 12 links; with 10 % missing, first in 100 % of trials.'
    """
    options.whole(1, top=top, runs=runs)
    options.whole(0, seed=seed)
    options.rising(missing=missing)
    status, reason = linked.refusal(links)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("links", "entities"))
    made = linked.network(
        links, entities, logs=logs, since=since, until=until, types=types, between=between, through=through,
        is_directed=is_directed,
    )  # fmt: skip
    if len(made.pairs) < LEAST_LINKS:
        why = f"{several(len(made.pairs), 'link', 'joins', 'join')} entities of this type and positions need at least {LEAST_LINKS}"
        return not_assessed(name, why=why, sources=("links", "entities"))
    held = {"is_directed": is_directed}
    found = centrality.centrality(made.size, made.pairs, made.weight, **held)
    stays = centrality.stays_on_top(
        made.size, made.pairs, made.weight, top=top, missing=missing, runs=runs, seed=seed, **held
    )
    table = _table(made, found, stays, top=top, missing=missing)
    values = _values(table, found.ranks(), made.ids, top=top, missing=missing)
    return Result(
        name=name,
        table=table,
        values={**values, "n_links": len(made.pairs), "n": made.size, "conditional": made.is_conditional},
        wording=_wording(values, top=top),
        settings={
            **made.settings, "measures": ", ".join(WORDS.values()), "paths": "counted in links, whatever their weight",
            "top": top, "missing": ", ".join(f"{share:g}" for share in missing), "runs": runs, "seed": seed,
        },
        caveats=(*made.caveats(), *_doubts(values, n=made.size)),
        grain="log",
        sources=("links", "entities"),
    )  # fmt: skip


def _table(
    made: linked.Network,
    found: centrality.Centrality,
    stays: centrality.Floats,
    *,
    top: int,
    missing: tuple[float, ...],
) -> pd.DataFrame:
    """One row for each measure and place."""
    ranks = found.ranks()
    parts = []
    for at, measure in enumerate(centrality.MEASURES):
        rows = np.flatnonzero(ranks[at] <= top)
        # a place with no link on the way between others is no place on that list
        value = np.asarray(getattr(found, measure), dtype=np.float64)[rows]
        rows, value = rows[value > 0], value[value > 0]
        part = made.nodes().iloc[rows].assign(
            measure=measure, words=WORDS[measure], value=value.round(6), rank=ranks[at][rows], conditional=made.is_conditional,
            **{f"stays_{share * 100:g}": stays[at, number][rows].round(3) for number, share in enumerate(missing)},
        )  # fmt: skip
        parts.append(part.sort_values(["rank", "id"], kind="stable"))
    return pd.concat(parts, ignore_index=True)


def _values(
    table: pd.DataFrame, ranks: centrality.Ints, ids: tuple[str, ...], *, top: int, missing: tuple[float, ...]
) -> dict[str, Value]:
    """Who stands first by most measures, and the least share of trials in which that holds."""
    is_first = ranks == 1
    shared = is_first.sum(axis=1)
    times = is_first[shared <= SHARED_BY].sum(axis=0)
    n_first = int(times.max(initial=0))
    leaders = [one for one, often in zip(ids, times, strict=True) if often == n_first] if n_first else []
    column = f"stays_{missing[0] * 100:g}"
    values: dict[str, Value] = {
        "first": listed(leaders), "n_leaders": len(leaders), "n_first": n_first, "n_share": int(shared.min()), "top": top,
        "missing": float(missing[0] * 100), "n_listed": int(table["id"].nunique()), "n_unsure": int((table[column] < 0.8).sum()),
    }  # fmt: skip
    if len(leaders) == 1 and 2 * top <= len(ids):
        own = table[(table["rank"] == 1) & table["id"].isin(leaders)]
        values["stays"] = round(100 * float(own[column].min()))
    return values


def _wording(values: dict[str, Value], *, top: int) -> str:
    """Who stands first, or that nobody does."""
    if not values["n_leaders"]:
        return "Nobody stands out in {n_links} {n_links|link|links}: by every measure {n_share} or more share the first place."
    if values["n_leaders"] != 1:
        return "{first} rank first by {n_first} of 4 measures each in {n_links} {n_links|link|links}."
    told = "{first} ranks first by {n_first} of 4 measures in {n_links} {n_links|link|links}"
    still = "first" if top == 1 else "in the first {top}"
    return f"{told}; with {{missing}} % missing, {still} in {{stays}} % of trials." if "stays" in values else f"{told}."


def _doubts(values: dict[str, Value], *, n: int) -> tuple[str, ...]:
    """What the trials with missing links say against the list, and where they say nothing."""
    if 2 * int(values["top"]) > n:
        few = (
            f"Only {n} are linked, so most stay in the first {values['top']} whatever is missing; ask for fewer places."
        )
        return (few,)
    if not values["n_unsure"]:
        return ()
    n_unsure = int(values["n_unsure"])
    unsure = f"{several(n_unsure, 'place')} listed {'is' if n_unsure == 1 else 'are'}"
    return (
        f"{unsure} lost in more than one trial of five when {values['missing']:g} % of links are missing: their order is not known.",
    )
