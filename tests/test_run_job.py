"""A job: refused before a kernel starts, run in a private kernel, published whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intelnb.errors import IntelError, LeakFound, MethodError, ProductError, RunFailed, UsageError
from intelnb.registers import audit
from intelnb.registers.store import open_store
from intelnb.run import engine, folders, manifest, pages, workings
from intelnb.run.job import JobSpec, RunResult, run
from intelnb.workspace import Workspace

Write = Callable[..., Path]

ASK = """\
area: str = "NOR"  # area code
period: str = "2026-W46"  # week or month
audience: str = ""  # who it is for
workspace: str = "."  # folder of intelnb.toml"""


def job(notebook: Path, workspace: Path, **more: object) -> JobSpec:
    limits = {name: int(str(more.pop(name))) for name in ("cell_timeout_s", "run_timeout_s") if name in more}
    asked = {"workspace": str(workspace), **more}
    return JobSpec("weekly_threat_assessment", asked, notebook=str(notebook), **limits)


def leftovers(workspace: Path) -> list[str]:
    reports = workspace / "reports"
    return [str(p) for p in reports.rglob("*")] if reports.exists() else []


@pytest.fixture(autouse=True)
def own_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A temporary folder of this test's own, its name short enough for sockets: other tests run kernels too."""
    assert tmp_path.is_dir(), "the folders of all tests are made before the temporary folder is another"
    folder = tempfile.mkdtemp(prefix="rj")
    monkeypatch.setattr(tempfile, "tempdir", folder)
    yield
    shutil.rmtree(folder, ignore_errors=True)


def private_folders() -> set[str]:
    return {p.name for p in Path(tempfile.gettempdir()).glob("inb-*")}


def test_a_run_ends_in_one_whole_folder_and_a_pointer(write_notebook: Write, small_workspace: Path) -> None:
    notebook = write_notebook("import sys, os\nsys.stderr.write('noise')", "SEAL")
    before, seen = private_folders(), []
    result = run(job(notebook, small_workspace, area="NOR"), progress=lambda *told: seen.append(told))

    assert result.reference == "WTA/NOR/2026-W46/internal"
    parent = small_workspace / "reports" / "weekly_threat_assessment" / "NOR" / "2026-W46" / "internal"
    assert result.folder.parent == parent
    assert result.page.name.startswith("OFFICIAL-SENSITIVE")
    assert result.exit_code == 0
    pointer = folders.pointed(parent)
    assert (pointer["run"], pointer["status"], pointer["released"]) == (result.run, "draft", None)
    note = manifest.load(result.folder)
    assert manifest.changed(result.folder) == []
    assert note.content["parameters"] == {"area": "NOR", "audience": "internal", "period": "2026-W46", "weeks": 13}
    assert str(small_workspace) not in (result.folder / manifest.FILE_NAME).read_text("utf-8")
    assert note.run["workspace"] == small_workspace.name
    assert [p.suffix for p in sorted(result.folder.iterdir())].count(".csv") == 1
    assert workings.bundle_in(result.workings).reference == result.reference
    assert (result.workings / workings.NOTEBOOK).is_file()
    if os.name != "nt":
        assert result.workings.stat().st_mode & 0o077 == 0
    assert [told[0] for told in seen] == list(range(1, len(seen) + 1))
    assert seen[-1][1] == len(seen)
    assert private_folders() == before


def test_a_read_is_entered_under_the_product_and_the_run_it_was_made_for(
    write_notebook: Write, small_workspace: Path
) -> None:
    text = (small_workspace / "intelnb.toml").read_text("utf-8")
    source = '[sources.priorities]\nfiles = "priorities.csv"\nmarking = "OFFICIAL"\n'
    text = text.replace("[audiences.internal]", f"{source}[audiences.internal]")
    (small_workspace / "intelnb.toml").write_text(text.replace('["crimes"]', '["priorities"]'), "utf-8")
    (small_workspace / "priorities.csv").write_text("code,name,rank,kinds,flags,hours\nb,Burglary,1,b,,\n", "utf-8")
    read = """\
from intelnb.workspace import Workspace
Workspace.open(workspace, audience=audience).read("priorities")"""
    done = run(job(write_notebook(read, "SEAL"), small_workspace))
    Workspace.open(small_workspace, audience="internal").read("priorities")
    store = open_store(f"sqlite:///{small_workspace / 'state' / 'registers.sqlite'}")
    told = [json.loads(entry.detail) for entry in audit.entries(store, event="read", subject="priorities")]
    assert [(one["reference"], one["run"]) for one in told] == [("WTA/NOR/2026-W46/internal", done.run), ("", "")]


