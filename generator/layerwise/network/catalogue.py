"""All of ``networks/``: loading, order, families, and a memory of what was calculated."""

from __future__ import annotations

import gc
import stat
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from layerwise.core.errors import DefinitionError, Diagnostic, UnknownNetworkError, suggestion
from layerwise.core.files import display_name, files_in, read_bounded, slugify, wrong_names
from layerwise.core.limits import FILE_BYTES, NETWORKS, SHOWN_ERRORS
from layerwise.definition import Definition, load, parse_bytes
from layerwise.definition.checks import limited
from layerwise.definition.files import beside
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
    faulty: frozenset[Path] = frozenset()
    """Files with errors; only a server shows their networks."""

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


@dataclass(frozen=True, slots=True)
class FileState:
    """A definition file, the networks calculated from it, and its diagnostics."""

    file: Path
    name: str
    """The name of the file in errors."""
    definition: Definition | None = None
    """None if the file cannot be read or calculated."""
    entries: list[Entry] = field(default_factory=list)
    diagnostics: tuple[Diagnostic, ...] = ()
    is_stale: bool = False
    """True if definition and entries are those of an earlier, correct version of the file."""

    def sound(self) -> FileState:
        """Return the state itself. Raises ``DefinitionError`` if it has diagnostics."""
        if self.diagnostics:
            raise DefinitionError(self.diagnostics)
        return self

    @property
    def slugs(self) -> list[str]:
        """The slugs of its pages: networks, then the family; the file's own if nothing can be shown."""
        if self.definition is None:
            return [slugify(self.file.stem)]
        slugs = [entry.network.slug for entry in self.entries]
        return [*slugs, self.definition.slug] if self.definition.is_family else slugs


def calculate(definition: Definition, file: Path) -> FileState:
    """Calculate every network of a definition.

    Raises ``DefinitionError`` with the diagnostics of all networks if one cannot be calculated at all.
    """
    calculation = Calculation(definition, file)
    while calculation.step():
        pass
    return calculation.state()


class Calculation:
    """The calculation of a definition, one network at a time."""

    def __init__(self, definition: Definition, file: Path) -> None:
        self._definition, self._file = definition, file
        self._variants = list(reversed(definition.variants))
        self._entries: list[Entry] = []
        self._diagnostics = list(definition.unused)
        self._budget = Budget()

    def step(self) -> bool:
        """Calculate the next network. Returns False if there is none left, or if the file has too many errors."""
        if not self._variants:
            return False
        try:
            network = assemble(self._definition, self._variants.pop(), self._budget)
        except DefinitionError as error:
            self._diagnostics += error.diagnostics
            if self._budget.spent or len(self._diagnostics) > SHOWN_ERRORS:
                self._variants.clear()
        else:
            claims, wrong = check(network)
            self._entries.append(Entry(network, claims, self._file))
            self._diagnostics += wrong
        return bool(self._variants)

    def state(self) -> FileState:
        """Return all networks, after the last step.

        Raises ``DefinitionError`` with the diagnostics of all networks if one cannot be calculated at all.
        """
        definition = self._definition
        if len(self._entries) < len(definition.variants):
            raise DefinitionError(limited(self._diagnostics))
        diagnostics = [*self._diagnostics, *unused_blocks(definition.root, self._budget.blocks, definition.blocks)]
        return FileState(self._file, definition.source.file, definition, self._entries, tuple(limited(diagnostics)))


class Stamp(NamedTuple):
    """Size, time and place of a file's content: if they are the same, so is the content."""

    size: int
    modified: int
    inode: int

    @classmethod
    def of(cls, file: Path) -> Stamp | None:
        """Return the stamp of a regular file of a permitted size, None for anything else."""
        try:
            found = file.stat()
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode) or found.st_size > FILE_BYTES:
            return None
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


class _Known(NamedTuple):
    """The last state of a file."""

    state: FileState
    content: bytes
    """The digest of its bytes."""
    stamp: Stamp | None
    """None if it could change without notice: right after a change, a second one can have the same time."""
    used: dict[Path, bytes | None]
    """The contents of the files that it uses; None where there is no file."""

    @property
    def uses_the_same(self) -> bool:
        """True if the files that it uses are as they were."""
        return all(_content(path) == content for path, content in self.used.items())


SETTLED = 2_000_000_000
"""Age in nanoseconds from which the time of a file identifies its version, on any file system."""


