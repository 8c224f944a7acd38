"""Renders pages of Markdown from templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from layerwise.core import docs
from layerwise.core.errors import Diagnostic, LayerwiseError
from layerwise.definition import parse
from layerwise.network import memory, statistics
from layerwise.network.assembly import assemble
from layerwise.network.catalogue import Catalogue, related_pages
from layerwise.network.graph import Network
from layerwise.report import derivation, escaping, formatting, pictures
from layerwise.report.data import openapi
from layerwise.report.parallel import parallel_map
from layerwise.report.pictures import scatter
from layerwise.report.reference import keys as key_reference
from layerwise.report.reference import layers as layer_reference
from layerwise.report.tables import catalogue as catalogue_tables
from layerwise.report.tables import claims as claim_tables
from layerwise.report.tables import html as table_html
from layerwise.report.tables import markdown as table_markdown
from layerwise.report.tables import network as network_tables
from layerwise.report.tables.memory import memory_table
from layerwise.report.tables.model import Table
from layerwise.site import highlight, indexes, sections
from layerwise.site.addresses import file_from, link_to, resolved
from layerwise.site.compiled import Compiled
from layerwise.site.page import Page, fill
from layerwise.site.pages import Task, tasks

LOCAL = "http://127.0.0.1:8000/"
"""Where ``mkdocs serve`` serves a site that has no address yet."""

TEMPLATES = Path(__file__).parent / "templates"
COMPILED_PAGES, COMPILED_PARTS = Compiled(), Compiled()
"""Templates of Markdown and of HTML, which are compiled with different settings."""


class PageError(LayerwiseError):
    """A hand-written page has an expression that cannot be evaluated."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(str(diagnostic))


