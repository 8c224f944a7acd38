"""The MkDocs plugin: generated pages join the docs tree without a file being written."""

from __future__ import annotations

import html
import os
import posixpath
import re
from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mkdocs.plugins
from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage

from layerwise.core.errors import Diagnostic, LayerwiseError
from layerwise.core.files import files_in
from layerwise.definition import schema
from layerwise.network.catalogue import Catalogue, Loader, collector_paused
from layerwise.network.serving import Broken, Keeper
from layerwise.report.data import export
from layerwise.site.compact import Compact
from layerwise.site.compiled import Compiled
from layerwise.site.json_ld import About, JsonLd, Site, robots
from layerwise.site.notices import Notices, notice
from layerwise.site.page import Page, fill, reachable, scrolling
from layerwise.site.renderer import TEMPLATES, PageError, Renderer

log = mkdocs.plugins.get_plugin_logger("layerwise")

SITE = Path(__file__).parent / "site"
ASSETS = SITE / "assets"
STYLES = "assets/styles.css"
"""All style sheets in one, for which a page waits once."""
COMPILED_THEME = Compiled()
"""The theme's templates."""
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
        self.keeper: Keeper | None = None
        self.renderer = Renderer(Catalogue(), site=True)
        self.notices = Notices(self.renderer, [])
        self.pages: dict[str, Page] = {}
        self.known_pages: dict[Hashable, Page] = {}
        self.known_data: dict[Hashable, dict[str, str]] = {}
        self.above: dict[str, str] = {}
        self.metadata: JsonLd | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keep this object over the rebuilds of a server, so that only changed definitions are calculated again.

        A server shows what can be shown in spite of mistakes.
        """
        self.keeper = Keeper(self.loader) if command == "serve" else None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Bring the theme's overrides and the site's own styles along."""
        if not config.use_directory_urls:
            raise PluginError("layerwise: its links need use_directory_urls: true")
        config.theme.dirs.insert(0, str(SITE / "theme"))
        if STYLES not in config.extra_css:
            config.extra_css.append(STYLES)
        return config

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Watch what pages are made from."""
        for folder in (self.config.networks, str(TEMPLATES), str(ASSETS), str(SITE / "theme")):
            server.watch(folder)
        return server

    @collector_paused()
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add pages, data, definitions and assets. A definition's mistakes end a build as a ``PluginError``."""
        folder = Path(self.config.networks)
        catalogue, broken = self._load(folder)
        self.renderer = Renderer(catalogue, site=True, address=config.site_url or "", known=self.known_pages)
        self.notices = Notices(self.renderer, broken)
        self.pages = {}
        for page in (*self.renderer.generated(), *self.notices.pages(catalogue)):
            self._add_page(files, page, config)
        for path, content in export.files(catalogue, config.site_url or "", self.known_data).items():
            self._add(files, File.generated(config, path, content=content))
        self._add(files, File.generated(config, schema.PATH.as_posix(), content=schema.text()))
        self._add(files, File.generated(config, "robots.txt", content=robots(config.site_url or "")))
        site = Site(config.site_url, config.site_name, config.site_description or "") if config.site_url else None
        self.metadata = JsonLd(site, catalogue) if site else None
        unsound = {definition.file for definition in broken}
        for definition in files_in(folder):
            if definition not in unsound:
                self._add(files, File.generated(config, f"definitions/{definition.name}", abs_src_path=str(definition)))
        for shown in filter(None, (definition.shown for definition in broken)):
            self._add(files, File.generated(config, f"definitions/{shown[0].name}", content=shown[1].source.text))
        styles = [path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("*.css"))]
        self._add(files, File.generated(config, STYLES, content="\n".join(styles)))
        for asset in sorted(path for path in ASSETS.iterdir() if path.suffix != ".css"):
            self._add(files, File.generated(config, f"assets/{asset.name}", abs_src_path=str(asset)))
        return files

    def _load(self, folder: Path) -> tuple[Catalogue, list[Broken]]:
        """All definitions; while serving those that can be shown, and the others' mistakes in the log."""
        if self.keeper:
            catalogue, broken = self.keeper.folder(folder)
            for diagnostic in (diagnostic for definition in broken for diagnostic in definition.diagnostics):
                log.error("%s", diagnostic)
            return catalogue, broken
        try:
            return self.loader.folder(folder), []
        except LayerwiseError as error:
            raise PluginError(f"layerwise: mistakes in definitions\n{error}") from None

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

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Spare a server the theme's templates, which take a part of each build to compile."""
        env.bytecode_cache = COMPILED_THEME
        env.trim_blocks = True
        env.add_extension(Compact)
        return env

    def on_page_markdown(self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Evaluate the expressions of hand-written pages."""
        if page.file.generated_by:
            return markdown
        try:
            written = self.renderer.written(page.file.src_uri, markdown)
        except PageError as error:
            return self._mistaken(page.file, markdown, error.diagnostic)
        self.pages[page.file.src_uri] = written
        return written.markdown

    def _mistaken(self, file: File, markdown: str, diagnostic: Diagnostic) -> str:
        """A hand-written page with a mistake, which ends a build; a server shows the mistake in its place."""
        text = file.content_string
        above = text.count("\n") - markdown.count("\n")  # the lines of the front matter
        diagnostic = replace(diagnostic, line=above + diagnostic.line)
        if not self.keeper:
            raise PluginError(f"layerwise: {diagnostic}")
        log.error("%s", diagnostic)
        told = notice(self.renderer, file.src_uri, [diagnostic], text)
        page = Page(file.src_uri, f"{_heading(markdown)}\n\n<!-- layerwise 0 -->\n", [told])
        self.pages[file.src_uri] = page
        return page.markdown

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
            content = fill(scrolling(self.above[page.file.src_uri] + page.content), made.later if made else [])
            page.content = self.notices.above(page.file.src_uri) + reachable(content)
        if self.metadata and page.canonical_url:
            title, description = str(page.title), page.meta.get("description") or config.site_description or ""
            title, description = html.unescape(title), html.unescape(description)
            context["json_ld"] = self.metadata.json_ld(About(page.file.src_uri, title, description, page.canonical_url))
        return context

    def on_post_page(self, output: str, *, page: SitePage, config: MkDocsConfig) -> str:
        """Mend what the theme writes for a section of the navigation that tabs show: an attribute without a value."""
        return output.replace(' tabindex=""', "")


def _heading(markdown: str) -> str:
    """The first heading of a page, unless it has expressions."""
    found = re.search(r"^# [^{}\n]*$", markdown, re.MULTILINE)
    return found[0] if found else "# Mistake"
