"""The names that expressions can use in a file or in one of its blocks, and the names that they do use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from layerwise.core.errors import Diagnostic, suggestion
from layerwise.definition.expressions import INPUT_NAMES, ExpressionError
from layerwise.definition.values import Computed, ValueExpr, value_expr
from layerwise.definition.yaml_nodes import MappingNode, Node

Report = Callable[[Diagnostic], None]
"""Adds an error to those of the file."""


@dataclass(frozen=True, slots=True)
class NameScope:
    """A file, or a block inside it."""

    report: Report
    known: set[str]
    """The names that an expression may use here."""
    outer: NameScope | None = None
    own: set[str] = field(default_factory=set)
    """The names declared here, which hide those of the file."""
    used: set[str] = field(default_factory=set)
    """The names that expressions use; of those in a block, a file counts only what the block does not declare."""
    kept: dict[str, Node] = field(default_factory=dict)
    """The node of the first ``as`` of each name."""
    wanted: list[tuple[str, Node]] = field(default_factory=list)
    """The names after ``from``; those with expressions in them as they are written."""
    imported: set[str] = field(default_factory=set)
    """The names of outputs that backbones keep."""
    counters: list[tuple[str, Node]] = field(default_factory=list)
    """The names that repeats give their ``$index``."""
    slots: dict[str, Node] = field(default_factory=dict)
    """The slots of a block."""
    placed: set[str] = field(default_factory=set)
    """The slots that are placed among the layers of a block."""
    messages: Mapping[str, str] = field(default_factory=dict)
    """Errors for names that are known nearby, but not here."""

    def block(self) -> NameScope:
        """Return the scope of a block of this file."""
        return NameScope(self.report, self.known | INPUT_NAMES, self)

    def declare(self, name: str) -> None:
        """Let the expressions after this use a name."""
        self.known.add(name)
        self.own.add(name)

    def repeated(self, counter: str) -> NameScope:
        """Return this scope inside a ``repeat``, where ``$index`` counts, or the name it is given."""
        return replace(self, known=self.known | {counter})

    def around_repeat(self, counter: str) -> NameScope:
        """Return this scope for ``when`` and ``repeat`` themselves."""
        message = (
            f"`${counter}` is not available in `when` and `repeat`: they are evaluated once, before the first iteration"
        )
        return replace(self, messages={counter: message})

    def use(self, names: Iterable[str]) -> None:
        """Count names as used."""
        self.used.update(names)
        if self.outer is not None:
            self.outer.use(set(names) - self.own)

    def value_expr(self, node: Node) -> ValueExpr:
        """Parse a value with its expressions; report unknown names and malformed expressions."""
        try:
            result = value_expr(node)
        except ExpressionError as error:
            self.report(node.error(str(error)))
            return unreadable(node)
        if result.names:
            self.use(result.names)
            for name in sorted(result.names - self.known):
                unknown = f"${name} is not known here; {suggestion(name, self.known, 'known')}"
                self.report(node.error(self.messages.get(name, unknown)))
        return result

    def value_exprs(self, node: Node, what: str) -> dict[str, ValueExpr]:
        """Parse a mapping of values with expressions."""
        if not isinstance(node, MappingNode):
            self.report(node.error(f"expected a mapping of {what} to values"))
            return {}
        return {name: self.value_expr(value) for name, value in node.entries.items()}


def unreadable(node: Node) -> ValueExpr:
    """A placeholder for a value that cannot be parsed, so that nothing else is reported about it."""
    return Computed(node, lambda _: None, frozenset(), 1)
