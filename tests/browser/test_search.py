"""Results of the search."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open

FIRST = [
    ("GoogLeNet", "networks/googlenet/"),
    ("SE-ResNet-50", "networks/se-resnet-50/"),
    ("resnet50", "networks/resnet-50/"),
    ("VGG-D", "networks/vgg-16/"),
    ("Inception v1", "networks/googlenet/"),
    ("Network in Network", "networks/nin/"),
    ("Deep Residual Learning for Image Recognition", "networks/resnet/"),
    ("Going Deeper with Convolutions", "networks/googlenet/"),
    ("Krizhevsky", "networks/alexnet/"),
    ("lrn", "layers/lrn/"),
]
"""Queries (names, aliases, titles of papers, authors, kinds of layers) and the page that must be the first result."""

RESULT = ".md-search-result__item > :first-child"
"""The link to a page among the results; links to its sections follow."""


def search(page: Page, words: str) -> Locator:
    """Type words as a reader does, and return the links to the pages found, the best first."""
    box = page.get_by_role("textbox", name="Search networks")
    box.fill("")
    box.press_sequentially(words)
    return page.locator(RESULT)


def leads_to(address: str) -> re.Pattern[str]:
    return re.compile(rf"/{re.escape(address)}(\?.*)?$")


def test_search_finds_networks_by_names_papers_and_authors(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    for words, address in FIRST:
        expect(search(page, words).first, words).to_have_attribute("href", leads_to(address))


def test_search_finds_networks_with_a_kind_of_layer(open_page: Open) -> None:
    page = open_page("")
    search(page, "lrn")
    expect(page.locator(".md-search-result a[href*='/networks/alexnet/']").first).to_be_visible()


def test_enter_opens_the_first_result(open_page: Open) -> None:
    page = open_page("method/")
    expect(search(page, "SE-ResNet-50").first).to_have_attribute("href", leads_to("networks/se-resnet-50/"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/networks/se-resnet-50/**")


def test_a_page_opened_from_the_search_is_intact(open_page: Open) -> None:
    page = open_page("networks/se-resnet-50/")
    text = "[...document.querySelectorAll('article :is(h1, h2, p, td, th)')].map(element => element.textContent)"
    expected = page.evaluate(text)
    page = open_page("method/")
    expect(search(page, "SE-ResNet-50").first).to_have_attribute("href", leads_to("networks/se-resnet-50/"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/networks/se-resnet-50/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("SE-ResNet-50¶")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(text) == expected
    assert page.locator("mark").count() == 0


def test_query_in_address_starts_a_search(open_page: Open) -> None:
    page = open_page("?q=VGG-D")
    expect(page.locator(RESULT).first).to_have_attribute("href", leads_to("networks/vgg-16/"))


def test_not_found_page_has_a_search(open_page: Open) -> None:
    page = open_page("404.html")
    page.get_by_label("Name, alias, paper, author or layer type").fill("Inception v1")
    page.keyboard.press("Enter")
    expect(page.locator(RESULT).first).to_have_attribute("href", leads_to("networks/googlenet/"))
