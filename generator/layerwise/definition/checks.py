"""What is wrong with the options of a layer and with the arguments of a block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from layerwise.core.docs import field_docs
from layerwise.core.errors import DefinitionError, Diagnostic, quoted, suggestion
from layerwise.core.fields import ReadError
from layerwise.core.limits import MISTAKES
from layerwise.definition.hints import value_hint
from layerwise.definition.items import Block, BlockItem
from layerwise.layers import AnyLayer


class Diagnostics(list[Diagnostic]):
    """The mistakes of one file. With as many as are told, reading ends: ``append`` raises ``DefinitionError``."""

    def append(self, diagnostic: Diagnostic) -> None:
        """Add one."""
        super().append(diagnostic)
        if len(self) > MISTAKES:
            raise DefinitionError(limited(self))


def limited(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The mistakes of a file that are told, in order; of too many the first ones, and that there are more."""
    first = sorted(set(diagnostics))
    if len(first) <= MISTAKES:
        return first
    more = f"there are more mistakes; of a file {MISTAKES} are told"
    return [*first[:MISTAKES], replace(first[MISTAKES], message=more)]


def option_mistakes(kind: type[AnyLayer], error: ReadError) -> list[tuple[str, str]]:
    """The options a layer refused, each with a message that names it, what was given and what is allowed."""
    result = []
    for entry in error.problems:
        field = str(entry.place[0])
        label = kind.kind if field == "size" else f"{kind.kind}.{field}"
        if entry.kind == "missing":
            description = field_docs(kind).get(field, "")
            result.append(
                (field, f"{label} needs its {'size' if field == 'size' else field}: {description.rstrip('.')}")
            )
        else:
            message, given = entry.message, quoted(entry.given)
            limited = f"unknown name {given}; {message}" if entry.kind == "name" else f"{message}, got {given}"
            result.append((field, f"{label}: {limited}{value_hint(kind, field, entry.given)}"))
    return result


def argument_mistakes(block: Block, item: BlockItem) -> list[tuple[str, str]]:
    """What is wrong with the arguments of a block's use: (message, argument it is about)."""
    names = list(block.parameters)
    result = [
        (f"{block.name} has no parameter {name!r}; {suggestion(name, names, 'parameters')}", name)
        for name in {**item.named, **item.first}
        if name not in names
    ]
    if len(item.positional) > len(names):
        result.append((f"{block.name} takes {', '.join(names) or 'no values'}, got {len(item.positional)} values", ""))
    given = {*names[: len(item.positional)], *item.named}
    missing = [name for name, default in block.parameters.items() if default is None and name not in given]
    if missing:
        result.append((f"{block.name} needs {', '.join(missing)}", ""))
    return result
