"""How networks are found: the lists by year and by family, and what the search is given."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from layerwise.core.errors import DefinitionError
from layerwise.network.catalogue import Catalogue, Entry, Loader
from layerwise.site.indexes import other_names, weight
from tests.built_site.conftest import Soup

LARGEST_INDEX = 300_000
"""Bytes of the search index as it is sent, for the whole catalogue."""
ON_MANY_PAGES = {"Layers", "Notes"}
"""Headings that may answer to a search although most networks have them: what stands under them is their own."""


def listed(page: BeautifulSoup) -> dict[str, list[str]]:
    """The networks of each section by the addresses of their pages."""
    sections: dict[str, list[str]] = {}
    for heading in page.select("article h2"):
        table = heading.find_next("table")
        assert isinstance(table, Tag)
        sections[str(heading.find(string=True))] = [str(link["href"]) for link in table.select(".lw-name a")]
    return sections


def test_every_network_stands_under_its_year(soup: Soup, catalogue: Catalogue) -> None:
    sections = listed(soup("networks/by-year"))
    assert list(sections) == sorted(sections)
    for entry in catalogue.entries:
        assert f"../{entry.network.slug}/" in sections[str(entry.network.variant.metadata.year)]
    assert sum(map(len, sections.values())) == len(catalogue.entries)


def test_every_network_stands_under_its_family(soup: Soup, catalogue: Catalogue) -> None:
    sections = listed(soup("networks/families"))
    assert list(sections) == sorted(sections, key=str.casefold)
    for entry in catalogue.entries:
        assert f"../{entry.network.slug}/" in sections[entry.network.family]
    assert sum(map(len, sections.values())) == len(catalogue.entries)


def test_a_family_leads_to_all_its_pages(soup: Soup, catalogue: Catalogue) -> None:
    links = {link["href"] for link in soup("networks/families").select("article p a")}
    assert {f"../{family.slug}/" for family in catalogue.families} <= links


def test_the_lists_are_reached_from_the_catalogue(soup: Soup) -> None:
    links = {link["href"] for link in soup("networks").select("article a")}
    assert {"by-year/", "families/"} <= links


def test_the_lists_keep_their_addresses(tmp_path: Path) -> None:
    (tmp_path / "families.yml").write_text("name: Families\ninput: 8x8x3\nlayers: [{fc: 10}]\n")
    with pytest.raises(DefinitionError, match="the page networks/families/ belongs to the list by family already"):
        Loader().folder(tmp_path)


# --- what the search is given ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def index(site: Path) -> list[dict[str, Any]]:
    docs: list[dict[str, Any]] = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    return docs


def test_the_index_is_small(site: Path) -> None:
    content = (site / "search" / "search_index.json").read_bytes()
    assert len(gzip.compress(content)) < LARGEST_INDEX


def test_a_network_is_one_result_with_its_names_paper_and_authors(index: list[dict[str, Any]]) -> None:
    (found,) = [entry for entry in index if entry["location"] == "networks/googlenet/"]
    assert found["title"] == "GoogLeNet"
    assert "Inception v1" in found["tags"]
    assert "Szegedy" in found["text"]
    assert "Going Deeper with Convolutions" in found["text"]
    assert [entry["title"] for entry in index if entry["location"].startswith("networks/googlenet/#")] == [
        "Layers",
        "Notes",
    ]


def test_kinds_of_layers_are_in_the_index(index: list[dict[str, Any]]) -> None:
    (layers,) = [entry for entry in index if entry["location"] == "networks/alexnet/#layers"]
    assert "lrn" in layers["text"]
    assert "max pool" in layers["text"]


def test_headings_that_all_pages_have_are_no_results(index: list[dict[str, Any]], catalogue: Catalogue) -> None:
    titles = Counter(entry["title"] for entry in index)
    many = {title for title, count in titles.items() if count > len(catalogue.entries) / 10}
    assert many <= ON_MANY_PAGES


def entry(folder: Path, **said: Any) -> Entry:
    definition = {"input": "8x8x3", "layers": [{"fc": 10}], **said}
    (folder / "one.yml").write_text(json.dumps(definition))
    return Loader().file(folder / "one.yml")[1][0]


@pytest.mark.parametrize(
    ("name", "aliases", "models", "names"),
    [
        ("VGG-16", ["VGG-D"], ["vgg16"], ["VGG-D", "VGG16"]),  # vgg16 says nothing that VGG16 does not
        ("GoogLeNet", ["Inception v1", "Inception-v1"], ["googlenet"], ["Inception v1"]),
        ("Inception-v3", [], [], ["Inceptionv3"]),
        ("SqueezeNet 1.0", [], ["squeezenet1_0"], ["squeezenet1_0"]),
        ("ResNet-50 v1.5", ["torchvision resnet50"], ["resnet50"], ["torchvision resnet50"]),
    ],
)
def test_other_names_have_a_word_of_their_own(
    name: str, aliases: list[str], models: list[str], names: list[str], tmp_path: Path
) -> None:
    # 8·8·3·10 + 10 = 1,930
    claims = [{"source": "somewhere", "model": model, "parameters": 1930} for model in models]
    assert other_names(entry(tmp_path, name=name, aliases=aliases, claims=claims)) == names


def test_fewer_words_weigh_more() -> None:
    assert weight("GoogLeNet") > weight("GoogLeNet (torchvision)")
    assert weight("ResNet-50") > weight("SE-ResNet-50") == weight("ResNet-50-C")
