"""Actions of a reader on a network's page: unfold stages, open derivations, ask what if, print."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from layerwise.network import memory
from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network
from layerwise.network.memory import Amount
from layerwise.report import derivation
from layerwise.report.addresses import addresses
from layerwise.report.formatting import rounded_memory
from tests.browser.conftest import Open

RESNET = "networks/resnet-50/"
FIRST = "conv2_x/conv2_1/Conv1"
LATER = "conv2_x/conv2_2/Conv1"


def at(address: str) -> str:
    """The selector of a place by its address."""
    return f"[id='{address}']"


def address_of(network: Network, index: int) -> str:
    """The address of a layer by its position."""
    return addresses(network)[id(network.layers[index])]


def is_seen(page: Page, selector: str) -> bool:
    """Return true if an element is drawn, that is, not inside a closed group."""
    return bool(page.evaluate("selector => document.querySelector(selector).checkVisibility()", selector))


# --- sections ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["vgg-16", "resnet-50"])
def test_line_of_sections_stays_in_sight_and_leads_to_headings(slug: str, open_page: Open) -> None:
    page = open_page(f"networks/{slug}/")
    bar = page.locator(".lw-sections")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for name, heading in (("Memory", "Memory for inference and training"), ("Definition", "Definition")):
            bar.get_by_role("link", name=name).click()
            line: Any = bar.bounding_box()
            title: Any = page.get_by_role("heading", name=re.compile(heading)).bounding_box()
            assert 0 < line["y"] < 100, width
            assert line["height"] < 50, width
            assert line["y"] + line["height"] <= title["y"] < 900, width


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
    assert not is_seen(page, at(FIRST))
    stage = page.locator(".lw-layers summary", has_text="conv2_x")
    stage.focus()
    page.keyboard.press("Enter")
    assert is_seen(page, at(FIRST))  # the first block opens with its stage
    assert not is_seen(page, at(LATER))
    block = page.locator(".lw-layers summary", has_text="conv2_2 and conv2_3, alike")
    block.focus()
    page.keyboard.press("Space")
    assert is_seen(page, at(LATER))
    stage.focus()
    page.keyboard.press("Enter")
    assert not is_seen(page, at(FIRST))


def test_first_block_opens_with_its_stage_after_all_were_closed(open_page: Open) -> None:
    page = open_page(RESNET)
    page.locator(".lw-layers").get_by_role("button", name="Collapse all").click()
    page.locator(".lw-layers summary", has_text="conv4_x").click()
    page.wait_for_function("() => document.getElementById('conv4_x/conv4_1/Conv1').checkVisibility()")
    assert not is_seen(page, at("conv4_x/conv4_2/Conv1"))


@pytest.mark.parametrize("width", [360, 1440])
def test_totals_stay_in_sight(width: int, open_page: Open) -> None:
    page = open_page("networks/densenet-201/", width)
    page.locator(".lw-layers").get_by_role("button", name="Expand all").click()
    page.evaluate("document.querySelectorAll('.lw-layers tr[id]')[250].scrollIntoView({block: 'center'})")
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


@pytest.mark.parametrize(("table", "width"), [(".lw-layers", 768), (".lw-layers", 1440), (".lw-compute", 360)])
def test_columns_are_in_line_across_all_parts(table: str, width: int, open_page: Open) -> None:
    page = open_page(RESNET, width)
    page.locator(table).get_by_role("button", name="Expand all").click()
    edges = page.evaluate(
        """table => [...document.querySelectorAll(`${table} :is(tr[class], .lw-titles tr)`)]
             .map(row => [...row.cells].slice(1).map(cell => Math.round(cell.getBoundingClientRect().right)).join())""",
        table,
    )
    assert len(edges) > 60
    assert len(set(edges)) == 1
    ends = page.evaluate(
        """table => [...document.querySelectorAll(`${table} :is(details tr, summary)`)]
             .map(line => Math.round(line.getBoundingClientRect().right))""",
        table,
    )
    assert len(set(ends)) == 1


BROKEN_WORDS = """() => [...document.querySelectorAll('.lw-table thead th')].flatMap(head => {
    const isClipped = element => getComputedStyle(element).clipPath !== 'none';
    if (isClipped(head.closest('thead')) || isClipped(head.closest('table'))) return [];
    const text = head.firstChild;
    return [...text.data.matchAll(/\\S+/g)].filter(({0: word, index}) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const box = range.getBoundingClientRect(), cell = head.getBoundingClientRect();
      return new Set([...range.getClientRects()].map(line => line.top)).size > 1 || box.right > cell.right;
    }).map(([word]) => word);
  })"""


@pytest.mark.parametrize("slug", ["lenet-5", "resnet-50", "vit-b-16"])
def test_words_in_heads_are_not_broken(slug: str, open_page: Open) -> None:
    page = open_page(f"networks/{slug}/")
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(BROKEN_WORDS) == [], width


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["resnet-50", "densenet-201"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_address_opens_the_groups_around_its_layer(
    scripts: bool, slug: str, open_page: Open, catalogue: Catalogue
) -> None:
    address = address_of(catalogue.entry(slug).network, 12)
    page = open_page(f"networks/{slug}/#{address}", scripts=scripts)
    page.wait_for_function("id => document.getElementById(id)?.checkVisibility()", arg=address)
    box: Any = page.locator(at(address)).bounding_box()
    assert 0 <= box["y"] <= 900


@pytest.mark.parametrize(
    ("slug", "index"),
    [
        ("vgg-16", 6),
        ("resnet-50", 18),  # in the first of blocks alike
        ("resnet-50", 100),
        ("resnet-1202", 2000),
        ("densenet-201", 400),  # in a group that waits
        ("nasnet-a-large", 500),  # in blocks alike within others
        ("googlenet", 60),  # next to a side output
    ],
)
def test_names_and_old_positions_lead_to_the_same_layer(
    slug: str, index: int, open_page: Open, catalogue: Catalogue
) -> None:
    network = catalogue.entry(slug).network
    addresses = [address_of(network, index), f"L{index + 1}"]
    page = open_page(f"networks/{slug}/#{quote(addresses[index % 2])}")  # one when it opens, the other one later
    for address in (addresses[index % 2], addresses[1 - index % 2]):
        page.evaluate("address => { location.hash = address; }", quote(address))
        assert shown_steps(page) == expected_steps(network, index), address
        box: Any = page.locator(".lw-open").bounding_box()
        assert 0 <= box["y"] <= 900, address
        page.evaluate("document.querySelector('.lw-open > th > a').click(); scrollTo(0, 0);")
        expect(page.locator(".lw-open")).to_have_count(0)


def test_every_position_and_name_is_found(open_page: Open, catalogue: Catalogue) -> None:
    for slug in ("resnet-152", "nasnet-a-mobile", "googlenet", "hrnet-w18", "vgg-16", "swinv2-t"):
        network = catalogue.entry(slug).network
        page = open_page(f"networks/{slug}/")
        if page.locator(".lw-layers.lw-folded").count():
            page.locator(".lw-layers").get_by_role("button", name="Expand all").click()
        names = [address_of(network, index) for index in range(len(network.layers))]
        found = page.evaluate(
            """async ([script, names]) => {
              const places = await import(script);
              const table = document.querySelector('.lw-layers[data-network]');
              const number = ({row, distance}) => places.position(table, row) + distance;
              return names.map((name, place) =>
                [number(places.atAddress(table, name)), number(places.atPosition(table, place))]);
            }""",
            ["/assets/layerwise/places.js", names],
        )
        assert found == [[place, place] for place in range(len(names))], slug


def test_other_addresses_open_no_layer(open_page: Open) -> None:
    page = open_page(f"{RESNET}#nothing")
    for address in ("#%", "#L0", "#L999999", "#memory", "#nothing-else"):
        page.evaluate("address => { location.hash = address; }", address)
        page.wait_for_timeout(50)  # rows open immediately, if they do
        assert page.locator(".lw-open").count() == 0, address


def test_without_scripts_the_address_of_a_block_leads_to_the_line_for_it(open_page: Open) -> None:
    page = open_page("networks/resnet-101/#conv4_x/conv4_9", scripts=False)
    assert is_seen(page, at("conv4_x/conv4_2"))
    box: Any = page.locator(at("conv4_x/conv4_2")).bounding_box()
    assert 0 <= box["y"] <= 900


def test_row_has_a_link_that_copies_its_address(open_page: Open) -> None:
    page = open_page("networks/vgg-16/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row = page.locator(".lw-layers tr[id]").nth(3)
    row.hover()
    link = row.locator("a.lw-link")
    expect(link).to_have_css("opacity", "1")
    link.click()
    address = f"#{row.get_attribute('id')}"
    assert page.url.endswith(address)
    page.wait_for_function(f"async () => (await navigator.clipboard.readText()).endsWith('{address}')")
    page.locator(".lw-worked dl").wait_for()


def test_link_of_a_row_is_reached_by_keyboard(open_page: Open) -> None:
    page = open_page("networks/vgg-16/")
    name = page.locator(".lw-layers tr[id] > th > a").first
    name.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("Link to conv1/")


# --- long tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_very_long_tables_are_complete_when_opened(scripts: bool, open_page: Open) -> None:
    page = open_page("networks/densenet-201/", scripts=scripts)
    for stage in page.locator(".lw-layers .lw-sheet > details > summary").all():
        stage.click()
    # a convolution and a normalization each: 1 + 2 · (6 + 12 + 48 + 32) + 3 convolutions
    expect(page.locator(".lw-layers tr:is(.c, .w)")).to_have_count(200)


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
    assert len(parts) > 8  # two for each of four stages, and the layers outside of blocks
    assert all(part == titles for part in parts)
    assert page.locator(f"{table} .lw-titles").get_attribute("aria-hidden") == "true"


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
    assert is_seen(page, at("conv4_x/conv4_2/Conv1"))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".lw-sheet > details[open]").count() == 0


# --- derivations ------------------------------------------------------------------------------------------------------


def page_steps(page: Page, row: str) -> list[list[str]]:
    """Title, worked figure and rule of each step below a row."""
    return shown_steps(page, f"{at(row)} + .lw-worked")


def shown_steps(page: Page, panel: str = ".lw-worked") -> list[list[str]]:
    """Title, worked figure and rule of each step in a panel."""
    steps = page.locator(f"{panel} dl > div")
    steps.first.wait_for()
    texts: list[list[str]] = steps.evaluate_all(
        "steps => steps.map(step => [...step.children].map(part => part.textContent))"
    )
    return texts


def expected_steps(network: Network, index: int) -> list[list[str]]:
    """Title, worked figure and rule of each step of a layer by the generator."""
    return [[step.title, step.worked, step.rule] for step in derivation.steps(network.layers[index], network)]


ROW = ".lw-layers tr[id]:not(.lw-worked)"
NAME = f"{ROW} > th > a:not(.lw-link)"


def test_a_click_on_a_row_opens_its_derivation(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("networks/vgg-16/")
    page.locator(ROW).first.locator("td").nth(2).click()
    assert shown_steps(page) == expected_steps(catalogue.entry("vgg-16").network, 0)
    page.locator(NAME).first.click()
    assert page.locator(".lw-worked").count() == 0


def test_a_derivation_is_opened_from_the_keyboard(open_page: Open, catalogue: Catalogue) -> None:
    network = catalogue.entry("alexnet").network
    page = open_page("networks/alexnet/")
    name = page.locator(NAME).first
    name.focus()
    assert name.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    assert name.get_attribute("aria-expanded") == "true"
    assert page_steps(page, address_of(network, 0)) == expected_steps(network, 0)
    assert page.locator(at(str(name.get_attribute("aria-controls")))).is_visible()
    page.locator(NAME).nth(1).focus()
    page.keyboard.press("Space")
    assert page_steps(page, address_of(network, 1))[0][0] == "Height and width"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_name_of_a_layer_is_the_address_of_its_row(scripts: bool, open_page: Open, catalogue: Catalogue) -> None:
    address = address_of(catalogue.entry("alexnet").network, 0)
    page = open_page("networks/alexnet/", scripts=scripts)
    name = page.locator(NAME).first
    assert name.evaluate("(name, address) => name.href === new URL(`#${address}`, location).href", address)
    assert name.get_attribute("aria-expanded") == ("false" if scripts else None)
    name.click()
    assert page.url.endswith(f"/networks/alexnet/#{address}")


def test_the_address_of_a_row_opens_in_another_tab(open_page: Open) -> None:
    page = open_page("networks/alexnet/")
    with page.context.expect_page() as other:
        page.locator(NAME).nth(1).click(modifiers=["Control"])
    assert page.locator(".lw-worked").count() == 0
    other.value.locator(".lw-worked dl").wait_for()


def test_a_click_on_marked_text_neither_opens_nor_closes_a_row(open_page: Open) -> None:
    page = open_page("networks/alexnet/")
    names, cell = page.locator(NAME), page.locator(ROW).first.locator("td").nth(1)
    cell.dblclick()  # the first click opens the row; the second marks a word and changes nothing
    assert page.evaluate("String(getSelection())")
    expect(names.first).to_have_attribute("aria-expanded", "true")
    page.locator(".lw-worked dl").wait_for()
    names.first.dispatch_event("click")
    expect(names.first).to_have_attribute("aria-expanded", "false")
    cell.dispatch_event("click")
    expect(names.first).to_have_attribute("aria-expanded", "false")
    names.nth(1).dispatch_event("click")
    page.locator(f"{ROW} ~ {ROW.removeprefix('.lw-layers ')} + .lw-worked dl").wait_for()
    expect(page.locator(".lw-worked")).to_have_count(1)


def test_rows_inside_groups_have_derivations(open_page: Open, catalogue: Catalogue) -> None:
    network = catalogue.entry("googlenet").network
    page = open_page("networks/googlenet/")
    page.locator(".lw-layers").get_by_role("button", name="Expand all").click()
    side = next(row for row in network.layers if not row.on_main_path)
    address = address_of(network, side.index)
    page.locator(f"{at(address)} > th > a").click()
    assert page_steps(page, address) == expected_steps(network, side.index)


@pytest.mark.parametrize("slug", ["googlenet", "swinv2-t", "segnet"])
def test_every_layer_shows_its_derivation(slug: str, open_page: Open, catalogue: Catalogue) -> None:
    network = catalogue.entry(slug).network
    page = open_page(f"networks/{slug}/")
    page.locator(".lw-layers").get_by_role("button", name=re.compile("all$")).first.click()
    page.evaluate("document.querySelectorAll('.lw-layers tr[id] > th > a').forEach(name => name.click())")
    rows = page.locator(ROW)
    page.wait_for_function(f"document.querySelectorAll('.lw-worked dl').length === {rows.count()}")
    panels: dict[str, list[list[str]]] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.lw-worked')].map(panel => [panel.id,
             [...panel.querySelectorAll('dl > div')].map(step => [...step.children].map(part => part.textContent))]))"""
    )
    places = {address_of(network, index): index for index in range(len(network.layers))}
    printed = rows.evaluate_all("rows => rows.map(row => row.id)")
    assert panels == {f"{address}-worked": expected_steps(network, places[address]) for address in printed}


