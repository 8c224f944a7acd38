"""The pages and data of a folder of definitions: for one build, or kept between the builds of a server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from layerwise.core.errors import Diagnostic
from layerwise.definition import schema
from layerwise.network.catalogue import Catalogue, Entry, FileState, Loader, collector_paused, in_order, used_files
from layerwise.network.last_good import LastGood
from layerwise.report import classes, escaping
from layerwise.report.citation import build_day
from layerwise.report.data import export
from layerwise.report.embedding import FOLDER as STYLES_OF_REPORT
from layerwise.site import twins
from layerwise.site.calculator import Bundle
from layerwise.site.front_matter import is_template
from layerwise.site.json_ld import robots
from layerwise.site.layout import ASSETS, CALCULATOR, REFERENCE, Layout
from layerwise.site.notices import Notices, notice
from layerwise.site.page import Page
from layerwise.site.pages import Task
from layerwise.site.renderer import TEMPLATES, PageError, Renderer
from layerwise.site.results import Results, digest

FOLDER = Path(__file__).parent / "assets"
"""Scripts, style sheets and pictures of pages."""
STYLES = f"{ASSETS}/styles.css"
"""All style sheets in one file, so that a page waits for one only."""
FRAME = {"layerwise-frame.css", "home.css"}
"""Style sheets of the reference's own design, which change the whole site."""
HOST, PLAIN = "layerwise-host.css", "plain.css"
"""Style sheets for the sites of other projects, and for themes other than Material."""
_REM = re.compile(r"(?<![\w.-])(-?\d*\.?\d+)rem\b")
DESIGN = {"search.js", "search-index.js", "hits.js", "card.png", "card.svg", "logo.svg"}
"""Files of that design."""
COMPARED = {f"{export.ROOT}/networks.json", f"{export.ROOT}/networks.bib"}
"""Data of which the comparison is made."""


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """A generated page that need not be rendered yet."""

    path: str
    definition: str
    """The name of its definition file, if it has one."""
    key: Hashable
    """Pages of equal keys are equal."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file other than a page, whose content need not be known yet."""

    path: str
    key: Hashable
    """Files of equal keys are equal."""
    content: Callable[[], bytes]
    output: str = ""
    """Its path on the site if that is another one."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A hand-written page as it was evaluated."""

    markdown: str
    state: Hashable
    """The state of the networks it depends on."""
    slugs: frozenset[str] | None
    """The networks it depends on, None for the whole catalogue."""
    digest: bytes


