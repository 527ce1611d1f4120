"""The page in a real browser: silent, offline, accessible, on one screen, marked on every sheet."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from intelnb.bundle import Bundle, Release, TypedJudgement
from intelnb.publish import render
from tests.printed import pages_of

pytestmark = pytest.mark.browser

Typed = dict[str, TypedJudgement]
LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
SET_OFF = "window.__ran = (window.__ran || 0) + 1"
PAYLOADS = (
    f"<script>{SET_OFF}</script>",
    f"<img src=x onerror='{SET_OFF}'>",
    f"<svg onload='{SET_OFF}'>",
    f"<svg><script>{SET_OFF}</script></svg>",
    f'"><script>{SET_OFF}</script>',
    f"'><img src=x onerror=\"{SET_OFF}\">",
    f"</title><script>{SET_OFF}</script>",
    f"</style><script>{SET_OFF}</script>",
    f"--></script><script>{SET_OFF}</script>",
    f"<details open ontoggle='{SET_OFF}'><summary>x</summary></details>",
    f"<iframe srcdoc='<script>parent.{SET_OFF}</script>'></iframe>",
    f"<body onload='{SET_OFF}'>",
    f"<input autofocus onfocus='{SET_OFF}'>",
    f"<video><source onerror='{SET_OFF}'></video>",
    f"<math><mtext><table><mglyph><style><img src=x onerror='{SET_OFF}'>",
    f"<a href='javascript:{SET_OFF}' autofocus onfocus='{SET_OFF}'>x</a>",
    f"<object data='javascript:{SET_OFF}'></object>",
    f"<meta http-equiv=refresh content='0;url=javascript:{SET_OFF}'>",
    f"<base href='javascript:{SET_OFF}//'>",
    f"<form action='javascript:{SET_OFF}'><button autofocus onfocus='{SET_OFF}'>",
    f"<marquee onstart='{SET_OFF}'>",
    f"<audio src=x onerror='{SET_OFF}'>",
    f'" onmouseover="{SET_OFF}" autofocus onfocus="{SET_OFF}" x="',
    f"' onfocus='{SET_OFF}' autofocus tabindex=1 x='",
    f"{{{{constructor.constructor('{SET_OFF}')()}}}}",
    "{{7*7}}{% print 1 %}${7*7}",
    f"<![CDATA[<script>{SET_OFF}</script>]]>",
    f"<!--<img src=x onerror='{SET_OFF}'>-->",
    f"<template><script>{SET_OFF}</script></template>",
    f"<noscript><p title=\"</noscript><img src=x onerror='{SET_OFF}'>\">",
    f"\\\"; }} </style><img src=x onerror='{SET_OFF}'>",
    f"\N{FULLWIDTH LESS-THAN SIGN}script\N{FULLWIDTH GREATER-THAN SIGN}{SET_OFF}",
    f"&lt;script&gt;{SET_OFF}&lt;/script&gt;",
    f"&#60;img src=x onerror='{SET_OFF}'&#62;",
    f"\u202e<script>{SET_OFF}</script>\u2066",
    f"<scr\x00ipt>{SET_OFF}</scr\x00ipt>",
)  # fmt: skip


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Callable[..., Page]:
    """Opens text as a file in the browser; what the browser says is kept in `page.said`."""

    def open_page(text: str, size: dict[str, int] = LAPTOP) -> Any:
        path = tmp_path / f"page-{len(list(tmp_path.iterdir()))}.html"
        path.write_text(text, "utf-8")
        page: Any = browser.new_page(viewport=size)  # type: ignore[arg-type]
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        return page

    return open_page


@pytest.fixture
def sentinel() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that counts who comes."""
    hits: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", hits
    server.shutdown()
    server.server_close()
    thread.join()


