"""The lists of networks by year and by family, and the search index."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup, Tag

from layerwise.core.errors import DefinitionError
from layerwise.network.catalogue import Catalogue, Entry, Loader
from layerwise.site.indexes import other_names, weight
from tests.built_site.conftest import Soup

MAX_INDEX_BYTES = 300_000
"""Compressed size of the search index of the whole catalogue."""
MAX_TWIN_BYTES = 8_000_000
"""Size of the Markdown twins of all pages."""
ON_MANY_PAGES = {"Layers", "Notes"}
"""Headings of most networks that may be search results, as the content below them is specific to each network."""


def networks_by_section(page: BeautifulSoup) -> dict[str, list[str]]:
    """The addresses of the networks listed in each section."""
    sections: dict[str, list[str]] = {}
    for heading in page.select("article h2"):
        table = heading.find_next("table")
        assert isinstance(table, Tag)
        sections[str(heading.find(string=True))] = [str(link["href"]) for link in table.select(".lw-name a")]
    return sections


def test_every_network_is_listed_in_its_year(soup: Soup, catalogue: Catalogue) -> None:
    sections = networks_by_section(soup("networks/by-year"))
    assert list(sections) == sorted(sections)
    for entry in catalogue.entries:
        assert f"../{entry.network.slug}/" in sections[str(entry.network.variant.metadata.year)]
    assert sum(map(len, sections.values())) == len(catalogue.entries)


def test_every_network_is_listed_in_its_family(soup: Soup, catalogue: Catalogue) -> None:
    sections = networks_by_section(soup("networks/families"))
    assert list(sections) == sorted(sections, key=str.casefold)
    for entry in catalogue.entries:
        assert f"../{entry.network.slug}/" in sections[entry.network.family]
    assert sum(map(len, sections.values())) == len(catalogue.entries)


def test_list_by_family_links_to_all_families(soup: Soup, catalogue: Catalogue) -> None:
    links = {link["href"] for link in soup("networks/families").select("article p a")}
    assert {f"../{family.slug}/" for family in catalogue.families} <= links


def test_catalogue_links_to_lists(soup: Soup) -> None:
    links = {link["href"] for link in soup("networks").select("article a")}
    assert {"by-year/", "families/"} <= links


def test_network_must_not_use_the_address_of_a_list(tmp_path: Path) -> None:
    (tmp_path / "families.yml").write_text("name: Families\ninput: 8x8x3\nlayers: [{fc: 10}]\n")
    with pytest.raises(DefinitionError, match="page networks/families/ already belongs to the list by family"):
        Loader().folder(tmp_path)


# --- the search index -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def index(site: Path) -> list[dict[str, Any]]:
    docs: list[dict[str, Any]] = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    return docs


def test_search_index_is_under_300_kb_compressed(site: Path) -> None:
    content = (site / "search" / "search_index.json").read_bytes()
    assert len(gzip.compress(content)) < MAX_INDEX_BYTES


def test_network_is_one_result_with_its_names_paper_and_authors(index: list[dict[str, Any]]) -> None:
    (page,) = [entry for entry in index if entry["location"] == "networks/googlenet/"]
    assert page["title"] == "GoogLeNet"
    assert "Inception v1" in page["tags"]
    assert "Szegedy" in page["text"]
    assert "Going Deeper with Convolutions" in page["text"]
    assert [entry["title"] for entry in index if entry["location"].startswith("networks/googlenet/#")] == [
        "Layers",
        "Notes",
    ]


def test_kinds_of_layers_are_in_the_index(index: list[dict[str, Any]]) -> None:
    (layers,) = [entry for entry in index if entry["location"] == "networks/alexnet/#layers"]
    assert "lrn" in layers["text"]
    assert "max pool" in layers["text"]


def test_common_headings_are_not_results(index: list[dict[str, Any]], catalogue: Catalogue) -> None:
    titles = Counter(entry["title"] for entry in index)
    common = {title for title, count in titles.items() if count > len(catalogue.entries) / 10}
    assert common <= ON_MANY_PAGES


def load_entry(folder: Path, **keys: Any) -> Entry:
    definition = {"input": "8x8x3", "layers": [{"fc": 10}], **keys}
    (folder / "one.yml").write_text(json.dumps(definition))
    return Loader().file(folder / "one.yml")[1][0]


@pytest.mark.parametrize(
    ("name", "aliases", "models", "names"),
    [
        ("VGG-16", ["VGG-D"], ["vgg16"], ["VGG-D", "VGG16"]),  # vgg16 adds nothing to VGG16
        ("GoogLeNet", ["Inception v1", "Inception-v1"], ["googlenet"], ["Inception v1"]),
        ("Inception-v3", [], [], ["Inceptionv3"]),
        ("SqueezeNet 1.0", [], ["squeezenet1_0"], ["squeezenet1_0"]),
        ("ResNet-50 v1.5", ["torchvision resnet50"], ["resnet50"], ["torchvision resnet50"]),
    ],
)
def test_other_names_add_a_new_word(
    name: str, aliases: list[str], models: list[str], names: list[str], tmp_path: Path
) -> None:
    # 8·8·3·10 + 10 = 1,930
    claims = [{"source": "somewhere", "model": model, "parameters": 1930} for model in models]
    assert other_names(load_entry(tmp_path, name=name, aliases=aliases, claims=claims)) == names


def test_shorter_titles_rank_higher() -> None:
    assert weight("GoogLeNet") > weight("GoogLeNet (torchvision)")
    assert weight("ResNet-50") > weight("SE-ResNet-50") == weight("ResNet-50-C")


# --- Markdown twins --------------------------------------------------------------------------------------------------


def test_twins_are_under_8_mb(site: Path) -> None:
    assert sum(path.stat().st_size for path in site.rglob("*.md")) < MAX_TWIN_BYTES


def test_links_of_twins_lead_to_files(site: Path) -> None:
    broken = []
    for path in site.rglob("*.md"):
        text = re.sub(r"(?ms)^(`{3,}|~{3,}).*?^\1|`[^`\n]+`", "", path.read_text(encoding="utf-8"))  # without code
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            target = link.partition("#")[0]
            place = path.parent / unquote(target)
            if "://" not in target and target and not (place.is_file() or (place / "index.html").is_file()):
                broken.append((path.relative_to(site).as_posix(), link))
    assert broken == []