def test_a_derivation_that_cannot_be_loaded_is_reported(open_page: Open) -> None:
    page = open_page("networks/alexnet/")
    page.route("**/derivation.json", lambda route: route.fulfill(status=200, body="no JSON"))
    page.locator(NAME).first.click()
    expect(page.locator(".lw-worked")).to_have_text("The data of this network could not be loaded.")


# --- phones -----------------------------------------------------------------------------------------------------------


ROWS_ON_PHONES = """rows => rows.filter(row => row.checkVisibility()).map(row => ({
  cells: [...row.cells].slice(6, 8).map(cell => cell.getBoundingClientRect()).map(({left, right}) => [left, right]),
  lines: row.getBoundingClientRect().height / parseFloat(getComputedStyle(row).lineHeight),
}))"""


@pytest.mark.parametrize("slug", ["vgg-16", "resnet-50"])
def test_a_layer_is_two_lines_on_phones(slug: str, open_page: Open) -> None:
    page = open_page(f"networks/{slug}/", 360)
    for button in page.locator(".lw-layers").get_by_role("button", name="Expand all").all():
        button.click()
    region = page.locator(".lw-scroll:has(.lw-layers), .lw-layers .lw-scroll")
    for width in (360, 390, 590):
        page.set_viewport_size({"width": width, "height": 900})
        assert region.evaluate("region => region.scrollWidth - region.clientWidth") <= 0, width
        rows = page.locator(f"{ROW}:is(.c, .w, .lw-convolution, .lw-pointwise)").evaluate_all(ROWS_ON_PHONES)
        assert len(rows) >= 13
        for row in rows:
            assert all(0 <= left < right <= width for left, right in row["cells"]), width
            assert row["lines"] < 4, width


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


