"""Expressions, as they follow a ``$`` in definitions.

They are made of whole numbers, true and false, strings, lists, names, arithmetic (``+ - * / // %``),
comparisons, ``and or not``, ``a if condition else b``, ``list[index]``, and the functions ``min``, ``max`` and
``round_to``. Nothing else: no other calls, no powers, no loops, no attributes. ``/`` must divide exactly, except in the
first argument of ``round_to``; ``//`` rounds down.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from layerwise.core.errors import quoted
from layerwise.core.limits import COMPARED, EXPRESSION_CHARACTERS, EXPRESSION_NESTING, RESULT, VALUE_NESTING, VALUES
from layerwise.core.shape import SIDES

Scope = Mapping[str, Any]
"""The values of the names an expression may use."""

INPUT_NAMES = frozenset({"in_channels", *(f"in_{side}" for sides in SIDES.values() for side in sides)})
"""The names of the sides of a block's input: its channels, and the spatial sides that it has."""

Evaluate = Callable[[Scope], Any]


class Expression(NamedTuple):
    """A parsed expression."""

    evaluate: Evaluate
    names: frozenset[str]
    """The names it uses."""
    cost: int
    """The number of its parts: an upper bound of the work to evaluate it."""


class ExpressionError(ValueError):
    """An expression that cannot be parsed or evaluated; the message states the reason."""


class Values(list[Any]):
    """A list that knows its size, so that a list of lists need not count through them.

    Raises ``ExpressionError`` where it is too large: lists made of each other could double in size with every name.
    """

    __slots__ = ("depth", "size")
    size: int
    """Its values and those of the lists in it, and the characters of its strings."""
    depth: int

    def __init__(self, values: list[Any]) -> None:
        super().__init__(values)
        lists = [value for value in values if isinstance(value, Values)]
        characters = sum(len(value) for value in values if isinstance(value, str))
        self.size = len(values) + characters + sum(value.size for value in lists)
        self.depth = 1 + max((value.depth for value in lists), default=0)
        if self.size > VALUES:
            raise ExpressionError(f"a list has at most {VALUES:,} values, including the characters of its strings")
        if self.depth > VALUE_NESTING:
            raise ExpressionError(f"lists nest at most {VALUE_NESTING} levels deep")


