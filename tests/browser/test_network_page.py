"""Actions of a reader on a network's page: unfold stages, open derivations, ask what if, print."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from layerwise.network import memory
from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network
from layerwise.network.memory import Amount
from layerwise.report import derivation
from layerwise.report.formatting import rounded_memory
from tests.browser.conftest import Open

RESNET = "networks/resnet-50/"


def is_seen(page: Page, selector: str) -> bool:
    """Return true if an element is drawn, that is, not inside a closed group."""
    return bool(page.evaluate("selector => document.querySelector(selector).checkVisibility()", selector))


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


# --- memory -----------------------------------------------------------------------------------------------------------


def amounts(network: Network) -> dict[str, Amount]:
    """Some of the amounts of memory on a page, by the heads of their rows."""
    saved, checkpointed = memory.saved(network), memory.checkpointed(network)
    return {
        "Parameters": memory.parameters(network),
        "All outputs": memory.outputs(network),
        "Peak activations": memory.peak_activations(network),
        "Gradients": memory.gradients(network),
        "Copies of weights, AMP": memory.weight_copies(network),
        "Saved for the backward pass": saved,
        "Saved with checkpointing": checkpointed,
        **{optimizer.name: memory.training(network, optimizer, saved) for optimizer in memory.OPTIMIZERS},
        "Adam, checkpointing": memory.training(network, memory.OPTIMIZERS[-1], checkpointed),
    }


INFERENCE = ("Parameters", "All outputs", "Peak activations")


def page_memory(page: Page) -> dict[str, list[str]]:
    """The head, the memory, and what follows it, of each row with an amount."""
    rows: list[list[str]] = page.evaluate(
        "[...document.querySelectorAll('.lw-memory tr[title]')].map(row => [...row.cells].map(one => one.textContent))"
    )
    return {head: cells for head, *cells in rows}


@pytest.mark.parametrize("slug", ["lenet-5", "googlenet", "swin-t"])
def test_memory_follows_precision_and_batch_size(slug: str, open_page: Open, catalogue: Catalogue) -> None:
    network = catalogue.entry(slug).network
    page = open_page(f"networks/{slug}/")
    for precision in memory.PRECISIONS:
        page.get_by_text(precision.name, exact=True).click()
        for batch in (1, 7, 256):
            page.get_by_label("Batch size").fill(str(batch))
            shown = page_memory(page)
            for head, amount in amounts(network).items():
                applies = precision.trains or head in INFERENCE
                assert shown[head][0] == (rounded_memory(amount.bytes(precision, batch)) if applies else "–"), head
            expected = [amounts(network)["Adam"].largest_batch(precision, size * memory.GB) for size in memory.DEVICES]
            assert shown["Adam"][1:] == ([f"{images:,}" for images in expected] if precision.trains else ["–"] * 4)
            assert f"{precision.name}, batch {batch}" in page.locator(".lw-needs").inner_text()


def test_exact_bytes_appear_on_hover(open_page: Open) -> None:
    page = open_page(RESNET)
    peak = page.locator(".lw-memory tr", has_text="Peak activations").first
    expect(peak).to_have_attribute("title", "9,633,792 bytes")
    page.get_by_label("Batch size").fill("2")
    expect(peak).to_have_attribute("title", "19,267,584 bytes")
    expect(page.locator(".lw-figures dd", has_text="9.188 MB")).to_have_attribute("title", "9,633,792 bytes")


@pytest.mark.parametrize("nonsense", ["", "0", "-3", "1.5", "99999"])
def test_a_batch_that_is_none_shows_an_error(nonsense: str, open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    field = page.get_by_label("Batch size")
    field.fill("2")
    field.fill(nonsense)
    expect(page.locator("#batch-error")).to_have_text("Enter a whole number from 1 to 65,536.")
    assert {cells[0] for cells in page_memory(page).values()} == {"–"}
    assert page_memory(page)["Adam"][1:] == ["–"] * 4
    expect(page).to_have_url(re.compile("batch=2$"))
    field.fill("3")
    expect(page.locator("#batch-error")).to_have_text("")
    assert page_memory(page)["Parameters"][0] == "241.0 KB"


def test_the_address_holds_precision_and_batch(open_page: Open) -> None:
    page = open_page("networks/lenet-5/#memory")
    page.get_by_text("AMP", exact=True).click()
    page.get_by_label("Batch size").fill("32")
    expect(page).to_have_url(re.compile(r"/networks/lenet-5/\?precision=amp&batch=32#memory$"))
    shown = page_memory(page)
    page.reload()
    assert page_memory(page) == shown
    page.get_by_text("fp32", exact=True).click()
    page.get_by_label("Batch size").fill("1")
    expect(page).to_have_url(re.compile("/networks/lenet-5/#memory$"))


def test_an_address_with_nonsense_is_ignored_or_reported(open_page: Open) -> None:
    page = open_page("networks/lenet-5/?precision=fp64&batch=0")
    expect(page.get_by_label("fp32")).to_be_checked()
    expect(page.locator("#batch-error")).to_have_text("Enter a whole number from 1 to 65,536.")


def test_the_precision_is_chosen_from_the_keyboard(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    page.get_by_label("AMP").focus()
    page.keyboard.press("ArrowRight")
    # half of the source table's 241.039 KB: 61,706 · 2 / 1024
    assert page_memory(page)["Parameters"][0] == "120.5 KB"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("16", "64 bytes"),
        ("1049088", "4.002 MB"),  # 4,196,352 bytes are 4.00195… MB
        ("2408448", "9.188 MB"),  # 9.1875 MB, and ties go to the even digit as in Python
        ("262143", "1,024 KB"),
        ("262144000", "1,000 MB"),
        ("1073741824", "4.000 GB"),
    ],
)
def test_memory_is_rounded_as_on_the_page(values: str, expected: str, open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    page.locator(".lw-memory tr", has_text="All outputs").evaluate(
        "(row, values) => { row.dataset.image = `0,${values}`; }", values
    )
    page.get_by_label("Batch size").fill("1")
    assert page_memory(page)["All outputs"][0] == expected


def test_without_scripts_it_is_fp32_and_one_image(open_page: Open) -> None:
    page = open_page("networks/lenet-5/", scripts=False)
    assert page_memory(page)["Parameters"] == ["241.0 KB", "61,706 parameters"]
