"""A sealed product of Northmere that fills every slot of the page; all of it is invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Browser, sync_playwright

from intelnb.analysis.result import Result
from intelnb.bundle import (
    Bundle,
    ColumnPart,
    FindingPart,
    PicturePart,
    PlacePart,
    Release,
    SectionPart,
    TablePart,
    TypedJudgement,
)
from intelnb.draw import area_map, places, spark, trend, week_grid
from intelnb.draw.picture import Picture

MARKING = "OFFICIAL-SENSITIVE"
PRIORITIES = (
    ("Residential burglary", 26, "8 to 17", "Yes\n1 in 400 weeks", "high", "▲ up from 4th",
     "14 logs\n1-2 A-B: 5 · C-D: 9; 3 origins"),
    ("Night-time violence", 41, "33 to 55", "No\ninside range", "highest", "■ steady",
     "9 logs\nB: 2 · C-D: 7; 4 origins"),
    ("County lines and cuckooing", 7, "3 to 10", "No\ninside range", "high", "▲ intelligence only",
     "22 logs\nA-B: 8 · C-D: 13 · E: 1; 6 origins"),
    ("Vehicle crime", 38, "30 to 52", "No\ninside range", "low", "▼ down from 3rd", "3 logs\nC-D: 3; 1 origin"),
    ("Domestic abuse, repeat", 19, None, "Not assessed\nrecording break 4 Nov", "high", None,
     "6 logs\nB: 1 · C-D: 5; 5 origins"),
    ("Serious acquisitive crime at retail parks", 12, "8 to 19", "No\ninside range", "low", "■ steady",
     "1 log\nD: 1; 1 origin"),
)  # fmt: skip
ASKS = ("Patrol zone B, 15 min every 2 h, 16:00 to 19:00", "Housing visit, 4 addresses", "Commission a problem profile")


def weekly(seed: int, *, mean: float = 13.0, last: float | None = None, count: int = 104) -> Result:
    """A weekly count with its expected range."""
    rng = np.random.default_rng(seed)
    start = [dt.date(2026, 11, 9) - dt.timedelta(weeks=count - 1 - i) for i in range(count)]
    level = mean * (1 + 0.3 * np.sin(np.arange(count) / 52 * 2 * np.pi))
    low, high = np.maximum(level - 1.9 * level**0.5, 0).round(), (level + 2.1 * level**0.5).round()
    n = np.clip(rng.poisson(level), low, high).astype(float)
    if last is not None:
        n[-1] = last
    iso = [day.isocalendar() for day in start]
    table = pd.DataFrame({
        "period": [f"{week.year}-W{week.week:02d}" for week in iso], "start": pd.to_datetime(start),
        "n": n, "low": low, "high": high, "mean": level, "outside": (n > high) | (n < low), "status": "assessed",
    })  # fmt: skip
    return Result(name="alarms", table=table, values={"n": n[-1]}, wording="{n} recorded in the week.")


def part(picture: Picture) -> PicturePart:
    """A picture as a bundle carries it."""
    return PicturePart(svg=picture.svg, title=picture.title, alt=picture.alt, caption=picture.caption)


def wards() -> gpd.GeoDataFrame:
    """Nine invented wards of unequal shape."""
    names = ("Westing", "Harbour", "Old Town", "Castle", "Station", "Brickfields", "Priory", "Fairholm", "Linden")
    rng = np.random.default_rng(2)
    x, y = np.meshgrid(np.arange(4) * 2400.0, np.arange(4) * 2000.0)
    x, y = x + rng.uniform(-500, 500, x.shape) + 640_000, y + rng.uniform(-400, 400, y.shape) + 440_000
    shapes = [
        shapely.Polygon([(x[j, i], y[j, i]), (x[j, i + 1], y[j, i + 1]), (x[j + 1, i + 1], y[j + 1, i + 1]),
                         (x[j + 1, i], y[j + 1, i])])
        for j in range(3) for i in range(3)
    ]  # fmt: skip
    codes = [f"C{i}" for i in range(1, 10)]
    return gpd.GeoDataFrame({"code": codes, "name": names}, geometry=shapes, crs=27700)


def map_of_places() -> Picture:
    """Two zones, one of them new."""
    land = wards()
    first, second = shapely.Point(642_900, 443_300), shapely.Point(645_600, 443_100)
    rng = np.random.default_rng(8)
    rows = []
    for centre, reach in ((first, 4), (second, 3)):
        for i in range(-reach, reach):
            for j in range(-reach, reach):
                far = (i * i + j * j) ** 0.5 + rng.random()
                if far < reach:
                    level = ("very unusual", "unusual", "raised")[min(2, int(3 * far / reach))]
                    west, south = centre.x + i * 250, centre.y + j * 250
                    rows.append((level, shapely.box(west, south, west + 250, south + 250)))
    cells = gpd.GeoDataFrame(rows, columns=["level", "geometry"], geometry="geometry", crs=27700)
    zones = gpd.GeoDataFrame(
        {"zone": ["A", "B"], "is_persistent": [True, False], "state": ["long-standing", "new"]},
        geometry=[first.buffer(1200), second.buffer(950)], crs=27700,
    )  # fmt: skip
    until = pd.to_datetime(["2026-11-22"] * 2)
    circles = [shapely.Point(645_400, 443_000).buffer(400), shapely.Point(645_800, 443_300).buffer(400)]
    risk = gpd.GeoDataFrame({"until": until}, geometry=circles, crs=27700)
    outline = gpd.GeoDataFrame(geometry=[land.union_all()], crs=27700)
    backdrop = places.Backdrop(areas=land, outline=outline, zones=zones, risk=risk)
    result = Result(name="hotspot", table=cells, values={}, wording="Two places matter: B is new, A is long-standing.")
    return places.picture(
        result, backdrop=backdrop, marking=MARKING, prefix="m1", title="Two places matter: B is new, A is long-standing",
        caption="250 m cells, crimes 17 Aug to 15 Nov 2026, as at 16 Nov 2026 05:00. Source: crime system export.",
    )  # fmt: skip


def district_map() -> Picture:
    """Counts by ward, some not to be shown."""
    land = wards()
    land["n"] = [12, 30, 7, 44, 61, 90, np.nan, 18, np.nan]
    land["shown"] = ["12", "30", "7", "44", "61", "90", "under 5", "18", "not submitted"]
    result = Result(name="by_area", table=land, values={}, wording="Brickfields had most.")
    return area_map.picture(
        result, marking=MARKING, prefix="a1", title="Brickfields had most vehicle crime",
        caption="Crimes a ward, 9 to 15 Nov 2026, as at 16 Nov 2026 05:00. Source: crime system export.",
    )  # fmt: skip


def hours() -> Picture:
    """Weekday late afternoons."""
    rng = np.random.default_rng(4)
    rows = [
        (d, h, float((3.4 if d < 5 else 0.6) * np.exp(-(((h - 17) / 2.4) ** 2)) + 0.5 * rng.random()))
        for d in range(7)
        for h in range(24)
    ]
    result = Result(
        name="timing", table=pd.DataFrame(rows, columns=["weekday", "hour", "n"]), values={},
        wording="Weekday late afternoon stands out.",
    )  # fmt: skip
    return week_grid.picture(
        result, marking=MARKING, prefix="w1", title="Weekday late afternoon",
        caption="Hour by weekday, 90 crimes shared over unknown hours, as at 16 Nov 2026 05:00.",
    )  # fmt: skip


def priority_table(count: int) -> TablePart:
    """The control-strategy priorities with their sparks."""
    columns = (
        ColumnPart(name="rank", title="", kind="number"), ColumnPart(name="priority", title="Priority"),
        ColumnPart(name="n", title="This week", kind="number"),
        ColumnPart(name="expected", title="Expected", kind="number"), ColumnPart(name="real", title="Real change?"),
        ColumnPart(name="harm", title="Harm"), ColumnPart(name="movement", title="Movement"),
        ColumnPart(name="spark", title="13 weeks", kind="spark"), ColumnPart(name="logs", title="Intelligence"),
    )  # fmt: skip
    rows, sparks = [], {}
    for i, (name, n, expected, real, harm, movement, logs) in enumerate(PRIORITIES[:count], start=1):
        drawn = spark.picture(weekly(i, mean=max(n * 0.8, 3), last=n), prefix=f"sp{i}", title=f"{name}, 13 weeks")
        sparks[f"sp{i}"] = part(drawn)
        rows.append((i, name, n, expected or "not assessed", real, harm, movement or "not assessed", f"sp{i}", logs))
    return TablePart(
        id="priorities", caption="Control-strategy priorities", columns=columns, rows=tuple(rows), sparks=sparks
    )


def place(identity: str, kind: str, title: str) -> PlacePart:
    """A place to type in."""
    return PlacePart(id=identity, kind=kind, title=title, sentence="26 recorded.", evidence={"alarms.n": "26"})  # type: ignore[arg-type]


def bottom_lines() -> SectionPart:
    """Three lines of what happened."""
    said = (
        ("b1", "Burglary of homes is well above what chance explains: 26 this week, 8 to 17 expected"),
        ("b2", "Cuckooing in Castle is growing in intelligence, not yet in crime"),
        ("b3", "Night-time violence holds at its usual level around Station"),
    )
    findings = tuple(FindingPart(id=i, headline=words, place=place(i, "bottom_line", words)) for i, words in said)
    return SectionPart(id="bottom_line", heading="Bottom line", slot="bottom_line", findings=findings, empty="Quiet.")


def asks() -> SectionPart:
    """Three decisions asked of the chair."""
    findings = tuple(
        FindingPart(id=f"k{i}", headline=f"Ask {i}", place=place(f"k{i}", "ask", f"Decision {i}")) for i in (1, 2, 3)
    )
    return SectionPart(
        id="asks", heading="Asked of the chair", slot="asks", findings=findings,
        empty="Nothing is asked of the chair.",
    )  # fmt: skip


def trust() -> SectionPart:
    """What is overdue and what cannot be trusted."""
    findings = (
        FindingPart(id="t1", headline="Actions", facts=("9 open, 2 overdue (section 7).",)),
        FindingPart(
            id="t2", headline="Do not trust yet",
            facts=("Ward C3 has not submitted since 11 Nov;", "recording of repeat domestic abuse changed on 4 Nov;",
                   "the last 3 days are 12 % incomplete on past form."),
        ),
    )  # fmt: skip
    return SectionPart(id="trust", heading="What cannot be trusted", slot="trust", findings=findings, empty="Nothing.")


def burglary() -> SectionPart:
    """The full section: three pictures, facts, assessment, table, limits, why."""
    line = trend.picture(
        weekly(1, mean=11, last=26), marking=MARKING, prefix="t1", title="Above the expected range for two weeks",
        caption="Crimes a week, central, Nov 2024 to Nov 2026, as at 16 Nov 2026 05:00. Source: crime system export.",
        counted="crimes a week",
    )  # fmt: skip
    columns = (
        ColumnPart(name="zone", title="Zone"), ColumnPart(name="n", title="Crimes", kind="number"),
        ColumnPart(name="since", title="Hot"), ColumnPart(name="dose", title="Suggested dose"),
    )  # fmt: skip
    rows = (
        ("A", 14, "9 of the last 12 four-week windows\nlong-standing", "15 minutes every two hours, 20:00 to 02:00"),
        ("B", 11, "1 of the last 12 four-week windows\nnew", "15 minutes every two hours, 16:00 to 19:00"),
    )
    table = TablePart(id="zones", caption="Priority places and dose", columns=columns, rows=rows, note="Dose: advice.")
    finding = FindingPart(
        id="burglary", headline="Burglary is above its range, driven by one new cluster",
        facts=("26 recorded, 11 in zone B.", "9 of 11 by rear door between 15:30 and 19:00.",
               "14 logs this week (graded 1-2, A-B: 5)."),
        pictures=(part(map_of_places()), part(line), part(hours())), tables=(table,),
        place=place("a1", "assessment", "Residential burglary"),
        why=(("Method", "Weekly count against a range learnt from 2.4 years, season and trend removed."),
             ("Threshold", "One false alarm in four weeks over all priorities and areas.")),
        caveats=("Counts of the last three days are still rising",), sources=("Crime system export, 16 Nov 2026 05:00",),
    )  # fmt: skip
    return SectionPart(
        id="burglary", heading="1 Residential burglary", slot="body", findings=(finding,), empty="Nothing to report."
    )


def body() -> tuple[SectionPart, ...]:
    """The body: full, short, not assessed and empty sections."""
    violence = FindingPart(
        id="violence", headline="Night-time violence holds at its usual level",
        facts=("41 recorded.", "33 to 55 expected.", "Zone A held 14.", "Friday and Saturday, 22:00 to 03:00."),
        pictures=(part(trend.picture(weekly(2, mean=42, last=41), marking=MARKING, prefix="t2",
                                     title="Inside its range", caption="Crimes a week.")), part(district_map())),
        place=place("a2", "assessment", "Night-time violence"),
    )  # fmt: skip
    abuse = FindingPart(
        id="abuse", headline="Repeat domestic abuse", status="not assessed",
        facts=("Not assessed: recording changed on 4 Nov.",), caveats=("19 recorded this week.",),
    )  # fmt: skip

    def section(identity: str, heading: str, *findings: FindingPart, empty: str = "Nothing to report.") -> SectionPart:
        return SectionPart(id=identity, heading=heading, slot="body", findings=findings, empty=empty)

    return (
        burglary(), section("violence", "2 Night-time violence", violence),
        section("vehicle", "4 Vehicle crime", empty="38 recorded, 30 to 52 expected; nothing to add."),
        section("abuse", "5 Domestic abuse, repeat", abuse),
        section("gaps", "7 Intelligence gaps", empty="Intelligence logs: not submitted."),
    )  # fmt: skip


def back() -> tuple[SectionPart, ...]:
    """Method, provenance, distribution."""
    columns = (
        ColumnPart(name="source", title="Source"), ColumnPart(name="read", title="Read", kind="number"),
        ColumnPart(name="used", title="Used", kind="number"), ColumnPart(name="as_at", title="As at"),
    )  # fmt: skip
    rows = (("Crime system export", 61234, 8120, "16 Nov 2026 05:00"), ("Intelligence logs", 5880, 412, None))
    ledger = TablePart(id="ledger", caption="Sources and rows", columns=columns, rows=rows)
    told = (
        ("method", "Method", FindingPart(id="m", headline="How figures were made", facts=("Ranges are 95 %.",))),
        ("provenance", "Provenance", FindingPart(id="p", headline="What this rests on", tables=(ledger,))),
        ("distribution", "Distribution", FindingPart(id="d", headline="Who gets this", facts=("Tasking group.",))),
    )
    return tuple(
        SectionPart(id=i, heading=heading, slot="back", findings=(finding,), empty="None.")
        for i, heading, finding in told
    )


def product(*, priorities: int = 5, area_name: str = "Northmere Central", with_asks: bool = True) -> Bundle:
    """The whole product."""
    table = FindingPart(id="priorities", headline="Priorities", tables=(priority_table(priorities),))
    summary = SectionPart(
        id="summary", heading="Control-strategy priorities", slot="summary", findings=(table,), empty=""
    )
    asked = asks() if with_asks else asks().model_copy(update={"findings": ()})
    return Bundle(
        kind="weekly_threat_assessment", reference="WTA/NOR-C/2026-W46/internal", title="Weekly threat assessment",
        force="Northmere Police", area_code="NOR-C", area_name=area_name, period="2026-W46",
        period_words="Week 46, Mon 9 to Sun 15 Nov 2026", data_to="2026-11-15T23:59", as_at="2026-11-16T05:00",
        audience="internal", audience_title="the force's own tasking group", marking=MARKING,
        instruction="Force use only. Recipients listed on the last page. Do not forward.", judgements=True,
        owners=("Neighbourhood inspector", "Chair"),
        terms=(("Purpose", "To choose this week's tasks."), ("Question", "What has changed, and what should be done?")),
        sections=(bottom_lines(), asked, summary, trust(), *body(), *back()), version="0.1.0",
    )  # fmt: skip


def judgements() -> dict[str, TypedJudgement]:
    """What the officers typed on Monday morning."""
    typed = (
        TypedJudgement(
            place="b1", text="New cluster in Brickfields, weekday late afternoons, rear doors. The next 7 days carry "
            "the risk within 400 m.", action="Cocoon and patrol zone B, 16:00 to 19:00", likelihood="likely",
            confidence="moderate", why="same group; 3 independent origins", by="A. Officer", at="2026-11-16T08:10",
        ),
        TypedJudgement(
            place="b2", text="22 logs, 6 independent origins, 4 new addresses. Two tenants are vulnerable.",
            action="Joint visit with housing before Thursday", likelihood="highly likely", confidence="low",
            why="two more addresses in use; most graded C or D", stale=True,
        ),
        TypedJudgement(
            place="b3", text="Persistent for 14 months, so patrol alone will not end it.",
            action="Keep the dose, open a problem profile", likelihood="almost certain", confidence="high",
            why="to persist",
        ),
        TypedJudgement(place="k1", action=ASKS[0], owner="Neighbourhood inspector", due="2026-11-17"),
        TypedJudgement(place="k2", action=ASKS[1], owner="Partnership sergeant", due="2026-11-19"),
        TypedJudgement(place="k3", action=ASKS[2], owner="Chair", due="today"),
        TypedJudgement(
            place="a1", text="It is likely that one group is responsible for most of zone B.\nIt would change with an "
            "arrest elsewhere, or two origins proving to be one.", likelihood="likely", confidence="moderate",
            why="three independent origins", by="A. Officer", at="2026-11-16T08:12",
        ),
    )  # fmt: skip
    return {judgement.place: judgement for judgement in typed}


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The product with five priorities."""
    return product()


@pytest.fixture(scope="session")
def typed() -> dict[str, TypedJudgement]:
    """What the officers typed."""
    return judgements()


@pytest.fixture(scope="session")
def release() -> Release:
    """The release of the page."""
    return Release(by="B. Manager", role="the duty intelligence manager", at="2026-11-16T08:40", number=1)


@pytest.fixture(scope="session")
def maker() -> Callable[..., Bundle]:
    """Makes products with other numbers of priorities, names and asks."""
    return product


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A Chromium that talks to nobody of its own accord."""
    quiet = ("background-networking", "component-update", "sync", "gpu")
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()
