"""One weekly product from the sample: ours against plain papermill and nbconvert's stock page.

Both run the same notebook for the same audience in a process of their own. The peer leaves an executed notebook and
a stock HTML page; ours leaves the page, its tables, a manifest and the workings.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from timing import row, watched

from intelnb import share
from intelnb.cli.running import copy_sample

KIND = "weekly_threat_assessment"
OURS = """
import sys
from intelnb.run.job import JobSpec, run
print(run(JobSpec({kind!r}, {{"workspace": sys.argv[1], "audience": "internal"}})).page)
"""
PEER = """
import sys, pathlib, papermill
from nbconvert import HTMLExporter
folder = pathlib.Path(sys.argv[1])
asked = {{"workspace": sys.argv[1], "audience": "internal"}}
papermill.execute_notebook({notebook!r}, str(folder / "peer.ipynb"), asked, kernel_name="python3", progress_bar=False)
page, _ = HTMLExporter().from_filename(str(folder / "peer.ipynb"))
(folder / "peer.html").write_text(page, encoding="utf-8")
print(folder / "peer.html")
"""


def measure() -> list[dict[str, Any]]:
    """Two runs of each in turn; the faster of each is kept."""
    with tempfile.TemporaryDirectory() as root:
        workspace = copy_sample(Path(root) / "sample")
        ours, peer = OURS.format(kind=KIND), PEER.format(notebook=str(share.product(KIND)))
        runs = [(_process(ours, workspace), _process(peer, workspace)) for _ in range(2)]
        (mine, mine_mb, mine_page), (other, other_mb, other_page) = (
            min((pair[side] for pair in runs), key=lambda one: one[0]) for side in (0, 1)
        )
        scripts = other_page.count("<script"), mine_page.count("<script")
    told = (
        f"page {len(mine_page) / 1e3:,.0f} kB with {scripts[1]} scripts, peer's {len(other_page) / 1e3:,.0f} kB with "
        f"{scripts[0]}; its processes took {mine_mb:,.0f} MB together, the peer's {other_mb:,.0f} MB"
    )
    return [
        row(
            "one product",
            size="weekly threat assessment of the sample force, internal",
            ours_s=mine,
            peer="papermill and nbconvert's stock page",
            peer_s=other,
            settings=told,
        )
    ]


def _process(source: str, workspace: Path) -> tuple[float, float, str]:
    """Seconds, the most memory in MB of all processes together, and the page of one run."""
    start = time.perf_counter()
    most_mb, said = watched(source, str(workspace))
    return time.perf_counter() - start, most_mb, Path(said.strip().splitlines()[-1]).read_text(encoding="utf-8")
