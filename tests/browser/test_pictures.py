"""The pictures as a reader sees them, in real fonts, on a phone and on a desk, in light and dark."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import Open

NETWORKS = [
    "lenet-5", "vgg-16", "googlenet", "resnet-152", "densenet-121", "efficientnet-b0", "vit-b-16", "dla-34", "unet",
    "hrnet-w32", "nasnet-a-large",
]  # fmt: skip

CUT_OFF = """() => [...document.querySelectorAll('.lw-profile svg, .lw-block-drawing svg')].flatMap(svg => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter(text => {
      const box = text.getBoundingClientRect();
      return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
    }).map(text => text.textContent);
  })"""

OUT_OF_BOX = """() => [...document.querySelectorAll('.lw-block-drawing svg g')].flatMap(group => {
    const box = group.querySelector('.lw-box').getBoundingClientRect();
    return [...group.querySelectorAll('text')].filter(text => {
      const words = text.getBoundingClientRect();
      return words.left < box.left || words.right > box.right;
    }).map(text => text.textContent);
  })"""

COLLIDING = """() => ['lw-name', 'lw-size'].flatMap(css => {
    const boxes = [...document.querySelectorAll(`.lw-profile .${css}`)].map(text => text.getBoundingClientRect());
    const overlap = (one, other) => one.left < other.right && other.left < one.right
      && one.top < other.bottom && other.top < one.bottom;
    return boxes.filter((box, place) => boxes.slice(place + 1).some(other => overlap(box, other))).length;
  })"""

HALF_SEEN = """() => [...document.querySelectorAll('.lw-bar b')].filter(name => {
    const box = name.getBoundingClientRect(), bar = name.parentElement.getBoundingClientRect();
    return box.top < bar.bottom - 1 && box.right > bar.right + 1;
  }).map(name => name.textContent)"""


MARK = """key => {
    const { borderTopColor, backgroundImage, borderRadius, rotate } = getComputedStyle(key, '::before');
    return [borderTopColor, backgroundImage.replaceAll(borderTopColor, ''), borderRadius, rotate];
  }"""


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("slug", NETWORKS)
def test_nothing_is_cut_off_or_collides(slug: str, width: int, open_page: Open) -> None:
    page = open_page(f"networks/{slug}/", width)
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(OUT_OF_BOX) == []
    assert page.evaluate(COLLIDING) == [0, 0]
    assert page.evaluate(HALF_SEEN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_profile_is_whole_on_a_desk_and_scrolls_by_itself_on_a_phone(open_page: Open) -> None:
    wider = "region => region.scrollWidth - region.clientWidth"
    for slug in ("googlenet", "densenet-121", "segnet"):
        assert open_page(f"networks/{slug}/").locator(".lw-profile .lw-scroll").evaluate(wider) <= 1
    page = open_page("networks/googlenet/", 360)
    region = page.locator(".lw-profile .lw-scroll")
    assert region.evaluate(wider) > 300
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.lw-profile .lw-scroll').scrollLeft > 0")


def test_text_is_readable_on_a_phone(open_page: Open) -> None:
    page = open_page("networks/googlenet/", 360)
    sizes = """() => [...document.querySelectorAll('.lw-profile text, .lw-block-drawing text')].map(text =>
        parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""
    assert min(page.evaluate(sizes)) > 7.5


def test_names_in_strips_are_seen_where_there_is_room(open_page: Open) -> None:
    seen = """() => [...document.querySelectorAll('.lw-bar b')].filter(name =>
        name.getBoundingClientRect().top < name.parentElement.getBoundingClientRect().bottom - 1).length"""
    wide = open_page("networks/vgg-16/").evaluate(seen)
    narrow = open_page("networks/vgg-16/", 360).evaluate(seen)
    assert wide > narrow > 0


def test_focused_strip_shows_its_figures(open_page: Open) -> None:
    page = open_page("networks/vgg-16/")
    figures = page.locator(".lw-largest").first
    assert not figures.is_visible()
    bar = page.locator(".lw-bar").first
    page.locator(".lw-profile .lw-svg").focus()
    page.keyboard.press("Tab")
    assert bar.evaluate("bar => bar === document.activeElement")
    assert figures.is_visible()
    assert "102,764,544" in figures.inner_text()
    assert bar.evaluate("bar => getComputedStyle(bar).outlineStyle") != "none"


def test_arrow_keys_show_the_figures_of_each_segment(open_page: Open) -> None:
    page = open_page("networks/vgg-16/")
    page.locator(".lw-bar").first.focus()
    tip = page.locator(".lw-tip")
    page.keyboard.press("End")
    assert tip.inner_text().startswith("classifier › FC3: 4,097,000")  # 4096·1000 + 1000
    page.keyboard.press("ArrowLeft")
    assert tip.inner_text().startswith("classifier › FC2: 16,781,312")  # 4096·4096 + 4096
    assert tip.get_attribute("role") == "status"
    assert not page.locator(".lw-largest").first.is_visible()
    page.keyboard.press("Escape")
    assert tip.inner_text() == ""


def test_tap_on_a_slab_or_a_box_shows_its_figures(open_page: Open) -> None:
    page = open_page("networks/resnet-50/", 390)
    tip = page.locator(".lw-tip")
    page.locator(".lw-profile svg > g").nth(1).dispatch_event("click")
    assert tip.inner_text().startswith("conv1 › Conv: 112×112×64")
    box, window = tip.bounding_box(), page.viewport_size
    assert box
    assert window
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    page.locator(".lw-block-drawing svg > g").first.dispatch_event("click")
    assert "1×1×64×64" in tip.inner_text()  # the first convolution of conv2_1, on 64 channels
    page.locator("h1").click()
    assert tip.inner_text() == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_operations_differ_from_paper_and_have_marks_of_their_own(scheme: str, open_page: Open) -> None:
    page = open_page("networks/maxvit-t/", scheme=scheme)
    paper = style(page.locator("body"), "backgroundColor")
    keys = page.locator(".lw-profile .lw-key")
    assert 4 <= keys.count() <= 6
    marks = set[tuple[str, ...]]()
    for place in range(keys.count()):
        found = keys.nth(place).evaluate(MARK)
        assert contrast(found[0], paper) >= 3
        marks.add(tuple(found[1:]))
    assert len(marks) == keys.count()  # each differs from the others without its colour


def luminance(color: str) -> float:
    """Of a computed colour: ``rgb(…)`` in bytes or ``color(srgb …)`` in parts of one."""
    values = [float(value) for value in re.findall(r"[0-9.]+", color)[:3]]
    parts = [value / 255 for value in values] if color.startswith("rgb") else values
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def style(element: Locator, name: str) -> Any:
    return element.first.evaluate("(element, name) => getComputedStyle(element)[name]", name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(scheme: str, open_page: Open) -> None:
    page = open_page("networks/googlenet/", scheme=scheme)
    for category in ("convolution", "pooling", "linear"):
        box = page.locator(f".lw-block-drawing .lw-{category}")
        for css in (".lw-text", ".lw-note"):
            assert contrast(style(box.locator(css), "fill"), style(box.locator(".lw-box"), "fill")) >= 4.5
        bar = page.locator(f".lw-bar .lw-{category}")
        assert contrast(style(bar.locator("b"), "color"), style(bar, "backgroundColor")) >= 4.5
    paper = style(page.locator("body"), "backgroundColor")
    for css in (".lw-name", ".lw-size", ".lw-stage"):
        assert contrast(style(page.locator(f".lw-profile {css}"), "fill"), paper) >= 4.5
    fill = style(page.locator(".lw-profile .lw-convolution .lw-front"), "fill")
    assert (luminance(fill) > 0.5) == (scheme == "light")


def test_pictures_fit_on_paper(open_page: Open) -> None:
    page = open_page("networks/densenet-121/", 1080)
    page.emulate_media(media="print")
    assert page.evaluate(
        """() => [...document.querySelectorAll('.lw-profile svg, .lw-bar, .lw-block-drawing svg')]
             .every(picture => picture.getBoundingClientRect().right <= document.documentElement.clientWidth)"""
    )
