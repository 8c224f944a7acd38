"""Operations that no layer expresses, as layers that are marked and not counted."""

from __future__ import annotations

import re

from layerwise.core.shape import Shape
from layerwise.importing.counting import Counts
from layerwise.importing.graph import LAYER, Graph
from layerwise.importing.lowering.lowering import Axes, Lowering, UnsupportedError, Value
from layerwise.importing.lowering.weights import MAP, kernel
from layerwise.importing.steps import Step, StepGraph
from layerwise.importing.trace import ModelImportError, Node

MAX_SIDES = 4
"""Sides that a shape of a definition may have."""
MAX_NAME = 70
"""Characters of the names of several operations in one layer."""
MAX_PLACES = 5
"""Operations that a report names."""
KINDS = ("uncounted", "uncounted_merge")
STORED = Value("", ())
"""A value that the image does not change."""
ANY = "×"
"""A side whose meaning is unknown."""


class PartialLowering(Lowering):
    """A walk that marks the operations that no layer expresses, and goes on after them."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.uncounted: dict[str, Node] = {}
        """The operations that are not counted, by id."""

    def lower(self, node: Node) -> Value:
        """Lower one node, or mark it. Raises ``UnsupportedError`` if its output has no shape."""
        count = len(self.steps)
        try:
            return super().lower(node)
        except UnsupportedError:
            for name in list(self.steps)[count:]:
                del self.steps[name]
            if node.op.startswith(LAYER):
                raise
            return self.mark(node)

    def mark(self, node: Node) -> Value:
        """A layer without figures; none for one of several outputs' operation, whose outputs are layers each."""
        operation = self.graph.source(node) if node.op == "getitem" else node
        self.uncounted |= {operation.id: operation, node.id: node}
        names = [name for name in operation.inputs if self.values[name] != STORED]
        if any(self.graph.nodes[name].shape is None for name in names):
            raise UnsupportedError(node, "it takes several outputs of one operation")
        if node.shape is None or not names:
            return STORED
        shape, axes = self.output(node.shape, names[0])
        inputs = [self.values[name].step for name in names]
        kind = KINDS[len(inputs) > 1]
        word = re.sub(r"[^\w.:+-]", "_", operation.op, flags=re.ASCII)[:MAX_NAME]
        step = self.add(node, kind, inputs, shape, {"operation": word if word[0].isalpha() else f"_{word}"})
        return Value(step, axes)

    def output(self, sides: tuple[int, ...], source: str) -> tuple[Shape, Axes]:
        """The output shape and the meaning of its sides: as in an input of the same shape or order, or the usual."""
        value = self.values[source]
        if sides == self.graph.shape(source) and len(value.axes) == len(sides):
            return self.shape(value), value.axes
        if not all(sides):
            raise ModelImportError(f"cannot express the operation after {source}: its output is empty")
        if len(sides) == len(MAP) and sides[0] == 1:
            axes = value.axes if sorted(value.axes) == sorted(MAP) else MAP
            return Shape(tuple(sides[axes.index(axis)] for axis in "HWC")), axes
        batch = ("N",) if len(sides) > 1 and sides[0] == 1 else ()
        rest = sides[len(batch) :] or (1,)
        middle = ("T",) if batch and len(rest) == 2 else (ANY,) * (len(rest) - 1)
        return Shape(rest), (*batch, *middle, "C") if sides else ()


def lower_partly(graph: Graph) -> tuple[StepGraph, list[str], dict[str, Node]]:
    """Turn a graph into layers; operations that none expresses are marked. Also return notes, and those operations.

    Raises ``ModelImportError`` if one of them has no output that a definition can have.
    """
    lowering = PartialLowering(graph)
    steps = lowering.run()
    _join(steps)
    for step in steps.steps.values():
        if step.kind in KINDS:
            if len(step.shape) > MAX_SIDES:
                place = f"{step.options['operation']} at {step.module or step.id}"
                raise ModelImportError(f"cannot express {place}: its output has {len(step.shape)} sides")
            step.options["size" if step.kind == KINDS[0] else "output"] = kernel(step.shape)
    return steps, lowering.skipped, lowering.uncounted


def _join(graph: StepGraph) -> None:
    """Make one layer of operations in sequence: what they are together may have an output that has a meaning."""
    uses = graph.uses()
    uses[graph.output] = [*uses[graph.output], ""]
    for step in list(graph.steps.values()):
        before = graph.steps.get(step.inputs[0])
        if step.kind != KINDS[0] or before is None or before.kind not in KINDS or len(uses[before.id]) > 1:
            continue
        del graph.steps[before.id]
        step.kind, step.inputs, step.module = before.kind, before.inputs, before.module
        step.options["operation"] = _joined(before, step)


def _joined(before: Step, step: Step) -> str:
    """The names of two operations in sequence: ``reshape + permute``."""
    names = f"{before.options['operation']} + {step.options['operation']}"
    return names if len(names) <= MAX_NAME else f"{before.options['operation'].removesuffix(' + more')} + more"


def uncounted_notes(steps: list[Step], counts: Counts) -> list[str]:
    """Return what the report of a draft says about operations that are not counted."""
    places = [f"{step.options['operation']} at {step.module or step.id}" for step in steps[:MAX_PLACES]]
    more = f" and {len(steps) - len(places)} more" if len(steps) > len(places) else ""
    result = [f"no layer expresses {', '.join(places)}{more}; the draft marks them as not counted"] if steps else []
    if counts.uncounted_parameters:
        result.append(f"{counts.uncounted_parameters:,} parameters of the model are theirs, and are not counted")
    return result
