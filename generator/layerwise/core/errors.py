"""What can go wrong: mistakes in a definition, each with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class LayerwiseError(Exception):
    """The root of every error this package raises on purpose; its text is meant for the user."""


class ShapeError(LayerwiseError):
    """A layer cannot take the shape it is given."""


class UnknownNetworkError(LayerwiseError):
    """A network was asked for that no definition names."""


@dataclass(frozen=True, order=True, slots=True)
class Diagnostic:
    """One thing that is wrong in a file, at a line and column counted from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class DefinitionError(LayerwiseError):
    """All mistakes found in one or more definitions, in the order of their places, each once."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        super().__init__("\n".join(map(str, self.diagnostics)))


MAX_QUOTED = 80
"""Characters of a value that an error repeats."""


def quoted(value: Any) -> str:
    """A value as an error repeats it: as YAML says it, on one line, and cut off where it is long."""
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= MAX_QUOTED else text[:MAX_QUOTED] + "…"


MAX_NAME_COMPARED, MAX_NAMES_COMPARED = 24, 200
"""Characters of names that are compared to suggest one, and how many: comparing takes the square of the length."""


MAX_LISTED = 100
"""Names that an error lists; all kinds of layers are fewer, all networks more."""


def listing(names: Iterable[str]) -> str:
    """Names in the order of the alphabet, as an error prints them."""
    return ", ".join(sorted(names)) or "none"


def suggestion(given: str, known: Iterable[str], what: str) -> str:
    """``did you mean conv?`` where one name is close, else the list of those that exist; of very many their number."""
    names = list(known)
    if name := closest(given, names):
        return f"did you mean {name!r}?"
    return f"{what}: {listing(names)}" if len(names) <= MAX_LISTED else f"{what}: {len(names)}, none of them close"


def closest(given: str, names: Iterable[str]) -> str | None:
    """The name that was likely meant; of many names, those that begin alike are compared first."""
    short = [name for name in names if max(len(name), len(given)) <= MAX_NAME_COMPARED]
    alike = sorted(short, key=lambda name: name[:1] != given[:1])[:MAX_NAMES_COMPARED]
    return next(iter(difflib.get_close_matches(given, alike, n=1, cutoff=0.6)), None)
