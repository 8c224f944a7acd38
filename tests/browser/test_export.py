"""Tables as text to take along: escaping, exact figures, the selection, and the papers."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from markdown import markdown
from playwright.sync_api import Page, expect

from layerwise.network.catalogue import Catalogue
from layerwise.report.escaping import cell, latex
from tests.browser.conftest import Open
from tests.hostile import STRINGS, one_line

WRITE = """async ([texts, format]) => {
    const { cell, write } = await import(new URL("assets/layerwise/table-text.js", document.baseURI));
    const rows = texts.map((text) => [{ ...cell(text), value: null }, cell("1,234.5")]);
    return write({ caption: texts[0], heads: [texts[1], "Figure"], rows }, format);
}"""


def written(page: Page, texts: list[str], format_: str) -> str:
    text: str = page.evaluate(WRITE, [texts, format_])
    return text


@pytest.fixture
def home(open_page: Open) -> Page:
    return open_page("")


def shown(text: str) -> str:
    """A string as a cell of a page has it."""
    return re.sub(r"[ \t\n\f\r]+", " ", text).strip()


def test_csv_is_read_back(home: Page) -> None:
    rows = list(csv.reader(io.StringIO(written(home, [*STRINGS], "csv"))))
    assert rows[0] == [STRINGS[1], "Figure"]
    # the same guard against formulas as in the files
    assert [row[0] for row in rows[1:]] == [cell(shown(text)) for text in STRINGS]
    assert {row[1] for row in rows[1:]} == {"1234.5"}


def test_csv_is_read_back_by_the_script(home: Page) -> None:
    read = """async (text) => {
        const { readCsv, unguarded } = await import(new URL("assets/layerwise/table-text.js", document.baseURI));
        return readCsv(text).map((row) => row.map(unguarded));
    }"""
    rows = home.evaluate(read, written(home, [*STRINGS, 'a "b", c'], "csv"))
    assert [row[0] for row in rows[1:]] == [*map(shown, STRINGS), 'a "b", c']
    assert home.evaluate(read, '"a\r\nb",c\r\n,\r\n"""",d\r\n') == [["a\r\nb", "c"], ["", ""], ['"', "d"]]


def test_tsv_has_a_line_for_each_row(home: Page) -> None:
    lines = written(home, [*STRINGS], "tsv").splitlines()
    assert [line.split("\t")[0] for line in lines[1:]] == [cell(shown(text)) for text in STRINGS]


def test_markdown_has_a_cell_for_each_string(home: Page) -> None:
    text = written(home, [*STRINGS], "markdown")
    assert text.splitlines()[1] == "| :-- | --: |"
    table = BeautifulSoup(markdown(text, extensions=["tables"]), "lxml")
    assert [element.name for element in table.select("td > *, th > *")] == []
    cells = [row.select("td") for row in table.select("tbody tr")]
    assert [first.get_text().split() for first, _ in cells] == [text.split() for text in STRINGS]
    assert {second.get_text() for _, second in cells} == {"1,234.5"}


COMMAND = re.compile(r"\\(?:[a-zA-Z]+(?:\{\})?|[&%$#_\\])|\$\\[a-z]+\$|\$-\$")


def test_latex_is_a_booktabs_table(home: Page) -> None:
    lines = written(home, [*STRINGS], "latex").splitlines()
    assert lines[1] == "% \\usepackage{booktabs}"
    begin, end = lines.index("\\begin{tabular}{lr}"), lines.index("\\end{tabular}")
    assert lines[2:5] == ["\\begin{table}", "\\centering", f"\\caption{{{latex(one_line(STRINGS[0]))}}}"]
    assert (lines[begin + 1], lines[begin + 3], lines[end - 1]) == ("\\toprule", "\\midrule", "\\bottomrule")
    assert lines[end + 1 :] == ["\\end{table}"]
    rows = lines[begin + 4 : end - 1]
    assert len(rows) == len(STRINGS)
    for row, text in zip(rows, STRINGS, strict=True):
        assert row.endswith(" & 1,234.5 \\\\")
        first = row.removesuffix(" & 1,234.5 \\\\")
        assert first.removeprefix("{}") == latex(shown(text))
        assert not re.search(r"[\\{}$&#%^~<>|]", COMMAND.sub("", first.removeprefix("{}")).replace("~", ""))
        assert not first.startswith(("[", "*"))


