"""Parts of a layer in words and signs, as the tables print them."""

from __future__ import annotations

import re
from functools import lru_cache

from generator.layers import Join
from generator.layers.joining import Add, Concat
from generator.network import Row
from generator.shape import TIMES, times
from generator.window import Padding, Pair

FOUR_SIDES = "A padding of four numbers is top, bottom, left, right."


_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9])x(?=[0-9])")


@lru_cache(maxsize=4096)
def name(text: str) -> str:
    """A name as it is printed: ``3x3 reduce`` → ``3×3 reduce``."""
    return _BETWEEN_NUMBERS.sub(TIMES, text)


def pair(sides: Pair) -> str:
    """``1`` for 1×1, else ``1×7``."""
    return str(sides[0]) if sides[0] == sides[1] else times(sides)


def padding(sides: Padding) -> str:
    """One number for four equal sides, height × width for equal opposite ones, else all four."""
    if not is_symmetric(sides):
        return ", ".join(map(str, sides))
    return pair((sides.top, sides.left))


def is_symmetric(sides: Padding) -> bool:
    """Whether opposite sides are equal."""
    return sides.top == sides.bottom and sides.left == sides.right


def inputs(row: Row) -> str:
    """What enters: a shape, or where branches meet all of theirs: ``28×28×(64 + 128 + 32 + 32)``."""
    if not isinstance(row.layer, Join):
        return str(row.inputs[0])
    if isinstance(row.layer, Concat):
        channels = " + ".join(str(shape.channels) for shape in row.inputs)
        return "×".join((*map(str, row.inputs[0].spatial), f"({channels})"))
    return (" + " if isinstance(row.layer, Add) else " · ").join(map(str, row.inputs))


def receptive_field(row: Row) -> str:
    """Its side in pixels, ``all`` where it is the whole input."""
    return "all" if row.field is None else pair(row.field.size)


def receptive_step(row: Row) -> str:
    """The distance of neighbouring receptive fields in pixels."""
    return "" if row.field is None else pair(row.field.step)