def test_the_same_run_twice_gives_the_same_files_in_two_folders(write_notebook: Write, small_workspace: Path) -> None:
    notebook = write_notebook("SEAL")
    one, two = (run(job(notebook, small_workspace)) for _ in range(2))
    assert one.folder != two.folder
    assert manifest.load(one.folder).content == manifest.load(two.folder).content
    assert folders.pointed(two.folder.parent)["run"] == two.run


def test_the_kernel_is_private_and_sees_only_what_it_needs(
    write_notebook: Write, small_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    told = tmp_path / "told.json"
    look = f"""\
import json, os, sys, warnings
from IPython import get_ipython
from ipykernel.kernelapp import IPKernelApp
app, shell = IPKernelApp.instance(), get_ipython()
state = dict(env=dict(os.environ), python=sys.executable, transport=app.transport, history=shell.history_manager.enabled,
    ipython=shell.ipython_dir, cwd=os.getcwd(), mode=os.stat(os.path.dirname(app.abs_connection_file)).st_mode,
    encrypted=bool(getattr(app, 'curve_publickey', None)))
with open({str(told)!r}, "w") as f: json.dump(state, f)"""
    notebook = write_notebook(look, "SEAL")
    broken = json.loads(notebook.read_text("utf-8"))
    broken["metadata"]["kernelspec"] = {"name": "somebody-elses-conda", "display_name": "x", "language": "R"}
    notebook.write_text(json.dumps(broken), "utf-8")
    result = run(job(notebook, small_workspace))
    state = json.loads(told.read_text("utf-8"))
    assert "DATABASE_PASSWORD" not in state["env"]
    assert state["env"][workings.VARIABLE] == str(result.workings)
    assert state["env"]["OMP_NUM_THREADS"] == "1"
    assert Path(state["python"]).resolve() == Path(sys.executable).resolve()
    assert state["history"] is False
    assert state["ipython"].startswith(state["cwd"])
    assert not Path(state["cwd"]).exists()
    if engine.has_private_sockets():
        assert state["transport"] == "ipc"
        assert state["mode"] & 0o077 == 0


def test_where_such_sockets_are_missing_the_kernel_speaks_encrypted(
    write_notebook: Write, small_workspace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engine, "has_private_sockets", lambda: False)
    told = tmp_path / "told.txt"
    look = f"""\
import json
from ipykernel.kernelapp import IPKernelApp
app = IPKernelApp.instance()
connection = json.load(open(app.abs_connection_file))
open({str(told)!r}, "w").write(app.transport + " " + str("curve_publickey" in connection))"""
    run(job(write_notebook(look, "SEAL"), small_workspace))
    assert told.read_text("utf-8") == "tcp True"


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ({"audiance": "public"}, ["did you mean 'audience'"]),
        ({"audience": "everyone"}, ["'everyone' is not an audience", "internal, public"]),
        ({"period": "2026-W54"}, ["2026-W54"]),
        ({"area": "../../etc"}, ["folder's name"]),
        ({"area": "NORR"}, ["There is no area 'NORR'", "Choose one of: NOR."]),
        ({"weeks": "x", "perod": "2026-W46"}, ["weeks: 'x'", "did you mean 'period'"]),
        ({"area": "../x", "period": "soon", "audience": "all"}, ["'../x'", "'soon'", "'all'"]),
        ({"period": ""}, ["period is missing"]),
    ],
)
def test_what_cannot_be_asked_is_refused_before_a_kernel_starts(
    write_notebook: Write,
    small_workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, str],
    parts: list[str],
) -> None:
    monkeypatch.setattr(engine, "execute", lambda *_a, **_k: pytest.fail("a kernel started"))
    with pytest.raises(UsageError) as told:
        run(job(write_notebook("SEAL"), small_workspace, **asked))
    assert told.value.exit_code == 2
    assert all(part in str(told.value) for part in parts)
    assert not (small_workspace / "state").exists()


