"""Small ONNX files in protocol buffers' wire format, written without the package of ONNX."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any


def varint(number: int) -> bytes:
    number &= 0xFFFF_FFFF_FFFF_FFFF
    result = b""
    while number > 0x7F:
        result += bytes([number & 0x7F | 0x80])
        number >>= 7
    return result + bytes([number])


def field(number: int, value: int | bytes | str) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name: str, shape: Sequence[int], values: Sequence[int] | None = None, data: bytes = b"") -> bytes:
    """Floats without data, or whole numbers with values."""
    kind = 1 if values is None else 7
    raw = data if values is None else struct.pack(f"<{len(values)}q", *values)
    sides = b"".join(field(1, side) for side in shape)
    return sides + field(2, kind) + field(8, name) + (field(9, raw) if raw else field(14, 1))


def attribute(name: str, value: Any) -> bytes:
    head = field(1, name)
    if isinstance(value, int):
        return head + field(3, value) + field(20, 2)
    if isinstance(value, float):
        return head + varint(2 << 3 | 5) + struct.pack("<f", value) + field(20, 1)
    if isinstance(value, str):
        return head + field(4, value) + field(20, 3)
    return head + b"".join(field(8, number) for number in value) + field(20, 7)


def node(op: str, inputs: str, output: str, **attributes: Any) -> bytes:
    names = b"".join(field(1, name) for name in inputs.split()) + b"".join(field(2, name) for name in output.split())
    return names + field(4, op) + b"".join(field(5, attribute(*item)) for item in attributes.items())


def value(name: str, shape: Sequence[int | str]) -> bytes:
    dimensions = b"".join(field(1, field(1, side) if isinstance(side, int) else field(2, side)) for side in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dimensions)))


def model(
    nodes: Sequence[bytes],
    tensors: Sequence[bytes] = (),
    shape: Sequence[int | str] = (1, 3, 16, 16),
    output: str = "y",
) -> bytes:
    """A file whose input is x."""
    graph = b"".join(field(1, item) for item in nodes) + b"".join(field(5, item) for item in tensors)
    graph += field(11, value("x", shape)) + field(12, value(output, []))
    return field(1, 8) + field(2, "tests") + field(7, graph) + field(8, field(2, 17))
