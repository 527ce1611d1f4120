"""Where tests find real data and a browser, and what a skipped test means where both must be present."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import nbformat
import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Jupyter warns about its old folders unless told which to use, and warnings are errors here
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder with `pyproject.toml`."""
    return CHECKOUT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets: `INTELNB_REAL_DATA`, or `shared/data` beside the checkout."""
    folder = Path(os.environ.get("INTELNB_REAL_DATA") or CHECKOUT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a system browser."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no browser on this machine")
    return found


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes name no test: archives hold the time they were made, and every worker must collect the same names."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport]:
    """Where `CI=true`, a skipped browser or real-data test is a failure: it proved nothing."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and must_run(item):
        report.outcome = "failed"
        report.longrepr = f"skipped, but this machine must run it: {report.longrepr}"
    return report


def must_run(item: pytest.Item) -> bool:
    """Whether a test needs a browser or real data, by mark or by fixture."""
    marked = any(item.get_closest_marker(name) for name in ("browser", "real_data"))
    return marked or not {"chromium", "real_data"}.isdisjoint(getattr(item, "fixturenames", ()))


SEAL = """\
from IPython.display import display
from intelnb.bundle import MIME_TYPE, Bundle, FindingPart, PlacePart, SectionPart, TablePart, ColumnPart
table = TablePart(id="counts", caption="Counts", columns=(ColumnPart(name="n", title="Number"),), rows=((3,),))
place = PlacePart(id="bottom_line", kind="bottom_line", title="Bottom line", sentence="s", evidence={"n": "3"})
finding = FindingPart(id="one", headline="Three burglaries.", tables=(table,), place=place)
section = SectionPart(id="bottom_line", heading="Bottom line", slot="bottom_line", findings=(finding,), empty="None.")
bundle = Bundle(kind="weekly_threat_assessment", reference=f"WTA/{area}/{period}/{audience}", title="Weekly",
    force="F", area_code=area, area_name="Northmere", period=period, period_words="Week 46", data_to="x", as_at="x",
    audience=audience, audience_title="Tasking meeting", marking="OFFICIAL-SENSITIVE", instruction="",
    judgements=True, owners=("A",), terms=(), sections=(section,), version="0")
display({MIME_TYPE: bundle.model_dump(mode="json")}, raw=True)"""

ASK = """\
area: str = "NOR"  # area code
period: str = "2026-W46"  # week or month
audience: str = ""  # who it is for
workspace: str = "data/samples"  # folder of intelnb.toml
weeks: int = 13  # weeks of history"""

SETTINGS = """\
state = "state"
reports = "reports"
[force]
name = "Invented"
code = "INV"
[[areas]]
level = "force"
file = "force.geojson"
[audiences.internal]
title = "Tasking meeting"
highest_marking = "OFFICIAL-SENSITIVE"
sources = ["crimes"]
judgements = true
page_marking = "OFFICIAL-SENSITIVE"
[audiences.public]
title = "Public"
highest_marking = "OFFICIAL"
sources = ["crimes"]
page_marking = "OFFICIAL"
"""

# one square, in open sea
AREA = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "NOR", "name": "Northmere"},
            "geometry": {"type": "Polygon", "coordinates": [[[1, 56], [1.2, 56], [1.2, 56.2], [1, 56.2], [1, 56]]]},
        }
    ],
}


@pytest.fixture
def small_workspace(tmp_path: Path) -> Path:
    """A workspace with settings, one area, and nothing else; its state and reports lie inside it."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "intelnb.toml").write_text(SETTINGS, "utf-8")
    (folder / "force.geojson").write_text(json.dumps(AREA), "utf-8")
    return folder


@pytest.fixture
def write_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook of code cells; the first is its parameters, `SEAL` stands for sealing a small product."""

    def write(*sources: str, parameters: str = ASK, name: str = "small") -> Path:
        cells = [nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
        cells += [nbformat.v4.new_code_cell(SEAL if source == "SEAL" else source) for source in sources]
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        return path

    return write
