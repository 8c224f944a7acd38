"""What a server shows of definitions with mistakes: their last good state, and everything else as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from layerwise.core.errors import DefinitionError, Diagnostic
from layerwise.core.files import display_name, files_in, slugify
from layerwise.network.catalogue import (
    Catalogue,
    Loaded,
    Loader,
    State,
    collector_paused,
    in_order,
)
from layerwise.network.pages import FilePages, duplicate_pages, missing_related


@dataclass(frozen=True, slots=True)
class Broken:
    """A definition with mistakes."""

    file: Path
    name: str
    """What errors call the file."""
    diagnostics: tuple[Diagnostic, ...]
    shown: Loaded | None
    """What is shown of it, if anything is."""
    is_former: bool
    """Whether that is the last good state, and not the file as it is."""

    @property
    def pages(self) -> tuple[str, ...]:
        """The slugs of the pages that tell of it: its networks' and its family's, its own where nothing is shown."""
        own = slugify(self.file.stem)
        if self.shown is None:
            return (own,)
        _, definition, entries = self.shown
        slugs = [entry.network.slug for entry in entries]
        return (*slugs, definition.slug) if definition.is_family else tuple(slugs)


class Keeper:
    """Loads what can be loaded of a folder, and keeps the last good state of each file."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._good: dict[str, State] = {}

    def folder(self, folder: Path) -> tuple[Catalogue, list[Broken]]:
        """Everything that can be shown, and the definitions with mistakes.

        A file that cannot be calculated, or has the address of another, is shown as it was when it was good; one whose
        claims are wrong, that does not use what it declares, or is related to a page that does not exist, as it is.
        """
        files = {display_name(file): file for file in files_in(folder)}
        with collector_paused():
            found = _Found(self._loader, self._good, files)
        self._loader.forget_all_but(files)
        good = {name: state for name, state in found.shown.items() if name not in found.diagnostics}
        self._good = {name: state for name, state in self._good.items() if name in files} | good
        shown = {name: found.loaded(name) for name in files}
        broken = [
            Broken(files[name], name, tuple(sorted(diagnostics)), shown[name], name in found.former)
            for name, diagnostics in sorted(found.diagnostics.items())
        ]
        return in_order(filter(None, shown.values())), broken


class _Found:
    """What is shown of each file and what is wrong with it, by the files' names."""

    def __init__(self, loader: Loader, good: dict[str, State], files: dict[str, Path]) -> None:
        self.shown: dict[str, State] = {}
        self.former: set[str] = set()
        """Files of which a former state is shown."""
        self.diagnostics: dict[str, set[Diagnostic]] = {}
        for name, file in files.items():
            if not self._takes(name, file, loader) and name in good and not self._in_the_way(good[name]):
                self.shown[name] = good[name]
                self.former.add(name)
        if self.shown.keys() == files.keys():  # otherwise pages are missing that others are related to
            self._note(diagnostic for diagnostic in self._strangers() if diagnostic.file not in self.former)

    def _takes(self, name: str, file: Path, loader: Loader) -> bool:
        """Show a file as it is, if that can be done."""
        try:
            state = loader.state(file, name)
        except DefinitionError as error:
            self._note(error.diagnostics)
            return False
        self._note(state.diagnostics)
        if in_the_way := self._in_the_way(state):
            self._note(in_the_way)
            return False
        self.shown[name] = state
        return True

    def _in_the_way(self, state: State) -> list[Diagnostic]:
        """A mistake for each of its pages whose address another has."""
        return duplicate_pages(FilePages.of(shown.loaded[1]) for shown in (*self.shown.values(), state))

    def _strangers(self) -> list[Diagnostic]:
        return missing_related([FilePages.of(state.loaded[1]) for state in self.shown.values()])

    def _note(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.diagnostics.setdefault(diagnostic.file, set()).add(diagnostic)

    def loaded(self, name: str) -> Loaded | None:
        """What is shown of a file, its networks marked where it has mistakes."""
        if name not in self.shown:
            return None
        file, definition, entries = self.shown[name].loaded
        marked = [replace(entry, has_mistakes=name in self.diagnostics) for entry in entries]
        return file, definition, marked
