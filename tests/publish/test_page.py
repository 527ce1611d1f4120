"""The page as text: structure, slots, what a draft, a release and a reader without judgements see."""

from __future__ import annotations

import html.parser
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from intelnb.bundle import Bundle, FindingPart, Release, TypedJudgement
from intelnb.errors import LeakFound, ProductError
from intelnb.publish import render

Typed = dict[str, TypedJudgement]


class Outline(html.parser.HTMLParser):
    """Elements in order, with their attributes and the words of headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._hidden = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._hidden += tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += data

    def named(self, *names: str) -> list[dict[str, str | None]]:
        """Attributes of all elements with one of these names."""
        return [attributes for tag, attributes in self.elements if tag in names]


def said(page: str) -> str:
    """The words of a page on one line."""
    return " ".join(Outline(page).words.split())


def test_one_file_without_script_or_outside_reference(bundle: Bundle, typed: Typed) -> None:
    page = render.page(bundle, typed=typed)
    outline = Outline(page)
    forbidden = ("script", "iframe", "object", "embed", "form", "img", "base", "video", "audio")
    assert not outline.named(*forbidden)
    metas = outline.named("meta")
    policy = next(m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert not [a for _, attrs in outline.elements for a in attrs if a.startswith("on") or a in ("src", "srcset")]
    links = [attrs["href"] for _, attrs in outline.elements if "href" in attrs]
    assert {link for link in links if not str(link).startswith("#")} == {"data:,"}
    assert "@import" not in page
    assert set(re.findall(r"url\((.)", page)) == {"#"}


def test_it_reads_well_by_ear(bundle: Bundle, typed: Typed, release: Release) -> None:
    outline = Outline(render.page(bundle, typed=typed, release=release))
    assert outline.named("html") == [{"lang": "en-GB"}]
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(attrs.get("scope") in ("row", "col") for attrs in outline.named("th"))
    assert len(outline.named("caption")) == len(outline.named("table")) == 4
    assert len(outline.named("figcaption")) == len(outline.named("figure")) == 5
    assert all(attrs["role"] == "img" and attrs["aria-labelledby"] for attrs in outline.named("svg"))
    ids = Counter(attrs["id"] for _, attrs in outline.elements if "id" in attrs)
    assert max(ids.values()) == 1
    pointed = [i for _, attrs in outline.elements for i in (attrs.get("aria-labelledby") or "").split()]
    anchors = [str(attrs["href"])[1:] for attrs in outline.named("a")]
    assert set(pointed) | set(anchors) <= set(ids)


def test_the_same_arguments_give_the_same_text(bundle: Bundle, typed: Typed, release: Release) -> None:
    assert render.page(bundle, typed=typed, release=release) == render.page(bundle, typed=typed, release=release)


def test_a_draft_shows_its_empty_places_and_says_it_is_one(bundle: Bundle) -> None:
    words = said(render.page(bundle))
    assert "DRAFT not released" in words
    assert "RELEASED" not in words
    assert words.count("So what and now what: not yet written") == 3
    assert words.count("Assessment: not yet written") == 2
    assert "Decision 1: not yet written" in words
    assert '"DRAFT\\00002c \\000020 not\\000020 released"' in render.page(bundle)


def test_a_release_names_who_and_drops_empty_places(bundle: Bundle, typed: Typed, release: Release) -> None:
    some = {name: j for name, j in typed.items() if name != "k3"}
    words = said(render.page(bundle, typed=some, release=release))
    assert "RELEASED by B. Manager, the duty intelligence manager, 16 Nov 2026 08:40" in words
    assert not re.search("not yet (written|given)|no (owner|date) yet", words)
    assert "DRAFT" not in words
    assert "Patrol zone B, 15 min every 2 h" in words
    assert "Tue 17 Nov" in words
    assert "Decision 3" not in words
    none = said(render.page(bundle, release=release))
    assert "Nothing is asked of the chair." in none


def test_what_was_typed_stands_apart_from_facts(bundle: Bundle, typed: Typed) -> None:
    page = render.page(bundle, typed=typed)
    facts = re.findall(r'<div class="facts">.*?</div>', page, re.DOTALL)
    assessments = re.findall(r'<div class="assessment">.*?</div>', page, re.DOTALL)
    assert any("26 recorded, 11 in zone B." in f for f in facts)
    assert not any("likely" in f.lower() for f in facts)
    assert any("It is likely that one group" in a for a in assessments)
    assert not any("26 recorded" in a for a in assessments)
    assert "Confidence moderate: three independent origins." in said(page)


def test_a_stale_judgement_carries_its_label(bundle: Bundle, typed: Typed) -> None:
    assert said(render.page(bundle, typed=typed)).count("STALE") == 1
    stale = {**typed, "a1": typed["a1"].model_copy(update={"stale": True})}
    assert "to be confirmed or written again" in said(render.page(bundle, typed=stale))


def test_who_may_not_read_judgements_sees_neither_them_nor_their_places(bundle: Bundle, typed: Typed) -> None:
    public = bundle.model_copy(update={"judgements": False, "marking": "OFFICIAL, FOR PUBLIC RELEASE"})
    words = said(render.page(public, typed=typed))
    for hidden in (
        "Cocoon",
        "one group",
        "Likely",
        "Assessment.",
        "not yet written",
        "STALE",
        "Patrol zone B",
        "A. Officer",
    ):
        assert hidden not in words
    assert "Burglary of homes is well above" in words


def test_an_empty_section_is_one_line(bundle: Bundle) -> None:
    words = said(render.page(bundle))
    assert "4 Vehicle crime. 38 recorded, 30 to 52 expected; nothing to add." in words
    assert "7 Intelligence gaps. Intelligence logs: not submitted." in words


def test_states_and_missing_values_are_words_never_zero(bundle: Bundle) -> None:
    page = render.page(bundle)
    assert '<b class="na">Not assessed</b> <small>recording break 4 Nov</small>' in page
    assert '<b class="yes">Yes</b> <small>1 in 400 weeks</small>' in page
    assert "<td>\N{EN DASH}</td>" in page
    assert '<td class="num">61,234</td>' in page


def test_no_product_slot_at_all_still_makes_a_page(bundle: Bundle) -> None:
    bare = bundle.model_copy(update={"sections": (), "terms": ()})
    assert "Weekly threat assessment: Northmere Central" in said(render.page(bare))


def test_the_first_slots_come_first(bundle: Bundle, typed: Typed) -> None:
    words = said(render.page(bundle, typed=typed))
    order = [
        words.index(w)
        for w in ("OFFICIAL-SENSITIVE", "Bottom line", "Asked of the chair", "Do not trust yet:",
                  "Residential burglary 26", "Contents",
                  "Terms of reference Purpose", "Who gets this")
    ]  # fmt: skip
    assert order == sorted(order)


@pytest.mark.parametrize("marking", ["", "SECRET", "official", "PUBLIC", 'OFFICIAL"; }', "OFFICIAL\nX", "TOP SECRET"])
def test_a_marking_no_page_may_carry_is_refused(bundle: Bundle, marking: str) -> None:
    with pytest.raises(ProductError, match="cannot carry this marking"):
        render.page(bundle.model_copy(update={"marking": marking}))


def test_a_drawing_of_another_kind_is_refused(bundle: Bundle) -> None:
    section = next(s for s in bundle.sections if s.id == "burglary")
    finding = section.findings[0]
    evil = finding.pictures[0].model_copy(update={"svg": "<svg onload='alert(1)'/>"})
    changed = section.model_copy(update={"findings": (finding.model_copy(update={"pictures": (evil,)}),)})
    with pytest.raises(LeakFound):
        render.page(bundle.model_copy(update={"sections": (changed,)}))


def test_a_table_with_a_ragged_row_is_refused(bundle: Bundle) -> None:
    table = bundle.tables()[0]
    ragged = table.model_copy(update={"rows": (*table.rows, ("one",))})
    section = next(s for s in bundle.sections if s.slot == "summary")
    finding = FindingPart(id="x", headline="x", tables=(ragged,))
    changed = section.model_copy(update={"findings": (finding,)})
    with pytest.raises(ProductError, match="row 6"):
        render.page(bundle.model_copy(update={"sections": (changed,)}))


@pytest.mark.parametrize("text", ["{{7*7}}", "{% raw %}", "%{customdata}", "{{ config }}"])
def test_templates_in_data_stay_words(bundle: Bundle, text: str) -> None:
    page = render.page(bundle.model_copy(update={"title": text}))
    assert text.replace("'", "&#39;") in page
    assert "49:" not in page


def test_css_strings_cannot_be_ended() -> None:
    made = str(render.css_string('x"; } </style><script>\\\n\u202e'))
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]{6} )*"', made)


def test_file_names_begin_with_the_marking(bundle: Bundle, maker: Callable[..., Bundle]) -> None:
    assert render.file_name(bundle) == "OFFICIAL-SENSITIVE_WTA_NOR-C_2026-W46_internal.html"
    public = maker().model_copy(
        update={"marking": "OFFICIAL, FOR PUBLIC RELEASE", "reference": "WTA/NOR/2026-10/public"}
    )
    assert render.file_name(public) == "OFFICIAL-FOR-PUBLIC-RELEASE_WTA_NOR_2026-10_public.html"


def test_limits_that_several_findings_share_stand_once(bundle: Bundle) -> None:
    shared, own = "Silence is not proof", "Only here"
    sections = tuple(
        s.model_copy(update={"findings": tuple(
            f.model_copy(update={"caveats": (shared, own) if f.id == "burglary" else (shared,)}) for f in s.findings
        )}) if s.slot == "body" else s
        for s in bundle.sections
    )  # fmt: skip
    words = said(render.page(bundle.model_copy(update={"sections": sections})))
    assert words.count(shared) == 1
    assert "Limits. Only here. And those of the whole page." in words


def test_a_listed_instruction_stands_on_every_sheet(bundle: Bundle) -> None:
    public = bundle.model_copy(update={"marking": "OFFICIAL", "instruction": "FOR PUBLIC RELEASE"})
    assert str(render.css_string("OFFICIAL, FOR PUBLIC RELEASE")) in render.page(public)


def test_a_finding_with_a_title_stands_under_it(bundle: Bundle) -> None:
    sections = tuple(
        s.model_copy(update={"findings": tuple(f.model_copy(update={"title": "1 Burglary"}) for f in s.findings)})
        if s.id == "burglary" else s
        for s in bundle.sections
    )  # fmt: skip
    page = render.page(bundle.model_copy(update={"sections": sections}))
    assert re.search(r"<h3[^>]*>1 Burglary</h3>\s*<p class=\"headline\">Burglary is above", page)
    assert re.search(r'<li><a href="#s5f0h">1 Burglary</a>', page)


def test_days_in_cells_are_said_as_days(bundle: Bundle) -> None:
    section = next(s for s in bundle.sections if s.id == "provenance")
    table = section.findings[0].tables[0]
    dated = table.model_copy(update={"rows": (("Crimes", 1, 1, "2026-11-16"),)})
    finding = section.findings[0].model_copy(update={"tables": (dated,)})
    page = render.page(bundle.model_copy(update={"sections": (section.model_copy(update={"findings": (finding,)}),)}))
    assert '<td class="date">Mon 16 Nov 2026</td>' in page
