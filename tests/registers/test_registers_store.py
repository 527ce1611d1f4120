"""Opening the registers: where they may lie, who may write, and judgements and releases in them."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intelnb.errors import IntelError, ProductError, SettingsError
from intelnb.records import Judgement
from intelnb.registers import judgements, releases, store
from intelnb.registers.releases import Released

REFERENCE = "WTA/NOR/2026-W46/internal"
MOUNTS = """\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
31 22 0:40 / /mnt/unit rw - nfs4 server:/unit rw
32 22 0:41 / /mnt/unit/local rw - xfs /dev/sdb rw
33 22 0:42 / /mnt/with\\040space rw - cifs //server/share rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/a/r.sqlite", "ext4"),
        ("/mnt/unit/r.sqlite", "nfs4"),
        ("/mnt/unit/local/r.sqlite", "xfs"),
        ("/mnt/unitary/r.sqlite", "ext4"),
        ("/mnt/with space/r.sqlite", "cifs"),
    ],
)
def test_the_nearest_mount_decides(path, kind):
    assert store.filesystem_of(Path(path), MOUNTS) == kind
    assert store.filesystem_of(Path(path), "") == ""


def test_a_network_share_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "filesystem_of", lambda path, mounts: "cifs")
    with pytest.raises(SettingsError, match=r"network share.*PostgreSQL"):
        store.open_store(f"sqlite:///{tmp_path / 'r.sqlite'}")
    assert not (tmp_path / "r.sqlite").exists()
    assert store.is_network_share(Path("//server/share/r.sqlite"))


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://a:secret@b/c", "sqlite://", "sqlite:///:memory:"])
def test_an_address_we_do_not_know_is_refused_without_its_password(address):
    with pytest.raises(SettingsError) as told:
        store.open_store(address)
    assert "secret" not in str(told.value)


def test_a_server_that_does_not_answer_is_one_plain_line():
    pytest.importorskip("psycopg")
    with pytest.raises(IntelError) as told:
        store.open_store("postgresql://unit:secret@127.0.0.1:1/registers")
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_opening_twice_keeps_what_is_there_and_leaves_no_side_files(sqlite_url):
    first = store.open_store(sqlite_url)
    judgements.save(first, REFERENCE, [Judgement("a", "words", by="A", at="2026-11-16")])
    assert judgements.latest(store.open_store(sqlite_url), REFERENCE).keys() == {"a"}
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_one_plain_line(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(IntelError, match="cannot be made"):
        store.open_store(f"sqlite:///{tmp_path / 'file' / 'r.sqlite'}")


def test_judgements_are_kept_once_and_the_last_is_in_force(store):
    first = Judgement("a", "likely one group", likelihood="likely", by="A", at="2026-11-16", evidence={"n": "29"})
    ask = Judgement("b", "", action="Task it", owner="Sgt Holt", due="2026-11-20", measure="m", power="s.1", by="A")
    assert judgements.save(store, REFERENCE, [first, ask]) == 2
    assert judgements.save(store, REFERENCE, [first, ask]) == 0
    changed = Judgement("a", "now two groups", by="B", at="2026-11-17", evidence=MappingProxyType({"n": "31"}))
    assert judgements.save(store, REFERENCE, [changed]) == 1
    latest = judgements.latest(store, REFERENCE)
    assert latest["a"].text == "now two groups"
    assert latest["a"].is_stale({"n": "29"})
    assert not latest["a"].is_stale({"n": "31"})
    assert vars(latest["b"]) == vars(ask)
    assert [one.by for one in judgements.history(store, REFERENCE, "a")] == ["A", "B"]
    assert judgements.latest(store, "WTA/NOR/2026-W47/internal") == {}


def test_an_emptied_place_is_withdrawn_and_its_history_kept(store):
    empty = Judgement("a", "", by="B", at="2026-11-17")
    assert judgements.save(store, REFERENCE, [empty]) == 0
    judgements.save(store, REFERENCE, [Judgement("a", "words", by="A")])
    assert judgements.save(store, REFERENCE, [empty]) == 1
    assert judgements.latest(store, REFERENCE) == {}
    assert [one.text for one in judgements.history(store, REFERENCE)] == ["words", ""]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1), evidence=st.dictionaries(st.text(), st.text()))
def test_any_judgement_comes_back_as_it_was(sqlite_url, text, evidence):
    registers = store.open_store(sqlite_url)
    judgement = Judgement("a", text, by="A", at="2026-11-16", evidence=evidence)
    judgements.save(registers, REFERENCE, [judgement])
    assert vars(judgements.latest(registers, REFERENCE)["a"]) == vars(judgement)


def test_versions_are_numbered_and_never_given_twice(store):
    assert releases.next_version(store, REFERENCE) == 1
    first = Released(REFERENCE, 1, "A. Moss", "Chief Insp", "2026-11-16T08:00", "a" * 64, "OFFICIAL", "internal")
    releases.add(store, first)
    assert releases.of(store, REFERENCE) == (first,)
    assert releases.next_version(store, REFERENCE) == 2
    for number in (1, 3):
        with pytest.raises(ProductError, match="next one is version 2"):
            releases.add(store, Released(**(vars(first) | {"number": number})))
    assert releases.next_version(store, "other") == 1
    assert releases.of(store, "other") == ()


def test_a_missing_driver_is_named(monkeypatch):
    def without(*_arguments, **_options):
        raise ModuleNotFoundError(name="psycopg")

    monkeypatch.setattr(store, "create_engine", without)
    with pytest.raises(SettingsError, match=r"psycopg .*is not installed"):
        store.open_store("postgresql://unit@server/registers")