class Site:
    """Everything that is generated from a folder of definitions.

    ``tolerant`` makes it show what can be shown in spite of errors, as a server does. What did not change since the
    last ``load`` is not read, calculated or rendered again. ``bundle`` is the calculator, if there is to be one; it is
    set before ``load``, as is ``layout``.
    """

    bundle: Bundle | None = None
    layout: Layout = REFERENCE

    def __init__(self, *, tolerant: bool = False) -> None:
        self._loader = Loader()
        self._last_good = LastGood(self._loader) if tolerant else None
        self._pages: Results[Page] = Results()
        self._data: Results[dict[str, str]] = Results()
        self._twins: Results[str] = Results()
        self._written: dict[str, _Written] = {}
        self._ready: dict[str, Page] = {}
        self.states: list[FileState] = []
        self._day = build_day()
        self._set(Catalogue(), "")

    @property
    def is_tolerant(self) -> bool:
        """True if it shows as much as possible in spite of errors."""
        return self._last_good is not None

    @collector_paused()
    def load(self, folder: Path, address: str = "") -> None:
        """Load the definitions of a folder; ``address`` is that of the site, if it is known.

        Raises ``DefinitionError`` unless the site is tolerant.
        """
        self._ready.clear()
        if self._last_good is None:
            self._set(self._loader.folder(folder), address)
        else:
            self.states = self._last_good.folder(folder)
            self._set(in_order(self.states), address)

    def _set(self, catalogue: Catalogue, address: str) -> None:
        self.catalogue, self._address = catalogue, address
        layout, day = self.layout, self._day
        self.renderer = Renderer(catalogue, site=True, address=address, day=day, bundle=self.bundle, layout=layout)
        self._plain = Renderer(catalogue, site=False, address=address, day=day, layout=layout)
        self.notices = Notices(self.renderer, self.states)
        self._states = {entry.network.slug: entry.network.definition.key for entry in catalogue.entries}
        self._planned: dict[str, tuple[Task, Hashable]] = {}

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All errors of definitions that are shown in spite of them."""
        return [diagnostic for state in self.states for diagnostic in state.diagnostics]

    def release(self) -> None:
        """Drop the contents of pages and files, after they were written."""
        self._pages.release()
        self._data.release()
        self._twins.release()
        self._ready.clear()

    # --- pages ------------------------------------------------------------------------------------------------------

    @collector_paused()
    def pages(self) -> list[PlannedPage]:
        """All generated pages. Those that changed since the last call are rendered."""
        tasks = [*self.renderer.tasks(), *self.notices.tasks(self.catalogue)]
        keys = self._keys(tasks)
        digests = self._pages.update(lambda place: self.renderer.page(tasks[place]), keys)
        paths = [self.layout.path(task.path) for task in tasks]
        self._planned = {path: (task, key) for path, task, key in zip(paths, tasks, keys, strict=True)}
        return [
            PlannedPage(path, task.definition, (page, task.definition, self.notices.above(path)))
            for path, task, page in zip(paths, tasks, digests, strict=True)
        ]

    def _keys(self, tasks: Sequence[Task]) -> list[Hashable]:
        """The keys of pages, which change with everything that a page shows."""
        whole = (self._state(None), self.catalogue.faulty)
        edited = max(template.stat().st_mtime_ns for template in TEMPLATES.iterdir())
        around = (self._address, self.bundle, self.layout, edited)
        return [(task.path, task.definition, whole if task.key is None else task.key, *around) for task in tasks]

    def has(self, path: str) -> bool:
        """Return True if a page is generated or was evaluated."""
        return path in self._ready or path in self._planned

    def page(self, path: str) -> Page:
        """Return a page that was planned or evaluated."""
        if path not in self._ready:
            task, key = self._planned[path]
            return self._pages.get(key, lambda: self.renderer.page(task))
        return self._ready[path]

    def evaluate(self, path: str, markdown: str) -> Page:
        """Evaluate the expressions of a hand-written page. Raises ``PageError`` with the line of the error."""
        self._written.pop(path, None)
        page, slugs = self.renderer.evaluate(path, markdown)
        self._ready[path] = page
        self._written[path] = _Written(markdown, self._state(slugs), slugs, digest(page))
        return page

    def written(self, path: str, markdown: str) -> Page:
        """Return a hand-written page, evaluated. Raises ``PageError`` with the line of the error."""
        known = self._written.get(path)
        is_ready = path in self._ready and known is not None and known.markdown == markdown
        return self._ready[path] if is_ready else self.evaluate(path, markdown)

    def digest(self, path: str, markdown: str) -> bytes:
        """The digest of a hand-written page, which is evaluated only if it or its networks changed.

        Raises ``PageError`` with the line of the error.
        """
        known = self._written.get(path)
        if known is None or known.markdown != markdown or known.state != self._state(known.slugs):
            self.evaluate(path, markdown)
        return self._written[path].digest

    @property
    def state(self) -> Hashable:
        """A value that stays equal while no definition changes."""
        return self._state(None)

    def _state(self, slugs: frozenset[str] | None) -> Hashable:
        """A value that stays equal while the networks of some slugs do not change, or while none does."""
        states = self._states.items() if slugs is None else ((slug, self._states.get(slug)) for slug in sorted(slugs))
        return tuple(states)

    def error(self, path: str, diagnostic: Diagnostic, source: str, heading: str) -> Page:
        """A hand-written page with an error: the error instead of its content."""
        page = Page(path, f"{heading}\n\n<!-- layerwise 0 -->\n", [notice(self.renderer, path, [diagnostic], source)])
        self._ready[path] = page
        return page

    # --- files ------------------------------------------------------------------------------------------------------

    @collector_paused()
    def files(self) -> list[PlannedFile]:
        """Return all generated files other than pages. The data of changed networks are exported."""
        return [replace(file, path=self.layout.path(file.path)) for file in self._files()] + [
            *(self._twin_files() if self.layout.twins else ()),
            *(self._robots() if self.layout.robots else ()),
        ]

    def _files(self) -> Iterator[PlannedFile]:
        """The files below the folder of the generated ones."""
        has = self.layout.parts.intersection
        yield from (file for file in self._data_files() if self._needs(file.path))
        if has(("data", "calculator")):
            yield from self._definitions()
        yield from (file for file in self._others() if self._needs(file.path))
        yield from self._calculator()
        yield from self._assets()

    def _needs(self, path: str) -> bool:
        """Return True if a page or a part of the site needs a file."""
        parts = self.layout.parts
        if path.startswith(f"{export.ROOT}/"):
            return "data" in parts or ("compare" in parts and path in COMPARED)
        needed_by = {"networks": "networks", "compare": "compare", "schema": "data"}
        return needed_by.get(path.partition("/")[0], "networks") in parts

    def _robots(self) -> Iterator[PlannedFile]:
        text = robots(self._address)
        yield PlannedFile("robots.txt", digest(text), text.encode)

    def _twin_files(self) -> Iterator[PlannedFile]:
        """The Markdown twins of generated pages."""
        tasks = self._plain.tasks()
        keys = self._keys(tasks)
        digests = self._twins.update(lambda place: twins.generated(self._plain, tasks[place]), keys)
        for task, key, twin in zip(tasks, keys, digests, strict=True):
            content = partial(self._twin_of, task, key)
            path = self.layout.path(task.path)
            yield PlannedFile(twins.source_of(path), twin, content, self.twin_path(path))

    def twin_path(self, path: str) -> str:
        """The path on the site of the twin of a page."""
        return twins.path_of(path, directories=self.layout.directories)

    def _twin_of(self, task: Task, key: Hashable) -> bytes:
        return self._twins.get(key, lambda: twins.generated(self._plain, task)).encode()

    def twin(self, path: str, markdown: str, front_matter: Mapping[str, Any]) -> bytes:
        """Return the Markdown twin of a hand-written page; of one with an error its source."""
        if not is_template(front_matter):
            return twins.plain(self.layout, path, markdown).encode()
        try:
            return twins.written(self._plain, path, markdown).encode()
        except PageError:
            return markdown.encode()

    def _data_files(self) -> Iterator[PlannedFile]:
        entries, edition = self.catalogue.entries, self.renderer.edition
        keys = [(entry.network.definition.key, entry.network.slug, edition) for entry in entries]
        digests = self._data.update(lambda place: export.network_files(entries[place], edition), keys)
        for entry, key, data in zip(entries, keys, digests, strict=True):
            for path in export.network_paths(entry):
                yield PlannedFile(path, data, partial(self._data_of, entry, key, path))

    def _data_of(self, entry: Entry, key: Hashable, path: str) -> bytes:
        return self._data.get(key, lambda: export.network_files(entry, self.renderer.edition))[path].encode()

    def _definitions(self) -> Iterator[PlannedFile]:
        """The definitions as they are on the pages: of a file with errors the version that is shown."""
        for file, definition in sorted(
            {entry.file: entry.network.definition for entry in self.catalogue.entries}.items()
        ):
            path, text = f"definitions/{file.name}", definition.source.text
            content = text.encode if file in self.catalogue.faulty else file.read_bytes
            yield PlannedFile(path, (definition.key, file in self.catalogue.faulty), content)
        for path, text in used_files(self.catalogue).items():
            if "/" in path:  # the others are definitions
                yield PlannedFile(f"definitions/{path}", digest(text), text.encode)

    def _calculator(self) -> Iterator[PlannedFile]:
        """The files of the calculator, and the name of the definition file of each page."""
        folder, bundle = CALCULATOR.removesuffix(".md"), self.renderer.bundle
        if bundle is None:
            return
        for path in bundle.files:
            yield PlannedFile(f"{folder}/{bundle.version}/{path.name}", bundle.version, path.read_bytes)
        files = {entry.network.slug: entry.file.name for entry in self.catalogue.entries}
        files |= {family.slug: family.file.name for family in self.catalogue.families}
        text = json.dumps(files, ensure_ascii=False, separators=(",", ":"))
        yield PlannedFile(f"{folder}/networks.json", digest(text), text.encode)
        used = json.dumps(used_files(self.catalogue), ensure_ascii=False, separators=(",", ":"))
        yield PlannedFile(f"{folder}/used.json", digest(used), used.encode)

    def _others(self) -> Iterator[PlannedFile]:
        texts = export.shared_files(self.catalogue, self.renderer.edition)
        texts |= {schema.PATH.as_posix(): schema.text()}
        texts[f"{ASSETS}/escapes.js"] = escaping.script()
        texts[f"{ASSETS}/pages.js"] = self.layout.script()
        for path, text in texts.items():
            yield PlannedFile(path, digest(text), text.encode)

    def _assets(self) -> Iterator[PlannedFile]:
        if self.layout.styles:
            styles = styles_of(self.layout)
            yield PlannedFile(STYLES, digest(styles), styles.encode)
        for asset in sorted(path for path in FOLDER.iterdir() if path.suffix != ".css"):
            if self.layout.design or asset.name not in DESIGN:
                found = asset.stat()
                yield PlannedFile(f"{ASSETS}/{asset.name}", (found.st_mtime_ns, found.st_size), asset.read_bytes)


def styles_of(layout: Layout) -> str:
    """All style sheets of a site, with lengths for its theme."""
    unused = ({HOST} if layout.design else FRAME) | ({PLAIN} if layout.rem == 1 else set())
    sheets = {path.name: path for folder in (FOLDER, STYLES_OF_REPORT) for path in folder.glob("*.css")}
    text = "\n".join(sheets[name].read_text(encoding="utf-8") for name in sorted(sheets.keys() - unused))
    text += "\n" + classes.style_sheet()
    return text if layout.rem == 1 else _REM.sub(lambda length: f"{layout.rem * float(length[1]):.5g}rem", text)
