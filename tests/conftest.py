"""Where tests find real data and a browser, and what a skipped test means where both must be present."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path

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
