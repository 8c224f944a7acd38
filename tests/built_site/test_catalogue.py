"""The catalogue and the comparison as they are built, before any script runs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from layerwise.network.catalogue import Catalogue
from layerwise.site.renderer import Renderer
from tests.built_site.conftest import Soup

SORTED = ("parameters", "memory_bytes", "macs", "activations", "depth", "top1")


def test_cells_are_sorted_by_exact_figures(soup: Soup, site: Path) -> None:
    networks = json.loads((site / "api" / "v1" / "networks.json").read_text(encoding="utf-8"))
    lines = soup("networks").select("table.lw-catalogue tbody tr")
    assert len(lines) == len(networks)
    for line, network in zip(lines, networks, strict=True):
        exact = [float(str(cell["data-sort"])) for cell in line.select("td[data-sort]")]
        shape = network["input"]
        expected = [network[figure] for figure in SORTED if network[figure] is not None]
        expected.insert(5, shape[0] * shape[1] * shape[2])
        assert exact == expected, network["name"]


def test_lines_hold_what_a_reader_may_look_for(soup: Soup) -> None:
    lines = {line.th.get_text(): line for line in soup("networks").select("table.lw-catalogue tbody tr") if line.th}
    also = str(lines["VGG-16"]["data-also"])
    assert "VGG-D" in also
    assert "Simonyan & Zisserman" in also


def test_plain_markdown_has_the_table_and_nothing_for_scripts(catalogue: Catalogue) -> None:
    entries = [entry for entry in catalogue.entries if entry.file.name == "vgg.yml"]
    families = [family for family in catalogue.families if family.file.name == "vgg.yml"]
    generated = Renderer(Catalogue(entries, families), site=False).generated()
    pages = {page.path: page.markdown for page in generated}
    assert "compare.md" not in pages
    text = pages["networks/index.md"]
    assert "| [VGG-16](vgg-16.md) | [VGG](vgg.md) | 2014 | 138,357,544 | 527.7921 MB | 15.470 G |" in text
    assert "Compare" not in text
    assert "<" not in text.replace("<https://", "")


def test_charts_have_a_point_for_each_network(soup: Soup, catalogue: Catalogue) -> None:
    page = soup("networks")
    slugs = {f"{entry.network.slug}/" for entry in catalogue.entries}
    assert {link["href"] for link in page.select(".lw-chart-work a")} == slugs
    judged = {f"{entry.network.slug}/" for entry in catalogue.entries if entry.network.variant.metadata.accuracy}
    assert {link["href"] for link in page.select(".lw-chart-accuracy a")} == judged


def test_comparison_leads_to_every_family(soup: Soup, catalogue: Catalogue) -> None:
    links = {str(link["href"]) for link in soup("compare").select("#start li a")}
    assert links == {f"../networks/{family.slug}/" for family in catalogue.families}


def test_catalogue_is_light(site: Path) -> None:
    assert len(gzip.compress((site / "networks" / "index.html").read_bytes())) < 100_000
