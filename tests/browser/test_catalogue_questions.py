"""Questions that readers ask the catalogue, by what they type, and the answers that the data give."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_catalogue import head, listed_names, networks  # noqa: F401 - a fixture

Networks = list[dict[str, Any]]


def search(page: Page, **values: str) -> None:
    """Type into the fields of the filter, by their names."""
    for name, value in values.items():
        field = page.locator(f"#filter [name={name.replace('_', '-')}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def test_best_accuracy_under_5_m_parameters_and_500_m_macs(open_page: Open, networks: Networks) -> None:  # noqa: F811
    page = open_page("networks/")
    search(page, parameters_to="5M", macs_to="500M")
    head(page, "Top-1").click()
    fitting = [network for network in networks if network["parameters"] <= 5e6 and network["macs"] <= 5e8]
    best = max(fitting, key=lambda network: network["top1"] or 0)
    # its paper says 4.8 M parameters, 0.40 G MACs and 77.9 % top-1
    assert listed_names(page)[0] == best["name"] == "ReXNet 1.0"
    assert len(listed_names(page)) == len(fitting)
    page.wait_for_url("**sort=-top-1**")
    query = parse_qs(urlsplit(page.url).query)
    assert query == {"parameters-to": ["5M"], "macs-to": ["500M"], "sort": ["-top-1"]}


def test_what_fits_512_kb_of_ram_and_1_mb_of_flash_in_int8(open_page: Open, networks: Networks) -> None:  # noqa: F811
    page = open_page("networks/")
    search(page, ram="512 KB", flash="1 MB", type="int8")
    expected = [
        network["name"]
        for network in networks
        if network["parameters"] <= 2**20 and network["peak_bytes"] // 4 <= 512 * 2**10
    ]
    assert listed_names(page) == expected
    # LeNet-5 holds 61,706 parameters; SqueezeNet 1.1 1,235,496, which are more than 1 MB
    assert "LeNet-5" in expected
    assert "SqueezeNet 1.1" not in expected
    page.wait_for_url("**?ram=512+KB&flash=1+MB&type=int8")
    page.reload()
    assert listed_names(page) == expected


LIMITS: list[tuple[dict[str, str], str, float | None, float | None]] = [
    ({"macs_from": "1.5g", "macs_to": "3.9 GMACs"}, "macs", 1.5e9, None),
    ({"macs_from": "1.5g", "macs_to": "3.9 G"}, "macs", 1.5e9, 3.9e9),
    ({"parameters_from": "25,557,032", "parameters_to": "25.6 million"}, "parameters", 25_557_032, 25.6e6),
    ({"memory_to": "1.5 MB"}, "memory_bytes", None, 1.5 * 2**20),
    ({"year_from": "2012", "year_to": "2014"}, "year", 2012, 2014),
    ({"top-1_from": "76.13 %"}, "top1", 76.13, None),
]


def test_limits_as_people_type_them(open_page: Open, networks: Networks) -> None:  # noqa: F811
    page = open_page("networks/")
    for values, figure, low, high in LIMITS:
        search(page, **values)
        assert listed_names(page) == [
            network["name"]
            for network in networks
            if network[figure] is not None
            and (low is None or network[figure] >= low)
            and (high is None or network[figure] <= high)
        ], values
        search(page, **dict.fromkeys(values, ""))


def test_memory_follows_the_number_type(open_page: Open, networks: Networks) -> None:  # noqa: F811
    page = open_page("networks/?memory-to=10+MB&type=int8")
    assert listed_names(page) == [network["name"] for network in networks if network["parameters"] <= 10 * 2**20]


def test_input_is_limited_by_its_longer_side(open_page: Open, networks: Networks) -> None:  # noqa: F811
    page = open_page("networks/?input-from=225&input-to=260")
    assert listed_names(page) == [n["name"] for n in networks if 225 <= max(n["input"][:2]) <= 260]
    assert "SimplePose-50" in listed_names(page)  # 256×192


@pytest.mark.parametrize(
    "values",
    [{"task": "segmentation"}, {"dataset": "COCO"}, {"dataset": "CIFAR-10", "task": "classification"}],
    ids=urlencode,
)
def test_task_and_dataset(values: dict[str, str], open_page: Open, networks: Networks) -> None:  # noqa: F811
    page = open_page(f"networks/?{urlencode(values)}")
    assert listed_names(page) == [network["name"] for network in networks if values.items() <= network.items()]


def test_networks_with_an_accuracy(open_page: Open, networks: Networks) -> None:  # noqa: F811
    page = open_page("networks/")
    page.get_by_label("Has accuracy").check()
    known = [network["name"] for network in networks if network["top1"] is not None]
    assert listed_names(page) == known
    expect(page.locator(".lw-chart-accuracy .lw-shown")).to_have_text(f"{len(known)} of {len(known)} networks")
    page.get_by_label("Has accuracy").uncheck()
    expect(page.locator(".lw-chart-accuracy .lw-shown")).to_have_text(f"{len(known)} of {len(networks)} networks")


def test_a_layer_type_leads_to_all_its_networks(open_page: Open) -> None:
    page = open_page("layers/depthwise_conv/")
    said = int(page.locator("p", has_text="networks use it").inner_text().split()[0])
    page.locator(".lw-uses").get_by_role("link", name="more").click()
    page.wait_for_url("**/networks/?uses=depthwise_conv")
    expect(page.locator(".lw-count")).to_contain_text(f"{said} of ")
    assert {"MobileNetV1 1.0", "EfficientNet-B0"} <= set(listed_names(page))
    assert "VGG-16" not in listed_names(page)


@pytest.mark.parametrize("query", ["", "&parameters-to=5M", "&text=resnet"])
def test_nothing_beats_the_networks_on_the_pareto_line(query: str, open_page: Open, networks: Networks) -> None:  # noqa: F811
    page = open_page(f"networks/?pareto=yes{query}")
    members = page.locator(".lw-chart-accuracy a.lw-member")
    expect(members.first).to_be_visible()
    line = {(member.get_attribute("aria-label") or "").split(" · ")[0] for member in members.all()}
    listed = set(listed_names(page))
    known = [network for network in networks if network["name"] in listed and network["top1"] is not None]

    def beats(one: dict[str, Any], other: dict[str, Any]) -> bool:
        figures = (one["top1"], -one["macs"]), (other["top1"], -other["macs"])
        return figures[0] != figures[1] and all(a >= b for a, b in zip(*figures, strict=True))

    assert line == {of["name"] for of in known if not any(beats(other, of) for other in known)}
    assert page.locator(".lw-front line").count() == 2 * (len(line) - 1)


def test_back_returns_to_the_filter_before(open_page: Open) -> None:
    page = open_page("networks/")
    page.get_by_label("Task").select_option("segmentation")
    page.wait_for_url("**?task=segmentation")
    page.get_by_label("Parameters to").fill("5M")
    page.get_by_label("Parameters to").blur()
    page.wait_for_url("**parameters-to=5M")
    small = listed_names(page)
    page.locator(".lw-catalogue tbody tr:not(.lw-out) th a").first.click()
    page.go_back()
    expect(page.locator(".lw-count")).to_contain_text(f"{len(small)} of ")
    page.go_back()
    page.wait_for_url("**?task=segmentation")
    expect(page.get_by_label("Parameters to")).to_have_value("")
    assert len(listed_names(page)) > len(small)
    page.go_back()
    page.wait_for_url("**/networks/")
    expect(page.get_by_label("Task")).to_have_value("")


def test_eight_rows_are_in_sight(open_page: Open) -> None:
    page = open_page("networks/")
    bottoms = page.locator(".lw-catalogue tbody tr").evaluate_all(
        "rows => rows.slice(0, 20).map(row => row.getBoundingClientRect().bottom)"
    )
    assert sum(bottom <= 900 for bottom in bottoms) >= 8


def test_on_a_phone_a_row_is_two_lines(open_page: Open) -> None:
    page = open_page("networks/?text=efficientnet-b0", 390)
    row = page.locator(".lw-catalogue tbody tr:not(.lw-out)").first
    row.scroll_into_view_if_needed()
    cells = row.locator("th, td").filter(visible=True)
    expected = ["EfficientNet-B0", "2019", "5,288,548", "385.8 M", "77.69 %"]
    for place, text in enumerate(expected):  # a row is drawn some time after it has come in sight
        expect(cells.nth(place)).to_have_text(text, use_inner_text=True)
    middles = row.locator("th, td").evaluate_all(
        """cells => cells.filter(cell => cell.checkVisibility()).slice(0, 5)
          .map(cell => cell.getBoundingClientRect()).map(({top, bottom, right}) => [(top + bottom) / 2, right])"""
    )
    assert middles[0][0] == pytest.approx(middles[1][0], abs=3)
    assert middles[2][0] == pytest.approx(middles[4][0], abs=3)
    assert middles[2][0] > middles[0][0] + 10
    assert max(right for _, right in middles) <= 390
    page.goto(page.url.split("?")[0])
    page.get_by_label("Sort by").select_option("Parameters, descending")
    assert listed_names(page)[0] == "BiT R152x4"
    page.wait_for_url("**?sort=-parameters")
