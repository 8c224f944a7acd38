"""The graph of an ONNX file, without its weights.

Source: onnx.proto3 of ONNX, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from layerwise.core.limits import SIDE
from layerwise.importing.readers.protobuf import Field, Source, Span
from layerwise.importing.trace import MAX_SIDES, MAX_TENSORS, ModelImportError

FLOATS = {1, 10, 11, 16}
"""Types of tensors: float, float16, double, bfloat16."""
FORMATS = {1: "f", 6: "i", 7: "q", 9: "?", 10: "e", 11: "d"}
"""Types whose values can be read, with their formats in ``struct``."""
NAMESPACE = "namespace"
MAX_OPERATIONS = 15_000
"""Operations of a file: half of those that older exporters write calculate shapes, and are not in the trace."""
MAX_VALUES = 64
"""Values of a tensor that is read: shapes, axes and constants are short."""


class OnnxTensor(NamedTuple):
    """A stored tensor."""

    name: str
    shape: tuple[int, ...]
    type: int
    values: list[Any] | None
    """Its values, if it has few of them."""


@dataclass(slots=True)
class OnnxNode:
    """An operation."""

    name: str = ""
    op: str = ""
    domain: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    modules: list[tuple[str, str]] = field(default_factory=list)
    """The paths and classes of the modules around it, which PyTorch's exporter stores."""


@dataclass(slots=True)
class OnnxModel:
    """The graph of a file."""

    producer: str = ""
    nodes: list[OnnxNode] = field(default_factory=list)
    tensors: dict[str, OnnxTensor] = field(default_factory=dict)
    inputs: dict[str, list[int | None]] = field(default_factory=dict)
    """Sides of each input; None for one that is dynamic."""
    outputs: list[str] = field(default_factory=list)


