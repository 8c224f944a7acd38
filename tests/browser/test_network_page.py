"""Actions of a reader on a network's page: unfold stages, open derivations, ask what if, print."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from layerwise.network import memory as network_memory
from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network
from layerwise.report import derivation
from layerwise.report.tables.memory import inference, training
from tests.browser.conftest import Open

RESNET = "networks/resnet-50/"


def is_seen(page: Page, selector: str) -> bool:
    """Return true if an element is drawn, that is, not inside a closed group."""
    return bool(page.evaluate("selector => document.querySelector(selector).checkVisibility()", selector))


# --- sections ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("slug", ["vgg-16", "resnet-50"])
def test_line_of_sections_stays_in_sight_and_leads_to_headings(slug: str, width: int, open_page: Open) -> None:
    page = open_page(f"networks/{slug}/", width)
    bar = page.locator(".lw-sections")
    for name, heading in (("Memory", "Memory for inference and training"), ("Definition", "Definition")):
        bar.get_by_role("link", name=name).click()
        line: Any = bar.bounding_box()
        title: Any = page.get_by_role("heading", name=re.compile(heading)).bounding_box()
        assert 0 < line["y"] < 100
        assert line["height"] < 50
        assert line["y"] + line["height"] <= title["y"] < 900


def test_definition_is_closed_at_the_end(open_page: Open) -> None:
    page = open_page("networks/vgg-16/")
    assert not page.locator(".lw-listing").is_visible()
    page.locator(".lw-definition > summary").click()
    assert page.locator(".lw-listing").is_visible()
    assert page.evaluate("document.querySelector('article h2:last-of-type').id") == "definition"


# --- folding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_stages_and_blocks_unfold_from_the_keyboard(scripts: bool, open_page: Open) -> None:
    page = open_page(RESNET, scripts=scripts)
    assert not is_seen(page, "#L4")
    stage = page.locator(".lw-layers summary", has_text="conv2_x")
    stage.focus()
    page.keyboard.press("Enter")
    block = page.locator(".lw-layers summary", has_text="conv2_1")
    block.focus()
    page.keyboard.press("Space")
    assert is_seen(page, "#L4")
    stage.focus()
    page.keyboard.press("Enter")
    assert not is_seen(page, "#L4")


@pytest.mark.parametrize("width", [360, 1440])
def test_totals_stay_in_sight(width: int, open_page: Open) -> None:
    page = open_page("networks/densenet-201/", width)
    page.locator(".lw-layers").get_by_role("button", name="Expand all").click()
    page.evaluate("document.querySelector('#L250').scrollIntoView({block: 'center'})")
    box: Any = page.locator(".lw-layers .lw-totals").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 900
    assert page.locator(".lw-layers .lw-totals strong").first.inner_text() == "20,013,928"  # torchvision 0.29.1


def test_all_is_opened_and_closed_at_once(open_page: Open) -> None:
    page = open_page(RESNET)
    table = page.locator(".lw-layers")
    table.get_by_role("button", name="Expand all").click()
    assert page.locator(".lw-layers details:not([open])").count() == 0
    table.get_by_role("button", name="Collapse all").click()
    assert page.locator(".lw-layers details[open]").count() == 0


def test_buttons_of_scripts_are_not_shown_without_them(open_page: Open) -> None:
    page = open_page(RESNET, scripts=False)
    for selector in (".lw-fold-all", ".lw-what-if"):
        assert not page.locator(selector).first.is_visible()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("table", [".lw-layers", ".lw-compute"])
def test_columns_are_in_line_across_all_parts(table: str, width: int, open_page: Open) -> None:
    page = open_page(RESNET, width)
    page.locator(table).get_by_role("button", name="Expand all").click()
    edges = page.evaluate(
        """table => [...document.querySelectorAll(`${table} :is(tr[class], .lw-titles tr)`)]
             .map(row => [...row.cells].slice(1).map(cell => Math.round(cell.getBoundingClientRect().right)).join())""",
        table,
    )
    assert len(edges) > 100
    assert len(set(edges)) == 1
    ends = page.evaluate(
        """table => [...document.querySelectorAll(`${table} :is(details tr, summary)`)]
             .map(line => Math.round(line.getBoundingClientRect().right))""",
        table,
    )
    assert len(set(ends)) == 1


BROKEN_WORDS = """() => [...document.querySelectorAll('.lw-table thead th')].flatMap(head => {
    const text = head.firstChild;
    return [...text.data.matchAll(/\\S+/g)].filter(({0: word, index}) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const box = range.getBoundingClientRect(), cell = head.getBoundingClientRect();
      return new Set([...range.getClientRects()].map(line => line.top)).size > 1 || box.right > cell.right;
    }).map(([word]) => word);
  })"""


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("slug", ["lenet-5", "resnet-50", "vit-b-16"])
def test_words_in_heads_are_not_broken(slug: str, width: int, open_page: Open) -> None:
    assert open_page(f"networks/{slug}/", width).evaluate(BROKEN_WORDS) == []


@pytest.mark.parametrize("slug", ["resnet-50", "resnet-152"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_address_opens_the_groups_around_its_layer(scripts: bool, slug: str, open_page: Open) -> None:
    page = open_page(f"networks/{slug}/#L40", scripts=scripts)
    page.wait_for_function("document.querySelector('#L40')?.checkVisibility()")
    box: Any = page.locator("#L40").bounding_box()
    assert 0 <= box["y"] <= 900


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_very_long_tables_are_complete_when_opened(scripts: bool, open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("networks/resnet-152/", scripts=scripts)
    for stage in page.locator(".lw-layers .lw-stage > summary").all():
        stage.click()
    assert page.locator(".lw-layers [id]").count() == len(catalogue.entry("resnet-152").network.layers)


@pytest.mark.parametrize("table", [".lw-layers", ".lw-compute"])
def test_every_part_has_titles_for_screen_readers(table: str, open_page: Open) -> None:
    page = open_page("networks/resnet-152/")
    page.locator(table).get_by_role("button", name="Expand all").click()
    titles = page.locator(f"{table} .lw-titles th").all_text_contents()
    parts = page.evaluate(
        """table => [...document.querySelectorAll(`${table} .lw-part`)]
             .map(part => [...part.tHead.rows[0].cells].map(cell => cell.textContent))""",
        table,
    )
    assert len(parts) > 50  # 3 + 8 + 36 + 3 blocks, and the layers outside of blocks
    assert all(part == titles for part in parts)
    assert page.locator(f"{table} .lw-titles").get_attribute("aria-hidden") == "true"


def test_without_scripts_an_address_in_a_repeated_group_shows_its_layer(open_page: Open) -> None:
    page = open_page("networks/resnet-101/#L22", scripts=False)  # Conv2 of conv2_3, the third layer of the block
    content = page.locator("#L22").evaluate("anchor => getComputedStyle(anchor, '::after').content")
    assert content == '" · layer " counter(layer)'
    assert page.locator("p", has=page.locator("#L22")).inner_text().startswith("Same layers as conv2_2")


def test_very_long_tables_make_few_elements_at_first(open_page: Open) -> None:
    page = open_page("networks/resnet-1202/")
    assert page.evaluate("document.querySelectorAll('*').length") < 4000


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_paper_has_every_row_and_column(scripts: bool, open_page: Open) -> None:
    page = open_page(RESNET, 1047, scripts=scripts)  # the width of A4 landscape within its margins
    page.emulate_media(media="print")
    hidden, beyond = page.evaluate(
        """() => {
          const cells = [...document.querySelectorAll('.lw-layers td, .lw-compute td')];
          const seen = cell => cell.checkVisibility() && cell.getBoundingClientRect().height > 0;
          const width = document.documentElement.clientWidth;
          return [cells.filter(cell => !seen(cell)).length,
                  cells.filter(cell => cell.getBoundingClientRect().right > width).length];
        }"""
    )
    assert (hidden, beyond) == (0, 0)


@pytest.mark.parametrize("slug", ["resnet-50", "resnet-152"])
def test_printing_opens_everything_for_a_while(slug: str, open_page: Open) -> None:
    page = open_page(f"networks/{slug}/")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".lw-folded details:not([open])").count() == 0
    assert is_seen(page, "#L100")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".lw-folded details[open]").count() == 0


# --- derivations ------------------------------------------------------------------------------------------------------


def page_steps(page: Page, row: str) -> list[list[str]]:
    """Title, worked figure and rule of each step below a row."""
    steps = page.locator(f"#{row}-worked dl > div")
    steps.first.wait_for()
    return [step.locator("dt, dd").all_inner_texts() for step in steps.all()]


def expected_steps(network: Network, index: int) -> list[list[str]]:
    """Title, worked figure and rule of each step of a layer by the generator."""
    return [[step.title, step.worked, step.rule] for step in derivation.steps(network.layers[index], network)]


def test_a_click_on_a_row_opens_its_derivation(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("networks/vgg-16/")
    page.locator("#L1 td").nth(2).click()
    assert page_steps(page, "L1") == expected_steps(catalogue.entry("vgg-16").network, 0)
    page.locator("#L1 a").click()
    assert page.locator("#L1-worked").count() == 0


def test_a_derivation_is_opened_from_the_keyboard(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("networks/alexnet/")
    name = page.locator("#L1 a")
    name.focus()
    assert name.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    assert name.get_attribute("aria-expanded") == "true"
    assert page_steps(page, "L1") == expected_steps(catalogue.entry("alexnet").network, 0)
    assert page.locator(f"#{name.get_attribute('aria-controls')}").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page_steps(page, "L2")[0][0] == "Height and width"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_name_of_a_layer_is_the_address_of_its_row(scripts: bool, open_page: Open) -> None:
    page = open_page("networks/alexnet/", scripts=scripts)
    name = page.locator("#L1 a")
    assert name.evaluate("name => name.href === new URL('#L1', location).href")
    assert name.get_attribute("aria-expanded") == ("false" if scripts else None)
    name.click()
    assert page.url.endswith("/networks/alexnet/#L1")


def test_the_address_of_a_row_opens_in_another_tab(open_page: Open) -> None:
    page = open_page("networks/alexnet/")
    with page.context.expect_page() as other:
        page.locator("#L2 a").click(modifiers=["Control"])
    assert page.locator("#L2-worked").count() == 0
    other.value.locator("#L2-worked dl").wait_for()


def test_a_marked_text_of_a_row_does_not_open_it(open_page: Open) -> None:
    page = open_page("networks/alexnet/")
    page.locator("#L1 td").nth(1).dblclick()  # which marks a word
    assert page.evaluate("String(getSelection())")
    shown = page.locator("#L1-worked").count()
    page.locator("#L1 td").nth(1).dispatch_event("click")
    assert page.locator("#L1-worked").count() == shown
    page.locator("#L2 a").dispatch_event("click")
    page.locator("#L2-worked dl").wait_for()


def test_rows_inside_groups_have_derivations(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("networks/googlenet/")
    page.locator(".lw-layers").get_by_role("button", name="Expand all").click()
    side = next(row for row in catalogue.entry("googlenet").network.layers if not row.on_main_path)
    page.locator(f"#L{side.index + 1} a").click()
    assert page_steps(page, f"L{side.index + 1}") == expected_steps(catalogue.entry("googlenet").network, side.index)


@pytest.mark.parametrize("slug", ["googlenet", "swinv2-t", "segnet"])
def test_every_layer_shows_its_derivation(slug: str, open_page: Open, catalogue: Catalogue) -> None:
    network = catalogue.entry(slug).network
    page = open_page(f"networks/{slug}/")
    page.locator(".lw-layers").get_by_role("button", name=re.compile("all$")).first.click()
    page.evaluate("document.querySelectorAll('.lw-layers tr[id] > th > a').forEach(name => name.click())")
    page.wait_for_function(f"document.querySelectorAll('.lw-worked dl').length === {len(network.layers)}")
    panels: dict[str, list[list[str]]] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.lw-worked')].map(panel => [panel.id,
             [...panel.querySelectorAll('dl > div')].map(step => [...step.children].map(part => part.textContent))]))"""
    )
    assert panels == {f"L{index + 1}-worked": expected_steps(network, index) for index in range(len(network.layers))}


