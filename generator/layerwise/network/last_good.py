"""The definitions that a server shows: of a file with errors, its last correct version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from layerwise.core.errors import Diagnostic
from layerwise.core.files import display_name, files_in
from layerwise.network.catalogue import FileState, Loader, collector_paused
from layerwise.network.pages import FilePages, duplicate_pages, missing_related


class LastGood:
    """Loads a folder in spite of errors, and keeps the last correct version of each file."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._good: dict[str, FileState] = {}

    def folder(self, folder: Path) -> list[FileState]:
        """Return the state of each file.

        A file that cannot be calculated, or has a page of another file, is shown as it was when it was correct. A file
        with wrong claims, unused names or unknown related pages is shown as it is.
        """
        names = {display_name(file): file for file in files_in(folder)}
        with collector_paused():
            states = self._states([self._loader.state(file, name) for name, file in names.items()])
        self._loader.forget_all_but(names)
        good = {state.name: state for state in states if not state.diagnostics}
        self._good = {name: state for name, state in self._good.items() if name in names} | good
        return states

    def _states(self, current: list[FileState]) -> list[FileState]:
        """The states with the last correct version where it is needed, and with diagnostics about several files."""
        shown: dict[str, FileState] = {}
        all_unique = not _duplicates({}, *current)  # otherwise the files are compared one by one
        for state in current:
            taken = [] if all_unique else _duplicates(shown, state)
            diagnostics = _sorted((*state.diagnostics, *taken))
            if state.definition is None or taken:
                shown[state.name] = FileState(state.file, state.name, diagnostics=diagnostics)
            else:
                shown[state.name] = replace(state, diagnostics=diagnostics) if diagnostics else state
        for name, state in shown.items():  # after all current versions, whose pages they must not take
            good = self._good.get(name)
            if state.definition is None and good is not None and not _duplicates(shown, good):
                shown[name] = replace(good, diagnostics=state.diagnostics, is_stale=True)
        if all(state.definition is not None for state in shown.values()):  # otherwise related pages can be missing
            _add_missing_related(shown)
        return list(shown.values())


def _duplicates(shown: dict[str, FileState], *added: FileState) -> list[Diagnostic]:
    """The diagnostics of pages of added files that another file has."""
    states = (*shown.values(), *added)
    return duplicate_pages(_pages(states))


def _add_missing_related(shown: dict[str, FileState]) -> None:
    for diagnostic in missing_related(_pages(shown.values())):
        state = shown[diagnostic.file]
        if not state.is_stale:
            shown[state.name] = replace(state, diagnostics=_sorted((*state.diagnostics, diagnostic)))


def _pages(states: Iterable[FileState]) -> list[FilePages]:
    return [FilePages.of(state.definition) for state in states if state.definition is not None]


def _sorted(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics in the order of the file, each once."""
    return tuple(sorted(set(diagnostics)))
