"""Words, searches and known names in text: by hand, and for any text."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intelnb.errors import MethodError
from intelnb.stats import known_names, name_forms, text_query, words

FORMS = [
    ("door", "doors"), ("search", "searches", "searched", "searching"), ("carry", "carries", "carried", "carrying"),
    ("knife", "knives"), ("stop", "stops", "stopped", "stopping"), ("take", "takes", "taking"), ("box", "boxes"),
    ("force", "forced", "forces", "forcing"), ("fall", "falls", "falling"), ("thief", "thieves"), ("pass", "passes", "passed"),
    ("tenant", "tenants", "tenant's", "tenants'"), ("deal", "deals", "dealing"), ("visit", "visited", "visits"),
]  # fmt: skip
APART = [
    ("burglar", "burglary"),
    ("take", "took"),
    ("van", "vans2"),
    ("bus", "busy"),
    ("his", "hi"),
    ("ring", "r"),
    ("red", "r"),
]


@pytest.mark.parametrize("forms", FORMS, ids=lambda f: f[0])
def test_forms_of_one_word_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len({words.stem(words.plain(one)) for one in forms}) == 1


@pytest.mark.parametrize(("one", "two"), APART)
def test_other_words_stay_apart(one: str, two: str) -> None:
    assert words.stem(one) != words.stem(two)


@given(st.text(max_size=60))
def test_words_stand_where_they_say(text: str) -> None:
    for one in words.words(text):
        assert one.plain == words.plain(text[one.start : one.end])
        assert words.stem(one.plain) or not one.plain


TEXT = "Rear doors forced; the knife was left near the off-road cycle. Caf\u00e9 tables searched."


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("door", ["doors"]), ("DOOR force", ["doors", "forced"]), ('"door"', None), ('"doors forced"', ["doors forced"]),
        ('"forced doors"', None), ("door AND NOT front", ["doors"]), ("door NOT knives", None), ("window OR knives", ["knife"]),
        ("(window OR door) cafe", ["doors", "Caf\u00e9"]), ("off-road", ["off-road"]), ("sear*", ["searched"]), ("front", None),
        ("NOT front AND (rear OR side)", ["Rear"]), ("door window OR table", ["tables"]), ("door (window OR table)", ["doors", "tables"]),
    ],
)  # fmt: skip
def test_searches_by_hand(query: str, told: list[str] | None) -> None:
    spans = text_query.parse(query).places(TEXT)
    assert (None if spans is None else [TEXT[a:b] for a, b in spans]) == told


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "nothing is asked for"), ("  ", "nothing is asked for"), ('"door', "quotation mark is alone"),
        ("(door", "not closed"), ("door)", "not opened"), ("door AND", "nothing to join"), ("OR door", "nothing to join"),
        ("NOT", "nothing to join"), ("NOT door", "lacks a word"), ("door OR NOT window", "lacks a word"), ('""', "holds no word"),
        ("()", "nothing to join"), ("- /", "holds no word"),
    ],
)  # fmt: skip
def test_a_search_nobody_can_answer_is_refused_with_a_remedy(query: str, why: str) -> None:
    with pytest.raises(MethodError, match=why) as refused:
        text_query.parse(query)
    assert "Write words" in refused.value.now


vocabulary = st.sampled_from(["door", "window", "knife", "car", "rear"])
nested = st.recursive(
    vocabulary,
    lambda part: st.one_of(
        st.builds(lambda a, b: f"({a} AND {b})", part, part), st.builds(lambda a, b: f"({a} OR {b})", part, part),
        st.builds(lambda a, b: f"({a} AND NOT {b})", part, part),
    ),
    max_leaves=6,
)  # fmt: skip


@given(nested, st.sets(vocabulary))
def test_the_answer_is_that_of_plain_logic(query: str, held: set[str]) -> None:
    logic = query.replace(" AND ", " and ").replace(" OR ", " or ").replace("NOT ", "not ")
    expected = eval(logic, {word: word in held for word in ("door", "window", "knife", "car", "rear")})
    spans = text_query.parse(query).places(" ".join(sorted(held)))
    assert (spans is not None) == expected
    assert spans is None or spans


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_search_is_read_or_refused(query: str, text: str) -> None:
    try:
        spans = text_query.parse(query).places(text)
    except MethodError:
        return
    assert spans is None or all(0 <= a < b <= len(text) for a, b in spans)


NAMES = ["Jon Sandmartin", "4 Pewter Row", "Invented Trading 07", "Ember", "Mary-Ann O'Dell", ""]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Jon Sandmartin left", [(0, "exact spelling")]),
        ("JON  SANDMARTIN", [(0, "exact spelling")]),
        ("Sandmartin, Jon", [(0, "names in the other order")]),
        ("Jon Sandmarten", [(0, "close spelling")]),
        ("Jon Sandmratin", [(0, "close spelling")]),
        ("John Sandmartin", []),  # three letters are too short to be close
        ("Jon Sandmarlon", []),
        ("4 Pewter Row", [(1, "exact spelling")]),
        ("4 Pewter Rows", []),
        ("5 Pewter Row", []),
        ("14 Pewter Row", []),
        ("invented tradings 07", [(2, "close spelling")]),
        ("invented trading 08", []),
        ("an ember glows", [(3, "exact spelling, a name of one word")]),
        ("an embers glow", []),
        ("mary ann o\u2019dell", [(4, "exact spelling")]),
        ("Pewter 4 Row", []),
        ("outside Jon Sandmartin's house", [(0, "exact spelling")]),
        ("Jon Sandmartin\u2019s van", [(0, "exact spelling")]),
        ("Sandmartin, Jon's van", [(0, "names in the other order")]),
        ("Jon Sandmarten's van", [(0, "close spelling")]),
        ("jon sandmartins van", [(0, "exact spelling with an s at the end")]),
        ("Mary-Ann O'Dell's car", [(4, "exact spelling")]),
        ("Ember's car", [(3, "exact spelling, a name of one word")]),
        ("Jon's Sandmartin", []),
        ("4 Pewter Row's gate", [(1, "exact spelling")]),
    ],
)
def test_known_names_by_hand(text: str, told: list[tuple[int, str]]) -> None:
    found = known_names.find(text, known_names.index(NAMES))
    assert [(one.name, one.rule) for one in found] == told


def test_the_possessive_is_no_part_of_the_name() -> None:
    text = "Jon Sandmartin's van"
    (found,) = known_names.find(text, known_names.index(NAMES))
    assert text[found.start : found.end] == "Jon Sandmartin"
    # a name that ends so itself is found as it is written
    (own,) = known_names.find("the Ember's Rest door", known_names.index(["Ember's Rest"]))
    assert (own.start, own.end, own.rule) == (4, 16, "exact spelling")


PEOPLE = [
    "John Smith",
    "Mary O'Brien",
    "SMITH-JONES, Ann",
    "John Alan Marsh",
    "Jordan Lane",
    "Zo\u00eb MacDonald",
    "J\u00f8rgen Hale",
]
STRONG, TURNED = "exact spelling", "names in the other order"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # a name that goes on is another name
        ("John Smith-Jones left", [(0, "part of a longer name")]),
        ("John Smith\u2011Jones left", [(0, "part of a longer name")]),
        ("Mary-John Smith left", [(0, "part of a longer name")]),
        ("left in John Smith Street", [(0, "part of a longer name")]),
        ("John Smith - Jones left", [(0, STRONG)]),
        ("1-John Smith", [(0, STRONG)]),
        # a mark between the words parts them
        ("seen with John. Smith said so", [(0, "words of a name with a mark between")]),
        ("John, Smith and others", [(0, "words of a name with a mark between")]),
        ("John; Smith", [(0, "words of a name with a mark between")]),
        ("John (Smith)", [(0, "words of a name with a mark between")]),
        ("with John.\n\nSmith said", [(0, "words of a name with a mark between")]),
        ("Smith. John", [(0, "words of a name with a mark between")]),
        ("Jon. Smiht", []),
        ("John\nSmith", [(0, STRONG)]),
        # last name first
        ("SMITH, John", [(0, TURNED)]),
        ("SMITH John", [(0, TURNED)]),
        ("outside Smith's, John ran", [(0, TURNED)]),
        ("outside Smith\u2019s John ran", [(0, TURNED)]),
        ("MARSH, John Alan", [(3, TURNED)]),
        ("SMITH-JONES, Ann", [(2, STRONG)]),
        ("Ann Smith-Jones", [(2, TURNED)]),
        ("Ann Smith Jones", [(2, TURNED)]),
        # apostrophes, however they are typed or left out
        ("Mary O\u2019Brien", [(1, STRONG)]),
        ("Mary O`Brien", [(1, STRONG)]),
        ("Mary OBrien", [(1, "the same letters, parted otherwise")]),
        ("Mary O Brien", [(1, "the same letters, parted otherwise")]),
        ("Mary O' Brien's van", [(1, "the same letters, parted otherwise")]),
        ("mary obriens van", [(1, "exact spelling with an s at the end")]),
        # Mac, and accents typed in either way or left out
        ("Zoe Mac Donald", [(5, "the same letters, parted otherwise")]),
        ("Zo\u0065\u0308 Macdonald", [(5, STRONG)]),
        ("Jorgen Hale", [(6, STRONG)]),
        # initials, and names between
        ("J Smith", [(0, "initial and last name")]),
        ("J. Smith", [(0, "initial and last name")]),
        ("SMITH, J.", [(0, "initial and last name")]),
        ("J A Marsh", [(3, "initial and last name")]),
        ("John A. Marsh", [(3, "initial and last name")]),
        ("John Marsh", [(3, "first and last of a longer name")]),
        ("John A. Smith", [(0, "exact spelling round an initial")]),
        ("saw a smith-jones", []),
        ("Ann Jones", [(2, "half of a double last name")]),
        # a person's name that may be a street's
        ("Jordan Lane was seen", [(4, STRONG)]),
        ("parked in Jordan Lane", [(4, "a person's name where a place may be meant")]),
        ("at 12 Jordan Lane", [(4, "a person's name where a place may be meant")]),
        ("in John Smith's car", [(0, STRONG)]),
    ],
)
def test_names_of_people_by_hand(text: str, told: list[tuple[int, str]]) -> None:
    found = known_names.find(text, known_names.index(PEOPLE, [True] * len(PEOPLE)))
    assert [(one.name, one.rule) for one in found] == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("at 4, Pewter Row", [(0, STRONG)]),
        ("in 2-4 Pewter Row", [(0, "part of a longer name")]),
        ("The Lion", []),
        ("1, 2 High Road", []),
        ("in Jordan Lane", [(3, STRONG)]),
        ("j lane", []),
        ("the em ber", []),
    ],
)
def test_names_of_what_is_no_person_have_no_first_names(text: str, told: list[tuple[int, str]]) -> None:
    known = known_names.index(["4 Pewter Row", "The Red Lion", "12 High Road", "Jordan Lane", "Ember"])
    assert [(one.name, one.rule) for one in known_names.find(text, known)] == told


def test_every_rule_has_a_strength() -> None:
    rules = {value for name, value in vars(name_forms).items() if name.isupper() and isinstance(value, str)}
    assert rules - {name_forms.HYPHENS} == set(name_forms.STRENGTH)


def test_two_of_one_name_tie() -> None:
    found = known_names.find("met Jon Sandmartin", known_names.index(["Jon Sandmartin", "x", "jon sandmartin"]))
    assert [(one.name, one.start, one.end) for one in found] == [(0, 4, 18), (2, 4, 18)]


letters = st.text(string.ascii_lowercase, min_size=1, max_size=7)


@given(letters, letters)
def test_one_slip_is_one_edit_or_one_exchange(one: str, two: str) -> None:
    edits = {one[:i] + one[i + 1 :] for i in range(len(one))}
    edits |= {one[:i] + x + one[i:] for i in range(len(one) + 1) for x in string.ascii_lowercase}
    edits |= {one[:i] + x + one[i + 1 :] for i in range(len(one)) for x in string.ascii_lowercase}
    edits |= {one[:i] + one[i + 1] + one[i] + one[i + 2 :] for i in range(len(one) - 1)}
    assert known_names.is_one_slip(one, two) == (two in edits - {one})


@given(st.lists(st.text(string.ascii_lowercase, min_size=5, max_size=8), min_size=1, max_size=5), st.data())
def test_a_slip_is_always_looked_up(held: list[str], data: st.DataObject) -> None:
    known = known_names.index([f"{word} two" for word in held])
    word = data.draw(st.sampled_from(held))
    at = data.draw(st.integers(0, len(word) - 1))
    slip = word[:at] + data.draw(st.sampled_from(string.ascii_lowercase)) + word[at + 1 :]
    assert word in known.spelt(slip)
