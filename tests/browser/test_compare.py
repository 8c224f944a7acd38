"""The comparison, as a reader uses it: choose networks, read ratios, move and remove them, pass the address on."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

THREE = "compare/?n=vgg-16,resnet-50-v1-5,mobilenetv2-1-0"


def columns(page: Page) -> list[str]:
    page.locator(".lw-versus").wait_for()
    return page.locator(".lw-versus thead th a").all_inner_texts()


def line(page: Page, figure: str) -> list[str]:
    """A figure's cells, values and ratios joined by a bar."""
    row = page.locator(".lw-versus tbody tr", has=page.get_by_role("rowheader", name=figure))
    cells: list[str] = row.evaluate(
        "row => [...row.cells].slice(1).map(cell => [...cell.childNodes].map(node => node.textContent).join('|'))"
    )
    return cells


def add(page: Page, text: str) -> None:
    page.get_by_label("Network", exact=True).fill(text)
    page.keyboard.press("Enter")


def test_key_figures_with_ratios_to_the_first(open_page: Open) -> None:
    page = open_page(THREE)
    assert columns(page) == ["VGG-16", "ResNet-50 v1.5", "MobileNetV2 1.0"]
    # torchvision 0.29.1: 138,357,544, 25,557,032 and 3,504,872 parameters; the ratios are 0.1847 and 0.02533.
    assert line(page, "Parameters") == ["138,357,544|", "25,557,032|×0.18", "3,504,872|×0.025"]
    # torchvision 0.29.1 IMAGENET1K_V1: 71.592, 76.130 and 71.878 %
    assert line(page, "ImageNet top-1") == ["71.59 %|", "76.13 %|+4.5", "71.88 %|+0.3"]
    assert [text.split("|")[0] for text in line(page, "Depth")] == ["16", "50", "53"]
    assert [text.split("|")[0] for text in line(page, "Input")] == ["224×224×3"] * 3


@pytest.mark.parametrize("slug", ["vgg-16", "lenet-5", "googlenet"])
def test_figures_are_those_of_the_networks_page(slug: str, open_page: Open) -> None:
    page = open_page(f"networks/{slug}/")
    titles, values = (page.locator(f".lw-figures {part}").all_inner_texts() for part in ("dt", "dd"))
    figures = dict(zip(titles, values, strict=True))
    page = open_page(f"compare/?n={slug}")
    page.locator(".lw-versus").wait_for()
    for figure in ("Parameters", "Memory", "MACs", "Depth", "Input"):
        assert line(page, figure)[0].split("|")[0] == figures[figure]


def test_networks_are_moved_and_removed_and_the_address_follows(open_page: Open) -> None:
    page = open_page(THREE)
    columns(page)
    page.get_by_role("button", name="Move MobileNetV2 1.0 to the left").click()
    expect(page.locator(".lw-versus thead th a").nth(1)).to_have_text("MobileNetV2 1.0")
    page.get_by_role("button", name="Move VGG-16 to the right").click()
    expect(page.locator(".lw-versus thead th a").first).to_have_text("MobileNetV2 1.0")
    assert line(page, "Parameters")[0] == "3,504,872|"
    assert line(page, "Parameters")[1] == "138,357,544|×39.5"  # 138,357,544 / 3,504,872 = 39.476
    page.get_by_role("button", name="Remove ResNet-50 v1.5").click()
    page.wait_for_url("**/compare/?n=mobilenetv2-1-0,vgg-16")
    page.reload()
    assert columns(page) == ["MobileNetV2 1.0", "VGG-16"]


def test_networks_are_added_by_name_and_by_alias(open_page: Open) -> None:
    page = open_page("compare/")
    for text in ("VGG-D", "resnet50", "Inception v1", "mobilenetv2-1-0"):
        add(page, text)
    expect(page.locator(".lw-versus thead th a")).to_have_text(["VGG-16", "ResNet-50", "GoogLeNet", "MobileNetV2 1.0"])
    page.wait_for_url("**/compare/?n=vgg-16,resnet-50,googlenet,mobilenetv2-1-0")
    assert page.locator("#known option").count() > 200
    page.locator("#picker").get_by_role("button", name="Clear").click()
    expect(page.locator(".lw-versus")).to_have_count(0)
    expect(page.get_by_role("heading", name="Examples")).to_be_visible()
    page.wait_for_url("**/compare/")