def evil(bundle: Bundle, *texts: str) -> tuple[Bundle, Typed]:
    """The product with these texts, in turn, in every field that holds words; what was typed alike."""
    fixed = {"kind", "slot", "schema_name", "schema_version", "marking", "svg"}
    turn = cycle(texts)
    places: list[str] = []

    def changed(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            told = {k: changed(v, k) for k, v in value.items()}
            if "evidence" in told:
                places.append(told["id"])
            return told
        if isinstance(value, list):
            return [changed(v, key) for v in value]
        return next(turn) if isinstance(value, str) and key not in fixed else value

    told = Bundle.model_validate_json(json.dumps(changed(json.loads(bundle.model_dump_json()))))
    fields = [name for name, field in TypedJudgement.model_fields.items() if field.annotation is str]
    typed = {place: TypedJudgement(**{name: next(turn) for name in fields}, stale=True) for place in places}
    return told, typed


def light(bundle: Bundle) -> Bundle:
    """The product without its drawings, to be opened many times."""
    sections = tuple(
        s.model_copy(update={"findings": tuple(f.model_copy(update={"pictures": ()}) for f in s.findings)})
        for s in bundle.sections
    )
    return bundle.model_copy(update={"sections": sections})


def without_policy(page: str) -> str:
    """The page without the rule that would stop a script: escaping must do by itself."""
    changed = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert changed != page
    return changed


def test_it_opens_from_a_file_without_a_word(
    opened: Callable[..., Any], bundle: Bundle, typed: Typed, release: Release
) -> None:
    for text in (render.page(bundle, typed=typed, release=release), render.page(bundle), render.refused("None.")):
        page = opened(text)
        assert page.said == []
        assert (
            page.evaluate("performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length")
            == 0
        )


def test_nobody_hears_from_it(opened: Callable[..., Any], bundle: Bundle, sentinel: tuple[str, list[str]]) -> None:
    address, hits = sentinel
    text = f"<img src='{address}/a.png'><link rel=stylesheet href='{address}/b.css'> url({address}/c) {address}/d"
    changed, typed = evil(light(bundle), text)
    for page in (render.page(changed, typed=typed), without_policy(render.page(changed, typed=typed))):
        opened(page).wait_for_timeout(200)
    assert hits == []
    opened(f"<title>control</title>{text}").wait_for_timeout(500)
    assert "/a.png" in hits


def check_nothing_ran(opened: Callable[..., Any], text: str) -> None:
    """Whether a page, with its policy and without it, holds words only."""
    foreign = "script, img, iframe, object, embed, form, input, video, audio, base, math, marquee, [onload], [onfocus]"
    for shown in (text, without_policy(text)):
        page = opened(shown)
        assert page.evaluate("window.__ran") is None
        assert page.said == []
        assert page.locator(foreign).count() == 0
        assert page.title().startswith("OFFICIAL-SENSITIVE: ")
        assert page.locator(".mark strong").all_inner_texts() == ["OFFICIAL-SENSITIVE"] * 2
        page.close()


@pytest.mark.parametrize("shift", [0, 7, 17, 29])
def test_words_of_data_never_run(opened: Callable[..., Any], bundle: Bundle, shift: int) -> None:
    changed, typed = evil(light(bundle), *PAYLOADS[shift:], *PAYLOADS[:shift])
    check_nothing_ran(opened, render.page(changed, typed=typed))


@pytest.mark.long
def test_no_payload_runs_from_any_field(opened: Callable[..., Any], bundle: Bundle) -> None:
    for payload in PAYLOADS:
        changed, typed = evil(light(bundle), payload)
        check_nothing_ran(opened, render.page(changed, typed=typed))


def test_the_hook_of_these_tests_sees_what_runs(opened: Callable[..., Any]) -> None:
    for payload in (PAYLOADS[0], PAYLOADS[1], PAYLOADS[2], PAYLOADS[6]):
        page = opened(f"<title>x</title><p>{payload}</p>")
        page.wait_for_function("window.__ran")


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("state", ["draft", "released"])
def test_no_barrier_is_found(
    opened: Callable[..., Any], bundle: Bundle, typed: Typed, release: Release, size: dict[str, int], state: str
) -> None:
    text = render.page(bundle) if state == "draft" else render.page(bundle, typed=typed, release=release)
    page = opened(text, size)
    for details in page.locator("details").all():
        details.evaluate("e => e.open = true")
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=options).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == []


def test_the_first_screen_holds_the_top_slots_and_nothing_else(
    opened: Callable[..., Any], bundle: Bundle, typed: Typed, release: Release
) -> None:
    page = opened(render.page(bundle, typed=typed, release=release))
    ends = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.first section')].map(e => e.getBoundingClientRect().bottom))"
    )
    assert ends <= 768
    assert page.evaluate("document.querySelector('.contents').getBoundingClientRect().top") >= 760
    assert page.evaluate("document.querySelector('.part').getBoundingClientRect().top") > 768


@pytest.mark.parametrize("width", [320, 390, 600, 801, 1024, 1366, 1920])
def test_no_width_scrolls_sideways(
    opened: Callable[..., Any], maker: Callable[..., Bundle], typed: Typed, width: int
) -> None:
    long_name = "Great Northmere Central with the Eastern Marches and Harbourside"
    changed = maker(priorities=6, area_name=long_name, with_asks=False)
    page = opened(render.page(changed, typed=typed), {"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_words_without_a_blank_do_not_widen_the_page(opened: Callable[..., Any], bundle: Bundle) -> None:
    changed, typed = evil(light(bundle), "W" * 400)
    page = opened(render.page(changed, typed=typed), PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_every_sheet_is_marked_top_and_bottom(
    opened: Callable[..., Any], bundle: Bundle, typed: Typed, release: Release
) -> None:
    page = opened(render.page(bundle, typed=typed, release=release))
    sheets = pages_of(page.pdf(prefer_css_page_size=True, print_background=True))
    assert 3 <= len(sheets) <= 6
    for number, sheet in enumerate(sheets, start=1):
        words = " ".join(" ".join(text for _, text in sheet).split())
        marks = [y for y, text in sheet if text == "OFFICIAL-SENSITIVE"]
        assert min(marks) < 60
        assert max(marks) > 782
        assert "WTA/NOR-C/2026-W46/internal v1" in words
        assert f"{number} / {len(sheets)}" in words
    # reasons folded on the screen stay off the paper; how the page was made is printed at its back
    printed = " ".join(" ".join(text for sheet in sheets for _, text in sheet).split())
    assert "Why was I told this?" not in printed
    assert "How figures were made" in printed


def test_a_printed_draft_says_so_on_every_sheet(opened: Callable[..., Any], bundle: Bundle) -> None:
    sheets = pages_of(opened(render.page(bundle)).pdf(prefer_css_page_size=True))
    assert all("DRAFT, not released" in [text for _, text in sheet] for sheet in sheets)


def test_focus_and_skip_link_are_seen(opened: Callable[..., Any], bundle: Bundle) -> None:
    page = opened(render.page(bundle))
    page.keyboard.press("Tab")
    box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_the_refusal_page_escapes_its_reason() -> None:
    assert "<script>" not in render.refused("<script>alert(1)</script>")