def test_a_derivation_that_cannot_be_loaded_is_reported(open_page: Open) -> None:
    page = open_page("networks/alexnet/")
    page.route("**/derivation.json", lambda route: route.fulfill(status=200, body="no JSON"))
    page.locator("#L1 a").click()
    expect(page.locator("#L1-worked")).to_have_text("The data of this network could not be loaded.")


# --- what if ----------------------------------------------------------------------------------------------------------


def needs(network: Network, number: network_memory.NumberType, batch: int) -> dict[str, list[str]]:
    """Memory and rule of each figure by the generator."""
    of = network_memory.counts(network)
    figures = [*inference(of, number, batch), *training(of, number, batch)]
    return {figure.key: [figure.memory, figure.rule] for figure in figures}


def page_memory(page: Page) -> dict[str, list[str]]:
    """Memory and rule of each figure on the page."""
    lines = page.locator(".lw-memory tr[data-figure]").all()
    return {str(line.get_attribute("data-figure")): line.locator("td").all_inner_texts() for line in lines}


@pytest.mark.parametrize("slug", ["lenet-5", "googlenet"])
def test_memory_follows_number_type_and_batch_size(slug: str, open_page: Open, catalogue: Catalogue) -> None:
    network = catalogue.entry(slug).network
    page = open_page(f"networks/{slug}/")
    assert page_memory(page) == needs(network, network_memory.FP32, 1)
    for number in network_memory.NUMBER_TYPES:
        page.get_by_text(number.name, exact=True).click()
        for batch in (1, 7, 256):
            page.get_by_label("Batch size").fill(str(batch))
            assert page_memory(page) == needs(network, number, batch)
            assert f"{number.name}, batch {batch}" in page.locator(".lw-needs").inner_text()


