"""Find unused declarations: parameters, values, defaults of a kind, kept outputs and blocks.

They change no number, but are likely errors: a column of the paper's table that no layer uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from layerwise.core.errors import Diagnostic
from layerwise.definition.declared import declared, used_names
from layerwise.definition.items import Block
from layerwise.definition.kept import unused_outputs
from layerwise.definition.reader import Reader
from layerwise.definition.yaml_nodes import MappingNode, Node, ScalarNode, entries_of
from layerwise.layers import KINDS, MERGES


def unused_in(root: MappingNode, reader: Reader, exports: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Yield an error for everything but blocks that is unused, in a file that was read without errors."""
    blocks = entries_of(root.get("blocks"))
    layers = [root.at("layers"), *(block.at("layers") for block in blocks.values())]
    yield from _unused_names(root, layers, "", reader.scope.used)
    for name, scope in reader.scopes.items():
        yield from _unused_names(blocks[name], [blocks[name].at("layers")], f" of block {name!r}", scope.used)
    for scope in (reader.scope, *reader.scopes.values()):
        for name, node in scope.counters:
            if name not in scope.used:
                yield node.error(f"the number of iterations {name!r} is never used; use it as ${name}, or delete index")
        for name, node in scope.slots.items():
            if name not in scope.placed:
                yield node.key_error(f"slot {name!r} is never used; place its layers with ${name}, or delete it")
    yield from _unused_defaults(root, reader)
    if root.get("layers") is None:  # a file of blocks: others use what its blocks export
        exports = (*exports, *(name for block in reader.blocks.values() for name in block.exports))
    yield from unused_outputs(reader.scope, reader.scopes, reader.blocks, exports)


def _unused_names(body: Node, layers: list[Node], of_block: str, used: set[str]) -> Iterator[Diagnostic]:
    """Yield an error for each parameter and value of a file or a block that no expression uses."""
    unused = [declared for declared in _declared(body) if declared[1] not in used]
    parts = [part for node in layers for part in node.walk()] if unused else []
    for what, name, node in unused:
        yield node.key_error(f"{what} {name!r}{of_block} is never used; {_hint(parts, name)}")


def _unused_defaults(root: MappingNode, reader: Reader) -> Iterator[Diagnostic]:
    """Yield an error for each kind with defaults and no layer; layers made by an option like ``norm`` take none."""
    for kind, node in entries_of(root.get("defaults")).items():
        if kind not in reader.items.kinds:
            yield node.key_error(f"the defaults of {kind!r} are never used; delete them")


def unused_blocks(root: MappingNode, used: set[int], blocks: Mapping[str, Block]) -> list[Diagnostic]:
    """Return an error for each block that no network of the file uses; ``used`` are the identities of the others."""
    return [
        node.key_error(f"block {name!r} is never used; use it like a layer kind, or delete it")
        for name, node in entries_of(root.get("blocks")).items()
        if id(blocks[name]) not in used
    ] + [
        node.error(f"block {name!r} is never used; use it like a layer kind, or delete it here")
        for names in entries_of(root.get("use")).values()
        for name, node in used_names(names)
        if id(blocks[name]) not in used
    ]


def _declared(body: Node) -> Iterator[tuple[str, str, Node]]:
    """Yield what is declared, its name, and where."""
    yield from (("parameter", name, node) for name, node, _ in declared(body.get("parameters")))
    yield from (("value", name, node) for name, node in entries_of(body.get("let")).items())


def _hint(parts: Iterable[Node], name: str) -> str:
    """Suggest what was likely meant: the name with its $, or an option of the same name."""
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?!\w)")
    for part in parts:
        text = part.value if isinstance(part, ScalarNode) else None
        if isinstance(text, str) and name in text and "$" not in text and word.search(text):
            return f"did you mean ${name} in line {part.line}?"
    if name in _options() and any(_takes(part, name) for part in parts):
        return f"did you mean to write {name}: ${name} in one of the layers?"
    return f"use it as ${name}, or delete it"


@cache
def _options() -> set[str]:
    return {option for kind in (*KINDS.values(), *MERGES.values()) for option in kind.fields()}


def _takes(part: Node, option: str) -> bool:
    """True where a part is a layer that has such an option, and no expression for it."""
    words = entries_of(part) or ([part.value] if isinstance(part, ScalarNode) and isinstance(part.value, str) else [])
    kinds = [kind for word in words if (kind := KINDS.get(word) or MERGES.get(word))]
    given = part.get(option)
    has_expression = given is not None and "$" in str(given.data)
    return not has_expression and any(option in kind.fields() for kind in kinds)
