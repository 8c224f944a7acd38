"""Expressions: ``$name``, ``$name[1]`` and ``$(…)``. Every value can be worked out by hand."""

from __future__ import annotations

import contextlib
import random
from typing import Any

import pytest

from layerwise.core.limits import COMPARED, EXPRESSION_CHARACTERS, EXPRESSION_NESTING, RESULT, VALUE_NESTING, VALUES
from layerwise.definition.expressions import ExpressionError, Values
from layerwise.definition.values import Literal, value_expr
from tests.nodes import node_of


def nested(levels: int) -> Values:
    """A list in a list in a list."""
    return Values([nested(levels - 1)] if levels > 1 else [])


SCOPE = {
    "width": 64,
    "n": 7,
    "zero": 0,
    "deep": True,
    "kind": "basic",
    "depths": Values([3, 4, 23, 3]),
    "settings": [[1, 16, 1], [6, 24, 2]],
    "rate": 0.25,
    "huge": RESULT,
    "long": "x" * 600,
    "many": Values([0] * 600),
    "nested": nested(VALUE_NESTING),
}


def value_of(text: Any) -> Any:
    return value_expr(node_of(text)).evaluate(SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # arithmetic: 64 · 4 = 256, 64 / 4 = 16, 7 = 3 · 2 + 1; // rounds down, also below zero: −7 / 2 = −3.5 → −4
        ("$(4 * width)", 256),
        ("$(width / 4)", 16),
        ("$(n // 2)", 3),
        ("$(-n // 2)", -4),
        ("$(n % 3)", 1),
        ("$(width + n - 1)", 70),
        ("$(2 + 3 * 4)", 14),
        ("$((2 + 3) * 4)", 20),
        ("$(2 - 3 - 4)", -5),
        ("$(-width)", -64),
        ("$(--n)", 7),
        ("$(huge)", RESULT),
        # indexes after dots, which need no quotes in YAML
        ("$depths.2", 23),
        ("$settings.1.0", 6),
        ("$kind.$n", "basic.7"),
        # functions
        ("$(min(n, width, 9))", 7),
        ("$(max(zero, -n))", 0),
        # the widths of MobileNetV2 1.4 and 0.35: 32 · 1.4 = 44.8, 24 · 1.4 = 33.6, 16 · 0.35 = 5.6, 24 · 0.35 = 8.4
        ("$(round_to(32 * 14 / 10, 8))", 48),
        ("$(round_to(24 * 14 / 10, 8))", 32),
        ("$(round_to(16 * 35 / 100, 8))", 8),
        ("$(round_to(24 * 35 / 100, 8))", 8),
        # 12 is between 8 and 16: up; 11 would be 8, less than nine tenths of it; 17 is 16
        ("$(round_to(12, 8))", 16),
        ("$(round_to(11, 8))", 16),
        ("$(round_to(n + 10, 8))", 16),
        ("$(round_to(zero, 8))", 8),
        # comparisons and logic
        ("$(width == 64)", True),
        ("$(width != 64)", False),
        ("$(1 < n <= 7)", True),
        ("$(n >= 8 or deep)", True),
        ("$(n > 7 and deep)", False),
        ("$(not deep)", False),
        ("$(kind == 'basic')", True),
        ("$(depths == [3, 4, 23, 3])", True),
        ("$(true)", True),
        ("$(false or true)", True),
        # operands after a decided `and` or `or`, and the branch not taken, are not evaluated
        ("$(zero != 0 and n / zero == 1)", False),
        ("$(zero == 0 or n / zero == 1)", True),
        ("$(0 if zero == 0 else n / zero)", 0),
        ("$(2 if deep else 1)", 2),
        ("$(2 if not deep else 1)", 1),
        # lists and indices
        ("$depths[2]", 23),
        ("$(depths[n - 6])", 4),
        ("$(settings[1][2])", 2),
        ("$([10, 20, 30][1])", 20),
        ("$([])", []),
        ("$([n, [width]])", [7, [64]]),
        ("$('a text')", "a text"),
    ],
)
def test_value(text: str, expected: object) -> None:
    value = value_of(text)
    assert value == expected
    assert type(value) is (Values if isinstance(expected, list) else type(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # one expression alone keeps its type, among text it becomes text
        ("$width", 64),
        ("$deep", True),
        ("$kind", "basic"),
        ("$rate", 0.25),
        ("$depths", [3, 4, 23, 3]),
        ("1x1x$width", "1x1x64"),
        ("$(n)x$(n)x$width", "7x7x64"),
        ("3x3x$(4 * width)", "3x3x256"),
        ("stage$(n + 1)_x", "stage8_x"),
        ("$n$n", "77"),
        ("$kind-$n", "basic-7"),
        ("$depths[0]x$depths[1]", "3x4"),
        (" $width", " 64"),
        # values without a dollar stay what they are
        ("relu", "relu"),
        ("(n)", "(n)"),
        (17, 17),
        (True, True),
        (None, None),
        (0.5, 0.5),
        ([1, "a", [None]], [1, "a", [None]]),
        # expressions inside lists
        (["$n", "x$n", ["$(n - 1)"]], [7, "x7", [6]]),
    ],
)
def test_text_and_type(text: object, expected: object) -> None:
    value = value_of(text)
    assert value == expected
    assert type(value) is (Values if isinstance(expected, list) else type(expected))


