"""The walls of the house: who may import whom, how long a file may be, what a notebook may hold.

The checker is a few functions over the syntax tree; the second half of this file shows that each of them sees a
planted breach.
"""

from __future__ import annotations

import ast
import json
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGE = "intelnb"
LONGEST_FILE = 320

# from the ground up: a file imports only from floors below its own
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors",),
    ("geo", "dates", "share", "coordinates"),
    ("grid",),
    ("hexagons",),
    ("doctrine",),
    ("records", "stats"),
    ("tables",),
    ("intake", "registers"),
    ("load", "sample"),
    ("analysis",),
    ("disclose",),
    ("draw",),
    ("bundle",),
    ("kinds",),
    ("finding",),
    ("sealing",),
    ("product",),
    ("findings",),
    ("settings",),
    ("publish",),
    ("workspace",),
    ("explore", "run"),
    ("cli",),
)
# rooms of equals: siblings never import each other, only the base files named here
BASES: dict[str, set[str]] = {
    "analysis": {"result"},
    "draw": {"picture", "ink"},
    "findings": {"words"},
    "load": {"kinds"},
    "stats": {
        "graph",
        "kernel",
        "name_forms",
        "near_pairs",
        "neighbours",
        "overdispersed",
        "seasonal_rates",
        "unevenness",
        "words",
    },
    "tables": {
        "cells",
        "contract",
        "counting",
        "coverage",
        "editions",
        "lateness",
        "options",
        "placed",
        "recording",
        "selection",
        "standing",
        "timed",
        "unsent",
        "words",
    },
}
# rooms that are one machine of several parts: siblings import each other, in no circle
MACHINES = {
    "intake", "registers", "sample", "doctrine", "kinds", "disclose", "publish", "explore", "run", "cli",
}  # fmt: skip
# lower floors that are out of bounds all the same
NEVER: dict[str, set[str]] = {
    "stats": {"geo", "dates", "grid", "hexagons", "doctrine", "records", "tables", "share"},
    "analysis": {"intake", "load", "registers", "sample", "share"},
    "disclose": {"intake", "load", "registers", "sample", "share"},
    "draw": {"stats", "intake", "load", "registers", "sample", "share"},
    "publish": {"stats", "intake", "load", "sample", "analysis"},
}
# rooms that see neither a file nor a clock nor the machine
PURE = ("stats", "analysis", "disclose", "draw", "findings")
IMPURE_MODULES = {
    "os",
    "io",
    "pathlib",
    "time",
    "socket",
    "subprocess",
    "urllib",
    "requests",
    "random",
    "shutil",
    "sys",
}
CLOCKS = {"now", "today", "utcnow"}
BAD_NAMES = {"utils", "util", "helpers", "helper", "core", "base", "common", "misc"}
SURFACE = {
    "workspace.py": ("Workspace", {"open", "read", "area", "areas", "product"}),
    "product.py": ("Product", {"add", "seal", "reference"}),
}


def files(package: Path) -> dict[str, Path]:
    """Every module of a package by its dotted name below it (`analysis.hotspot`)."""
    named = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        named[".".join(p for p in parts if p != "__init__")] = path
    return named


