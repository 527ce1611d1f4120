"""The gate: nothing comes in by another door, and no file is believed by its name."""

import gzip
import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from intelnb.errors import InputRefused, IntelError, UsageError
from intelnb.intake import gate

CSV = b"id,kind\n1,theft\n"
VRT = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


def test_a_plain_file_comes_in_with_its_digest(folder: Path) -> None:
    (folder / "a.csv").write_bytes(CSV)
    opened = gate.open_file(folder / "a.csv", folder=folder)
    assert (opened.data, opened.layer, opened.name) == (CSV, "text", "a.csv")
    assert opened.sha256 == hashlib.sha256(CSV).hexdigest()


@pytest.mark.parametrize(
    "path",
    ["http://x/a.csv", "s3://x/a.csv", "file:///etc/passwd", "/vsicurl/http://x", "/vsizip/a.zip", "/dev/stdin", "/proc/self/environ", "a\x00b", "zip:a.zip"],
)  # fmt: skip
def test_addresses_and_devices_are_no_files(folder: Path, path: str) -> None:
    with pytest.raises(UsageError):
        gate.find([path], folder=folder)


@pytest.mark.parametrize("pattern", ["../secret.csv", "/etc/hostname", "x/../../secret.csv", "../*.csv"])
def test_nothing_leads_out_of_the_folder(folder: Path, pattern: str) -> None:
    (folder.parent / "secret.csv").write_bytes(CSV)
    with pytest.raises(InputRefused, match="outside the folders"):
        gate.find([pattern], folder=folder)
    assert gate.find(["../secret.csv"], folder=folder, allowed=[folder.parent])


def test_a_link_out_is_refused_even_inside(folder: Path) -> None:
    (folder.parent / "secret.csv").write_bytes(CSV)
    (folder / "link.csv").symlink_to(folder.parent / "secret.csv")
    with pytest.raises(InputRefused, match="outside the folders"):
        gate.open_file(folder / "link.csv", folder=folder)


def test_a_sibling_folder_with_the_same_beginning_is_outside(folder: Path) -> None:
    other = folder.parent / (folder.name + "-2")
    other.mkdir()
    (other / "a.csv").write_bytes(CSV)
    with pytest.raises(InputRefused, match="outside"):
        gate.open_file(other / "a.csv", folder=folder)


def test_a_pipe_does_not_hang_and_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    with pytest.raises(InputRefused, match="regular file"):
        gate.open_file(folder / "pipe.csv", folder=folder)


def test_missing_files_folders_and_patterns_say_so(folder: Path) -> None:
    for path, word in ((folder / "no.csv", "no such file"), (folder, "folder|opened")):
        with pytest.raises(InputRefused, match=word):
            gate.open_file(path, folder=folder)
    with pytest.raises(InputRefused, match="No file fits"):
        gate.find(["crimes_*.csv"], folder=folder)


def test_a_file_open_in_excel_says_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.csv").write_bytes(CSV)

    def locked(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", locked)
    with pytest.raises(InputRefused, match="close it in Excel and run again"):
        gate.open_file(folder / "a.csv", folder=folder)


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("beats.geojson", VRT, "XML"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9), "Office"),
        ("a.csv", b"%PDF-1.4", "PDF"),
        ("a.csv", b"PAR1....", "parquet"),
        ("a.csv.gz", gzip.compress(CSV)[:-6], "cut short"),
        ("a.csv.gz", gzip.compress(CSV) + b"tail", "after its end"),
        ("a.csv.gz", b"\x1f\x8bgarbage-garbage", "damaged"),
        ("a.csv.gz", gzip.compress(gzip.compress(CSV)), "packed twice"),
    ],
)
def test_other_content_is_refused_whatever_its_name(folder: Path, name: str, data: bytes, word: str) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(InputRefused, match=word):
        gate.open_file(folder / name, folder=folder)


def test_gzip_is_known_by_content_and_may_have_several_members(folder: Path) -> None:
    (folder / "a.csv").write_bytes(gzip.compress(CSV) + gzip.compress(b"2,arson\n"))
    assert gate.open_file(folder / "a.csv", folder=folder).data == CSV + b"2,arson\n"


def test_a_bomb_is_stopped_before_it_fills_the_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "LARGEST_UNPACKED_BYTES", 1_000_000)
    (folder / "a.csv").write_bytes(gzip.compress(bytes(5_000_000)))
    with pytest.raises(InputRefused, match="larger than 1 MB"):
        gate.open_file(folder / "a.csv", folder=folder)


def test_too_large_a_file_is_not_read(folder: Path) -> None:
    (folder / "a.csv").write_bytes(CSV)
    with pytest.raises(InputRefused, match="larger than"):
        gate.open_file(folder / "a.csv", folder=folder, largest=5)


def test_layers_are_told_apart(folder: Path) -> None:
    with zipfile.ZipFile(folder / "z", "w") as archive:
        archive.writestr("a", "b")
    (folder / "j").write_bytes(b'\xef\xbb\xbf {"type": 1}')
    (folder / "s").write_bytes(b"SQLite format 3\x00" + bytes(84))
    layers = [gate.open_file(folder / n, folder=folder).layer for n in "zjs"]
    assert layers == ["zip", "json", "sqlite"]


def test_patterns_give_each_file_once_in_a_fixed_order(folder: Path) -> None:
    for name in ("b.csv", "a.csv"):
        (folder / name).write_bytes(CSV)
    found = gate.find(["*.csv", "a.csv"], folder=folder)
    assert [p.name for p in found] == ["a.csv", "b.csv"]


def test_every_message_is_one_line(folder: Path) -> None:
    with pytest.raises(IntelError) as caught:
        gate.open_file(folder / "no\nfile.csv", folder=folder)
    assert "\n" not in str(caught.value)


def test_files_of_one_name_in_allowed_folders_keep_different_names(tmp_path: Path) -> None:
    here, there = tmp_path / "workspace", tmp_path / "exports"
    for folder in (here, there / "01", there / "02"):
        folder.mkdir(parents=True)
    for folder in ("01", "02"):
        (there / folder / "street.csv").write_text("a\n1\n", "utf-8")
    found = gate.find([f"{there.as_posix()}/*/street.csv"], folder=here, allowed=[there])
    names = [gate.open_file(path, folder=here, allowed=[there]).name for path in found]
    assert names == ["exports/01/street.csv", "exports/02/street.csv"]
    with pytest.raises(InputRefused, match="outside the folders this workspace may read"):
        gate.find([f"{there.as_posix()}/*/street.csv"], folder=here)
