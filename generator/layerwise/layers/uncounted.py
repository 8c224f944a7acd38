"""Operations that no other kind describes: their outputs are known, and nothing of them is counted."""

from __future__ import annotations

from dataclasses import replace

from layerwise.core.shape import Shape
from layerwise.layers.base import AnyLayer, Example, LayerStats, Merge, WithoutParameters, listed
from layerwise.layers.memory import NOTHING, Saved
from layerwise.layers.options import InputShape, Operation
from layerwise.layers.rules import Rule

NOT_COUNTED = "not counted"
UNKNOWN = Rule("not counted: the operation is unknown", "")


class _Unknown(AnyLayer):
    """The common part of both kinds: every figure is without them, and they are marked."""

    is_counted = False
    category = "other"
    output_rule = "as given"

    operation: Operation
    """The name of the operation in the model."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Nothing is known of it."""
        return NOTHING

    def parameters_rule(self, shape: Shape) -> Rule:
        """Unknown."""
        return UNKNOWN

    def macs_rule(self, shape: Shape) -> Rule:
        """Unknown."""
        return UNKNOWN

    def marked(self, stats: LayerStats) -> LayerStats:
        """The figures with the mark as the formula."""
        return replace(stats, formula=f"{NOT_COUNTED}: {self.operation}")


class Uncounted(_Unknown, WithoutParameters):
    """An operation that no other kind describes, with the shape of its output.

    Its parameters and multiply-accumulates are not counted: all totals are without it, and it is marked wherever they
    appear. It is taken to see its whole input. It is for drafts of imported models.
    Source: the unsupported operators that fvcore's FlopCountAnalysis lists.
    """

    kind = "uncounted"
    label = "Uncounted"
    example = Example("{uncounted: 7x7x64, operation: grid_sampler}", "14x14x64")

    size: InputShape
    """The shape of its output without the batch, like 7x7x64."""

    def output(self, shape: Shape) -> Shape:
        """As given."""
        return Shape(self.size)

    def is_global(self, shape: Shape) -> bool:
        """Always: nothing else is known."""
        return True

    def analyze(self, inputs: tuple[Shape, ...]) -> LayerStats:
        """See ``AnyLayer.analyze``."""
        return self.marked(super().analyze(inputs))


class UncountedMerge(_Unknown, Merge):
    """An operation of several branches that no other kind describes, with the shape of its output.

    As with `uncounted`, its parameters and multiply-accumulates are in no total, and it is marked.
    Source: the unsupported operators that fvcore's FlopCountAnalysis lists.
    """

    kind = "uncounted_merge"
    label = "Uncounted"
    sign = ","
    field_rule = "the whole input: nothing else is known"
    example = Example(
        "{uncounted_merge: {image: identity, grid: [{conv: 1x1x2}]}, output: 14x14x64, operation: grid_sampler}",
        "14x14x64",
    )

    output: InputShape
    """The shape of its output without the batch, like 7x7x64."""

    def merge_values(self, shapes: tuple[Shape, ...]) -> str:
        """The shapes of all branches."""
        return listed(shapes)

    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """As given."""
        return Shape(self.output)

    def is_global(self, shapes: tuple[Shape, ...]) -> bool:
        """Always: nothing else is known."""
        return True

    def products_rule(self, shapes: tuple[Shape, ...]) -> Rule:
        """Unknown."""
        return UNKNOWN

    def analyze(self, inputs: tuple[Shape, ...]) -> LayerStats:
        """See ``AnyLayer.analyze``."""
        return self.marked(super().analyze(inputs))
