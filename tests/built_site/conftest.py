"""The built site, shared by all tests that read it, in all processes."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from filelock import FileLock

from tests.hostile import STRINGS, make_harmless, write
from tests.projects import parse_page

ROOT = Path(__file__).parents[2]
Soup = Callable[[str], BeautifulSoup]


@pytest.fixture(scope="session")
def build_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Path], Path]:
    """Build the site of a project strictly, unless another process of this run has built it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def build(name: str, project: Path) -> Path:
        site = shared / name
        with FileLock(shared / f"{name}.lock"):
            if not site.exists():
                _build(project, site)
        return site

    return build


def _build(project: Path, site: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    result = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="session")
def site() -> Path:
    """The site of this repository, as ``make site`` has built it."""
    site = ROOT / "site"
    assert (site / "index.html").is_file(), "make site builds the site that these tests read"
    return site


@pytest.fixture(scope="session")
def soup(site: Path) -> Soup:
    """Return a parsed page of the site by its address; tests must not change it."""

    @functools.cache
    def page(address: str) -> BeautifulSoup:
        return parse_page(site / address / "index.html")

    return page


@pytest.fixture(scope="session")
def hostile_site(build_once: Callable[[str, Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write(folder, STRINGS)
    return build_once("hostile-site", folder)


@pytest.fixture(scope="session")
def harmless_site(build_once: Callable[[str, Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile site with harmless strings of the same lengths."""
    folder = tmp_path_factory.mktemp("harmless")
    write(folder, [make_harmless(string, index) for index, string in enumerate(STRINGS)], "https://example.org/x")
    return build_once("harmless-site", folder)
