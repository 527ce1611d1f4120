"""The small tables a unit keeps by hand: priorities, requirements, actions, breaks, events, harm weights and residents."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from intelnb.sample import county

VIOLENCE = "violence with injury;violence without injury"
PRIORITIES = (
    ("code", "name", "rank", "kinds", "flags", "hours"),
    ("burglary", "Residential burglary", "1", "residential burglary", "", ""),
    ("violence", "Night-time violence", "2", VIOLENCE, "", "20-04"),
    ("cuckooing", "County lines and cuckooing", "3", "drug trafficking", "", ""),
    ("vehicle", "Vehicle crime", "4", "vehicle crime", "", ""),
    ("domestic", "Domestic abuse, repeat", "5", VIOLENCE, "domestic;repeat victim", ""),
)
REQUIREMENTS = (
    ("code", "question", "priority", "owner", "due", "status"),
    ("IR-01", "Who enters homes by the rear in the afternoons, and do they work together?", "burglary", "Burglary team", "2026-11-20", "open"),
    ("IR-02", "Where is stolen jewellery sold?", "burglary", "Burglary team", "2026-11-27", "open"),
    ("IR-03", "Which premises do those who fight near the Station come from?", "violence", "Night-time economy sergeant", "2026-12-04", "open"),
    ("IR-04", "Which addresses in Castle are being used by others than their tenants?", "cuckooing", "Neighbourhood inspector, Central", "2026-11-19", "open"),
    ("IR-05", "Who supplies the line that works out of Castle?", "cuckooing", "Drugs desk", "2026-11-30", "open"),
    ("IR-06", "Who takes tools from vans, and who buys them?", "vehicle", "Vehicle crime desk", "2026-12-11", "open"),
    ("IR-07", "Which repeat victims have moved and may be traced by the person they left?", "domestic", "Safeguarding desk", "2026-11-13", "open"),
    ("IR-08", "Are false number plates made inside the county?", "vehicle", "Vehicle crime desk", "2026-10-30", "answered"),
)  # fmt: skip
ACTIONS = (
    ("code", "action", "priority", "owner", "due", "status", "result"),
    ("AC-031", "Rear-lane patrols in Brickfields, 16:00 to 19:00 on weekdays", "burglary", "Neighbourhood inspector, Central", "2026-11-20", "open", ""),
    ("AC-032", "Visit second-hand dealers with the list of stolen jewellery", "burglary", "Burglary team", "2026-11-11", "open", ""),
    ("AC-033", "Crime prevention letters to homes near recent burglaries", "burglary", "Partnership sergeant", "2026-11-18", "open", ""),
    ("AC-034", "Foot patrol at the Station, 22:00 to 03:00, Friday and Saturday", "violence", "Night-time economy sergeant", "2026-11-21", "open", ""),
    ("AC-035", "Licensing visits to two venues near the Station", "violence", "Licensing officer", "2026-11-13", "open", ""),
    ("AC-036", "Joint housing visit to four addresses in Castle", "cuckooing", "Partnership sergeant", "2026-11-19", "open", ""),
    ("AC-037", "Check tool marking uptake at building sites in Linden", "vehicle", "Vehicle crime desk", "2026-11-27", "open", ""),
    ("AC-029", "Leaflets on keyless theft", "vehicle", "Partnership sergeant", "2026-11-06", "closed", "1,200 homes reached"),
    ("AC-030", "Review of repeat victims with three or more reports", "domestic", "Safeguarding desk", "2026-11-12", "closed", "31 reviewed, 6 referred"),
)  # fmt: skip
BREAKS = (
    ("date", "until", "kinds", "flags", "areas", "priorities", "reason", "what"),
    ("2026-11-04", "", VIOLENCE, "domestic;repeat victim", "", "domestic", "counting rule change", "Repeat victim now means a second report within 24 months, not 12: counts before and after do not compare"),
    ("2024-02-05", "2024-02-25", "business burglary", "", "", "", "backlog", "Move to a new crime system: business burglary entered late"),
    ("2023-12-04", "", "arson;criminal damage", "", "E1;E2", "", "boundary change", "Border between Quarry and Saltings redrawn on the beat map"),
)  # fmt: skip
EVENTS = (
    ("date", "name", "area"),
    ("2026-11-18", "Late shopping evening", "C5"),
    ("2026-11-20", "Harbour lights evening", "C4"),
    ("2026-11-21", "Home match, county ground", "C6"),
    ("2026-11-28", "Winter fair", "C1"),
)
HARM_LABEL = "invented for the sample; not the Cambridge index, not for use"
HARM = (
    ("residential burglary", 40), ("business burglary", 12), ("violence with injury", 55), ("violence without injury", 9),
    ("sexual offence", 640), ("robbery", 180), ("vehicle crime", 8), ("theft", 3), ("shoplifting", 1), ("criminal damage", 4),
    ("drug trafficking", 150), ("drug possession", 2), ("public order", 3), ("weapon possession", 14), ("arson", 70),
)  # fmt: skip


RESIDENTS_PER_SHARE = {2024: 2104, 2025: 2130}
"""Residents for each per cent of the county's homes, by year."""


def csv_text(rows: tuple[tuple[str, ...], ...]) -> str:
    """Rows as comma-separated text with plain line ends."""
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerows(rows)
    return held.getvalue()


def write(folder: Path) -> list[Path]:
    """Write the seven tables."""
    versioned = (HARM_LABEL, "1", "2023-01-01", "harm")
    harm = (
        ("kind", "weight_days", "source", "version", "effective_from", "measure"),
        *((kind, str(days), *versioned) for kind, days in HARM),
    )
    population = (
        ("area", "name", "year", "residents"),
        *(
            (code, name, str(year), str(round(share * each)))
            for year, each in RESIDENTS_PER_SHARE.items()
            for code, (name, _, _, share) in sorted(county.WARDS.items())
        ),
    )
    tables = {
        "priorities": PRIORITIES, "requirements": REQUIREMENTS, "actions": ACTIONS,
        "breaks": BREAKS, "events": EVENTS, "harm_weights": harm, "population": population,
    }  # fmt: skip
    paths = []
    for name, rows in tables.items():
        path = folder / f"{name}.csv"
        path.write_text(csv_text(rows), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths
