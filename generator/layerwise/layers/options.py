"""The types of a layer's options: their written forms, and the values they are read into."""

from __future__ import annotations

import re
from typing import Annotated, Any, NamedTuple

from layerwise.core.errors import suggestion
from layerwise.core.fields import Schema, Syntax, UnknownNameError, schema_of
from layerwise.core.limits import SIDE
from layerwise.core.windows import NO_PADDING, Sides
from layerwise.layers.numbers import Numbers

KERNEL_AND_CHANNELS = Numbers(
    (2, 3, 4),
    1,
    "kernel height × kernel width × output channels, like 3x3x64; 3x64 for sequences, 3x3x3x64 for volumes",
    ("3x3x64", "1x7x128", "3x64", "3x3x3x64"),
    "3x3x64, 3x64 or 3x3x3x64",
)
KERNEL = Numbers(
    (1, 2, 3),
    1,
    "kernel height × kernel width, like 2x2; 2 for sequences, 2x2x2 for volumes",
    ("2x2", "3x3", 2, "2x2x2"),
    "2x2, 2 or 2x2x2",
)
INPUT_SHAPE = Numbers((1, 2, 3, 4), 1, "sides and channels, like 128 or 32x32x3", (128, "32x32x3"))
AREA = Numbers((2,), 1, "height × width, like 7x7", ("7x7", "8x8"), "7x7")
MAP_SIZE = Numbers(
    (1, 2, 3),
    1,
    "output height × width, like 6x6; 6 for sequences, 1x6x6 for volumes",
    ("6x6", "7x7", 6, "1x6x6"),
    "6x6, 6 or 1x6x6",
)
EACH_SIDE = Numbers(
    (1, 2, 3),
    1,
    "a whole number from 1, or one for each side like 1x2",
    (2, "1x2", "1x2x2"),
    "2, 1x2 or 1x2x2",
)
MARGIN = Numbers(
    (1, 2, 3),
    0,
    "a whole number from 0, or one for each side like 0x1",
    (1, "0x1", "0x1x1"),
    "1, 0x1 or 0x1x1",
)
BORDERS = Numbers(
    (1, 2, 3, 4, 6),
    0,
    "a whole number, one for each side like 0x1, top × bottom × left × right like 1x0x1x0",
    (4, "0x1", "1x0x1x0"),
    "4, 0x1 or 1x0x1x0",
)
PADDING = Numbers(
    (1, 2, 3, 4, 6),
    0,
    "a whole number, one for each side like 0x3, top × bottom × left × right like 0x1x0x1, half, same or valid",
    (1, "0x3", "0x1x0x1", "1x3x3", "half", "same", "valid"),
    "1, 0x3, 0x1x0x1, 1x3x3, half, same or valid",
    ("half", "same", "valid"),
)
WHOLE = Numbers((1,), 1, "a whole number from 1", (1, 2, 64), "a whole number from 1")


_NAME = "the name of a kept output, like skip1"


def _kept(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"expected {_NAME}")
    return str(value)


def _area(value: Any) -> tuple[int, int]:
    height, width = AREA.read(value)
    return height, width


def _padding(value: Any) -> Sides | str:
    if value == "valid":
        return NO_PADDING
    return str(value) if value in ("half", "same") else PADDING.read(value)


def _whole(value: Any) -> int:
    (number,) = WHOLE.read(value)
    return number


class ChannelRange(NamedTuple):
    """Channels from ``start`` to before ``stop``, counted in ``parts`` equal parts, or one by one."""

    start: int
    stop: int
    parts: int | None


_PART = re.compile(r"([1-9][0-9]*)/([1-9][0-9]*)")
_RANGE = re.compile(r"(0|[1-9][0-9]*):([1-9][0-9]*)")
_CHANNELS = "a part like 1/2, or a range of channels like 0:58"


def _channels(value: Any) -> ChannelRange:
    part, among = (pattern.fullmatch(value) if isinstance(value, str) else None for pattern in (_PART, _RANGE))
    if part and int(part[1]) <= int(part[2]) <= SIDE:
        return ChannelRange(int(part[1]) - 1, int(part[1]), int(part[2]))
    if among and int(among[1]) < int(among[2]) <= SIDE:
        return ChannelRange(int(among[1]), int(among[2]), None)
    raise ValueError(f"expected {_CHANNELS}")


_CONNECTIONS = "a list of different input channels for each output channel, like [[0, 1], [1, 2]]"


def _connections(value: Any) -> tuple[tuple[int, ...], ...]:
    rows = value if isinstance(value, list | tuple) else ()
    whole = all(
        isinstance(row, list | tuple) and row and all(type(place) is int and 0 <= place <= SIDE for place in row)
        for row in rows
    )
    if not rows or not whole or any(len(set(row)) < len(row) for row in rows):
        raise ValueError(f"expected {_CONNECTIONS}")
    return tuple(map(tuple, rows))


_RATE = "a rate from 0 to below 1, like 0.5"


def _rate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise ValueError(f"expected {_RATE}")
    return float(value)


class OneOf(NamedTuple):
    """A name from a list, or ``none``."""

    names: tuple[str, ...]
    written: str
    """A short description of the names."""

    def read(self, value: Any) -> str | None:
        """The name. Raises ``ValueError`` for any other."""
        if value is None or value == "none":
            return None
        if value not in self.names:
            hint = suggestion(str(value).lower(), (*self.names, "none"), "choose from")
            raise UnknownNameError(hint)
        return str(value)

    @property
    def schema(self) -> Schema:
        """The written form as a schema."""
        return schema_of(self.written, "", *self.names[:1], enum=[*self.names, "none", None])


def _true_or_false(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _bias(value: Any) -> bool | str:
    if not isinstance(value, bool) and value != "untied":
        raise ValueError("expected true, false or untied")
    return value if isinstance(value, bool) else "untied"


KernelAndChannels = Annotated[Sides, Syntax(KERNEL_AND_CHANNELS.read, KERNEL_AND_CHANNELS.schema)]
InputShape = Annotated[Sides, Syntax(INPUT_SHAPE.read, INPUT_SHAPE.schema)]
Kernel = Annotated[Sides, Syntax(KERNEL.read, KERNEL.schema)]
Area = Annotated[tuple[int, int], Syntax(_area, AREA.schema)]
"""Height and width, for layers of feature maps alone."""
MapSize = Annotated[Sides, Syntax(MAP_SIZE.read, MAP_SIZE.schema)]
EachSide = Annotated[Sides, Syntax(EACH_SIDE.read, EACH_SIDE.schema)]
Margin = Annotated[Sides, Syntax(MARGIN.read, MARGIN.schema)]
PaddingOption = Annotated[Sides | str, Syntax(_padding, PADDING.schema)]
Borders = Annotated[Sides, Syntax(BORDERS.read, BORDERS.schema)]
Whole = Annotated[int, Syntax(_whole, WHOLE.schema)]

ChannelsOption = Annotated[
    ChannelRange,
    Syntax(
        _channels,
        schema_of(
            "1/2, part 1 of 2, or 0:58, the channels 0 to 57",
            _CHANNELS,
            "1/2",
            "0:58",
            type="string",
            pattern=f"^({_PART.pattern}|{_RANGE.pattern})$",
        ),
    ),
]

Connections = Annotated[
    tuple[tuple[int, ...], ...] | None,
    Syntax(
        _connections,
        schema_of(
            "[[0, 1], [1, 2]]",
            _CONNECTIONS,
            [[0, 1], [1, 2]],
            type="array",
            minItems=1,
            items={
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"type": "integer", "minimum": 0, "maximum": SIDE},
            },
        ),
    ),
]

BiasOption = Annotated[
    bool | str,
    Syntax(_bias, schema_of("true, false or untied", "", False, "untied", enum=[True, False, "untied"])),
]
"""``untied`` gives each output value a bias instead of each output channel."""

KeptName = Annotated[
    str, Syntax(_kept, schema_of("a name", _NAME, "skip1", type=["string", "integer"], pattern="^[^$]+$"))
]
"""The name of an output that the definition keeps with ``as``."""

_OPERATION = re.compile(r"[A-Za-z_][\w.:+ -]{0,79}", re.ASCII)
_OPERATIONS = "the name of an operation, like grid_sampler"


def _operation(value: Any) -> str:
    if not isinstance(value, str) or not _OPERATION.fullmatch(value):
        raise ValueError(f"expected {_OPERATIONS}")
    return value


Operation = Annotated[
    str,
    Syntax(
        _operation,
        schema_of(
            "the name of an operation", _OPERATIONS, "grid_sampler", type="string", pattern=f"^{_OPERATION.pattern}$"
        ),
    ),
]

Rate = Annotated[
    float,
    Syntax(_rate, schema_of("a fraction from 0 to below 1", _RATE, 0.5, type="number", minimum=0, exclusiveMaximum=1)),
]

Flag = Annotated[
    bool,
    Syntax(_true_or_false, schema_of("true or false", "true or false", True, False, type="boolean")),
]
