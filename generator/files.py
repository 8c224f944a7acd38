"""Files of definitions: which there are, the pages they make as far as a glance tells, and how files are written."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

ENDINGS = (".yml", ".yaml")

_VARIANTS = re.compile(r"^variants:[^\S\n]*(?:#.*)?\n((?:(?:[ #].*)?(?:\n|\Z))+)", re.MULTILINE)
_KEY = re.compile(r"""( +)(?:"([^"]+)"|'([^']+)'|([^\s#"'][^:]*)):(?= |$)""")
_SLUG = re.compile(r"\bslug: *([a-z0-9-]+)")


def slugify(name: str) -> str:
    """``ResNet-50`` → ``resnet-50``, ``SqueezeNet 1.0`` → ``squeezenet-1-0``."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def files_in(folder: Path) -> list[Path]:
    """The definitions of a folder, in the order of their names."""
    return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and not path.name.startswith("."))


def shown_name(file: Path) -> str:
    """A path as errors print it: from where the user stands, if it is below."""
    try:
        return file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file.as_posix()


def pages_in(folder: Path) -> dict[str, Path]:
    """The slugs of the networks and families in a folder, each with its file.

    The files are looked at, not read as YAML: names of variants count where each stands at the beginning of a line.
    That takes milliseconds, as completion in a shell and the search for a file must.
    """
    pages: dict[str, Path] = {}
    for file in files_in(folder):
        try:
            text = file.read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            continue  # whoever loads it will be told
        for slug in (slugify(file.stem), *_variant_slugs(text)):
            pages.setdefault(slug, file)
    return pages


def _variant_slugs(text: str) -> Iterator[str]:
    section = _VARIANTS.search(text)
    lines = section[1].splitlines() if section else []
    slug = indent = ""
    for line in lines:
        key = _KEY.match(line)
        if key and key[1] == (indent or key[1]):
            if slug:
                yield slug
            indent, slug = key[1], slugify(key[2] or key[3] or key[4])
        if given := _SLUG.search(line):
            slug = given[1]
    if slug:
        yield slug


def write_whole(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file so that nobody ever sees half of it, making the folders around it.

    Raises ``FileExistsError`` where it exists and is not to be replaced, ``OSError`` where it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), error.filename) from None
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    if not replace:
        path.touch(exist_ok=False)
    try:
        with part.open("xb") as file:
            file.write(content)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        if not replace:
            path.unlink(missing_ok=True)
        raise