class Renderer:
    """Renders the pages of a catalogue.

    For a site (``site=True``) tables, listings and sections that need not be searched become placeholders, which
    ``fill`` replaces in the finished HTML: Markdown would take ten times as long over them, and they do not belong in a
    search index. Otherwise everything is plain Markdown with pipe tables. ``address`` is the site's own, where it is
    known; ``known`` are pages that an earlier renderer has made.
    """

    def __init__(
        self, catalogue: Catalogue, *, site: bool, address: str = "", known: dict[Hashable, Page] | None = None
    ) -> None:
        self.catalogue = catalogue
        self.site = site
        self.known = {} if known is None else known
        self.related = related_pages(catalogue)
        self._path = ""
        self._later: list[str] = []
        self._anchors: set[str] = set()
        self._listings: dict[str, str] = {}
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            finalize=escaping.finished,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=COMPILED_PAGES,
        )
        self._environment.filters |= {
            "grouped": formatting.grouped,
            "memory": formatting.memory,
            "scaled": formatting.scaled,
            "prose": escaping.prose,
            "code": escaping.code,
            "front_matter": escaping.front_matter,
            "address": escaping.address,
        }
        self._environment.globals |= {
            "catalogue": catalogue,
            "site": site,
            "address": address or LOCAL,
            "api": openapi,
            "table": self._table,
            "listing": self._listing,
            "section": self._section,
            "picture": self._picture,
            "pictures": pictures,
            "script": self._script,
            "part": self._part,
            "network": lambda slug: catalogue.entry(slug).network,
            "layers": example,
            "derive": derivation,
            "footprint": memory,
            "reference": layer_reference,
            "definition_keys": key_reference,
            "docs": docs,
            "counts": statistics,
            "claim": partial(statistics.claim, catalogue),
            "published": claim_tables,
            "find": statistics.find,
            "describe": formatting,
            "tables": network_tables,
            "memory_table": memory_table,
            "overview": catalogue_tables,
            "scatter": scatter,
            "finding": indexes,
            "titles": catalogue.titles,
            "related": self.related,
            "family_pages": {family.name: f"networks/{family.slug}.md" for family in catalogue.families},
        }
        self._html = self._environment.overlay(finalize=None, bytecode_cache=COMPILED_PARTS)

    # --- pages ------------------------------------------------------------------------------------------------------

    def generated(self) -> list[Page]:
        """The catalogue, every network and every family; on a site the comparison, which is made in the browser."""
        made = tasks(self.catalogue, self.related, site=self.site)
        edited = max(template.stat().st_mtime for template in TEMPLATES.iterdir())
        keys = [object() if task.key is None else (task.path, task.key, edited) for task in made]
        return parallel_map(lambda place: self._page(made[place]), keys, self.known)

    def broken(self, path: str, definition: str) -> Page:
        """The page of a definition of which nothing can be shown."""
        return self._page(Task(path, "broken.md.j2", definition))

    def written(self, path: str, markdown: str) -> Page:
        """A hand-written page whose expressions are evaluated. Raises ``PageError`` with its line."""
        self._begin(path)
        try:
            text = self._environment.from_string(markdown).render(page_path=path)
        except jinja2.TemplateSyntaxError as error:
            raise PageError(Diagnostic(path, error.lineno, 1, error.message or "syntax error")) from None
        except (jinja2.TemplateError, LayerwiseError) as error:
            raise PageError(Diagnostic(path, _line_of(error), 1, str(error))) from None
        return Page(path, text, self._later)

    def _begin(self, path: str) -> None:
        self._path, self._later, self._anchors = path, [], set()

    def _page(self, task: Task) -> Page:
        self._begin(task.path)
        template = self._environment.get_template(task.template)
        markdown = template.render(page_path=task.path, definition=task.definition, **task.values)
        return Page(task.path, markdown, self._later, task.definition, frozenset(self._anchors))

    # --- pieces -----------------------------------------------------------------------------------------------------

    def _link(self, target: str) -> str:
        """What leads to a place from the page at hand, by its path below the docs."""
        return link_to(self._path, target, site=self.site)

    def _table(self, table: Table) -> Markup:
        if not self.site:
            return Markup(table_markdown.render(table, self._link))  # noqa: S704 - its cells are texts
        return self._placeholder(table_html.render(table, self._link))

    def _picture(self, draw: Callable[[Network], str], network: Network) -> Markup:
        """A picture of a network; nothing outside of a site, where the tables say the same."""
        return self._placeholder(draw(network)) if self.site else Markup()

    def _listing(self, content: str) -> Markup:
        """A definition's text as a listing."""
        content = highlight.for_readers(content)
        if not self.site:
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", content)), default=0))
            return Markup(f"{fence}yaml\n{content.rstrip()}\n{fence}")  # noqa: S704 - a listing is no Markdown
        return self._placeholder(self._highlighted(content))

    def _section(self, caller: Callable[[], Markup]) -> Markup:
        """Sections of Markdown that need not be searched: on a site made into HTML here, pieces in it included."""
        first = len(self._later)
        markdown = caller()
        if not self.site:
            return markdown
        html, anchors = sections.to_html(markdown, partial(resolved, self._path))
        self._anchors |= anchors
        html = fill(html, self._later)
        del self._later[first:]  # they are in the section now
        return self._placeholder(html)

    def _highlighted(self, content: str) -> str:
        if content not in self._listings:
            self._listings[content] = highlight.html(content)
        return self._listings[content]

    def _script(self, name: str) -> Markup:
        """A script of this package's assets, loaded on the page at hand; nothing outside of a site."""
        if not self.site:
            return Markup()
        address = file_from(self._path, f"assets/{name}")
        return self._placeholder(f'<script type="module" src="{address}"></script>')

    def _part(self, template: str, **values: Any) -> Markup:
        """HTML from a template of its own, put in late; its ``link`` leads to pages. Nothing outside of a site."""
        if not self.site:
            return Markup()
        return self._placeholder(self.html(template, link=self._link, **values))

    def html(self, template: str, **values: Any) -> str:
        """HTML from a template of its own; texts in it are escaped."""
        return self._html.get_template(template).render(**values)

    def _placeholder(self, html: str) -> Markup:
        self._later.append(html)
        return Markup(f"<!-- layerwise {len(self._later) - 1} -->")  # noqa: S704 - a number


def _line_of(error: BaseException) -> int:
    """The line of a template in which an error was raised."""
    trace, line = error.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def example(layers: str, on: str) -> Network:
    """A network for a page's examples: layers in YAML on an input of H×W×C."""
    definition = parse(f"name: Example\ninput: {on}\nlayers: [{layers}]\n", "example")
    return assemble(definition, definition.variants[0])