@pytest.mark.parametrize(
    ("text", "names", "constant"),
    [
        ("relu", set(), True),
        ([1, [2]], set(), True),
        ("$(1 + 1)", set(), False),
        ("1x1x$width", {"width"}, False),
        ("$(a if b else c[d])", {"a", "b", "c", "d"}, False),
        ("$(true or false)", set(), False),
        (["$a", "$(b)"], {"a", "b"}, False),
    ],
)
def test_names_are_known_before_evaluation(text: object, names: set[str], constant: bool) -> None:
    read = value_expr(node_of(text))
    assert set(read.names) == names
    assert isinstance(read, Literal) == constant


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # what expressions do not have
        ("$(len(depths))", "a call is not allowed in expressions: 'len(depths)'; functions are min, max, round_to"),
        ("$(min(n))", "min takes at least two whole numbers: 'min(n)'"),
        ("$(max(n, default=1))", "max takes its arguments without names"),
        ("$(round_to(n))", "round_to takes a number and a multiple, like round_to(width * 14 / 10, 8): 'round_to(n)'"),
        ("$(__import__('os'))", "a call is not allowed in expressions"),
        ("$(kind.upper)", "an attribute is not allowed in expressions"),
        ("$(kind.upper())", "a call is not allowed in expressions"),
        ("$(().__class__.__bases__)", "an attribute is not allowed in expressions"),
        ("$(2 ** 10)", "only + - * / // % are allowed in expressions"),
        ("$(9 ** 9 ** 9 ** 9)", "only + - * / // % are allowed in expressions"),
        ("$(1 << 100)", "only + - * / // % are allowed in expressions"),
        ("$(1 | 2)", "only + - * / // % are allowed in expressions"),
        ("$(depths @ depths)", "only + - * / // % are allowed in expressions"),
        ("$(~n)", "only - and not are allowed before a value"),
        ("$(+n)", "only - and not are allowed before a value"),
        ("$(n in depths)", "only == != < <= > >= are allowed as comparisons"),
        ("$(n is 7)", "only == != < <= > >= are allowed as comparisons"),
        ("$(deep is not true)", "only == != < <= > >= are allowed as comparisons"),
        ("$([x for x in depths])", "this is not allowed in expressions"),
        ("$({x for x in depths})", "this is not allowed in expressions"),
        ("$(lambda: 1)", "this is not allowed in expressions"),
        ("$((lambda: 1)())", "a call is not allowed in expressions"),
        ("$((a := 1))", "this is not allowed in expressions"),
        ("$(f'{n}')", "this is not allowed in expressions"),
        ("$({1: 2})", "this is not allowed in expressions"),
        ("$({1, 2})", "this is not allowed in expressions"),
        ("$(1, 2)", "this is not allowed in expressions"),
        ("$([*depths])", "this is not allowed in expressions"),
        ("$(depths[0:2])", "this is not allowed in expressions"),
        ("$(await n)", "this is not allowed in expressions"),
        ("$((yield))", "this is not allowed in expressions"),
        # constants of other types
        ("$(1.5)", "1.5 is not a whole number, a truth value or a string"),
        ("$(1e9)", "is not a whole number"),
        ("$(2j)", "is not a whole number"),
        ("$(b'x')", "is not a whole number"),
        ("$(None)", "None is not a whole number"),
        ("$(...)", "Ellipsis is not a whole number"),
        # what cannot be read
        ("$()", "invalid expression ''"),
        ("$( )", "invalid expression"),
        ("$(1 +)", "invalid expression"),
        ("$(1 = 1)", "invalid expression"),
        ("$(a; b)", "invalid expression"),
        ("$(import os)", "invalid expression"),
        ("$(017)", "invalid expression"),
        ("$(1if deep else 0)", "invalid expression"),
        (r"$('\d' == kind)", "invalid expression"),
        ("$(n\0)", "invalid expression"),
        ("$class", "invalid expression 'class'"),
        ("$depths[]", "invalid expression"),
        ("$", "expected a name or an expression in parentheses after $"),
        ("$$n", "expected a name or an expression in parentheses after $"),
        ("$ n", "expected a name or an expression in parentheses after $"),
        ("$5", "expected a name or an expression in parentheses after $"),
        ("${n}", "expected a name or an expression in parentheses after $"),
        ("$größe($", "expected a name or an expression in parentheses after $"),
        ("$(1", "unclosed parenthesis"),
        ("$((1)", "unclosed parenthesis"),
        # size
        ("$(" + " " * EXPRESSION_CHARACTERS + "1)", f"an expression has at most {EXPRESSION_CHARACTERS} characters"),
        ("$(" + "9" * 14 + ")", "is not a whole number"),
        ("$(" + "[" * 100 + "]" * 100 + ")", "an expression nests at most"),
        ("$(" + "-" * 290 + "1)", "an expression nests at most"),
        ("$(" + "not " * 70 + "true)", "an expression nests at most"),
        ("$(a" + ".b" * 140 + ")", "an expression nests at most"),
        ("$(a" + "[0]" * 90 + ")", "an expression nests at most"),
        ("$(" + "+".join("1" * 100) + ")", "an expression nests at most"),
        ("$n" * 501, f"a string with expressions has at most {VALUES:,} characters"),
        ("$(ｗidth)", "an expression must be in ASCII"),
        ("$(n == 'ü')", "an expression must be in ASCII"),
        (["x" * 600, "y" * 600], f"a list has at most {VALUES:,} values, including the characters of its strings"),
        ({"a": 1}, "not a mapping"),
        ([{"a": 1}], "not a mapping"),
        ([0] * (VALUES + 1), f"a list has at most {VALUES:,} values"),
    ],
)
def test_refused_when_read(text: object, message: str) -> None:
    with pytest.raises(ExpressionError) as error:
        value_expr(node_of(text))
    assert message in str(error.value)
    assert len(str(error.value)) < 500


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$(max(n, kind))", "max takes whole numbers, not 'basic'"),
        ("$(round_to(n, zero))", "round_to takes a number from 0 and a multiple from 1, not 7 / 1 and 0"),
        ("$(round_to(-n, 8))", "round_to takes a number from 0 and a multiple from 1, not -7 / 1 and 8"),
        ("$(round_to(n / zero, 8))", "round_to takes a number from 0 and a multiple from 1, not 7 / 0 and 8"),
        ("$(round_to)", "'round_to' has no value here"),
        ("$depths.4", "index 4 is out of range; 'depths' has 4 values"),
        ("$n.0", "'n' is not a list"),
        ("$wdith", "'wdith' has no value here"),
        ("$(n / 2)", "7 / 2 is not a whole number; use // to round down"),
        ("$(n / zero)", "division by zero: 7 / 0"),
        ("$(n // zero)", "division by zero: 7 // 0"),
        ("$(n % zero)", "division by zero: 7 % 0"),
        ("$(huge + 1)", "out of range; results go up to 1,000,000,000,000"),
        ("$(huge * huge * huge)", "out of range; results go up to"),
        ("$(-huge - 1)", "out of range; results go up to"),
        ("$([1] * 1000000000)", "* takes whole numbers, not [1]"),
        ("$('a' * 1000000000)", "* takes whole numbers, not 'a'"),
        ("$('a' + 'b')", "+ takes whole numbers, not 'a'"),
        ("$('%s' % n)", "% takes whole numbers, not '%s'"),
        ("$([1] + [2])", "+ takes whole numbers"),
        ("$(deep + 1)", "+ takes whole numbers, not true"),
        ("$(rate * 2)", "* takes whole numbers, not 0.25"),
        ("$(-kind)", "- takes whole numbers, not 'basic'"),
        ("$(not n)", "expected true or false, not 7"),
        ("$(n and deep)", "expected true or false, not 7"),
        ("$(deep and n)", "expected true or false, not 7"),
        ("$(zero or deep)", "expected true or false, not 0"),
        ("$(1 if n else 2)", "expected true or false, not 7"),
        ("$(kind < n)", "cannot compare 'basic' and 7"),
        ("$([1] < ['a'])", "cannot compare [1] and ['a']"),
        ("$depths[4]", "index 4 is out of range; 'depths' has 4 values"),
        ("$depths[-1]", "index -1 is out of range; 'depths' has 4 values"),
        ("$depths[deep]", "[] takes whole numbers, not true"),
        ("$depths['a']", "[] takes whole numbers, not 'a'"),
        ("$kind[0]", "'kind' is not a list"),
        ("$n[0]", "'n' is not a list"),
        ("3x3x$depths", "only a number or a string can be inserted into a string, not [3, 4, 23, 3]"),
        ("3x3x$deep", "only a number or a string can be inserted into a string, not true"),
        ("3x3x$rate", "only a number or a string can be inserted into a string, not 0.25"),
        ("$long$long", f"the resulting string has more than {VALUES:,} characters"),
        (["$many", "$many"], f"a list has at most {VALUES:,} values"),
        ("$([many, many])", f"a list has at most {VALUES:,} values"),
        ("$([long, long])", f"a list has at most {VALUES:,} values"),
        ("$(many == many)", f"only lists of at most {COMPARED} values can be compared"),
        ("$(1 == 1 == many)", f"only lists of at most {COMPARED} values can be compared"),
        ("$([nested])", f"lists nest at most {VALUE_NESTING} levels deep"),
    ],
)
def test_has_no_value(text: object, message: str) -> None:
    read = value_expr(node_of(text))
    with pytest.raises(ExpressionError) as error:
        read.evaluate(SCOPE)
    assert message in str(error.value)


