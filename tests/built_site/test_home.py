"""The home page, the timeline and the pages about concepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from layerwise.network.catalogue import Catalogue
from tests.built_site.conftest import Soup

TILES = {
    "Networks": "networks/",
    "Families": "networks/families/",
    "Layer types": "layers/",
    "Layers calculated": "method/",
    "Published figures checked": "method/claims/",
}
CONCEPTS = sorted(path.stem for path in Path("docs/concepts").glob("*.md") if path.stem != "index")


def test_tiles_lead_where_they_say(soup: Soup) -> None:
    tiles = soup("").select(".lw-figures > div")
    assert {tile.dt.get_text(): tile.a["href"] for tile in tiles if tile.dt and tile.a} == TILES


def test_search_is_first_and_three_ways_lead_in(soup: Soup) -> None:
    first, *_ = soup("").select("article :is(form, h2, figure)")
    assert first.name == "form"
    ways = [link["href"] for link in soup("").select(".lw-ways h2 > a:not(.headerlink)")]
    assert ways == ["networks/", "method/", "compare/"]


def test_timeline_is_in_order_of_years(soup: Soup, catalogue: Catalogue) -> None:
    page = soup("timeline")
    years = [int(heading.get_text().rstrip("¶")) for heading in page.select("article h2")]
    assert years == sorted({*years})
    steps = page.select("article p > strong > a")
    assert len(steps) >= 40
    for step in steps:
        year = catalogue.entry(str(step["href"]).split("/")[-2]).network.variant.metadata.year
        heading = step.find_previous("h2")
        assert heading is not None
        assert heading.get_text().startswith(str(year))


@pytest.mark.parametrize("name", CONCEPTS)
def test_concept_has_a_cost_table_and_links(name: str, soup: Soup) -> None:
    page = soup(f"concepts/{name}")
    table = page.select_one("table.lw-costs")
    assert table is not None
    assert len(table.select("tbody tr")) >= 4
    links = [str(link["href"]) for link in page.select("article a[href]")]
    assert any(link.startswith("../../layers/") for link in links)
    assert sum(link.startswith("../../networks/") for link in links) >= 4


def test_every_concept_is_in_the_list(soup: Soup) -> None:
    links = {str(link["href"]) for link in soup("concepts").select("article td a")}
    assert {f"{name}/" for name in CONCEPTS} <= links
