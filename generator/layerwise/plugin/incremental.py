"""The state that a server keeps of a build, so that the next one writes only what changed.

MkDocs skips files that are not modified if a build is "dirty", and then loses what other pages need of them: titles,
links, entries of the search index. All of that is kept here and put back.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.yaml import yaml_load

from layerwise.core.files import remove_empty
from layerwise.plugin.files import SiteFile, SiteFiles

SEARCH = "material/search"
KNOWN_PLUGINS = {"layerwise", SEARCH}
"""Plugins that treat each page by itself."""
READS_FILES = {"pymdownx.snippets"}
"""Extensions of Markdown with which a page depends on files that nobody watches."""
IN_NAV = ("icon", "status", "subtitle")
"""Metadata of a page that the theme shows in the navigation."""


class StartOverError(Exception):
    """The navigation changed, which is part of every page."""


@dataclass(slots=True)
class PageRecord:
    """The data of a page that other pages and the search index need."""

    title: str | None
    meta: MutableMapping[str, Any]
    anchors: set[str] | None
    links: dict[str, dict[str, str]]
    """Anchors that it links to, by the path of their page, with the link as it is written."""
    lookups: dict[str, bool]
    entries: list[Any] = field(default_factory=list)
    """Its entries of the search index."""


@dataclass(slots=True)
class BuildRecord:
    """A build: its outputs with their keys, its pages, and what is part of all of them."""

    settings: Hashable
    keys: dict[str, Hashable] = field(default_factory=dict)
    """The keys of all files by the path of their output."""
    pages: dict[str, PageRecord] = field(default_factory=dict)
    nav: Hashable = None


class Incremental:
    """The last build of a server and the one that is going on."""

    def __init__(self) -> None:
        self.last: BuildRecord | None = None
        self.is_started = False
        self._current = BuildRecord(None)
        self._files = SiteFiles(())
        self._nav: Navigation | None = None
        self._indexed = 0

    def start(self, settings: Hashable) -> bool:
        """Begin a build. Return whether it can keep the outputs of the last one."""
        if self.last is None or settings is None or self.last.settings != settings:
            self.last = None
        self._current = BuildRecord(settings)
        self._indexed = 0
        self.is_started = True
        return self.last is not None

    def abort(self) -> None:
        """Forget everything: outputs of a build that failed can be of either."""
        self.last, self.is_started = None, False

    # --- a build, step by step --------------------------------------------------------------------------------------

    def files(self, files: Iterable[SiteFile]) -> SiteFiles:
        """The files of the build, which know whether their output is that of the last one."""
        self._files = SiteFiles(files)
        for file in files:
            self._current.keys[file.dest_uri] = file.key
            if self.last is not None and file.key is not None and self.last.keys.get(file.dest_uri) == file.key:
                record = self.last.pages.get(file.src_uri)
                file.is_current = not file.is_documentation_page() or (record is not None and self._has_links(record))
        return self._files

    def _has_links(self, record: PageRecord) -> bool:
        """Return True if all links of a page still lead to the same targets."""
        there = self._files.src_uris
        return all((path in there) == was_there for path, was_there in record.lookups.items())

    def restore(self, nav: Navigation) -> None:
        """Put back what is known of the pages that are not read again."""
        self._nav = nav
        for file in self._files:
            if isinstance(file, SiteFile) and file.is_current and self.last and file.page is not None:
                record = self.last.pages.get(file.src_uri)
                if record is not None:
                    self._current.pages[file.src_uri] = record
                    _restore(file.page, record, self._files)

    def begin_page(self) -> None:
        """Note from here on which files a page looks for."""
        self._files.lookups = {}

    def end_page(self, page: Page) -> None:
        """Note what was read."""
        lookups, self._files.lookups = self._files.lookups, {}
        links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
        title = None if page.title is None else str(page.title)
        record = PageRecord(title, page.meta, page.present_anchor_ids, links, lookups)
        self._current.pages[page.file.src_uri] = record

    def before_writing(self, site: Path) -> None:
        """Delete outputs of files that are gone. Raises ``StartOverError`` if the navigation changed."""
        assert self._nav is not None
        self._current.nav = tuple(_signature(self._nav.items))
        if self.last is not None:
            if self.last.nav != self._current.nav:
                raise StartOverError
            for path in self.last.keys.keys() - self._current.keys.keys():
                (site / path).unlink(missing_ok=True)
                remove_empty((site / path).parent, site)

    def index_page(self, page: Page, config: MkDocsConfig) -> None:
        """Note the entries of the search index that a page added."""
        entries = search_entries(config)
        self._current.pages[page.file.src_uri].entries = entries[self._indexed :]
        self._indexed = len(entries)

    def complete_index(self, config: MkDocsConfig) -> None:
        """Put the entries of all pages into the search index, in the order of a build of all pages."""
        pages = (self._current.pages.get(file.src_uri) for file in self._files.documentation_pages(inclusion=_served))
        search_entries(config)[:] = [entry for page in pages if page is not None for entry in page.entries]

    def finish(self) -> None:
        """Keep the build for the next one."""
        self.last, self.is_started = self._current, False


def _served(inclusion: Any) -> bool:
    return bool(inclusion.is_in_serve())


def search_entries(config: MkDocsConfig) -> list[Any]:
    """The entries of the search index so far; none if the site has no search."""
    plugin: Any = config.plugins.get(SEARCH)
    return [] if plugin is None or not plugin.config.enabled else plugin.search_index.entries


def _restore(page: Page, record: PageRecord, files: SiteFiles) -> None:
    page.meta, page.present_anchor_ids = record.meta, record.anchors
    page.title = record.title
    links: dict[File, dict[str, str]] = {}
    for path, anchors in record.links.items():
        if (file := files.src_uris.get(path)) is not None:
            links[file] = anchors
    page.links_to_anchors = links


def _signature(items: Iterable[StructureItem]) -> Iterable[Hashable]:
    """The parts of the navigation that all pages show."""
    for item in items:
        url = getattr(item, "url", None)
        shown = tuple(str(item.meta.get(key)) for key in IN_NAV) if isinstance(item, Page) else ()
        yield item.title, url, shown, tuple(_signature(getattr(item, "children", None) or ()))


# --- settings -------------------------------------------------------------------------------------------------------


def settings(config: MkDocsConfig, folders: Iterable[Path]) -> Hashable:
    """A value that changes with everything that is part of all pages; None if pages can depend on something else.

    That is the configuration, the templates in ``folders``, and what the configuration says to watch.
    """
    plugins, extensions = {*config.plugins}, {*config.markdown_extensions}
    if not plugins <= KNOWN_PLUGINS or config.hooks or extensions & READS_FILES or not config.config_file_path:
        return None
    with open(config.config_file_path, "rb") as file:
        content = file.read()
        if b"INHERIT" in content:
            file.seek(0)
            content = repr(yaml_load(file)).encode()
    custom = [Path(config.theme.custom_dir)] if config.theme.custom_dir else []
    watched = [path for folder in (*folders, *custom, *map(Path, config.watch)) for path in _files(folder)]
    stamps = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in watched)
    return content, config.site_url, stamps


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else [folder]


class _NoWarning(logging.Filter):
    """Keeps back the warning that a dirty build can leave wrong links: here it does not."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True if a message is to be logged."""
        return "'dirty' build" not in record.getMessage()


NO_WARNING = _NoWarning()
