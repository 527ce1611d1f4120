"""What came of a run: exactly one sealed product from a notebook whose every cell completed, or one plain line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError

from intelnb.bundle import Bundle
from intelnb.errors import IntelError, RunFailed
from intelnb.publish.exporter import bundle_in

Cell = dict[str, Any]


def product_of(notebook: Path) -> Bundle:
    """The one sealed product an executed notebook carries.

    Parameters
    ----------
    notebook
        The executed notebook.

    Raises
    ------
    RunFailed
        When a code cell did not complete, or there is no sealed product, or more than one.
    """
    cells = _code_cells(notebook)
    for number, cell in enumerate(cells, start=1):
        state = cell["metadata"].get("papermill", {}).get("status")
        if state != "completed" and "".join(cell["source"]).strip():
            raise RunFailed(
                what=f"The notebook stopped before its end: code cell {number} of {len(cells)} did not complete",
                where=str(notebook),
                now="Open the executed notebook to see how far it came.",
            )
    return bundle_in({"cells": cells})


def check_asked(bundle: Bundle, *, kind: str, area: str, period: str, audience: str) -> None:
    """Refuse a product that is not what was asked for: it may be meant for other eyes.

    Raises
    ------
    RunFailed
        When kind, area, period or audience differ; all at once.
    """
    asked = {"kind": kind, "area_code": area, "period": period, "audience": audience}
    wrong = [f"{name.removesuffix('_code')} '{getattr(bundle, name)}' for '{value}'" for name, value in asked.items()
             if getattr(bundle, name) != value]  # fmt: skip
    if wrong:
        raise RunFailed(
            what=f"The notebook sealed another product than was asked for: {', '.join(wrong)}",
            where=bundle.reference,
            now="Its cells must use the parameters.",
        )


def told(fault: Exception, notebook: Path, *, at: tuple[int, int]) -> IntelError:
    """One plain line for whatever stopped a run.

    An error of ours, raised in the notebook, keeps its class and its line. Of any other only the class is told:
    its text may quote records.

    Parameters
    ----------
    fault
        What papermill or its client raised.
    notebook
        The executed notebook, as far as it came.
    at
        The code cell it stopped in, and how many there are; zeros when none had begun.
    """
    place = f"code cell {at[0]} of {at[1]}" if at[0] else "starting the notebook"
    if isinstance(fault, CellTimeoutError):
        return RunFailed(
            what=f"The run was stopped: {place} took too long",
            where=str(notebook),
            now="Give it more time with --cell-limit, or ask for less.",
        )
    if isinstance(fault, DeadKernelError):
        return RunFailed(
            what=f"The notebook's kernel died in {place}, most often for want of memory",
            where=str(notebook),
            now="Close other programs or ask for less, then run it again.",
        )
    name, line = getattr(fault, "ename", type(fault).__name__), getattr(fault, "evalue", "")
    ours = {kind.__name__: kind for kind in _kinds(IntelError)}.get(name)
    if ours and line:
        return ours(what=line)
    return RunFailed(
        what=f"The run failed in {place} with {name}",
        where=str(notebook),
        now="Open the executed notebook there: it shows the cell and the reason.",
    )


def _code_cells(notebook: Path) -> list[Cell]:
    cells: list[Cell] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def _kinds(kind: type[IntelError]) -> Iterator[type[IntelError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)
