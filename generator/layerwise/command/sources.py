"""The networks that a command is given: by slug, by file, or by file in a git revision."""

from __future__ import annotations

import posixpath
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from layerwise.core.errors import DefinitionError, LayerwiseError, UnknownNetworkError, suggestion
from layerwise.core.files import ENDINGS, display_name, files_in, pages_in, read_bounded, slugify
from layerwise.core.limits import FILE_BYTES

if TYPE_CHECKING:
    from layerwise.network.catalogue import Entry, FileState
    from layerwise.network.finding import Selection

DEFAULT = Path("networks")
"""The folder of definitions unless another one is named."""


def networks(name: str, folder: Path) -> list[Entry]:
    """Return the networks that ``select`` finds. Raises ``DefinitionError`` for any error in their file."""
    entries, diagnostics = select(name, folder)
    if diagnostics:
        raise DefinitionError(diagnostics)
    return entries


def select(name: str, folder: Path) -> Selection:
    """Find the networks of a slug, of ``file.yml``, ``file.yml#slug`` or ``revision:file.yml``; all of a family.

    Raises ``DefinitionError`` if the file cannot be calculated, ``LayerwiseError`` if there is no such network.
    """
    from layerwise.network.finding import selection

    file, slug = name, ""
    if "#" in name and not Path(name).is_file():
        file, _, slug = name.rpartition("#")
    if not _is_path(file):
        return _by_name(file, folder)
    state = _of_file(file)
    if not slug:
        return selection(state)
    slugs = [entry.network.slug for entry in state.entries]
    if slug not in slugs:
        raise UnknownNetworkError(f"no network {slug!r} in {file}; {suggestion(slug, slugs, 'networks')}")
    return selection(state, slug)


def existing(folder: Path) -> Path:
    """Return the folder of definitions. Raises ``LayerwiseError`` if it does not exist."""
    if not folder.is_dir():
        raise LayerwiseError(f"no folder {folder}; name the folder of definitions with --networks")
    return folder


def definitions(files: Iterable[Path]) -> list[Path]:
    """Return the files, and those of the folders, each once."""
    listed = [file for given in files for file in (files_in(given) if given.is_dir() else [given])]
    return list({file.resolve(): file for file in listed}.values())


def text_of(name: str) -> str:
    """Return the text of a definition by the name that its errors have.

    Raises ``OSError``, ``UnicodeDecodeError`` or ``LayerwiseError`` if it cannot be read.
    """
    path = Path(name)
    content = _revision(name) if _is_revision(name) else read_bounded(path)
    if len(content) > FILE_BYTES:
        raise LayerwiseError(f"{name} has more than {FILE_BYTES:,} bytes")
    return content.decode("utf-8-sig")


def _is_path(name: str) -> bool:
    path = Path(name)
    return path.suffix in ENDINGS or (path.exists() and not path.is_dir())


def _is_revision(name: str) -> bool:
    return ":" in name and not Path(name).exists()


def _of_file(name: str) -> FileState:
    from layerwise.definition.files import Files
    from layerwise.definition.parsing import parse_bytes
    from layerwise.network.catalogue import calculate
    from layerwise.network.finding import state_of

    path = Path(name)
    if not _is_revision(name):
        return state_of(path)
    revision, _, inside = name.partition(":")
    folder = f"{revision}:{posixpath.dirname(inside)}/".replace(":/", ":")
    files = Files(lambda used: _revision(folder + used), lambda used: folder + used)
    return calculate(parse_bytes(_revision(name), name, files.started(posixpath.basename(inside))), path)


def _revision(name: str) -> bytes:
    """Return the content of ``revision:path`` in git, at most one byte more than a definition may have.

    Raises ``LayerwiseError`` if git has no such file.
    """
    command = ["git", "cat-file", "blob", "--end-of-options", name]
    try:
        git = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603 - no option, no shell
    except FileNotFoundError:
        raise LayerwiseError(f"{name} is in a git revision, but git is not installed") from None
    with git:
        assert git.stdout is not None
        assert git.stderr is not None
        content = git.stdout.read(FILE_BYTES + 1)
        git.stdout.close()  # git then ends, however large the file is
        message = git.stderr.read().decode(errors="replace").strip().removeprefix("fatal: ")
    if git.returncode and len(content) <= FILE_BYTES:
        raise LayerwiseError(f"{name} cannot be read: git reports: {message}")
    return content


def _by_name(name: str, folder: Path) -> Selection:
    """Find the network with a name or slug, or the networks of the family with that name.

    Raises ``UnknownNetworkError``, also for ``revision:slug``: the files of a revision are not searched.
    """
    from layerwise.network.finding import by_name

    places = searched(folder)
    try:
        return by_name(name, places)
    except UnknownNetworkError:
        revision, _, rest = name.partition(":")
        there, pages = slugify(rest), pages_in(places[0])
        if there not in pages:
            raise
        there = f"{revision}:{display_name(pages[there])}#{there}"
        raise UnknownNetworkError(f"a network in a git revision needs the name of its file: {there}") from None


def searched(folder: Path) -> list[Path]:
    """Return the folders in which names are looked up: that of definitions, by default also the shipped catalogue.

    Raises ``LayerwiseError`` if the folder does not exist and is not the default.
    """
    from layerwise.network.finding import catalogue_folder

    if folder != DEFAULT:
        return [existing(folder)]
    shipped = catalogue_folder()
    return [folder, shipped] if folder.is_dir() and not folder.samefile(shipped) else [shipped]
