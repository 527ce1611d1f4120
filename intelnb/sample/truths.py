"""What was planted, where, and which capability must find it."""

from __future__ import annotations

from typing import Any

from intelnb.sample import burglary, crime_times, crimes, intelligence, log_plants, network, series
from intelnb.sample.crime_export import Export
from intelnb.sample.intelligence import Log
from intelnb.sample.series import LAST, NOISE_ROWS, NOISE_WARD, PINNED, SERIES_ROWS, SERIES_WARD

Truth = dict[str, Any]
W46, W45 = "2026-W46", "2026-W45"


def _truth(name: str, capability: str, what: str, **expect: Any) -> Truth:
    return {"id": name, "capability": capability, "what": what, "expect": expect}


def alarms() -> list[Truth]:
    """Counts that must, and counts that must not, be called unusual."""
    fixed = {name: rows for (name, week), rows in PINNED.items() if week == LAST}
    return [
        _truth(
            "burglary_series", "alarms",
            "Residential burglary rose in the last two weeks, by a series in Brickfields: weekdays 15:30 to 19:00, rear door.",
            kind="residential burglary", area=SERIES_WARD, force_counts={W45: 22, W46: 26},
            area_counts={W45: SERIES_ROWS[LAST - 1], W46: SERIES_ROWS[LAST]}, alarm_area="NOR", alarm_week=W46,
        ),
        _truth(
            "noise_bump", "alarms", "Vehicle crime in Linden is raised in the last week, well inside chance: no alarm.",
            kind="vehicle crime", area=NOISE_WARD, week=W46, count=NOISE_ROWS, alarm=False,
        ),
        _truth(
            "steady_priorities", "alarms", "The other priorities are inside their usual range in the last week.",
            week=W46, area="NOR", counts={name: fixed[name] for name in ("night-time violence", "vehicle crime", "drug trafficking")},
            alarm=False,
        ),
        _truth(
            "quiet_wards", "alarms", "In the last week no ward but Brickfields stands out on these priorities.",
            week=W46, level="ward", priorities=["burglary", "violence", "cuckooing", "vehicle"], except_area=SERIES_WARD,
            alarm=False,
        ),
        _truth(
            "plain_weeks", "alarms", "No plant touches these weeks: the five priorities lie within a standard deviation of their level.",
            weeks=["2026-W29", "2026-W30", "2026-W31"], area="NOR", alarm=False,
        ),
    ]  # fmt: skip


def places(made: Export) -> list[Truth]:
    """Near repeats, hot spots, the silent beat and the recording break."""
    chain = made.known.loc[made.known["plant"] == "burglary chain"].sort_values("start")
    planted = made.known.loc[made.known["plant"].str.startswith("burglary")].sort_values("start")
    return [
        _truth(
            "burglary_series_rows", "near_repeat", "The crimes of the series, and a chain in it: each close to the one before.",
            series=planted["id"].tolist(), chain=chain["id"].tolist(), within_m=170, within_days=2,
        ),
        _truth(
            "near_repeat_process", "near_repeat", "Over three years about one residential burglary in five lies near one of the fortnight before it.",
            kind="residential burglary", within_m=burglary.NEAR_M, within_days=burglary.NEAR_DAYS,
            share_planted=round(float((made.known.loc[made.known["series"] == "residential burglary", "parent"] >= 0).mean()), 3),
        ),
        _truth(
            "station_hot_spot", "hotspot", "Night-time violence has gathered at the Station throughout the three years.",
            priority="violence", area="C3", easting=crimes.STATION[0], northing=crimes.STATION[1],
            radius_m=crimes.HOT_RADIUS_M, at_least_months=14, persistence="persistent",
        ),
        _truth(
            "elmfield_hot_spot", "hotspot", "Night-time violence gathered in Elmfield for six weeks and stopped.",
            priority="violence", area="E3", easting=crimes.ELMFIELD[0], northing=crimes.ELMFIELD[1], radius_m=crimes.HOT_RADIUS_M,
            first_week="2026-W37", last_week="2026-W42", rows_a_week=crimes.TRANSIENT_ROWS, persistence="transient",
        ),
        _truth(
            "silent_beat", "submission", "Beat S4 has submitted nothing since Wednesday 11 November 2026.",
            area=crimes.SILENT_WARD, silent_from="2026-11-11T00:00",
        ),
        _truth(
            "repeat_domestic_break", "breaks", "What counts as a repeat victim changed: the rise is not a rise in crime, and is not assessed.",
            priority="domestic", date="2026-11-04", counts={W45: PINNED["domestic repeat", LAST - 1], W46: PINNED["domestic repeat", LAST]},
            mean_before=series.DOMESTIC_REPEAT_MEAN, assessed=False,
        ),
    ]  # fmt: skip


