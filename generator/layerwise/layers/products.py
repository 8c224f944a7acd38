"""Products of branches: matrices made by layers."""

from __future__ import annotations

from layerwise.core.errors import ShapeError
from layerwise.core.shape import TIMES, Shape
from layerwise.layers.base import Example, Merge
from layerwise.layers.memory import Saved
from layerwise.layers.rules import Rule


class MatMul(Merge):
    """The matrix product of two branches: T×K or H×W×K times K×N.

    Multiply-accumulates: T·K·N.
    Source: PyTorch's matmul; Qi et al., PointNet, 2016, section 4.2, whose input is multiplied by a computed matrix.
    """

    kind = "matmul"
    label = "MatMul"
    category = "linear"
    output_rule = "the positions of the left branch, the columns of the right one"
    sign = "·"
    branch_names = ("left", "right")
    example = Example("tokens, {matmul: {left: identity, right: transpose}}", "8x8x32")

    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """T×N or H×W×N. Raises ``ShapeError`` unless the right branch has K rows of N channels."""
        left, right = shapes
        if not left.spatial or len(right) != 2 or left.channels != right[0]:
            raise ShapeError(f"needs T{TIMES}K or a map on the left and K{TIMES}N on the right, got {left} and {right}")
        return left.with_channels(right.channels)

    def macs(self, shapes: tuple[Shape, ...]) -> int:
        """T·K·N."""
        left, right = shapes
        return left.elements * right.channels

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Both branches: the gradient of each is calculated from the other."""
        return Saved(inputs=(0, 1))

    def products_rule(self, shapes: tuple[Shape, ...]) -> Rule:
        """As ``macs``."""
        left, right = shapes
        return Rule("left values · columns", f"{left} · {right.channels}")
