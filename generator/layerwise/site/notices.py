"""The errors that a server shows: above the pages of a file with errors, and above the lists of networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from layerwise.core.errors import Diagnostic
from layerwise.network.catalogue import Catalogue, FileState
from layerwise.report.snippet import lines_of, snippet
from layerwise.site import indexes
from layerwise.site.pages import Task
from layerwise.site.renderer import Renderer

LISTS = ("networks/index.md", indexes.BY_YEAR, indexes.FAMILIES)

STALE = "The page below shows its last good state."
CURRENT = "The page below is calculated from the current file."
NOTHING = "Its page appears as soon as it can be calculated."
MARK = '<p class="lw-former">Last good state</p>\n'


class Notices:
    """The notices of files with errors, by page."""

    def __init__(self, renderer: Renderer, states: Iterable[FileState]) -> None:
        self._renderer = renderer
        self._faulty = sorted((state for state in states if state.diagnostics), key=lambda state: state.name)
        self._by_page: dict[str, list[FileState]] = {}
        for state in self._faulty:
            for slug in filter(None, state.slugs):
                self._by_page.setdefault(_path(slug), []).append(state)

    def tasks(self, catalogue: Catalogue) -> list[Task]:
        """A page for each file of which nothing can be shown, unless another page has its path."""
        taken = {_path(slug) for slug in catalogue.titles} | {*LISTS}
        return [
            Task(path, "broken.md.j2", states[0].file.name, key="broken")
            for path, states in self._by_page.items()
            if path not in taken
        ]

    def above(self, page: str) -> str:
        """The HTML above a page."""
        page = page.removeprefix(self._renderer.layout.root)
        states = self._by_page.get(page, ())
        notices = "".join(map(self._notice, states))
        if any(state.is_stale for state in states):
            notices += MARK
        return (self._summary(page) if page in LISTS and self._faulty else "") + notices

    def _notice(self, state: FileState) -> str:
        remark = NOTHING if state.definition is None else STALE if state.is_stale else CURRENT
        try:
            text = state.file.read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            text = ""
        return notice(self._renderer, state.name, state.diagnostics, text, remark)

    def _summary(self, page: str) -> str:
        layout = self._renderer.layout
        links = [(state, state.slugs[-1]) for state in self._faulty]
        broken = [(state, layout.link(layout.path(page), _path(slug)) if slug else "") for state, slug in links]
        return self._renderer.html("broken.html.j2", broken=broken)


def notice(renderer: Renderer, file: str, diagnostics: Sequence[Diagnostic], text: str, remark: str = "") -> str:
    """The errors of a file, each with its place and the line of the file."""
    lines = lines_of(text)
    found = [(diagnostic, snippet(lines, diagnostic.line, diagnostic.column)) for diagnostic in diagnostics]
    return renderer.html("errors.html.j2", file=file, diagnostics=found, remark=remark)


def _path(slug: str) -> str:
    return f"networks/{slug}.md"
