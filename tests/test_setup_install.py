"""Installing where there is no checkout and no index: from a folder of wheels, and from our wheel alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.long


def say(*words: str | Path, where: Path, home: Path | None = None) -> str:
    """Run a command; with `home`, as on another machine: nothing of this one's settings."""
    kept = {n: v for n, v in os.environ.items() if n in {"PATH", "LANG", "TMPDIR", "SYSTEMROOT"}}
    env = {**kept, "HOME": str(home), "PIP_CONFIG_FILE": os.devnull} if home else dict(os.environ)
    done = subprocess.run([str(w) for w in words], cwd=where, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our wheel, built with what the lock brought and nothing fetched."""
    out = tmp_path_factory.mktemp("dist")
    say(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, CHECKOUT, where=CHECKOUT)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every locked package as a file, fetched where there is an index, to be carried to where there is none."""
    house = tmp_path_factory.mktemp("wheelhouse")
    lock = CHECKOUT / "requirements.lock"
    say(sys.executable, "-m", "pip", "download", "-q", "--require-hashes", "-r", lock, "-d", house, where=CHECKOUT)
    return house


def bare(folder: Path) -> Path:
    """The Python of a new, empty environment."""
    say(sys.executable, "-m", "venv", folder, where=folder.parent)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def shows_the_demo(python: Path, folder: Path) -> None:
    """Run the demo as a new user would, in an empty folder, and look at what it left."""
    home, empty = folder / "home", folder / "empty"
    home.mkdir()
    empty.mkdir()
    out = say(python.with_name("intelnb"), "demo", where=empty, home=home)
    pages = [Path(line) for line in out.splitlines() if line.endswith(".html")]
    assert len(pages) == 2
    assert all(page.is_relative_to(empty / "intelnb-demo") for page in pages)
    assert all("</html>" in page.read_text("utf-8") for page in pages)
    assert [p.name for p in empty.iterdir()] == ["intelnb-demo"]
    assert "ok" in say(python.with_name("intelnb"), "doctor", where=empty, home=home)


def test_the_wheel_carries_notebooks_sample_and_templates_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("shipped/notebooks/products/weekly_threat_assessment.ipynb", "shipped/samples/intelnb.toml",
                 "kinds/weekly_threat_assessment.toml", "publish/templates/page.html.j2", "py.typed"):  # fmt: skip
        assert f"intelnb/{part}" in names
    assert not [n for n in names if n.startswith(("tests/", "benchmarks/")) or "checkpoint" in n or "__pycache__" in n]
    assert wheel.stat().st_size < 20_000_000


def test_an_air_gapped_machine_installs_from_a_folder_of_wheels(wheel: Path, wheelhouse: Path, tmp_path: Path) -> None:
    python = bare(tmp_path / "venv")
    offline = ("-m", "pip", "install", "-q", "--no-index")
    lock = CHECKOUT / "requirements.lock"
    say(python, *offline, "--find-links", wheelhouse, "--require-hashes", "-r", lock, where=tmp_path, home=tmp_path)
    say(python, *offline, "--no-deps", wheel, where=tmp_path, home=tmp_path)
    shows_the_demo(python, tmp_path)


def test_our_wheel_alone_brings_everything_it_needs(wheel: Path, wheelhouse: Path, tmp_path: Path) -> None:
    python = bare(tmp_path / "venv")
    uv = Path(sys.executable).with_name("uv")
    say(uv, "pip", "install", "-q", "--no-index", "--find-links", wheelhouse, "--python", python, wheel,
        where=tmp_path, home=tmp_path)  # fmt: skip
    found = say(python, "-c", "import importlib.util as u; print(u.find_spec('pytest'))", where=tmp_path, home=tmp_path)
    assert found.strip() == "None"
    shows_the_demo(python, tmp_path)
