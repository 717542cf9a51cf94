"""The report in a real browser: no error, no request, no sideways scrolling, dark and on paper."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pqs_coder.report.html import ReportOptions, write_report
from pqs_coder.report.plots import theme
from pqs_coder.store.study import open_study
from tests.report.chromium import Browser, chromium, find_chromium

PATH = find_chromium()

HIDDEN_TABLES = (
    "[...document.querySelectorAll('details table')]"
    ".filter(one => !one.checkVisibility({contentVisibilityAuto: true})).length"
)

pytestmark = pytest.mark.skipif(
    PATH is None, reason="CHROMIUM IS NOT HERE: the report was not opened in a browser"
)


@pytest.fixture(scope="module")
def browser(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The report of the archive, open in Chromium."""
    folder = tmp_path_factory.mktemp("browser")
    page = folder / "report.html"
    page.write_bytes(write_report(open_study(archive), ReportOptions()))
    assert PATH is not None
    with chromium(PATH, folder / "profile") as opened:
        opened.open(page.as_uri())
        yield opened


def test_no_error_and_no_request(browser: Browser) -> None:
    asked = [one["request"]["url"] for one in browser.named("Network.requestWillBeSent")]
    assert [url.rpartition("/")[2] for url in asked] == ["report.html"]
    assert browser.named("Log.entryAdded") == []
    assert browser.named("Runtime.consoleAPICalled") == []
    assert browser.named("Runtime.exceptionThrown") == []
    assert browser.ask("document.compatMode") == "CSS1Compat"


def test_the_page_scrolls_in_one_direction(browser: Browser) -> None:
    browser.ask("document.querySelectorAll('details').forEach(one => one.open = true)")
    for width in (1100, 400):
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        assert browser.ask("document.documentElement.scrollWidth") <= width
    browser.call("Emulation.clearDeviceMetricsOverride")


def test_dark_screens_get_light_words_in_pictures_too(browser: Browser) -> None:
    word = "getComputedStyle(document.querySelector('svg text')).fill"
    ground = "getComputedStyle(document.body).backgroundColor"
    browser.media(dark=True)
    assert [rgb(browser.ask(one)) for one in (word, ground)] == [
        hexed(theme.DARK_INK),
        hexed(theme.DARK_PAPER),
    ]
    browser.media()
    assert [rgb(browser.ask(one)) for one in (word, ground)] == [hexed(theme.INK), (255, 255, 255)]


def test_paper_gets_black_words_and_every_table(browser: Browser) -> None:
    browser.ask("document.querySelectorAll('details').forEach(one => one.open = false)")
    assert browser.ask(HIDDEN_TABLES) > 0
    browser.media(dark=True, paper=True)
    assert rgb(browser.ask("getComputedStyle(document.body).color")) == (0, 0, 0)
    data = base64.b64decode(browser.call("Page.printToPDF")["data"])
    assert data.startswith(b"%PDF-")
    assert browser.ask(HIDDEN_TABLES) == 0
    browser.media()


def test_screen_readers_find_pictures_tables_and_headings(browser: Browser) -> None:
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    named = {
        role: [n["name"]["value"] for n in nodes if n.get("role", {}).get("value") == role]
        for role in ("image", "heading", "navigation", "main")
    }
    assert len(named["image"]) == browser.ask("document.querySelectorAll('svg').length")
    assert all(len(one) > 20 for one in named["image"])
    assert "Reliability" in named["heading"]
    assert len(named["navigation"]) == len(named["main"]) == 1


def rgb(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)))


def hexed(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5))