def test_a_batch_that_is_none_shows_an_error(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    field = page.get_by_label("Batch size")
    for nonsense in ("", "0", "-3", "1.5", "99999"):
        field.fill("2")
        field.fill(nonsense)
        expect(page.locator("#batch-error"), nonsense).to_have_text("Enter a whole number from 1 to 65,536.")
        assert {cells[0] for cells in page_memory(page).values()} == {"–"}, nonsense
        assert page_memory(page)["Adam"][1:] == ["–"] * 4, nonsense
        expect(page, nonsense).to_have_url(re.compile("batch=2$"))
        field.fill("3")
        expect(page.locator("#batch-error"), nonsense).to_have_text("")
        assert page_memory(page)["Parameters"][0] == "241.0 KB", nonsense


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


def test_memory_is_rounded_as_on_the_page(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    row = page.locator(".lw-memory tr", has_text="All outputs")
    for values, expected in (
        ("16", "64 bytes"),
        ("1049088", "4.002 MB"),  # 4,196,352 bytes are 4.00195… MB
        ("2408448", "9.188 MB"),  # 9.1875 MB, and ties go to the even digit as in Python
        ("262143", "1,024 KB"),
        ("262144000", "1,000 MB"),
        ("1073741824", "4.000 GB"),
    ):
        row.evaluate("(row, values) => { row.dataset.image = `0,${values}`; }", values)
        page.get_by_label("Batch size").fill("1")
        assert page_memory(page)["All outputs"][0] == expected


def test_without_scripts_it_is_fp32_and_one_image(open_page: Open) -> None:
    page = open_page("networks/lenet-5/", scripts=False)
    assert page_memory(page)["Parameters"] == ["241.0 KB", "61,706 parameters"]
