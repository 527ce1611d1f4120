"""Fill the sample's desk file again: run the sample, and type what `answers.toml` holds beside today's evidence.

Needed after a change to a method, because a judgement made on other numbers is stale. It writes
`intelnb/sample/desk/`, which `intelnb sample` copies beside the other files of the sample.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from pathlib import Path

from intelnb.cli.running import copy_sample
from intelnb.publish import desk
from intelnb.records import Judgement
from intelnb.run import pages
from intelnb.run.job import JobSpec, run

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "intelnb" / "sample" / "desk"


def make() -> Path:
    """Write the filled desk file and return its path."""
    answers = tomllib.loads((HERE / "answers.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        workspace = copy_sample(Path(folder) / "northmere")
        result = run(JobSpec("weekly_threat_assessment", {"workspace": str(workspace), "audience": "internal"}))
        draft = pages.find(workspace, result.reference)
        evidence = {place.id: place.evidence for place in draft.bundle.places()}
        unknown = sorted(set(answers["judgements"]) - set(evidence))
        if unknown:
            sys.exit(f"The page has no place called {', '.join(unknown)}. It has: {', '.join(evidence)}.")
        saved = {
            place: Judgement(
                **{"text": "", **typed}, place=place, by=answers["by"], at=answers["at"], evidence=evidence[place]
            )
            for place, typed in answers["judgements"].items()
        }
        TARGET.mkdir(exist_ok=True)
        path = TARGET / draft.desk_file.name
        desk.write(draft.bundle, path, saved=saved)
    return path


if __name__ == "__main__":
    print(make())
