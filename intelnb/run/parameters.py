"""What a notebook may be asked: its cell tagged `parameters` is the one definition, read without running it."""

from __future__ import annotations

import ast
import difflib
import io
import json
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from intelnb.errors import ProductError, UsageError, together

Value = str | int | float | bool | list[str]

_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "list[str]": list}
_NEVER_EMPTY = ("area", "period", "audience", "workspace")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True)
class Parameter:
    """One question a notebook can be asked: its type, default, and what its comment says."""

    name: str
    type: str
    default: Value
    help: str


def read(notebook: Path) -> dict[str, Parameter]:
    """Read the parameters of a notebook from its one cell tagged `parameters`.

    Parameters
    ----------
    notebook
        The notebook's file. It is not run.

    Returns
    -------
    dict
        Parameters by name, in the order of the cell.

    Raises
    ------
    ProductError
        When there is not exactly one such cell, or a line of it is not `name: type = literal  # help`; all
        faults at once.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except OSError as fault:
        raise UsageError(what=f"The notebook cannot be opened: {fault.strerror}", where=str(notebook)) from None
    except (ValueError, KeyError, TypeError):
        raise ProductError(what="This file is not a notebook", where=str(notebook)) from None
    tagged = ["".join(c["source"]) for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise ProductError(
            what=f"The notebook has {len(tagged)} cells tagged 'parameters'",
            where=notebook.name,
            now="Tag exactly one.",
        )
    return define(tagged[0], where=notebook.name)


def define(source: str, *, where: str = "") -> dict[str, Parameter]:
    """Read the parameters a cell defines.

    Parameters
    ----------
    source
        Lines of the form `name: type = literal  # help`; the types are `str`, `int`, `float`, `bool`, `list[str]`.
    where
        The notebook's name, for the message.

    Raises
    ------
    ProductError
        When a line is anything else; all faults at once.

    Examples
    --------
    >>> define('weeks: int = 13  # weeks of history')["weeks"]
    Parameter(name='weeks', type='int', default=13, help='weeks of history')
    """
    found: dict[str, Parameter] = {}
    faults: list[str] = []
    try:
        lines = ast.parse(source).body
    except SyntaxError as fault:
        lines, faults = [], [f"line {fault.lineno} is not Python"]
    comments = _comments(source) if lines else {}
    for line in lines:
        try:
            one = _parameter(line, comments)
        except ValueError as fault:
            faults.append(f"line {line.lineno} {fault}")
            continue
        if one.name in found:
            faults.append(f"line {line.lineno} defines {one.name} again")
        found[one.name] = one
    if faults:
        raise together(
            faults,
            what=f"The parameters cell of {where or 'this notebook'} cannot be used",
            now="Write each line as: name: type = literal  # help",
            kind=ProductError,
        )
    return found


def settle(known: Mapping[str, Parameter], given: Mapping[str, object], *, where: str = "") -> dict[str, Value]:
    """Check what was asked against what can be asked, before anything runs.

    Parameters
    ----------
    known
        The notebook's parameters, from `read`.
    given
        What was asked, as text from a command line or as values of the right type.
    where
        The notebook's name, for the message.

    Returns
    -------
    dict
        A value for every parameter, in the notebook's order.

    Raises
    ------
    UsageError
        When a name is not known, a value is not of its type, or area, period, audience or workspace is empty;
        all faults at once, each with the nearest name.

    Examples
    --------
    >>> settle(define('weeks: int = 13  # weeks of history'), {"weeks": "26"})
    {'weeks': 26}
    """
    faults = [_unknown(name, known) for name in given if name not in known]
    settled: dict[str, Value] = {}
    for name, parameter in known.items():
        try:
            settled[name] = _typed(parameter, given.get(name, parameter.default))
        except ValueError as fault:
            faults.append(f"{name}: {fault}")
            continue
        if name in _NEVER_EMPTY and settled[name] == "":
            faults.append(f"{name} is missing ({parameter.help or parameter.type})")
    if faults:
        raise together(
            faults,
            what=f"{where or 'The notebook'} cannot be asked this",
            now="See 'intelnb products' for what it can be asked.",
            kind=UsageError,
        )
    return settled


def _parameter(line: ast.stmt, comments: Mapping[int, str]) -> Parameter:
    if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)):
        raise ValueError("is not 'name: type = literal'")  # noqa: TRY004 - one kind of fault, gathered by define
    name, kind = line.target.id, ast.unparse(line.annotation)
    if kind not in _TYPES:
        raise ValueError(f"gives {name} the type {kind}; known: {', '.join(_TYPES)}")
    if line.value is None:
        raise ValueError(f"gives {name} no default")
    try:
        default = ast.literal_eval(line.value)
    except (ValueError, TypeError):
        raise ValueError(f"gives {name} a default that is not a literal") from None
    if not _fits(kind, default):
        raise ValueError(f"gives {name} a default that is not {kind}")
    return Parameter(name, kind, default, comments.get(line.end_lineno or line.lineno, ""))


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}


def _fits(kind: str, value: object) -> bool:
    if kind == "list[str]":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if kind == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is _TYPES[kind]


def _typed(parameter: Parameter, value: object) -> Value:
    """A value of the parameter's type: text is read, anything else must fit as it is."""
    kind = parameter.type
    if isinstance(value, str) and kind != "str":
        value = _from_text(kind, value)
    if not _fits(kind, value):
        raise ValueError(f"{value!r} is not {_noun(kind)}")
    texts = value if isinstance(value, list) else [value]
    if any(isinstance(text, str) and not text.isprintable() for text in texts):
        raise ValueError("holds a control character")
    if isinstance(value, float) and not abs(value) < float("inf"):
        raise ValueError(f"{value!r} is not a finite number")
    return float(value) if kind == "float" else value  # type: ignore[arg-type,return-value]


def _from_text(kind: str, text: str) -> object:
    if kind == "list[str]":
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind == "bool":
        word = text.strip().lower()
        return word in _YES if word in (*_YES, *_NO) else text
    try:
        return _TYPES[kind](text)
    except ValueError:
        return text


def _noun(kind: str) -> str:
    return {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "text"}.get(kind, "a list")


def _unknown(name: str, known: Mapping[str, Parameter]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"'{name}' is not a parameter" + (f"; did you mean '{near[0]}'" if near else f"; known: {', '.join(known)}")