def test_a_name_chosen_from_the_list_is_added_immediately(open_page: Open) -> None:
    page = open_page("compare/?n=vgg-16")
    columns(page)
    choose = "(field, name) => { field.value = name; field.dispatchEvent(new Event('input', {bubbles: true})); }"
    page.get_by_label("Network", exact=True).evaluate(choose, "ResNet-50")  # one of many names that begin so
    expect(page.locator(".lw-versus thead th a")).to_have_text(["VGG-16", "ResNet-50"])


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("compare/?n=vgg-16", "nonesuch at all", "There is no network “nonesuch at all”."),
        ("compare/?n=vgg-16", "alexnett", "Did you mean alexnet?"),
        ("compare/?n=vgg-16", "VGG-16", "VGG-16 is already in the comparison."),
        ("compare/?n=vgg-16", "resne", "and others; choose one."),
        ("compare/?n=vgg-11,vgg-13,vgg-16,vgg-19,alexnet,nin", "lenet-5", "a comparison holds at most 6 networks"),
    ],
)
def test_refused_additions_are_explained(path: str, text: str, message: str, open_page: Open) -> None:
    page = open_page(path)
    before = columns(page)
    add(page, text)
    expect(page.get_by_role("status")).to_contain_text(message)
    assert columns(page) == before


@pytest.mark.parametrize(
    ("query", "shown", "message"),
    [
        ("vgg-16,alexnett", ["VGG-16"], "There is no network “alexnett”. Did you mean alexnet?"),
        ("vgg-16,vgg-16,VGG-19", ["VGG-16", "VGG-19"], ""),
        ("<b>x</b>,vgg-16", ["VGG-16"], "There is no network “<b>x</b>”."),
        (
            "vgg-11,vgg-13,vgg-16,vgg-19,alexnet,nin,zfnet",
            ["VGG-11", "VGG-13", "VGG-16", "VGG-19", "AlexNet", "NiN"],
            "Skipped: zfnet",
        ),
    ],
)
def test_errors_in_the_address_are_reported(query: str, shown: list[str], message: str, open_page: Open) -> None:
    page = open_page(f"compare/?n={query}")
    assert columns(page) == shown
    expect(page.locator("#said")).to_contain_text(message)


def test_only_the_first_names_of_a_long_address_are_read(open_page: Open) -> None:
    names = ",".join(f"nonesuch-{number}" for number in range(4000))
    page = open_page(f"compare/?n=vgg-16,{names},vgg-19")
    assert columns(page) == ["VGG-16"]
    expect(page.locator("#said")).to_contain_text("There is no network “nonesuch-22”.")
    expect(page.locator("#said")).to_contain_text("Only the first 24 names in the address are read.")
    assert "nonesuch-23" not in page.locator("#said").inner_text()


def test_a_long_name_in_the_address_is_cut(open_page: Open) -> None:
    page = open_page(f"compare/?n=vgg-16,{'x' * 4000}")
    expect(page.locator("#said")).to_have_text(f"There is no network “{'x' * 60}…”.")


def test_strips_are_drawn_on_one_scale(open_page: Open) -> None:
    page = open_page(THREE)
    bars = page.locator(".lw-measure").first.locator(".lw-bar")
    bars.first.wait_for()
    widths = [bar.bounding_box()["width"] for bar in bars.all()]  # type: ignore[index]
    assert widths[1] / widths[0] == pytest.approx(25_557_032 / 138_357_544, abs=0.005)
    page.get_by_label("Full width").check()
    widths = [bar.bounding_box()["width"] for bar in bars.all()]  # type: ignore[index]
    assert widths == pytest.approx([widths[0]] * 3)


def test_strip_shows_where_the_parameters_of_vgg_sit(open_page: Open) -> None:
    page = open_page("compare/?n=vgg-16,alexnet")
    strip = page.locator(".lw-measure").first.get_by_role("img").first
    # Simonyan & Zisserman: 7·7·512·4096 + 4096 of 138,357,544 in the first fully connected layer
    label = strip.get_attribute("aria-label") or ""
    assert label.startswith("VGG-16: Parameters in layer order. The largest: classifier › FC1 102,764,544 (74.3 %); ")


@pytest.mark.parametrize("slug", ["vgg-16", "googlenet", "densenet-121", "nasnet-a-large"])
def test_strips_are_those_of_the_networks_page(slug: str, open_page: Open) -> None:
    segments = """() => [...document.querySelectorAll('.lw-bar')].map(bar => [...bar.children]
        .map(segment => [segment.className, segment.title, segment.textContent, segment.style.flexGrow]))"""
    page = open_page(f"networks/{slug}/")
    expected = page.evaluate(segments)
    page = open_page(f"compare/?n={slug}")
    page.locator(".lw-measure").first.wait_for()
    assert page.evaluate(segments) == expected
    assert len(expected) == 3


def test_legend_has_the_colours_that_occur(open_page: Open) -> None:
    page = open_page("compare/?n=lenet-5")
    expect(page.locator(".lw-compared .lw-key")).to_have_text(["convolution", "pooling", "fully connected"])


