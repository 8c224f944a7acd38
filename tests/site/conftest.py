"""The site, built once for all tests that read it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.hostile import STRINGS, harmless, write
from tests.projects import TINY, write_definitions, write_pages

ROOT = Path(__file__).parents[2]
Soup = Callable[[str], BeautifulSoup]

PROJECT = """\
site_name: Test
repo_url: https://example.org/owner/repository
edit_uri: edit/main/docs/
theme: {name: material, font: false, features: [content.action.edit]}
plugins: [search, layerwise]
markdown_extensions: [attr_list, md_in_html, tables]
"""


def build_site(project: Path, site: Path) -> None:
    """Build a project strictly, as ``mkdocs build --strict`` does."""
    config = load_config(str(project / "mkdocs.yml"), site_dir=str(site), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process run all tests of the site, so that it is built once."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("site"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site of this repository."""
    folder = tmp_path_factory.mktemp("site")
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    build_site(ROOT, folder)
    return folder


@pytest.fixture(scope="session")
def soup(site: Path) -> Soup:
    """A page of the site by its address, parsed."""

    def parse(address: str) -> BeautifulSoup:
        return BeautifulSoup((site / address / "index.html").read_text(encoding="utf-8"), "lxml")

    return parse


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write(folder, STRINGS)
    build_site(folder, folder / "site")
    return folder / "site"


@pytest.fixture(scope="session")
def harmless_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with harmless texts of the same lengths."""
    folder = tmp_path_factory.mktemp("harmless")
    write(folder, [harmless(text, place) for place, text in enumerate(STRINGS)], "https://example.org/x")
    build_site(folder, folder / "site")
    return folder / "site"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project of its own: two definitions and a page, to be changed at will."""
    lenet = (ROOT / "networks" / "lenet-5.yml").read_text(encoding="utf-8")
    alone = re.sub("^related:.*\n", "", lenet, flags=re.MULTILINE)  # the pages it names are not in this project
    write_definitions(tmp_path, lenet_5=alone, tiny=TINY)
    write_pages(tmp_path, "{{ catalogue.entries | length }} networks.", PROJECT)
    return tmp_path