def imports(path: Path) -> set[str]:
    """The modules of the package a file imports, wherever in the file it does, below the package's name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                found.add(f"{PACKAGE}.relative-import")
            elif node.module:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix(f"{PACKAGE}.") for name in found if name.startswith(f"{PACKAGE}.")}


def targets(path: Path, known: dict[str, Path]) -> set[str]:
    """What a file imports, as modules that exist: `from intelnb.dates import Period` is `dates`."""
    result = set()
    for imported in imports(path):
        name = imported
        while name not in known and "." in name:
            name = name.rpartition(".")[0]
        result.add(name)
    return result - {""}


def floor(module: str) -> int | None:
    room = module.split(".")[0]
    return next((level for level, rooms in enumerate(FLOORS) if room in rooms), None)


def fault(module: str, target: str) -> str | None:
    """Why one import may not be, or None."""
    room, other = module.split(".")[0], target.split(".")[0]
    here, there = floor(module), floor(target)
    if here is None:
        return f"{module}: stands on no floor"
    if there is None:
        return f"{module}: {target} stands on no floor"
    if room == other:
        sibling = [*target.split("."), ""][1]
        allowed = room in MACHINES or sibling in BASES.get(room, set())
        return None if allowed else f"{module}: imports its sibling {target}"
    if there >= here:
        return f"{module}: imports upwards from {target}"
    return f"{module}: {other} is out of bounds for {room}" if other in NEVER.get(room, set()) else None


def import_faults(package: Path) -> list[str]:
    known = files(package)
    pairs = [(module, target) for module, path in known.items() if module for target in sorted(targets(path, known))]
    unplaced = [f"{module}: stands on no floor" for module in known if module and floor(module) is None]
    return sorted({*unplaced, *(told for pair in pairs if (told := fault(*pair)))})


def cycle(package: Path) -> list[str]:
    known = files(package)
    graph = {module: targets(path, known) - {module} for module, path in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def shape_faults(package: Path) -> list[str]:
    """Files too long, or named after nothing."""
    found = []
    for module, path in files(package).items():
        lines = path.read_text("utf-8").count("\n")
        if lines > LONGEST_FILE:
            found.append(f"{module}: {lines} lines")
        if BAD_NAMES.intersection(module.split(".")):
            found.append(f"{module}: says nothing by its name")
    return found


def purity_faults(package: Path) -> list[str]:
    """Files, clocks and the machine, seen from a room that must not see them."""
    found = []
    for module, path in files(package).items():
        if module.split(".")[0] not in PURE:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{module}: imports {name}" for name in names if impure(name)]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                found.append(f"{module}: asks the clock ({node.func.attr})")
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print"}:
                found.append(f"{module}: calls {node.func.id}")
    return found


def impure(name: str) -> bool:
    return name.split(".")[0] in IMPURE_MODULES and not name.startswith("urllib.parse")


def surface_faults(package: Path) -> list[str]:
    """Public methods that `Workspace` and `Product` were not meant to have."""
    found = []
    for name, (kind, allowed) in SURFACE.items():
        path = package / name
        tree = ast.parse(path.read_text("utf-8") if path.exists() else "")
        classes = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == kind]
        if not classes:
            found.append(f"{name}: no {kind}")
        for each in classes:
            methods = {n.name for n in each.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
            found += [f"{kind}.{m}" for m in sorted(methods - allowed) if not m.startswith("_")]
    return found


def notebook_faults(path: Path) -> list[str]:
    """What a committed notebook may not be: long, clever, or run."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    found = [] if len(cells) <= 25 else [f"{len(cells)} cells"]
    tagged = sum("parameters" in cell["metadata"].get("tags", []) for cell in cells)
    if tagged != 1:
        found.append(f"{tagged} parameters cells")
    for number, cell in enumerate(cells, start=1):
        source = "".join(cell["source"])
        if len(source.splitlines()) > 15:
            found.append(f"cell {number}: {len(source.splitlines())} lines")
        if cell["cell_type"] != "code":
            continue
        if cell.get("outputs") or cell.get("execution_count"):
            found.append(f"cell {number}: was run")
        nodes = list(ast.walk(ast.parse(source)))
        if any(isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)) for n in nodes):
            found.append(f"cell {number}: defines something")
        if any(isinstance(n, ast.Attribute) and n.attr == "path" and ast.unparse(n) == "sys.path" for n in nodes):
            found.append(f"cell {number}: touches sys.path")
    return found


# ---------------------------------------------------------------------------------------------- the house as it stands


def test_a_file_imports_only_from_below() -> None:
    assert import_faults(CHECKOUT / PACKAGE) == []


def test_imports_go_in_no_circle() -> None:
    assert cycle(CHECKOUT / PACKAGE) == []


def test_files_are_short_and_named_after_what_they_hold() -> None:
    assert shape_faults(CHECKOUT / PACKAGE) == []


def test_rooms_that_compute_see_neither_files_nor_clocks() -> None:
    assert purity_faults(CHECKOUT / PACKAGE) == []


def test_workspace_and_product_stay_small() -> None:
    assert surface_faults(CHECKOUT / PACKAGE) == []