def load_onnx(path: Path) -> OnnxModel:
    """Read the graph of a file. Raises ``ModelImportError`` for any content that is no ONNX model."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        reader = _Reader(Source(file, size, path.name))
        reader.model(Span(0, size))
    if not reader.result.nodes:
        raise ModelImportError(f"{path.name}: no ONNX model: it has no operations")
    return reader.result


class _Reader:
    """Reads one file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.result = OnnxModel()

    def span(self, entry: Field) -> Span:
        """The bytes of a field that must be a message."""
        _, _, value = entry
        if not isinstance(value, Span):
            raise self.source.fail(0, "expected a message, found a number; this is no ONNX file, or it is damaged")
        return value

    def model(self, span: Span) -> None:
        """ModelProto."""
        for entry in self.source.fields(span):
            if entry[0] == 2:
                self.result.producer = self.source.text(entry[2])
            elif entry[0] == 3:
                self.result.producer += f" {self.source.text(entry[2])}"
            elif entry[0] == 7:
                self.graph(self.span(entry))

    def graph(self, span: Span) -> None:
        """GraphProto."""
        result = self.result
        for entry in self.source.fields(span):
            match entry[0]:
                case 1:
                    result.nodes.append(self.node(self.span(entry)))
                case 5:
                    tensor = self.tensor(self.span(entry))
                    result.tensors[tensor.name] = tensor
                case 11:
                    name, sides = self.value(self.span(entry))
                    result.inputs[name] = sides
                case 12:
                    result.outputs.append(self.value(self.span(entry))[0])
            if len(result.nodes) > MAX_OPERATIONS or len(result.tensors) > MAX_TENSORS:
                raise self.source.fail(
                    span.start, f"more than {MAX_OPERATIONS:,} operations or {MAX_TENSORS:,} tensors"
                )

    def node(self, span: Span) -> OnnxNode:
        """NodeProto."""
        node = OnnxNode()
        for entry in self.source.fields(span):
            match entry[0]:
                case 1:
                    node.inputs.append(self.source.text(entry[2]))
                case 2:
                    node.outputs.append(self.source.text(entry[2]))
                case 3:
                    node.name = self.source.text(entry[2])
                case 4:
                    node.op = self.source.text(entry[2])
                case 5:
                    name, value = self.attribute(self.span(entry))
                    node.attributes[name] = value
                case 7:
                    node.domain = self.source.text(entry[2])
                case 9:
                    node.modules += self.modules(self.span(entry))
        return node

    def modules(self, span: Span) -> list[tuple[str, str]]:
        """StringStringEntryProto: the modules of ``namespace``, ``layer1: Sequential/layer1.0: Bottleneck/…``."""
        entries = {number: value for number, _, value in self.source.fields(span)}
        if self.source.text(entries.get(1, Span(span.start, span.start))) != NAMESPACE or 2 not in entries:
            return []
        scopes = [part.partition(": ") for part in self.source.text(entries[2]).split("/")[:-1]]
        return [(path, kind.rpartition(".")[2]) for path, _, kind in scopes if path]

    def attribute(self, span: Span) -> tuple[str, Any]:
        """AttributeProto: a number, a string, a tensor, or a list of numbers."""
        name = ""
        value: Any = None
        numbers: list[Any] = []
        for entry in self.source.fields(span):
            match entry[0]:
                case 1:
                    name = self.source.text(entry[2])
                case 2:
                    value = self.source.float(entry[2])
                case 3:
                    (value,) = self.source.numbers(entry[2])
                case 4:
                    value = self.source.text(entry[2])
                case 5:
                    value = self.tensor(self.span(entry))
                case 7:
                    numbers += self.floats(entry)
                case 8:
                    numbers += self.source.numbers(entry[2])
                case 6 | 11:
                    value = "a graph of its own"
        return name, numbers or value

    def floats(self, entry: Field) -> list[float]:
        """Numbers of 32 bits, packed or one."""
        data = self.source.read(self.span(entry)) if self.size(entry) <= 4 * MAX_VALUES else b""
        return list(struct.unpack(f"<{len(data) // 4}f", data[: len(data) // 4 * 4]))

    def size(self, entry: Field) -> int:
        """The number of bytes of a field."""
        span = self.span(entry)
        return span.stop - span.start

    def tensor(self, span: Span) -> OnnxTensor:
        """TensorProto, with its values if there are few."""
        name, kind, shape, values = "", 0, [], None
        raw: Field | None = None
        for entry in self.source.fields(span):
            match entry[0]:
                case 1:
                    shape += self.source.numbers(entry[2], MAX_SIDES)
                case 2:
                    kind = int(entry[2]) if isinstance(entry[2], int) else 0
                case 4:
                    values = self.floats(entry) if self.size(entry) <= 4 * MAX_VALUES else None
                case 5 | 7:
                    is_short = isinstance(entry[2], int) or self.size(entry) <= 10 * MAX_VALUES
                    values = [*(values or []), *self.source.numbers(entry[2])] if is_short else None
                case 8:
                    name = self.source.text(entry[2])
                case 9:
                    raw = entry
        if len(shape) > MAX_SIDES or not all(0 <= side <= SIDE for side in shape):
            raise self.source.fail(span.start, f"tensor {name[:80]!r}: sides must be at most {SIDE:,}")
        if raw is not None:
            values = self.raw(raw, kind)
        return OnnxTensor(name, tuple(shape), kind, values)

    def raw(self, entry: Field, kind: int) -> list[Any] | None:
        """The values of raw data, if there are few."""
        letter = FORMATS.get(kind)
        if letter is None or self.size(entry) > 8 * MAX_VALUES:
            return None
        data, width = self.source.read(self.span(entry)), struct.calcsize(f"<{letter}")
        return list(struct.unpack(f"<{len(data) // width}{letter}", data[: len(data) // width * width]))

    def value(self, span: Span) -> tuple[str, list[int | None]]:
        """ValueInfoProto: a name, and the sides of a tensor."""
        name = ""
        sides: list[int | None] = []
        for entry in self.source.fields(span):
            if entry[0] == 1:
                name = self.source.text(entry[2])
            elif entry[0] == 2:
                for dimension in self.nested(self.span(entry), (1, 2, 1)):
                    numbers = [item for item in self.source.fields(dimension) if item[0] == 1]
                    sides.append(self.source.numbers(numbers[0][2])[0] if numbers else None)
        return name, sides

    def nested(self, span: Span, path: tuple[int, ...]) -> list[Span]:
        """The messages at a path of field numbers."""
        spans = [span]
        for number in path:
            spans = [self.span(entry) for outer in spans for entry in self.source.fields(outer) if entry[0] == number]
        return spans
