"""All of ``networks/``: loading, order, families, and a memory of what was calculated."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from generator.assembly import Budget, assemble
from generator.claims import CheckedClaim, check
from generator.definition import Definition, load
from generator.definition.checks import told
from generator.definition.unused import unused_blocks
from generator.errors import DefinitionError, Mistake, UnknownNetworkError, suggestion
from generator.files import files_in, shown_name, wrong_names
from generator.limits import MISTAKES, NETWORKS
from generator.network import Network

RESERVED = {"index": "the catalogue", "by-year": "the list by year", "families": "the list by family"}
"""Addresses below ``networks/`` that no network can have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A network with its checked claims and the file it comes from."""

    network: Network
    claims: list[CheckedClaim]
    file: Path
    has_mistakes: bool = False
    """Whether its definition has any; only a server shows a network all the same."""


@dataclass(frozen=True, slots=True)
class Family:
    """A file with variants."""

    definition: Definition
    entries: list[Entry]
    file: Path

    @property
    def name(self) -> str:
        """Its name."""
        return self.definition.head.name

    @property
    def slug(self) -> str:
        """The name of its page."""
        return self.definition.slug


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every network, by year and name, and every family."""

    entries: list[Entry] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)

    @property
    def titles(self) -> dict[str, str]:
        """The names of all pages of networks and families, by slug."""
        networks = {entry.network.slug: entry.network.name for entry in self.entries}
        return networks | {family.slug: family.name for family in self.families}

    def family_of(self, entry: Entry) -> Family | None:
        """The family whose file an entry comes from."""
        return next((family for family in self.families if family.file == entry.file), None)

    def entry(self, slug: str) -> Entry:
        """The network of that slug. Raises ``UnknownNetworkError`` with a suggestion."""
        for entry in self.entries:
            if entry.network.slug == slug:
                return entry
        slugs = [entry.network.slug for entry in self.entries]
        raise UnknownNetworkError(f"there is no network {slug!r}; {suggestion(slug, slugs, 'networks')}")


Loaded = tuple[Path, Definition, list[Entry]]
"""A file, its definition and its networks."""


class State(NamedTuple):
    """What a file comes to, with the mistakes in its claims and what it declares and does not use."""

    loaded: Loaded
    mistakes: list[Mistake]

    def sound(self) -> Loaded:
        """What it comes to without mistakes. Raises ``DefinitionError`` where there are any."""
        if self.mistakes:
            raise DefinitionError(self.mistakes)
        return self.loaded


def calculate(definition: Definition, file: Path) -> State:
    """Every network of a definition.

    Raises ``DefinitionError`` with the mistakes of all of them where one cannot be calculated at all.
    """
    entries: list[Entry] = []
    mistakes = list(definition.unused)
    budget = Budget()
    for variant in definition.variants:
        try:
            network = assemble(definition, variant, budget)
        except DefinitionError as error:
            mistakes += error.mistakes
            if budget.spent or len(mistakes) > MISTAKES:
                break
            continue
        claims, wrong = check(network)
        entries.append(Entry(network, claims, file))
        mistakes += wrong
    if len(entries) < len(definition.variants):
        raise DefinitionError(told(mistakes))
    mistakes += unused_blocks(definition.source, budget.blocks)
    return State((file, definition, entries), told(mistakes))


