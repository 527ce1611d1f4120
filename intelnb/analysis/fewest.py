"""The fewest that reach a group: which people or places touch every link among its members, or every member?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.errors import MethodError
from intelnb.stats import cover
from intelnb.tables import linked, options
from intelnb.tables.words import several

CAVEATS = (
    "A way to spend little on learning or protecting much: what is done about anybody needs its own grounds.",
    "Other choices of the same number may exist; this is one.",
)


def touching(
    links: pd.DataFrame,
    entities: pd.DataFrame,
    *,
    name: str,
    members: Collection[str],
    reach: str = "members",
    logs: pd.DataFrame | None = None,
    since: date | None = None,
    until: date | None = None,
    types: tuple[str, ...] = (),
    among: tuple[str, ...] = (),
    exact_up_to: int = cover.EXACT_UP_TO,
) -> Result:
    """Choose the fewest entities that touch every link among a group, or that every member is or is linked to.

    Parameters
    ----------
    links, entities
        The tables as read.
    name
        Name of the Result on its page.
    members
        Ids of the group.
    reach
        "links": every link among the members has one of those chosen. "members": every member is chosen or linked to
        one that is; then people, places, vehicles outside the group may be chosen too.
    logs
        The logs links rest on; a link whose log is not among them is conditional.
    since, until, types
        Which links count; see `tables/linked.py`. By default all.
    among
        For "members": types of entity that may be chosen, such as `address`; all where not given.
    exact_up_to
        Up to so many to choose among the true fewest are looked for; above, or where that search is not
        finished in a fixed number of steps, each next choice is the one that adds most, and it is said.

    Returns
    -------
    Result
        Table `id, type, name, place` (in the order of what each adds) `, adds, conditional`. Not assessed when no link
        touches the group.

    Raises
    ------
    MethodError
        When links or options are faulty.

    References
    ----------
    Chvatal, V. (1979). A greedy heuristic for the set-covering problem. Mathematics of Operations Research 4(3).

    Examples
    --------
    >>> import pandas as pd
    >>> links = pd.DataFrame({"source": ["N1", "N2", "N3", "N1"], "target": ["A1", "A1", "A1", "N2"]})
    >>> known = pd.DataFrame({"id": ["N1", "N2", "N3", "A1"], "type": ["person"] * 3 + ["address"]})
    >>> touching(links, known, name="fewest", members=["N1", "N2", "N3"]).sentence
    '1 reaches all 3 members in the recorded links; no fewer can.'
    """
    options.whole(0, exact_up_to=exact_up_to)
    if reach not in {"members", "links"}:
        raise MethodError(what=f"'{reach}' cannot be reached", now="Choose members or links.")
    status, reason = linked.refusal(links)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("links", "entities"))
    made = linked.network(links, entities, logs=logs, since=since, until=until, types=types)
    asked = {one: at for at, one in enumerate(made.ids) if one in set(members)}
    is_member = np.isin(np.arange(made.size), list(asked.values()))
    inside = is_member[made.pairs].all(axis=1)
    if not asked or (reach == "links" and not inside.any()):
        return not_assessed(name, why="no link touches this group", sources=("links", "entities"))
    if reach == "links":
        used, found = inside, cover.touching_links(made.size, made.pairs[inside], exact_up_to=exact_up_to)
        wanted, reached = int(inside.sum()), np.arange(0)
    else:
        used = is_member[made.pairs].any(axis=1)
        allowed = np.array([not among or kind in among for kind in made.types], dtype=bool)
        reached = _reachable(made, list(asked.values()), allowed)
        if not reached.size:
            return not_assessed(
                name, why="no member is linked to anything that may be chosen", sources=("links", "entities")
            )
        found = cover.reaching_members(
            made.size, made.pairs, reached, among=np.flatnonzero(allowed), exact_up_to=exact_up_to
        )
        wanted = len(reached)
    table = (
        made.nodes()
        .iloc[found.chosen]
        .assign(
            place=np.arange(1, len(found.chosen) + 1), adds=found.adds, conditional=bool(made.conditional[used].any())
        )
    )
    values: dict[str, Value] = {
        "n": len(table), "n_wanted": wanted, "n_members": len(set(members)), "n_without_link": len(set(members)) - len(asked),
        "n_unreachable": len(asked) - len(reached) if reach == "members" else 0, "at_least": found.at_least,
        "is_fewest": "yes" if found.is_fewest else "no", "conditional": bool(table["conditional"].any()),
    }  # fmt: skip
    return Result(
        name=name,
        table=table.reset_index(drop=True),
        values=values,
        wording=_wording(values, reach),
        settings={
            **made.settings, "reach": reach, "among": ", ".join(among) or "all types", "exact_up_to": exact_up_to,
            "search": "the fewest, proved" if found.is_fewest else "each next adds most",
        },
        caveats=(*CAVEATS, *made.caveats(), *_said(values)),
        grain="log",
        sources=("links", "entities"),
    )  # fmt: skip


def _reachable(made: linked.Network, members: list[int], allowed: np.ndarray) -> np.ndarray:
    """The members that may be chosen themselves or are linked to something that may."""
    is_near = allowed.copy()
    for one, two in ((0, 1), (1, 0)):
        is_near[made.pairs[allowed[made.pairs[:, two]], one]] = True
    return np.array([member for member in members if is_near[member]], dtype=np.int64)


def _wording(values: dict[str, Value], reach: str) -> str:
    """How few, of what, and whether fewer could."""
    verb = {"links": "{n|touches|touch}", "members": "{n|reaches|reach}"}[reach]
    what, where = {"links": ("link", "among the group"), "members": ("member", "in the recorded links")}[reach]
    every = f"the only {what}" if values["n_wanted"] == 1 else f"all {{n_wanted}} {{n_wanted|{what}|{what}s}}"
    fewer = "no fewer can" if values["is_fewest"] == "yes" else "at least {at_least} {at_least|is|are} needed"
    return f"{{n}} {verb} {every} {where}; {fewer}."


def _said(values: dict[str, Value]) -> tuple[str, ...]:
    """Members that are not reached, in words."""
    told = []
    if values["n_without_link"]:
        told.append(
            f"Without a link of these days and types, so not reached: {several(int(values['n_without_link']), 'member')}."
        )
    if values["n_unreachable"]:
        told.append(
            f"Linked to nothing that may be chosen, so not reached: {several(int(values['n_unreachable']), 'member')}."
        )
    return tuple(told)