def test_stages_are_aligned_by_the_size_of_the_map(open_page: Open) -> None:
    page = open_page("compare/?n=resnet-50,vgg-16,inception-v3")
    page.locator(".lw-abreast").wait_for()
    rows: Any = page.locator(".lw-abreast tbody").evaluate(
        "body => Object.fromEntries([...body.rows].map(row => [row.cells[0].textContent,"
        " [...row.cells].slice(1).map(cell => cell.querySelector('b')?.textContent ?? '')]))"
    )
    # ResNet, Table 1; VGG, Table 1; Inception-v3 as torchvision has it
    assert rows["1/4"] == ["56×56×256", "56×56×256", "71×71×192"]
    assert rows["1/8"] == ["28×28×512", "28×28×512", "35×35×288"]
    assert rows["1/32"] == ["7×7×2048", "7×7×512", "8×8×2048"]
    assert rows["side"][:2] == ["", ""]
    assert list(rows) == ["1/1", "1/2", "1/4", "1/8", "1/16", "1/32", "1×1", "side"]


def test_stages_add_up_to_the_network(open_page: Open) -> None:
    page = open_page("compare/?n=googlenet,vit-b-16")
    page.locator(".lw-abreast").wait_for()
    sums: Any = page.locator(".lw-abreast tbody").evaluate(
        """body => [1, 2].map(column => [...body.rows].map(row => row.cells[column].querySelector('.lw-figure'))
             .filter(Boolean).map(figure => Number(figure.title.split(' ')[0].replaceAll(',', '')))
             .reduce((sum, figure) => sum + figure, 0))"""
    )
    assert sums == [13_378_280, 86_567_656]  # published: GoogLeNet with its heads; torchvision's ViT-B/16


def test_chosen_on_their_pages_and_compared(open_page: Open) -> None:
    page = open_page("networks/vgg-16/")
    for slug, name in (("vgg-16", "VGG-16"), ("resnet-50", "ResNet-50"), ("alexnet", "AlexNet")):
        page.goto(page.url.replace(page.url.split("/")[-2], slug))
        page.get_by_role("button", name=f"Compare {name}", exact=True).click()
    page.get_by_role("link", name="Compare 3 networks").click()
    page.wait_for_url("**/compare/?n=vgg-16,resnet-50,alexnet")
    assert columns(page) == ["VGG-16", "ResNet-50", "AlexNet"]
    page.get_by_role("button", name="Remove AlexNet").click()
    page.wait_for_url("**/compare/?n=vgg-16,resnet-50")
    page.locator(".lw-versus").get_by_role("link", name="VGG-16").click()
    expect(page.get_by_role("complementary", name="Comparison").get_by_role("link")).to_have_text("Compare 2 networks")


def test_without_an_address_it_takes_up_what_was_chosen(open_page: Open) -> None:
    page = open_page(THREE)
    columns(page)
    page.goto(page.url.split("?")[0])
    page.wait_for_url("**/compare/?n=vgg-16,resnet-50-v1-5,mobilenetv2-1-0")
    assert len(columns(page)) == 3


def test_with_the_keyboard(open_page: Open) -> None:
    page = open_page("compare/")
    page.get_by_label("Network", exact=True).focus()
    for text in ("alexnet", "vgg-16", "googlenet"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("added.")
    expect(page.locator(".lw-versus thead th a")).to_have_count(3)
    page.get_by_role("button", name="Move GoogLeNet to the left").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".lw-versus thead th a").nth(1)).to_have_text("GoogLeNet")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Move GoogLeNet to the left"
    page.keyboard.press("Enter")
    expect(page.locator(".lw-versus thead th a").first).to_have_text("GoogLeNet")
    expect(page.get_by_role("status")).to_have_text("GoogLeNet is now number 1.")


def test_unreadable_data_is_reported(open_page: Open) -> None:
    page = open_page("compare/")
    page.route("**/compare/alexnet.json", lambda route: route.fulfill(status=204, body=""))
    add(page, "AlexNet")
    expect(page.get_by_role("status")).not_to_have_text("AlexNet added.")
    expect(page.locator("#said")).to_have_class("lw-error")


def test_without_scripts_it_says_what_it_needs(open_page: Open) -> None:
    page = open_page(THREE, scripts=False)
    expect(page.get_by_text("needs JavaScript")).to_be_visible()
    expect(page.get_by_role("link", name="table of all networks")).to_be_visible()
    expect(page.locator("#picker")).to_be_hidden()
    expect(page.locator("#start").get_by_role("link", name="ResNeXt", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_six_networks_fit_the_page(width: int, open_page: Open) -> None:
    page = open_page("compare/?n=vgg-16,resnet-50,mobilenetv2-1-0,googlenet,inception-v3,vit-b-16", width)
    assert len(columns(page)) == 6
    assert page.evaluate("document.documentElement.scrollWidth") <= width