class Loader:
    """Loads definitions and keeps the state of each file, so that only changed files are read and calculated again."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def state(self, file: Path, name: str | None = None) -> FileState:
        """Return the state of a file; ``name`` is its name in errors."""
        name = name or str(file)
        known, stamp, now = self._known.get(name), Stamp.of(file), time.time_ns()
        if stamp is None:
            self._known.pop(name, None)
            return _state(file, name, lambda: load(file, name))
        is_current = known is not None and known.state.file == file and known.uses_the_same
        if known is None or known.stamp != stamp or not is_current:
            try:
                content = read_bounded(file)
            except OSError:
                return _state(file, name, lambda: load(file, name))
            digest, files = blake2b(content).digest(), beside(file)
            if known is None or known.content != digest or not is_current:
                state = _state(file, name, lambda: parse_bytes(content, name, files))
                used = {file.parent / path: found for path, found in files.seen.items()}
            else:
                state, used = known.state, known.used
            settled = stamp if now - stamp.modified > SETTLED else None
            known = self._known[name] = _Known(state, digest, settled, used)
        return known.state

    def forget_all_but(self, names: Container[str]) -> None:
        """Forget files that are gone."""
        self._known = {name: known for name, known in self._known.items() if name in names}

    def file(self, file: Path, name: str | None = None) -> tuple[Definition, list[Entry]]:
        """Return a file's definition and networks. Raises ``DefinitionError``, also if a claim is wrong."""
        state = self.state(file, name).sound()
        assert state.definition is not None  # otherwise it has diagnostics
        return state.definition, state.entries

    def folder(self, folder: Path) -> Catalogue:
        """All definitions below a folder. Raises ``DefinitionError`` as ``all`` does."""
        return self.all(files_in(folder))

    def all(self, files: Iterable[Path], beside: Iterable[Path] | None = None) -> Catalogue:
        """Return the catalogue of some definitions; ``beside`` are the other definitions, if these are not all.

        Raises ``DefinitionError`` with every error of every file, and if two pages have the same slug, or a file has a
        wrong name, leads out of its folder, or is related to a page that does not exist. Of the other definitions only
        the pages count; their errors are not reported.
        """
        states, diagnostics, names = self._load(files)
        pages = [FilePages.of(definition) for definition in _definitions(states)]
        networks = sum(len(state.entries) for state in states)
        diagnostics += across_files(pages, networks, names, beside, is_sound=not diagnostics)
        if diagnostics:
            raise DefinitionError(diagnostics)
        return in_order(states)

    def _load(self, files: Iterable[Path]) -> tuple[list[FileState], list[Diagnostic], dict[str, Path]]:
        """Return the states without diagnostics, the diagnostics of the others, and all files by name."""
        names: dict[str, Path] = {}
        states: list[FileState] = []
        with collector_paused():
            for file in files:
                name = display_name(file)
                names[name] = file
                states.append(self.state(file, name))
        self.forget_all_but(names)
        diagnostics = [diagnostic for state in states for diagnostic in state.diagnostics]
        return [state for state in states if not state.diagnostics], diagnostics, names


def _content(path: Path) -> bytes | None:
    try:
        return read_bounded(path)
    except OSError:
        return None


def _state(file: Path, name: str, read: Callable[[], Definition]) -> FileState:
    """The state of a file whose definition ``read`` returns."""
    try:
        return calculate(read(), file)
    except DefinitionError as error:
        return FileState(file, name, diagnostics=tuple(error.diagnostics))


def _definitions(states: Iterable[FileState]) -> list[Definition]:
    return [state.definition for state in states if state.definition is not None]


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


def used_files(catalogue: Catalogue) -> dict[str, str]:
    """The texts of the files that definitions use, by their paths from the folder of definitions."""
    used: dict[str, str] = {}
    for entry in catalogue.entries:
        used |= entry.network.definition.used
    return dict(sorted(used.items()))


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


def in_order(states: Iterable[FileState]) -> Catalogue:
    """Return the catalogue by year, then by file, with variants in the order of their file."""
    states = [state for state in states if state.definition is not None]
    entries = [entry for state in states for entry in state.entries]
    entries.sort(key=lambda entry: entry.network.variant.metadata.year or 9999)
    families = [
        Family(state.definition, state.entries, state.file)
        for state in states
        if state.definition is not None and state.definition.is_family
    ]
    return Catalogue(entries, families, frozenset(state.file for state in states if state.diagnostics))