def expression(source: str) -> Expression:
    """Read an expression. Raises ``ExpressionError`` where it is malformed."""
    if len(source) > EXPRESSION_CHARACTERS:
        raise ExpressionError(f"an expression has at most {EXPRESSION_CHARACTERS} characters")
    if not source.isascii():  # Python takes ｗ for w in names
        raise ExpressionError(f"an expression must be in ASCII: {quoted(source)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python only warns of, such as 1if, is not part of expressions either
            tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ExpressionError(f"invalid expression {quoted(source)}") from None
    if _depth(tree) > EXPRESSION_NESTING:
        raise ExpressionError(f"an expression nests at most {EXPRESSION_NESTING} levels deep")
    nodes = [node for node in ast.walk(tree.body) if isinstance(node, ast.expr)]
    functions = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    names = {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in functions}
    return Expression(_node(tree.body), frozenset(names - {"true", "false"}), len(nodes))


def _depth(tree: ast.AST) -> int:
    """Return the depth of a tree, without recursion."""
    depth, level = 0, [tree]
    while level := [child for node in level for child in ast.iter_child_nodes(node)]:
        depth += 1
    return depth


def _exact_quotient(a: int, b: int) -> int:
    if a % b:
        raise ExpressionError(f"{a} / {b} is not a whole number; use // to round down")
    return a // b


_ARITHMETIC: dict[type[ast.operator], tuple[str, Callable[[int, int], int]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", _exact_quotient),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
}
_COMPARISON: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _node(node: ast.expr) -> Evaluate:
    """Compile one node of an expression's tree; refuse every kind of node that is not listed."""
    build = _NODES.get(type(node))
    if build is None:
        what = "an attribute" if isinstance(node, ast.Attribute) else "this"
        raise ExpressionError(f"{what} is not allowed in expressions: {ast.unparse(node)!r}")
    return build(node)


def _constant(node: ast.Constant) -> Evaluate:
    value = node.value
    if not isinstance(value, bool | int | str) or (isinstance(value, int) and value > RESULT):
        given = "None" if value is None else quoted(value)  # as an expression has it
        raise ExpressionError(f"{given} is not a whole number, a truth value or a string")
    return lambda _: value


def _name(node: ast.Name) -> Evaluate:
    name = node.id
    if name in ("true", "false"):
        return lambda _: name == "true"

    def look_up(scope: Scope) -> Any:
        try:
            return scope[name]
        except KeyError:
            reason = ": the input of the block has no such side" if name in INPUT_NAMES else ""
            raise ExpressionError(f"{name!r} has no value here{reason}") from None

    return look_up


def _binary(node: ast.BinOp) -> Evaluate:
    if type(node.op) not in _ARITHMETIC:
        raise ExpressionError(f"only + - * / // % are allowed in expressions: {ast.unparse(node)!r}")
    sign, apply = _ARITHMETIC[type(node.op)]
    left, right = _node(node.left), _node(node.right)

    def evaluate(scope: Scope) -> int:
        a, b = _number(left(scope), sign), _number(right(scope), sign)
        if b == 0 and sign in ("/", "//", "%"):
            raise ExpressionError(f"division by zero: {a} {sign} 0")
        return _bounded(apply(a, b))

    return evaluate


def _number(value: Any, sign: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ExpressionError(f"{sign} takes whole numbers, not {quoted(value)}")
    return value


def _bounded(value: int) -> int:
    if abs(value) > RESULT:
        raise ExpressionError(f"out of range; results go up to {RESULT:,}")
    return value


def _unary(node: ast.UnaryOp) -> Evaluate:
    operand = _node(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda scope: not _truth(operand(scope))
    if isinstance(node.op, ast.USub):
        return lambda scope: -_number(operand(scope), "-")
    raise ExpressionError(f"only - and not are allowed before a value: {ast.unparse(node)!r}")


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(f"expected true or false, not {quoted(value)}")
    return value


def _bool_op(node: ast.BoolOp) -> Evaluate:
    operands = [_node(value) for value in node.values]
    if isinstance(node.op, ast.And):
        return lambda scope: all(_truth(operand(scope)) for operand in operands)
    return lambda scope: any(_truth(operand(scope)) for operand in operands)


def _compare(node: ast.Compare) -> Evaluate:
    if not all(type(op) in _COMPARISON for op in node.ops):
        raise ExpressionError(f"only == != < <= > >= are allowed as comparisons: {ast.unparse(node)!r}")
    operands = [_node(operand) for operand in (node.left, *node.comparators)]
    tests = [_COMPARISON[type(op)] for op in node.ops]

    def evaluate(scope: Scope) -> bool:
        values = [operand(scope) for operand in operands]
        if any(isinstance(value, Values) and value.size > COMPARED for value in values):
            raise ExpressionError(f"only lists of at most {COMPARED} values can be compared")
        try:
            return all(test(a, b) for test, a, b in zip(tests, values, values[1:], strict=False))
        except TypeError:
            raise ExpressionError(f"cannot compare {' and '.join(map(quoted, values))}") from None

    return evaluate


def _conditional(node: ast.IfExp) -> Evaluate:
    test, then, otherwise = _node(node.test), _node(node.body), _node(node.orelse)
    return lambda scope: then(scope) if _truth(test(scope)) else otherwise(scope)


def _list(node: ast.List) -> Evaluate:
    items = [_node(item) for item in node.elts]
    return lambda scope: Values([item(scope) for item in items])


def _subscript(node: ast.Subscript) -> Evaluate:
    sequence, index = _node(node.value), _node(node.slice)

    def evaluate(scope: Scope) -> Any:
        values, place = sequence(scope), _number(index(scope), "[]")
        if not isinstance(values, list):
            raise ExpressionError(f"{ast.unparse(node.value)!r} is not a list")
        if not 0 <= place < len(values):
            raise ExpressionError(
                f"index {place} is out of range; {ast.unparse(node.value)!r} has {len(values)} values"
            )
        return values[place]

    return evaluate


def rounded_to(numerator: int, denominator: int, multiple: int) -> int:
    """Round ``numerator / denominator`` to the nearest multiple, half up, but never down by more than a tenth.

    The result is at least one multiple. Source: ``_make_divisible`` of MobileNetV2's code and ``round_filters`` of
    EfficientNet's.
    """
    nearest = (2 * numerator + multiple * denominator) // (2 * multiple * denominator) * multiple
    result = max(multiple, nearest)
    return result + multiple if 10 * result * denominator < 9 * numerator else result


def _call(node: ast.Call) -> Evaluate:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in _FUNCTIONS:
        functions = ", ".join(_FUNCTIONS)
        raise ExpressionError(f"a call is not allowed in expressions: {ast.unparse(node)!r}; functions are {functions}")
    if node.keywords:
        raise ExpressionError(f"{name} takes its arguments without names: {ast.unparse(node)!r}")
    return _FUNCTIONS[name](node)


def _extreme(choose: Callable[[list[int]], int]) -> Callable[[ast.Call], Evaluate]:
    def build(node: ast.Call) -> Evaluate:
        if len(node.args) in (0, 1):
            raise ExpressionError(f"{choose.__name__} takes at least two whole numbers: {ast.unparse(node)!r}")
        operands = [_node(argument) for argument in node.args]
        return lambda scope: choose([_number(operand(scope), choose.__name__) for operand in operands])

    return build


def _round_to(node: ast.Call) -> Evaluate:
    """``round_to(x, n)``; x may be a quotient, which need not be whole."""
    try:
        number, multiple = node.args
    except ValueError:
        message = f"round_to takes a number and a multiple, like round_to(width * 14 / 10, 8): {ast.unparse(node)!r}"
        raise ExpressionError(message) from None
    if isinstance(number, ast.BinOp) and isinstance(number.op, ast.Div):
        parts = _node(number.left), _node(number.right), _node(multiple)
    else:
        parts = _node(number), _constant(ast.Constant(1)), _node(multiple)

    def evaluate(scope: Scope) -> int:
        numerator, denominator, step = (_number(part(scope), "round_to") for part in parts)
        if numerator < 0 or denominator < 1 or step < 1:
            given = f"{numerator} / {denominator} and {step}"
            raise ExpressionError(f"round_to takes a number from 0 and a multiple from 1, not {given}")
        return _bounded(rounded_to(numerator, denominator, step))

    return evaluate


_FUNCTIONS: dict[str, Callable[[ast.Call], Evaluate]] = {
    "min": _extreme(min),
    "max": _extreme(max),
    "round_to": _round_to,
}


_NODES: dict[type[ast.expr], Callable[[Any], Evaluate]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BinOp: _binary,
    ast.Call: _call,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool_op,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.List: _list,
    ast.Subscript: _subscript,
}
