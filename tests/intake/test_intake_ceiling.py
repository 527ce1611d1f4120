"""What is above the ceiling is found, however it is spelt and wherever it stands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import SecurityIncident
from intelnb.intake import ceiling, delimited, json_records, spoken


@given(
    st.binary(max_size=80),
    st.sampled_from([b"SECRET", b"secret", b"SeCrEt", b"SECRE", b"ecret", b"Confidential", b"CONFIDENTIA", b"(TS", b"(S/", b"(T", b""]),
    st.binary(max_size=9),
)  # fmt: skip
def test_the_quick_look_says_what_in_says(before: bytes, word: bytes, after: bytes) -> None:
    # without letters beyond ASCII, none is in disguise
    text = bytes(letter & 0x7F for letter in before + word + after)
    said = any(one in text.upper() for one in (b"SECRET", b"CONFIDENTIAL")) or b"(TS" in text or b"(S/" in text
    assert spoken.anywhere(text) == said


@pytest.mark.parametrize("place", [0, 1, 2, 3, spoken._PIECE_BYTES - 3, spoken._PIECE_BYTES - 1, spoken._PIECE_BYTES])
@pytest.mark.parametrize(
    "said",
    [
        "secret",
        "Confidential",
        "(TS",
        "S\u200bE",
        "S\u00adE",
        "S\u0332",
        "\uff33",
        "\ufe0f",
        "\U0001d412",
        "S\u2060E",
        "S\u202eE",
    ],
)
def test_the_quick_look_sees_disguises_wherever_they_stand(said: str, place: int) -> None:
    before, after = b"x" * place, "\u2013 \u00a35 caf\u00e9".encode()
    assert spoken.anywhere(before + said.encode() + after)
    assert not spoken.anywhere(before + after)


def test_at_every_place_of_a_text() -> None:
    rng = np.random.default_rng(0)
    for place in range(64):
        text = bytearray(rng.choice(np.frombuffer(b"secrtSECRT \n", np.uint8), size=70).tobytes().replace(b"s", b"x"))
        text[place : place + 6] = b"sEcReT"
        assert spoken.anywhere(bytes(text))
        assert not spoken.anywhere(bytes(text).replace(b"sEcReT", b"sEcRe?").replace(b"S", b"x"))


@pytest.mark.parametrize("line", ['2,"SECRET', "2,SECRET,x", "SECRET"])
def test_a_record_that_cannot_be_cut_is_looked_at_too(line: str) -> None:
    text = f"id,mo\n1,a\n{line}\n3,b\n".encode()
    with pytest.raises(SecurityIncident):
        ceiling.taken(text, delimited.scan(text, name="x"), marking_headings=(), name="x")


def test_letters_written_as_numbers_in_json_are_letters() -> None:
    text = b'[{"id": 1, "mo": "\\u0053ECRET"}]'
    found = json_records.scan(text, name="x")
    with pytest.raises(SecurityIncident):
        ceiling.taken(text, found, marking_headings=(), name="x")
