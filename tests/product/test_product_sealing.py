"""Products and what sealing does to them: disclosed before drawn, strict about names, silent about nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from intelnb.analysis.result import Result, not_assessed
from intelnb.bundle import Bundle
from intelnb.dates import parse
from intelnb.errors import ProductError
from intelnb.finding import Column, Drawing, Finding, Place, TableView
from intelnb.kinds import Kind, SectionKind
from intelnb.product import Heading, Product
from intelnb.publish import render
from intelnb.records import Clearance

SECTIONS = (
    SectionKind(id="bottom_line", heading="Bottom line", slot="bottom_line", judgements=True, empty="Nothing."),
    SectionKind(id="summary", heading="Summary", slot="summary", empty="No priorities are set."),
    SectionKind(id="body", heading="Body", slot="body", empty="Nothing to tell."),
    SectionKind(id="places", heading="Places", slot="body", points=True, empty="No places."),
    SectionKind(id="logs", heading="Logs", slot="body", needs=("logs",), empty="No logs."),
)
KIND = Kind(
    kind="weekly_threat_assessment", title="Weekly", short="WTA", version="1", default_audience="internal",
    terms={"Asked by": "Chair"}, section=SECTIONS,
)  # fmt: skip
HEADING = Heading(
    force="F", area_code="NOR", area_name="Northmere", period=parse("2026-W46"), data_to="15 Nov", as_at="16 Nov",
    marking="OFFICIAL", owners=("Chair",), levels=("force", "district", "ward"),
)  # fmt: skip
N = Column("n", "Crimes", "number")


def clearance(**other: Any) -> Clearance:
    told: dict[str, Any] = {
        "audience": "internal", "title": "Meeting", "highest_marking": "OFFICIAL-SENSITIVE", "handling": ("P",),
        "ungraded": False, "personal_data": True, "free_text": False, "finest": "point",
        "sources": ("crimes", "logs"), "smallest_count": 0, "judgements": True, "says_withheld": True,
        "page_marking": "OFFICIAL", "instruction": "",
    }  # fmt: skip
    return Clearance(**{**told, **other})


PUBLIC: dict[str, Any] = {
    "audience": "public", "finest": "district", "sources": ("crimes",), "smallest_count": 5, "judgements": False,
    "says_withheld": False,
}  # fmt: skip


def product(**other: Any) -> Product:
    return Product(kind=KIND, heading=HEADING, clearance=clearance(**other), sources=pd.DataFrame(), show=render.page)


def result(name: str = "r", **other: Any) -> Result:
    told: dict[str, Any] = {
        "table": pd.DataFrame({"code": ["a", "b"], "n": [7, 2]}), "values": {"n": 9}, "wording": "{n} crimes.",
    }  # fmt: skip
    return Result(name=name, **{**told, **other})


def finding(*evidence: Result, section: str = "body", name: str = "f", **other: Any) -> Finding:
    told: dict[str, Any] = {"headline": evidence[0].name if evidence else "Words"}
    return Finding(section=section, id=name, evidence=evidence, **{**told, **other})


def sealed(*findings: Finding, **other: Any) -> Bundle:
    return product(**other).add(*findings).seal().bundle


def test_a_product_grows_by_new_products_and_takes_findings_one_by_one_or_together() -> None:
    empty = product()
    more = empty.add(finding(name="a"), [finding(name="b"), finding(name="c")])
    assert (len(empty.findings), [f.id for f in more.findings]) == (0, ["a", "b", "c"])
    assert more.reference == "WTA/NOR/2026-W46/internal"
    assert "not sealed" in more._repr_html_()


def test_all_findings_that_do_not_fit_are_told_at_once() -> None:
    with pytest.raises(ProductError) as fault:
        product().add(finding(section="nowhere", name="x"), finding(name="y"), finding(name="y"))
    assert "(1) 'x' names the section 'nowhere'" in str(fault.value)
    assert "(2) 'y' is there twice" in str(fault.value)
    assert "bottom_line" in str(fault.value)
    with pytest.raises(ProductError, match="'y' is there twice"):
        product().add(finding(name="y")).add(finding(name="y"))


def test_what_is_for_the_workbench_alone_is_refused() -> None:
    with pytest.raises(ProductError, match="'map' in 'f' is for the workbench alone"):
        product().add(finding(result(), result("map", is_workbench=True)))


def test_an_empty_product_is_not_sealed() -> None:
    with pytest.raises(ProductError, match=r"empty.*WTA/NOR/2026-W46/internal"):
        product().seal()


def test_two_results_of_one_name_are_refused_and_one_result_may_serve_twice() -> None:
    with pytest.raises(ProductError, match="Two different Results are called 'r'"):
        sealed(finding(result(), name="a"), finding(result(), name="b"))
    shared = result()
    assert len(sealed(finding(shared, name="a"), finding(shared, name="b")).sections[2].findings) == 2


def test_sections_without_findings_stay_as_one_line() -> None:
    bundle = sealed(finding(result()))
    assert [s.id for s in bundle.sections] == [s.id for s in SECTIONS]
    assert "No priorities are set." in render.page(bundle)
    assert bundle.sections[1].findings == ()


def test_what_is_finer_than_the_audience_may_know_is_left_out() -> None:
    counted = {"key": "code", "counts": ("n",)}
    tables = lambda r: (TableView(r.name, "T", (Column("code", "Code"), N)),)  # noqa: E731
    by_ward, by_cell = result("by_ward", grain="ward", **counted), result("by_cell", grain="cell", **counted)
    undeclared, shown = result("undeclared"), result("shown", grain="district", **counted)
    found = [
        finding(one, name=one.name, tables=tables(one), facts=(one.name,))
        for one in (by_ward, by_cell, undeclared, shown)
    ]
    bundle = sealed(*found, **PUBLIC)
    parts = {f.id: f for s in bundle.sections for f in s.findings}
    for name in ("by_ward", "by_cell", "undeclared"):
        assert (parts[name].headline, parts[name].facts, parts[name].tables) == ("", (), ()), name
    assert [t.rows for t in parts["shown"].tables] == [(("a", 7), ("b", None))]
    assert [s.id for s in bundle.sections] == ["summary", "body"], "no judgements, no points, no logs"
    assert "9 crimes" not in str(parts)


def test_words_are_kept_and_the_name_of_a_result_never_stands_for_its_sentence() -> None:
    hidden = result("secret.name", grain="ward")
    bundle = sealed(finding(hidden, headline="secret.name"), finding(hidden, name="g", headline="Actions"), **PUBLIC)
    assert [f.headline for f in bundle.sections[1].findings] == ["", "Actions"]
    assert "secret" not in bundle.model_dump_json()


def test_a_small_count_takes_with_it_what_was_read_off_it() -> None:
    table = pd.DataFrame({
        "code": ["a", "b"], "n": [3, 60], "real": ["Yes, below", "No"], "name": ["Robbery", "Theft"], "logs": ["secret"] * 2,
    })  # fmt: skip
    one = result(
        "table", table=table, values={"a.n": 3, "b.n": 60, "total": 63}, key="code", counts=("n",), follows=("real",),
        plain=("name",), wording="Robbery is outside its range.",
    )  # fmt: skip
    columns = tuple(Column(name, name) for name in ("name", "n", "real", "logs"))
    (part,) = sealed(finding(one, tables=(TableView("table", "T", columns),)), **PUBLIC).sections[1].findings
    assert part.tables[0].rows == (("Robbery", None, "withheld"), ("Theft", 60, "No"))
    assert "Robbery" not in part.headline, "the sentence was read off the suppressed count too"
    (whole,) = sealed(finding(one, tables=(TableView("table", "T", columns),))).sections[2].findings
    assert whole.tables[0].rows[0] == ("Robbery", 3, "Yes, below", "secret")
    assert whole.headline == "Robbery is outside its range."


def test_missing_numbers_dates_and_lists_reach_no_page_as_such() -> None:
    table = pd.DataFrame({
        "n": [np.nan, 2.0, 1.23456], "whole": pd.array([None, 3, 4], dtype="Int64"),
        "day": [pd.Timestamp("2026-11-09"), pd.NaT, pd.Timestamp("2026-11-09 08:30")], "names": [("a", "b"), (), ("c",)],
        "yes": [True, False, True], "text": ["x", None, "=1+1"],
    })  # fmt: skip
    columns = tuple(Column(name, name) for name in table.columns)
    one = result("t", table=table)
    bundle = sealed(finding(one, tables=(TableView("t", "T", columns),)))
    assert bundle.sections[2].findings[0].tables[0].rows == (
        (None, None, "2026-11-09", "a, b", "yes", "x"),
        (2, 3, None, "", "no", None),
        (1.2346, 4, "2026-11-09 08:30", "c", "yes", "=1+1"),
    )
    page = render.page(bundle)
    assert not [word for word in ("nan", "NaN", "NaT", ">None<", "&lt;NA") if word in page]
    assert Bundle.model_validate_json(bundle.model_dump_json()) == bundle


def test_infinite_numbers_are_nothing_too() -> None:
    one = result("t", table=pd.DataFrame({"n": [np.inf, 3.0]}))
    bundle = sealed(finding(one, tables=(TableView("t", "T", (N,)),)))
    assert bundle.sections[2].findings[0].tables[0].rows == ((None,), (3,))


def test_tables_and_pictures_without_rows_are_left_out_not_drawn_as_nothing() -> None:
    none = not_assessed("none", why="data are monthly")
    one = finding(
        none, tables=(TableView("none", "T", (N,)),), drawings=(Drawing("trend", of="none", title="x"),), facts=("none",)
    )  # fmt: skip
    (part,) = sealed(one).sections[2].findings
    assert (part.tables, part.pictures) == ((), ())
    assert part.headline == "Not assessed: data are monthly."


def test_a_finding_that_names_what_it_does_not_hold_shows_nothing_of_it() -> None:
    one = finding(result(), headline="r", facts=("other",), tables=(TableView("other", "T", (N,)),))
    (part,) = sealed(one).sections[2].findings
    assert (part.facts, part.tables, part.headline) == ((), (), "9 crimes.")


def test_a_place_carries_the_numbers_a_judgement_will_rest_on() -> None:
    one, other = result("a", values={"n": 1234, "p": 0.02}), result("b", values={"n": 2}, wording="Two.")
    place = Place("bottom_line.x", "bottom_line", "Bottom line", ("a", "b"))
    bundle = sealed(finding(one, other, section="bottom_line", place=place))
    (part,) = bundle.places()
    assert part.evidence == {"a.n": "1,234", "b.n": "2"}
    assert part.sentence == "1,234 crimes. Two."


def test_only_shown_rows_are_cut_and_exported_tables_are_whole() -> None:
    one = result("t", table=pd.DataFrame({"n": range(100)}))
    view = lambda shown: TableView("t", "T", (N,), shown=shown, rows=10)  # noqa: E731
    lengths = [len(sealed(finding(one, tables=(view(s),))).tables()[0].rows) for s in (True, False)]
    assert lengths == [10, 100]


def test_a_sealed_product_shows_itself_without_letting_its_page_out_of_the_frame() -> None:
    shown = product().add(finding(result())).seal()._repr_mimebundle_()
    assert sorted(shown) == ["application/vnd.intelnb.product+json", "text/html", "text/plain"]
    assert shown["text/html"].startswith('<iframe sandbox srcdoc="&lt;!')
    assert Bundle.model_validate(shown["application/vnd.intelnb.product+json"], strict=False).area_code == "NOR"


@pytest.mark.parametrize("audience", [{}, PUBLIC])
def test_owners_are_only_told_where_judgements_are(audience: dict[str, Any]) -> None:
    assert bool(sealed(finding(result()), **audience).owners) is (not audience)
