"""What is wrong with the options of a layer and with the arguments of a block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from layerwise.core.docs import field_docs
from layerwise.core.errors import DefinitionError, Diagnostic, quoted, suggestion
from layerwise.core.fields import ReadError
from layerwise.core.limits import MISTAKES
from layerwise.definition.hints import name_hint, option_hint, value_hint
from layerwise.definition.items import Block, BlockItem
from layerwise.definition.scope import Report
from layerwise.definition.values import Literal, ValueExpr
from layerwise.definition.words import is_name
from layerwise.definition.yaml_nodes import Node
from layerwise.layers import AnyLayer
from layerwise.layers.cache import build


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
    more = f"too many errors; only the first {MISTAKES} are shown"
    return [*first[:MISTAKES], replace(first[MISTAKES], message=more)]


def check_options(
    report: Report, kind: type[AnyLayer], options: dict[str, ValueExpr], node: Node, *, complete: bool = True
) -> tuple[AnyLayer, ...] | None:
    """Check what can be checked now; the layers themselves where nothing depends on an expression.

    What a layer at ``node`` needs can be missing only where the options are ``complete``.
    """
    fields = kind.fields()
    for name in options.keys() - fields.keys():
        key = options[name].node
        hint = (None if is_name(name) else key.comma_hint()) or option_hint(kind, name)
        report(key.key_error(f"{kind.kind}.{name}: unknown option; {hint}"))
    given = {name: value for name, value in options.items() if name in fields}
    constants = {name: value.value for name, value in given.items() if isinstance(value, Literal)}
    try:
        parts = build(kind, constants)
    except ReadError as error:
        for name, message in option_errors(kind, error):
            if name in constants:
                report(given[name].node.error(message))
            elif complete and name not in given:
                report(node.error(message))
        return None
    return parts if len(constants) == len(options) else None


def option_errors(kind: type[AnyLayer], error: ReadError) -> list[tuple[str, str]]:
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
            if entry.kind == "name":
                problem = f"unknown name {given}; {name_hint(kind, field, entry.given) or message}"
            else:
                problem = f"{message}, got {given}"
            result.append((field, f"{label}: {problem}{value_hint(kind, field, entry.given)}"))
    return result


def argument_errors(block: Block, item: BlockItem) -> list[tuple[str, str]]:
    """What is wrong with the arguments of a block's use: (message, argument it is about)."""
    names = list(block.parameters)
    result = [
        (f"{block.name} has no parameter {name!r}; {suggestion(name, names, 'parameters')}", name)
        for name in {**item.named, **item.first}
        if name not in names
    ]
    if len(item.positional) > len(names):
        result.append(
            (f"too many values for {block.name}, got {len(item.positional)}; it takes {', '.join(names) or 'none'}", "")
        )
    given = {*names[: len(item.positional)], *item.named}
    missing = [name for name, default in block.parameters.items() if default is None and name not in given]
    if missing:
        result.append((f"{block.name} needs {', '.join(missing)}", ""))
    return result
