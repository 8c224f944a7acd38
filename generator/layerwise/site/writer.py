"""Writes the pages to disk, for use without MkDocs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from layerwise.core.errors import LayerwiseError
from layerwise.core.files import write_whole
from layerwise.report.data import export
from layerwise.site.page import Page
from layerwise.site.renderer import Renderer

MANIFEST = ".layerwise"
"""The file that tells what was written: SHA-256 and path of each file, in the form of ``sha256sum``."""
MAX_LISTED = 20


def contents(renderer: Renderer, folder: Path, docs: Path) -> dict[str, str]:
    """All files by their paths: generated pages, the hand-written ones of ``docs``, data and definitions.

    Raises ``LayerwiseError`` where ``folder`` is the docs themselves or in them, or a hand-written page cannot be read.
    """
    if folder.resolve().is_relative_to(docs.resolve()):
        raise LayerwiseError(f"{folder} holds the hand-written pages; write to another folder")
    texts = {page.path: page.markdown for page in renderer.generated()}
    for path in sorted(docs.rglob("*.md")) if docs.is_dir() else ():
        name = path.relative_to(docs).as_posix()
        texts[name] = _written(renderer, name, path).markdown
    texts |= export.files(renderer.catalogue)
    for source in {entry.network.definition.source.file: entry.file for entry in renderer.catalogue.entries}.values():
        texts[f"definitions/{source.name}"] = source.read_text(encoding="utf-8")
    return texts


def _written(renderer: Renderer, name: str, path: Path) -> Page:
    try:
        return renderer.written(name, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise LayerwiseError(f"{path} is not UTF-8 at byte {error.start}") from None


class Written(NamedTuple):
    """What became of a folder."""

    written: int
    unchanged: int
    deleted: list[str]
    """Files that were made before and are made no longer."""
    kept: list[str]
    """Such files that were changed since."""


def write(folder: Path, texts: dict[str, str], *, force: bool = False) -> Written:
    """Write files that are not there yet or have changed, and delete those made before that are made no longer.

    Raises ``LayerwiseError`` before anything is written where that would replace what this function has not made, or
    what was changed since, unless ``force`` is given; and where the folder cannot be written to.
    """
    new = {name: text.encode() for name, text in texts.items()}
    digests = {name: _digest(content) for name, content in new.items()}
    try:
        made = _manifest(folder)
        old = {name: _digest_of(folder / name) for name in new}
        foreign = [name for name, digest in old.items() if digest not in (None, made.get(name), digests[name])]
        if foreign and not force:
            raise LayerwiseError(_refusal(folder, foreign))
        changed = [name for name, digest in old.items() if digest != digests[name]]
        made |= {name: digests[name] for name in digests.keys() - changed}
        try:
            for name in changed:
                write_whole(folder / name, new[name])
                made[name] = digests[name]
            deleted, kept = _delete(folder, made, made.keys() - new.keys())
        finally:  # also where it is interrupted
            _note(folder, made)
    except OSError as error:
        raise LayerwiseError(f"{error.filename} cannot be written: {error.strerror}") from None
    return Written(len(changed), len(new) - len(changed), deleted, kept)


def _delete(folder: Path, made: dict[str, str], gone: Iterable[str]) -> tuple[list[str], list[str]]:
    """Delete files with what that leaves empty, and forget that they were made; but keep those that were changed."""
    deleted: list[str] = []
    kept: list[str] = []
    for name in sorted(gone):
        path = folder / name
        if not _is_within(path, folder) or not path.is_file():
            del made[name]
        elif _digest_of(path) != made[name]:
            kept.append(name)
        else:
            path.unlink()
            del made[name]
            deleted.append(name)
            _remove_empty(path.parent, folder)
    return deleted, kept


def _is_within(path: Path, folder: Path) -> bool:
    """Whether a path is in the folder indeed: a manifest could hold any, and a link lead anywhere."""
    return path.resolve().is_relative_to(folder.resolve())


def _remove_empty(path: Path, folder: Path) -> None:
    """Remove a folder, and those around it up to ``folder``, where nothing is left in them."""
    while path != folder and not any(path.iterdir()):
        path.rmdir()
        path = path.parent


def _refusal(folder: Path, foreign: list[str]) -> str:
    listed = [f"  {folder / name}" for name in foreign[:MAX_LISTED]]
    if len(foreign) > MAX_LISTED:
        listed.append(f"  and {len(foreign) - MAX_LISTED} more")
    head = "these files were not made by this command, or changed since; --force replaces them:"
    return "\n".join([head, *listed])


def _manifest(folder: Path) -> dict[str, str]:
    """The digests of the files that were written here, by path."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}


def _note(folder: Path, made: dict[str, str]) -> None:
    lines = "".join(f"{made[name]}  {name}\n" for name in sorted(made))
    write_whole(folder / MANIFEST, lines.encode())


def _digest_of(path: Path) -> str | None:
    """The digest of a file; None where there is none."""
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