def test_a_long_table_breaks_over_pages(home: Page) -> None:
    text = written(home, ["x"] * 60, "latex")
    assert text.index("\\begin{longtable}{lr}") < text.index("\\endhead") < text.index("\\endfoot")
    assert "\\usepackage{booktabs,longtable}" in text


# --- the catalogue ----------------------------------------------------------------------------------------------------


def copied(page: Page, format_: str) -> str:
    """The text that the controls of the page copy in a format."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    controls = page.locator(".lw-export")
    controls.get_by_role("combobox").select_option(format_)
    controls.get_by_role("button", name="Copy").click()
    expect(controls.locator("[aria-live]")).to_contain_text("Copied")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_visible_rows_in_their_order_with_exact_figures(open_page: Open) -> None:
    page = open_page("networks/?text=vgg-1&sort=-parameters")
    rows = rows_of(copied(page, "csv"))
    visible = page.locator(".lw-catalogue tbody tr:visible th a").all_text_contents()
    assert [row["Network"] for row in rows] == visible
    vgg = next(row for row in rows if row["Network"] == "VGG-16")
    # torchvision 0.29.1: 138,357,544 parameters of four bytes, 15,470,264,320 MACs
    assert vgg["Parameters"] == "138357544"
    assert vgg["Memory (bytes)"] == str(4 * 138_357_544)
    assert vgg["MACs"] == "15470264320"
    assert vgg["Input"] == "224x224x3"
    assert vgg["Year"] == "2014"
    assert "Compare" not in vgg


def test_hidden_columns_are_omitted(open_page: Open) -> None:
    page = open_page("networks/?text=vgg-16")
    page.add_style_tag(content=".lw-catalogue tr > :nth-child(6) { display: none !important; }")
    assert "MACs" not in rows_of(copied(page, "csv"))[0]


def test_latex_cites_the_papers(open_page: Open) -> None:
    page = open_page("networks/?text=resnet-50&family=ResNet")
    text = copied(page, "latex")
    assert "ResNet-50~\\cite{he2015deep} & ResNet & 2015 & 25,557,032 & 102,228,128 & " in text
    assert "Memory (bytes)" in text


def test_bibtex_has_each_paper_once(open_page: Open) -> None:
    text = copied(open_page("networks/?text=vgg"), "bibtex")
    keys = re.findall(r"^@\w+\{(.*),$", text, re.MULTILINE)
    assert keys[0] == "layerwise"
    assert "simonyan2014very" in keys
    assert len(keys) == len(set(keys)) < 12


def test_download(open_page: Open, tmp_path: Path) -> None:
    page = open_page("networks/?text=lenet")
    controls = page.locator(".lw-export")
    controls.get_by_role("combobox").select_option("markdown")
    with page.expect_download() as download:
        controls.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "layerwise-networks.md"
    download.value.save_as(tmp_path / "table.md")
    assert (tmp_path / "table.md").read_text(encoding="utf-8").startswith("| Network | Family | Year | Parameters |")


# --- a layer table ----------------------------------------------------------------------------------------------------


def test_the_layer_table_has_closed_groups_too(open_page: Open, catalogue: Catalogue, site: Any) -> None:
    page = open_page("networks/resnet-50/")
    text = copied(page, "csv")
    network = catalogue.entry("resnet-50").network
    assert text == (site / "api/v1/networks/resnet-50.csv").read_text(encoding="utf-8")
    rows = rows_of(text)
    assert len(rows) == 1 + len(network.layers)
    assert sum(int(row["Number of parameters"]) for row in rows) == 25_557_032
    (first,) = [line for line in copied(page, "latex").splitlines() if " & 9,408 & conv & " in line]
    assert r" & 224$\times$224$\times$3 & 7$\times$7$\times$64 & 2$\times$2 & " in first
