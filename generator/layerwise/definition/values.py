"""Values of definitions with expressions in them: ``$name``, ``$name[1]`` and ``$(…)`` inside texts and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from layerwise.core.errors import quoted
from layerwise.core.limits import VALUES
from layerwise.definition.expressions import Evaluate, ExpressionError, Values, expression


@dataclass(frozen=True, slots=True)
class ValueExpr:
    """A value of a definition that may contain expressions, read once and evaluated for every use."""

    evaluate: Evaluate
    """The value in a scope. Raises ``ExpressionError``."""
    names: frozenset[str]
    """The names it uses."""
    constant: bool
    """Whether it contains no expression at all."""
    cost: int = 1
    """How much work evaluating it is at most, in parts of expressions and entries of lists."""


def value_expr(value: Any) -> ValueExpr:
    """Read a scalar or list of a definition. Raises ``ExpressionError`` where an expression in it is malformed."""
    if isinstance(value, dict):
        raise ExpressionError("a value is a number, a truth value, a text or a list, not a mapping")
    if isinstance(value, str) and "$" in value:
        return _text(value)
    if isinstance(value, list):
        return _list([value_expr(item) for item in value])
    return ValueExpr(lambda _: value, frozenset(), True)


def _list(items: list[ValueExpr]) -> ValueExpr:
    if all(item.constant for item in items):
        values = Values([item.evaluate({}) for item in items])
        return ValueExpr(lambda _: values, frozenset(), True)
    names = frozenset().union(*(item.names for item in items))
    cost = 1 + sum(item.cost for item in items)
    return ValueExpr(lambda scope: Values([item.evaluate(scope) for item in items]), names, False, cost)


_NAME = re.compile(r"[A-Za-z_]\w*(\[[^\[\]]*\])?", re.ASCII)


def _text(text: str) -> ValueExpr:
    """A text with expressions in it; one that is a single expression keeps that expression's type."""
    if len(text) > VALUES:
        raise ExpressionError(f"a text with expressions has at most {VALUES:,} characters")
    parts = [_expression(piece) if is_expression else value_expr(piece) for is_expression, piece in _split(text)]
    if len(parts) == 1:
        return parts[0]
    names = frozenset().union(*(part.names for part in parts))
    cost = 1 + sum(part.cost for part in parts)
    return ValueExpr(lambda scope: _joined([_printed(part.evaluate(scope)) for part in parts]), names, False, cost)


def _expression(source: str) -> ValueExpr:
    read = expression(source)
    return ValueExpr(read.evaluate, read.names, False, read.cost)


def _joined(pieces: list[str]) -> str:
    if sum(map(len, pieces)) > VALUES:
        raise ExpressionError(f"a text that is put together has at most {VALUES:,} characters")
    return "".join(pieces)


def _printed(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ExpressionError(f"only a number or a text can stand inside a text, not {quoted(value)}")
    return str(value)


def _split(text: str) -> list[tuple[bool, str]]:
    """Cut a text into (is it an expression, its source), without empty pieces of text."""
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
            pieces.append((True, match.group()))
        else:
            raise ExpressionError(f"after $ there must be a name or an expression in parentheses: {quoted(text)}")
    if end < len(text):
        pieces.append((False, text[end:]))
    return pieces


def _closing(text: str, opening: int) -> int:
    """The place of the parenthesis that closes the one at ``opening``."""
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ExpressionError(f"a parenthesis is not closed: {quoted(text)}")
