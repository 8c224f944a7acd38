"""What a definition declares and does not use: parameters, values, defaults of a kind, kept outputs, and blocks.

None of it changes a number, but each is likely a slip: a column of the paper's table that came into no layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from layerwise.core.errors import Diagnostic
from layerwise.definition.reader import Reader
from layerwise.definition.yaml_source import Path, Source
from layerwise.layers import KINDS, MERGES


def unused_in(reader: Reader) -> Iterator[Diagnostic]:
    """A mistake for all that is unused but blocks, of a file that was read without mistakes."""
    source = reader.source
    yield from _unused_names(source, source.data, (), reader.used)
    for block, names in reader.used_in.items():
        yield from _unused_names(source, source.data["blocks"][block], ("blocks", block), names)
    yield from _unused_defaults(reader)
    yield from _unused_outputs(reader)


def _unused_names(source: Source, body: dict[str, Any], path: Path, used: set[str]) -> Iterator[Diagnostic]:
    """A mistake for each parameter and value of a body, a file or a block, that no expression reads."""
    unused = [declared for declared in _declared(body, path) if declared[1] not in used]
    parts = list(_layers(body, path)) if unused else []
    of_block = f" of block {path[-1]!r}" if path else ""
    for what, name, place in unused:
        message = f"{what} {name!r}{of_block} is not used; {_hint(source, parts, name)}"
        yield source.diagnostic(place, message, key=True)


def _unused_defaults(reader: Reader) -> Iterator[Diagnostic]:
    """A mistake for each kind that has defaults and no layer; those that an option like ``norm`` makes take none."""
    for kind in reader.defaults:
        if kind not in reader.kinds:
            message = f"no layer is of kind {kind!r}; delete its defaults"
            yield reader.source.diagnostic(("defaults", kind), message, key=True)


def _unused_outputs(reader: Reader) -> Iterator[Diagnostic]:
    """A mistake for each output that ``as`` keeps and no ``from`` takes."""
    taken = reader.taken
    for name, place in reader.kept.items():
        if name not in taken:
            message = f"nothing takes what is kept as {name!r}; take it with from: {name}, or delete as"
            yield reader.source.diagnostic(place, message)


def unused_blocks(source: Source, used: set[str]) -> list[Diagnostic]:
    """A mistake for each block that no network of the file uses."""
    return [
        source.diagnostic(
            ("blocks", name), f"no network uses block {name!r}; use it like a kind, or delete it", key=True
        )
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


def _layers(body: dict[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    """All that is in the layers of a block, or of a file and its blocks, each with its place."""
    yield from _parts(body["layers"], (*path, "layers"))
    for block, inner in () if path else (body.get("blocks") or {}).items():
        yield from _parts(inner["layers"], ("blocks", block, "layers"))


def _hint(source: Source, parts: Iterable[tuple[Path, Any]], name: str) -> str:
    """What was likely meant: the name with its $, or an option that is called like it."""
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?!\w)")
    for place, part in parts:
        if isinstance(part, str) and name in part and "$" not in part and word.search(part):
            return f"did you mean ${name} in line {source.values[place][0]}?"
    if name in _options() and any(_takes(part, name) for _, part in parts):
        return f"did you mean to write {name}: ${name} in one of the layers?"
    return f"use it as ${name}, or delete it"


@cache
def _options() -> set[str]:
    return {option for kind in (*KINDS.values(), *MERGES.values()) for option in kind.fields()}


def _takes(part: Any, option: str) -> bool:
    """Whether a part is a layer that has such an option, and no expression for it."""
    words = part if isinstance(part, dict) else {part: None} if isinstance(part, str) else {}
    kinds = [kind for word in words if (kind := KINDS.get(word) or MERGES.get(word))]
    return "$" not in str(words.get(option)) and any(option in kind.fields() for kind in kinds)


def _parts(data: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Some data and everything in it."""
    yield path, data
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from _parts(value, (*path, key))
