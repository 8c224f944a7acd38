"""The MkDocs plugin: generated pages join the docs tree without a file being written."""

from __future__ import annotations

import html
import os
import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mkdocs.plugins
from jinja2 import Environment
from mkdocs.config.base import ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils import meta

from layerwise.core.errors import Diagnostic, LayerwiseError
from layerwise.core.files import write_whole
from layerwise.plugin.files import GeneratedFile, SiteFile
from layerwise.plugin.incremental import Incremental, search_entries, settings
from layerwise.plugin.options import LayerwiseConfig, layout_of
from layerwise.plugin.server import replace_builder, watch_definitions
from layerwise.plugin.setup import IN_NAV, THEME, ThemeValues, calculator_of, extend, inclusion, json_ld_of, without
from layerwise.site import names, twins
from layerwise.site.compact import Compact
from layerwise.site.compiled import Compiled
from layerwise.site.front_matter import is_template
from layerwise.site.json_ld import About, JsonLd
from layerwise.site.layout import CALCULATOR
from layerwise.site.page import fill, reachable, scrolling
from layerwise.site.renderer import TEMPLATES, PageError
from layerwise.site.site import FOLDER, PlannedPage, Site

log = mkdocs.plugins.get_plugin_logger("layerwise")

COMPILED_THEME = Compiled()
"""The theme's templates."""
EMBEDS = re.compile(r"^\s*[`~]{3,} *layerwise", re.MULTILINE)
"""A block of the Markdown extension: the page depends on definitions."""
AFTER_ALL = -110
"""The priority of an event that comes after those of other plugins, such as static-i18n, which replaces all files."""
UNUSED = re.compile(r"assets/(?:javascripts|stylesheets)/.*\.map|assets/javascripts/lunr/.*")
"""Files of the theme without a use here: its source maps, and the stemmers of a search in other languages."""