def test_parentheses_alone_nest_nothing() -> None:
    assert value_of(f"$({'(' * 60}n{')' * 60})") == 7


def test_lists_nest_to_the_limit() -> None:
    # a level for each list, and one for the number inside
    fits = EXPRESSION_NESTING - 1
    value = value_of(f"$({'[' * fits}1{']' * fits})")
    for _ in range(fits):
        (value,) = value
    assert value == 1
    with pytest.raises(ExpressionError, match="nests at most"):
        value_expr(node_of(f"$({'[' * EXPRESSION_NESTING}1{']' * EXPRESSION_NESTING})"))


PIECES = (
    *"()[]{}$+-*/%<>=!~,.:;'\"\\ \n\t0179aßx_",
    *("**", "//", "==", ":=", "$(", "${", "not ", "and ", "or ", " if ", " else ", "lambda ", "for ", " in ", " is "),
    *("n", "width", "depths", "kind", "deep", "rate", "true", "None", "f'", "b'", "1.5", "9" * 20, "1_0", "0x3", "\0"),
)


@pytest.mark.parametrize("seed", range(20))
def test_no_other_exception_escapes(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(200):
        inside = "".join(chance.choices(PIECES, k=chance.randint(0, 12)))
        for text in (inside, f"${inside}", f"$({inside})", f"3x3x$({inside})", [f"$({inside})"]):
            with contextlib.suppress(ExpressionError):
                value_of(text)
