"""Shapes of layer inputs and outputs: the spatial sides, then the channels, without the batch."""

from __future__ import annotations

import math
from functools import lru_cache

TIMES = "×"

SIDES = {0: (), 1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""The names of the spatial sides of a shape, by their number."""


class Shape(tuple[int, ...]):
    """A feature map H×W×C, a volume D×H×W×C, tokens or a sequence T×C, or a vector C: positive integers."""

    __slots__ = ()

    @property
    def channels(self) -> int:
        """The last side: channels of a map or of tokens, length of a vector."""
        return self[-1]

    @property
    def spatial(self) -> tuple[int, ...]:
        """All sides but the channels: (H, W), (D, H, W), (T,) or ()."""
        return tuple(self[:-1])

    @property
    def positions(self) -> int:
        """The number of positions: H·W, D·H·W, T or 1."""
        return math.prod(self[:-1])

    @property
    def elements(self) -> int:
        """The number of values: H·W·C."""
        return math.prod(self)

    @property
    def is_map(self) -> bool:
        """True for H×W×C."""
        return len(self) == 3

    def with_channels(self, channels: int) -> Shape:
        """Return this shape with another number of channels."""
        return Shape((*self[:-1], channels))

    def __str__(self) -> str:
        return times(self)


@lru_cache(maxsize=8192)
def times(sides: tuple[int, ...]) -> str:
    """Format sides: ``(5, 5, 6)`` → ``5×5×6``."""
    return TIMES.join(map(str, sides))


def parse_sides(text: str | int) -> tuple[int, ...]:
    """Read ``5x5x6``, ``5×5×6`` or ``120`` into positive or zero integers.

    Raises ``ValueError`` if a side is not a plain decimal number.
    """
    if isinstance(text, int):
        return (text,)
    sides = text.replace(TIMES, "x").split("x")
    if not all(side.isascii() and side.isdigit() and (side == "0" or side[0] != "0") for side in sides):
        raise ValueError("write numbers joined by x, like 5x5x6")
    return tuple(map(int, sides))
