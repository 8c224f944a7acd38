"""Every kind of page, as a reader with any screen, scheme and browser sees it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from layerwise.definition import parse
from layerwise.network.assembly import assemble
from tests.browser.conftest import Open
from tests.browser.pages import TEMPLATES

PAGES = list(TEMPLATES.values())


WIDTHS = (360, 768, 1440)
OVERFLOWING = """() => [...document.querySelectorAll('article :is(th, td, summary > b)')]
  .filter(cell => !cell.closest('.lw-part thead') && cell.clientWidth > 1 && cell.scrollWidth > cell.clientWidth + 1)
  .map(cell => cell.innerText)"""
STICKING_OUT = """() => [...document.querySelectorAll('article .lw-scroll')]
  .filter(region => getComputedStyle(region).overflowX === 'visible' && region.scrollWidth > region.clientWidth + 1)
  .map(region => region.ariaLabel)"""


RED = "parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_every_screen_follows_the_scheme_and_prints(path: str, open_page: Open) -> None:
    page = open_page(path, WIDTHS[0], "dark")
    if path.startswith("compare/"):
        page.locator(".lw-versus").wait_for()
    assert page.evaluate(RED) < 100
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{RED} > 200")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator("h1").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OVERFLOWING) == [], width
        assert page.evaluate(STICKING_OUT) == [], width
    page.emulate_media(media="print", color_scheme="dark")
    has_every_column_and_is_white(page)


@pytest.mark.parametrize("path", PAGES)
def test_page_reads_without_scripts(path: str, open_page: Open) -> None:
    page = open_page(path, scripts=False)
    assert page.locator("h1").is_visible()
    tables = page.locator("article table:not(details *)")
    assert tables.evaluate_all("tables => tables.filter(table => !table.checkVisibility()).length") == 0


@pytest.mark.parametrize("width", [360, 1440])
def test_total_is_visible_next_to_its_name(width: int, open_page: Open) -> None:
    page = open_page("networks/vgg-16/", width)
    total = page.locator(".lw-layers tfoot tr").first
    total.scroll_into_view_if_needed()
    for cell in ("th", "td"):
        box: Any = total.locator(cell).bounding_box()
        assert box["x"] < width
    box = total.locator("td").bounding_box()
    assert box["x"] + box["width"] <= width


def test_scheme_can_be_switched_and_stays(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    dark = "getComputedStyle(document.body).backgroundColor === 'rgb(21, 23, 28)'"
    assert not page.evaluate(dark)
    page.get_by_role("button", name="Switch to dark mode").click()
    page.wait_for_function(dark)
    page.reload()
    assert page.evaluate(dark)
    assert page.locator("meta[name=color-scheme]").get_attribute("content") == "dark"
    page.get_by_role("button", name="Switch to light mode").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"!({dark})")
    expect(page.get_by_role("button", name="Switch to dark mode")).to_be_focused()


def test_scheme_follows_the_system_until_one_is_chosen(open_page: Open) -> None:
    page = open_page("networks/lenet-5/", scheme="dark")
    scheme = "document.body.getAttribute('data-md-color-scheme')"
    assert page.evaluate(scheme) == "slate"
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{scheme} === 'default'")


def test_search_finds_a_network(open_page: Open) -> None:
    page = open_page("")
    page.get_by_role("textbox", name="Search networks").fill("GoogLeNet")
    page.locator(".md-search-result__link[href*='/networks/googlenet/']").first.click()
    page.wait_for_url("**/networks/googlenet/**")


def test_networks_are_marked_as_the_place_of_a_network_page(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    assert page.locator(".md-tabs__item--active").inner_text().strip() == "Networks"


def has_every_column_and_is_white(page: Page) -> None:
    """Assert it of a page on paper."""
    page.set_viewport_size({"width": 700, "height": 900})  # about A4 between its margins, in CSS pixels
    assert page.evaluate(
        """() => [...document.querySelectorAll('article :is(table, details)')]
             .every(table => table.getBoundingClientRect().right <= document.documentElement.clientWidth)"""
    )
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(23, 26, 33)"


def test_unfolded_page_prints(open_page: Open) -> None:
    page = open_page("networks/vgg-16/", scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    has_every_column_and_is_white(page)


def test_definition_can_be_copied(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".lw-definition > summary").click()
    page.locator(".lw-listing").scroll_into_view_if_needed()  # which gives it the button
    page.locator(".lw-listing button[data-md-type=copy]").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('name: ')")
    copied = parse(page.evaluate("navigator.clipboard.readText()"), "copied")
    assert assemble(copied, copied.variants[0]).parameters == 61_706


@pytest.mark.parametrize("table", ["layers", "compute"])
def test_stage_is_named_next_to_its_last_figure(table: str, open_page: Open) -> None:
    page = open_page("networks/vgg-16/", 360)
    stage = page.locator(f".lw-{table} .lw-stage").first
    stage.evaluate("row => row.closest('.lw-scroll').scrollLeft = 10000")
    region: Any = page.locator(f".lw-scroll:has(.lw-{table})").bounding_box()
    name, figure = (stage.locator(place) for place in ("th > span", "td:not(:empty) >> nth=-1"))
    for box in (name.bounding_box(), figure.bounding_box()):
        assert box is not None
        assert region["x"] <= box["x"] < box["x"] + box["width"] <= region["x"] + region["width"] + 1
