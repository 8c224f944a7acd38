"""The files that a definition uses: found next to it, read once, without cycles, and within limits."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

from layerwise.core.errors import DefinitionError, LayerwiseError, quoted
from layerwise.core.files import ENDINGS, display_name, leads_out, read_bounded
from layerwise.core.limits import USE_DEPTH, USED_FILES
from layerwise.definition.module import Module

Read = Callable[[str], bytes]
"""Returns the content of a file by its path from the folder of the definition. Raises ``OSError`` if there is none."""
Parse = Callable[[bytes, str, "Files"], Module]
"""Reads the content of a file by its name in errors. Raises ``DefinitionError``."""

_NAME = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*/)?[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
MAX_CACHED = 64
_cache: dict[tuple[str, bytes], tuple[Module, dict[str, bytes | None]]] = {}
"""Files that have been read, by name and content, with the files that they use in turn."""


class UseError(ValueError):
    """A file that cannot be used; the message states the reason."""


class Files:
    """The files that a definition can use, and those that it did."""

    def __init__(self, read: Read, shown: Callable[[str], str], folder: str = "", chain: tuple[str, ...] = ()) -> None:
        self._read = read
        self._shown = shown
        self._folder = folder
        self._chain = chain
        self.seen: dict[str, bytes | None] = {}
        """The content of each file that was looked for, by its path; None where there is none."""

    def module(self, name: object, parse: Parse) -> Module:
        """Read a file by its name without ending, such as ``blocks/mobile``. Raises ``UseError``."""
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise UseError(f"expected the name of a file without its ending, like blocks/mobile, got {quoted(name)}")
        path, content = self._find(posixpath.join(self._folder, name))
        shown = self._shown(path)
        if path in self._chain:
            raise UseError(f"files cannot use each other: {' uses '.join([*map(self._shown, self._chain), shown])}")
        if len(self._chain) > USE_DEPTH:
            raise UseError(f"files use each other at most {USE_DEPTH} levels deep")
        module = self._cached(shown, content)
        if module is None:
            inner = Files(self._read, self._shown, posixpath.dirname(path), (*self._chain, path))
            try:
                module = parse(content, shown, inner)
            except DefinitionError as error:
                first, *more = error.diagnostics
                rest = f" (and {len(more)} more)" if more else ""
                raise UseError(f"{shown} has errors: {first}{rest}") from None
            finally:
                self.seen |= inner.seen
            if len(_cache) >= MAX_CACHED:
                _cache.clear()
            _cache[shown, content] = module, inner.seen
        self._check_number()
        return module

    def started(self, file: str) -> Files:
        """The same files for a definition with a path of its own, which they cannot use in turn."""
        return Files(self._read, self._shown, self._folder, (file,))

    def _find(self, name: str) -> tuple[str, bytes]:
        for ending in ENDINGS:
            path = name + ending
            try:
                self.seen[path] = content = self._read(path)
            except (OSError, LayerwiseError):
                self.seen[path] = None
            else:
                return path, content
        raise UseError(f"there is no file {self._shown(name + ENDINGS[0])}")

    def _cached(self, shown: str, content: bytes) -> Module | None:
        """A file that has been read before, if the files that it uses are still the same."""
        module, used = _cache.get((shown, content), (None, {}))
        if module is None or any(self._content(path) != before for path, before in used.items()):
            return None
        self.seen |= used
        return module

    def _content(self, path: str) -> bytes | None:
        try:
            return self._read(path)
        except (OSError, LayerwiseError):
            return None

    def _check_number(self) -> None:
        if sum(content is not None for content in self.seen.values()) > USED_FILES:
            raise UseError(f"too many files; a definition uses at most {USED_FILES}, directly or through others")


def beside(file: Path) -> Files:
    """The files next to a definition."""
    folder = file.parent

    def read(path: str) -> bytes:
        found = folder / path
        if leads_out(found, folder):
            raise FileNotFoundError(path)
        return read_bounded(found)

    return Files(read, lambda path: display_name(folder / path)).started(file.name)


def embedded(texts: dict[str, str], file: str) -> Files:
    """Files whose texts are known by their paths."""

    def read(path: str) -> bytes:
        if path not in texts:
            raise FileNotFoundError(path)
        return texts[path].encode()

    return Files(read, lambda path: path).started(file)


def nowhere() -> Files:
    """No files: a definition that is only a string."""
    return embedded({}, "")
