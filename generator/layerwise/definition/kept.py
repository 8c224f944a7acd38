"""Check the names of kept outputs: every ``from`` needs an ``as`` that it can see, and every ``as`` a ``from``.

A name is visible in the file or the block that keeps it, in the blocks used there, and, if the block exports it, where
the block is used. A name with expressions stands for every name that it can become.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from layerwise.core.errors import Diagnostic, suggestion
from layerwise.definition.items import Block
from layerwise.definition.scope import NameScope
from layerwise.definition.values import literal_parts
from layerwise.definition.words import INPUT

Scopes = Mapping[str, NameScope]
Blocks = Mapping[str, Block]


class Names:
    """Names of kept outputs, some of which have expressions in them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.exact: set[str] = set()
        self._patterns: list[re.Pattern[str]] = []
        for name in names:
            if "$" in name:
                self._patterns.append(re.compile(_pattern(name), re.DOTALL))
            else:
                self.exact.add(name)

    def __contains__(self, name: str) -> bool:
        if "$" in name:
            own = re.compile(_pattern(name), re.DOTALL)
            return bool(self._patterns) or any(own.fullmatch(exact) for exact in self.exact)
        return name in self.exact or any(pattern.fullmatch(name) for pattern in self._patterns)


def _pattern(name: str) -> str:
    """A regular expression for all names that a name with expressions can become."""
    return "".join(".*" if part is None else re.escape(part) for part in literal_parts(name))


def unknown_outputs(file: NameScope, scopes: Scopes, blocks: Blocks) -> Iterator[Diagnostic]:
    """Yield an error for each ``from`` and each export whose name nothing keeps."""
    exported = {name for block in blocks.values() for name in block.exports}
    everywhere = Names(
        [INPUT, *(name for scope in (file, *scopes.values()) for name in (*scope.kept, *scope.imported))]
    )
    everywhere.exact |= exported
    in_file = Names([INPUT, *file.kept, *file.imported, *exported])
    for name, node in file.wanted:
        if name not in in_file:
            keeper = next((block for block, scope in scopes.items() if name in Names(scope.kept)), None)
            yield node.error(unknown_output(name, everywhere) if keeper is None else _hidden(name, keeper))
    for scope in scopes.values():
        yield from (
            node.error(unknown_output(name, everywhere)) for name, node in scope.wanted if name not in everywhere
        )
    for block in (blocks[name] for name in scopes):
        inner = {name for other in blocks.values() if other is not block for name in other.exports}
        known = Names([*scopes[block.name].kept, *scopes[block.name].imported, *inner])
        for place, name in enumerate(block.exports):
            if name not in known:
                yield block.node.at("exports", place).error(unknown_output(name, known))


def unknown_output(name: str, known: Names) -> str:
    """The message for a name that no output has."""
    return f"no output is kept as {name!r}; {suggestion(name, known.exact - {INPUT}, 'kept')}"


def _hidden(name: str, block: str) -> str:
    return (
        f"{name!r} is kept inside block {block!r} only; use `as: {name}` where the block is used, "
        f"or add `exports: [{name}]` to the block"
    )


def unused_outputs(file: NameScope, scopes: Scopes, blocks: Blocks, exports: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Yield an error for each kept output that no ``from`` and no other file can use."""
    wanted = [*exports, *(name for scope in scopes.values() for name, _ in scope.wanted)]
    in_blocks, everywhere = Names(wanted), Names([*wanted, *(name for name, _ in file.wanted)])
    for block, scope in [("", file), *scopes.items()]:
        visible = Names(blocks[block].exports if block else scope.kept)
        for name, node in scope.kept.items():
            if name not in (everywhere if name in visible else in_blocks):
                yield node.error(f"output `{name}` is never used; add `from: {name}` or remove `as: {name}`")
