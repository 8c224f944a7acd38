"""The catalogue, as a reader uses it: sort, filter, link to a view, choose networks, look at the charts."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

NAMES = ".lw-catalogue tbody tr:not(.lw-out) th"


@pytest.fixture(scope="session")
def networks(site: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads((site / "api/v1/networks.json").read_text(encoding="utf-8"))
    return listed


def listed_names(page: Page) -> list[str]:
    """The names of the rows; what of them is out of sight has no inner text."""
    return page.locator(NAMES).all_text_contents()


def head(page: Page, name: str) -> Any:
    return page.locator(".lw-catalogue thead").get_by_role("button", name=name, exact=True)


COLUMNS = {"Year": "year", "Parameters": "parameters", "Memory": "memory_bytes", "MACs": "macs", "Depth": "depth"}


def test_sorting_by_a_figure(open_page: Open, networks: list[dict[str, Any]]) -> None:
    page = open_page("networks/")
    for column, figure in COLUMNS.items():
        of = {network["name"]: network[figure] for network in networks}
        assert len(of) == len(networks)
        button = head(page, column)
        cell = page.locator(".lw-catalogue thead th", has=page.get_by_role("button", name=column, exact=True))
        for order, is_reversed in (("descending", True), ("ascending", False)):
            button.click()
            expect(cell).to_have_attribute("aria-sort", order)
            assert [of[name] for name in listed_names(page)] == sorted(of.values(), reverse=is_reversed), column
        assert page.locator("[aria-sort]").count() == 1, column


def test_what_has_no_accuracy_comes_last_either_way(open_page: Open, networks: list[dict[str, Any]]) -> None:
    page = open_page("networks/")
    known = sorted(network["top1"] for network in networks if network["top1"] is not None)
    for expected in (known[::-1], known):
        head(page, "Top-1").click()
        cells = page.locator(".lw-catalogue tbody tr td:nth-child(10)").all_text_contents()
        assert [float(cell.removesuffix(" %")) for cell in cells[: len(known)]] == pytest.approx(expected, abs=0.006)
        assert set(cells[len(known) :]) == {""}


def test_names_sort_as_people_count(open_page: Open) -> None:
    page = open_page("networks/")
    head(page, "Network").click()
    order = listed_names(page)
    depths = [order.index(f"ResNet-{depth}") for depth in (18, 34, 50, 101, 152, 1202)]
    assert depths == sorted(depths)


FOUND = [
    ("vgg-d", ["VGG-16"], ["VGG-19", "ResNet-50"]),
    ("VGG16", ["VGG-16"], ["VGG-19"]),
    ("inception v1", ["GoogLeNet"], ["VGG-16"]),
    ("simonyan", ["VGG-11", "VGG-19"], ["AlexNet"]),
    ("Dollar", ["ResNeXt-50 32x4d", "RegNetX-800MF"], ["ResNet-50"]),
    ("lecun 1998", ["LeNet-5 (1998)"], ["LeNet-5"]),
    ("zagoruyko 50", ["Wide ResNet-50-2"], ["Wide ResNet-101-2", "ResNet-50"]),
]


def test_text_finds_by_name_alias_family_and_author(open_page: Open) -> None:
    page = open_page("networks/")
    for text, some, others in FOUND:
        page.get_by_role("searchbox", name="Text").fill(text)
        found = listed_names(page)
        assert set(some) <= set(found), text
        assert not set(others) & set(found), text
        expect(page.locator(".lw-count"), text).to_contain_text(f"{len(found)} of ")


def test_a_view_has_an_address_of_its_own(open_page: Open, networks: list[dict[str, Any]]) -> None:
    page = open_page("networks/")
    page.get_by_role("searchbox", name="Text").fill("he zhang")
    page.get_by_label("Family").select_option("ResNet")
    page.get_by_label("Year to").fill("2015")
    page.get_by_label("Parameters from").fill("10M")
    page.get_by_label("Parameters to").fill("50 million")
    head(page, "MACs").click()
    page.wait_for_url("**sort=-macs**")
    found = listed_names(page)
    expected = {
        network["name"]: network["macs"]
        for network in networks
        if network["family"] == "ResNet" and network["year"] <= 2015 and 1e7 <= network["parameters"] <= 5e7
    }
    assert found == sorted(expected, key=lambda name: -expected[name])
    assert {"ResNet-18", "ResNet-50", "ResNet-101"} <= set(found)  # 11.7, 25.6 and 44.5 M; ResNet-152 has 60.2 M

    page.reload()
    expect(page.locator(".lw-count")).to_contain_text(f"{len(found)} of {len(networks)}")
    assert listed_names(page) == found
    expect(page.get_by_label("Family")).to_have_value("ResNet")
    expect(page.get_by_label("Parameters to")).to_have_value("50 million")
    expect(page.locator("[aria-sort]")).to_have_text("MACs")

    page.get_by_role("button", name="Reset").click()
    assert listed_names(page) == [network["name"] for network in networks]
    page.wait_for_url("**/networks/")


def test_address_with_nonsense_is_taken_as_far_as_it_goes(open_page: Open, networks: list[dict[str, Any]]) -> None:
    page = open_page("networks/?family=None&task=none&macs-to=lots&sort=-beauty&chart=pie&type=1&x=1&text=alexnet")
    assert "AlexNet" in listed_names(page)
    assert len(listed_names(page)) < len(networks)
    expect(page.get_by_label("Family")).to_have_value("")
    expect(page.get_by_label("MACs to")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".lw-count")).to_contain_text("Not a figure: lots; write 500M")
    assert page.locator(".lw-scatter:visible").count() == 1


def test_nothing_found_says_so(open_page: Open) -> None:
    page = open_page("networks/?text=nonesuch")
    expect(page.locator(".lw-count")).to_contain_text("0 of ")
    said = page.evaluate("getComputedStyle(document.querySelector('.lw-catalogue tbody'), '::after').content")
    assert "No matching networks" in said


def test_with_the_keyboard(open_page: Open) -> None:
    page = open_page("networks/")
    page.get_by_role("searchbox", name="Text").focus()
    page.keyboard.type("mobilenetv2")
    status = page.get_by_role("status").filter(has_text=" of ")
    found = len(listed_names(page))
    expect(status).to_have_text(f"{found} of {page.locator('.lw-catalogue tbody tr').count()} networks")
    head(page, "Parameters").focus()
    page.keyboard.press("Enter")
    expect(status).to_contain_text("sorted by parameters, descending")
    assert listed_names(page)[0] == "MobileNetV2 1.4"
    assert page.evaluate("document.activeElement.textContent") == "Parameters"
    page.keyboard.press("Space")
    expect(status).to_contain_text("sorted by parameters, ascending")


def test_a_row_goes_into_the_comparison_and_stays_there(open_page: Open) -> None:
    page = open_page("networks/?text=vgg-1")
    button = page.get_by_role("button", name="Compare VGG-16", exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Compare VGG-19", exact=True).click()
    bar = page.get_by_role("complementary", name="Comparison")
    expect(bar.get_by_role("link")).to_have_text("Compare 2 networks")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    bar.get_by_role("button", name="Remove VGG-19").click()
    expect(page.get_by_role("button", name="Compare VGG-19", exact=True)).to_have_attribute("aria-pressed", "false")
    bar.get_by_role("button", name="Clear").click()
    expect(bar.get_by_role("link")).to_have_count(0)


def test_a_comparison_has_room_for_twelve(open_page: Open) -> None:
    page = open_page("networks/")
    buttons = page.locator("button[data-compare][aria-label^=Compare]")
    for place in range(13):
        buttons.nth(place).click()
    expect(page.locator("button[data-compare][aria-label^=Compare][aria-pressed=true]")).to_have_count(12)
    expect(page.get_by_role("complementary").get_by_role("status")).to_contain_text("Cannot add")


def test_charts_can_be_switched_and_linked(open_page: Open, networks: list[dict[str, Any]]) -> None:
    page = open_page("networks/")
    accuracy, work = page.locator(".lw-chart-accuracy"), page.locator(".lw-chart-work")
    expect(accuracy).to_be_visible()
    expect(work).to_be_hidden()
    page.get_by_role("radio", name="Accuracy vs compute").focus()
    page.keyboard.press("ArrowRight")
    expect(work).to_be_visible()
    expect(accuracy).to_be_hidden()
    assert work.locator("a").count() == len(networks)
    page.wait_for_url("**chart=work**")
    page.reload()
    expect(work).to_be_visible()


def test_charts_and_their_names_follow_the_filter(open_page: Open) -> None:
    page = open_page("networks/?text=simonyan&chart=work")
    points = page.locator(".lw-chart-work a:not(.lw-out)")
    found = len(listed_names(page))
    expect(page.locator(".lw-chart-work .lw-shown")).to_have_text(f"{found} of {found} networks")
    named = {(point.get_attribute("aria-label") or "").split(" · ")[0] for point in points.all()}
    assert named == set(listed_names(page))
    names = set(page.locator(".lw-chart-work .lw-names text").all_text_contents())
    assert names
    assert names <= named


def test_points_with_the_keyboard(open_page: Open) -> None:
    page = open_page("networks/?family=VGG")
    chart = page.locator(".lw-chart-accuracy .lw-scatter")
    assert chart.locator("a[tabindex='0']").count() == 1
    chart.locator("a[tabindex='0']").focus()
    page.keyboard.press("Home")
    label = page.locator(".lw-label")
    expect(label).to_contain_text("VGG-11")
    page.keyboard.press("End")
    expect(label).to_contain_text("VGG-19")
    chosen = page.evaluate("document.activeElement.getAttribute('aria-label')").split(" · ")[0]
    page.keyboard.press("Enter")
    page.wait_for_url("**/networks/vgg-19*/")
    expect(page.locator("h1")).to_contain_text(chosen)


@pytest.mark.parametrize("width", [360, 700, 1440])
@pytest.mark.parametrize("query", ["", "?macs-to=1G&pareto=yes"])
def test_names_in_a_chart_do_not_collide(width: int, query: str, open_page: Open) -> None:
    page = open_page(f"networks/{query}", width)
    expect(page.locator(".lw-chart-accuracy .lw-names text").first).to_be_attached()
    duplicate_pages = page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll('.lw-chart-accuracy .lw-names text')]
            .map(text => [text.textContent, text.getBoundingClientRect()]).filter(([, box]) => box.width);
          const overlap = (a, b) =>
            a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
          return [boxes.length, boxes.flatMap(([name, box], place) => boxes.slice(place + 1)
            .filter(([, other]) => overlap(box, other)).map(([other]) => `${name} and ${other}`))];
        }"""
    )
    assert duplicate_pages[0] >= 5
    assert duplicate_pages[1] == []


