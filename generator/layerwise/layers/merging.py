"""Merges: layers in which branches meet."""

from __future__ import annotations

from typing import Literal

from layerwise.core.errors import ShapeError
from layerwise.core.shape import TIMES, Shape
from layerwise.layers.activation import ActivationName
from layerwise.layers.base import Example, Merge, listed
from layerwise.layers.memory import NOTHING, InPlace, Saved
from layerwise.layers.options import Flag


def _broadcast(shapes: tuple[Shape, ...]) -> Shape | None:
    """The shape to which all shapes are repeated along their sides of one; None if they do not fit together."""
    if len(set(map(len, shapes))) > 1:
        return None
    largest = [max(sides) for sides in zip(*shapes, strict=True)]
    fits = all(side in (1, most) for shape in shapes for side, most in zip(shape, largest, strict=True))
    return Shape(tuple(largest)) if fits else None


class Add(Merge):
    """The sum of branches of the same shape, value by value; sides of one are broadcast.

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
        """The shape of all branches; a side of one is broadcast, as a vector 1×1×C over a map is."""
        together = _broadcast(shapes)
        if together is None:
            raise ShapeError(f"branches to {self.kind} must have the same shape or sides of one, got {listed(shapes)}")
        return together


class Subtract(Add):
    """The difference of two branches, the first minus the second, value by value; sides of one are broadcast.

    Source: Koch, Zemel & Salakhutdinov, Siamese Neural Networks for One-shot Image Recognition, 2015, section 3.1.
    """

    kind = "subtract"
    label = "Subtract"
    output_rule = "the shape of both branches"
    sign = "−"
    example = Example("{subtract: {mean: [{avg_pool: 3x3, stride: 1, padding: 1}], itself: identity}}", "56x56x64")

    absolute: Flag = False
    """Takes the absolute value of the difference: the distance of the values."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Nothing; of an absolute difference the difference, for its sign."""
        return Saved(values=self.merge(inputs).elements) if self.absolute else NOTHING

    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """The shape of both branches; a side of one is broadcast. Raises ``ShapeError`` for more than two branches."""
        if len(shapes) > 2:
            raise ShapeError(f"subtracts one branch from another, got {len(shapes)} branches")
        return super().merge(shapes)


class Multiply(Merge):
    """The product of branches, value by value; sides of one are broadcast, as a gate of 1×1×C is over the map.

    The first branch is the main path: receptive field and depth are those of it.
    Source: Hu, Shen & Sun, Squeeze-and-Excitation Networks, 2017, section 3.
    """

    kind = "multiply"
    label = "Multiply"
    output_rule = "the shape of the branches, with sides of one broadcast"
    in_place = InPlace.MERGE
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
        """The shape of all branches; a side of one is broadcast, also one of the first branch."""
        main, together = shapes[0], _broadcast(shapes)
        if together is None or (together != main and together in shapes):
            raise ShapeError(f"a gate must have the shape {main} or sides of one, got {listed(shapes)}")
        return together


class Concat(Merge):
    """The channels of all branches, one after another, or their positions.

    The other sides must agree.

    Source: Szegedy et al., Going Deeper with Convolutions, 2014, section 4.
    """

    kind = "concat"
    label = "Concat"
    output_rule = "the values of all branches along one side"
    sign = "+"
    example = Example(
        "{concat: {1x1: [{conv: 1x1x64}], 3x3: [{conv: 1x1x96}, {conv: 3x3x128, padding: 1}]}}", "28x28x192"
    )

    along: Literal["channels", "positions"] = "channels"
    """The side along which branches follow one another: channels, or the positions of tokens."""
    activation: ActivationName = None
    """The activation function applied to the output, in place."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Nothing: the values only move."""
        return NOTHING

    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """H×W×(C_1 + C_2 + …); along positions (T_1 + T_2 + …)×C. Raises ``ShapeError`` if other sides differ."""
        if self.along == "positions":
            if any(len(shape) != 2 for shape in shapes) or len({shape.channels for shape in shapes}) > 1:
                raise ShapeError(f"branches to concatenate along positions must be tokens T×C, got {listed(shapes)}")
            return Shape((sum(shape[0] for shape in shapes), shapes[0].channels))
        if len({shape.spatial for shape in shapes}) > 1:
            raise ShapeError(f"branches to concatenate must have the same height and width, got {listed(shapes)}")
        return shapes[0].with_channels(sum(shape.channels for shape in shapes))

    def merge_values(self, shapes: tuple[Shape, ...]) -> str:
        """The sides with the sum of the channels or positions: ``28×28×(64 + 128)``."""
        axis = 0 if self.along == "positions" else -1
        sides = [*map(str, shapes[0])]
        sides[axis] = f"({f' {self.sign} '.join(str(shape[axis]) for shape in shapes)})"
        return TIMES.join(sides)
