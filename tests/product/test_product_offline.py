"""The sample's page opened where there is no network at all: complete, and without a word from the browser."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
# run in a process of its own, so that the whole browser can be put where no network is
LOOK = """
import json, socket, sys
from playwright.sync_api import sync_playwright
page_file, chromium, dead = sys.argv[1:]
try:
    socket.create_connection(("127.0.0.1", int(dead)), timeout=2).close()
    reaches = True
except OSError:
    reaches = False
with sync_playwright() as started:
    browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    context, said = browser.new_context(viewport={"width": 1366, "height": 768}), []
    context.set_offline(True)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto(page_file)
    shown = {"said": said, "drawings": page.locator("figure svg").count(), "words": page.inner_text("body"),
             "reaches": reaches, "broken": page.evaluate("[...document.images].filter(i => !i.naturalWidth).length")}
    browser.close()
print(json.dumps(shown))
"""


def apart() -> list[str]:
    """How to start a program without any network here; nothing where this machine does not allow it."""
    for words in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which(words[0]) and not subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
            return words
    return []


def test_the_page_is_whole_without_a_network(internal: Any, chromium: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(internal.page, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        words = apart()
        done = subprocess.run(
            [*words, sys.executable, "-c", LOOK, path.as_uri(), chromium, port],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["said"] == []
    assert shown["broken"] == 0
    assert shown["drawings"] > 10
    assert "Three places matter" in shown["words"]
    # even this machine's own listener was out of reach, so nothing can have been fetched
    assert shown["reaches"] is (not words)