def test_without_scripts_it_is_the_full_table_without_dead_controls(
    open_page: Open, networks: list[dict[str, Any]]
) -> None:
    page = open_page("networks/", scripts=False)
    assert page.locator(".lw-catalogue tbody tr").count() == len(networks)
    expect(page.locator("#filter")).to_be_hidden()
    assert page.locator(".lw-catalogue button").count() == 0
    expect(page.locator(".lw-catalogue thead").get_by_text("Compare")).to_be_hidden()
    expect(page.get_by_text("Pareto line", exact=True)).to_be_hidden()
    page.get_by_role("radio", name="Compute vs size").check()
    expect(page.locator(".lw-chart-work")).to_be_visible()
    link = page.locator(".lw-chart-work a").first
    assert "MACs" in (link.locator("title").text_content() or "")


def test_it_is_a_table_for_who_does_not_see_it(open_page: Open, networks: list[dict[str, Any]]) -> None:
    page = open_page("networks/")
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(node["role"]["value"] for node in nodes if not node["ignored"])
    assert (roles["table"], roles["row"], roles["columnheader"]) == (1, len(networks) + 1, 11)


@pytest.mark.parametrize("width", [360, 900, 1440])
def test_rows_are_as_high_out_of_sight_as_in_sight(width: int, open_page: Open) -> None:
    page = open_page("networks/", width)
    rows = page.locator(".lw-catalogue tbody tr")
    heights = "rows => [...new Set(rows.map(row => Math.round(row.getBoundingClientRect().height)))]"
    unseen = rows.evaluate_all(heights)
    page.add_style_tag(content="table.lw-catalogue tbody tr { content-visibility: visible }")
    assert len(unseen) == 1
    assert rows.evaluate_all(heights) == unseen


