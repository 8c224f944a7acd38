"""What a definition declares and does not use: parameters, values named by ``let``, and blocks.

None of it changes a number, but each is likely a slip: a column of the paper's table that came into no layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.definition.source import Path, Source
from generator.errors import Mistake
from generator.layers import JOINS, KINDS


def unused_names(source: Source, used: set[str], used_in: Mapping[str, set[str]]) -> Iterator[Mistake]:
    """A mistake for each parameter and value that no expression reads, of a file that was read without mistakes.

    ``used`` are the names of the file that are read, ``used_in`` those that each block reads.
    """
    yield from _unused_names(source, source.data, (), used)
    for block, names in used_in.items():
        yield from _unused_names(source, source.data["blocks"][block], ("blocks", block), names)


def _unused_names(source: Source, body: dict[str, Any], path: Path, used: set[str]) -> Iterator[Mistake]:
    of_block = f" of block {path[-1]!r}" if path else ""
    for what, name, place in _declared(body, path):
        if name not in used:
            message = f"{what} {name!r}{of_block} is not used; {_hint(source, body, path, name)}"
            yield source.mistake(place, message, key=True)


def unused_blocks(source: Source, used: set[str]) -> list[Mistake]:
    """A mistake for each block that no network of the file uses."""
    return [
        source.mistake(("blocks", name), f"no network uses block {name!r}; use it like a kind, or delete it", key=True)
        for name in source.data.get("blocks") or ()
        if name not in used
    ]


def _declared(body: dict[str, Any], path: Path) -> Iterator[tuple[str, str, Path]]:
    """What is declared, its name, and where."""
    parameters = body.get("parameters") or ()
    for place, name in enumerate(parameters):
        yield "parameter", name, (*path, "parameters", name if isinstance(parameters, dict) else place)
    for name in body.get("let") or ():
        yield "value", name, (*path, "let", name)


def _hint(source: Source, body: dict[str, Any], path: Path, name: str) -> str:
    """What was likely meant: the name with its $, or an option that is called like it."""
    layers = list(_values(body.get("layers"), (*path, "layers")))
    for block in () if path else body.get("blocks") or ():
        layers += _values(body["blocks"][block]["layers"], ("blocks", block, "layers"))
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?!\w)")
    for place, value in layers:
        if isinstance(value, str) and "$" not in value and word.search(value):
            return f"did you mean ${name} in line {source.values[place][0]}?"
    if any(_takes(value, name) for _, value in layers):
        return f"did you mean to write {name}: ${name} in one of {'its' if path else 'the'} layers?"
    return f"use it as ${name}, or delete it"


def _takes(value: Any, option: str) -> bool:
    """Whether a value is a layer that has such an option, and no expression for it."""
    words = value if isinstance(value, dict) else {value: None} if isinstance(value, str) else {}
    kinds = [kind for word in words if (kind := KINDS.get(word) or JOINS.get(word))]
    return "$" not in str(words.get(option)) and any(option in kind.model_fields for kind in kinds)


def _values(data: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """A value and all values in it, each with its place."""
    yield path, data
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from _values(value, (*path, key))
