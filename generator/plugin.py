"""The MkDocs plugin: generated pages join the docs tree without a file being written."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import mkdocs.plugins
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage

from generator import schema
from generator.catalogue import Catalogue, Loader, collector_paused
from generator.errors import LayerwiseError
from generator.files import files_in
from generator.pages import data
from generator.pages.metadata import About, Metadata, Site, robots
from generator.pages.render import TEMPLATES, Page, Renderer, fill, scrolling

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
IN_NAV = {"networks/index.md", "compare.md", "layers/index.md", "method/claims.md"}
"""Generated pages that have a place in the navigation."""


class LayerwiseConfig(Config):
    """The plugin's options in ``mkdocs.yml``."""

    networks = config_options.Dir(exists=True, default="networks")
    """The folder of definitions."""


class LayerwisePlugin(mkdocs.plugins.BasePlugin[LayerwiseConfig]):
    """Generates the pages, and puts their tables in after the search index has been made."""

    def __init__(self) -> None:
        self.loader = Loader()
        self.renderer = Renderer(Catalogue(), site=True)
        self.pages: dict[str, Page] = {}
        self.known_pages: dict[Hashable, Page] = {}
        self.known_data: dict[Hashable, tuple[str, str]] = {}
        self.above: dict[str, str] = {}
        self.metadata: Metadata | None = None

    def on_startup(self, **_: Any) -> None:
        """Keep this object over the rebuilds of a server, so that only changed definitions are calculated again."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Bring the theme's overrides and the site's own styles along."""
        if not config.use_directory_urls:
            raise PluginError("layerwise: its links need use_directory_urls: true")
        config.theme.dirs.insert(0, str(HERE / "theme"))
        styles = [f"assets/{path.name}" for path in sorted(ASSETS.glob("*.css"))]
        config.extra_css.extend(style for style in styles if style not in config.extra_css)
        return config

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Watch what pages are made from."""
        for folder in (self.config.networks, str(TEMPLATES), str(ASSETS), str(HERE / "theme")):
            server.watch(folder)
        return server

    @collector_paused()
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add pages, data, definitions and assets. A definition's mistakes end the build as a ``PluginError``."""
        folder = Path(self.config.networks)
        try:
            catalogue = self.loader.folder(folder)
        except LayerwiseError as error:
            raise PluginError(f"layerwise: mistakes in definitions\n{error}") from None
        self.renderer = Renderer(catalogue, site=True, address=config.site_url or "", known=self.known_pages)
        self.pages = {}
        for page in self.renderer.generated():
            self._add_page(files, page, config)
        for path, content in data.files(catalogue, config.site_url or "", self.known_data).items():
            self._add(files, File.generated(config, path, content=content))
        self._add(files, File.generated(config, schema.PATH.as_posix(), content=schema.text()))
        self._add(files, File.generated(config, "robots.txt", content=robots(config.site_url or "")))
        site = Site(config.site_url, config.site_name, config.site_description or "") if config.site_url else None
        self.metadata = Metadata(site, catalogue) if site else None
        for definition in files_in(folder):
            self._add(files, File.generated(config, f"definitions/{definition.name}", abs_src_path=str(definition)))
        for asset in sorted(path for path in ASSETS.rglob("*") if path.is_file()):
            path = f"assets/{asset.relative_to(ASSETS).as_posix()}"
            self._add(files, File.generated(config, path, abs_src_path=str(asset)))
        return files

    def _add_page(self, files: Files, page: Page, config: MkDocsConfig) -> None:
        inclusion = InclusionLevel.INCLUDED if page.path in IN_NAV else InclusionLevel.NOT_IN_NAV
        file = File.generated(config, page.path, content=page.markdown, inclusion=inclusion)
        if page.definition:
            definition = Path(self.config.networks, page.definition)
            file.edit_uri = os.path.relpath(definition, config.docs_dir).replace(os.sep, "/")
        self._add(files, file)
        self.pages[page.path] = page

    @staticmethod
    def _add(files: Files, file: File) -> None:
        """Add a file unless its place is taken."""
        if files.get_file_from_path(file.src_uri) is not None:
            raise PluginError(f"layerwise: docs/{file.src_uri} has the place of a generated file; rename it")
        files.append(file)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Pages outside the navigation belong to the page of their folder, which has an entry in it."""
        for path in self.pages.keys() - IN_NAV:
            file, above = map(files.get_file_from_path, (path, f"{posixpath.dirname(path)}/index.md"))
            if file is not None and file.page is not None and above is not None and above.page is not None:
                file.page.parent = above.page  # type: ignore[assignment]
        return nav

    def on_page_markdown(self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Evaluate the expressions of hand-written pages."""
        if page.file.generated_by:
            return markdown
        try:
            written = self.renderer.written(page.file.src_uri, markdown)
        except LayerwiseError as error:
            raise PluginError(f"layerwise: {error}") from None
        self.pages[page.file.src_uri] = written
        return written.markdown

    def on_page_content(self, html: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Keep what stands above the heading from the search, which would take it for a page; tell of late anchors."""
        above, heading, rest = html.partition("<h1")
        self.above[page.file.src_uri] = above if heading else ""
        if page.present_anchor_ids is not None and page.file.src_uri in self.pages:
            page.present_anchor_ids |= self.pages[page.file.src_uri].anchors
        return heading + rest if heading else html

    @mkdocs.plugins.event_priority(-100)
    def on_page_context(self, context: Any, *, page: SitePage, config: MkDocsConfig, nav: Navigation) -> Any:
        """Put the tables in, after the search plugin has read the page, and what the page says to machines."""
        made = self.pages.get(page.file.src_uri)
        if page.content:
            page.content = fill(scrolling(self.above[page.file.src_uri] + page.content), made.later if made else [])
        if self.metadata and page.canonical_url:
            title, description = str(page.title), page.meta.get("description") or config.site_description or ""
            context["json_ld"] = self.metadata.json_ld(About(page.file.src_uri, title, description, page.canonical_url))
        return context

    def on_post_page(self, output: str, *, page: SitePage, config: MkDocsConfig) -> str:
        """Mend what the theme writes for a section of the navigation that tabs show: an attribute without a value."""
        return output.replace(' tabindex=""', "")
