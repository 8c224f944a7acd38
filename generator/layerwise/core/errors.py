"""Errors in definitions, each with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class LayerwiseError(Exception):
    """The base of all errors that this package raises on purpose; the message is for the user."""


class ShapeError(LayerwiseError):
    """A layer cannot take its input shapes."""


class UnknownNetworkError(LayerwiseError):
    """No definition has the requested network."""


@dataclass(frozen=True, order=True, slots=True)
class Diagnostic:
    """An error in a file, at a line and column counted from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class DefinitionError(LayerwiseError):
    """All errors in one or more definitions, sorted by place, without duplicates."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        super().__init__("\n".join(map(str, self.diagnostics)))


MAX_QUOTED = 80
"""Characters of a value that an error quotes."""


def quoted(value: Any) -> str:
    """Format a value for an error: as in YAML, on one line, and shortened."""
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= MAX_QUOTED else text[:MAX_QUOTED] + "…"


MAX_NAME_COMPARED, MAX_NAMES_COMPARED = 24, 200
"""Characters and number of names compared for a suggestion: the time is quadratic in the length."""


MAX_LISTED = 100
"""Names that an error lists: more than there are kinds of layers."""


def listing(names: Iterable[str]) -> str:
    """Format names in alphabetical order."""
    return ", ".join(sorted(names)) or "none"


def suggestion(given: str, known: Iterable[str], what: str) -> str:
    """Return ``did you mean conv?`` if a name is close, else a list of all names, or the number of very many."""
    names = list(known)
    if name := closest(given, names):
        return f"did you mean {name!r}?"
    return f"{what}: {listing(names)}" if len(names) <= MAX_LISTED else f"{what}: {len(names)}, none of them close"


def closest(given: str, names: Iterable[str]) -> str | None:
    """Return the closest name; of many names, those with the same first letter are compared first."""
    short = [name for name in names if max(len(name), len(given)) <= MAX_NAME_COMPARED]
    alike = sorted(short, key=lambda name: name[:1] != given[:1])[:MAX_NAMES_COMPARED]
    return next(iter(difflib.get_close_matches(given, alike, n=1, cutoff=0.6)), None)
