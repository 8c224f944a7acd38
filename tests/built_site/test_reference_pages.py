"""The layer reference, the pages of the method, and the page of published figures."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from layerwise.layers import KINDS, MERGES
from layerwise.network.catalogue import Catalogue
from layerwise.site.renderer import Renderer
from layerwise.site.writer import contents, write
from tests.built_site.conftest import Soup

ROOT = Path(__file__).parents[2]
WORDS = [*KINDS, *MERGES]
METHOD_PAGES = sorted(path for path in (ROOT / "docs" / "method").glob("*.md") if path.stem != "index")


def cells_by_row(page: BeautifulSoup, table_class: str) -> dict[str, list[str]]:
    """The cells of each row of a table by the row's header."""
    table = page.select_one(f"table.{table_class}")
    assert table is not None
    return {
        row.th.get_text(): [cell.get_text(" ") for cell in row.select("td")]
        for row in table.select("tbody tr")
        if row.th
    }


def page_text(page: BeautifulSoup) -> str:
    article = page.article
    assert article is not None
    return " ".join(article.get_text(" ").split())


# --- layers ---------------------------------------------------------------------------------------------------------


def test_index_links_to_every_kind(soup: Soup) -> None:
    links = [link["href"] for link in soup("layers").select("table.lw-kinds a")]
    assert sorted(links) == sorted(f"{word}/" for word in WORDS)


@pytest.mark.parametrize("word", WORDS)
def test_page_of_a_kind_has_all_sections(word: str, soup: Soup) -> None:
    page = soup(f"layers/{word}")
    assert page.select_one("h1") is not None
    headings = [heading.find(string=True) for heading in page.select("article h2")]
    assert headings == ["Example", "In a definition", "Rules", "Networks"]
    assert "Source: " in page_text(page)
    listing = page.select_one(".lw-listing")
    assert listing is not None
    assert word in listing.get_text()


def test_options_have_values_and_defaults(soup: Soup) -> None:
    options = cells_by_row(soup("layers/conv"), "lw-options")
    assert next(iter(options)) == "conv"
    assert options["conv"][1:] == ["3x3x64, 3x64 or 3x3x3x64", "required"]
    assert options["stride"][1:] == ["2, 1x2 or 1x2x2", "1"]
    assert options["padding"][1:] == ["1, 0x3, 0x1x0x1, 1x3x3, half, same or valid", "0"]
    assert options["bias"][1:] == ["true, false or untied", "true"]
    assert options["norm"][2] == "none"
    assert cells_by_row(soup("layers/instance_norm"), "lw-options")["affine"][2] == "false"
    assert cells_by_row(soup("layers/max_pool"), "lw-options")["stride"][2] == "–"  # that of the kernel


@pytest.mark.parametrize(
    ("word", "figure", "worked"),
    [
        ("conv", "Parameters", "7×7×3×64 + 64 = 9,472"),
        ("conv", "MACs", "112×112 · 7×7×3×64 = 118,013,952"),
        ("max_pool", "Height and width", "⌈(112 − 3) / 2⌉ + 1 = 56"),
        ("transposed_conv", "Height and width", "(28 − 1) · 2 + 2 = 56"),
        # 4 · 768² · 197 + 2 · 768 · 197²
        ("attention", "MACs", "197 · 4 · 768² + 2 · 768 · 197 · 197 = 524,391,936"),
        ("fc", "Parameters", "5×5×16×120 + 120 = 48,120"),
        ("concat", "Output", "28×28×(64 + 128) = 28×28×192"),
    ],
)
def test_example_is_worked_out(word: str, figure: str, worked: str, soup: Soup) -> None:
    assert cells_by_row(soup(f"layers/{word}"), "lw-steps")[figure][0] == worked


def test_rules_are_formulas(soup: Soup) -> None:
    rules = cells_by_row(soup("layers/conv"), "lw-rules")
    assert "H′ = ⌊(H + p_top + p_bottom − d·(k_h − 1) − 1) / s⌋ + 1" in rules["Output"][0]
    assert "k_h×k_w×(C_in / groups)×C_out" in rules["Parameters"][0]
    assert rules["Depth"] == ["Adds 1."]
    assert cells_by_row(soup("layers/batch_norm"), "lw-rules")["Buffers"] == ["running_mean C and running_var C."]
    assert cells_by_row(soup("layers/multiply"), "lw-rules")["Receptive field"] == ["Same as the first branch."]


@pytest.fixture(scope="module")
def users(site: Path) -> Counter[str]:
    """The number of networks with each kind of layer, from the published data."""
    counts: Counter[str] = Counter()
    for path in (site / "api/v1/networks").glob("*.json"):
        operations = json.loads(path.read_text(encoding="utf-8"))["operations"]
        kind = operations["columns"].index("kind")
        counts.update({operation[kind] for operation in operations["rows"]})
    return counts


@pytest.mark.parametrize("word", ["lrn", "window_attention", "channel_shuffle", "multiply", "global_max_pool"])
def test_networks_that_use_a_kind_are_counted(word: str, soup: Soup, users: Counter[str]) -> None:
    text = page_text(soup(f"layers/{word}"))
    assert (f"{users[word]} networks use it" if users[word] else "No network on this site uses it yet") in text


