"""What has changed in the recorded links since the last period: who and what is new, gone, or moved?"""

from __future__ import annotations

import pandas as pd

from intelnb.analysis.result import Result, Value, not_assessed
from intelnb.dates import Period
from intelnb.stats import centrality
from intelnb.tables import linked, options

CHANGES = ("new entity", "gone entity", "new link", "gone link", "moved up", "moved down")
COLUMNS = ["change", "id", "other", "type", "name", "rank_before", "rank_now", "conditional"]
CAVEATS = (
    "New means new in the record: a link may be old and only now reported.",
    "A link without an end goes on in every later period; gone means that an end was recorded.",
)


def since_last(
    links: pd.DataFrame,
    entities: pd.DataFrame,
    *,
    name: str,
    period: Period,
    logs: pd.DataFrame | None = None,
    types: tuple[str, ...] = (),
    between: str = "",
    through: tuple[str, ...] = (),
    moved_by: int = 5,
) -> Result:
    """Compare the links in force in a period with those of the period before it.

    Parameters
    ----------
    links, entities
        The tables as read.
    name
        Name of the Result on its page.
    period
        The period; it is compared with the one of the same length just before.
    logs
        The logs links rest on; a link whose log is not among them is conditional.
    types, between, through
        Which links make the networks; see `tables/linked.py`. By default links of all types.
    moved_by
        A rank by number of others linked to that moved at least so many places is listed, 1 or more.

    Returns
    -------
    Result
        Table `change, id, other, type, name, rank_before, rank_now, conditional`: `change` is one of new entity, gone entity,
        new link, gone link, moved up, moved down; `other` is the second end of a link. An entity's rank is by how
        many others it is linked to. Not assessed where neither period has a link.

    Raises
    ------
    MethodError
        When links or options are faulty.

    Examples
    --------
    >>> import pandas as pd
    >>> from intelnb.dates import parse
    >>> links = pd.DataFrame({"source": ["N1", "N2"], "target": ["N2", "N3"],
    ...     "start": pd.to_datetime(["2026-09-01", "2026-11-10"]), "end": pd.NaT})
    >>> known = pd.DataFrame({"id": ["N1", "N2", "N3"], "type": "person"})
    >>> since_last(links, known, name="changes", period=parse("2026-W46")).sentence
    'Since the week before: 1 new link, 0 gone; 1 new in the record, 0 gone; 0 moved 5 places or more.'
    """
    options.whole(1, moved_by=moved_by)
    options.stretch(period=period)
    status, reason = linked.refusal(links)
    if status:
        return not_assessed(name, why=reason, status=status, sources=("links", "entities"))
    before, now = (
        linked.network(
            links, entities, logs=logs, since=span.start, until=span.end, types=types, between=between, through=through
        )
        for span in (period.back(1), period)
    )
    if not len(before.pairs) and not len(now.pairs):
        return not_assessed(
            name, why=f"no link is of this {period.noun} or the one before", sources=("links", "entities")
        )
    table = _table(before, now, moved_by=moved_by)
    counts = table["change"].value_counts()
    told = {one.replace(" ", "_"): int(counts.get(one, 0)) for one in CHANGES}
    values: dict[str, Value] = {
        **told, "moved": told["moved_up"] + told["moved_down"], "moved_by": moved_by, "noun": period.noun,
        "n_links": len(now.pairs), "conditional": before.is_conditional or now.is_conditional,
    }  # fmt: skip
    link = "new link" if told["new_link"] == 1 else "new links"
    return Result(
        name=name,
        table=table,
        values=values,
        wording=(
            f"Since the {{noun}} before: {{new_link}} {link}, {{gone_link}} gone; {{new_entity}} new in the record, "
            "{gone_entity} gone; {moved} moved {moved_by} {moved_by|place|places} or more."
        )
        if len(table)
        else "Nothing changed in the recorded links since the {noun} before.",
        settings={**now.settings, "period": period.label, "before": period.back(1).label, "moved_by": moved_by},
        caveats=(*CAVEATS, *now.caveats()),
        grain="log",
        sources=("links", "entities"),
    )  # fmt: skip


def _table(before: linked.Network, now: linked.Network, *, moved_by: int) -> pd.DataFrame:
    """Every change, entities before links, each by id."""
    old, new = _entities(before), _entities(now)
    known = {**old, **new}
    either = before.is_conditional or now.is_conditional
    rows: list[tuple[object, ...]] = []
    for one in sorted(known):
        was, ranked = (held[one][2] if one in held else None for held in (old, new))
        change = _moved(was, ranked, moved_by)
        if change:
            rows.append((change, one, "", *known[one][:2], was, ranked, either))
    links_before, links_now = _links(before), _links(now)
    for pair in sorted(links_before.keys() ^ links_now.keys()):
        change = "new link" if pair in links_now else "gone link"
        rows.append((change, *pair, "", "", None, None, links_now.get(pair, links_before.get(pair, False))))
    table = pd.DataFrame(rows, columns=COLUMNS).astype(
        {"rank_before": "Int64", "rank_now": "Int64", "conditional": bool}
    )
    order = table["change"].map({change: at for at, change in enumerate(CHANGES)})
    return table.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def _moved(was: int | None, ranked: int | None, moved_by: int) -> str:
    """What became of an entity with these ranks; blank where nothing worth a line."""
    if was is None or ranked is None:
        return "new entity" if was is None else "gone entity"
    if abs(ranked - was) < moved_by:
        return ""
    return "moved up" if ranked < was else "moved down"


def _entities(made: linked.Network) -> dict[str, tuple[str, str, int]]:
    """Type, name and rank of every entity with a link."""
    ranks = centrality.centrality(made.size, made.pairs, made.weight).ranks()[0].tolist() if made.size else []
    return {one: held for one, *held in zip(made.ids, made.types, made.names, ranks, strict=True)}  # type: ignore[misc]


def _links(made: linked.Network) -> dict[tuple[str, str], bool]:
    """Every link by the ids of its ends, and whether it is conditional."""
    return {
        (made.ids[one], made.ids[two]): restricted
        for (one, two), restricted in zip(made.pairs.tolist(), made.conditional.tolist(), strict=True)
    }
