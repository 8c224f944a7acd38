"""Results of the search."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Open

OPENED = [
    # families and networks by name, as they are typed
    ("resnet", "networks/resnet/"),
    ("efficientnet", "networks/efficientnet/"),
    ("convnext", "networks/convnext/"),
    ("swin", "networks/swin/"),
    ("unet", "networks/unet/"),
    ("u-net", "networks/unet/"),
    ("GoogLeNet", "networks/googlenet/"),
    ("SE-ResNet-50", "networks/se-resnet-50/"),
    ("resnet50", "networks/resnet-50/"),
    ("VGG-D", "networks/vgg-16/"),
    ("VGG D", "networks/vgg-16/"),
    ("Inception v1", "networks/googlenet/"),
    ("Network in Network", "networks/nin/"),
    ("resnet 50 parameters", "networks/resnet-50/"),
    # figures
    ("25.6M", "networks/resnet-50/"),
    ("25,557,032", "networks/resnet-50/"),
    ("25557032", "networks/resnet-50/"),
    ("138M", "networks/vgg-16/"),
    ("138,357,544", "networks/vgg-16/"),
    ("why 138M?", "networks/vgg-16/"),
    # layers and concepts
    ("conv1_1", "networks/vgg/"),
    ("lrn", "layers/lrn/"),
    ("conv", "layers/conv/"),
    ("1x1 convolution", "concepts/pointwise-convolution/"),
    ("1×1 convolution", "concepts/pointwise-convolution/"),
    ("pointwise", "concepts/pointwise-convolution/"),
    ("skip connection", "concepts/residual-block/"),
    ("dilated convolution", "concepts/dilated-convolution/"),
    ("group convolution", "concepts/grouped-convolution/"),
    ("squeeze and excitation", "concepts/squeeze-and-excitation/"),
    ("se block", "concepts/squeeze-and-excitation/"),
    ("receptive field", "method/#receptive-field"),
    # taking figures along
    ("bibtex", "cite-and-export/"),
    ("latex", "cite-and-export/"),
    ("cite", "cite-and-export/"),
    # papers and authors
    ("He et al", "networks/resnet/"),
    ("He et al.", "networks/resnet/"),
    ("Krizhevsky", "networks/alexnet/"),
    ("Deep Residual Learning for Image Recognition", "networks/resnet/"),
    ("Going Deeper with Convolutions", "networks/googlenet/"),
]
"""Queries and the page that Enter opens."""

RESULT = ".md-search-result__item > :first-child"
"""The link to a page among the results; links to its sections follow."""


def search(page: Page, words: str) -> Locator:
    """Type words as a reader does, and return the links to the pages found, the best first."""
    box = page.get_by_role("textbox", name="Search networks")
    box.fill("")
    box.press_sequentially(words)
    return page.locator(RESULT)


def leads_to(address: str) -> re.Pattern[str]:
    page, hash_sign, anchor = address.partition("#")
    return re.compile(rf"/{re.escape(page)}(\?[^#]*)?{hash_sign}{re.escape(anchor)}$")


STAY = """() => navigation.addEventListener('navigate', event => {
  window.opened = event.destination.url;
  event.preventDefault();
})"""
"""Note the address that would be opened, and stay on the page."""


def test_enter_opens_what_was_meant(open_page: Open, site: Path) -> None:
    page = open_page("networks/lenet-5/")
    page.evaluate(STAY)
    for words, address in OPENED:
        search(page, words)
        page.keyboard.press("Enter")
        opened = page.wait_for_function("() => window.opened").json_value()
        page.evaluate("() => { window.opened = null; }")
        assert leads_to(address).search(opened), f"{words!r} opens {opened}"
        assert (site / address.partition("#")[0] / "index.html").is_file(), address


def test_enter_waits_for_the_names(open_page: Open) -> None:
    page = open_page("method/")

    def answer_late(route: Route) -> None:
        page.wait_for_timeout(500)
        route.continue_()

    page.route("**/names.json", answer_late)
    search(page, "resnet")
    page.keyboard.press("Enter")
    page.wait_for_url(leads_to("networks/resnet/"))


def test_hits_show_parameters_macs_and_year(open_page: Open) -> None:
    page = open_page("")
    # published-numbers: 25,557,032 parameters, 3.86 GMACs; 138,357,544 parameters, 15.47 GMACs
    for words, line in (
        ("ResNet-50", "25.6 M parameters · 3.9 G MACs · 2015"),
        ("VGG-16", "138.4 M parameters · 15.5 G MACs · 2014"),
        ("resnet", "5 networks · 11.7 M to 60.2 M parameters · 2015"),
    ):
        expect(search(page, words).first.locator("p"), words).to_have_text(line)
    results = search(page, "bottleneck network")
    expect(results.first).to_be_visible()
    networks = page.locator(".md-search-result__item:has(> a[href*='/networks/']) > a p")
    for text in networks.all_inner_texts():
        assert re.search(r"parameters|networks? in", text), text


def test_no_page_is_found_twice(open_page: Open) -> None:
    page = open_page("")
    for words in ("resnet", "vgg-16", "conv"):
        results = search(page, words)
        expect(results.nth(9), words).to_be_attached()
        addresses = results.evaluate_all("links => links.map(link => link.href)")
        assert len(addresses) == len({*addresses}), words


def test_search_finds_networks_with_a_kind_of_layer(open_page: Open) -> None:
    page = open_page("")
    search(page, "lrn")
    expect(page.locator(".md-search-result a[href*='/networks/alexnet/']").first).to_be_visible()


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
    assert page.locator("mark:not(.lw-listing mark)").count() == 0


def test_query_in_address_starts_a_search(open_page: Open) -> None:
    page = open_page("?q=VGG-D")
    expect(page.locator(RESULT).first).to_have_attribute("href", leads_to("networks/vgg-16/"))


def test_field_of_a_page_opens_what_was_meant(open_page: Open) -> None:
    for path, label in (("404.html", "Name, alias, paper"), ("", "Name, figure, layer")):
        page = open_page(path)
        page.get_by_label(label).fill("Inception v1")
        page.keyboard.press("Enter")
        page.wait_for_url(leads_to("networks/googlenet/"))


def test_button_of_a_field_shows_the_results(open_page: Open) -> None:
    page = open_page("")
    page.get_by_label("Name, figure, layer").fill("138M")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(RESULT).first).to_have_attribute("href", leads_to("networks/vgg-16/"))
