"""What a server shows of mistakes: above the pages they are about, and above the lists of networks."""

from __future__ import annotations

from collections.abc import Sequence

from layerwise.core.errors import Diagnostic
from layerwise.network.catalogue import Catalogue
from layerwise.network.serving import Broken
from layerwise.report.snippet import lines_of, snippet
from layerwise.site import indexes
from layerwise.site.addresses import link_to
from layerwise.site.page import Page
from layerwise.site.renderer import Renderer

LISTS = ("networks/index.md", indexes.BY_YEAR, indexes.FAMILIES)

FORMER = "The page below shows its last good state."
CURRENT = "The page below is calculated from the current file."
NOTHING = "Its page appears as soon as it can be calculated."
MARK = '<p class="lw-former">Last good state</p>\n'


class Notices:
    """The notices of definitions with mistakes, by the pages they stand on."""

    def __init__(self, renderer: Renderer, broken: Sequence[Broken]) -> None:
        self._renderer = renderer
        self._broken = broken
        self._by_page: dict[str, list[Broken]] = {}
        for definition in broken:
            for slug in filter(None, definition.pages):
                self._by_page.setdefault(_path(slug), []).append(definition)

    def pages(self, catalogue: Catalogue) -> list[Page]:
        """A page for each definition of which nothing can be shown, unless its place is taken."""
        taken = {_path(slug) for slug in catalogue.titles} | {*LISTS}
        return [
            self._renderer.broken(path, definitions[0].file.name)
            for path, definitions in self._by_page.items()
            if path not in taken
        ]

    def above(self, page: str) -> str:
        """The HTML that stands above a page."""
        definitions = self._by_page.get(page, ())
        notices = "".join(map(self._notice, definitions))
        if any(definition.is_former for definition in definitions):
            notices += MARK
        return (self._summary(page) if page in LISTS and self._broken else "") + notices

    def _notice(self, definition: Broken) -> str:
        remark = NOTHING if definition.shown is None else FORMER if definition.is_former else CURRENT
        try:
            text = definition.file.read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            text = ""
        return notice(self._renderer, definition.name, definition.diagnostics, text, remark)

    def _summary(self, page: str) -> str:
        named = [
            (definition, link_to(page, _path(definition.pages[-1]), site=True) if definition.pages[-1] else "")
            for definition in self._broken
        ]
        return self._renderer.html("broken.html.j2", broken=named)


def notice(renderer: Renderer, file: str, diagnostics: Sequence[Diagnostic], text: str, remark: str = "") -> str:
    """The mistakes of a file, each with its place and its line in the file's text."""
    lines = lines_of(text)
    found = [(diagnostic, snippet(lines, diagnostic.line, diagnostic.column)) for diagnostic in diagnostics]
    return renderer.html("mistakes.html.j2", file=file, diagnostics=found, remark=remark)


def _path(slug: str) -> str:
    return f"networks/{slug}.md"
