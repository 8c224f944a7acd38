"""Writes the pages to disk, for use without MkDocs.

A file is replaced or deleted only if its content is known to come from here. The manifest lists those contents: before
anything is written, the old and the new content of every file that changes; after that, the new content alone. So a
run that was killed at any point leaves files that the next one recognizes.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from layerwise.core.errors import LayerwiseError
from layerwise.core.files import open_regular, read_bounded, remove_empty, stale_parts, write_whole
from layerwise.network.catalogue import used_files
from layerwise.report.data import export
from layerwise.site.front_matter import is_template, read
from layerwise.site.page import Page
from layerwise.site.renderer import Renderer

MANIFEST = ".layerwise"
"""The manifest of an output folder: SHA-256 and path of each file, in the format of ``sha256sum``."""
MAX_LISTED = 20
"""Number of files that a refusal lists."""
MAX_PAGE_BYTES = 10_000_000
"""Size of a hand-written page."""
MAX_OUTPUT_BYTES = 100_000_000
"""Size of a file in the output folder, and of the manifest: a larger file was not written here."""

Manifest = dict[str, set[str]]
"""For each path the digests of the contents that were written there, or are about to be."""


def contents(renderer: Renderer, folder: Path, docs: Path) -> dict[str, str]:
    """Return all files by path: generated pages, the hand-written pages of ``docs``, data and definitions.

    Raises ``LayerwiseError`` if ``folder`` is ``docs`` or inside it, or if a hand-written page cannot be read.
    """
    if folder.resolve().is_relative_to(docs.resolve()):
        raise LayerwiseError(f"{folder} contains the hand-written pages; write to another folder")
    texts = {page.path: page.markdown for page in renderer.generated()}
    for path in sorted(docs.rglob("*.md")) if docs.is_dir() else ():
        name = path.relative_to(docs).as_posix()
        texts[name] = _hand_written(renderer, name, path).markdown
    texts |= export.files(renderer.catalogue)
    for source in {entry.file: entry.network.definition.source for entry in renderer.catalogue.entries}.values():
        texts[f"definitions/{Path(source.file).name}"] = source.text
    used = used_files(renderer.catalogue)
    return texts | {f"definitions/{path}": text for path, text in used.items() if "/" in path}


def _hand_written(renderer: Renderer, name: str, path: Path) -> Page:
    try:
        content = read_bounded(path, MAX_PAGE_BYTES)
        if len(content) > MAX_PAGE_BYTES:
            raise LayerwiseError(f"{path} has more than {MAX_PAGE_BYTES:,} bytes")
        text = content.decode()
        return renderer.written(name, text) if is_template(read(text)) else Page(name, text)
    except OSError as error:
        raise LayerwiseError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise LayerwiseError(f"{path} is not UTF-8 at byte {error.start}") from None


class Written(NamedTuple):
    """The result of writing to a folder."""

    written: int
    unchanged: int
    deleted: list[str]
    """Files that are no longer generated."""
    kept: list[str]
    """Files that are no longer generated, but were edited."""


def write(folder: Path, texts: dict[str, str], *, force: bool = False) -> Written:
    """Write the files that are new or have changed, and delete those that are no longer generated.

    Raises ``LayerwiseError`` before anything is written if a file exists that was not written here or was edited,
    unless ``force`` is given; if a symbolic link leads elsewhere; and if the folder cannot be written to.
    """
    new = {name: text.encode() for name, text in texts.items()}
    digests = {name: _digest(content) for name, content in new.items()}
    try:
        known = _manifest(folder)
        _refuse_links(folder, new)
        old = {name: _digest_of(folder / name) for name in new}
        foreign = [name for name, digest in old.items() if digest not in (None, digests[name], *known.get(name, ()))]
        if foreign and not force:
            raise LayerwiseError(_refusal(folder, foreign))
        gone = sorted(known.keys() - new.keys())
        changed = [name for name, digest in old.items() if digest != digests[name]]
        _note(folder, {name: known.get(name, set()) | {digests[name]} for name in new} | {n: known[n] for n in gone})
        _delete_parts(folder, known.keys() | new.keys())
        for name in changed:
            write_whole(folder / name, new[name])
        deleted, kept = _delete(folder, {name: known[name] for name in gone})
        _note(folder, {name: {digests[name]} for name in new} | {name: known[name] for name in kept})
    except OSError as error:
        raise LayerwiseError(f"{os.fsdecode(error.filename or folder)} cannot be written: {error.strerror}") from None
    return Written(len(changed), len(new) - len(changed), deleted, kept)


def _refuse_links(folder: Path, names: Iterable[str]) -> None:
    """Raise ``LayerwiseError`` if a folder below ``folder`` is a symbolic link: it could lead anywhere."""
    for parent in dict.fromkeys(parent for name in names for parent in _parents(folder, name)):
        if parent.is_symlink():
            raise LayerwiseError(f"{parent} is a symbolic link, which is not followed; remove it")


def _parents(folder: Path, name: str) -> list[Path]:
    """The folders between ``folder`` and a file in it."""
    return [folder / parent for parent in Path(name).parents[:-1]]


def _delete_parts(folder: Path, names: Iterable[str]) -> None:
    """Delete the temporary files that a killed run left."""
    by_folder: dict[Path, set[str]] = {folder: {MANIFEST}}
    for name in names:
        path = folder / name
        if _is_within(path, folder):
            by_folder.setdefault(path.parent, set()).add(path.name)
    for parent, files in by_folder.items():
        for part in stale_parts(parent, files) if parent.is_dir() else ():
            part.unlink()


def _delete(folder: Path, gone: Manifest) -> tuple[list[str], list[str]]:
    """Delete files and the folders that become empty, but keep files that were edited."""
    deleted: list[str] = []
    kept: list[str] = []
    for name, digests in gone.items():
        path = folder / name
        if not _is_within(path, folder) or path.is_symlink() or not path.is_file():
            continue
        if _digest_of(path) not in digests:
            kept.append(name)
            continue
        path.unlink()
        deleted.append(name)
        remove_empty(path.parent, folder)
    return deleted, kept


def _is_within(path: Path, folder: Path) -> bool:
    """Check that a path is inside the folder: a manifest could contain any path, and a link lead anywhere."""
    return path.resolve().is_relative_to(folder.resolve())


def _refusal(folder: Path, foreign: list[str]) -> str:
    listed = [f"  {folder / name}" for name in foreign[:MAX_LISTED]]
    if len(foreign) > MAX_LISTED:
        listed.append(f"  and {len(foreign) - MAX_LISTED} more")
    return "\n".join(["refusing to overwrite files this command did not create (use --force):", *listed])


def _manifest(folder: Path) -> Manifest:
    """Read the digests of the files that were written here."""
    try:
        content = read_bounded(folder / MANIFEST, MAX_OUTPUT_BYTES)
    except FileNotFoundError:
        return {}
    known: Manifest = {}
    for line in content.decode(errors="surrogateescape").splitlines():
        digest, _, name = line.partition("  ")
        known.setdefault(name, set()).add(digest)
    return known


def _note(folder: Path, known: Manifest) -> None:
    """Write the manifest, unless it is the same."""
    lines = "".join(f"{digest}  {name}\n" for name in sorted(known) for digest in sorted(known[name]))
    content = lines.encode(errors="surrogateescape")
    if _digest_of(folder / MANIFEST) != _digest(content):
        write_whole(folder / MANIFEST, content)


def _digest_of(path: Path) -> str | None:
    """Return the digest of a file, None if there is no file, and "" for what cannot have been written here.

    Raises ``OSError`` for a folder, which no file can replace.
    """
    if path.is_symlink():
        return ""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    try:
        with open_regular(path) as file:
            too_large = os.fstat(file.fileno()).st_size > MAX_OUTPUT_BYTES
            return "" if too_large else hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
    except OSError:
        return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
