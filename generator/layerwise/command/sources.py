"""Finds the networks that a command is given: by slug, by file, or by file in a git revision."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from layerwise.core.errors import LayerwiseError, UnknownNetworkError, suggestion
from layerwise.core.files import ENDINGS, display_name, files_in, pages_in, slugify
from layerwise.core.limits import FILE_BYTES

if TYPE_CHECKING:
    from layerwise.network.catalogue import Entry


def networks(name: str, folder: Path) -> list[Entry]:
    """The networks of a slug, of ``file.yml``, ``file.yml#slug`` or ``revision:file.yml``; all of those in a family.

    Raises ``DefinitionError`` for mistakes in the file, ``LayerwiseError`` where there is no such network.
    """
    file, slug = name, ""
    if "#" in name and not Path(name).is_file():
        file, _, slug = name.rpartition("#")
    if not _is_path(file):
        return _by_name(file, existing(folder))
    entries = _of_file(file)
    if not slug:
        return entries
    slugs = [entry.network.slug for entry in entries]
    if slug not in slugs:
        raise UnknownNetworkError(f"there is no network {slug!r} in {file}; {suggestion(slug, slugs, 'networks')}")
    return [entries[slugs.index(slug)]]


def existing(folder: Path) -> Path:
    """The folder of definitions. Raises ``LayerwiseError`` where it is not there."""
    if not folder.is_dir():
        raise LayerwiseError(f"there is no folder {folder}; name it with --networks")
    return folder


def text_of(name: str) -> str:
    """The text of a definition by the name that its mistakes have.

    Raises ``OSError``, ``UnicodeDecodeError`` or ``LayerwiseError`` where there is none.
    """
    path = Path(name)
    if not path.exists() and ":" in name:
        return _revision(name)
    if not path.is_file():
        raise LayerwiseError(f"{name} is no file")  # and a pipe would not end
    with path.open(encoding="utf-8-sig") as file:
        return file.read(FILE_BYTES)


def _is_path(name: str) -> bool:
    path = Path(name)
    return path.suffix in ENDINGS or (path.exists() and not path.is_dir())


def _of_file(name: str) -> list[Entry]:
    from layerwise.definition import parse
    from layerwise.network.catalogue import Loader, calculate

    path = Path(name)
    if not path.exists() and ":" in name:
        return calculate(parse(_revision(name), name), path).sound().entries
    return Loader().file(path, display_name(path))[1]


def _revision(name: str) -> str:
    """The text of ``revision:path`` in git. Raises ``LayerwiseError`` where git has no such file."""
    try:
        run = subprocess.run(  # noqa: S603 - a name that git itself reads, never an option or a shell's
            ["git", "cat-file", "blob", "--end-of-options", name],  # noqa: S607
            capture_output=True,
            check=True,
        )
        return run.stdout.decode("utf-8-sig")
    except FileNotFoundError:
        raise LayerwiseError(f"{name} is in a git revision, but there is no git") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise LayerwiseError(f"{name} cannot be read: git says: {said}") from None
    except UnicodeDecodeError as error:
        raise LayerwiseError(f"{name} is not UTF-8 at byte {error.start}") from None


def _by_name(name: str, folder: Path) -> list[Entry]:
    """The network of a name or slug, or the networks of the family of that name.

    Raises ``UnknownNetworkError``, also for ``revision:slug``: the files of a revision are not looked through.
    """
    from layerwise.core.errors import DefinitionError
    from layerwise.network.catalogue import Loader

    slug = slugify(name) or name
    pages = pages_in(folder)
    if slug in pages:  # its file alone need be calculated
        definition, entries = Loader().file(pages[slug], display_name(pages[slug]))
        found = entries if definition.slug == slug else [entry for entry in entries if entry.network.slug == slug]
        if found:
            return found
    for file in files_in(folder):  # variants that are not written one below the other
        try:
            _, entries = Loader().file(file, display_name(file))
        except DefinitionError:
            continue  # another file's mistakes do not keep this network from being found
        for entry in entries:
            pages[entry.network.slug] = file
            if entry.network.slug == slug:
                return [entry]
    revision, _, rest = name.partition(":")
    if (there := slugify(rest)) in pages:
        there = f"{revision}:{display_name(pages[there])}#{there}"
        raise UnknownNetworkError(f"in a git revision, a network is named with its file: {there}")
    raise UnknownNetworkError(f"there is no network {slug!r}; {suggestion(slug, pages, 'networks and families')}")
