"""Copying with the mouse: a selection of a table is a table with its titles, as HTML and as text."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from layerwise.network.catalogue import Catalogue
from tests.browser.conftest import Open

COPY = """([from, to]) => {
    const [first, last] = [from, to].map((selector) => document.querySelector(selector));
    const range = document.createRange();
    range.setStart(first, 0);
    range.setEnd(last, last.childNodes.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const data = new DataTransfer();
    const event = new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true });
    first.dispatchEvent(event);
    return [event.defaultPrevented, data.getData("text/plain"), data.getData("text/html")];
}"""


def copied(page: Page, first: str, last: str) -> list[list[str]] | None:
    """The rows that a selection from one element to another gives; None if the page leaves it to the browser."""
    prevented, text, html = page.evaluate(COPY, [first, last])
    if not prevented:
        return None
    rows = [line.split("\t") for line in text.split("\n")]
    table = BeautifulSoup(html, "lxml")
    assert [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")] == rows
    assert len(table.select("table")) == 1
    assert len(table.select("thead tr")) == 1
    assert len({len(row) for row in rows}) == 1
    return rows


LAYER_TITLES = ["Network layer", "Input", "Filter", "Stride", "Padding", "Output", "Calculation formula",
                "Number of parameters"]  # fmt: skip


def test_rows_of_a_layer_table(open_page: Open) -> None:
    page = open_page("networks/vgg-16/")
    rows = copied(page, ".lw-layers tbody tr:nth-child(2)", ".lw-layers tbody tr:nth-child(3)")
    assert rows == [
        LAYER_TITLES,
        ["conv1 · 112×112×64", "", "", "", "", "", "< 0.1 %", "38,720"],
        ["Conv3-64", "224×224×3", "3×3×64", "1", "1", "224×224×64", "3×3×3×64 + 64", "1,792"],
    ]


def test_a_folded_table_with_closed_groups(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("networks/resnet-50/")
    rows = copied(page, ".lw-layers .lw-sheet", ".lw-layers .lw-totals")
    assert rows is not None
    assert rows[0] == LAYER_TITLES
    assert not any("all" in cell for row in rows for cell in row)  # the buttons
    names = [row[0] for row in rows]
    assert names[-3:] == ["Total parameters", "Parameter memory", "Running statistics, not trained"]
    assert rows[-3][-1] == "25,557,032"
    page.get_by_role("button", name="Expand all").first.click()
    rows = copied(page, ".lw-layers .lw-sheet", ".lw-layers .lw-sheet")
    assert rows is not None
    layers = parameters = times = 0
    for name, shape, *_, count in rows[2:]:  # after the titles and the input
        if shape:
            layers += times
            parameters += times * int(count.replace(",", ""))
        else:  # a heading, of one block or of several: conv3_2 … conv3_4, alike
            times = int(count.partition(" × ")[0]) if ", alike" in name else 1
    assert layers == len(catalogue.entry("resnet-50").network.layers)
    assert parameters == 25_557_032


def test_the_catalogue_without_buttons_and_hidden_rows(open_page: Open) -> None:
    page = open_page("networks/?text=lenet-5")
    expect(page.locator(".lw-catalogue button[data-compare]:visible")).to_have_count(2)
    rows = copied(page, ".lw-catalogue", ".lw-catalogue")
    assert rows is not None
    assert rows[0][:4] == ["Network", "Family", "Year", "Parameters"]
    assert rows[1][:4] == ["LeNet-5 (1998)", "LeNet", "1998", "60,000"]
    assert len(rows) == 1 + page.locator(".lw-catalogue tbody tr:visible").count()
    assert not any("compare" in cell.lower() for row in rows for cell in row)


@pytest.mark.parametrize("others", ["", ",nin,alexnet,densenet-121,xception,swin-t"])
def test_a_comparison_without_ratios(open_page: Open, others: str) -> None:
    page = open_page(f"compare/?n=vgg-16,resnet-50{others}")
    page.locator(".lw-versus").wait_for()
    rows = copied(page, ".lw-versus", ".lw-versus")
    assert rows is not None
    cells = {cell for row in rows for cell in row}
    assert {"VGG-16", "ResNet-50", "138,357,544", "25,557,032"} <= cells
    assert not any(sign in cell for cell in cells for sign in "←→↑↓")
    assert not any(cell.startswith("×") for cell in cells)


def test_a_part_of_a_row_has_its_titles(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    rows = copied(page, ".lw-layers tr[id] td:nth-child(2)", ".lw-layers tr[id] td:nth-child(3)")
    assert rows == [["Input", "Filter"], ["32×32×1", "5×5×6"]]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (".lw-layers tr[id] td:nth-child(2)", ".lw-layers tr[id] td:nth-child(2)"),  # one cell
        ("h1", ".lw-layers tr[id]"),  # text and a part of a table
        (".lw-lead", ".lw-lead"),  # text
    ],
)
def test_other_selections_are_left_to_the_browser(open_page: Open, first: str, last: str) -> None:
    assert copied(open_page("networks/lenet-5/"), first, last) is None


def test_the_clipboard_gets_the_table(open_page: Open) -> None:
    page = open_page("networks/lenet-5/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.lw-layers tbody'))")
    page.keyboard.press("Control+c")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.split("\n")[0].split("\t") == LAYER_TITLES
    assert "Conv1\t32×32×1\t5×5×6\t1\t0\t28×28×6\t5×5×1×6 + 6\t156" in text.split("\n")