class Loader:
    """Loads definitions, and calculates those again whose content changed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], State] = {}

    def state(self, file: Path, shown: str | None = None) -> State:
        """A file's definition and networks. Raises ``DefinitionError`` where one of them cannot be calculated."""
        definition = load(file, shown)
        key = (definition.source.file, definition.source.text)
        if key not in self._known:
            self._known[key] = calculate(definition, file)
        return self._known[key]

    def file(self, file: Path, shown: str | None = None) -> tuple[Definition, list[Entry]]:
        """A file's definition and networks. Raises ``DefinitionError``, also where a claim is wrong."""
        _, definition, entries = self.state(file, shown).sound()
        return definition, entries

    def folder(self, folder: Path) -> Catalogue:
        """All definitions below a folder. Raises ``DefinitionError`` as ``all`` does."""
        return self.all(files_in(folder))

    def all(self, files: Iterable[Path], *, whole: bool = True) -> Catalogue:
        """The catalogue of some definitions, or of ``whole`` that there is.

        Raises ``DefinitionError`` with every mistake of every file, and where two pages would have one address or, in
        the whole, a file has a wrong name or leads out of its folder, or is related to a page that does not exist.
        """
        mistakes: list[Mistake] = []
        folders: set[Path] = set()
        loaded: list[Loaded] = []
        with collector_paused():
            for file in files:
                folders.add(file.parent)
                try:
                    loaded.append((file, *self.file(file, shown_name(file))))
                except DefinitionError as error:
                    mistakes += error.mistakes
        if (networks := sum(len(entries) for _, _, entries in loaded)) > NETWORKS:
            message = f"a catalogue has at most {NETWORKS:,} networks, and these are {networks:,}"
            mistakes.append(Mistake(shown_name(min(folders)), 1, 1, message))
        if whole:
            mistakes += [mistake for folder in folders for mistake in wrong_names(folder)]
        mistakes += collisions(loaded)
        if whole and not mistakes:  # otherwise pages are missing whose files could not be read
            mistakes += strangers(loaded)
        if mistakes:
            raise DefinitionError(mistakes)
        return in_order(loaded)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking over all that is calculated, again and again: none of it is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def collisions(loaded: Iterable[Loaded]) -> list[Mistake]:
    """A mistake for every page whose address another page already has."""
    mistakes: list[Mistake] = []
    taken = dict(RESERVED)
    for _, definition, entries in loaded:
        pages = [(entry.network.slug, entry.network.variant.path) for entry in entries]
        if definition.is_family:
            pages.insert(0, (definition.slug, ()))
        for slug, path in pages:
            if slug in taken:
                message = f"the page networks/{slug}/ belongs to {taken[slug]} already; give another name or a slug"
                mistakes.append(definition.source.mistake(path, message, key=True))
            taken.setdefault(slug, definition.source.file)
    return mistakes


def strangers(loaded: Iterable[Loaded]) -> list[Mistake]:
    """A mistake for every related page that does not exist, where ``loaded`` is all there is."""
    loaded = list(loaded)
    pages = {definition.slug for _, definition, _ in loaded}
    pages |= {entry.network.slug for _, _, entries in loaded for entry in entries}
    return [
        definition.source.mistake(
            ("related", place), f"related: there is no page {slug!r}; {suggestion(slug, pages, 'pages')}"
        )
        for _, definition, _ in loaded
        for place, slug in enumerate(definition.head.related)
        if slug not in pages
    ]


def related_pages(catalogue: Catalogue) -> dict[str, list[str]]:
    """For every file, by its slug, the pages that share an idea with it: those it names, then those that name it."""
    files: dict[str, Definition] = {}
    own: dict[str, set[str]] = {}
    for entry in catalogue.entries:
        definition = entry.network.definition
        files[definition.slug] = definition
        own.setdefault(definition.slug, {definition.slug}).add(entry.network.slug)
    related = {}
    for slug, definition in files.items():
        naming = [other for other, file in files.items() if own[slug].intersection(file.head.related)]
        others = catalogue.titles.keys() - own[slug]
        related[slug] = [page for page in dict.fromkeys((*definition.head.related, *naming)) if page in others]
    return related


def in_order(loaded: Iterable[Loaded]) -> Catalogue:
    """The catalogue by year, then by file, variants as they stand in it."""
    loaded = list(loaded)
    entries = [entry for _, _, of_file in loaded for entry in of_file]
    entries.sort(key=lambda entry: entry.network.variant.said.year or 9999)
    return Catalogue(
        entries, [Family(definition, of_file, file) for file, definition, of_file in loaded if definition.is_family]
    )
