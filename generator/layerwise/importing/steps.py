"""The layers of a model as a graph: kinds and options of definitions, before they are put into order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from layerwise.core.shape import Shape


@dataclass(slots=True)
class Step:
    """A layer or a merge. ``kernel`` and ``channels`` are the parts of its size that may differ by themselves."""

    id: str
    kind: str
    inputs: list[str]
    shape: Shape
    """Its output: H×W×C, T×C or C."""
    options: dict[str, Any] = field(default_factory=dict)
    module: str = ""


@dataclass(slots=True)
class StepGraph:
    """Steps in the order of execution, and the output of the model."""

    input: str
    input_shape: Shape
    steps: dict[str, Step]
    output: str

    def uses(self) -> dict[str, list[str]]:
        """The users of each value."""
        users: dict[str, list[str]] = {self.input: [], **{name: [] for name in self.steps}}
        for step in self.steps.values():
            for source in step.inputs:
                users[source].append(step.id)
        return users

    def shape(self, name: str) -> Shape:
        """The shape of a value."""
        return self.input_shape if name == self.input else self.steps[name].shape
