"""The transposed convolution, which enlarges a feature map."""

from __future__ import annotations

from layerwise.core.errors import ShapeError
from layerwise.core.receptive_field import Samplings
from layerwise.core.sampling import transposed
from layerwise.core.shape import Shape, times
from layerwise.core.tensors import Tensor
from layerwise.core.windows import NO_PADDING, Window, along, both_ends, extent
from layerwise.layers.base import AnyLayer, Example, require_sides
from layerwise.layers.convolution import Kernels, KernelsOfOneSize, grouped_weight, grouped_weight_rule
from layerwise.layers.options import EachSide, KernelAndChannels, Margin, Whole
from layerwise.layers.rules import Rule, transposed_rule


class TransposedConvolution(KernelsOfOneSize, Kernels):
    """A transposed convolution: each value of an H×W×C_in map is spread over a k_h×k_w window of an H'×W'×C_out map.

    Also called deconvolution or up-convolution.
    Source: Dumoulin & Visin, A Guide to Convolution Arithmetic, 2016, chapter 4; PyTorch's ConvTranspose1d to
    ConvTranspose3d.
    """

    kind = "transposed_conv"
    label = "TransposedConv"
    example = Example("{transposed_conv: 2x2x512, stride: 2}", "28x28x1024")

    size: KernelAndChannels
    """Kernel height × kernel width × output channels, like 2x2x64; 2x64 for sequences, 2x2x2x64 for volumes."""
    stride: EachSide = (1,)
    """Stride of the windows in the output: one number, or height × width."""
    padding: Margin = NO_PADDING
    """Rows and columns cropped at each border of the output: one number, or height × width."""
    output_padding: Margin = NO_PADDING
    """Rows and columns added to the output at the bottom and the right: one number, or height × width."""
    dilation: EachSide = (1,)
    """Spacing of the kernel's elements: one number, or height × width."""
    groups: Whole = 1
    """Number of groups of channels that are convolved separately. Must divide input and output channels."""

    def with_channels(self, channels: int) -> AnyLayer:
        """With another C_out."""
        return self.replace(size=(*self.kernel, channels))

    def window(self, shape: Shape) -> Window:
        """The kernel as it moves over the output."""
        count = len(require_sides(shape, len(self.kernel)).spatial)
        stride, dilation = along(self.stride, count, "stride"), along(self.dilation, count, "dilation")
        return Window(self.kernel, stride, both_ends(along(self.padding, count, "padding"), count), dilation)

    def receptive_window(self, shape: Shape) -> Samplings:
        """Output row o sees the input rows i for which o + p − i·s is one of the kernel's taps 0, d, … d·(k − 1)."""
        window = self.window(shape)
        sides = zip(window.kernel, window.stride, window.padding.margins, window.dilation, strict=True)
        return tuple([transposed(k, s, p, d) for k, s, (p, _), d in sides])

    def output(self, shape: Shape) -> Shape:
        """H'×W'×C_out with H' = (H − 1)·s − 2·p + d·(k_h − 1) + output_padding + 1.

        Raises ``ShapeError`` if the padding crops everything.
        """
        window = self.window(shape)
        more = along(self.output_padding, len(window.kernel), "output padding")
        sides = zip(
            shape.spatial, window.stride, window.padding.margins, more, window.kernel, window.dilation, strict=True
        )
        sizes = [(n - 1) * s - before - after + extent(k, d) + m for n, s, (before, after), m, k, d in sides]
        if min(sizes) < 1:
            raise ShapeError(f"the padding crops the whole output of {shape}")
        return Shape((*sizes, self.size[-1]))

    def weight(self, shape: Shape) -> Tensor:
        """``weight`` k_h×k_w×(C_in / groups)×C_out."""
        return grouped_weight(self.size, self.groups, shape)

    def macs(self, shape: Shape) -> int:
        """H·W · k_h·k_w·(C_in / groups)·C_out: the weights at each position of the input, before cropping."""
        return shape.positions * self.weight(shape).count

    def size_rule(self, shape: Shape, axis: int) -> Rule:
        """As ``output``."""
        return transposed_rule(self.window(shape), shape, self.output(shape)[axis], axis)

    def weight_rule(self, shape: Shape) -> Rule:
        """``k_h × k_w × (C_in / groups) × C_out``."""
        return grouped_weight_rule(self.size, self.groups, shape)

    def macs_rule(self, shape: Shape) -> Rule:
        """The weights at each position of the input."""
        return Rule("input positions · weights", f"{times(shape.spatial)} · {times(self.weight(shape).sides)}")
