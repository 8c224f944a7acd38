"""The site, built once for all tests that read it, however many processes run them."""

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

from tests.hostile import STRINGS, harmless, write
from tests.projects import parsed

ROOT = Path(__file__).parents[2]
Soup = Callable[[str], BeautifulSoup]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Path], Path]:
    """Builds the site of a project strictly, unless another process of this run already did."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def built(name: str, project: Path) -> Path:
        site = shared / name
        with FileLock(shared / f"{name}.lock"):
            if not site.exists():
                _build(project, site)
        return site

    return built


def _build(project: Path, site: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def site(built: Callable[[str, Path], Path]) -> Path:
    """The whole site of this repository."""
    return built("site", ROOT)


@pytest.fixture(scope="session")
def soup(site: Path) -> Soup:
    """A page of the site by its address, parsed; tests only read it."""

    @functools.cache
    def page(address: str) -> BeautifulSoup:
        return parsed(site / address / "index.html")

    return page


@pytest.fixture(scope="session")
def hostile_site(built: Callable[[str, Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write(folder, STRINGS)
    return built("hostile-site", folder)


@pytest.fixture(scope="session")
def harmless_site(built: Callable[[str, Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with harmless texts of the same lengths."""
    folder = tmp_path_factory.mktemp("harmless")
    write(folder, [harmless(text, place) for place, text in enumerate(STRINGS)], "https://example.org/x")
    return built("harmless-site", folder)
