"""Grades of intelligence: 3x5x2, the legacy 5x5x5 kept word for word, and Admiralty.

A grade means nothing without its scheme: `A1` belongs to two of them and is an action condition besides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from intelnb.doctrine import code_table
from intelnb.errors import IntelError

NOT_DERIVABLE = "not derivable"

_TABLES = {
    table.scheme: table
    for table in (code_table.read(name) for name in code_table.names() if name.startswith("grading_"))
}
_ALIASES = {str(alias): scheme for scheme, table in _TABLES.items() for alias in table.body["aliases"]}
_CROSSWALK = code_table.read("crosswalk_5x5x5")


class GradeError(IntelError):
    """A grade or its scheme is not one we know."""


@dataclass(frozen=True)
class Grade:
    """One grade in one scheme; `handling` is empty where none was given, which is never the same as P."""

    scheme: str
    source: str
    information: str
    handling: str
    written: str

    @property
    def is_conditional(self) -> bool:
        """Whether sharing needs conditions: only a stated P of 3x5x2 frees from them."""
        return not (self.scheme == "3x5x2" and self.handling == "P")


def schemes() -> tuple[str, ...]:
    """Every grading scheme we know.

    Examples
    --------
    >>> schemes()
    ('3x5x2', '5x5x5', 'Admiralty')
    """
    return tuple(_TABLES)


def scheme_named(scheme: str) -> str:
    """The official spelling of a scheme's name.

    Raises
    ------
    GradeError
        When no such scheme is known; a grade without a scheme cannot be read.

    Examples
    --------
    >>> scheme_named("3X5X2"), scheme_named("nato")
    ('3x5x2', 'Admiralty')
    """
    known = _ALIASES.get(scheme.strip().upper().replace("\u00d7", "X").replace(" ", ""))
    if known is None:
        told = f"'{scheme.strip()[:20]}' is not a grading scheme we know" if scheme.strip() else "A grade has no scheme"
        raise GradeError(what=told, now=f"Say which of these it is: {', '.join(schemes())}.")
    return known


def codes(scheme: str, part: str) -> tuple[str, ...]:
    """The codes a scheme has for one part of its grade.

    Parameters
    ----------
    part
        `source`, `information` or `handling`; Admiralty has no handling codes.

    Examples
    --------
    >>> codes("3x5x2", "handling")
    ('P', 'C')
    """
    return tuple(str(row["code"]) for row in _TABLES[scheme_named(scheme)].rows(part))


def label(scheme: str, part: str, code: str) -> str:
    """What a code means, in words.

    Examples
    --------
    >>> label("3x5x2", "source", "2")
    'Untested'
    """
    scheme = scheme_named(scheme)
    for row in _TABLES[scheme].rows(part):
        if row["code"] == code.strip().upper():
            return str(row["label"])
    raise _unknown(code, scheme, part)


def parse(grade: str, scheme: str) -> Grade:
    """Read a grade such as `1AP` in its scheme.

    Spaces, slashes and hyphens between the codes and small letters are accepted. The handling code may be
    missing; it then stays empty and is never taken for P.

    Parameters
    ----------
    grade
        The grade as written.
    scheme
        One of `schemes()`.

    Raises
    ------
    GradeError
        Naming every code that is not in the scheme, and the codes that are.

    Examples
    --------
    >>> parse("2 b c", "3x5x2").information
    'B'
    >>> parse("1A", "3x5x2").handling
    ''
    """
    scheme = scheme_named(scheme)
    order = [str(part) for part in _TABLES[scheme].body["order"]]
    written = re.sub(r"[\s/\-]", "", grade).upper()
    shortest = len(order) - (1 if "handling" in order else 0)
    if not shortest <= len(written) <= len(order):
        listed = "; ".join(f"{part} {', '.join(codes(scheme, part))}" for part in order)
        told = f"'{grade.strip()[:12]}' is not a {scheme} grade" if written else f"A {scheme} grade is missing"
        raise GradeError(what=told, now=f"It is written with one code of each: {listed}.")
    found = dict(zip(order, written, strict=False))
    faults = [_unknown(code, scheme, part) for part, code in found.items() if code not in codes(scheme, part)]
    if faults:
        raise GradeError(what="; ".join(fault.what for fault in faults), now=" ".join(fault.now for fault in faults))
    return Grade(scheme, found["source"], found["information"], found.get("handling", ""), grade)


def indicative(grade: Grade) -> Grade:
    """A 3x5x2 reading of a legacy 5x5x5 grade, for filtering only: our own proposal, not doctrine.

    The legacy grade stays the record. A part without an ancestor reads "not derivable".

    Raises
    ------
    GradeError
        When the grade is not a 5x5x5 one.

    Examples
    --------
    >>> indicative(parse("C31", "5x5x5"))
    Grade(scheme='3x5x2', source='not derivable', information='B', handling='P', written='C31')
    """
    if grade.scheme != "5x5x5":
        raise GradeError(what=f"A {grade.scheme} grade has no indicative reading", now="Only 5x5x5 grades have one.")
    found = {
        part: str(_CROSSWALK.body[part].get(getattr(grade, part), NOT_DERIVABLE)) for part in ("source", "information")
    }
    handling = str(_CROSSWALK.body["handling"].get(grade.handling, ""))
    return Grade("3x5x2", found["source"], found["information"], handling, grade.written)


def _unknown(code: str, scheme: str, part: str) -> GradeError:
    """The fault of one code that its scheme does not have."""
    known = ", ".join(codes(scheme, part)) or "none"
    return GradeError(
        what=f"'{code.strip()[:12]}' is not a {part} code of {scheme}",
        now=f"The {part} codes of {scheme} are: {known}.",
    )
