"""A small project, which the plugin builds and serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.building import small_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project of its own, to be changed at will."""
    return small_project(tmp_path)
