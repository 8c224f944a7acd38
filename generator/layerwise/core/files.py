"""Definition files: find them, derive the slugs of their pages, and read and write files safely."""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from io import BufferedReader
from pathlib import Path

from layerwise.core.errors import Diagnostic
from layerwise.core.limits import FILE_BYTES, SLUG_CHARACTERS

ENDINGS = (".yml", ".yaml")

_VARIANTS = re.compile(r"^variants:[^\S\n]*(?:#.*)?\n((?:(?:[ #].*)?(?:\n|\Z))+)", re.MULTILINE)
_KEY = re.compile(r"""( +)(?:"([^"]+)"|'([^']+)'|([^\s#"'][^:]*)):(?= |$)""")
_GIVEN = re.compile(r"\bslug: *([a-z0-9-]+)")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_PART = re.compile(r"\.(.+)\.[0-9]+\.part")


@lru_cache(maxsize=4096)
def slugify(name: str) -> str:
    """Convert a name to a part of an address: ``ResNet-50`` → ``resnet-50``, ``SqueezeNet 1.0`` → ``squeezenet-1-0``.

    Letters lose their case and their marks, by Unicode's compatibility decomposition: ``É²`` → ``e2``. Each ``+``
    becomes the word plus: ``U-Net++`` → ``u-net-plus-plus``. All other characters become hyphens; several in a row
    become one, and those at the ends are removed.
    """
    return re.sub(r"[^a-z0-9]+", "-", _decomposed(name).replace("+", "-plus-")).strip("-")


def lost_letters(name: str) -> str:
    """Return letters and digits that ``slugify`` cannot convert to ASCII, such as ``β``: names could differ in them."""
    return "".join(character for character in _decomposed(name) if character.isalnum() and not character.isascii())


def _decomposed(name: str) -> str:
    """Convert to lower case without marks."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def files_in(folder: Path) -> list[Path]:
    """Return the definitions in a folder by name, without hidden files and links that lead out of the folder."""
    named = sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and not path.name.startswith("."))
    return [path for path in named if not leads_out(path, folder)]


def block_files(folder: Path) -> list[Path]:
    """Return the files in the folders of a folder of definitions: blocks that several of them use."""
    folders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [file for inner in folders if not leads_out(inner, folder) for file in files_in(inner)]


def leads_out(path: Path, folder: Path) -> bool:
    """Check for a symbolic link out of the folder, whose pages would publish a file that is not part of the source."""
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def wrong_names(folder: Path) -> list[Diagnostic]:
    """Return an error for every file whose name cannot be an address, and for every link out of the folder."""
    diagnostics = []
    for path in sorted(folder.iterdir()):
        stem, ending = os.path.splitext(path.name.rstrip(". "))  # Windows takes net.yml. for net.yml
        if path.name.startswith(".") or ending.lower() not in ENDINGS:
            continue
        if leads_out(path, folder):
            message = "a symbolic link that leads out of the folder is not followed"
            diagnostics.append(Diagnostic(display_name(path), 1, 1, message))
        elif path.name != f"{stem}{ending.lower()}" or not _SLUG.fullmatch(stem) or len(stem) > SLUG_CHARACTERS:
            diagnostics.append(Diagnostic(display_name(path), 1, 1, _name_rule(stem, ending.lower())))
    return diagnostics


def _name_rule(stem: str, ending: str) -> str:
    """State the name that the file should have, which is the address of its page."""
    slug = slugify(stem)
    rule = f"at most {SLUG_CHARACTERS} small letters and digits, with hyphens between them, like resnet-50.yml"
    fits = slug and not lost_letters(stem) and len(slug) <= SLUG_CHARACTERS
    return f"the name of the file is the address of its page: {f'call it {slug}{ending}' if fits else rule}"


def display_name(file: Path) -> str:
    """Return a path as errors print it: on one line, and relative to the working directory if it is below it."""
    path = Path(os.path.abspath(file))  # links keep their own name
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else file
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in shown.as_posix())


def pages_in(folder: Path) -> dict[str, Path]:
    """Return the slugs of the networks and families in a folder, each with its file.

    Files are not parsed as YAML: variants are found only if each begins a line. That takes milliseconds, as completion
    in a shell requires.
    """
    pages: dict[str, Path] = {}
    for file in files_in(folder):
        try:
            content = read_bounded(file)
        except OSError:
            continue  # an error of whatever loads the file
        text = content.decode("utf-8-sig", errors="replace")
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
        if given := _GIVEN.search(line):
            slug = given[1]
    if slug:
        yield slug


@contextmanager
def open_regular(path: Path) -> Iterator[BufferedReader]:
    """Open a regular file for reading.

    Raises ``OSError`` for anything else: a pipe could block the reader forever, and a device might never end.
    """
    _require_regular(os.stat(path), path)  # opening a device can have effects of its own
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        _require_regular(os.fstat(descriptor), path)  # the path may have been replaced since
        yield file


def _require_regular(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", os.fspath(path))


def read_bounded(path: Path, limit: int = FILE_BYTES) -> bytes:
    """Return the content of a regular file, but at most ``limit`` + 1 bytes; more than ``limit`` means too large.

    Raises ``OSError``, also for a pipe, a device or a directory.
    """
    with open_regular(path) as file:
        return file.read(limit + 1)


def write_whole(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file atomically, so that nobody ever sees half of it, and create its parent directories.

    Raises ``FileExistsError`` if it exists and ``replace`` is false, ``OSError`` that names the file if it cannot be
    written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), error.filename) from None
    if not replace:
        path.touch(exist_ok=False)
    part = part_of(path)
    try:
        part.unlink(missing_ok=True)  # left by a killed process that had the same number
        with part.open("xb") as file:
            file.write(content)
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
            if not replace:
                path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, os.fspath(path)) from None
        raise


def part_of(path: Path) -> Path:
    """The temporary file that this process writes before it replaces ``path``."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def stale_parts(folder: Path, names: Container[str]) -> list[Path]:
    """Temporary files of ``write_whole`` that killed processes left in a folder, for files of these names."""
    parts = [(path, _PART.fullmatch(path.name)) for path in folder.iterdir()]
    return [path for path, part in parts if part and part[1] in names and path.is_file() and not path.is_symlink()]


def remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder and its parents up to ``root``, which stays, as far as they are empty."""
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
