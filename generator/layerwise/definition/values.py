"""Values with expressions in them: ``$name``, ``$name[1]``, ``$name.1`` and ``$(…)`` inside strings and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from layerwise.core.errors import quoted
from layerwise.core.limits import VALUES
from layerwise.definition.expressions import Evaluate, Expression, ExpressionError, Scope, Values, expression
from layerwise.definition.yaml_nodes import Node, ScalarNode, SequenceNode


@dataclass(frozen=True, slots=True)
class Literal:
    """A value without expressions."""

    node: Node
    """The node of the value."""
    value: Any
    names: ClassVar[frozenset[str]] = frozenset()
    cost: ClassVar[int] = 1

    def evaluate(self, _: Scope) -> Any:
        """Return the value, which is the same in every scope."""
        return self.value

    def placed(self, node: Node) -> Literal:
        """Return this value with another place for its errors."""
        return Literal(node, self.value)


@dataclass(frozen=True, slots=True)
class Computed:
    """A value with expressions in it, parsed once and evaluated for every use."""

    node: Node
    """The node of the value."""
    evaluate: Evaluate
    """The value in a scope. Raises ``ExpressionError``."""
    names: frozenset[str]
    """The names it uses."""
    cost: int
    """The maximum work of evaluating it, in parts of expressions and entries of lists."""

    def placed(self, node: Node) -> Computed:
        """Return this value with another place for its errors."""
        return replace(self, node=node)


ValueExpr = Literal | Computed


def value_expr(node: Node) -> ValueExpr:
    """Parse a scalar or list of a definition. Raises ``ExpressionError`` where an expression in it is malformed."""
    if isinstance(node, SequenceNode):
        return _list(node, [value_expr(item) for item in node.items])
    if not isinstance(node, ScalarNode):
        raise ExpressionError("expected a number, a truth value, a string or a list, not a mapping")
    if isinstance(node.value, str) and "$" in node.value:
        return _text(node, node.value)
    return Literal(node, node.value)


def _list(node: Node, items: list[ValueExpr]) -> ValueExpr:
    if all(isinstance(item, Literal) for item in items):
        return Literal(node, Values([item.evaluate({}) for item in items]))
    names = frozenset[str]().union(*(item.names for item in items))
    cost = 1 + sum(item.cost for item in items)
    return Computed(node, lambda scope: Values([item.evaluate(scope) for item in items]), names, cost)


_NAME = re.compile(r"[A-Za-z_]\w*(?:\[[^\[\]]*\]|(?P<places>(?:\.[0-9]+)+))?", re.ASCII)
"""A name, with an index in brackets or, where YAML would want quotes for these, after dots."""


def _text(node: Node, text: str) -> Computed:
    """Parse a string with expressions; a string that is a single expression keeps the type of its value."""
    if len(text) > VALUES:
        raise ExpressionError(f"a string with expressions has at most {VALUES:,} characters")
    pieces = [expression(piece) if is_expression else piece for is_expression, piece in _split(text)]
    expressions = [piece for piece in pieces if isinstance(piece, Expression)]
    if len(pieces) == 1:
        return Computed(node, *expressions[0])
    names = frozenset[str]().union(*(piece.names for piece in expressions))
    cost = 1 + len(pieces) - len(expressions) + sum(piece.cost for piece in expressions)

    def evaluate(scope: Scope) -> str:
        return _joined([piece if isinstance(piece, str) else _printed(piece.evaluate(scope)) for piece in pieces])

    return Computed(node, evaluate, names, cost)


def _joined(pieces: list[str]) -> str:
    if sum(map(len, pieces)) > VALUES:
        raise ExpressionError(f"the resulting string has more than {VALUES:,} characters")
    return "".join(pieces)


def _printed(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ExpressionError(f"only a number or a string can be inserted into a string, not {quoted(value)}")
    return str(value)


def _split(text: str) -> list[tuple[bool, str]]:
    """Split a string into pairs (is it an expression, its source), without empty pieces."""
    pieces: list[tuple[bool, str]] = []
    end = 0
    while (start := text.find("$", end)) >= 0:
        if end < start:
            pieces.append((False, text[end:start]))
        if text[start + 1 : start + 2] == "(":
            end = _closing(text, start + 1) + 1
            pieces.append((True, text[start + 2 : end - 1]))
        elif match := _NAME.match(text, start + 1):
            end = match.end()
            pieces.append((True, re.sub(r"\.([0-9]+)", r"[\1]", match.group()) if match["places"] else match.group()))
        else:
            raise ExpressionError(f"expected a name or an expression in parentheses after $: {quoted(text)}")
    if end < len(text):
        pieces.append((False, text[end:]))
    return pieces


def _closing(text: str, opening: int) -> int:
    """Return the index of the parenthesis that closes the one at ``opening``."""
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ExpressionError(f"unclosed parenthesis: {quoted(text)}")


def literal_parts(text: str) -> list[str | None]:
    """The parts of a string with expressions; None stands for an expression. A malformed string is one expression."""
    try:
        return [None if is_expression else piece for is_expression, piece in _split(text)]
    except ExpressionError:
        return [None]
