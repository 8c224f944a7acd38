"""The Markdown twins of pages, and the list of them for language models."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from layerwise.site import twins
from tests.projects import parse_page, small_project
from tests.site.conftest import build_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = small_project(tmp_path_factory.mktemp("project"))
    head = "---\ntitle: T\nlayerwise: template\n---\n\n# T\n\n"
    page = head + "[LeNet](networks/lenet-5.md#layers), {{ network('tiny').parameters }}\n"
    (project / "docs" / "twin.md").write_text(page)
    with (project / "docs" / "index.md").open("a") as home:
        home.write("\n[Compare](compare.md)\n")
    build_site(project, project / "site")
    return project / "site"


def dead_links(twin: Path) -> Iterator[str]:
    """The links of a twin to places on the site where no file is."""
    for link in re.findall(r"\]\(([^)\s]+)\)", twin.read_text()):
        if "://" not in link and not link.startswith("#") and not (twin.parent / link.partition("#")[0]).is_file():
            yield link


def test_every_page_but_the_comparison_has_a_twin(site: Path) -> None:
    pages = {path.parent for path in site.rglob("index.html")} - {site / "compare"}
    assert {path.parent for path in site.rglob("index.md")} == pages
    for folder in (*pages, site / "compare"):
        links = parse_page(folder / "index.html").select("link[rel=alternate][type='text/markdown']")
        assert [link["href"] for link in links] == (["index.md"] if folder in pages else [])


def test_twin_of_a_network_has_its_figures_and_layers(site: Path) -> None:
    text = (site / "networks" / "lenet-5" / "index.md").read_text()
    assert text.startswith("# LeNet-5\n\nLeNet-5 has 61,706 parameters (241.0 KB in fp32)")
    assert "\n|Conv2|14×14×6|5×5×16|1|0|10×10×16|5×5×6×16 + 16|2,416|\n" in text
    assert "- MACs for one input: 416,520\n" in text
    assert "---\n" not in text
    assert "layerwise 0" not in text


def test_twin_of_a_written_page_is_evaluated(site: Path) -> None:
    assert (site / "twin" / "index.md").read_text() == "# T\n\n[LeNet](../networks/lenet-5/index.md#layers), 1562\n"


def test_twins_link_to_scripted_pages_as_they_are(site: Path) -> None:
    home = (site / "index.md").read_text()
    assert "[Compare](compare/)" in home


def test_twins_link_to_files(site: Path) -> None:
    for path in site.rglob("index.md"):
        assert {*dead_links(path)} <= {"compare/"}, path


def test_pages_that_are_files_have_twins_and_names(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    with (project / "mkdocs.yml").open("a") as settings:
        settings.write("use_directory_urls: false\n")
    with (project / "docs" / "index.md").open("a") as home:
        home.write("\n[LeNet](networks/lenet-5.md#layers), [Compare](compare.md)\n")
    site = project / "site"
    build_site(project, site)
    twins_of = {path.with_suffix(".md"): path for path in site.rglob("*.html")}
    assert {*site.rglob("*.md")} == twins_of.keys() - {site / "compare.md", site / "404.md"}
    for twin in site.rglob("*.md"):
        (link,) = parse_page(twins_of[twin]).select("link[rel=alternate][type='text/markdown']")
        assert link["href"] == twin.name
        assert not [*dead_links(twin)]
    assert "[LeNet](networks/lenet-5.md#layers), [Compare](compare.html)" in (site / "index.md").read_text()
    listed = {*re.findall(r"\]\(([^)]+)\): ", (site / "llms.txt").read_text())}
    assert listed == {path.relative_to(site).as_posix() for path in site.rglob("*.md")}
    locations = {row[0].partition("#")[0] for row in json.loads((site / "search" / "names.json").read_text())}
    assert {"index.html", "networks/index.html", "networks/lenet-5.html", "layers/conv.html"} <= locations
    assert not [location for location in locations if not (site / location).is_file()]


def test_llms_txt_lists_all_twins(site: Path) -> None:
    text = (site / "llms.txt").read_text()
    assert text.startswith("# Test\n\n> ")
    links = re.findall(r"\]\(([^)]+)\): ", text)
    assert {*links} == {path.relative_to(site).as_posix() for path in site.rglob("index.md")}
    assert "[LeNet-5](networks/lenet-5/index.md): 61.7 K parameters · 416.5 K MACs · 1998\n" in text


def test_a_project_may_have_an_llms_txt_of_its_own(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    (project / "docs" / "llms.txt").write_text("Mine")
    build_site(project, project / "site")
    assert (project / "site" / "llms.txt").read_text() == "Mine"


@pytest.mark.parametrize(
    ("page", "path"),
    [("index.md", "index.md"), ("compare.md", "compare/index.md"), ("networks/index.md", "networks/index.md")],
)
def test_paths(page: str, path: str) -> None:
    assert twins.path_of(page) == path
    assert not posixpath.splitext(twins.source_of(page))[1]