def test_twelve_uses_are_linked_including_options(soup: Soup) -> None:
    page = soup("layers/relu")  # in most networks, an option of other layers
    *uses, others = page.select(".lw-uses a")
    assert len(uses) == 12
    assert re.fullmatch(r"(and )?\d+ more", others.get_text())
    assert others["href"] == "../../networks/?uses=relu"
    swin = soup("layers/window_attention").select(".lw-uses a")
    assert {"../../networks/swin/", "../../networks/swin-v2/"} <= {str(link["href"]) for link in swin}


def test_network_links_to_kinds_of_its_layers(soup: Soup) -> None:
    links = {str(link["href"]) for link in soup("networks/lenet-5").select("article p a")}
    assert {"../../layers/conv/", "../../layers/max_pool/", "../../layers/fc/"} <= links


def test_search_index_has_kinds_without_their_tables(site: Path) -> None:
    entries = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    pages = {entry["location"]: entry for entry in entries}
    for word in WORDS:
        assert pages[f"layers/{word}/"]["title"] == word
    assert "depth to space" in pages["layers/depth_to_space/"]["text"]
    assert not any("a whole number from 1" in entry["text"] for entry in entries)


# --- pages of the method --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "figures"),
    [
        (
            "parameter-counts",  # published facts: torchvision, Open Model Zoo, Keras 3.15.1
            ["25,502,912", "25,530,472", "25,557,032", "25,610,152", "25,583,592", "25,636,712", "26,560", "53,120"],
        ),
        ("macs-and-flops", ["3.858 G", "7.716 G", "15.470 G", "15.347 G", "5.582 G", "300.8 M", "17.564 G"]),
        ("resnet-versions", ["25,557,032", "25,549,480", "3.858 G", "4.089 G", "483", "427", "25,613,800"]),
        ("alexnet", ["60,965,224", "61,100,840", "62,378,344", "724.4 M", "253,440", "290,400", "659,272"]),
        ("lenet-5", ["60,000", "61,706", "1,516", "2,416", "48,120", "10,164", "850", "840", "431,080"]),
        ("units", ["553,430,176", "553.4", "527.8", "114,688 = 112 × 1024", "1024×1000 = 1,024,000"]),
        ("same-and-ceil", ["2 before, 3 after", "⌊(112 − 3) / 2⌋ + 1 = 55", "⌈(112 − 3) / 2⌉ + 1 = 56"]),
        # convnet-burden, torchinfo and torchsummary for VGG-16
        ("training-memory", ["58 MB", "108.5 MB", "218.8 MB", "15.2 M", "2,111.2 MB"]),
        # ExecuTorch's arenas without indices, MCUNetV2
        ("peak-memory", ["4,014,080 + 1,605,632", "3,928,576 + 1,548,800", "1,372.0 KB", "9.188 MB", "6.891 MB"]),
        ("depth", ["50", "53", "22", "121", "120", "265", "264"]),
        ("auxiliary-classifiers", ["13,378,280", "6,998,552", "6,624,904", "13,004,888", "3,188,840", "3,326,696"]),
        ("variants", ["2048×1000 + 1000 = 2,049,000", "6,108,776", "6.9 M", "269,722", "272,474", "133,638,952"]),
    ],
)
def test_method_page_has_these_figures(page: str, figures: list[str], soup: Soup) -> None:
    text = page_text(soup(f"method/{page}"))
    assert [figure for figure in figures if figure not in text] == []


@pytest.mark.parametrize("path", METHOD_PAGES, ids=lambda path: path.stem)
def test_method_page_source_has_no_typed_figures(path: Path) -> None:
    text = re.sub(r"\{[{%].*?[%}]\}|\(https?:.*?\)", "", path.read_text(encoding="utf-8").partition("---\n")[2])
    body = text.partition("---\n")[2]
    quoted = {"alexnet": ["650,000"], "peak-memory": ["5,619,712", "5,477,376", "1,372"]}  # from papers and tools
    assert re.findall(r"\d{1,3}(?:,\d{3})+", body) == quoted.get(path.stem, [])


@pytest.mark.parametrize("path", METHOD_PAGES, ids=lambda path: path.stem)
def test_method_index_links_to_every_page(path: Path, soup: Soup) -> None:
    assert f"{path.stem}/" in {link["href"] for link in soup("method").select("article a")}


@pytest.mark.parametrize("page", ["method/units", "method/depth"])
def test_handwritten_tables_can_scroll(page: str, soup: Soup) -> None:
    tables = soup(page).select("article table.lw-written")
    assert tables
    labels = set()
    for table in tables:
        assert isinstance(table.parent, Tag)
        assert table.parent["tabindex"] == "0"
        labels.add(table.parent["aria-label"])
    assert len(labels) == len(tables)


def test_navigation_has_no_empty_tabindex(site: Path) -> None:
    html = (site / "method" / "units" / "index.html").read_text(encoding="utf-8")
    assert "md-nav__link" in html
    assert 'tabindex=""' not in html


