"""Groups in the recorded links: who holds together, how firmly, and who is linked to nearly all of a tight group?"""

from __future__ import annotations

from datetime import date
from typing import get_args

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import communities, cores
from intelnb.tables import linked, options
from intelnb.tables.words import several

LEAST_LINKS = 15  # fewer links can be divided in many ways that look alike
FIRM = 0.8  # share of trials from which a member is called firm
SIGNIFICANT = 0.05
LEAST_REWIRINGS = 19  # with fewer even a division that beats them all is not rare
GROUP_CAVEATS = (
    "A group is a pattern of recorded links, not an organisation; members may not know of each other.",
    "Any network can be divided; whether this division is clearer than chance is said.",
)


def groups(
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
    method: communities.Method = "louvain",
    missing: float = 0.1,
    runs: int = 50,
    rewirings: int = 19,
    seed: int = 0,
) -> Result:
    """Divide those linked into groups with more links inside than between, and say how firm and how real they are.

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
    method
        "louvain" or "greedy".
    missing, runs
        Share of links taken away in each trial of firmness, and how many trials.
    rewirings
        How many networks of the same numbers of links, joined by chance, the division is compared with; 19 or more.
    seed
        Start of the random numbers.

    Returns
    -------
    Result
        Table `group, id, type, name, links_inside, links_outside, holds, is_firm, conditional`, the largest group first:
        `holds` is the share of trials in which a member stayed with half or more of its group. Groups of one are
        left out and counted. Not assessed with fewer than 15 links.

    Raises
    ------
    MethodError
        When links or options are faulty.

    References
    ----------
    Blondel, V. D. et al. (2008). Fast unfolding of communities in large networks. J. Stat. Mech. P10008.
    Guimera, R., Sales-Pardo, M. and Amaral, L. A. N. (2004). Modularity from fluctuations in random graphs. Phys. Rev. E 70.

    Examples
    --------
    >>> from itertools import combinations
    >>> import pandas as pd
    >>> pairs = [*combinations("ABCDE", 2), *combinations("FGHIJ", 2), ("A", "F")]
    >>> links = pd.DataFrame(pairs, columns=["source", "target"])
    >>> known = pd.DataFrame({"id": list("ABCDEFGHIJ"), "type": "person"})
    >>> groups(links, known, name="groups").sentence
    '2 groups among 10 linked, the largest of 5; 10 hold firm in trials with links missing.'
    """
    options.choice(get_args(communities.Method), method=method)
    options.share(missing=missing)
    options.whole(1, runs=runs, rewirings=rewirings)
    options.whole(0, seed=seed)
    if rewirings < LEAST_REWIRINGS:
        raise MethodError(
            what=f"{rewirings} networks joined by chance cannot show that a division is rare",
            now=f"Compare with {LEAST_REWIRINGS} or more.",
        )
    status, reason = linked.refusal(links)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("links", "entities"))
    made = linked.network(
        links, entities, logs=logs, since=since, until=until, types=types, between=between, through=through
    )
    if len(made.pairs) < LEAST_LINKS:
        why = f"{several(len(made.pairs), 'link', 'joins', 'join')} entities of this type and groups need at least {LEAST_LINKS}"
        return not_assessed(name, why=why, sources=("links", "entities"))
    found = communities.communities(
        made.size, made.pairs, made.weight, method=method, missing=missing, runs=runs, rewirings=rewirings, seed=seed
    )
    table = _members(made, found.group)
    table["holds"], table["is_firm"] = found.holds.round(3), found.holds >= FIRM
    table = _ordered(table[~np.isnan(found.holds)])
    values: dict[str, Value] = {
        "n": made.size, "n_links": len(made.pairs), "n_groups": int(table["group"].nunique()),
        "n_alone": made.size - len(table), "largest": int((table["group"] == 1).sum()), "n_firm": int(table["is_firm"].sum()),
        "modularity": round(found.modularity, 3), "by_chance": round(float(found.by_chance.mean()), 3),
        "p": found.p, "is_clear": "yes" if found.p <= SIGNIFICANT else "no", "conditional": made.is_conditional,
    }  # fmt: skip
    return Result(
        name=name,
        table=table,
        values=values,
        wording=_wording(values),
        settings={
            **made.settings, "method": f"{method}, modularity", "missing": missing, "runs": runs, "rewirings": rewirings,
            "firm_from": FIRM, "seed": seed,
        },
        caveats=(*GROUP_CAVEATS, *made.caveats()),
        grain="log",
        sources=("links", "entities"),
    )  # fmt: skip