class LayerwisePlugin(mkdocs.plugins.BasePlugin[LayerwiseConfig]):
    """Generates the pages, and inserts their tables after the search has indexed the page."""

    def __init__(self) -> None:
        self.site = Site()
        self.incremental: Incremental | None = None
        self.planned: dict[str, PlannedPage] = {}
        self.above: dict[str, str] = {}
        self.outputs: set[str] = set()
        self.json_ld: JsonLd | None = None

    @property
    def is_material(self) -> bool:
        """True if the theme is that for which the style sheets are written."""
        return self.site.layout.rem == 1

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keep this object for all builds of a server, which shows what it can in spite of errors."""
        is_server = command == "serve"
        self.site = Site(tolerant=is_server)
        self.incremental = Incremental() if is_server and not dirty else None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Add what the options ask for."""
        try:
            layout = self.site.layout = layout_of(self.config, config)
        except ValidationError as error:
            raise PluginError(f"layerwise: {error}") from None
        extend(config, layout)
        self.site.bundle = calculator_of(config, layout)
        if self.site.bundle is None and config.nav:
            config.nav = without(config.nav, layout.path(CALCULATOR))
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Load the definitions. A build with errors ends here, before the last site is deleted."""
        if self.incremental and not self.incremental.is_started:  # MkDocs began the build, which writes everything
            self.incremental.abort()
            self.incremental.start(settings(config, (TEMPLATES, THEME)))
        try:
            address = config.site_url.rstrip("/") + "/" if config.site_url else ""
            self.site.load(Path(self.config.networks), address + self.site.layout.root if address else "")
        except LayerwiseError as error:
            raise PluginError(f"layerwise: errors in definitions\n{error}") from None
        for diagnostic in self.site.diagnostics:
            log.error("%s", diagnostic)
        self.json_ld = json_ld_of(config, self.site)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., None]) -> Any:
        """Watch what pages are made from, and write only what changed."""
        watch_definitions(server, self.config.networks)
        for folder in (TEMPLATES, FOLDER, THEME):
            server.watch(str(folder))
        if self.incremental:
            replace_builder(server, builder, self.incremental, (TEMPLATES, THEME))
        return server

    @mkdocs.plugins.event_priority(AFTER_ALL)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add pages, data, definitions and assets; with our design, remove files of the theme that no page uses."""
        for unused in [file for file in files if self.site.layout.design and UNUSED.fullmatch(file.src_uri)]:
            files.remove(unused)
        planned = self.site.pages()
        self.planned = {page.path: page for page in planned}
        generated = [self._page_file(page, config) for page in planned]
        generated += [
            GeneratedFile.of_content(config, file.path, file.key, file.content, output=file.output or None)
            for file in self.site.files()
        ]
        for file in generated:
            if files.get_file_from_path(file.src_uri) is not None:
                raise PluginError(f"layerwise: docs/{file.src_uri} has the path of a generated file; rename it")
        pages = files if self.incremental is None else list(self._keyed(files))
        if self.site.layout.twins:
            generated += [self._twin(file, config) for file in pages if file.is_documentation_page()]
        self.outputs = {file.dest_uri for file in (*pages, *generated)}
        if self.incremental is None:
            for file in generated:
                files.append(file)  # to files of a type of another plugin, which it must stay
            return files
        return self.incremental.files([*pages, *generated])

    def _twin(self, file: File, config: MkDocsConfig) -> GeneratedFile:
        """The Markdown twin of a hand-written page."""
        path, output = file.src_uri, self.site.twin_path(file.src_uri)

        def content() -> bytes:
            return self.site.twin(path, *meta.get_data(file.content_string))

        key = getattr(file, "key", None)
        return GeneratedFile.of_content(config, twins.source_of(path), key, content, file.inclusion, output)

    def _page_file(self, page: PlannedPage, config: MkDocsConfig) -> GeneratedFile:
        def content() -> bytes:
            return self.site.page(page.path).markdown.encode()

        file = GeneratedFile.of_content(
            config, page.path, page.key, content, inclusion(page.path, config, self.site.layout)
        )
        if page.definition:
            definition = Path(self.config.networks, page.definition)
            file.edit_uri = os.path.relpath(definition, config.docs_dir).replace(os.sep, "/")
        return file

    def _keyed(self, files: Iterable[File]) -> Iterable[SiteFile]:
        """Files of the docs and the theme, with keys that say what hand-written pages evaluate to."""
        for file in map(SiteFile.of, files):
            if file.is_documentation_page():
                file.key = self._key(file)
            yield file

    def _key(self, file: File) -> Any:
        """The key of a hand-written page; None if it has an error."""
        try:
            markdown, front_matter = meta.get_data(file.content_string)
            text = self.site.digest(file.src_uri, markdown) if is_template(front_matter) else markdown
            return text, repr(front_matter), self.site.state if EMBEDS.search(markdown) else None
        except (PageError, OSError, ValueError):
            return None

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Put pages outside the navigation below the page of their folder, which is in it."""
        for path in self.planned.keys() - set(map(self.site.layout.path, IN_NAV)):
            file, above = map(files.get_file_from_path, (path, f"{posixpath.dirname(path)}/index.md"))
            if file is not None and file.page is not None and above is not None and above.page is not None:
                file.page.parent = above.page  # type: ignore[assignment]
        if self.incremental:
            self.incremental.restore(nav)
        return nav

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """With our design, compile the theme's templates once, and without the indentation of their HTML."""
        if self.site.layout.design:
            env.globals["layerwise"] = ThemeValues(self.site.layout)
            env.bytecode_cache = COMPILED_THEME
            env.trim_blocks = True
            env.add_extension(Compact)
        if self.incremental:
            self.incremental.before_writing(Path(config.site_dir))
        return env

    # --- each page --------------------------------------------------------------------------------------------------

    def _is_ours(self, page: SitePage) -> bool:
        """Return True for a generated page and for one with our expressions; with our design for all pages."""
        return self.site.layout.design or page.file.src_uri in self.planned or is_template(page.meta)

    @mkdocs.plugins.event_priority(100)
    def on_page_markdown(self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Evaluate the expressions of hand-written pages that ask for it, and protect generated ones from macros."""
        if page.file.src_uri in self.planned:
            page.meta["render_macros"] = False  # of mkdocs-macros: braces are text
        elif is_template(page.meta):
            try:
                markdown = self.site.written(page.file.src_uri, markdown).markdown
            except PageError as error:
                markdown = self._with_error(page.file, markdown, error.diagnostic)
        if self.incremental:
            self.incremental.begin_page()
        return markdown

    def _with_error(self, file: File, markdown: str, diagnostic: Diagnostic) -> str:
        """A hand-written page with an error, which ends a build; a server shows the error instead."""
        text = file.content_string
        above = text.count("\n") - markdown.count("\n")  # the lines of the front matter
        diagnostic = replace(diagnostic, line=above + diagnostic.line)
        if not self.site.is_tolerant:
            raise PluginError(f"layerwise: {diagnostic}")
        log.error("%s", diagnostic)
        return self.site.error(file.src_uri, diagnostic, text, _heading(markdown)).markdown

    def on_page_content(self, html: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Keep what is above the heading from the search, which would take it for a page; add the anchors of tables."""
        above, heading, rest = html.partition("<h1") if self._is_ours(page) else ("", "", html)
        self.above[page.file.src_uri] = above if heading else ""
        if page.present_anchor_ids is not None and self.site.has(page.file.src_uri):
            page.present_anchor_ids |= {*self.site.page(page.file.src_uri).anchors}
        if self.incremental:
            self.incremental.end_page(page)
        return heading + rest if heading else html

    @mkdocs.plugins.event_priority(-100)
    def on_page_context(self, context: Any, *, page: SitePage, config: MkDocsConfig, nav: Navigation) -> Any:
        """Insert tables and JSON-LD, after the search plugin has read the page."""
        path = page.file.src_uri
        twin = self.site.twin_path(path)
        context["twin"] = posixpath.basename(twin) if twin in self.outputs else ""
        if self.incremental:
            self.incremental.index_page(page, config)
        if page.content and self._is_ours(page):
            later = self.site.page(path).later if self.site.has(path) else []
            content = scrolling(self.above.pop(path) + page.content)
            content = self.site.notices.above(path) + reachable(fill(content, later) if later else content)
            page.content = content if self.is_material else f'<div class="md-typeset">{content}</div>'
        if self.json_ld and page.canonical_url:
            title, description = str(page.title), page.meta.get("description") or config.site_description or ""
            title, description = html.unescape(title), html.unescape(description)
            context["json_ld"] = self.json_ld.json_ld(About(path, title, description, page.canonical_url))
        return context

    def on_post_page(self, output: str, *, page: SitePage, config: MkDocsConfig) -> str:
        """Remove an attribute without a value that Material writes for sections that tabs show; free the content."""
        page.content = ""
        return output.replace(' tabindex=""', "") if self.site.layout.design else output

    # --- the end ----------------------------------------------------------------------------------------------------

    @mkdocs.plugins.event_priority(100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Complete the search index before it is written; write the names for the search, and the list of twins."""
        if self.incremental:
            self.incremental.complete_index(config)
            self.incremental.finish()
        index, layout = search_entries(config), self.site.layout
        known = names.names(self.site.catalogue, index, layout) if layout.design or layout.twins else []
        if index and layout.design:
            write_whole(Path(config.site_dir, names.PATH), names.to_json(known).encode())
        if layout.twins and twins.LLMS not in self.outputs:
            write_whole(Path(config.site_dir, twins.LLMS), self._llms(config, known).encode())
        self.site.release()

    def _llms(self, config: MkDocsConfig, known: Iterable[names.Named]) -> str:
        pages = (page for page in known if twins.at(page.location) in self.outputs)
        description, root = config.site_description or "", self.site.layout.root
        return twins.llms(config.site_name, description, config.site_url or "", pages, root)

    def on_build_error(self, *, error: Exception) -> None:
        """Build everything next time: what was written can be of either build."""
        if self.incremental:
            self.incremental.abort()


def _heading(markdown: str) -> str:
    """The first heading of a page, unless it has expressions."""
    found = re.search(r"^# [^{}\n]*$", markdown, re.MULTILINE)
    return found[0] if found else "# Error"