def test_every_notebook_keeps_the_rules() -> None:
    notebooks = [p for p in sorted((CHECKOUT / "notebooks").rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts]
    assert notebooks
    assert {p.name: faults for p in notebooks if (faults := notebook_faults(p))} == {}


# ------------------------------------------------------------------------------------------------ the checker, checked


def house(folder: Path, **sources: str) -> Path:
    """A small package: `analysis__hotspot="..."` becomes `analysis/hotspot.py`."""
    for name, source in sources.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("module", "source", "told"),
    [
        ("analysis__a", "from intelnb.draw.picture import Picture", "analysis.a: imports upwards from draw.picture"),
        ("analysis__a", "def f():\n    from intelnb.cli import main", "analysis.a: imports upwards from cli.main"),
        ("analysis__a", "from intelnb.analysis.b import x", "analysis.a: imports its sibling analysis.b"),
        ("analysis__a", "from intelnb.load import crimes", "analysis.a: load is out of bounds for analysis"),
        ("stats__a", "import intelnb.dates", "stats.a: dates is out of bounds for stats"),
        ("intake__a", "from intelnb.registers import store", "intake.a: imports upwards from registers.store"),
        ("attic__a", "x = 1", "attic.a: stands on no floor"),
        ("analysis__a", "from . import b", "analysis.a: relative-import stands on no floor"),
    ],
)
def test_an_import_that_breaks_the_floors_is_seen(tmp_path: Path, module: str, source: str, told: str) -> None:
    package = house(
        tmp_path, draw__picture="", cli__main="", load__crimes="", dates="", registers__store="", analysis__b="x = 1",
        **{module: source},
    )  # fmt: skip
    assert import_faults(package) == [told]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("analysis__a", "from intelnb.analysis.result import Result\nfrom intelnb.errors import MethodError"),
        ("intake__a", "from intelnb.intake.source import Source"),
        ("cli__a", "from intelnb.dates import parse\nimport pandas"),
    ],
)
def test_an_import_that_keeps_the_floors_is_not(tmp_path: Path, module: str, source: str) -> None:
    package = house(tmp_path, errors="", dates="", analysis__result="", intake__source="", **{module: source})
    assert import_faults(package) == []


def test_a_circle_is_seen(tmp_path: Path) -> None:
    package = house(tmp_path, run__a="from intelnb.run.b import x", run__b="from intelnb.run.a import y")
    assert set(cycle(package)) == {"run.a", "run.b"}
    assert cycle(house(tmp_path / "straight", run__a="from intelnb.run.b import x", run__b="")) == []


def test_a_long_file_and_an_empty_name_are_seen(tmp_path: Path) -> None:
    package = house(tmp_path, analysis__a="x = 1\n" * 321, run__utils="", run__job="x = 1\n" * 320)
    assert shape_faults(package) == ["analysis.a: 321 lines", "run.utils: says nothing by its name"]


@pytest.mark.parametrize(
    "source", ["import os", "from pathlib import Path", "x = datetime.now()", "x = open('y')", "from os.path import x"]
)
def test_a_file_or_a_clock_in_analysis_is_seen(tmp_path: Path, source: str) -> None:
    assert len(purity_faults(house(tmp_path, analysis__a=source, run__a=source))) == 1


def test_a_method_too_many_is_seen(tmp_path: Path) -> None:
    body = "class {}:\n    def {}(self): ...\n    def _own(self): ...\n    def export(self): ...\n"
    package = house(tmp_path, workspace=body.format("Workspace", "read"), product=body.format("Product", "seal"))
    assert surface_faults(package) == ["Workspace.export", "Product.export"]


def cell(source: str, *tags: str, **more: object) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, **more}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([cell("x = 1", "parameters")], []),
        ([cell("x = 1")], ["0 parameters cells"]),
        ([cell("x = 1", "parameters"), cell("y = 1", "parameters")], ["2 parameters cells"]),
        ([cell("x = 1", "parameters"), cell("def f(): ...")], ["cell 2: defines something"]),
        ([cell("x = 1", "parameters"), cell("import sys\nsys.path.append('.')")], ["cell 2: touches sys.path"]),
        ([cell("x = 1", "parameters"), cell("\n" * 16)], ["cell 2: 16 lines"]),
        ([cell("x = 1", "parameters"), cell("x", execution_count=3)], ["cell 2: was run"]),
        ([cell("x = 1", "parameters"), *[cell("x")] * 25], ["26 cells"]),
    ],
)
def test_a_notebook_that_breaks_a_rule_is_seen(tmp_path: Path, cells: list[dict[str, object]], told: list[str]) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps({"cells": cells}), "utf-8")
    assert notebook_faults(path) == told
