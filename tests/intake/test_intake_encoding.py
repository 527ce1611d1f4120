"""Encodings: recognised by proof, recorded, and never guessed into nonsense."""
# ruff: noqa: RUF001 - dashes and quotes of every kind are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import InputRefused, SettingsError
from intelnb.intake import encoding

LINE = "id,mo\n1,né à Hull: £20 – “it’s”, 5 m², ½\n"


@pytest.mark.parametrize(
    ("written", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252")],
)  # fmt: skip
def test_encodings_are_recognised_and_recorded(written: str, told: str) -> None:
    text, found = encoding.decoded(LINE.encode(written), name="x")
    assert (text.decode(), found) == (LINE, told)


def test_utf_16_of_either_order_with_its_mark() -> None:
    for mark, order in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert encoding.decoded(mark + LINE.encode(order), name="x") == (LINE.encode(), "utf-16")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("café".encode("cp850"), "cannot be told.*line 1"),
        ("£20".encode("cp850"), "cannot be told"),
        ("voilàs".encode("cp850"), "cannot be told"),
        ("a – b".encode("mac-roman"), "cannot be told"),
        ("it’s".encode("mac-roman"), "cannot be told"),
        ("Paweł".encode("cp1250"), "cannot be told"),
        ("żółw".encode("cp1250"), "cannot be told"),
        ("a\nb\n€5".encode("iso-8859-15"), "cannot be told.*line 3"),
        (b"id\x81\x8d", "cannot be told"),
        ("né".encode() + "né".encode("cp1252") + b" x", "two encodings"),
        ("né".encode()[:-1], "cut in the middle"),
        ("né".encode("utf-32"), "UTF-32"),
        (b"\xff\xfea", "utf-16"),
    ],
)
def test_what_cannot_be_proven_is_refused_with_a_remedy(data: bytes, word: str) -> None:
    with pytest.raises(InputRefused, match=word) as caught:
        encoding.decoded(data, name="x")
    assert caught.value.now


@pytest.mark.parametrize(("text", "stated"), [("café £20", "cp850"), ("Paweł żółw", "cp1250"), ("it’s", "mac-roman")])
def test_what_the_map_states_is_believed_and_told(text: str, stated: str) -> None:
    assert encoding.decoded(text.encode(stated), name="x", encoding=stated) == (text.encode(), stated)


def test_what_the_map_states_wrongly_is_refused() -> None:
    with pytest.raises(InputRefused, match=r"as utf-8 \(x, line 2, byte 5\)"):
        encoding.decoded(b"id\nid\xe9", name="x", encoding="utf-8")
    for name in ("rot13", "unicode_escape", "hex", "klingon"):
        with pytest.raises(SettingsError, match="not an encoding"):
            encoding.decoded(b"id", name="x", encoding=name)


british = st.text(alphabet="abz AZ09,;\n£€’“”–éÉèàüñç°½", max_size=60)


@given(british)
def test_british_text_is_read_as_written_or_refused(text: str) -> None:
    for written in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        data = text.encode(written)
        try:
            found = encoding.decoded(data, name="x")[0].decode()
        except InputRefused:
            assert written == "cp1252"
            continue
        # the one text that two encodings share is one nobody writes: two accented letters that make another
        assert found == text or data.decode("utf-8") == found


@given(st.binary(max_size=200))
def test_any_bytes_end_in_text_or_one_line(data: bytes) -> None:
    try:
        text, _ = encoding.decoded(data, name="x")
    except InputRefused:
        return
    assert text.decode("utf-8").encode("utf-8") == text
