"""Small projects for tests, and their sites."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

NETWORKS = Path(__file__).parents[1] / "networks"
PAGES = {
    "index.md": "# Home\n",
    "method/index.md": "# Method\n",
    "definitions.md": "# Add a network\n\n## A layer\n",
    "definition-reference.md": "# All keys\n\n## In a list of layers\n",
}
"""Pages that generated ones link to."""
SETTINGS = """\
site_name: Test
repo_url: https://example.org/owner/repository
edit_uri: edit/main/docs/
theme: {name: material, font: false, features: [content.action.edit]}
plugins: [search, layerwise]
markdown_extensions: [attr_list, md_in_html, tables]
"""


def write_pages(folder: Path, pages: dict[str, str]) -> None:
    """Write the hand-written pages of a project, some of them in other words."""
    for name, text in (PAGES | pages).items():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def small_project(folder: Path) -> Path:
    """Write a project of two definitions."""
    (folder / "mkdocs.yml").write_text(SETTINGS, encoding="utf-8")
    write_pages(folder, {"index.md": "# Home\n\n{{ catalogue.entries | length }} networks.\n"})
    (folder / "networks").mkdir()
    lenet = (NETWORKS / "lenet-5.yml").read_text(encoding="utf-8")
    alone = re.sub("^related:.*\n", "", lenet, flags=re.MULTILINE)  # the pages it names are not in this project
    (folder / "networks" / "lenet-5.yml").write_text(alone, encoding="utf-8")
    (folder / "networks" / "tiny.yml").write_text(
        "name: Tiny\nyear: 2024\ninput: 8x8x3\nlayers:\n  - {conv: 3x3x4}\n  - {fc: 10}\n"
    )
    return folder


def build_site(project: Path, site: Path) -> None:
    """Build a project strictly, as ``mkdocs build --strict`` does."""
    config = load_config(str(project / "mkdocs.yml"), site_dir=str(site), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
