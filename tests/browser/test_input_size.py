"""The page of a network for another input size or number of classes, calculated in the browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from layerwise.network.catalogue import Catalogue
from layerwise.network.what_if import ask, question
from layerwise.report.parts import parts
from tests.browser.conftest import Open
from tests.browser.test_accessibility import violations
from tests.browser.test_calculator import AS_SHOWN, READY_MS


def figure(page: Page, title: str) -> Locator:
    return page.locator(".lw-figures > div", has=page.get_by_text(title, exact=True)).locator("dd")


def recalculate(page: Page, **values: str) -> None:
    for label, value in values.items():
        page.get_by_label(label.replace("_", " ")).fill(value)
    page.get_by_role("button", name="Recalculate").click()


def expect_input(page: Page, shape: str) -> None:
    expect(figure(page, "Input")).to_have_text(shape, timeout=READY_MS)


def test_page_is_calculated_for_another_size_and_back(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("networks/resnet-18/")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.get_by_label("Input size").fill("224")
    names = ("profile", "strips", "layers", "blocks", "compute", "memory", "recipes", "parameters", "figures")
    usual = {name: page.locator(f"[data-part={name}]").inner_html() for name in names}
    assert not [url for url in requests if "/calculate/" in url or "/definitions/" in url]
    recalculate(page, Input_size="448")
    expect_input(page, "448×448×3")
    assert page.url.endswith("networks/resnet-18/?input=448")
    network = ask(catalogue.entry("resnet-18").network, question("448", ""))
    calculated = parts(network)
    for name in ("memory", "recipes"):  # scripts add to the others
        assert page.locator(f"[data-part={name}]").inner_html() == page.evaluate(AS_SHOWN, calculated[name]), name
    expect(figure(page, "MACs")).to_have_attribute("title", f"{network.macs:,}")
    expect(page.locator(".lw-asked")).to_contain_text("Calculated for an input of 448×448×3. The summary")
    expect(page.locator(".lw-sections li").first).to_have_text("448×448×3")
    page.locator(".lw-layers tr[id] th a").first.click()
    expect(page.locator(".lw-worked")).to_contain_text("224×224 · 7×7×3×64")
    page.get_by_role("link", name="Back to 224×224 and 1000 classes").click()
    expect_input(page, "224×224×3")
    assert page.url.endswith("networks/resnet-18/")
    assert {name: page.locator(f"[data-part={name}]").inner_html() for name in usual} == usual
    page.go_back()
    expect_input(page, "448×448×3")
    page.go_forward()
    expect_input(page, "224×224×3")
    expect(page.get_by_label("Input size")).to_have_value("224")


def test_address_asks_for_size_and_classes(open_page: Open) -> None:
    page = open_page("networks/resnet-50/?input=320x256&classes=10&batch=2#memory")
    expect_input(page, "320×256×3")
    expect(figure(page, "Parameters")).to_have_text("23,528,522")
    expect(page.get_by_label("Classes")).to_have_value("10")
    expect(page.locator(".lw-memory tr", has_text="Parameters").first).to_contain_text("89.75 MB")
    expect(page.locator(".lw-needs")).to_have_text("")
    outputs = page.locator(".lw-memory tr", has_text="All outputs").locator("td").first
    twice = outputs.inner_text()
    page.get_by_label("Batch size").fill("4")
    expect(outputs).not_to_have_text(twice)


def test_size_that_does_not_fit_keeps_the_figures(open_page: Open) -> None:
    page = open_page("networks/vgg-16/")
    recalculate(page, Input_size="448")
    expect(page.locator(".lw-resize-error")).to_have_text(
        re.compile(
            "^FC1 .*an image of 448×448 would give it 14×14×512. The figures are for 224×224 and 1000 classes.$"
        ),
        timeout=READY_MS,
    )
    expect(page.get_by_label("Input size")).to_have_attribute("aria-invalid", "true")
    assert figure(page, "Input").inner_text() == "224×224×3"
    recalculate(page, Input_size="large")
    expect(page.locator(".lw-resize-error")).to_have_text(re.compile("^input size: expected one side"))
    recalculate(page, Input_size="224", Classes="2")
    expect(figure(page, "Parameters")).to_have_text("134,268,738")
    expect(page.locator(".lw-resize-error")).to_be_empty()


def test_axe_finds_nothing_with_another_size(open_page: Open) -> None:
    page = open_page("networks/lenet-5/?classes=7", 1440, "dark")
    expect(page.locator(".lw-asked")).to_contain_text("and 7 classes", timeout=READY_MS)
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width


def test_control_is_hidden_without_scripts(open_page: Open) -> None:
    expect(open_page("networks/lenet-5/", scripts=False).locator(".lw-resize")).to_be_hidden()
