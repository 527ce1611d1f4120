"""Make docs/calibration.md: how often methods of time speak where nothing happens, and what they find where something does.

    python examples/calibration/make.py docs/calibration.md

Everything is simulated from fixed seeds; it takes about four minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import quiet  # noqa: E402 - beside this file


def main(path: Path) -> None:
    """Simulate everything and write the page."""
    sections = []
    for make in (force_weeks, power, farrington, days, others, forecasts):
        sections.append(make())
        print(sections[-1].splitlines()[0], flush=True)
    path.write_text(page(sections), encoding="utf-8")
    print(f"The page is in {path}.")


def page(sections: Iterable[str]) -> str:
    """The whole page."""
    return f"""# How often methods of time are wrong, and what they find

Made by `python examples/calibration/make.py docs/calibration.md`; nothing on this page is typed. What the methods answer
stands in [time](time.md). Everything is simulated: quiet means that nothing happened but chance, seasons and trends.

`mean` is crimes a week (a day where it says so); `uneven` is variance over mean, 1 for chance alone.

{chr(10).join(sections)}"""


def force_weeks() -> str:
    """The budget of a page."""
    rates = quiet.force_weeks()
    stated = {
        "all": quiet.BUDGET.false_alarms_per_week,
        "priorities": quiet.BUDGET.priorities * quiet.BUDGET.alpha,
        "areas": quiet.BUDGET.priorities * quiet.BUDGET.areas * quiet.BUDGET.area_alpha,
    }
    rows = [
        [name, f"{stated[name]:.3f}", f"{one.rate:.3f}", f"{one.low:.3f} to {one.high:.3f}", f"{one.alarms:,}"]
        for name, one in rates.items()
    ]
    found = rates["all"]
    kept = "kept" if found.rate <= stated["all"] else "BROKEN"
    return f"""## The budget of a page

The alarms of a page (`alarms.expected`, `area_alarms.by_area`) have a budget of {stated["all"]} false alarms a week over
{quiet.BUDGET.priorities} priorities and {quiet.BUDGET.areas} areas of each. Over {found.forces:,} quiet force-weeks, three years of history each, with seasons,
trends, weeks that all areas share and unevenness, the promise was {kept}: {found.rate:.3f} a week. Areas use less than their
half because small whole numbers cannot use it up; that part is caution, not power.

{table(["", "stated a week", "found a week", "99 % interval", "alarms"], rows)}"""


def power() -> str:
    """Rises found by the alarm model."""
    text = [
        "## Rises the alarm model finds",
        "",
        "One week risen, at the chances the budget gives to a priority and to an area.",
        "",
    ]
    for what, alpha in (("a priority", quiet.BUDGET.alpha), ("an area", quiet.BUDGET.area_alpha)):
        rows = [[f"{mean:g}", f"{phi:g}", *map(percent, found)] for mean, phi, found in quiet.power(alpha)]
        text += [
            f"At the chance of {what} ({alpha:.4f}, both sides together):",
            "",
            table(["mean", "uneven", "rise of 50 %", "rise of 100 %", "rise of 200 %"], rows),
        ]
    return "\n".join(text)


def farrington() -> str:
    """False alarms and rises found by preset."""
    rows = [
        [name, f"{mean:g}", f"{phi:g}", per_thousand(every), per_thousand(assessed), *map(percent, found)]
        for name, mean, phi, every, assessed, found in quiet.farrington_rates()
    ]
    return f"""## Farrington's alarm, by preset

`surveillance.weekly`. The presets aim at 10 false alarms in 1,000 weeks, `r default` at 50. Where counts are small only
weeks with five crimes in four weeks are assessed; of those more alarm. Rises are of weeks that could be assessed.

{table(["preset", "mean", "uneven", "false alarms in 1,000 weeks", "in 1,000 assessed", "rise of 50 %", "rise of 100 %", "rise of 200 %"], rows)}"""


def days() -> str:
    """False alarms a day."""
    rows = [[method, f"{mean:g}", f"{phi:g}", per_thousand(rate)] for method, mean, phi, rate in quiet.daily_rates()]
    return f"""## Daily alarms from a week of history

`daily_alarms.ears_days`. They aim at 1 (C3: 25) in 1,000 days; seven days cannot keep that.

{table(["method", "mean a day", "uneven", "false alarms in 1,000"], rows)}"""


def others() -> str:
    """How often the further methods speak."""
    cells = [(1.0, 1.0), (10.0, 1.0), (30.0, 1.0), (1.0, 2.0), (10.0, 2.0), (30.0, 2.0)]
    rows = [[name, *(percent(speaks(mean, phi), 1) for mean, phi in cells)] for name, speaks in quiet.others()]
    head = [f"mean {mean:g}, uneven {phi:g}" for mean, phi in cells]
    return f"""## Drift, control charts, levels and trends

How often each speaks where nothing happens.

{table(["", *head], rows)}"""


def forecasts() -> str:
    """How often ranges hold."""
    rows = [[f"{mean:g}", f"{phi:g}", *map(percent, held)] for mean, phi, held in quiet.forecast_cover()]
    return f"""## Forecasts

`forecast.ahead`, count model, 13 weeks ahead: weeks inside their range. Whole numbers cannot hold exactly so much.

{table(["mean", "uneven", "of ranges for 80 %", "of ranges for 95 %"], rows)}"""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def percent(share: float, digits: int = 0) -> str:
    """A share in percent."""
    return f"{100 * share:.{digits}f} %"


def per_thousand(share: float) -> str:
    """A share in a thousand."""
    return f"{1000 * share:.0f}"


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/calibration.md"))
