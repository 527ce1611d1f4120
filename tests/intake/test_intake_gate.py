"""The gate: nothing comes in by another door, and no file is believed by its name."""

import gzip
import hashlib
import io
import os
import types
import zipfile
from pathlib import Path, PureWindowsPath

import pytest

from intelnb.errors import InputRefused, IntelError, UsageError
from intelnb.intake import gate, packed, paths

CSV = b"id,kind\n1,theft\n"
VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9)


def packed_as(members: dict[str, bytes], **about: int) -> bytes:
    """A zip archive; `about` is written into every member's header."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    body = bytearray(out.getvalue())
    if about.get("encrypted"):
        for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            body[body.index(sign) + at] |= 1
    return bytes(body)


def test_a_plain_file_comes_in_with_its_digest(folder: Path) -> None:
    (folder / "a.csv").write_bytes(CSV)
    opened = gate.open_file(folder / "a.csv", folder=folder)
    assert (opened.data, opened.layer, opened.name) == (CSV, "text", "a.csv")
    assert opened.sha256 == hashlib.sha256(CSV).hexdigest()


@pytest.mark.parametrize(
    "path",
    ["http://x/a.csv", "s3://x/a.csv", "file:///etc/passwd", "/vsicurl/http://x", "/vsizip/a.zip", "/dev/stdin", "/proc/self/environ", "a\x00b", "zip:a.zip", "//./C:/a.csv", r"\\.\pipe\x", r"\\server\pipe\x", r"\\?\GLOBALROOT\Device\x", "postgresql://h/d"],
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
        ("beats.geojson", VRT.encode(), "XML"),
        ("a.csv", OLE, "old Office document"),
        ("a.xlsx", OLE + "EncryptionInfo\0EncryptedPackage".encode("utf-16-le"), "clear the password"),
        ("a.xlsx", OLE + "EncryptedPackage\0DRMEncryptedDataSpace".encode("utf-16-le"), "sensitivity label"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), "Save it as .xlsx or CSV"),
        ("a.csv", OLE + "__substg1.0_0037001F".encode("utf-16-le"), "e-mail"),
        ("a.csv", b"MZ\x90\x00", "program"),
        ("a.csv", b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        ("a.parquet", b"\x80\x04\x95pickle", "never opened"),
        ("a.csv", packed_as({"xl/workbook.bin": b""}), "xlsb"),
        ("a.csv", packed_as({"word/document.xml": b""}), "not a workbook"),
        ("a.csv", packed_as({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
        ("a.csv", b"PK\x03\x04nothing", "damaged"),
        ("beats.gpkg", VRT.encode("utf-16"), "XML"),
        ("a.csv", b"%PDF-1.4", "PDF"),
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
    monkeypatch.setattr(packed, "LARGEST_UNPACKED_BYTES", 1_000_000)
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


# ------------------------------------------------------------------------------------------------ as offices have them


def test_an_excel_lock_file_says_who_holds_the_file_and_is_no_export(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "crimes.csv").write_bytes(CSV)
    (folder / "~$crimes.csv").write_bytes(b"\x05A Person")
    assert [p.name for p in gate.find(["*"], folder=folder) if p.suffix == ".csv"] == ["crimes.csv"]
    opened = gate.open_file(folder / "crimes.csv", folder=folder)
    assert opened.notes == ("open in Excel: read as it was last saved",)

    def locked(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", locked)
    with pytest.raises(InputRefused, match=r"The file is open in Excel .*Close it in Excel"):
        gate.open_file(folder / "crimes.csv", folder=folder)


def test_a_file_that_is_only_in_onedrive_is_not_fetched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.csv").write_bytes(CSV)
    plain = (folder / "a.csv").stat()
    for name, value in (("st_file_attributes", 0x0040_0000), ("st_file_attributes", 0x1000), ("st_flags", 0x4000_0000)):
        about = types.SimpleNamespace(st_mode=plain.st_mode, st_size=plain.st_size, **{name: value})
        with monkeypatch.context() as only:
            only.setattr(os, "fstat", lambda _, about=about: about)
            with pytest.raises(InputRefused, match=r"OneDrive.*keep on this device"):
                gate.open_file(folder / "a.csv", folder=folder)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("C:/a/b.csv", "C:\\a\\b.csv"),
        ("//server/share/a.csv", "\\\\server\\share\\a.csv"),
        ("C:/" + "x" * 300, "\\\\?\\C:\\" + "x" * 300),
        ("//server/share/" + "x" * 300, "\\\\?\\UNC\\server\\share\\" + "x" * 300),
        ("\\\\?\\C:\\" + "x" * 300, "\\\\?\\C:\\" + "x" * 300),
    ],
)
def test_long_windows_paths_and_shares_are_opened_in_their_extended_form(path: str, told: str) -> None:
    assert paths.reachable(PureWindowsPath(path)) == told


@pytest.mark.parametrize(
    "path", ["C:/exports/a.csv", r"\\server\share\a.csv", r"\\?\C:\a.csv", r"\\?\UNC\server\share\a.csv"]
)
def test_drives_and_shares_are_files(path: str) -> None:
    paths.no_scheme(path)


def test_a_path_over_260_characters_works(folder: Path) -> None:
    deep = folder / ("x" * 120) / ("y" * 120) / ("z" * 60)
    deep.mkdir(parents=True)
    (deep / "a.csv").write_bytes(CSV)
    assert gate.open_file(deep / "a.csv", folder=folder).data == CSV
    with pytest.raises(InputRefused):
        gate.open_file(folder / ("n" * 300), folder=folder)


# ------------------------------------------------------------------------------------------------------------ archives


def taken(folder: Path, data: bytes, *members: str) -> list[str]:
    (folder / "a.zip").write_bytes(data)
    return [one.name for one in gate.each(folder / "a.zip", folder=folder, members=members)]


def test_members_come_one_by_one_with_their_own_digest(folder: Path) -> None:
    (folder / "a.zip").write_bytes(
        packed_as({"b/x.csv": CSV, "a/y.csv": b"id\n2\n", "a/.DS_Store": b"", "Thumbs.db": b""})
    )
    found = list(gate.each(folder / "a.zip", folder=folder))
    assert [one.name for one in found] == ["a.zip/a/y.csv", "a.zip/b/x.csv"]
    assert found[1].sha256 == hashlib.sha256(CSV).hexdigest()
    assert {one.archive_sha256 for one in found} == {hashlib.sha256((folder / "a.zip").read_bytes()).hexdigest()}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (packed_as({"../../evil.csv": CSV}), "leads out of it"),
        (packed_as({"/evil.csv": CSV}), "leads out of it"),
        (packed_as({"C:\\evil.csv": CSV}), "leads out of it"),
        (packed_as({"x.csv": CSV}, encrypted=1), "protected by a password.*Unpack it"),
        (packed_as({"x.zip": packed_as({"x.csv": CSV})}), "archive in an archive"),
        (packed_as({"x.csv": CSV})[:-30], "damaged"),
        (packed_as({}), "empty"),
    ],
)
def test_an_archive_that_is_not_plain_is_refused(folder: Path, data: bytes, word: str) -> None:
    with pytest.raises(InputRefused, match=word):
        taken(folder, data)


def test_two_members_of_one_name_are_refused(folder: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", CSV)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", CSV)
    with pytest.raises(InputRefused, match="two files of one name"):
        taken(folder, out.getvalue())


def test_a_bomb_in_an_archive_is_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "ALWAYS_ALLOWED_BYTES", 1_000_000)
    with pytest.raises(InputRefused, match="Unpacked, the file is larger than 1 MB"):
        taken(folder, packed_as({"a.csv": bytes(5_000_000)}))


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
