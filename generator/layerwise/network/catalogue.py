"""All of ``networks/``: loading, order, families, and a memory of what was calculated."""

from __future__ import annotations

import gc
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from layerwise.core.errors import DefinitionError, Diagnostic, UnknownNetworkError, suggestion
from layerwise.core.files import display_name, files_in, wrong_names
from layerwise.core.limits import MISTAKES, NETWORKS
from layerwise.definition import Definition, load
from layerwise.definition.checks import limited
from layerwise.definition.unused import unused_blocks
from layerwise.network.assembly import Budget, assemble
from layerwise.network.claims import CheckedClaim, check
from layerwise.network.graph import Network
from layerwise.network.pages import FilePages, duplicate_pages, missing_related


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
        return self.definition.metadata.name

    @property
    def slug(self) -> str:
        """The name of its page."""
        return self.definition.slug


@dataclass(frozen=True)
class Catalogue:
    """Every network, by year and name, and every family."""

    entries: list[Entry] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)

    @cached_property
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
    diagnostics: list[Diagnostic]

    def sound(self) -> Loaded:
        """What it comes to without mistakes. Raises ``DefinitionError`` where there are any."""
        if self.diagnostics:
            raise DefinitionError(self.diagnostics)
        return self.loaded


def calculate(definition: Definition, file: Path) -> State:
    """Every network of a definition.

    Raises ``DefinitionError`` with the mistakes of all of them where one cannot be calculated at all.
    """
    entries: list[Entry] = []
    diagnostics = list(definition.unused)
    budget = Budget()
    for variant in definition.variants:
        try:
            network = assemble(definition, variant, budget)
        except DefinitionError as error:
            diagnostics += error.diagnostics
            if budget.spent or len(diagnostics) > MISTAKES:
                break
            continue
        claims, wrong = check(network)
        entries.append(Entry(network, claims, file))
        diagnostics += wrong
    if len(entries) < len(definition.variants):
        raise DefinitionError(limited(diagnostics))
    diagnostics += unused_blocks(definition.root, budget.blocks)
    return State((file, definition, entries), limited(diagnostics))


class Loader:
    """Loads definitions, and calculates those again whose content changed; of each file it knows the last state."""

    def __init__(self) -> None:
        self._known: dict[str, State] = {}

    def state(self, file: Path, shown: str | None = None) -> State:
        """A file's definition and networks. Raises ``DefinitionError`` where one of them cannot be calculated."""
        definition = load(file, shown)
        name = definition.source.file
        known = self._known.get(name)
        if known is None or known.loaded[1].source.text != definition.source.text:
            known = self._known[name] = calculate(definition, file)
        return known

    def forget_all_but(self, names: Container[str]) -> None:
        """Forget files that are gone."""
        self._known = {name: state for name, state in self._known.items() if name in names}

    def file(self, file: Path, shown: str | None = None) -> tuple[Definition, list[Entry]]:
        """A file's definition and networks. Raises ``DefinitionError``, also where a claim is wrong."""
        _, definition, entries = self.state(file, shown).sound()
        return definition, entries

    def folder(self, folder: Path) -> Catalogue:
        """All definitions below a folder. Raises ``DefinitionError`` as ``all`` does."""
        return self.all(files_in(folder))

    def all(self, files: Iterable[Path], beside: Iterable[Path] | None = None) -> Catalogue:
        """The catalogue of some definitions, which are all there is, or have others ``beside`` them.

        Raises ``DefinitionError`` with every mistake of every file, and where two pages would have one address, a file
        has a wrong name, leads out of its folder, or is related to a page that does not exist. Of the files beside them
        only the pages count; what is wrong with those is not told.
        """
        loaded, diagnostics, names = self._load(files)
        pages = [FilePages.of(definition) for _, definition, _ in loaded]
        networks = sum(len(entries) for _, _, entries in loaded)
        diagnostics += across_files(pages, networks, names, beside, is_sound=not diagnostics)
        if diagnostics:
            raise DefinitionError(diagnostics)
        return in_order(loaded)

    def _load(self, files: Iterable[Path]) -> tuple[list[Loaded], list[Diagnostic], dict[str, Path]]:
        """What can be loaded, the mistakes in the rest, and all files by their names."""
        loaded: list[Loaded] = []
        diagnostics: list[Diagnostic] = []
        names: dict[str, Path] = {}
        with collector_paused():
            for file in files:
                name = display_name(file)
                names[name] = file
                try:
                    loaded.append((file, *self.file(file, name)))
                except DefinitionError as error:
                    diagnostics += error.diagnostics
        self.forget_all_but(names)
        return loaded, diagnostics, names


def across_files(
    pages: Sequence[FilePages],
    networks: int,
    names: Mapping[str, Path],
    beside: Iterable[Path] | None,
    *,
    is_sound: bool,
) -> list[Diagnostic]:
    """The diagnostics of files together: of their names, their pages, their related pages and their number.

    ``pages`` are those of all files without diagnostics; ``is_sound`` says whether that is all of them.
    """
    diagnostics: list[Diagnostic] = []
    folders = {file.parent for file in names.values()}
    if networks > NETWORKS:
        message = f"a catalogue has at most {NETWORKS:,} networks, and these are {networks:,}"
        diagnostics.append(Diagnostic(display_name(min(folders)), 1, 1, message))
    wrong = [diagnostic for folder in folders if folder.is_dir() for diagnostic in wrong_names(folder)]
    diagnostics += [diagnostic for diagnostic in wrong if beside is None or diagnostic.file in names]
    neighbours, is_whole = _readable(beside or ())
    everything = [*neighbours, *pages]
    diagnostics += [diagnostic for diagnostic in duplicate_pages(everything) if diagnostic.file in names]
    if is_whole and is_sound and not diagnostics:  # otherwise pages are missing whose files could not be read
        diagnostics += [diagnostic for diagnostic in missing_related(everything) if diagnostic.file in names]
    return diagnostics


def _readable(files: Iterable[Path]) -> tuple[list[FilePages], bool]:
    """The pages of files that can be read, without their networks being calculated, and whether those are all."""
    pages, is_whole = [], True
    for file in files:
        try:
            pages.append(FilePages.of(load(file, display_name(file))))
        except DefinitionError:
            is_whole = False
    return pages, is_whole


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
        naming = [other for other, file in files.items() if own[slug].intersection(file.metadata.related)]
        others = catalogue.titles.keys() - own[slug]
        related[slug] = [page for page in dict.fromkeys((*definition.metadata.related, *naming)) if page in others]
    return related


def in_order(loaded: Iterable[Loaded]) -> Catalogue:
    """The catalogue by year, then by file, variants as they stand in it."""
    loaded = list(loaded)
    entries = [entry for _, _, of_file in loaded for entry in of_file]
    entries.sort(key=lambda entry: entry.network.variant.metadata.year or 9999)
    return Catalogue(
        entries, [Family(definition, of_file, file) for file, definition, of_file in loaded if definition.is_family]
    )
