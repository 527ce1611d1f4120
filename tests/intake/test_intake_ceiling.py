"""What is above the ceiling is found, however it is spelt and wherever it stands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import SecurityIncident
from intelnb.intake import ceiling, delimited, json_records


@given(
    st.binary(max_size=80),
    st.sampled_from([b"SECRET", b"secret", b"SeCrEt", b"SECRE", b"ecret", b""]),
    st.binary(max_size=9),
)
def test_the_quick_look_says_what_in_says(before: bytes, word: bytes, after: bytes) -> None:
    text = before + word + after
    assert ceiling._speaks_of_it(text) == (b"SECRET" in text.upper())


def test_at_every_place_of_a_text() -> None:
    rng = np.random.default_rng(0)
    for place in range(64):
        text = bytearray(rng.choice(np.frombuffer(b"secrtSECRT \n", np.uint8), size=70).tobytes().replace(b"s", b"x"))
        text[place : place + 6] = b"sEcReT"
        assert ceiling._speaks_of_it(bytes(text))
        assert not ceiling._speaks_of_it(bytes(text).replace(b"sEcReT", b"sEcRe?").replace(b"S", b"x"))


@pytest.mark.parametrize(
    ("cell", "refused"),
    [
        ("SECRET", True), ("Top Secret", True), ("UK SECRET", True), ("SECRET - HMG ONLY", True), ("TOP SECRET/STRAP", True),
        ("he kept a secret", False), ("Secretary", False), ("The secret garden", False), ("SECRETARY OF STATE", False),
    ],
)  # fmt: skip
def test_a_marking_in_any_cell_refuses_and_a_narrative_does_not(cell: str, refused: bool) -> None:
    text = f"id,mo\n1,{cell}\n".encode()
    found = delimited.scan(text, name="x.csv")
    if refused:
        with pytest.raises(SecurityIncident) as caught:
            ceiling.refuse_above(text, found, marking_headings=(), name="x.csv")
        assert cell not in str(caught.value)
    else:
        ceiling.refuse_above(text, found, marking_headings=(), name="x.csv")


@pytest.mark.parametrize("line", ['2,"SECRET', "2,SECRET,x", "SECRET"])
def test_a_record_that_cannot_be_cut_is_looked_at_too(line: str) -> None:
    text = f"id,mo\n1,a\n{line}\n3,b\n".encode()
    with pytest.raises(SecurityIncident):
        ceiling.refuse_above(text, delimited.scan(text, name="x"), marking_headings=(), name="x")


def test_letters_written_as_numbers_in_json_are_letters() -> None:
    text = b'[{"id": 1, "mo": "\\u0053ECRET"}]'
    found = json_records.scan(text, name="x")
    with pytest.raises(SecurityIncident):
        ceiling.refuse_above(text, found, marking_headings=(), name="x")
