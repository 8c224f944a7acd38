"""The networks that a command is given: by slug, by file, or by file in a git revision."""

from __future__ import annotations

import posixpath
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from layerwise.core.errors import DefinitionError, Diagnostic, LayerwiseError, UnknownNetworkError, suggestion
from layerwise.core.files import ENDINGS, display_name, files_in, pages_in, read_bounded, slugify
from layerwise.core.limits import FILE_BYTES

if TYPE_CHECKING:
    from layerwise.network.catalogue import Entry, FileState


class Selection(NamedTuple):
    """Networks of one file, and the errors that do not prevent their calculation, such as a claim that disagrees."""

    entries: list[Entry]
    diagnostics: Sequence[Diagnostic]


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
    file, slug = name, ""
    if "#" in name and not Path(name).is_file():
        file, _, slug = name.rpartition("#")
    if not _is_path(file):
        return _by_name(file, existing(folder))
    state = _of_file(file)
    if not slug:
        return _selection(state)
    slugs = [entry.network.slug for entry in state.entries]
    if slug not in slugs:
        raise UnknownNetworkError(f"no network {slug!r} in {file}; {suggestion(slug, slugs, 'networks')}")
    return _selection(state, slug)


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


def _selection(state: FileState, slug: str = "") -> Selection:
    """Select the networks of a file, or the one with a slug."""
    return Selection([entry for entry in state.entries if slug in ("", entry.network.slug)], state.diagnostics)


def _of_file(name: str) -> FileState:
    from layerwise.definition.files import Files
    from layerwise.definition.parsing import parse_bytes
    from layerwise.network.catalogue import Loader, calculate

    path = Path(name)
    if _is_revision(name):
        revision, _, inside = name.partition(":")
        folder = f"{revision}:{posixpath.dirname(inside)}/".replace(":/", ":")
        files = Files(lambda used: _revision(folder + used), lambda used: folder + used)
        state = calculate(parse_bytes(_revision(name), name, files.started(posixpath.basename(inside))), path)
    else:
        state = Loader().state(path, display_name(path))
    if state.definition is None:
        raise DefinitionError(state.diagnostics)
    return state


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
    from layerwise.network.catalogue import Loader

    slug = slugify(name) or name
    pages = pages_in(folder)
    if slug in pages:  # only its file must be calculated
        state = _of_file(str(pages[slug]))
        is_family = state.definition is not None and state.definition.slug == slug
        selection = _selection(state, "" if is_family else slug)
        if selection.entries:
            return selection
    for file in files_in(folder):  # variants that are not written one per line
        state = Loader().state(file, display_name(file))  # without networks if the file has errors
        pages |= {entry.network.slug: file for entry in state.entries}
        if (selection := _selection(state, slug)).entries:
            return selection
    revision, _, rest = name.partition(":")
    if (there := slugify(rest)) in pages:
        there = f"{revision}:{display_name(pages[there])}#{there}"
        raise UnknownNetworkError(f"a network in a git revision needs the name of its file: {there}")
    raise UnknownNetworkError(f"no network {slug!r}; {suggestion(slug, pages, 'networks and families')}")