def test_areas_and_periods_that_cannot_be_read_are_refused_before_a_kernel_starts(
    write_notebook: Write, small_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "execute", lambda *_a, **_k: pytest.fail("a kernel started"))
    asked = job(write_notebook("SEAL"), small_workspace)
    settings = small_workspace / "intelnb.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('code = "INV"', 'code = "INV"\nas_at = 2026-11-02T05:00:00'), "utf-8")
    with pytest.raises(ProductError, match=r"Week 46, .* lies after these data, which end on 2 Nov 2026 05:00"):
        run(asked)
    settings.write_text(text.replace('level = "force"', 'level = "force"\ncode = "CODE"'), "utf-8")
    with pytest.raises(IntelError, match="CODE"):
        run(asked)
    settings.write_text(text, "utf-8")
    (small_workspace / "force.geojson").unlink()
    with pytest.raises(IntelError, match=r"force\.geojson"):
        run(asked)
    assert not (small_workspace / "state").exists()


@pytest.mark.parametrize(
    ("cells", "kind", "told"),
    [
        (["from intelnb.errors import MethodError\nraise MethodError(what='Too coarse', where='crimes', now='Ask less.')"],
         MethodError, "Too coarse (crimes). Ask less."),
        (["secret = 'Nominal N0412'\nraise KeyError(secret)"], RunFailed, "failed in code cell 3 of 3 with KeyError"),
        (["x = 1"], RunFailed, "no sealed product"),
        (["SEAL", "SEAL"], RunFailed, "2 sealed products"),
        (["SEAL", "import sys\nsys.exit(0)", "x = 1"], RunFailed, "did not complete"),
        (["import os, signal\nos.kill(os.getpid(), 9)"], RunFailed, "kernel died in code cell 3"),
        (["audience = 'public'", "SEAL"], RunFailed, "audience 'public' for 'internal'"),
    ],
)  # fmt: skip
def test_a_run_that_fails_says_one_plain_line_and_publishes_nothing(
    write_notebook: Write, small_workspace: Path, cells: list[str], kind: type[IntelError], told: str
) -> None:
    with pytest.raises(IntelError) as fault:
        run(job(write_notebook(*cells), small_workspace))
    assert type(fault.value) is kind
    assert told in str(fault.value)
    assert "\n" not in str(fault.value)
    assert "N0412" not in str(fault.value)
    assert leftovers(small_workspace) == []
    assert len(list((small_workspace / "state" / "workings").rglob(workings.NOTEBOOK))) == 1


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"cell_timeout_s": 2}, "cell 3 of 4 took too long"),
        ({"run_timeout_s": 3}, "longer than its limit of 3 seconds"),
    ],
)
def test_a_run_that_takes_too_long_is_ended_with_its_children(
    write_notebook: Write, small_workspace: Path, tmp_path: Path, limits: dict[str, int], told: str
) -> None:
    pid_file = tmp_path / "pid"
    hang = f"""\
import subprocess, sys, time, os
open({str(pid_file)!r}, "w").write(str(os.getpid()))
time.sleep(60)"""
    started = time.monotonic()
    with pytest.raises(RunFailed, match=told):
        run(job(write_notebook(hang, "SEAL"), small_workspace, **limits))
    assert time.monotonic() - started < 30
    assert not is_running(int(pid_file.read_text("utf-8")))
    assert leftovers(small_workspace) == []


def keep(name: str, content: dict[str, object]) -> str:
    """A cell that leaves a file in the workings, as the reader process does."""
    folder = f"pathlib.Path(os.environ['{workings.VARIABLE}'])"
    return f"import os, pathlib\n_ = ({folder} / '{name}').write_text({json.dumps(content)!r})"


def keep_read(*, quarantined: int = 0, texts: tuple[str, ...] = (), stem: str = "01-crimes") -> str:
    """A cell that leaves the account of one read and what it withheld, each naming the other."""
    withheld: dict[str, object] = {"kind": "crimes", "texts": texts, "numbers": []}
    ledger = {"read": 100, "accepted": 100 - quarantined, "quarantined": quarantined, "used": 90}
    account: dict[str, object] = {
        "source": {"name": "crimes", "digest": "ab", "ledger": ledger},
        "request": {},
        "withheld_sha256": hashlib.sha256(json.dumps(withheld).encode()).hexdigest(),
    }
    return "\n".join([keep(f"{stem}.ledger.json", account), keep(f"{stem}.withheld.json", withheld)])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False).stdout[:1] != b"Z"