# --- published figures ----------------------------------------------------------------------------------------------


def test_every_published_figure_is_listed(soup: Soup, catalogue: Catalogue, site: Path) -> None:
    checked = [claim for entry in catalogue.entries for claim in entry.claims]
    differing = sum(not claim.agrees for claim in checked)
    page = soup("method/claims")
    text = page_text(page)
    assert f"{len(checked):,} figures from" in text
    assert f"{len(checked) - differing:,} agree with the calculation, {differing:,} do not" in text
    disagreeing, agreeing = page.select("table.lw-all-claims")

    def figures(table: Tag) -> int:
        return sum(len(row.select("td")[1].select("br")) + 1 for row in table.select("tbody tr") if row.select("td"))

    assert figures(disagreeing) == differing
    assert figures(agreeing) == len(checked) - differing
    assert len(gzip.compress((site / "method/claims/index.html").read_bytes())) < 250_000


def test_disagreeing_figures_come_first_with_their_reasons(soup: Soup) -> None:
    disagreeing = soup("method/claims").select("table.lw-all-claims")[0]
    rows = [row for row in disagreeing.select("tbody tr") if row.select("td")]
    assert all(row.select("td")[-1].get_text() for row in rows)
    keras = [row.get_text(" ") for row in rows if "Keras 3.15.1, ResNet50" in row.get_text(" ")]
    assert any("25,636,712" in text and "25,557,032" in text and "bias" in text for text in keras)


def test_counts_of_sources_sum_to_total(soup: Soup) -> None:
    table = soup("method/claims").select_one("table.lw-sources")
    assert table is not None
    counts = [[int(cell.get_text().replace(",", "")) for cell in row.select("td")] for row in table.select("tr")]
    *sources, total = [row for row in counts if row]
    for column in (1, 2, 3):
        assert sum(row[column] for row in sources) == total[column]
    assert all(row[1] == row[2] + row[3] for row in sources)


# --- related pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "related"),
    [
        ("resnet", ["resnext", "wide-resnet", "se-resnet"]),
        ("resnet-50", ["resnext", "wide-resnet", "se-resnet"]),
        ("resnext-50-32x4d", ["resnet"]),
        ("lenet-5", ["lenet-5-1998", "alexnet"]),
    ],
)
def test_related_pages_are_linked(page: str, related: list[str], soup: Soup) -> None:
    heading = soup(f"networks/{page}").find("h2", id="related")
    assert isinstance(heading, Tag)
    paragraph = heading.find_next_sibling("p")
    assert isinstance(paragraph, Tag)
    assert {f"../{slug}/" for slug in related} <= {str(link["href"]) for link in paragraph.select("a")}


# --- plain Markdown -------------------------------------------------------------------------------------------------


def is_plain(markdown: str) -> bool:
    return not re.search(r"<!-- layerwise|<(div|p|span|dl)\b|\{: ?\.", markdown)


@pytest.fixture(scope="module")
def plain_pages(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages generated from two definitions as plain Markdown files."""
    folder = tmp_path_factory.mktemp("plain")
    files = ("lenet-5.yml", "resnet.yml")
    entries = [entry for entry in catalogue.entries if entry.file.name in files]
    families = [family for family in catalogue.families if family.file.name in files]
    write(folder, contents(Renderer(Catalogue(entries, families), site=False), folder, folder / "docs"))
    return folder


def test_pages_of_kinds_are_plain_markdown(plain_pages: Path) -> None:
    conv = (plain_pages / "layers" / "conv.md").read_text(encoding="utf-8")
    assert "| stride | Stride of the kernel: one number, or height × width. | 2, 1x2 or 1x2x2 | 1 |" in conv
    assert "[LeNet-5](../networks/lenet-5.md), [ResNet](../networks/resnet.md) (5)" in conv
    for word in WORDS:
        markdown = (plain_pages / "layers" / f"{word}.md").read_text(encoding="utf-8")
        assert is_plain(markdown)
        for target in re.findall(r"\]\(([^)#:]+\.md)", markdown):
            assert (plain_pages / "layers" / target).is_file(), f"{word} → {target}"


def test_published_figures_are_plain_markdown(plain_pages: Path) -> None:
    markdown = (plain_pages / "method" / "claims.md").read_text(encoding="utf-8")
    assert is_plain(markdown)
    assert "| [ResNet-50](../networks/resnet-50.md) | Keras 3.15.1, ResNet50 | parameters | 25,636,712 |" in markdown


@pytest.mark.parametrize("path", METHOD_PAGES, ids=lambda path: path.stem)
def test_method_pages_are_plain_markdown(path: Path, catalogue: Catalogue) -> None:
    page = Renderer(catalogue, site=False).written(f"method/{path.name}", path.read_text(encoding="utf-8"))
    assert is_plain(page.markdown)
    slugs = set(re.findall(r"\]\(\.\./networks/([^)#:]+)\.md", page.markdown))
    assert slugs <= catalogue.titles.keys()
