"""The walk over the operations of a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from layerwise.core.shape import Shape
from layerwise.importing.graph import Graph
from layerwise.importing.steps import Step, StepGraph
from layerwise.importing.table import Table
from layerwise.importing.trace import ModelImportError, Node

Axes = tuple[str, ...]
"""The meaning of each side of a tensor: N, C, H, W, T, or 1 for one that holds no values."""


class Value(NamedTuple):
    """A tensor: the step that makes it, and the meaning of its sides."""

    step: str
    axes: Axes


class UnsupportedError(ModelImportError):
    """An operation that no layer expresses."""

    def __init__(self, node: Node, reason: str) -> None:
        super().__init__(f"cannot express {node.place()}: {reason}")
        self.operation = node.op


UNUSABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError, OverflowError)
"""Errors that attributes and shapes of a damaged trace cause."""

MAX_LAYERS = 3_000
"""Layers of a draft: the largest model of torchvision and timm has 2,249."""

Rule = Callable[["Lowering", Node], "Value"]
RULES: Table[Rule] = Table()
"""The rule of each operation."""
rule = RULES.register


class Lowering:
    """One walk over a graph, and the steps so far."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.values: dict[str, Value] = {}
        self.steps: dict[str, Step] = {}
        self.skipped: list[str] = []
        """Operations without effect on any figure, such as a multiplication by a constant, for the report."""

    def run(self) -> StepGraph:
        """Lower all nodes. Raises ``UnsupportedError`` at the first operation that no layer expresses."""
        _, channels, height, width = self._input_shape()
        name = next(node.id for node in self.graph if node.op == "input")
        self.values[name] = Value(name, ("N", "C", "H", "W"))
        self.input = name
        self.input_shape = Shape((height, width, channels))
        for node in self.graph:
            if node.op != "input":
                self.values[node.id] = self.lower(node)
        output = self.values[self.graph.outputs[0]].step
        return StepGraph(name, self.input_shape, self.steps, output)

    def _input_shape(self) -> tuple[int, ...]:
        shape = self.graph.trace.input_shape
        if len(shape) != 4 or shape[0] != 1:
            raise ModelImportError(f"the input must be one image, 1×C×H×W, not {'×'.join(map(str, shape))}")
        return shape

    def lower(self, node: Node) -> Value:
        """Lower one node."""
        function = _rule_of(node)
        if function is None:
            raise UnsupportedError(node, "the language has no layer for this operation")
        try:
            return function(self, node)
        except UNUSABLE as error:
            raise UnsupportedError(node, f"its attributes or shapes are unusable: {str(error)[:100]}") from None

    def value(self, node: Node, place: int = 0) -> Value:
        """The value of an input."""
        if place >= len(node.inputs):
            raise UnsupportedError(node, "it has no input that is calculated from the image")
        return self.values[node.inputs[place]]

    def shape(self, value: Value) -> Shape:
        """The shape of a value in a definition."""
        return self.input_shape if value.step == self.input else self.steps[value.step].shape

    def add(
        self, node: Node, kind: str, inputs: list[str], shape: tuple[int, ...], options: dict[str, Any] | None = None
    ) -> str:
        """Add a step; return its id. Raises ``ModelImportError`` if there are too many."""
        if len(self.steps) == MAX_LAYERS:
            raise ModelImportError(f"{self.graph.trace.source}: more than {MAX_LAYERS:,} layers")
        name = node.id if node.id not in self.steps else f"{node.id}.{len(self.steps)}"
        self.steps[name] = Step(name, kind, inputs, Shape(shape), options or {}, node.module)
        return name

    def layer(self, node: Node, kind: str, shape: tuple[int, ...], options: dict[str, Any] | None = None) -> str:
        """Add a layer of the first input."""
        return self.add(node, kind, [self.value(node).step], shape, options)

    def map_axes(self, node: Node) -> Value:
        """The first input, which must be a map with the channels first."""
        value = self.value(node)
        if len(value.axes) != 4 or value.axes[1] not in ("C", "1") or value.axes[2:] not in _MAPS:
            raise UnsupportedError(node, f"its input is no map with the channels first, but {'×'.join(value.axes)}")
        shape = self.shape(value)
        if len(shape) == 1:
            step = self.add(node, "to_map", [value.step], (1, 1, shape[0]), {"size": "1x1"})
            return Value(step, ("N", "C", "H", "W"))
        return Value(value.step, ("N", "C", "H", "W"))

    def sides(self, node: Node) -> tuple[int, ...]:
        """The output's shape in the framework."""
        if node.shape is None:
            raise UnsupportedError(node, "its shape is unknown")
        return node.shape


_MAPS = {("H", "W"), ("1", "1"), ("H", "1"), ("1", "W")}


def lower(graph: Graph) -> tuple[StepGraph, list[str]]:
    """Turn a graph of operations into a graph of layers; also return notes for the report.

    Raises ``UnsupportedError``, which names the operation and its place.
    """
    from layerwise.importing.lowering import merging, movements, pooling, weights  # noqa: F401, PLC0415 - they register

    lowering = Lowering(graph)
    try:
        return lowering.run(), lowering.skipped
    except UnsupportedError as error:
        others = sorted({node.op for node in graph if _rule_of(node) is None} - {"input", error.operation})
        if others:
            error.args = (f"{error}; also without a layer: {', '.join(others[:20])}",)
        raise


def _rule_of(node: Node) -> Rule | None:
    """The rule of an operation, or of all layers that recognizers made."""
    return RULES.get(node.op.partition(":")[0] + ":" if ":" in node.op else node.op)
