"""The wire format of protocol buffers, read from a file field by field, so that large fields can be skipped.

Source: https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from layerwise.importing.trace import ModelImportError

BLOCK = 8192
MAX_READ = 64_000_000
"""Bytes that may be read of one file, other than those that are skipped."""
MAX_FIELDS = 300_000
"""Fields of a file: the graphs of large models have fewer than 50,000."""
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class Span(NamedTuple):
    """The bytes of a field."""

    start: int
    stop: int


Field = tuple[int, int, "int | Span"]
"""The number, the wire type, and the value of a field: a number, or where its bytes are."""


class Source:
    """A file that is read in blocks at any place. Every error names the file and the byte."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self.file = file
        self.size = size
        self.name = name
        self.amount = 0
        """Bytes read so far."""
        self.fields_read = 0
        self.block = b""
        self.block_start = 0

    def fail(self, position: int, message: str) -> ModelImportError:
        """An error at a byte."""
        return ModelImportError(f"{self.name}: byte {position:,}: {message}")

    def read(self, span: Span) -> bytes:
        """The bytes of a span."""
        count = span.stop - span.start
        offset = span.start - self.block_start
        if not (offset >= 0 and offset + count <= len(self.block)):
            self._load(span.start, max(count, BLOCK))
            offset = 0
        return self.block[offset : offset + count]

    def _load(self, start: int, count: int) -> None:
        self.amount += count
        if self.amount > MAX_READ:
            raise self.fail(start, f"more than {MAX_READ:,} bytes other than weights")
        self.file.seek(start)
        self.block, self.block_start = self.file.read(count), start

    def varint(self, position: int, stop: int) -> tuple[int, int]:
        """A number of variable length, and the position after it."""
        value = shift = 0
        for byte in self.read(Span(position, min(position + 10, stop))):
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & 0xFFFF_FFFF_FFFF_FFFF, position
            shift += 7
        raise self.fail(position, "the file ends within a number" if position >= stop else "a number is too long")

    def fields(self, span: Span) -> Iterator[Field]:
        """The fields of a message."""
        position = span.start
        while position < span.stop:
            self.fields_read += 1
            if self.fields_read > MAX_FIELDS:
                raise self.fail(position, f"more than {MAX_FIELDS:,} fields")
            key, position = self.varint(position, span.stop)
            number, wire = key >> 3, key & 7
            if number == 0:
                raise self.fail(position, "no field has the number 0; this is no ONNX file, or it is damaged")
            value: int | Span
            if wire == VARINT:
                value, position = self.varint(position, span.stop)
            elif wire in (BYTES, FIXED64, FIXED32):
                length = {FIXED64: 8, FIXED32: 4}.get(wire)
                if length is None:
                    length, position = self.varint(position, span.stop)
                value = Span(position, position + length)
                position += length
                if position > span.stop:
                    raise self.fail(value.start, "a field ends after its message; the file is truncated or damaged")
            else:
                raise self.fail(position, f"no field has the wire type {wire}; this is no ONNX file, or it is damaged")
            yield number, wire, value

    def text(self, value: int | Span) -> str:
        """A string of at most 10,000 bytes."""
        if not isinstance(value, Span) or value.stop - value.start > 10_000:
            raise self.fail(value.start if isinstance(value, Span) else 0, "expected a string")
        return self.read(value).decode("utf-8", "replace")

    def numbers(self, value: int | Span, most: int = 10_000) -> list[int]:
        """Signed numbers, packed or one."""
        if isinstance(value, int):
            return [_signed(value)]
        result: list[int] = []
        position = value.start
        while position < value.stop:
            number, position = self.varint(position, value.stop)
            result.append(_signed(number))
            if len(result) > most:
                raise self.fail(position, f"a list of more than {most:,} numbers")
        return result

    def float(self, value: int | Span) -> float:
        """A number of 32 bits."""
        if not isinstance(value, Span) or value.stop - value.start != 4:
            raise self.fail(0, "expected a number of 32 bits")
        return float(struct.unpack("<f", self.read(value))[0])


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number
