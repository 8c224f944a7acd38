"""A definition calculated while it is edited: its errors, and the parts of a page that show its figures.

This is what runs in the browser. The parts are printed by the functions that print the pages of the site, so that both
are equal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypedDict

from layerwise.core.errors import DefinitionError, Diagnostic, UnknownNetworkError
from layerwise.core.files import slugify
from layerwise.core.limits import SLUG_CHARACTERS
from layerwise.definition import Definition, Variant, parse_bytes
from layerwise.definition.files import embedded
from layerwise.definition.yaml_sections import Sections
from layerwise.network.assembly import assemble
from layerwise.network.catalogue import Calculation, Entry, collector_paused
from layerwise.network.claims import check
from layerwise.network.diff import diff
from layerwise.network.what_if import WhatIfError, ask, number_of_classes, question, resizes_weights
from layerwise.report import layer, library
from layerwise.report.data import derivations, export
from layerwise.report.parts import parts, parts_of_page
from layerwise.report.tables import html
from layerwise.report.tables.diff import counted_changes, totals_table
from layerwise.report.tables.diff import layer_table as diff_table

UNNAMED = "definition.yml"
"""The name of a file if the network has no name from which it follows."""
_NAME = re.compile(r"^name: *([^\n#]+)", re.MULTILINE)


class Answer(TypedDict):
    """The result of a calculation, or of a part of it."""

    is_complete: bool
    """False if networks of the file are left to be calculated; then there are no diagnostics yet."""
    diagnostics: list[tuple[int, int, str]]
    """Line and column, counted from 1, and message."""
    networks: list[tuple[str, str]]
    """Slug and name of each network; empty if the definition cannot be read."""
    selected: str
    """The slug of the network that is shown."""
    file: str
    """The name of the file."""
    parts: dict[str, str]
    """HTML by the name of its place on the page; empty if the network cannot be calculated, or has been sent before."""


class Changes(TypedDict):
    """The changes of the selected network against an earlier definition."""

    before: str
    """The name of the earlier network."""
    summary: str
    """The number of changed layers in words."""
    parts: dict[str, str]
    """HTML by name; empty if nothing changed."""


class WhatIf(TypedDict):
    """The answer to a question about another input size or number of classes."""

    error: str
    """The reason why the network cannot be calculated; then the rest is empty."""
    input: str
    """The shape of the input."""
    classes: int | None
    note: str
    """A consequence of the question, without its stop; may be empty."""
    parts: dict[str, str]
    """HTML by the name of its place on the page."""


class Calculator:
    """Calculates the text of one editor, and keeps the selected network for further requests.

    Of a family, the selected network is calculated first. ``more`` calculates the others one by one, so that the next
    edit need not wait for them.
    """

    def __init__(self) -> None:
        self._edited = Sections()
        self._original = Sections()
        self._entry: Entry | None = None
        self._calculation: Calculation | None = None
        self._answer = _empty(UNNAMED)

    def respond(self, request: str) -> str:
        """Answer a request: JSON of a method's name and its arguments. Returns the result as JSON."""
        method, *arguments = json.loads(request)
        methods: dict[str, Callable[..., Any]] = {
            "calculate": self.calculate,
            "more": self.more,
            "changes": self.changes,
            "what_if": self.what_if,
            "layer": layer.calculate,
            "data": self.data,
            "draft": draft,
        }
        result = methods[method](*arguments)
        return json.dumps(result, ensure_ascii=False, separators=(",", ":"))

    @collector_paused()
    def calculate(self, text: str, file: str = "", slug: str = "", used: dict[str, str] | None = None) -> Answer:
        """Calculate a definition. ``file`` is its name; without it, the name of the network gives one.

        ``slug`` selects a network; without it, that is the first. ``used`` are the texts of the files that definitions
        can use.

        If nothing can be calculated, the last network stays available to ``data``.
        """
        self._calculation = None
        file = file or file_name(text)
        self._answer = _empty(file)
        try:
            files = embedded(used or {}, file)
            definition = parse_bytes(text.encode(errors="replace"), file, files, self._edited.read)
        except DefinitionError as error:
            return {**self._answer, "diagnostics": _places(error.diagnostics)}
        self._calculation = Calculation(definition, Path(file))
        variant = next((variant for variant in definition.variants if variant.slug == slug), definition.variants[0])
        self._answer |= {
            "is_complete": False,
            "networks": [(variant.slug, variant.name) for variant in definition.variants],
            "selected": variant.slug,
        }
        return self._first(definition, variant) if definition.is_family else self.more()

    def _first(self, definition: Definition, variant: Variant) -> Answer:
        """The selected network of a family alone."""
        with suppress(DefinitionError):  # which ``more`` reports
            network = assemble(definition, variant)
            self._entry = Entry(network, check(network)[0], Path(definition.source.file))
            return {**self._answer, "parts": parts(network)}
        return self._answer

    @collector_paused()
    def more(self) -> Answer:
        """Calculate one more network of the file."""
        calculation = self._calculation
        if calculation is None or calculation.step():
            return self._answer
        self._calculation = None
        self._answer["is_complete"] = True
        try:
            state = calculation.state()
        except DefinitionError as error:
            self._answer["diagnostics"] = _places(error.diagnostics)
            return self._answer
        self._answer["diagnostics"] = _places(sorted(state.diagnostics))
        if len(state.entries) > 1:
            return self._answer
        (self._entry,) = state.entries
        return {**self._answer, "parts": parts(self._entry.network)}

    @collector_paused()
    def changes(self, text: str, file: str, used: dict[str, str] | None = None) -> Changes:
        """Compare the selected network with that of a definition without errors.

        Of a family, that is the variant with the same slug, or the first.

        Raises ``UnknownNetworkError`` if no network has been calculated.
        """
        after = self._selected().network
        definition = self._parsed(text, file, used)
        variants = definition.variants
        before = assemble(definition, next((one for one in variants if one.slug == after.slug), variants[0]))
        steps = diff(before, after)
        if before.input == after.input and all(step.is_equal for step in steps):
            return {"before": before.name, "summary": "no differences", "parts": {}}
        return {
            "before": before.name,
            "summary": counted_changes(steps),
            "parts": {
                "changes": html.render(diff_table(steps)),
                "totals": html.render(totals_table(before, after, steps)),
            },
        }

    def _parsed(self, text: str, file: str, used: dict[str, str] | None) -> Definition:
        """Read a definition of the site."""
        return parse_bytes(text.encode(), file, embedded(used or {}, file), self._original.read)

    def _selected(self) -> Entry:
        """The network that was calculated last. Raises ``UnknownNetworkError`` if there is none."""
        if self._entry is None:
            raise UnknownNetworkError("there is no network")
        return self._entry

    @collector_paused()
    def what_if(
        self, text: str, file: str, slug: str, size: str, classes: str, used: dict[str, str] | None = None
    ) -> WhatIf:
        """Calculate a network of a definition without errors with another input size or number of classes.

        ``size`` is a side like ``448``, or height × width; empty strings change nothing. ``used`` are the texts of the
        files that definitions can use.
        """
        definition = self._parsed(text, file, used)
        variant = next(variant for variant in definition.variants if variant.slug == slug)
        usual = assemble(definition, variant)
        try:
            network = ask(usual, question(size, classes))
        except WhatIfError as error:
            return {"error": str(error), "input": "", "classes": None, "note": "", "parts": {}}
        self._entry = Entry(network, [], Path(file))
        found = {**parts(network), **parts_of_page(network)}
        return {
            "error": "",
            "input": str(network.input),
            "classes": number_of_classes(network),
            "note": "Trained position embeddings must be interpolated" if resizes_weights(usual, network) else "",
            "parts": found,
        }

    def data(self, name: str) -> str:
        """Return a file about the selected network: ``json``, ``csv``, ``derivation`` or ``markdown``.

        Raises ``UnknownNetworkError`` if no network has been calculated.
        """
        entry = self._selected()
        network = entry.network
        if name == "markdown":
            return library.Network.of(network).to_markdown()
        paths = {
            "json": f"{export.ROOT}/networks/{network.slug}.json",
            "csv": f"{export.ROOT}/networks/{network.slug}.csv",
            "derivation": derivations.path(network.slug),
        }
        return export.network_files(entry)[paths[name]]


def draft(path: str, size: str) -> Any:
    """Draft the definition of a model file: see ``layerwise.report.dropped``."""
    from layerwise.report.dropped import dropped  # noqa: PLC0415 - browsers load it with the first model

    return dropped(path, size)


def _empty(file: str) -> Answer:
    return {"is_complete": True, "diagnostics": [], "networks": [], "selected": "", "file": file, "parts": {}}


def _places(diagnostics: Iterable[Diagnostic]) -> list[tuple[int, int, str]]:
    return [(found.line, found.column, found.message) for found in diagnostics]


def file_name(text: str) -> str:
    """The name of a definition's file, from that of the network or family."""
    name = _NAME.search(text)
    slug = slugify(name[1])[:SLUG_CHARACTERS].strip("-") if name else ""
    return f"{slug}.yml" if slug else UNNAMED
