"""Networks by name: in folders of definitions, and in the catalogue that comes with this package."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from layerwise.core.errors import DefinitionError, Diagnostic, UnknownNetworkError, suggestion
from layerwise.core.files import display_name, files_in, pages_in, slugify
from layerwise.network.catalogue import Entry, FileState, Loader

PACKAGE = Path(__file__).parents[1]


def catalogue_folder() -> Path:
    """The definitions of the catalogue: in the package, or next to its sources."""
    packaged = PACKAGE / "catalogue"
    return packaged if packaged.is_dir() else PACKAGE.parents[1] / "networks"


class Selection(NamedTuple):
    """Networks of one file, and the errors that do not prevent their calculation, such as a claim that disagrees."""

    entries: list[Entry]
    diagnostics: Sequence[Diagnostic]


@cache
def _loader() -> Loader:
    """Keeps what was calculated."""
    return Loader()


def state_of(file: Path) -> FileState:
    """The state of a definition file. Raises ``DefinitionError`` if it cannot be calculated."""
    state = _loader().state(file, display_name(file))
    if state.definition is None:
        raise DefinitionError(state.diagnostics)
    return state


def selection(state: FileState, slug: str = "") -> Selection:
    """Select the networks of a file, or the one with a slug."""
    return Selection([entry for entry in state.entries if slug in ("", entry.network.slug)], state.diagnostics)


def by_name(name: str, folders: Sequence[Path]) -> Selection:
    """Find the network with a name or slug, or the networks of a family, in the first folder that has it.

    Raises ``UnknownNetworkError`` if no folder has it, ``DefinitionError`` if its file cannot be calculated.
    """
    slug, pages = slugify(name) or name, dict[str, Path]()
    for folder in folders:
        found = _in_folder(slug, folder, pages)
        if found.entries:
            return found
    raise UnknownNetworkError(f"no network {slug!r}; {suggestion(slug, pages, 'networks and families')}")


def _in_folder(slug: str, folder: Path, pages: dict[str, Path]) -> Selection:
    """The networks of a slug in a folder; adds its pages to those that are known."""
    here = pages_in(folder)
    pages |= here
    if slug in here:  # only its file must be calculated
        state = state_of(here[slug])
        is_family = state.definition is not None and state.definition.slug == slug
        if (found := selection(state, "" if is_family else slug)).entries:
            return found
    for file in () if folder.samefile(catalogue_folder()) else files_in(folder):
        state = _loader().state(file, display_name(file))  # variants that are not written one per line
        pages |= {entry.network.slug: file for entry in state.entries}
        if (found := selection(state, slug)).entries:
            return found
    return Selection([], ())