def test_quarantined_rows_above_the_tolerance_earn_exit_code_3(write_notebook: Write, small_workspace: Path) -> None:
    over: RunResult = run(job(write_notebook(keep_read(quarantined=2), "SEAL"), small_workspace))
    assert (over.exit_code, over.quarantined) == (3, 2)
    under = run(job(write_notebook(keep_read(quarantined=1), "SEAL"), small_workspace))
    assert under.exit_code == 0
    assert manifest.load(under.folder).content["inputs"] == [{"kind": "crimes", "digest": "ab"}]


def test_a_withheld_value_in_the_finished_bytes_stops_everything(write_notebook: Write, small_workspace: Path) -> None:
    withheld = keep_read(texts=("Three burglaries",))
    with pytest.raises(LeakFound, match="withheld value"):
        run(job(write_notebook(withheld, "SEAL"), small_workspace))
    assert leftovers(small_workspace) == []


@pytest.mark.parametrize(
    "more",
    [
        "os.remove(kept + '/01-crimes.withheld.json')",
        "os.remove(kept + '/01-crimes.ledger.json')",
        "open(kept + '/01-crimes.withheld.json', 'w').write('{')",
        "open(kept + '/01-crimes.withheld.json', 'a').write(' ')",
        "open(kept + '/02-logs.withheld.json', 'w').write('{}')",
    ],
)
def test_a_run_that_does_not_know_what_was_withheld_publishes_nothing(
    write_notebook: Write, small_workspace: Path, more: str
) -> None:
    spoil = f"kept = os.environ['{workings.VARIABLE}']\n_ = {more}"
    with pytest.raises(LeakFound, match="What was withheld is not known"):
        run(job(write_notebook(keep_read(texts=("Nominal N0412",)), spoil, "SEAL"), small_workspace))
    assert leftovers(small_workspace) == []


@pytest.mark.parametrize(
    "gone", [("withheld",), ("ledger",), ("ledger", "withheld"), ("reads",), ("numbers",), ("texts",)]
)
def test_workings_spoilt_after_the_run_are_no_reason_to_think_nothing_was_withheld(
    write_notebook: Write, small_workspace: Path, gone: tuple[str, ...]
) -> None:
    result = run(job(write_notebook(keep_read(texts=("Nominal N0412",)), "SEAL"), small_workspace))
    assert workings.withheld_in(result.workings) == ["Nominal N0412"]
    before = folders.pointed(result.folder.parent)
    listed = result.workings / "01-crimes.withheld.json"
    for name in gone:
        if name in {"numbers", "texts"}:
            values = json.loads(listed.read_text("utf-8"))
            listed.write_text(json.dumps({k: v for k, v in values.items() if k != name}), "utf-8")
        else:
            (result.workings / ("reads.json" if name == "reads" else f"01-crimes.{name}.json")).unlink()
    draft = pages.find(small_workspace, result.reference)
    with pytest.raises(LeakFound, match="What was withheld is not known"):
        pages.render(draft)
    assert folders.pointed(result.folder.parent) == before
    assert [p.name for p in result.folder.parent.iterdir() if p.is_dir()] == [result.run]


def test_a_withheld_value_in_the_manifest_alone_stops_everything_too(
    write_notebook: Write, small_workspace: Path
) -> None:
    asked = f'{ASK}\nabout: str = ""  # who it is about'
    notebook = write_notebook(keep_read(texts=("Nominal N0412",)), "SEAL", parameters=asked)
    with pytest.raises(LeakFound, match=r"1 withheld value stands in the finished files \(manifest.json: 1\)"):
        run(job(notebook, small_workspace, about="nominal n0412"))
    assert leftovers(small_workspace) == []


def test_a_folder_with_braces_and_blanks_in_its_name_is_taken_as_it_is(
    small_workspace: Path, write_notebook: Write
) -> None:
    odd = small_workspace.parent / "{area} unit"
    small_workspace.rename(odd)
    assert run(job(write_notebook("SEAL", name="{week} x"), odd)).page.is_file()


def test_an_unknown_product_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="product"):
        run(JobSpec("weekly_threat_assesment", {}))


def test_a_notebook_without_parameters_is_refused(write_notebook: Write, small_workspace: Path) -> None:
    with pytest.raises(ProductError, match="parameters cell"):
        run(job(write_notebook("SEAL", parameters="area = 'NOR'"), small_workspace))
