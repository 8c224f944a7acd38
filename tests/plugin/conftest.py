"""A small project, which the plugin builds and serves."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.projects import small_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project of its own, to be changed at will."""
    return small_project(tmp_path)


def build_site(project: Path, site: Path) -> None:
    """Build a project strictly, as ``mkdocs build --strict`` does."""
    config = load_config(str(project / "mkdocs.yml"), site_dir=str(site), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
