"""A run folder is whole or not there; its pointer is never half; nothing is written twice."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import IntelError, UsageError
from intelnb.run import folders, manifest

NOW = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)


def test_names_of_runs_sort_by_time_and_are_never_given_twice() -> None:
    names = {folders.run_id(NOW) for _ in range(50)}
    assert len(names) == 50
    assert all(name.startswith("20261116T060000Z-") for name in names)


def test_a_folder_is_whole_and_closed(tmp_path: Path) -> None:
    made = folders.complete(tmp_path / "a" / "b", "run1", {"page.html": b"<p>", "t.csv": b"1"})
    assert sorted(p.name for p in made.iterdir()) == ["page.html", "t.csv"]
    assert [p.name for p in made.parent.iterdir()] == ["run1"]
    if os.name != "nt":
        assert (made / "page.html").stat().st_mode & 0o222 == 0


def test_a_folder_that_is_there_is_never_written_again(tmp_path: Path) -> None:
    made = folders.complete(tmp_path, "run1", {"page.html": b"first"})
    with pytest.raises(IntelError, match="Nothing was published"):
        folders.complete(tmp_path, "run1", {"page.html": b"second"})
    assert (made / "page.html").read_bytes() == b"first"
    assert [p.name for p in tmp_path.iterdir()] == ["run1"]


def test_a_disk_that_fails_at_any_step_leaves_the_old_run_and_the_old_pointer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.complete(tmp_path, "run1", {"page.html": b"first"})
    folders.point(tmp_path, {"run": "run1"})
    failures = 0
    for name in ("fsync", "open"):
        for at in range(1, 40):
            seen = {"n": 0}
            real = getattr(os, name)

            def failing(*args: object, _real=real, _seen=seen, _at=at, **kwargs: object) -> object:
                _seen["n"] += 1
                if _seen["n"] == _at:
                    raise OSError(28, "No space left on device")
                return _real(*args, **kwargs)

            with monkeypatch.context() as patch:
                patch.setattr(os, name, failing)
                try:
                    folders.complete(tmp_path, f"run2-{name}-{at}", {"a.html": b"x" * 9, "b.csv": b"y"})
                    folders.point(tmp_path, {"run": f"run2-{name}-{at}"})
                except IntelError as told:
                    assert "no space left" in str(told)  # noqa: PT017 - the loop needs both outcomes
                    failures += 1
            assert folders.pointed(tmp_path)["run"] in {p.name for p in tmp_path.iterdir()}
            assert not [p for p in tmp_path.iterdir() if p.name.endswith(".part")]
            for run in tmp_path.glob("run2-*"):
                assert sorted(p.name for p in run.iterdir()) == ["a.html", "b.csv"]
            if seen["n"] < at:
                break
        else:
            pytest.fail("the fault never stopped firing")
    assert failures >= 8


def test_the_pointer_of_a_place_without_runs_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="intelnb run"):
        folders.pointed(tmp_path)
    (tmp_path / folders.POINTER).write_text("{", "utf-8")
    with pytest.raises(IntelError, match="cannot be read"):
        folders.pointed(tmp_path)
    (tmp_path / folders.POINTER).write_text('{"run": "../../etc"}', "utf-8")
    with pytest.raises(IntelError):
        folders.pointed(tmp_path)


@pytest.mark.parametrize("bad", ["", "..", "a/b", "a\\b", ".x", "x.", "con", "LPT1.txt", "a\n", "ä", "a" * 65, "a b"])
def test_what_could_lead_out_of_a_folder_is_no_name(bad: str) -> None:
    with pytest.raises(UsageError, match="folder's name"):
        folders.check_name(bad)


@given(st.text(max_size=8), st.text(max_size=8))
def test_a_place_never_lies_outside_its_root(area: str, audience: str) -> None:
    try:
        path = folders.Place("weekly", area, "2026-W46", audience).below(Path("/root/reports"))
    except UsageError:
        return
    assert Path(os.path.normpath(path)).is_relative_to("/root/reports")
    assert len(path.relative_to("/root/reports").parts) == 4


def test_the_manifest_finds_what_was_changed(tmp_path: Path) -> None:
    files = {"page.html": b"<p>", "t.csv": b"1"}
    note = manifest.make(
        files, reads=(manifest.Read("crimes", "ab", 3),), parameters={"area": "NOR", "workspace": "/secret/place"},
        run={"run": "run1"}, more={"status": "draft"},
    )  # fmt: skip
    made = folders.complete(tmp_path, "run1", {**files, manifest.FILE_NAME: note.to_bytes()})
    read = manifest.load(made)
    assert read == note
    assert read.content["inputs"] == [{"kind": "crimes", "digest": "ab"}]
    assert "secret" not in str(read.content)
    assert manifest.changed(made) == []
    (made / "t.csv").chmod(0o640)
    (made / "t.csv").write_bytes(b"2")
    (made / "new.txt").write_bytes(b"")
    (made / "page.html").unlink()
    assert manifest.changed(made) == ["new.txt", "page.html", "t.csv"]
    with pytest.raises(IntelError, match="manifest"):
        manifest.load(tmp_path)
