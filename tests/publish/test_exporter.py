"""The exporter reads the one sealed product of a notebook and nothing else of it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import get_exporter

from intelnb.bundle import MIME_TYPE, Bundle
from intelnb.errors import RunFailed
from intelnb.publish import render
from intelnb.publish.exporter import ProductExporter, bundle_in

V4 = nbformat.v4


@pytest.fixture
def notebook(bundle: Bundle) -> Callable[..., Any]:
    """An executed notebook with as many sealed products as asked for, among outputs that must not be read."""

    def make(*products: object) -> Any:
        noise = V4.new_output("display_data", data={"text/html": "<script>alert('other output')</script>"})
        cells = [
            V4.new_markdown_cell("# secret heading <script>alert('markdown')</script>"),
            V4.new_code_cell("secret_source = 1", outputs=[noise, V4.new_output("stream", text="secret stream")]),
        ]
        cells += [
            V4.new_code_cell("product.seal()", outputs=[V4.new_output("execute_result", data={MIME_TYPE: p})])
            for p in products
        ]
        made = V4.new_notebook(cells=cells)
        made.metadata["title"] = "secret </title><script>alert('title')</script>"
        return made

    return make


def test_the_page_is_that_of_the_product_and_of_nothing_else(bundle: Bundle, notebook: Callable[..., Any]) -> None:
    page, resources = ProductExporter().from_notebook_node(notebook(json.loads(bundle.model_dump_json())))
    assert page == render.page(bundle)
    assert "secret" not in page
    assert resources["output_extension"] == ".html"


def test_the_product_may_be_carried_as_text(bundle: Bundle, notebook: Callable[..., Any]) -> None:
    assert bundle_in(notebook(bundle.model_dump_json())) == bundle


def test_none_or_several_give_a_short_page_without_a_traceback(bundle: Bundle, notebook: Callable[..., Any]) -> None:
    one = json.loads(bundle.model_dump_json())
    for products, said in (((), "no sealed product"), ((one, one), "2 sealed products")):
        page, _ = ProductExporter().from_notebook_node(notebook(*products))
        assert said in page
        assert "secret" not in page
        assert "Traceback" not in page
        with pytest.raises(RunFailed, match=said):
            bundle_in(notebook(*products))


@pytest.mark.parametrize("broken", [{}, {"kind": "x"}, "{", "[]", {"schema_version": 2}])
def test_a_product_of_another_kind_is_refused_without_its_text(notebook: Callable[..., Any], broken: object) -> None:
    page, _ = ProductExporter().from_notebook_node(notebook(broken))
    assert "not one this version can read" in page


def test_an_unknown_field_is_refused(bundle: Bundle, notebook: Callable[..., Any]) -> None:
    extended = {**json.loads(bundle.model_dump_json()), "html": "<script>alert(1)</script>"}
    page, _ = ProductExporter().from_notebook_node(notebook(extended))
    assert "not one this version can read (1 faults)" in page


def test_nbconvert_knows_it_by_name(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    named = project["entry-points"]["nbconvert.exporters"]["intelnb"]
    assert EntryPoint("intelnb", named, "nbconvert.exporters").load() is ProductExporter
    assert ProductExporter().file_extension == ".html"
    assert ProductExporter.output_mimetype == "text/html"
    if entry_points(group="nbconvert.exporters", name="intelnb"):
        assert get_exporter("intelnb") is ProductExporter
