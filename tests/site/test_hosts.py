"""The plugin in the site of another project, whose pages, templates and files stay as they are."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from lxml import html
from mkdocs.exceptions import Abort

from tests.projects import parse_page
from tests.site.conftest import build_site

PROJECT = Path(__file__).parents[1] / "hosts" / "project"
ALL_PARTS = ["networks", "catalogue", "compare", "layers", "claims", "data"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example project: two definitions, pages with braces, templates, robots.txt and a logo of its own."""
    return shutil.copytree(PROJECT, tmp_path / "project")


def build(project: Path, options: dict[str, Any] | None = None, **settings: Any) -> Path:
    """Build it strictly with options of the plugin and other settings; return the site."""
    configuration = yaml.safe_load((project / "mkdocs.yml").read_text(encoding="utf-8")) | settings
    configuration["plugins"] = ["search", {"layerwise": options or {}}]
    (project / "mkdocs.yml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    build_site(project, project / "site")
    return project / "site"


def move_links(project: Path, folder: str) -> None:
    """Let the home page link to networks in a folder."""
    home = project / "docs" / "index.md"
    home.write_text(home.read_text(encoding="utf-8").replace("(networks/", f"({folder}networks/"), encoding="utf-8")


def dead_links(site: Path) -> Iterator[tuple[str, str]]:
    """The links to places on the site where nothing is, with their pages."""
    for page in site.rglob("*.html"):
        for link in map(str, html.parse(page).xpath("//@href | //@src")):
            if page.name == "404.html" or re.match(r"https?:|data:|mailto:|javascript:|#", link):
                continue
            target = (page.parent / re.split(r"[?#]", link)[0]).resolve()
            if not (target / "index.html" if target.is_dir() else target).is_file():
                yield page.relative_to(site).as_posix(), link


def text(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ").split())


@pytest.mark.parametrize("theme", ["material", "mkdocs", "readthedocs"])
def test_two_definitions_in_a_theme(project: Path, theme: str) -> None:
    site = build(project, theme={"name": theme})
    assert not [*dead_links(site)]
    page = parse_page(site / "networks" / "edge-net" / "index.html")
    assert "9,452" in text(page)  # 464 + 752 + 2,528 + 4,928 + 780
    assert "{" not in "".join(heading.get_text() for heading in page.select("h1, h2"))
    assert bool(page.select("div.md-typeset > h1")) == (theme != "material")
    assert len(parse_page(site / "networks" / "index.html").select(".lw-catalogue tbody tr")) == 3


def test_parameters_of_the_example_by_hand() -> None:
    first, *separable = (
        3 * 3 * 3 * 16 + 2 * 16,
        *(3 * 3 * before + 2 * before + before * after + 2 * after for before, after in ((16, 32), (32, 64), (64, 64))),
    )
    assert first + sum(separable) + 64 * 12 + 12 == 9452


def test_nothing_is_there_that_was_not_asked_for(project: Path) -> None:
    site = build(project, theme={"name": "mkdocs"}, site_url="https://example.org/")
    folders = {path.relative_to(site).parts[0] for path in site.rglob("*") if path.is_file()}
    assert folders.isdisjoint({"api", "calculate", "compare", "definitions", "layers", "llms.txt", "method", "schema"})
    assert not [*(site / "networks").rglob("*.md")]
    assert {path.suffix for path in (site / "assets" / "layerwise").iterdir()} == {".css", ".js"}
    for page in site.rglob("*.html"):
        assert not parse_page(page).select('[type="application/ld+json"], [data-compare], a[href*="compare"]')


def test_own_files_and_templates_stay(project: Path) -> None:
    site = build(project)
    for name in ("robots.txt", "assets/logo.svg"):
        assert (site / name).read_bytes() == (PROJECT / "docs" / name).read_bytes()
    assert "our own templates" in (site / "index.html").read_text(encoding="utf-8")
    assert any(site.glob("assets/javascripts/lunr/*.js"))  # for the search in other languages


def test_own_templates_come_before_those_of_the_design(project: Path) -> None:
    home = (build(project, {"design": True}) / "index.html").read_text(encoding="utf-8")
    assert "our own templates" in home
    assert "ld+json" not in home


def test_braces_on_own_pages_are_text(project: Path) -> None:
    page = (build(project) / "index.html").read_text(encoding="utf-8")
    for braces in ("${{ secrets.TOKEN }}", "{{ item }}", "{% for x in range %}", "{{#1}}", "<!-- layerwise 0 -->"):
        assert braces in page
    assert parse_page(project / "site" / "index.html").select("table:not([class])")  # it does not become ours


def test_a_page_is_a_template_if_it_asks_for_it(project: Path) -> None:
    page = "---\nlayerwise: template\n---\n# Count\n\n{{ catalogue.entries | length }} networks\n"
    (project / "docs" / "count.md").write_text(page)
    assert "3 networks" in (build(project) / "count" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("directories", [True, False])
@pytest.mark.parametrize("folder", ["", "reference/cnn/"])
def test_links_of_all_parts(project: Path, folder: str, *, directories: bool) -> None:
    move_links(project, folder)
    options = {"path": folder, "pages": ALL_PARTS, "license": "CC0-1.0"}
    site = build(project, options, use_directory_urls=directories, site_url="https://example.org/docs/")
    assert not [*dead_links(site)]
    api = site / folder / "api" / "v1"
    page = f"https://example.org/docs/{folder}networks/edge-net{'/' if directories else '.html'}"
    assert page in {network["url"] for network in json.loads((api / "networks.json").read_text(encoding="utf-8"))}
    described = json.loads((api / "openapi.json").read_text(encoding="utf-8"))["info"]
    assert described["title"] == "Our models"
    assert described["license"]["identifier"] == "CC0-1.0"


def test_explanations_are_linked_if_the_site_has_them(project: Path) -> None:
    (project / "docs" / "method").mkdir()
    (project / "docs" / "method" / "index.md").write_text("# Method\n")
    page = parse_page(build(project) / "networks" / "edge-net" / "index.html")
    assert {link["href"] for link in page.select('article a[href*="method"]')} == {"../../method/"}


def test_data_without_a_license_claim_none(project: Path) -> None:
    (project / "docs" / "index.md").write_text("# Home\n\n[EdgeNet](networks/edge-net.md)\n")
    api = build(project, {"pages": ["networks", "data"]}) / "api" / "v1"
    assert "license" not in json.loads((api / "openapi.json").read_text(encoding="utf-8"))["info"]
    entry = (api / "networks.bib").read_text(encoding="utf-8")
    assert entry.startswith("@misc{our-models,\n  author        = {{Our models contributors}},")


def test_pages_in_a_navigation(project: Path) -> None:
    nav = ["index.md", {"Networks": "networks/index.md"}, "guide/index.md"]
    validation = {"nav": {"omitted_files": "warn"}}
    site = build(project, {"pages": ALL_PARTS}, nav=nav, validation=validation)  # no page is reported as missing there
    assert (site / "compare" / "index.html").is_file()


def test_styles_can_be_omitted(project: Path) -> None:
    site = build(project, {"styles": False})
    assert not [*(site / "assets" / "layerwise").glob("*.css")]
    assert "layerwise/styles.css" not in (site / "networks" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "settings", "message"),
    [
        ({"pages": ["catalogue"]}, {}, "catalogue links to the pages of networks; add networks"),
        ({"pages": ["netwroks"]}, {}, "Expected one of"),
        ({"path": "../elsewhere"}, {}, "'../elsewhere' is not below the folder of the docs"),
        ({"design": True}, {"theme": {"name": "mkdocs"}}, "design: true needs the theme material"),
        ({"networks": "models"}, {}, "models' isn't an existing directory"),
    ],
)
def test_wrong_options(
    project: Path, options: dict[str, Any], settings: dict[str, Any], message: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises((Abort, SystemExit)) as error:
        build(project, options, **settings)
    assert message in caplog.text + str(error.value)