def test_a_batch_that_is_none_changes_nothing(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    before = page_memory(page)
    for nonsense in ("", "0", "-3", "1.5"):
        page.get_by_label("Batch size").fill(nonsense)
        assert page_memory(page) == before


def test_the_number_type_is_chosen_from_the_keyboard(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    page.get_by_label("fp32").focus()
    page.keyboard.press("ArrowRight")
    # half of the source table's 241.039 KB: 61,706 · 2 / 1024
    assert page_memory(page)["parameters"] == ["120.520 KB", "61,706 parameters × 2 bytes"]


@pytest.mark.parametrize(
    ("values", "memory"),
    [
        ("16", "0.062 KB"),  # 64 bytes are 0.0625 KB, and ties go to the even digit as in Python
        ("48", "0.188 KB"),  # 192 bytes, 0.1875 KB
        ("270336", "1.0312 MB"),  # 1,081,344 bytes, 1.03125 MB
        ("262143", "1,023.996 KB"),
        ("262144000", "1,000.0000 MB"),
    ],
)
def test_memory_is_rounded_as_on_the_page(values: str, memory: str, open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    page.evaluate("values => { document.querySelector('[data-figure=outputs]').dataset.values = values; }", values)
    page.get_by_label("Batch size").fill("1")
    assert page_memory(page)["outputs"][0] == memory


def test_without_scripts_it_is_fp32_and_one_image(open_page: Open) -> None:
    page = open_page("networks/lenet-5/", scripts=False)
    assert page_memory(page)["parameters"] == ["241.039 KB", "61,706 parameters × 4 bytes"]