@pytest.mark.parametrize("width", [360, 1440])
def test_page_does_not_move_while_it_loads(width: int, open_page: Open) -> None:
    page = open_page("networks/", width)
    assert layout_shift(page) < 0.02


def test_print_has_every_column(open_page: Open) -> None:
    page = open_page("networks/", 1032)  # A4 landscape between margins of 12 mm
    page.emulate_media(media="print")
    right, width = page.locator(".lw-catalogue").evaluate(
        "table => [table.getBoundingClientRect().right, document.documentElement.clientWidth]"
    )
    assert right <= width
    expect(page.locator("#filter")).to_be_hidden()


def layout_shift(page: Page) -> float:
    """The cumulative layout shift up to now."""
    shift: float = page.evaluate(
        """() => new Promise(done => {
          let sum = 0;
          new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
            .observe({type: 'layout-shift', buffered: true});
          setTimeout(() => done(sum), 300);
        })"""
    )
    return shift


def test_sorting_and_filtering_are_immediate(open_page: Open) -> None:
    page = open_page("networks/")
    slowest = page.evaluate(
        """() => {
          const once = act => { const start = performance.now(); act(); return performance.now() - start; };
          const best = act => Math.min(once(act), once(act), once(act));  // without what else the machine does
          const field = document.querySelector('#filter [name=text]');
          const type = text => { field.value = text; field.dispatchEvent(new Event('input', {bubbles: true})); };
          const heads = [...document.querySelectorAll('.lw-catalogue thead button')];
          return Math.max(...heads.map(button => best(() => button.click())), best(() => { type('res'); type(''); }));
        }"""
    )
    assert slowest < 100  # milliseconds of script
