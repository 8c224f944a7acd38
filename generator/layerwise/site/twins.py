"""Markdown twins of the pages: ``networks/vgg-16/index.md`` or ``networks/vgg-16.md``, each next to its page.

A twin has the content of a page without its pictures and controls. In the tables of networks, blocks that are alike are
printed once.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from layerwise.site.front_matter import FRONT_MATTER
from layerwise.site.layout import Layout
from layerwise.site.names import Named
from layerwise.site.pages import SCRIPTED, Task
from layerwise.site.renderer import Renderer

LLMS = "llms.txt"
"""The list of all twins for language models, see https://llmstxt.org."""
TEMPLATES = {"network.md.j2": "twin.md.j2", "family.md.j2": "family_twin.md.j2"}
"""Shorter templates for the twins of long pages."""
SECTIONS = {
    "": "Explanations",
    "concepts/": "Concepts",
    "layers/": "Layer types",
    "networks/": "Networks and families",
}
"""Titles of the sections of ``llms.txt`` by the folder of their pages."""
_LINK = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)|`[^`\n]+`|(?<=\]\()(?P<link>[^)\s]+)(?=\))", re.DOTALL | re.MULTILINE
)
"""A link, or code, in which there are none."""

_ROW = re.compile(r"^\| (.*) \|$", re.MULTILINE)
"""A row of a table."""


def path_of(page: str, *, directories: bool = True) -> str:
    """``networks/vgg-16.md`` → ``networks/vgg-16/index.md``; itself for an index page, or if pages are no folders."""
    if not directories or posixpath.basename(page) == "index.md":
        return page
    return f"{page.removesuffix('.md')}/index.md"


def at(location: str) -> str:
    """The address of the twin of the page at an address: ``networks/vgg-16/index.md`` or ``networks/vgg-16.md``."""
    return f"{location.removesuffix('.html')}.md" if location.endswith(".html") else f"{location}index.md"


def source_of(page: str) -> str:
    """The name of a twin among the files of MkDocs, which would take Markdown for a page."""
    return f"twins/{page.removesuffix('.md')}"


def generated(renderer: Renderer, task: Task) -> str:
    """The twin of a generated page; ``renderer`` is not that of a site."""
    template = TEMPLATES.get(task.template, task.template)
    markdown = renderer.page(task._replace(template=template)).markdown
    return plain(renderer.layout, renderer.layout.path(task.path), _ROW.sub(_tight, markdown))


def _tight(row: re.Match[str]) -> str:
    """A row of a table without the spaces around its cells, a fifth of a twin."""
    return "|" + "|".join(row[1].split(" | ")) + "|"


def written(renderer: Renderer, path: str, markdown: str) -> str:
    """The twin of a hand-written page. Raises ``PageError`` with the line of an error."""
    return plain(renderer.layout, path, renderer.written(path, markdown).markdown)


def plain(layout: Layout, path: str, markdown: str) -> str:
    """The twin of a page without expressions: Markdown without front matter, whose links lead to other twins."""
    text = _LINK.sub(
        lambda match: _target(layout, path, match["link"]) if match["link"] else match[0],
        FRONT_MATTER.sub("", markdown),
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _target(layout: Layout, page: str, link: str) -> str:
    """The link from a twin: pages become twins."""
    if link.startswith(("#", "mailto:")) or "://" in link:
        return link
    path, hash_sign, anchor = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    address = layout.resolved(page, link)
    if not target.endswith(".md") or target.removeprefix(layout.root) in SCRIPTED:
        return address
    return f"{at(address.partition('#')[0])}{hash_sign}{anchor}"


def llms(title: str, description: str, address: str, pages: Iterable[Named], root: str = "") -> str:
    """The content of ``llms.txt``: all twins by section, with a line on each."""
    sections: dict[str, list[str]] = {folder: [] for folder in SECTIONS}
    for page in pages:
        if "#" not in page.location:
            folder = page.location.removeprefix(root).partition("/")[0] + "/"
            link = f"[{page.title}]({address}{at(page.location)})"
            sections[folder if folder in SECTIONS else ""].append(f"- {link}: {page.line}")
    parts = [f"# {title}\n\n> {description}\n", f"All figures as data: {address}{root}api/v1/networks.json\n"]
    parts += (f"## {SECTIONS[folder]}\n\n" + "\n".join(lines) + "\n" for folder, lines in sections.items() if lines)
    return "\n".join(parts)
