"""The next file is taken while the one before is worked on: same files, same order, faults in their turn."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from intelnb.errors import InputRefused
from intelnb.intake import ahead
from intelnb.intake.gate import Opened


def _file(name: str, data: bytes = b"") -> Opened:
    return Opened(Path(name), name, data, "text", "")


def test_the_next_is_taken_while_one_is_worked_on() -> None:
    taken = threading.Event()

    def files() -> Generator[Opened]:
        yield _file("a")
        taken.set()
        yield _file("b")

    found = ahead.one(files())
    assert next(found).name == "a"
    assert taken.wait(5)
    assert [one.name for one in found] == ["b"]


def test_a_fault_is_told_in_its_turn() -> None:
    def files() -> Generator[Opened]:
        yield _file("a")
        raise InputRefused(what="damaged", where="b", now="Fetch it again.")

    found = ahead.one(files())
    assert next(found).name == "a"
    with pytest.raises(InputRefused, match="damaged"):
        next(found)


def test_after_a_large_file_the_next_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "LARGEST_BYTES", 1)
    taken: list[str] = []

    def files() -> Generator[Opened]:
        for name in ("a", "b"):
            taken.append(name)
            yield _file(name, b"large")

    found = ahead.one(files())
    next(found)
    assert taken == ["a"]
    assert next(found).name == "b"
    assert list(found) == []


def test_whoever_stops_early_leaves_nothing_open() -> None:
    closed: list[str] = []

    def files() -> Generator[Opened]:
        try:
            yield _file("a")
            yield _file("b")
        finally:
            closed.append("closed")

    found = ahead.one(files())
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert closed == ["closed"]
