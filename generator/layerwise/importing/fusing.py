"""Normalizations and activation functions as options of the layer before them, as definitions write them."""

from __future__ import annotations

from layerwise.importing.steps import Step, StepGraph
from layerwise.layers import KINDS, MERGES
from layerwise.layers.activation import FUNCTIONS
from layerwise.layers.normalization import NORMALIZATIONS


def fuse(graph: StepGraph) -> None:
    """Move normalizations and activation functions into the layers before them, where only they use them."""
    drop_flattening(graph)
    users = {name: len(names) for name, names in graph.uses().items()}
    users[graph.output] += 1
    moved: dict[str, str] = {}
    for step in list(graph.steps.values()):
        step.inputs = [moved.get(name, name) for name in step.inputs]
        (source, *others) = step.inputs
        if not others and source != graph.input and users[source] == 1 and _absorb(graph.steps[source], step):
            moved[step.id] = source
            users[source] = users[step.id]
            del graph.steps[step.id]
    graph.output = moved.get(graph.output, graph.output)


def _absorb(before: Step, step: Step) -> bool:
    """Add a normalization or an activation function to the layer before it; False if that has no place for it."""
    options = before.options
    fields = (KINDS | MERGES)[before.kind].fields()
    if step.kind in NORMALIZATIONS and "norm" in fields:
        if "norm" in options or "activation" in options or step.options:
            return False
        options["norm"] = step.kind
        return True
    if step.kind in FUNCTIONS and "activation" in fields and "activation" not in options and step.kind != "softmax":
        options["activation"] = step.kind
        return True
    return False


def drop_flattening(graph: StepGraph) -> None:
    """Remove each ``flatten`` that only fully connected layers use: they also take maps."""
    users, moved = graph.uses(), {}
    for step in list(graph.steps.values()):
        kinds = {graph.steps[name].kind for name in users[step.id]}
        if step.kind == "flatten" and kinds == {"fc"} and step.id != graph.output:
            moved[step.id] = step.inputs[0]
            del graph.steps[step.id]
    for step in graph.steps.values():
        step.inputs = [moved.get(name, name) for name in step.inputs]
