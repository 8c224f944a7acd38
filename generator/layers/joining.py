"""Joins: where branches meet."""

from __future__ import annotations

from generator.errors import ShapeError
from generator.layers.activation import ActivationName
from generator.layers.base import Join
from generator.shape import Shape


def _listed(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(map(str, shapes))


class Add(Join):
    """The sum of branches of one shape, value by value."""

    kind = "add"
    label = "Add"

    activation: ActivationName = None
    """An activation function that follows, in place."""

    def join(self, shapes: tuple[Shape, ...]) -> Shape:
        """The one shape of all branches."""
        if len(set(shapes)) > 1:
            raise ShapeError(f"branches to be added must have one shape, but these came in: {_listed(shapes)}")
        return shapes[0]


class Multiply(Join):
    """The product of branches, value by value; a gate of 1×1×C is spread over the map.

    The first branch is the main path: receptive field and depth follow it.
    """

    kind = "multiply"
    label = "Multiply"

    activation: ActivationName = None
    """An activation function that follows, in place."""

    def join(self, shapes: tuple[Shape, ...]) -> Shape:
        """The shape of the first branch; every other must have the same or sides of one."""
        main = shapes[0]
        for gate in shapes[1:]:
            if len(gate) != len(main) or any(g not in (1, m) for g, m in zip(gate, main, strict=True)):
                raise ShapeError(
                    f"a gate must have the shape {main} or sides of one, but these came in: {_listed(shapes)}"
                )
        return main


class Concat(Join):
    """The channels of all branches, one behind the other; height and width must agree."""

    kind = "concat"
    label = "Concat"

    activation: ActivationName = None
    """An activation function that follows, in place."""

    def join(self, shapes: tuple[Shape, ...]) -> Shape:
        """H×W×(C_1 + C_2 + …)."""
        if len({shape.spatial for shape in shapes}) > 1:
            raise ShapeError(
                f"branches to be concatenated must agree in all but channels, but these came in: {_listed(shapes)}"
            )
        return shapes[0].with_channels(sum(shape.channels for shape in shapes))
