"""The leak scan finds a withheld value in every form a page can hide it in, and fails closed."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.disclose.scan import check
from intelnb.errors import LeakFound

SECRET = "Nominal N0412"
NUMBER = "645123"


def spaced(text: str, between: str) -> str:
    return between.join(text)


HIDING = {
    "plain": SECRET,
    "upper case": SECRET.upper(),
    "decimal entities": "".join(f"&#{ord(c)};" for c in SECRET),
    "hex entities": "".join(f"&#x{ord(c):x};" for c in SECRET),
    "long entities": "".join(f"&#{ord(c):07d};" for c in SECRET),
    "one entity": SECRET.replace("o", "&#111;"),
    "named entity": SECRET.replace(" ", "&nbsp;"),
    "double entities": html.escape("".join(f"&#{ord(c)};" for c in SECRET)),
    "JSON escapes": "".join(f"\\u{ord(c):04x}" for c in SECRET),
    "JSON string": json.dumps({"a": SECRET}),
    "hex escapes": "".join(f"\\x{ord(c):02x}" for c in SECRET),
    "CSS escapes": "".join(f"\\{ord(c):06x}" for c in SECRET) + ";",
    "percent": quote(SECRET, safe=""),
    "every percent": "".join(f"%{ord(c):02X}" for c in SECRET),
    "base64": base64.b64encode(f"well hidden: {SECRET}, we hope".encode()).decode(),
    "base64 twice": base64.b64encode(base64.b64encode(f"well hidden: {SECRET}, we hope".encode())).decode(),
    "data address": "data:text/plain;base64," + base64.b64encode(f"the name is {SECRET} here".encode()).decode(),
    "soft hyphen": SECRET.replace("min", "mi\u00adn"),
    "zero width": spaced(SECRET, "\u200b"),
    "full width": "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in SECRET),
    "tags inside a word": SECRET.replace("mi", "m<b>i</b>"),
    "tags for a space": SECRET.replace(" ", "</td><td>"),
    "line break": SECRET.replace(" ", "\n"),
    "tab": SECRET.replace(" ", "\t"),
    "attribute": f'<g data-who="{SECRET}">',
    "comment": f"<!-- {SECRET} -->",
    "title": f"<title>{SECRET}</title>",
    "hyphen": SECRET.replace(" ", "-"),
    "full stop": f"{SECRET}.",
}
NUMBERS = {
    "plain": NUMBER,
    "thousands": "645,123",
    "thin space": "645\u2009123",
    "decimal": "645123.0",
    "in an address": f"x={NUMBER}&y=1",
    "in JSON": f'{{"x":{NUMBER}}}',
    "entities": "".join(f"&#{ord(c)};" for c in NUMBER),
    "full width": "".join(chr(ord(c) + 0xFEE0) for c in NUMBER),
    "path": f"M{NUMBER} 440000",
    "no-break space": "645\u00a0123",
    "escapes": "".join(f"\\u{ord(c):04x}" for c in NUMBER),
}


@pytest.mark.parametrize("form", HIDING)
def test_a_hidden_text_is_found(form: str) -> None:
    with pytest.raises(LeakFound, match="1 withheld value"):
        check({"page.html": f"<p>Before {HIDING[form]} after</p>".encode()}, [SECRET])


@pytest.mark.parametrize("form", NUMBERS)
def test_a_hidden_number_is_found(form: str) -> None:
    with pytest.raises(LeakFound):
        check({"page.html": f"<p>Before {NUMBERS[form]} after</p>".encode()}, [NUMBER])


def test_utf_16_is_read() -> None:
    with pytest.raises(LeakFound):
        check({"table.csv": SECRET.encode("utf-16")}, [SECRET])


def test_half_a_sentence_of_a_long_text_is_found() -> None:
    text = "The man at the corner told us that the blue van comes every second night after the bar closes"
    with pytest.raises(LeakFound):
        check({"page.html": b"we hear the blue van comes every second night, it is said"}, [text])
    check({"page.html": b"a blue van was seen at night near the bar"}, [text])


def test_what_is_not_withheld_passes_and_part_of_a_word_is_no_leak() -> None:
    check({"page.html": b"<p>Denominals N04125 and 1645123</p>"}, [SECRET, NUMBER])


def test_bytes_that_are_no_text_are_not_published() -> None:
    with pytest.raises(LeakFound, match="cannot be scanned"):
        check({"page.html": b"\xff\xd8\xff\xe0 not text"}, [SECRET])


def test_the_message_never_quotes_the_value() -> None:
    with pytest.raises(LeakFound) as caught:
        check({"page.html": SECRET.encode()}, [SECRET])
    assert "N0412" not in str(caught.value)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=4, max_size=12))
def test_any_word_is_found_whole(word: str) -> None:
    with pytest.raises(LeakFound):
        check({"page.html": f"<p>x {html.escape(word)} y</p>".encode()}, [word])


def test_what_every_page_says_of_itself_tells_of_no_record() -> None:
    page, own = b"<p>Asked by the Chair. Nominal N0412.</p>", b"<p>Asked by the Chair.</p>"
    check({"page.html": b"<p>Asked by the Chair.</p>"}, ["Chair"], own=own)
    with pytest.raises(LeakFound, match="1 withheld value stands"):
        check({"page.html": page}, ["Chair", "Nominal N0412"], own=own)
    with pytest.raises(LeakFound):
        check({"page.html": page}, ["Chair"])