def tight_groups(
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
    least: int = 5,
) -> Result:
    """Find the sets in which everybody is linked to at least so many of the others: there is exactly one answer.

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
    least
        Fewest others of the set each must be linked to, 1 or more.

    Returns
    -------
    Result
        Table `group, id, type, name, links_inside, links_outside, conditional`, the largest group first; empty where
        there is none.

    Raises
    ------
    MethodError
        When links or options are faulty.

    References
    ----------
    Seidman, S. B. (1983). Network structure and minimum degree. Social Networks 5(3).

    Examples
    --------
    >>> from itertools import combinations
    >>> import pandas as pd
    >>> links = pd.DataFrame([*combinations("ABCD", 2), ("D", "E")], columns=["source", "target"])
    >>> known = pd.DataFrame({"id": list("ABCDE"), "type": "person"})
    >>> tight_groups(links, known, name="tight", least=3).sentence
    '1 tight group of 4 in all, each linked to at least 3 others of it.'
    """
    options.whole(1, least=least)
    status, reason = linked.refusal(links)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("links", "entities"))
    made = linked.network(
        links, entities, logs=logs, since=since, until=until, types=types, between=between, through=through
    )
    if not len(made.pairs):
        return not_assessed(name, why="no link joins entities of this type", sources=("links", "entities"))
    group = cores.core_groups(made.size, made.pairs, least=least)
    table = _ordered(_members(made, group)[group >= 0])
    n_groups = int(table["group"].nunique())
    noun = "tight group" if n_groups == 1 else "tight groups"
    return Result(
        name=name,
        table=table,
        values={
            "n": made.size, "n_links": len(made.pairs), "n_groups": n_groups, "n_members": len(table), "least": least,
            "conditional": made.is_conditional,
        },
        wording=f"{{n_groups}} {noun} of {{n_members}} in all, each linked to at least {{least}} others of it."
        if n_groups
        else "No set among {n} linked in which each is linked to at least {least} others of it.",
        settings={**made.settings, "least": least},
        caveats=(GROUP_CAVEATS[0], *made.caveats()),
        grain="log",
        sources=("links", "entities"),
    )  # fmt: skip


def _members(made: linked.Network, group: communities.Ints) -> pd.DataFrame:
    """Every node with its group, and its links inside and outside of it."""
    one, two = made.pairs.T
    is_inside = (group[one] == group[two]) & (group[one] >= 0)
    counts = [
        np.bincount(made.pairs[mask].ravel(), minlength=made.size).astype(np.int64) for mask in (is_inside, ~is_inside)
    ]
    return made.nodes().assign(
        group=group + 1, links_inside=counts[0], links_outside=counts[1], conditional=made.is_conditional
    )


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Members by group, those with most links inside it first; the columns in their order."""
    ordered = table.sort_values(["group", "links_inside", "id"], ascending=[True, False, True], kind="stable")
    last = [column for column in ("holds", "is_firm") if column in ordered]
    columns = ["group", "id", "type", "name", "links_inside", "links_outside", *last, "conditional"]
    return ordered[columns].reset_index(drop=True)


def _wording(values: dict[str, Value]) -> str:
    """The groups, or that there are none to speak of."""
    if not values["n_groups"]:
        return "No groups among {n} linked."
    if values["is_clear"] == "no":
        return "Not clearer than chance: {n} linked fall into {n_groups} {n_groups|group|groups}, as links joined by chance would."
    return "{n_groups} {n_groups|group|groups} among {n} linked, the largest of {largest}; {n_firm} {n_firm|holds|hold} firm in trials with links missing."
