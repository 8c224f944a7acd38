"""The types of a layer's options: how they are written in a definition, and what they are read into."""

from __future__ import annotations

import re
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Strict

from generator.errors import suggestion
from generator.limits import SIDE
from generator.shape import parse_sides
from generator.window import NO_PADDING, Padding

LARGEST = SIDE
"""No size in a definition may be larger: nothing real is, and sums stay printable."""


def _sides(value: Any, allowed: tuple[int, ...], least: int, like: str) -> tuple[int, ...]:
    """Read numbers joined by x; how many there may be, how small each may be, and an example for the error."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"expected {like}")
    try:
        sides = parse_sides(value)
    except ValueError:
        sides = ()
    if len(sides) not in allowed or min(sides) < least:
        raise ValueError(f"expected {like}")
    if max(sides) > LARGEST:
        raise ValueError(f"numbers go up to {LARGEST:,}")
    return sides


def _kernel_and_maps(value: Any) -> tuple[int, int, int]:
    k_h, k_w, maps = _sides(value, (3,), 1, "kernel height × kernel width × output channels, like 3x3x64")
    return k_h, k_w, maps


def _pair(value: Any) -> tuple[int, int]:
    sides = _sides(value, (1, 2), 1, "a whole number from 1, or height × width like 1x2")
    return sides[0], sides[-1]


def _margin(value: Any) -> tuple[int, int]:
    sides = _sides(value, (1, 2), 0, "a whole number from 0, or height × width like 0x1")
    return sides[0], sides[-1]


def _kernel(value: Any) -> tuple[int, int]:
    k_h, k_w = _sides(value, (2,), 1, "kernel height × kernel width, like 2x2")
    return k_h, k_w


def _map_size(value: Any) -> tuple[int, int]:
    height, width = _sides(value, (2,), 1, "output height × width, like 6x6")
    return height, width


def _padding(value: Any) -> Padding | str:
    if value == "valid":
        return NO_PADDING
    if value == "same":
        return "same"
    like = "a whole number, height × width like 0x3, top × bottom × left × right like 0x1x0x1, same or valid"
    sides = _sides(value, (1, 2, 4), 0, like)
    if len(sides) == 4:
        return Padding(*sides)
    return Padding(sides[0], sides[0], sides[-1], sides[-1])


def _borders(value: Any) -> Padding:
    sides = _sides(
        value, (1, 2, 4), 0, "a whole number, height × width like 0x1, top × bottom × left × right like 1x0x1x0"
    )
    return Padding(*sides) if len(sides) == 4 else Padding(sides[0], sides[0], sides[-1], sides[-1])


def _whole(value: Any) -> int:
    (number,) = _sides(value, (1,), 1, "a whole number from 1")
    return number


class ChannelRange(NamedTuple):
    """Channels from ``start`` up to ``stop``, counted in equal parts of which there are ``parts``, or one by one."""

    start: int
    stop: int
    parts: int | None


_PART = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)")
_RANGE = re.compile(r"(0|[1-9][0-9]*):([1-9][0-9]*)")


def _channels(value: Any) -> ChannelRange:
    part, among = (pattern.fullmatch(value) if isinstance(value, str) else None for pattern in (_PART, _RANGE))
    if part and int(part[1]) <= int(part[2]) <= LARGEST:
        return ChannelRange(int(part[1]) - 1, int(part[1]), int(part[2]))
    if among and int(among[1]) < int(among[2]) <= LARGEST:
        return ChannelRange(int(among[1]), int(among[2]), None)
    raise ValueError("expected a part like 1/2, or a range of channels like 0:58")


def _connections(value: Any) -> tuple[tuple[int, ...], ...]:
    rows = value if isinstance(value, list | tuple) else ()
    whole = all(
        isinstance(row, list | tuple) and row and all(type(place) is int and 0 <= place <= LARGEST for place in row)
        for row in rows
    )
    if not rows or not whole or any(len(set(row)) < len(row) for row in rows):
        raise ValueError("expected a list of different input channels for each output channel, like [[0, 1], [1, 2]]")
    return tuple(map(tuple, rows))


def _rate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise ValueError("expected a rate from 0 to below 1, like 0.5")
    return float(value)


def one_of(*names: str) -> BeforeValidator:
    """A validator for a name out of a list, or nothing (``none``)."""

    def check(value: Any) -> str | None:
        if value is None or value == "none":
            return None
        if value not in names:
            raise ValueError(suggestion(str(value).lower(), (*names, "none"), "choose from"))
        return str(value)

    return BeforeValidator(check)


def _true_or_false(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _bias(value: Any) -> bool | str:
    if not isinstance(value, bool) and value != "untied":
        raise ValueError("expected true, false or untied")
    return value if isinstance(value, bool) else "untied"


KernelAndMaps = Annotated[tuple[int, int, int], BeforeValidator(_kernel_and_maps)]
"""``3x3x64``: kernel height and width, then output channels."""

Kernel = Annotated[tuple[int, int], BeforeValidator(_kernel)]
"""``2x2``: kernel height and width."""

MapSize = Annotated[tuple[int, int], BeforeValidator(_map_size)]
"""``6x6``: height and width of a feature map."""

Sides = Annotated[tuple[int, int], BeforeValidator(_pair)]
"""``2`` or ``1x2``: one number for both sides, or height and width."""

Margin = Annotated[tuple[int, int], BeforeValidator(_margin)]
"""``1`` or ``0x1``: rows and columns, which may be none."""

PaddingOption = Annotated[Padding | str, BeforeValidator(_padding)]
"""``1``, ``0x3``, ``0x1x0x1``, ``same`` or ``valid``."""

Borders = Annotated[Padding, BeforeValidator(_borders)]
"""``4``, ``0x1`` or ``1x0x1x0``: rows and columns at the four borders."""

Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number from 1."""

ChannelsOption = Annotated[ChannelRange, BeforeValidator(_channels)]
"""``1/2``, part 1 of 2, or ``0:58``, the channels 0 to 57."""

Connections = Annotated[tuple[tuple[int, ...], ...] | None, BeforeValidator(_connections)]
"""``[[0, 1], [1, 2]]``: for each output channel the input channels it sees, counted from 0."""

BiasOption = Annotated[bool | str, BeforeValidator(_bias)]
"""``true``, ``false`` or ``untied``: the last gives every output value a bias instead of every output channel."""

Rate = Annotated[float, BeforeValidator(_rate)]
"""A share from 0 to below 1."""

Flag = Annotated[bool, Strict(), BeforeValidator(_true_or_false)]
"""``true`` or ``false``."""
