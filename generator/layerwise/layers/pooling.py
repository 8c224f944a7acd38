"""Pooling over a window, a part or the whole of each channel, without parameters."""

from __future__ import annotations

from layerwise.core.shape import Shape
from layerwise.core.windows import NO_PADDING, Window, place_window, slide
from layerwise.layers.base import Example, WithoutParameters, require_positions, require_sides
from layerwise.layers.memory import INDEX_BYTES, INPUT, NOTHING, Saved
from layerwise.layers.options import EachSide, Flag, Kernel, MapSize, PaddingOption
from layerwise.layers.rules import Rule, ceil_rule, floor_rule, padding_rule, same_rule


class Pooling(WithoutParameters):
    """A window that slides over each channel of an H×W×C map, a sequence or a volume; the output is H'×W'×C."""

    category = "pooling"

    size: Kernel
    """Kernel height × kernel width, like 2x2; 2 for sequences, 2x2x2 for volumes."""
    stride: EachSide | None = None
    """Stride of the window: one number, or height × width. By default the size of the window."""
    padding: PaddingOption = NO_PADDING
    """Padding around the input: one number, height × width, four sides, half the kernel, same (TensorFlow) or valid."""
    ceil: Flag = False
    """Rounds the output size up, as Caffe does. A last window that would start in the padding is dropped."""

    @property
    def filter(self) -> tuple[int, ...]:
        """k_h×k_w."""
        return self.size

    def window(self, shape: Shape) -> Window:
        """The window with its padding on an H×W×C map."""
        return place_window(require_sides(shape, len(self.size)), self.size, self.stride or self.size, self.padding)

    def output(self, shape: Shape) -> Shape:
        """H'×W'×C with H' = ⌊(H + p_top + p_bottom − k_h) / s⌋ + 1, rounded up with ``ceil``."""
        return Shape((*slide(self.window(shape), shape, ceil=self.ceil), shape.channels))

    def size_rule(self, shape: Shape, axis: int) -> Rule:
        """As ``output``."""
        rule = same_rule if self.padding == "same" else ceil_rule if self.ceil else floor_rule
        return rule(self.window(shape), shape, self.output(shape)[axis], axis)

    def padding_rule(self, shape: Shape, axis: int) -> Rule | None:
        """Only ``half`` and ``same`` are calculated."""
        return padding_rule(self.padding, self.window(shape), shape, self.output(shape)[axis], axis)

    def is_global(self, shape: Shape) -> bool:
        """If one window covers the map, as 7×7 does on 7×7."""
        return self.output(shape).positions == 1 and all(k >= n for k, n in zip(self.size, shape, strict=False))


class MaxPool(Pooling):
    """Max pooling: the largest value of each window, channel by channel.

    Source: PyTorch's MaxPool2d; ``ceil`` as in Caffe's pooling layer.
    """

    kind = "max_pool"
    label = "MaxPool"
    example = Example("{max_pool: 3x3, stride: 2, ceil: true}", "112x112x64")

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, and the index of each maximum."""
        (shape,) = inputs
        return INPUT._replace(bytes=INDEX_BYTES * self.output(shape).elements)


class AvgPool(Pooling):
    """Average pooling: the mean of each window, channel by channel.

    Source: PyTorch's AvgPool2d; ``ceil`` as in Caffe's pooling layer.
    """

    kind = "avg_pool"
    label = "AvgPool"
    example = Example("{avg_pool: 2x2}", "56x56x128")

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input."""
        return INPUT


class GlobalAvgPool(WithoutParameters):
    """Global average pooling, the mean of each channel over all positions: H×W×C becomes 1×1×C, L×C becomes 1×C.

    Source: Lin et al., Network in Network, 2013, section 3.2.
    """

    kind = "global_avg_pool"
    label = "GlobalAvgPool"
    output_rule = "the mean of each channel"
    example = Example("global_avg_pool", "7x7x2048")
    category = "pooling"

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Nothing: a mean over the map needs only its size."""
        return NOTHING

    def output(self, shape: Shape) -> Shape:
        """1×1×C."""
        return Shape((*[1 for _ in require_positions(shape).spatial], shape.channels))

    def is_global(self, shape: Shape) -> bool:
        """Always."""
        return True


class GlobalMaxPool(GlobalAvgPool):
    """Global max pooling, the largest value of each channel over the whole map: H×W×C becomes 1×1×C.

    Source: Keras' GlobalMaxPooling2D.
    """

    kind = "global_max_pool"
    label = "GlobalMaxPool"
    output_rule = "the largest value of each channel"
    example = Example("global_max_pool", "7x7x512")

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, and the index of each maximum."""
        (shape,) = inputs
        return INPUT._replace(bytes=INDEX_BYTES * shape.channels)


class AdaptiveAvgPool(WithoutParameters):
    """Adaptive average pooling: means over windows chosen so that the output has a given size.

    Output row i, counted from 0, averages the rows from ⌊i·H / H'⌋ to before ⌈(i + 1)·H / H'⌉.
    Source: PyTorch's AdaptiveAvgPool2d.
    """

    kind = "adaptive_avg_pool"
    label = "AdaptiveAvgPool"
    output_rule = "the requested size"
    example = Example("{adaptive_avg_pool: 7x7}", "14x14x512")
    category = "pooling"

    size: MapSize
    """Output height × width, like 6x6; 6 for sequences, 1x6x6 for volumes."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, unless its output is 1×1: it is then a mean, which needs nothing."""
        return NOTHING if max(self.size) == 1 else INPUT

    def output(self, shape: Shape) -> Shape:
        """H'×W'×C as given."""
        return Shape((*self.size, require_sides(shape, len(self.size)).channels))

    def is_global(self, shape: Shape) -> bool:
        """Only if the output is 1×1."""
        return max(self.size) == 1
