"""Merges: layers in which branches meet."""

from __future__ import annotations

from layerwise.core.errors import ShapeError
from layerwise.core.shape import TIMES, Shape
from layerwise.layers.activation import ActivationName
from layerwise.layers.base import Example, Merge
from layerwise.layers.memory import NOTHING, InPlace, Saved


def _listed(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(map(str, shapes))


class Add(Merge):
    """The sum of branches of the same shape, value by value.

    Source: He et al., Deep Residual Learning for Image Recognition, 2015, section 3.2.
    """

    kind = "add"
    label = "Add"
    in_place = InPlace.MERGE
    output_rule = "the shape of every branch"
    sign = "+"
    example = Example(
        "{add: {main: [{conv: 3x3x64, padding: 1}, {conv: 3x3x64, padding: 1}], shortcut: identity}}", "56x56x64"
    )

    activation: ActivationName = None
    """The activation function applied to the output, in place."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Nothing: sums need no values."""
        return NOTHING

    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """The shape of all branches."""
        if len(set(shapes)) > 1:
            raise ShapeError(f"branches to add must have the same shape, got {_listed(shapes)}")
        return shapes[0]


class Multiply(Merge):
    """The product of branches, value by value; a gate of 1×1×C is broadcast over the map.

    The first branch is the main path: receptive field and depth are those of it.
    Source: Hu, Shen & Sun, Squeeze-and-Excitation Networks, 2017, section 3.
    """

    kind = "multiply"
    label = "Multiply"
    in_place = InPlace.MERGE
    output_rule = "the shape of the first branch"
    sign = "·"
    follows_first = True
    field_rule = "same as the first branch"
    example = Example(
        "{multiply: {main: identity, gate: [global_avg_pool, {conv: 1x1x16}, {conv: 1x1x256}]}}", "56x56x256"
    )

    activation: ActivationName = None
    """The activation function applied to the output, in place."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """All branches: the gradient of each is calculated from the others."""
        return Saved(inputs=tuple(range(len(inputs))))

    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """The shape of the first branch; every other branch must have the same sides or sides of one."""
        main = shapes[0]
        for gate in shapes[1:]:
            if len(gate) != len(main) or any(g not in (1, m) for g, m in zip(gate, main, strict=True)):
                raise ShapeError(f"a gate must have the shape {main} or sides of one, got {_listed(shapes)}")
        return main


class Concat(Merge):
    """The channels of all branches, one after another; height and width must agree.

    Source: Szegedy et al., Going Deeper with Convolutions, 2014, section 4.
    """

    kind = "concat"
    label = "Concat"
    output_rule = "the channels of all branches"
    sign = "+"
    example = Example(
        "{concat: {1x1: [{conv: 1x1x64}], 3x3: [{conv: 1x1x96}, {conv: 3x3x128, padding: 1}]}}", "28x28x192"
    )

    activation: ActivationName = None
    """The activation function applied to the output, in place."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Nothing: the values only move."""
        return NOTHING

    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """H×W×(C_1 + C_2 + …)."""
        if len({shape.spatial for shape in shapes}) > 1:
            raise ShapeError(f"branches to concatenate must have the same height and width, got {_listed(shapes)}")
        return shapes[0].with_channels(sum(shape.channels for shape in shapes))

    def merge_values(self, shapes: tuple[Shape, ...]) -> str:
        """The sides with the sum of the channels: ``28×28×(64 + 128)``."""
        channels = f" {self.sign} ".join(str(shape.channels) for shape in shapes)
        return TIMES.join((*map(str, shapes[0].spatial), f"({channels})"))
