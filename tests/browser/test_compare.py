"""The comparison, as a reader uses it: choose networks, read ratios, move and remove them, pass the address on."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_export import copied, rows_of

SIX = "vgg-16,resnet-50,mobilenetv2-1-0,googlenet,inception-v3,vit-b-16"
TWELVE = f"{SIX},nin,alexnet,densenet-121,xception,swin-t,convnext-t"
NAMES = [
    "VGG-16", "ResNet-50", "MobileNetV2 1.0", "GoogLeNet", "Inception-v3", "ViT-B/16", "NiN", "AlexNet",
    "DenseNet-121", "Xception", "Swin-T", "ConvNeXt-T",
]  # fmt: skip
THREE = "compare/?n=vgg-16,resnet-50-v1-5,mobilenetv2-1-0"


def columns(page: Page) -> list[str]:
    page.locator(".lw-versus").wait_for()
    return page.locator(".lw-versus th a").all_text_contents()


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


def test_figures_are_those_of_the_networks_pages(open_page: Open) -> None:
    slugs = ("vgg-16", "lenet-5", "googlenet")
    compared = open_page(f"compare/?n={','.join(slugs)}")
    assert len(columns(compared)) == len(slugs)
    for place, slug in enumerate(slugs):
        page = open_page(f"networks/{slug}/")
        titles, values = (page.locator(f".lw-figures {part}").all_inner_texts() for part in ("dt", "dd"))
        figures = dict(zip(titles, values, strict=True))
        for figure in ("Parameters", "Depth", "Input"):
            assert line(compared, figure)[place].split("|")[0] == figures[figure], slug
        for figure in ("Memory", "MACs"):  # with four digits on the page of the network
            cell = line(compared, figure)[place].split("|")[0]
            exact, rounded = cell.split(), figures[figure].split()
            assert rounded[1] == exact[1], slug
            assert float(rounded[0]) == pytest.approx(float(exact[0]), rel=5e-4), slug


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
    ("query", "refused"),
    [
        (
            "vgg-16",
            {
                "nonesuch at all": "There is no network “nonesuch at all”.",
                "alexnett": "Did you mean alexnet?",
                "VGG-16": "VGG-16 is already in the comparison.",
            },
        ),
        (TWELVE, {"lenet-5": "a comparison holds at most 12 networks"}),
    ],
    ids=["one network", "twelve"],
)
def test_refused_additions_are_explained(query: str, refused: dict[str, str], open_page: Open) -> None:
    page = open_page(f"compare/?n={query}")
    before = columns(page)
    for text, message in refused.items():
        add(page, text)
        expect(page.get_by_role("status"), text).to_contain_text(message)
        assert columns(page) == before, text


@pytest.mark.parametrize(
    ("query", "shown", "message"),
    [
        ("vgg-16,alexnett", ["VGG-16"], "There is no network “alexnett”. Did you mean alexnet?"),
        ("vgg-16,vgg-16,VGG-19", ["VGG-16", "VGG-19"], ""),
        ("<b>x</b>,vgg-16", ["VGG-16"], "There is no network “<b>x</b>”."),
        (f"{TWELVE},zfnet,lenet-5", NAMES, "Skipped: zfnet, lenet-5"),
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
        .map(part => [part.classList[0], part.title, part.textContent, getComputedStyle(part).flexGrow]))"""
    page = open_page(f"networks/{slug}/")
    expected = page.evaluate(segments)
    page = open_page(f"compare/?n={slug}")
    page.locator(".lw-measure").first.wait_for()
    assert page.evaluate(segments) == expected
    assert len(expected) == 3


def test_legend_has_the_colours_that_occur(open_page: Open) -> None:
    page = open_page("compare/?n=lenet-5")
    expect(page.locator(".lw-compared .lw-key")).to_have_text(["convolution", "fully connected", "pooling"])


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


def test_an_ambiguous_name_offers_networks(open_page: Open) -> None:
    page = open_page("compare/?n=vgg-16")
    columns(page)
    add(page, "resnet")
    expect(page.locator("#said")).to_contain_text("“resnet” matches ")
    offered = page.locator("#choices button")
    assert offered.count() == 12
    assert "ResNet-20" not in offered.all_inner_texts()  # of CIFAR
    page.locator("#choices").get_by_role("button", name="ResNet-50", exact=True).click()
    expect(page.locator(".lw-versus thead th a")).to_have_text(["VGG-16", "ResNet-50"])
    expect(offered).to_have_count(0)
    expect(page.get_by_label("Network", exact=True)).to_be_focused()


@pytest.mark.parametrize("query", [TWELVE, "vgg-16,resnet-50"])
def test_the_first_network_is_marked(query: str, open_page: Open) -> None:
    page = open_page(f"compare/?n={query}")
    columns(page)
    assert page.locator(".lw-versus th:has(.lw-baseline) a").all_text_contents() == ["VGG-16"]


def test_twelve_networks_are_rows(open_page: Open) -> None:
    page = open_page(f"compare/?n={TWELVE}")
    assert columns(page) == NAMES
    cells = page.locator(".lw-versus tbody tr").nth(1).locator("td").all_inner_texts()
    assert "25,557,032\n×0.18" in cells
    page.get_by_role("button", name="Move ResNet-50 up").click()
    expect(page.locator(".lw-versus th a").first).to_have_text("ResNet-50")
    assert page.locator(".lw-measure").first.locator(".lw-line").count() == 6
    expect(page.get_by_text("Only the first 6 networks are drawn.")).to_be_visible()


@pytest.mark.parametrize("query", [TWELVE, SIX])
def test_no_column_is_cut(query: str, open_page: Open) -> None:
    page = open_page(f"compare/?n={query}")
    columns(page)
    for table in (".lw-versus", ".lw-abreast"):
        region = page.locator(f".lw-scroll:has({table})")
        assert region.evaluate("region => region.scrollWidth - region.clientWidth") == 0, table


def test_bars_are_below_words(open_page: Open) -> None:
    page = open_page(THREE)
    figure = page.locator(".lw-figure").first
    figure.wait_for()
    style = figure.evaluate(
        "figure => { const of = getComputedStyle(figure); return [of.backgroundSize, of.paddingBottom]; }"
    )
    assert style[0] == "100% 2px"
    assert float(style[1].removesuffix("px")) >= 2


def test_export_has_a_row_for_each_network_with_exact_figures(open_page: Open) -> None:
    page = open_page(THREE)
    columns(page)
    rows = rows_of(copied(page, "csv"))
    assert [row["Network"] for row in rows] == ["VGG-16", "ResNet-50 v1.5", "MobileNetV2 1.0"]
    # torchvision 0.29.1
    assert [row["Parameters"] for row in rows] == ["138357544", "25557032", "3504872"]
    assert [row["Memory, fp32 (bytes)"] for row in rows] == ["553430176", "102228128", "14019488"]
    assert [row["ImageNet top-1 (%)"] for row in rows] == ["71.592", "76.13", "71.878"]
    assert "sandler2018mobilenetv2" in copied(page, "bibtex")


@pytest.mark.parametrize("width", [360, 1440])
def test_twelve_networks_fit_the_page(width: int, open_page: Open) -> None:
    page = open_page(f"compare/?n={TWELVE}", width)
    assert len(columns(page)) == 12
    assert page.evaluate("document.documentElement.scrollWidth") <= width
