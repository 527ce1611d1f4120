"""Write the whole invented force into a folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from intelnb.sample import (
    county,
    crime_export,
    crimes,
    intelligence,
    log_export,
    log_plants,
    network,
    settings,
    tasking,
    truths,
)

SEED = 20261116
PARTS = (
    "county", "streets", "counts", "crimes", "burglary", "hot spots", "records", "flags", "export",
    "entities", "logs", "log plants", "links",
)  # fmt: skip


def streams(seed: int) -> dict[str, np.random.Generator]:
    """One independent random generator for each part, so that a change to one part leaves the others alone.

    Examples
    --------
    >>> bool(streams(1)["logs"].integers(100) == streams(1)["logs"].integers(100))
    True
    """
    children = np.random.SeedSequence(seed).spawn(len(PARTS))
    return {name: np.random.default_rng(child) for name, child in zip(PARTS, children, strict=True)}


def write(folder: Path, *, seed: int = SEED) -> list[Path]:
    """Write Northmere Police, its records and its planted truths.

    The same seed gives the same bytes: nothing depends on the clock, the folder or the order of files.

    Parameters
    ----------
    folder
        Where to write; made if missing. Files of the same names are replaced.
    seed
        The seed of every random choice.

    Returns
    -------
    The paths written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = streams(seed)
    wards = county.wards(rng["county"])
    made = crime_export.export(crimes.draw(wards, streams=rng), rng=rng["export"])
    entities = network.entities(rng=rng["entities"])
    members = network.group_members(rng=rng["entities"])
    logs = log_plants.plant(intelligence.draw(members, rng=rng["logs"]), rng=rng["log plants"])
    links = network.links(members, log_export.table(logs), rng=rng["links"])
    planted = [
        *truths.alarms(), *truths.places(made), *truths.intelligence_truths(logs, members), *truths.ledger(made, logs),
    ]  # fmt: skip
    texts = {
        "entities.csv": entities.to_csv(index=False, lineterminator="\n"),
        "links.csv": links.to_csv(index=False, lineterminator="\n"),
        "truths.json": json.dumps(planted, indent=1) + "\n",
    }
    paths = county.write(folder / "areas", wards) + crime_export.write(folder / "crimes", made)
    paths += log_export.write(folder / "logs", logs) + tasking.write(folder) + settings.write(folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        paths.append(folder / name)
    return paths
