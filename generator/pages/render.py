"""Renders pages of Markdown from templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from generator import derivation, describe, docstrings, footprint, pictures, table_html, tables, text, units
from generator.assembly import assemble
from generator.catalogue import Catalogue, related_pages
from generator.definition import parse
from generator.errors import LayerwiseError, Mistake
from generator.layers import JOINS, KINDS
from generator.network import Network
from generator.pages import (
    catalogue_tables,
    claims_page,
    counts,
    definition_reference,
    finding,
    layer_reference,
    listings,
    network_tables,
    openapi,
    scatter,
    sections,
)
from generator.pages.addresses import file_from, link_to, resolved
from generator.pages.compiled import Compiled
from generator.pages.page import Page, fill
from generator.pages.tasks import Task, tasks
from generator.spread import spread
from generator.tables import Table

LOCAL = "http://127.0.0.1:8000/"
"""Where ``mkdocs serve`` serves a site that has no address yet."""

TEMPLATES = Path(__file__).parents[1] / "templates"
COMPILED_PAGES, COMPILED_PARTS = Compiled(), Compiled()
"""Templates of Markdown and of HTML, which are compiled with different settings."""


class PageError(LayerwiseError):
    """A hand-written page has an expression that cannot be evaluated."""

    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake
        super().__init__(str(mistake))


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
            loader=jinja2.PackageLoader("generator"),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            finalize=text.finished,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=COMPILED_PAGES,
        )
        self._environment.filters |= {
            "grouped": units.grouped,
            "memory": units.memory,
            "scaled": units.scaled,
            "prose": text.prose,
            "code": text.code,
            "front_matter": text.front_matter,
            "address": text.address,
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
            "footprint": footprint,
            "reference": layer_reference,
            "definition_keys": definition_reference,
            "said": docstrings,
            "counts": counts,
            "claim": partial(counts.claim, catalogue),
            "published": claims_page,
            "find": counts.find,
            "describe": describe,
            "tables": network_tables,
            "overview": catalogue_tables,
            "scatter": scatter,
            "categories": {kind: layer.category for kind, layer in (KINDS | JOINS).items()},
            "finding": finding,
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
        return spread(lambda place: self._page(made[place]), keys, self.known)

    def broken(self, path: str, definition: str) -> Page:
        """The page of a definition of which nothing can be shown."""
        return self._page(Task(path, "broken.md.j2", definition))

    def written(self, path: str, markdown: str) -> Page:
        """A hand-written page whose expressions are evaluated. Raises ``PageError`` with its line."""
        self._begin(path)
        try:
            text = self._environment.from_string(markdown).render(page_path=path)
        except jinja2.TemplateSyntaxError as error:
            raise PageError(Mistake(path, error.lineno, 1, error.message or "syntax error")) from None
        except (jinja2.TemplateError, LayerwiseError) as error:
            raise PageError(Mistake(path, _line_of(error), 1, str(error))) from None
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
            return Markup(tables.markdown(table, self._link))  # noqa: S704 - its cells are texts
        return self._placeholder(table_html.html(table, self._link))

    def _picture(self, draw: Callable[[Network], str], network: Network) -> Markup:
        """A picture of a network; nothing outside of a site, where the tables say the same."""
        return self._placeholder(draw(network)) if self.site else Markup()

    def _listing(self, content: str) -> Markup:
        """A definition's text as a listing."""
        content = listings.for_readers(content)
        if not self.site:
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", content)), default=0))
            return Markup(f"{fence}yaml\n{content.rstrip()}\n{fence}")  # noqa: S704 - a listing is no Markdown
        return self._placeholder(self._highlighted(content))

    def _section(self, caller: Callable[[], Markup]) -> Markup:
        """Sections of Markdown that need not be searched: on a site made into HTML here, pieces in it included."""
        markdown = caller()
        if not self.site:
            return markdown
        html, anchors = sections.rendered(markdown, partial(resolved, self._path))
        self._anchors |= anchors
        return self._placeholder(fill(html, self._later))

    def _highlighted(self, content: str) -> str:
        if content not in self._listings:
            self._listings[content] = listings.html(content)
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
