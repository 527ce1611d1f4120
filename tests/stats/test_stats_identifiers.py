"""Identifiers in text: every form by hand, generated ones found again, and what only looks like one left alone."""

from __future__ import annotations

import re
import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.doctrine import identifiers as code_table
from intelnb.errors import MethodError
from intelnb.stats.identifiers import STRENGTHS, Rule, Rules, marks

RULES = Rules(tuple(Rule(**row) for row in code_table.rules()), code_table.words(), code_table.postcode_areas())


def read(text: str, year: int = 2026) -> list[tuple[str, str]]:
    return [(one.value, one.rule) for one in marks(text, RULES, year=year)[0]]


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("AB12 CDE", "AB12 CDE", "current vehicle mark"),
        ("ab12cde", "AB12 CDE", "current vehicle mark"),
        ("AB99 CDE", "AB99 CDE", "current vehicle mark, age not yet issued"),
        ("AB 12 CDE", "AB 12 CDE", "current vehicle mark, spaced out"),
        ("A123BCD", "A123 BCD", "prefix vehicle mark, 1983 to 2001"),
        ("Q12 BCD", "Q12 BCD", "Q vehicle mark"),
        ("ABC 123D", "ABC 123D", "suffix vehicle mark, 1963 to 1983"),
        ("ABZ 1234", "ABZ 1234", "Northern Ireland vehicle mark"),
        ("BD 1234", "BD 1234", "dateless vehicle mark, letters first"),
        ("1234 BD", "1234 BD", "dateless vehicle mark, numbers first"),
        ("BCD 123", "BCD 123", "dateless vehicle mark, three letters first"),
        ("123 BCD", "123 BCD", "dateless vehicle mark, three letters last"),
        ("07700 900123", "+447700900123", "UK mobile number"),
        ("+44 (0)7700-900-123", "+447700900123", "UK mobile number"),
        ("0044 7700900123", "+447700900123", "UK mobile number"),
        ("07624 900123", "+447624900123", "UK mobile number"),
        ("070 1234 5678", "+447012345678", "UK personal or pager number"),
        ("07601 234567", "+447601234567", "UK personal or pager number"),
        ("01632 960123", "+441632960123", "UK landline number"),
        ("(01632) 960 123", "+441632960123", "UK landline number"),
        ("+441632960123", "+441632960123", "UK landline number"),
        ("016977 12345", "+441697712345", "UK landline number"),
        ("016977 1234", "+44169771234", "UK landline number of ten digits"),
        ("0303 123 4567", "+443031234567", "UK service number"),
        ("0808 157 0123", "+448081570123", "UK service number"),
        ("+33 1 99 00 12 34", "+33199001234", "international number with plus"),
        ("00 33 199001234", "+33199001234", "international number with 00"),
        ("AB1 2BD", "AB1 2BD", "postcode"),
        ("AB12BD", "AB1 2BD", "postcode"),
        ("W1A 1BD", "W1A 1BD", "postcode"),
        ("EC1A 1BD", "EC1A 1BD", "postcode"),
        ("GIR 0AA", "GIR 0AA", "postcode"),
        ("ab1 2bd", "AB1 2BD", "postcode in small letters"),
        ("AB1 2", "AB1 2", "postcode sector"),
    ],
)
def test_each_form_by_hand(text: str, value: str, rule: str) -> None:
    assert read(text) == [(value, rule)]
    found = marks(f"Seen by {text}, again.", RULES, year=2026)[0]
    assert [(one.value, one.start, one.end) for one in found] == [(value, 8, 8 + len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "on 12/03/2026 at 1430 hrs", "2026-11-09T05:00", "01-02-2026 143 called", "01 02 2026 1430", "20261109 071320",
        "crime NP/26/0000001 and 42/12345/26", "NPI-26-042283", "AC-031 and IR-01", "\u00a31250 or \u00a31,250.00", "$07700900123",
        "M25 and A19, B6 bus", "ON THE M25 CAR PARK", "PC 1234 with PS 45 at 10 PM, 5 KG", "IN BY 20 MEN", "AT 9 AM 12 MAR",
        "sort 01-02-03 account 12345678", "card 4929 1234 5678 9012", "IMEI 352099001761481", "NI AB123456C",
        "N0099 met N0042 at A0032 by V0023", "0Q01 0NM 00000 000001", "lat 53.123456, -2.123456", "10.30am 20:15",
        "ZZ1 1AB", "QQ12 CDE", "AB00 CDE AB01 CDE AB50 CDE", "AI12 CDE", "IB12 CDE", "AB1 2CD", "0770 090 012",
        "07700 9001234", "+4477009001234567", "in 10 out of 20 cases", "id12345678901",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert [one for one in marks(text, RULES, year=2026)[0] if one.strength != "weak"] == []


def test_roads_ranks_times_and_references_are_not_even_weak() -> None:
    for text in ("M25 and A19, B6 bus", "PC 1234 at 10 PM", "N0099 at A0032", "NPI-26-042283", "2026-11-09", "5 KG"):
        assert read(text) == []


def test_an_age_is_issued_in_its_year() -> None:
    assert read("AB24 CDE", 2024) == read("AB24 CDE", 2030) == [("AB24 CDE", "current vehicle mark")]
    assert read("AB24 CDE", 2023) == [("AB24 CDE", "current vehicle mark, age not yet issued")]
    assert read("AB51 CDE", 2001) == [("AB51 CDE", "current vehicle mark")]


def test_the_surest_reading_of_a_stretch_wins_and_the_rest_is_counted() -> None:
    # B12 3BD is a postcode, its sector, and B12 3... begins nothing else; 3 BD would be a dateless mark
    found, lost = marks("B12 3BD", RULES, year=2026)
    assert [(one.value, one.strength) for one in found] == [("B12 3BD", "strong")]
    assert lost >= 1


letters = "ABCDEFGHJKLMNPRSTUVWXY"
current = st.builds(
    lambda a, n, b, gap: (f"{a}{n:02d}{gap}{b}", f"{a}{n:02d} {b}"),
    st.text("ABCDEFGHJKLMNPRSTUVWXY", min_size=2, max_size=2), st.integers(2, 26),
    st.text("ABCDEFGHJKLMNPRSTUVWXYZ", min_size=3, max_size=3).filter(lambda t: t not in code_table.words()),
    st.sampled_from(["", " "]),
)  # fmt: skip
mobile = st.builds(
    lambda body, gap, start: (f"{start}7{body[:3]}{gap}{body[3:]}", f"+447{body}"),
    st.text(string.digits, min_size=8, max_size=8).map(lambda t: f"7{t}"), st.sampled_from(["", " ", "-"]),
    st.sampled_from(["0", "+44", "+44 ", "0044", "+44 (0)"]),
)  # fmt: skip
postcode = st.builds(
    lambda area, n, s, unit, gap: (f"{area}{n}{gap}{s}{unit}", f"{area}{n} {s}{unit}"),
    st.sampled_from(sorted(code_table.postcode_areas())), st.integers(1, 99), st.integers(0, 9),
    st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2), st.sampled_from(["", " "]),
)  # fmt: skip
filler = st.text(string.ascii_lowercase + " ,.;()", max_size=20)


@given(st.lists(st.tuples(filler, st.one_of(current, mobile, postcode)), max_size=4), filler)
def test_generated_marks_are_found_again_in_any_text(parts: list[tuple[str, tuple[str, str]]], end: str) -> None:
    text = "".join(f"{before} ; {told} ; " for before, (told, _) in parts) + end
    values = [one.value for one in marks(text, RULES, year=2026)[0] if one.strength == "strong"]
    assert values == [value for _, (_, value) in parts]


@given(st.text(max_size=80))
def test_any_text_gives_true_spans_that_do_not_overlap(text: str) -> None:
    found, _ = marks(text, RULES, year=2026)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert one.strength in STRENGTHS
        assert re.sub(r"\W", "", text[one.start : one.end]).upper()
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_an_unknown_strength_is_refused() -> None:
    with pytest.raises(MethodError, match="certain is no strength"):
        Rules((Rule("x", "vehicle", "certain", "(X)"),))


def test_the_code_table_is_whole() -> None:
    assert len(code_table.postcode_areas()) == 124
    assert {one.kind for one in RULES.rules} == {"vehicle", "telephone", "postcode"}
    assert len({one.name for one in RULES.rules}) == len(RULES.rules)
