"""Preparation of a build: the configuration of MkDocs as the plugin needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mkdocs.plugins
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import InclusionLevel

from layerwise.core.errors import LayerwiseError
from layerwise.site import calculator
from layerwise.site.json_ld import JsonLd
from layerwise.site.json_ld import Site as Subject
from layerwise.site.layout import ASSETS, CALCULATOR, Layout
from layerwise.site.site import FOLDER, STYLES, Site

log = mkdocs.plugins.get_plugin_logger("layerwise")

THEME = FOLDER.parent / "theme"
"""Templates of the reference's own design."""
EXTENSIONS = {"attr_list": "pymdownx.extra", "md_in_html": "pymdownx.extra"}
"""Extensions of Markdown that generated pages need, and the collections that have them."""
IN_NAV = {"networks/index.md", CALCULATOR, "compare.md", "layers/index.md", "method/claims.md"}
"""Generated pages that have a place in the navigation."""


@dataclass(frozen=True)
class ThemeValues:
    """The value ``layerwise`` in templates of the theme."""

    layout: Layout

    def has(self, page: str) -> bool:
        """Return True if the site has a generated page."""
        return self.layout.has(page)

    def page(self, path: str) -> str:
        """The address of a generated page below that of the site."""
        return self.layout.root + self.layout.url(path)

    def file(self, name: str) -> str:
        """The address of a file of the design below that of the site."""
        return self.layout.path(f"{ASSETS}/{name}")


def extend(config: MkDocsConfig, layout: Layout) -> None:
    """Add templates, style sheets and extensions of Markdown. The project's own templates come first."""
    if layout.design:
        config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(THEME))
    if layout.styles and (styles := layout.path(STYLES)) not in config.extra_css:
        config.extra_css.append(styles)
    embedded = config.mdx_configs.setdefault("layerwise", {})
    embedded.setdefault("styles", not layout.styles)  # those of the site are enough
    for name, collection in EXTENSIONS.items():
        if not {name, f"markdown.extensions.{name}", collection, "extra"} & {*config.markdown_extensions}:
            config.markdown_extensions.append(name)


def calculator_of(config: MkDocsConfig, layout: Layout) -> calculator.Bundle | None:
    """The calculator, with the npm packages next to the configuration; None without them."""
    if not layout.has(CALCULATOR):
        return None
    root = Path(config.config_file_path or "").parent
    if reason := calculator.missing(root):
        log.info("the site has no calculator: %s", reason)
        return None
    edit = re.match(r"/?edit/[^/]+/", config.edit_uri or "")
    repository = (config.repo_url or "").rstrip("/")
    proposals = f"{repository}/{edit[0].strip('/').replace('edit', 'new', 1)}/networks" if edit and repository else ""
    try:
        return calculator.bundle(root, proposals)
    except LayerwiseError as error:
        raise PluginError(f"layerwise: {error}") from None


def without(nav: list[Any], path: str) -> list[Any]:
    """The entries of a navigation other than those that are a page."""
    return [entry for entry in nav if path not in (entry.values() if isinstance(entry, dict) else [entry])]


def inclusion(path: str, config: MkDocsConfig, layout: Layout) -> InclusionLevel:
    """The place of a generated page in the navigation: where that is written out, what it names."""
    if path.removeprefix(layout.root) not in IN_NAV or (config.nav and path not in _pages_in(config.nav)):
        return InclusionLevel.NOT_IN_NAV
    return InclusionLevel.INCLUDED


def _pages_in(nav: Any) -> Iterator[str]:
    """The paths in a navigation."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        yield from _pages_in(list(nav.values()))
    elif isinstance(nav, list):
        for entry in nav:
            yield from _pages_in(entry)


def json_ld_of(config: MkDocsConfig, site: Site) -> JsonLd | None:
    """The metadata of pages, if the site has the design whose templates print them and knows its address."""
    if not config.site_url or not site.layout.design:
        return None
    subject = Subject(config.site_url, config.site_name, config.site_description or "", site.layout)
    return JsonLd(subject, site.catalogue)
