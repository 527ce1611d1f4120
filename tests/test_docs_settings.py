"""docs/settings.md against the models: every setting, every default, every key of a map, every column."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import intelnb.tables
from intelnb import settings
from intelnb.intake.column_map import ColumnMap, SourceRules
from tests.pages_of_docs import CHECKOUT, DOCS

PAGE = (DOCS / "settings.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (needed|none|`[^`]*`) \| (.+) \|$", re.MULTILINE)
GROUPS: dict[str, type[BaseModel]] = {
    "[force]": settings.Force,
    "[[areas]]": settings.AreaLevel,
    "Sources": settings.SourceFiles,
    "Audiences": settings.Audience,
    "[alarms]": settings.Alarms,
    "[places]": settings.Places,
    "[persistence]": settings.Persistence,
    "[tolerance]": settings.Tolerance,
    "The column map": SourceRules,
}
# of `Settings` itself: `folder` is given by whoever opens the workspace, the rest are groups
NOT_TOP = {"folder", "force", "sources", "areas", "audiences", "alarms", "persistence", "places", "tolerance"}


def chapter(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def documented(heading: str) -> dict[str, str]:
    """Settings of one chapter and their defaults as the page has them."""
    return {name: default.strip("`") for name, default, _ in ROW.findall(chapter(heading))}


def stated(model: type[BaseModel], *, but: set[str] = frozenset()) -> dict[str, str]:
    """Settings of a model and their defaults as the page should have them."""
    return {
        name: "needed" if field.is_required() else written(field.default)
        for name, field in model.model_fields.items()
        if name not in but
    }


def written(default: Any) -> str:
    if default is None:
        return "none"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, str):
        return f'"{default}"'
    return str(list(default)) if isinstance(default, tuple) else str(default)


@pytest.mark.parametrize("heading", GROUPS)
def test_every_setting_of_a_group_is_there_with_its_default(heading: str) -> None:
    assert documented(heading) == stated(GROUPS[heading])


def test_every_setting_of_the_workspace_is_there() -> None:
    assert documented("Settings of the workspace") == stated(settings.Settings, but=NOT_TOP)
    assert set(settings.Settings.model_fields) >= NOT_TOP


def test_every_group_has_its_chapter() -> None:
    groups = {f.annotation for f in settings.Settings.model_fields.values() if isinstance(f.annotation, type)}
    groups = {one for one in groups if issubclass(one, BaseModel)}
    assert groups <= set(GROUPS.values())


def test_every_part_of_a_column_map_is_there() -> None:
    parts = re.findall(r"^\| `(\w+)` \| [^|]+ \|$", chapter("The column map"), re.MULTILINE)
    assert sorted(parts) == sorted(ColumnMap.model_fields)


def test_every_column_of_every_kind_is_there_and_the_needed_ones_are_bold() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", chapter("Our columns"), re.MULTILINE))
    modules = [p.stem for p in Path(intelnb.tables.__file__).parent.glob("*.py")]
    contracts = [getattr(importlib.import_module(f"intelnb.tables.{name}"), "CONTRACT", None) for name in modules]
    told = {
        one.kind: ", ".join(f"**{f.name}**" if f.required else f.name for f in one.fields)
        for one in contracts
        if one is not None and one.kind != "areas"
    }
    assert rows == told
    assert all(f"`{kind}`" in chapter("Sources") for kind in told)


def test_bounds_on_the_page_are_those_of_the_model() -> None:
    for heading, name, low, high in (
        ("[places]", "cell_m", 50, 5000), ("[places]", "weeks", 4, 156), ("[persistence]", "windows", 2, 52),
    ):  # fmt: skip
        (line,) = (line for line in chapter(heading).splitlines() if line.startswith(f"| `{name}`"))
        assert f"{low:,} to {high:,}" in line
        field = GROUPS[heading].model_fields[name]
        assert {getattr(m, "ge", None) or getattr(m, "le", None) for m in field.metadata} == {low, high}


def test_settings_files_in_the_repository_say_nothing_else() -> None:
    files = [*CHECKOUT.glob("examples/*/intelnb.toml"), CHECKOUT / "data" / "samples" / "intelnb.toml"]
    assert files
    for file in files:
        loaded = settings.load(file.parent)
        assert set(tomllib.loads(file.read_text("utf-8"))) <= set(type(loaded).model_fields)
