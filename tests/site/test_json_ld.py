"""The metadata of pages for search engines, link previews and robots."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from layerwise.network.catalogue import Loader
from layerwise.report.citation import authors
from layerwise.site.json_ld import About, JsonLd, Site
from tests.projects import parse_page, small_project
from tests.site.conftest import build_site

URL = "https://example.org/layerwise/"


@pytest.fixture(scope="module", params=[URL, ""], ids=["with an address", "without an address"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A small site that knows its own address, and one that does not."""
    project = small_project(tmp_path_factory.mktemp("project"))
    with (project / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write(f"site_url: {request.param!r}\nsite_description: Networks, calculated.\n")
    build_site(project, project / "site")
    return project / "site", request.param


def things(page: BeautifulSoup) -> list[dict[str, Any]]:
    """The JSON-LD of a page, which must be one valid script."""
    scripts = page.select('script[type="application/ld+json"]')
    assert len(scripts) == 1
    graph = json.loads(scripts[0].get_text())
    assert graph["@context"] == "https://schema.org"
    return list(graph["@graph"])


def parse_head(path: Path) -> BeautifulSoup:
    """The head of a page, which has all of this."""
    return BeautifulSoup(path.read_text(encoding="utf-8").partition("</head>")[0], "lxml")


def meta(page: BeautifulSoup, name: str) -> str | None:
    tag = page.select_one(f'meta[property="{name}"], meta[name="{name}"]')
    return str(tag["content"]) if tag else None


def test_addresses_are_there_if_the_site_knows_its_own(built: tuple[Path, str]) -> None:
    site, url = built
    pages = list(site.rglob("index.html"))
    assert len(pages) >= 5
    for path in pages:
        page, address = parse_head(path), f"{path.parent.relative_to(site).as_posix()}/".removeprefix("./")
        canonical = [link["href"] for link in page.select("link[rel=canonical]")]
        assert canonical == ([url + address] if url else [])
        assert meta(page, "og:url") == (url + address if url else None)
        assert meta(page, "og:image") == (f"{url}assets/layerwise/card.png" if url else None)
        assert meta(page, "og:title")
        assert meta(page, "og:description") == meta(page, "description")
        assert len(page.select('script[type="application/ld+json"]')) == (1 if url else 0)


def test_the_picture_of_a_link_has_the_size_it_says(built: tuple[Path, str]) -> None:
    site, url = built
    header = (site / "assets" / "layerwise" / "card.png").read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    size = [str(int.from_bytes(header[place : place + 4], "big")) for place in (16, 20)]
    page = parse_page(site / "index.html")
    assert [meta(page, "og:image:width"), meta(page, "og:image:height")] == (size if url else [None, None])


def test_robots_and_sitemap(built: tuple[Path, str]) -> None:
    site, url = built
    robots = (site / "robots.txt").read_text()
    assert robots.startswith("User-agent: *\nAllow: /\n")
    assert ("Sitemap:" in robots) == bool(url)
    if not url:
        return
    assert f"\nSitemap: {url}sitemap.xml\n" in robots
    listed = set(re.findall("<loc>(.*?)</loc>", (site / "sitemap.xml").read_text()))
    assert {f"{url}networks/lenet-5/", f"{url}networks/", url} <= listed
    assert not any("404" in address or "api/v1" in address for address in listed)


def test_a_network_says_its_paper_and_where_its_data_lie(built: tuple[Path, str]) -> None:
    site, url = built
    if not url:
        return
    article, dataset, path = things(parse_page(site / "networks" / "lenet-5" / "index.html"))
    assert article["@type"] == "TechArticle"
    assert article["url"] == f"{url}networks/lenet-5/"
    assert article["citation"]["@type"] == "ScholarlyArticle"
    assert article["citation"]["name"] == "Gradient-Based Learning Applied to Document Recognition"
    assert [author["name"] for author in article["citation"]["author"]] == ["LeCun", "Bottou", "Bengio", "Haffner"]
    assert dataset["@type"] == "Dataset"
    assert article["mainEntity"] == {"@id": dataset["@id"]}
    assert (
        len(dataset["description"]) >= 50
    )  # https://developers.google.com/search/docs/appearance/structured-data/dataset
    measured = {figure["name"]: figure["value"] for figure in dataset["variableMeasured"]}
    assert measured == {"parameters": 61706, "MACs": 416520, "FLOPs": 833040}
    for file in dataset["distribution"]:
        assert (site / file["contentUrl"].removeprefix(url)).is_file()
    assert path["@type"] == "BreadcrumbList"
    assert [step["item"] for step in path["itemListElement"]] == [f"{url}networks/", f"{url}networks/lenet-5/"]


def test_the_first_page_says_how_the_site_is_searched(built: tuple[Path, str]) -> None:
    site, url = built
    if not url:
        return
    (website,) = things(parse_page(site / "index.html"))
    assert website["@type"] == "WebSite"
    assert website["potentialAction"]["target"]["urlTemplate"] == f"{url}?q={{search_term_string}}"


def test_no_text_ends_the_script(tmp_path: Path) -> None:
    (tmp_path / "odd.yml").write_text(
        "name: Odd\ninput: 8x8x3\naliases: ['</script><b>&']\npaper: {title: 'A <b>bold</b> \"claim\"'}\n"
        "layers: [{fc: 10}]\n"
    )
    metadata = JsonLd(Site(URL, "Test", ""), Loader().folder(tmp_path))
    text = metadata.json_ld(About("networks/odd.md", "Odd", "", f"{URL}networks/odd/"))
    assert not {"<", ">", "&"} & set(text)
    article = json.loads(text)["@graph"][0]
    assert article["about"]["alternateName"] == ["</script><b>&"]
    assert article["citation"]["name"] == 'A <b>bold</b> "claim"'


@pytest.mark.parametrize(
    ("cited", "names"),
    [
        ("He, Zhang, Ren & Sun", ["He", "Zhang", "Ren", "Sun"]),
        ("Simonyan & Zisserman", ["Simonyan", "Zisserman"]),
        ("Chollet", ["Chollet"]),
        ("Dosovitskiy et al.", ["Dosovitskiy"]),
    ],
)
def test_authors(cited: str, names: list[str]) -> None:
    assert authors(cited) == names


def test_the_missing_page_leads_back(built: tuple[Path, str]) -> None:
    site, url = built
    page, root = parse_page(site / "404.html"), "/layerwise/" if url else "/"
    assert meta(page, "robots") == "noindex"
    assert not page.select("link[rel=canonical]")
    article = page.select_one("article")
    assert article is not None
    links = [link["href"] for link in article.select("a[href]")]
    assert {root, f"{root}networks/"} <= set(links)
    for link in links:
        assert (site / str(link).removeprefix(root) / "index.html").is_file()
    form = article.select_one("form[role=search]")
    assert form is not None
    assert form["action"] == root
    assert form.select_one("input[name=q]") is not None
