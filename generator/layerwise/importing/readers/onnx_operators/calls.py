"""An operation of ONNX with what is known of its inputs, and the table of all operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from layerwise.importing.readers.onnx_file import OnnxNode
from layerwise.importing.table import Table, TranslationError
from layerwise.importing.trace import Node

Shape = tuple[int, ...]


class Call(NamedTuple):
    """An operation with what is known of its inputs."""

    node: OnnxNode
    shapes: list[Shape | None]
    values: list[list[Any] | None]

    def shape(self, place: int = 0) -> Shape:
        """The shape of an input."""
        if place >= len(self.shapes) or (shape := self.shapes[place]) is None:
            raise TranslationError("the shape of an input is unknown")
        return shape

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute."""
        value = self.node.attributes.get(name)
        return default if value is None else value

    def numbers(self, name: str, place: int) -> list[Any] | None:
        """Numbers that are an attribute in old opsets and an input in new ones; None if they are missing."""
        if (value := self.node.attributes.get(name)) is not None:
            return value if isinstance(value, list) else [value]
        if place < len(self.node.inputs) and self.node.inputs[place]:
            if self.values[place] is None:
                raise TranslationError(f"its input {name} is no constant")
            return self.values[place]
        return None

    def result(
        self, op: str, shape: Shape | None, attributes: dict[str, Any] | None = None, *inputs: str
    ) -> list[Node]:
        """One node of the trace; its inputs are by default the first of the operation."""
        names = list(inputs) or self.node.inputs[:1]
        return [Node(self.node.outputs[0], op, names, {}, attributes or {}, shape)]


OPERATORS: Table[Callable[[Call], list[Node]]] = Table()
"""The translation of each operator to nodes of the trace."""
operator = OPERATORS.register
