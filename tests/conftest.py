"""Fixtures for all tests: the catalogue of this repository, loaded once, and small projects."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from layerwise.core.files import files_in
from layerwise.network.catalogue import Catalogue, Loader
from layerwise.network.graph import Network
from tests.projects import TINY, small_project, write_definitions

NETWORKS = Path(__file__).parents[1] / "networks"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    catalogue = Loader().folder(NETWORKS)
    gc.freeze()  # the catalogue is never freed, so do not search it for garbage again and again
    return catalogue


@pytest.fixture(params=files_in(NETWORKS), ids=lambda file: file.stem)
def networks(request: pytest.FixtureRequest, catalogue: Catalogue) -> list[Network]:
    """The networks of one definition; a test with this fixture runs once for each definition."""
    return [entry.network for entry in catalogue.entries if entry.file == request.param]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one definition in networks/, as the working directory."""
    monkeypatch.chdir(tmp_path)
    write_definitions(tmp_path, tiny=TINY)
    return tmp_path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that the test may change."""
    return small_project(tmp_path)
