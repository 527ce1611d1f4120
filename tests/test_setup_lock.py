"""The lock is fresh, hashed and names no host; the conda file and the Makefile follow it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parent.parent
SETUP_FILES = ("Makefile", ".ci/run", "environment.yml", "requirements.lock", "pyproject.toml")
# written in halves, so that this file does not find itself
REGISTRIES = tuple(
    a + b for a, b in (("py", "pi.org"), ("pythonhosted", ".org"), ("anaconda", ".org"), ("npmjs", ".org"))
)
TEXT = {".py", ".toml", ".md", ".yml", ".yaml", ".txt", ".lock", ".ipynb", ".html", ".j2", ".css", ".cfg", ".json", ""}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    everything = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {normal(re.split(r"[^\w.-]", text)[0]) for text in everything}


def asked_for(lock: str) -> set[str]:
    """The packages the lock holds because the project names them, as its `# via` notes tell."""
    names, current = set(), ""
    for line in lock.splitlines():
        if line and not line.startswith((" ", "#")):
            current = normal(line.split("==")[0])
        elif line.startswith("    #") and "(pyproject.toml)" in line:
            names.add(current)
    return names


def test_the_lock_holds_what_the_project_names_and_nothing_asked_for_is_gone_from_it() -> None:
    assert asked_for((CHECKOUT / "requirements.lock").read_text("utf-8")) == declared()


def test_the_check_of_the_lock_sees_a_dependency_added_or_removed() -> None:
    lock = "numpy==2.4.6 \\\n    --hash=sha256:00\n    # via\n    #   intelnb (pyproject.toml)\n    #   pandas\n"
    assert asked_for(lock) == {"numpy"}
    assert asked_for(lock) != {"numpy", "scipy"}
    assert asked_for(lock.replace("    #   intelnb (pyproject.toml)\n", "")) == set()


def test_every_locked_package_is_pinned_and_hashed() -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (CHECKOUT / "requirements.lock").read_text("utf-8"))
    assert len(blocks) > 100
    assert [b.split("\n")[0] for b in blocks if "--hash=sha256:" not in b or "==" not in b.split("\n")[0]] == []


@pytest.mark.parametrize("name", SETUP_FILES)
def test_no_url_in_a_file_that_sets_things_up(name: str) -> None:
    assert re.findall(r"[a-z]+://\S+", (CHECKOUT / name).read_text("utf-8")) == []


def test_no_registry_host_in_any_file() -> None:
    skipped = {".venv", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__", "out"}
    found = [
        f"{path.relative_to(CHECKOUT)}: {host}"
        for path in CHECKOUT.rglob("*")
        if path.suffix in TEXT
        and not skipped.intersection(path.parts)
        and "reports" not in path.parts
        and path.is_file()
        for host in REGISTRIES
        if host in path.read_text("utf-8", errors="replace")
    ]
    assert found == []


def test_the_conda_file_installs_the_lock_and_nothing_else() -> None:
    conda = yaml.safe_load((CHECKOUT / "environment.yml").read_text("utf-8"))
    *packages, pip = conda["dependencies"]
    floor = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert conda["channels"] == ["conda-forge", "nodefaults"]
    assert packages == [f"python={floor.removeprefix('>=')}.*", "pip"]
    assert pip == {"pip": ["-r requirements.lock"]}


def test_bytecode_is_compiled_and_hashes_are_required_wherever_something_is_installed() -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    installs = re.findall(r"pip install [^;|&}]*", makefile)
    assert len(installs) >= 3
    assert [i for i in installs if "--require-hashes" not in i and "--no-index" not in i] == []
    assert "unexport PYTHONDONTWRITEBYTECODE" in makefile
    assert "--compile-bytecode" in makefile
