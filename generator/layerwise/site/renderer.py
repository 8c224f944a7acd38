"""Renders pages of Markdown from templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta
from markupsafe import Markup

from layerwise.core import docs
from layerwise.core.errors import Diagnostic, LayerwiseError
from layerwise.definition import Variant, parse
from layerwise.network import memory, statistics, what_if
from layerwise.network.assembly import assemble
from layerwise.network.catalogue import Catalogue, related_pages
from layerwise.network.claims import CheckedClaim
from layerwise.network.graph import Network
from layerwise.report import (
    addresses,
    derivation,
    escaping,
    figures,
    formatting,
    layer,
    parts,
    pictures,
    sentences,
    summaries,
)
from layerwise.report.citation import Edition, citations
from layerwise.report.data import openapi
from layerwise.report.model_code import model_codes
from layerwise.report.parallel import parallel_map
from layerwise.report.pictures import scatter
from layerwise.report.reference import keys as key_reference
from layerwise.report.reference import layers as layer_reference
from layerwise.report.reference import library as library_reference
from layerwise.report.tables import accuracy as accuracy_tables
from layerwise.report.tables import catalogue as catalogue_tables
from layerwise.report.tables import claims as claim_tables
from layerwise.report.tables import costs
from layerwise.report.tables import family as family_tables
from layerwise.report.tables import html as table_html
from layerwise.report.tables import markdown as table_markdown
from layerwise.report.tables import memory as memory_tables
from layerwise.report.tables import network as network_tables
from layerwise.report.tables.folding import fold
from layerwise.report.tables.model import Table
from layerwise.site import highlight, indexes, sections
from layerwise.site.calculator import Bundle
from layerwise.site.layout import ASSETS, CALCULATOR, REFERENCE, Layout
from layerwise.site.page import Page, fill
from layerwise.site.pages import SCRIPTED, Task, tasks

LOCAL = "http://127.0.0.1:8000/"
"""The address at which ``mkdocs serve`` serves a site without an address of its own."""

TEMPLATES = Path(__file__).parent / "templates"


class PageError(LayerwiseError):
    """A hand-written page has an expression that cannot be evaluated."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(str(diagnostic))


WHOLE = {"catalogue", "titles", "related", "family_pages"}
"""The values of templates that show the whole catalogue."""


@cache
def environment() -> jinja2.Environment:
    """The environment of templates that write Markdown: whatever they insert reads as plain text."""
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=escaping.finished,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters |= {
        "grouped": formatting.grouped,
        "memory": formatting.memory,
        "scaled": formatting.scaled,
        "prose": escaping.prose,
        "code": escaping.code,
        "front_matter": escaping.front_matter,
        "address": escaping.address,
    }
    pages.globals |= {
        "api": openapi,
        "pictures": pictures,
        "layers": example,
        "derive": derivation,
        "footprint": memory,
        "reference": layer_reference,
        "library": library_reference,
        "definition_keys": key_reference,
        "docs": docs,
        "counts": statistics,
        "published": claim_tables,
        "accuracies": accuracy_tables,
        "find": statistics.find,
        "describe": formatting,
        "summaries": summaries,
        "places": addresses,
        "tables": network_tables,
        "memory_tables": memory_tables,
        "overview": catalogue_tables,
        "variants": family_tables,
        "scatter": scatter,
        "finding": indexes,
        "costs": costs,
        "citations": citations,
        "model_codes": model_codes,
        "fold": fold,
        "sentences": sentences,
        "highlight": highlight,
        "calculation": parts,
        "figures": figures,
        "what_if": what_if,
        "layer": layer,
    }
    return pages


@cache
def html_environment() -> jinja2.Environment:
    """The environment of templates that write HTML."""
    return environment().overlay(finalize=None)


@lru_cache(maxsize=256)
def _compiled(markdown: str) -> jinja2.Template:
    """The template of a hand-written page. Raises ``TemplateSyntaxError``."""
    return environment().from_string(markdown)


@lru_cache(maxsize=256)
def _names(markdown: str) -> frozenset[str]:
    """The names that the expressions of a hand-written page use."""
    return frozenset(meta.find_undeclared_variables(environment().parse(markdown)))


