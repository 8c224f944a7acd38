"""Check the names of kept outputs: every ``from`` needs an ``as`` that it can see, and every ``as`` a ``from``.

A name is visible in the file or the block that keeps it, in the blocks used there, and, if the block exports it, where
the block is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from layerwise.core.errors import Diagnostic, suggestion
from layerwise.definition.items import Block
from layerwise.definition.scope import NameScope

Scopes = Mapping[str, NameScope]
Blocks = Mapping[str, Block]


def unknown_outputs(file: NameScope, scopes: Scopes, blocks: Blocks) -> Iterator[Diagnostic]:
    """Yield an error for each ``from`` and each export whose name nothing keeps."""
    exported = {name for block in blocks.values() for name in block.exports}
    everywhere = {name for scope in (file, *scopes.values()) for name in scope.kept}
    for name, node in file.wanted:
        if name not in file.kept and name not in exported:
            keeper = next((block for block, scope in scopes.items() if name in scope.kept), None)
            yield node.error(_unknown(name, everywhere) if keeper is None else _hidden(name, keeper))
    for scope in scopes.values():
        yield from (node.error(_unknown(name, everywhere)) for name, node in scope.wanted if name not in everywhere)
    for block in blocks.values():
        inner = {name for other in blocks.values() if other is not block for name in other.exports}
        known = {*scopes[block.name].kept, *inner}
        for place, name in enumerate(block.exports):
            if name not in known:
                yield block.node.at("exports", place).error(_unknown(name, known))


def _unknown(name: str, known: set[str]) -> str:
    return f"no output is kept as {name!r}; {suggestion(name, known, 'kept')}"


def _hidden(name: str, block: str) -> str:
    return (
        f"{name!r} is kept inside block {block!r} only; use `as: {name}` where the block is used, "
        f"or add `exports: [{name}]` to the block"
    )


def unused_outputs(file: NameScope, scopes: Scopes, blocks: Blocks) -> Iterator[Diagnostic]:
    """Yield an error for each kept output that no ``from`` can use."""
    in_blocks = {name for scope in scopes.values() for name, _ in scope.wanted}
    everywhere = in_blocks | {name for name, _ in file.wanted}
    for block, scope in [("", file), *scopes.items()]:
        visible = blocks[block].exports if block else scope.kept
        for name, node in scope.kept.items():
            if name not in (everywhere if name in visible else in_blocks):
                yield node.error(f"output `{name}` is never used; add `from: {name}` or remove `as: {name}`")
