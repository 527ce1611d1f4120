"""Words several sentences share: what an area is called, a few names in a row, a number with its noun."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

ALIKE_WITHIN = 0.1  # numbers no further apart than this share are about the same; further ones may be, or not


def labels(areas: pd.DataFrame) -> dict[str, str]:
    """What a reader calls each area, by its code: its name; with the code where another area has the same name.

    Parameters
    ----------
    areas
        Areas of one level: code, name. One without a name is called by its code.

    Examples
    --------
    >>> labels(pd.DataFrame({"code": ["S4", "C1", "N1"], "name": ["Reservoir", "Castle", "Castle"]}))
    {'S4': 'Reservoir', 'C1': 'Castle (C1)', 'N1': 'Castle (N1)'}
    """
    codes, names = [str(code) for code in areas["code"]], [str(name).strip() for name in areas["name"]]
    many = {name for name in names if names.count(name) > 1}
    return {
        code: f"{name} ({code})" if name in many and name else name or code
        for code, name in zip(codes, names, strict=True)
    }


def listed(names: Sequence[str], *, most: int = 3) -> str:
    """A few names as a sentence says them.

    Examples
    --------
    >>> listed(["Castle", "Harbour"]), listed(["A", "B", "C", "D", "E"])
    ('Castle and Harbour', 'A, B, C and 2 more')
    """
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def many(noun: str) -> str:
    """A noun of several.

    Examples
    --------
    >>> many("ward"), many("county"), many("window of 4 weeks")
    ('wards', 'counties', 'windows of 4 weeks')
    """
    thing, of, what = noun.partition(" of ")
    if thing.endswith("y") and thing[-2:-1] not in "aeiou":
        thing = f"{thing[:-1]}ies"
    else:
        thing = f"{thing}{'es' if thing.endswith(('s', 'x', 'ch', 'sh')) else 's'}"
    return f"{thing}{of}{what}"


def several(n: int, noun: str, *verbs: str) -> str:
    """A number with its noun, and with a verb that agrees where two forms are given.

    Examples
    --------
    >>> several(1, "crime", "has", "have"), several(1200, "crime", "has", "have"), several(2, "ward")
    ('1 crime has', '1,200 crimes have', '2 wards')
    """
    verb = f" {verbs[0] if n == 1 else verbs[1]}" if verbs else ""
    return f"{n:,} {noun if n == 1 else many(noun)}{verb}"


def areas_said(names: Collection[str], *, level: str, of: int) -> str:
    """Areas by name where they are few, by number where they are many.

    Examples
    --------
    >>> areas_said(["Reservoir"], level="ward", of=24), areas_said(["a", "b", "c", "d"], level="ward", of=24)
    ('Reservoir', '4 of 24 wards')
    """
    return listed(list(names)) if len(names) <= 3 else f"{len(names)} of {of} {many(level)}"


def beside(n: float, usual: float, *, is_real: bool) -> str:
    """How a number stands to what is usual: not being able to tell them apart is not being alike.

    Parameters
    ----------
    n, usual
        The number, and what it is compared with.
    is_real
        Whether they differ by more than chance.

    Examples
    --------
    >>> beside(30, 18, is_real=True), beside(19, 18, is_real=False), beside(28, 18, is_real=False)
    ('more than', 'about the same as', 'no clear change from')
    """
    if is_real:
        return "more than" if n > usual else "fewer than"
    return "about the same as" if abs(n - usual) <= ALIKE_WITHIN * usual else "no clear change from"