def intelligence_truths(logs: list[Log], members: list[str]) -> list[Truth]:
    """What was planted in logs and links."""

    def urns(plant: str) -> list[str]:
        return [log["urn"] for log in logs if log["plant"] == plant]

    castle = [log for log in logs if log["castle"]]
    weeks = [
        sum(log["minute"] // series.WEEK == week for log in castle) for week in range(intelligence.FIRST_WEEK, LAST + 1)
    ]
    trap = {
        "subject": log_plants.TRAP_SUBJECT,
        "count": 4,
        "count_with_e": 8,
        "sound": urns("sound"),
        "e_logs": urns("false claim"),
    }
    withheld = [log["urn"] for log in logs if _unseen_inside(log)]
    to_grade = urns("to grade")
    return [
        _truth(
            "castle_cuckooing", "corroboration", "Logs on cuckooing in Castle grow over four weeks; the last 22 go back to six origins, and one is graded E.",
            priority="cuckooing", area=intelligence.CASTLE, weekly_counts=weeks, last_week=urns("castle cuckooing"),
            independent_origins=intelligence.CASTLE_ORIGINS, e_graded=1, new_addresses=list(network.NEW_ADDRESSES),
        ),
        _truth("organised_group", "network", "Fourteen persons, each tied to at least five of the others; nobody else is.", members=members, core=5),
        _truth(
            "circular_reporting", "corroboration", "Five logs by three routes and an officer repeat one first report.",
            subject=log_plants.CIRCULAR_SUBJECT, urns=urns("circular"), independent_origins=1,
        ),
        _truth("false_claim", "corroboration", "Four vivid logs graded E would double the count on one person.", **trap),
        _truth(
            "revealing_logs", "sanitise", "Twelve logs hold words that point to their source.",
            phrases=[{"urn": log["urn"], "phrase": log["phrase"]} for log in logs if "phrase" in log],
        ),
        _truth("conditional_logs", "clearance", "Conditional logs whose list does not name internal readers.", audience="internal", must_not_see=withheld),
        _truth("ungraded_withheld", "clearance", "Logs without handling code or marking are withheld from all but the unit.", audience="internal", must_not_see=to_grade),
        _truth("logs_to_grade", "grading", "Logs without handling code, without marking, or without both.", urns=to_grade),
        _truth("overdue_reviews", "review", "Logs whose review day has passed on 2026-11-16.", urns=urns("overdue"), due_today=urns("due today")),
        _truth("unanswered_requirement", "gaps", "No log answers this requirement.", code=log_plants.UNANSWERED),
        _truth("doubtful_requirement", "gaps", "Only logs graded D or E answer this requirement.", code=log_plants.DOUBTFUL, urns=urns("doubtful requirement")),
    ]  # fmt: skip


def _unseen_inside(log: Log) -> bool:
    """A conditional log whose dissemination list does not name internal readers."""
    open_code = "1" if log["scheme"] == "5x5x5" else "P"
    return log["handling"] not in ("", "X", open_code) and "internal" not in log["audiences"].split(";")


def ledger(made: Export, logs: list[Log]) -> list[Truth]:
    """What a closed ledger must say of every file, and the delay with which crimes are recorded."""
    files = {}
    for year, rows in made.known.groupby("year"):
        usable = rows[rows["unusable"] < 0]
        files[f"crimes/crimes_{year}.csv.gz"] = {
            "rows": len(rows), "unusable": int((rows["unusable"] >= 0).sum()), "cancelled": int((usable["status"] == "Cancelled").sum()),
            "transferred": int((usable["status"] == "Transferred").sum()), "unplaced": int(usable["unplaced"].sum()),
        }  # fmt: skip
    bad_logs = [
        {
            "file": "logs/intelligence_logs.csv.gz",
            "line": at + 2,
            "column": "Handling Code",
            "value": "X",
            "why": "unknown handling code",
        }
        for at, log in enumerate(logs)
        if log["handling"] == "X"
    ]
    files["logs/intelligence_logs.csv.gz"] = {"rows": len(logs), "unusable": len(bad_logs)}
    return [
        _truth("files", "ledger", "Rows of every file below its heading line, and how many are cancelled, transferred or without a place.", files=files),
        _truth("unusable_rows", "ledger", "Rows that must be quarantined; line 1 is the heading.", rows=[*made.unusable, *bad_logs]),
        _truth(
            "recording_delay", "maturity", "Time from the end of the committed range to recording, as drawn; sexual offences have a tail of 0.20.",
            mixture=list(crime_times.DELAY_MIXTURE), **_delays(made),
        ),
    ]  # fmt: skip


def _delays(made: Export) -> dict[str, Any]:
    """Shares recorded within so many days, among crimes old enough to be all in."""
    old = made.known[(made.known["end"] < (LAST - 26) * series.WEEK) & (made.known["unusable"] < 0)]
    days = (old["recorded"] - old["end"]) / series.DAY
    shares = {str(limit): round(float((days <= limit).mean()), 4) for limit in (1, 2, 3, 7, 14, 28)}
    return {"among_ended_before": "2026-05-11", "rows": len(old), "share_within_days": shares}
