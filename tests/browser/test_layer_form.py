"""The page of a layer type as a calculator."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.test_accessibility import violations
from tests.browser.test_calculator import READY_MS


def worked(page: Page, figure: str) -> Locator:
    return page.locator(".lw-steps tr", has=page.get_by_role("rowheader", name=figure, exact=True)).locator("td").first


def test_options_are_calculated_and_kept_in_the_address(open_page: Open) -> None:
    page = open_page("layers/conv/?in=64x64x3&size=5x5x8&padding=2")
    expect(worked(page, "Parameters")).to_have_text("5×5×3×8 + 8 = 608", timeout=READY_MS)
    expect(page.get_by_role("status").first).to_have_text("Output 64×64×8, 608 parameters, 2.5 M MACs")
    expect(page.get_by_label("stride", exact=True)).to_have_value("")
    page.get_by_label("stride", exact=True).fill("4")
    expect(worked(page, "Height and width")).to_have_text("⌊(64 + 2 + 2 − 5) / 4⌋ + 1 = 16")
    assert page.url.endswith("layers/conv/?in=64x64x3&size=5x5x8&stride=4&padding=2")
    page.get_by_label("bias").select_option("false")
    expect(worked(page, "Parameters")).to_have_text("5×5×3×8 = 600")
    expect(page.locator("[data-part=definition]")).to_contain_text("bias: false")
    page.get_by_role("button", name="Reset").click()
    expect(worked(page, "Parameters")).to_have_text("7×7×3×64 + 64 = 9,472")
    assert page.url.endswith("layers/conv/")


def test_errors_are_at_their_fields(open_page: Open) -> None:
    page = open_page("layers/max_pool/")
    page.get_by_label("padding").fill("7")
    page.get_by_label("stride").fill("none")
    error = page.locator("#lw-stride-error")
    expect(error).to_have_text(re.compile("^max_pool.stride: expected a whole number from 1"), timeout=READY_MS)
    expect(page.get_by_label("stride")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("status").first).to_have_text(re.compile("^1 error; the figures are of the last options"))
    expect(worked(page, "Height and width")).to_have_text("⌈(112 − 3) / 2⌉ + 1 = 56")
    page.get_by_label("padding").fill("1")
    page.get_by_label("stride").fill("1")
    expect(error).to_be_empty()
    expect(worked(page, "Height and width")).to_have_text("⌈(112 + 1 + 1 − 3) / 1⌉ + 1 = 112")


def test_kernel_slides_by_buttons_and_keys(open_page: Open) -> None:
    page = open_page("layers/conv/")
    place, kernel = page.locator(".lw-sliding [aria-live]"), page.locator(".lw-kernel")
    expect(place).to_have_text("Output row 1, column 1 sees input rows −2 to 4, columns −2 to 4.")
    page.get_by_role("button", name="Next").click()
    expect(place).to_have_text("Output row 1, column 2 sees input rows −2 to 4, columns 0 to 6.")
    expect(kernel).to_have_css("translate", "32px")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(place).to_have_text("Output row 5, column 5 sees input rows 6 to 12, columns 6 to 12.")
    page.locator("[data-move]").nth(5).click()
    expect(place).to_have_text("Output row 2, column 1 sees input rows 0 to 6, columns −2 to 4.")
    page.emulate_media(reduced_motion="reduce")
    expect(kernel).to_have_css("transition-duration", "0s")


def test_axe_finds_nothing_in_the_form(open_page: Open) -> None:
    page = open_page("layers/conv/?in=8x8x3&size=3x3x4&stride=0")
    expect(page.locator("#lw-stride-error")).not_to_be_empty(timeout=READY_MS)
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width


def test_example_is_readable_without_scripts(open_page: Open) -> None:
    page = open_page("layers/conv/", scripts=False)
    expect(page.locator(".lw-layer")).to_be_hidden()
    expect(page.get_by_role("button", name="Next")).to_be_hidden()
    expect(page.locator(".lw-sliding svg")).to_be_visible()
