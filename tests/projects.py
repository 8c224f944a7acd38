"""Small projects for tests that need files: definitions, and the handwritten pages that generated ones link to."""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup

NETWORKS = Path(__file__).parents[1] / "networks"
TINY = "name: Tiny\nyear: 2024\ninput: 8x8x3\nlayers:\n  - {conv: 3x3x4}\n  - {fc: 10}\n"

TEMPLATE = "---\nlayerwise: template\n---\n"
"""The front matter of a page whose expressions are evaluated."""

PAGES = {
    "method/index.md": "# Method\n",
    "definitions.md": "# The definition language\n\n## A layer\n",
    "definition-reference.md": "# All keys\n\n## In a list of layers\n",
}

SETTINGS = """\
site_name: Test
repo_url: https://example.org/owner/repository
edit_uri: edit/main/docs/
theme: {name: material, font: false, features: [content.action.edit]}
plugins:
  - search
  - layerwise:
      pages: [networks, catalogue, compare, layers, claims, calculator, data]
      design: true
      twins: true
      robots: true
markdown_extensions: [attr_list, md_in_html, tables]
"""


def write_definitions(folder: Path, **files: str) -> None:
    """Write definitions into a project's ``networks/``; the names are slugs with ``_`` for ``-``."""
    (folder / "networks").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "networks" / f"{name.replace('_', '-')}.yml").write_text(text, encoding="utf-8")


def write_pages(folder: Path, home: str, configuration: str) -> None:
    """Write the pages of a project, with the given content of the home page, and its ``mkdocs.yml``."""
    for name, text in {"index.md": f"{TEMPLATE}# Home\n\n{home}\n", **PAGES}.items():
        page = folder / "docs" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    (folder / "mkdocs.yml").write_text(configuration, encoding="utf-8")


def small_project(folder: Path) -> Path:
    """Write a project of two definitions and a page that counts them."""
    lenet = (NETWORKS / "lenet-5.yml").read_text(encoding="utf-8")
    without_related = re.sub("^related:.*\n", "", lenet, flags=re.MULTILINE)  # the pages do not exist in this project
    write_definitions(folder, lenet_5=without_related, tiny=TINY)
    write_pages(folder, "{{ catalogue.entries | length }} networks.", SETTINGS)
    return folder


def parse_page(file: Path) -> BeautifulSoup:
    """Parse a page of a built site."""
    return BeautifulSoup(file.read_text(encoding="utf-8"), "lxml")
