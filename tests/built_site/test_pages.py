"""The content of the built pages."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from bs4 import Tag

from layerwise.network.catalogue import Catalogue
from layerwise.report.addresses import addresses
from tests.built_site.conftest import Soup

SOURCE_TABLES = json.loads((Path(__file__).parents[1] / "data" / "source-tables.json").read_text(encoding="utf-8"))
SLUGS = {"LeNet-5": "lenet-5", "AlexNet": "alexnet", "VGG-16": "vgg-16"}
COLUMNS = ["layer", "input", "filter", "stride", "padding", "output", "formula", "parameters"]


def cell_strings(row: Tag) -> list[str]:
    """The visible text of each cell, with x for ×, without spaces and thousands separators."""
    cells = [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
    return [cells[0], *(cell.replace("×", "x").replace(" ", "").replace(",", "") for cell in cells[1:])]


def is_layer(row: Tag) -> bool:
    return len(row.find_all(["th", "td"])) == len(COLUMNS)


@pytest.mark.parametrize("name", SLUGS)
def test_layer_table_equals_source_table(name: str, soup: Soup) -> None:
    page = soup(f"networks/{SLUGS[name]}")
    table = page.select_one("table.lw-layers")
    assert table is not None
    expected = [
        [str(row[column]) if row[column] is not None else "" for column in COLUMNS]
        for row in SOURCE_TABLES[name]["rows"]
    ]
    assert [cell_strings(row) for row in table.select("tbody tr") if is_layer(row)] == expected
    foot = {row.th.get_text(): row.td.get_text() for row in table.select("tfoot tr") if row.th and row.td}
    assert foot["Total parameters"].replace(",", "") == str(SOURCE_TABLES[name]["total"])
    assert foot["Parameter memory"] == SOURCE_TABLES[name]["memory"]


def test_layer_table_columns(soup: Soup) -> None:
    table = soup("networks/lenet-5").select_one("table.lw-layers")
    assert table is not None
    assert [head.get_text() for head in table.select("thead th")] == [
        "Network layer", "Input", "Filter", "Stride", "Padding", "Output", "Calculation formula",
        "Number of parameters",
    ]  # fmt: skip


def test_sections_of_network_page_are_in_order(soup: Soup) -> None:
    headings = [heading.find(string=True) for heading in soup("networks/googlenet").select("article h2")]
    assert headings == [
        "Layers", "Blocks", "Compute and memory", "Memory for inference and training", "Where the parameters are",
        "Notes", "Accuracy", "Published figures", "Three worked examples", "How to cite", "Downloads", "Related",
        "Definition",
    ]  # fmt: skip


@pytest.mark.parametrize("slug", ["googlenet", "lenet-5"])
def test_line_of_sections_leads_to_every_section_but_the_related(slug: str, soup: Soup) -> None:
    page = soup(f"networks/{slug}")
    links = [link["href"] for link in page.select("nav.lw-sections a")]
    assert links == [f"#{heading['id']}" for heading in page.select("article h2") if heading["id"] != "related"]


def test_stages_and_blocks_are_groups_with_subtotals(soup: Soup) -> None:
    table = soup("networks/resnet-50").select_one(".lw-layers")
    assert table is not None
    # ResNet, Table 1: conv2_x has three bottlenecks; 215,808 = 75,008 + 2 · 70,400 by hand.
    stage = next(row for row in table.select(".lw-stage > summary") if row.get_text().startswith("conv2_x"))
    assert stage.find_all("b")[-1].get_text() == "215,808"
    # the first block of a stage, which has a projection, and those after it, which are alike
    names = [block.b.get_text() for block in table.select("details.lw-block > summary") if block.b]
    assert [name.partition(" · ")[0] for name in names] == [
        "conv2_1", "conv2_2 and conv2_3, alike", "conv3_1", "conv3_2 … conv3_4, alike",
        "conv4_1", "conv4_2 … conv4_6, alike", "conv5_1", "conv5_2 and conv5_3, alike",
    ]  # fmt: skip


def alike(table: Tag) -> dict[str, str]:
    """The addresses of blocks without rows, each with that of the first block like it."""
    return {str(other["id"]): str(other.parent["id"]) for other in table.select("details > b[id]") if other.parent}


def printed_at(address: str, firsts: Mapping[str, str]) -> str:
    """The address of the row that stands for a layer: that of the first of blocks alike."""
    names = address.split("/")
    for count in range(1, len(names)):
        if first := firsts.get("/".join(names[:count])):
            return printed_at("/".join([first, *names[count:]]), firsts)
    return address


@pytest.mark.parametrize("slug", ["resnet-152", "densenet-201", "googlenet", "nasnet-a-mobile"])
def test_long_tables_are_collapsed_and_complete(slug: str, soup: Soup, catalogue: Catalogue) -> None:
    table = soup(f"networks/{slug}").select_one(".lw-layers")
    assert table is not None
    assert not table.select(".lw-sheet > details[open]")
    network = catalogue.entry(slug).network
    rows = {str(row["id"]): row for row in table.select("tr[id]")}
    known = addresses(network)
    firsts = alike(table)
    assert {printed_at(known[id(node)], firsts) for node in network.layers} == set(rows)
    assert all(map(is_layer, rows.values()))
    assert len(table.select(".lw-titles th")) == len(COLUMNS)


@pytest.mark.parametrize("slug", ["lenet-5", "alexnet", "vgg-16"])
def test_short_tables_are_not_collapsible(slug: str, soup: Soup) -> None:
    page = soup(f"networks/{slug}")
    assert len(page.select("table.lw-layers, table.lw-compute")) == 2
    assert not page.select("article details:not(.lw-definition)")


def test_side_outputs_have_separate_totals(soup: Soup) -> None:
    table = soup("networks/googlenet").select_one(".lw-layers")
    assert table is not None
    assert [total.get_text(" ", strip=True) for total in table.select(".lw-totals > span")][:3] == [
        "Total parameters 13,378,280",
        "of these in the main network 6,998,552",
        "of these in side outputs 6,379,728",
    ]
    # published-numbers: 65,664 + 2,098,176 + 1,025,000 and 67,712 + 2,098,176 + 1,025,000
    heads = [row.find_all("b")[-1].get_text() for row in table.select(".lw-output > summary")]
    assert heads == ["3,188,840", "3,190,888"]


def test_memory_of_vgg_16(soup: Soup) -> None:
    table = soup("networks/vgg-16").select_one("table.lw-memory")
    assert table is not None
    sizes = {row.th.get_text(): row.td.get_text() for row in table.select("tr[title]") if row.th and row.td}
    # source tables: 527.7921 MB; conv1-2 has 224·224·64 input values and as many output values, 4 bytes each: 24.5 MB
    assert (sizes["Parameters"], sizes["Peak activations"], sizes["Total"]) == ("527.8 MB", "24.50 MB", "552.3 MB")


def test_pages_are_under_250_kb_compressed(site: Path) -> None:
    largest = sorted(site.rglob("*.html"), key=lambda page: page.stat().st_size)[-10:]
    for page in largest:
        assert len(gzip.compress(page.read_bytes())) <= 250_000, page


def test_catalogue_lists_every_network(soup: Soup, catalogue: Catalogue) -> None:
    links = [link["href"] for link in soup("networks").select("table.lw-catalogue .lw-name a")]
    assert links == [f"{entry.network.slug}/" for entry in catalogue.entries]


@pytest.mark.parametrize(
    ("family", "stage", "variant", "content"),
    [
        # ResNet paper, Table 1
        ("resnet", "conv4_x", "ResNet-152", "14×14×1024 [1×1×256, 3×3×256, 1×1×1024] × 36"),
        ("resnet", "conv3_x", "ResNet-34", "28×28×128 [3×3×128, 3×3×128] × 4"),
        # VGG paper, Table 1
        ("vgg", "conv3", "VGG-16 (C)", "3×3×256 × 2 1×1×256 MaxPool2 2×2, stride 2"),
        # EfficientNet paper, Table 1, with the sizes of its input of 600
        ("efficientnet", "stage 1", "EfficientNet-B7", "300×300×64 3×3×64, stride 2"),
        # RoR paper: 26 = (164 - 6) / 6 residual blocks in each of three groups, with shortcuts around them
        (
            "ror",
            "Add",
            "RoR-3-164",
            "[unit [3×3×16, 3×3×16] × 26] MaxPool1 2×2, stride 2 "
            "[unit [3×3×32, 3×3×32] × 26] MaxPool2 2×2, stride 2 [unit [3×3×64, 3×3×64] × 26]",
        ),
    ],
)
def test_family_page_shows_variants_by_stage(family: str, stage: str, variant: str, content: str, soup: Soup) -> None:
    table = soup(f"networks/{family}").select_one("table.lw-family")
    assert table is not None
    column = [head.get_text() for head in table.select("thead th")].index(variant)
    row = next(row for row in table.select("tbody tr") if row.th and row.th.get_text() == stage)
    assert row.find_all(["th", "td"])[column].get_text(" ", strip=True).replace("\u00a0", " ") == content


@pytest.mark.parametrize(
    ("family", "figures"),
    [
        # torchvision 0.29.1: parameters, top-1; 4 bytes for each; a peak of 3·56·56·256 values; paper: depth and input
        ("resnet", ["ResNet-50", "25,557,032", "97.49 MB", "3.858 G", None, "9.188 MB", "50", "224×224×3", None]),
        # EfficientNet paper, Table 2 and appendix; torchvision
        ("efficientnet", ["EfficientNet-B7", "66,347,960", "253.1 MB", None, None, None, None, "600×600×3", "84.12 %"]),
    ],
)
def test_family_page_begins_with_a_row_for_each_variant(family: str, figures: list[str | None], soup: Soup) -> None:
    table = soup(f"networks/{family}").select_one("article table")
    assert table is not None
    titles = [head.get_text() for head in table.select("thead th")]
    figures_shown = ["Parameters", "Memory", "MACs", "Activations", "Peak activations", "Depth", "Input", "Top-1"]
    assert titles == ["Network", *figures_shown]
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.select("tbody tr")]
    row = next(row for row in rows if row[0] == figures[0])
    assert all(expected in (None, cell) for expected, cell in zip(figures, row, strict=True))


def test_every_variant_has_a_row_and_a_column(soup: Soup, catalogue: Catalogue) -> None:
    for family in catalogue.families:
        page = soup(f"networks/{family.slug}")
        names = [entry.network.name for entry in family.entries]
        assert [head.get_text() for head in page.select(".lw-variants tbody th")] == names
        heads = [head.get_text() for head in page.select(".lw-family thead th")]
        assert [head for head in heads if head not in ("Stage", "Output")] == names
        lines = [line for cell in page.select(".lw-family td") for line in cell.find_all(string=True)]
        assert max(map(len, lines)) <= 60 + len(" × 999"), family.slug


@pytest.mark.parametrize(
    "figure",
    [
        "5×5×3×6 + 6 = 456",
        "28×28×6",
        "⌈224 / 2⌉ = 112",
        "⌊(227 − 11) / 4⌋ + 1 = 55",
        "28×28×(64 + 128 + 32 + 32) = 28×28×256",
        "5×5×16×120 + 120 = 48,120",
        "241.039 KB",
        "527.7921 MB",
        "6,998,552",
    ],
)
def test_method_page_shows_calculated_figures(figure: str, soup: Soup) -> None:
    assert figure in soup("method").get_text().replace("**", "")


def test_method_page_source_has_no_typed_figures() -> None:
    source = (Path(__file__).parents[2] / "docs" / "method" / "index.md").read_text(encoding="utf-8")
    for number in ("456", "48,120", "61,706", "138,357", "13,378", "6,998", "527.", "241."):
        assert number not in source


@pytest.mark.parametrize("slug", ["lenet-5", "vgg-16", "googlenet"])
def test_edit_link_opens_definition(slug: str, soup: Soup) -> None:
    link = soup(f"networks/{slug}").select_one("a[rel=edit]")
    assert link is not None
    assert str(link["href"]).endswith(f"/edit/main/networks/{'vgg' if slug == 'vgg-16' else slug}.yml")


def test_notes_mention_errors_in_sources(soup: Soup) -> None:
    googlenet = soup("networks/googlenet").get_text()
    for phrase in ("9,408", "2.7", "size / stride", "padding of 1"):
        assert phrase in googlenet
    assert "60,000" in soup("networks/lenet-5").get_text()


def test_search_finds_names_but_not_table_cells(site: Path) -> None:
    entries = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    content = " ".join(f"{entry['title']} {entry['text']}" for entry in entries)
    assert "GoogLeNet" in content
    assert "max pool" in content
    lenet = " ".join(entry["text"] for entry in entries if entry["location"].startswith("networks/lenet-5/"))
    assert "LeCun" in lenet
    assert "5×5×6×16 + 16" not in lenet


def test_every_page_has_a_description(site: Path) -> None:
    for path in site.rglob("index.html"):
        description = re.search('<meta name="description" content="([^"]*)"', path.read_text(encoding="utf-8"))
        assert description, path
        assert len(description[1]) > 40, path
