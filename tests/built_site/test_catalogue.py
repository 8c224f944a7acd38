"""The catalogue and the comparison as built, before any script runs."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

from bs4 import Tag

from layerwise.network.catalogue import Catalogue
from layerwise.site.renderer import Renderer
from tests.built_site.conftest import Soup

SORTED = {
    "Parameters": "parameters",
    "Memory": "memory_bytes",
    "MACs": "macs",
    "Depth": "depth",
    "Top-1": "top1",
}
"""The figures by which rows are sorted, by the titles of their columns."""


def exact(cell: Tag) -> float:
    """The number by which a script sorts a cell: an attribute where the text is rounded or has a unit."""
    return float(str(cell.get("data-sort") or cell.get_text().replace(",", "")))


def test_cells_have_exact_figures_for_sorting(soup: Soup, site: Path) -> None:
    networks = json.loads((site / "api" / "v1" / "networks.json").read_text(encoding="utf-8"))
    table = soup("networks").select_one("table.lw-catalogue")
    assert table is not None
    titles = [head.get_text() for head in table.select("thead th")]
    rows = table.select("tbody tr")
    assert len(rows) == len(networks)
    for row, network in zip(rows, networks, strict=True):
        cells = dict(zip(titles, row.select("th, td"), strict=True))
        expected = {title: network[figure] for title, figure in SORTED.items() if network[figure] is not None}
        expected["Input"] = math.prod(network["input"])
        assert {title: exact(cells[title]) for title in expected} == expected, network["name"]


def test_rows_can_be_found_by_alias_and_author(soup: Soup) -> None:
    rows = {row.th.get_text(): row for row in soup("networks").select("table.lw-catalogue tbody tr") if row.th}
    also = str(rows["VGG-16"]["data-also"])
    assert "VGG-D" in also
    assert "Simonyan & Zisserman" in also


def test_plain_markdown_has_table_without_script_elements(catalogue: Catalogue) -> None:
    entries = [entry for entry in catalogue.entries if entry.file.name == "vgg.yml"]
    families = [family for family in catalogue.families if family.file.name == "vgg.yml"]
    generated = Renderer(Catalogue(entries, families), site=False).generated()
    pages = {page.path: page.markdown for page in generated}
    assert "compare.md" not in pages
    markdown = pages["networks/index.md"]
    assert "| [VGG-16](vgg-16.md) | [VGG](vgg.md) | 2014 | 138,357,544 | 527.7921 MB | 15.470 G |" in markdown
    assert "Compare" not in markdown
    assert "<" not in markdown.replace("<https://", "")


def test_charts_have_a_point_for_each_network(soup: Soup, catalogue: Catalogue) -> None:
    page = soup("networks")
    slugs = {f"{entry.network.slug}/" for entry in catalogue.entries}
    assert {link["href"] for link in page.select(".lw-chart-work a")} == slugs
    with_accuracy = {f"{entry.network.slug}/" for entry in catalogue.entries if entry.network.variant.metadata.accuracy}
    assert {link["href"] for link in page.select(".lw-chart-accuracy a")} == with_accuracy


def test_comparison_links_to_every_family(soup: Soup, catalogue: Catalogue) -> None:
    links = {str(link["href"]) for link in soup("compare").select("#start li a")}
    assert links == {f"../networks/{family.slug}/" for family in catalogue.families}


def test_catalogue_is_under_100_kb_compressed(site: Path) -> None:
    assert len(gzip.compress((site / "networks" / "index.html").read_bytes())) < 100_000
