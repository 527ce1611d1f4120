"""The nbconvert exporter `intelnb`: the page of the one sealed product a notebook carries, and nothing else of it."""

from __future__ import annotations

import json
from typing import Any

from nbconvert.exporters import Exporter
from pydantic import ValidationError
from traitlets import default

from intelnb.bundle import MIME_TYPE, Bundle
from intelnb.errors import IntelError, RunFailed
from intelnb.publish import render


class ProductExporter(Exporter):
    """Writes a notebook's sealed product as its draft page.

    Preprocessors, user templates, `--execute` and the notebook's own text and metadata are ignored on purpose: run
    the notebook first. A notebook without exactly one sealed product gives a short page that says so.
    """

    export_from_notebook = "Intelligence product"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def _init_preprocessors(self) -> None:
        """No preprocessor touches a sealed product."""
        self._preprocessors: list[Any] = []

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[Any, dict[str, Any]]:
        """The page, and nbconvert's own bookkeeping unchanged."""
        try:
            html = render.page(bundle_in(nb))
        except IntelError as fault:
            html = render.refused(str(fault))
        return html, dict(self._init_resources(resources))  # type: ignore[no-untyped-call]


def bundle_in(notebook: Any) -> Bundle:
    """The one sealed product among the outputs of an executed notebook.

    Raises
    ------
    RunFailed
        When there is none, or more than one, or one this version cannot read.
    """
    found = [
        output["data"][MIME_TYPE]
        for cell in notebook.get("cells", [])
        for output in cell.get("outputs", [])
        if MIME_TYPE in output.get("data", {})
    ]
    if len(found) != 1:
        number = "no sealed product" if not found else f"{len(found)} sealed products"
        now = "Run all cells, end with one product.seal(), save, and export again."
        raise RunFailed(what=f"This notebook holds {number}", now=now)
    text = found[0] if isinstance(found[0], str) else json.dumps(found[0])
    try:
        return Bundle.model_validate_json(text)
    except ValidationError as fault:
        what = f"The sealed product in this notebook is not one this version can read ({fault.error_count()} faults)"
        raise RunFailed(what=what, now="Run the notebook again with this version of intelnb.") from None
