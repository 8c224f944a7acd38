"""Check the options of layers and the arguments of blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from layerwise.core.docs import field_docs
from layerwise.core.errors import DefinitionError, Diagnostic, quoted, suggestion
from layerwise.core.fields import ReadError
from layerwise.core.limits import SHOWN_ERRORS
from layerwise.definition.declared import declared
from layerwise.definition.hints import name_hint, option_hint, value_hint
from layerwise.definition.items import Block, BlockItem
from layerwise.definition.scope import Report
from layerwise.definition.values import Literal, ValueExpr
from layerwise.definition.words import is_name
from layerwise.definition.yaml_nodes import Node
from layerwise.layers import AnyLayer
from layerwise.layers.cache import build


class Diagnostics(list[Diagnostic]):
    """The errors of one file. When there are too many, ``append`` raises ``DefinitionError`` and reading ends."""

    def append(self, diagnostic: Diagnostic) -> None:
        """Add one."""
        super().append(diagnostic)
        if len(self) > SHOWN_ERRORS:
            raise DefinitionError(limited(self))


def limited(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the errors to show for a file, in order; of too many only the first, and a message that says so."""
    first = sorted(set(diagnostics))
    if len(first) <= SHOWN_ERRORS:
        return first
    more = f"too many errors; only the first {SHOWN_ERRORS} are shown"
    return [*first[:SHOWN_ERRORS], replace(first[SHOWN_ERRORS], message=more)]


def check_options(
    report: Report, kind: type[AnyLayer], options: dict[str, ValueExpr], node: Node, *, complete: bool = True
) -> tuple[AnyLayer, ...] | None:
    """Check constant options; return the layers if no option depends on an expression.

    Missing options are reported at ``node`` if the options are ``complete``.
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
    """Return the wrong options of a layer, each with a message: its name, the value and the allowed values."""
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


def _slots(block: Block) -> list[tuple[str, bool]]:
    """The slots of a block, and whether each has default layers, which may not have been read yet."""
    given = {name for name, _, default in declared(block.node.get("slots")) if default}
    return [(name, name in given) for name in block.slots]


def argument_errors(block: Block, item: BlockItem) -> list[tuple[str, str]]:
    """Return the errors in the arguments of a block use: (message, name of the argument)."""
    names = list(block.parameters)
    known = [*names, *block.slots]
    result = [
        (f"{block.name} has no parameter {name!r}; {suggestion(name, known, 'parameters')}", name)
        for name in {**item.named, **item.slots, **item.first}
        if name not in (known if name in item.slots else names)
    ]
    if len(item.positional) > len(names):
        result.append(
            (f"too many values for {block.name}, got {len(item.positional)}; it takes {', '.join(names) or 'none'}", "")
        )
    given = {*names[: len(item.positional)], *item.named}
    missing = [name for name, default in block.parameters.items() if default is None and name not in given]
    missing += [name for name, default in _slots(block) if not default and name not in item.slots]
    if missing:
        result.append((f"{block.name} needs {', '.join(missing)}", ""))
    return result