class Renderer:
    """Renders the pages of a catalogue.

    For a site (``site=True``) tables, listings and sections that need not be searched become placeholders, which
    ``fill`` replaces in the finished HTML: Markdown would take ten times as long over them, and they do not belong in a
    search index. Otherwise everything is plain Markdown with pipe tables. ``address`` is the site's own, where it is
    known, ``day`` the day it is built, which citations name, ``bundle`` the calculator, if the site has one, and
    ``layout`` the parts that it has.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        site: bool,
        address: str = "",
        day: date | None = None,
        bundle: Bundle | None = None,
        layout: Layout = REFERENCE,
    ) -> None:
        self.catalogue = catalogue
        self.site = site
        self.layout = layout
        self.bundle = bundle if catalogue.entries and layout.has(CALCULATOR) else None
        self.related = related_pages(catalogue)
        self._families = {family.name: f"networks/{family.slug}.md" for family in catalogue.families}
        self._address = address or LOCAL
        self.edition = Edition(address, day, layout.url(addresses.NETWORK_PAGE), layout.title, layout.license)
        self._path = ""
        self._later: list[str] = []
        self._anchors: set[str] = set()
        self._used: set[str] = set()
        self._listings: dict[str, str] = {}

    # --- pages ------------------------------------------------------------------------------------------------------

    def tasks(self) -> list[Task]:
        """The tasks of all generated pages."""
        return tasks(self.catalogue, self.related, self.layout, site=self.site, has_calculator=self.bundle is not None)

    def generated(self) -> list[Page]:
        """Render all generated pages."""
        planned = self.tasks()
        return parallel_map(lambda place: self.page(planned[place]), range(len(planned)))

    def written(self, path: str, markdown: str) -> Page:
        """A hand-written page whose expressions are evaluated. Raises ``PageError`` with its line."""
        return self.evaluate(path, markdown)[0]

    def evaluate(self, path: str, markdown: str) -> tuple[Page, frozenset[str] | None]:
        """Evaluate the expressions of a hand-written page; also return the slugs of the networks they depend on.

        They are None if the page depends on the whole catalogue. Raises ``PageError`` with the line of the error.
        """
        self._begin(path)
        try:
            text = _compiled(markdown).render(self._values())
        except jinja2.TemplateSyntaxError as error:
            raise PageError(Diagnostic(path, error.lineno, 1, error.message or "syntax error")) from None
        except Exception as error:
            message = str(error) if isinstance(error, jinja2.TemplateError | LayerwiseError) else _described(error)
            raise PageError(Diagnostic(path, _line_of(error), 1, message)) from None
        whole = WHOLE & _names(markdown)
        return Page(path, text, self._later), None if whole else frozenset(self._used)

    def _begin(self, path: str) -> None:
        self._path, self._later, self._anchors, self._used = path, [], set(), set()

    def page(self, task: Task) -> Page:
        """Render a page from its template."""
        path = self.layout.path(task.path)
        self._begin(path)
        template = environment().get_template(task.template)
        markdown = template.render(self._values(), definition=task.definition, **task.values)
        return Page(path, markdown, self._later, task.definition, tuple(sorted(self._anchors)))

    def _values(self) -> dict[str, Any]:
        """The values of templates that depend on the catalogue, the site or the page."""
        return {
            "site": self.site,
            "has": self.has,
            "calculator": self.bundle,
            "address": self._address,
            "edition": self.edition,
            "catalogue": self.catalogue,
            "titles": self.catalogue.titles,
            "related": self.related,
            "family_pages": self._families,
            "network": self._network,
            "claim": self._claim,
            "table": self._table,
            "listing": self._listing,
            "section": self._section,
            "picture": self._picture,
            "script": self._script,
            "part": self._part,
        }

    def _network(self, slug: str) -> Network:
        """The network of a slug, on which the page then depends."""
        self._used.add(slug)
        return self.catalogue.entry(slug).network

    def _claim(self, slug: str, source: str, figure: str, of: str | None = None) -> CheckedClaim:
        """A published figure of a network, on which the page then depends."""
        self._used.add(slug)
        return statistics.claim(self.catalogue, slug, source, figure, of)

    # --- pieces -----------------------------------------------------------------------------------------------------

    def _link(self, target: str) -> str:
        """The link from the current page to a place, by its path; empty if there is no such page."""
        return self.layout.link(self._path, target, site=self.site)

    def has(self, target: str) -> bool:
        """Return True if there is a page or file at a path."""
        is_scripted = target.partition("#")[0] in SCRIPTED
        return self.layout.has(target) and (self.site or not is_scripted)

    def _file(self, path: str) -> str:
        """The link from the current page to a generated file."""
        return self.layout.file(self._path, path)

    def _table(self, table: Table, part: str = "") -> Markup:
        """A table. A script can find the one that is a ``part`` of the page, and replace it."""
        if not self.site:
            return Markup(table_markdown.render(table, self._link))  # noqa: S704 - its cells are texts
        return self._placeholder(_named(part, table_html.render(table, self._link)))

    def _picture(self, draw: Callable[[Any], str], subject: Any, part: str = "") -> Markup:
        """A picture of a network or a layer; nothing outside of a site, where the tables say the same."""
        return self._placeholder(_named(part, draw(subject))) if self.site else Markup()

    def _listing(self, text: str, variant: Variant | None = None, others: Sequence[Variant] = ()) -> Markup:
        """A definition's text; on a site as a listing, with a variant's lines marked and those of others omitted."""
        content = highlight.for_readers(text)
        if not self.site:
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", content)), default=0))
            return Markup(f"{fence}yaml\n{content.rstrip()}\n{fence}")  # noqa: S704 - a listing is no Markdown
        listing, skipped = self._highlighted(content), text.count("\n") - content.count("\n")

        def lines(of: Variant) -> range:
            return highlight.own_lines(content, of.node.key_place[0] - skipped) if of.node.key_place else range(0)

        own = lines(variant) if variant else range(0)
        if own:
            listing = highlight.mark(listing, own)
            omitted = [run for run in map(lines, others) if run and run[0] not in own]
            listing = highlight.omit(listing, omitted, "of other networks")
        return self._placeholder(listing)

    def _section(self, caller: Callable[[], Markup]) -> Markup:
        """Sections that need not be searched. On a site they are converted to HTML here, with the parts in them."""
        first = len(self._later)
        markdown = caller()
        if not self.site:
            return markdown
        html, anchors = sections.to_html(markdown, partial(self.layout.resolved, self._path))
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
        return self._placeholder(f'<script type="module" src="{self._file(f"{ASSETS}/{name}")}"></script>')

    def _part(self, template: str, **values: Any) -> Markup:
        """HTML from its own template, inserted late; ``link`` and ``file`` return links. Empty outside of a site."""
        if not self.site:
            return Markup()
        return self._placeholder(self.html(template, link=self._link, file=self._file, has=self.has, **values))

    def html(self, template: str, **values: Any) -> str:
        """HTML from a template of its own; texts in it are escaped."""
        shared = {"catalogue": self.catalogue, "titles": self.catalogue.titles, "calculator": self.bundle}
        return html_environment().get_template(template).render(shared, **values)

    def _placeholder(self, html: str) -> Markup:
        self._later.append(html)
        return Markup(f"<!-- layerwise {len(self._later) - 1} -->")  # noqa: S704 - a number


def _named(part: str, html: str) -> str:
    """HTML in an element by which a script finds it, if it has a name."""
    return f"<div data-part={part}>{html}</div>" if part else html


def _line_of(error: BaseException) -> int:
    """The line of a template in which an error was raised."""
    trace, line = error.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _described(error: Exception) -> str:
    """An error of Python as the message of a page's error: ``division by zero (ZeroDivisionError)``."""
    return f"{error} ({type(error).__name__})" if str(error) else type(error).__name__


def example(layers: str, on: str) -> Network:
    """Return a network for the examples of a page: layers in YAML on an input of H×W×C."""
    definition = parse(f"name: Example\ninput: {on}\nlayers: [{layers}]\n", "example")
    return assemble(definition, definition.variants[0])
