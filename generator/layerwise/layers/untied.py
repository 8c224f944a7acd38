"""Convolutions whose kernels or places of sampling differ from position to position."""

from __future__ import annotations

from layerwise.core.shape import Shape, times
from layerwise.core.tensors import Tensor, formula
from layerwise.layers.base import Example, require_map
from layerwise.layers.convolution import (
    KERNEL_SYMBOLS,
    SYMBOLS,
    KernelsOfOneSize,
    SlidingKernels,
    grouped_weight,
    grouped_weight_rule,
)
from layerwise.layers.memory import INPUT, Saved
from layerwise.layers.options import BiasOption, Flag, KernelAndChannels, Whole
from layerwise.layers.rules import NOTHING_LEARNED, Rule


class LocalConvolution(KernelsOfOneSize, SlidingKernels):
    """A locally connected layer: a convolution with kernels of its own at each position of the output.

    It has as many weights as it has multiply-accumulates.
    Source: LeCun, Generalization and Network Design Strategies, 1989; Taigman et al., DeepFace, 2014, section 3;
    Keras' LocallyConnected2D.
    """

    kind = "local_conv"
    label = "LocalConv"
    example = Example("{local_conv: 9x9x16}", "63x63x16")

    size: KernelAndChannels
    """Kernel height × kernel width × output channels, like 3x3x64; 3x64 for sequences, 3x3x3x64 for volumes."""
    bias: BiasOption = "untied"
    """Adds a bias to each output value, its own by default; true adds one to each output channel."""

    def weight(self, shape: Shape) -> Tensor:
        """``weight`` H'×W'×k_h×k_w×C_in×C_out."""
        return Tensor("weight", (*self.output(shape).spatial, *self.kernel, shape.channels, self.size[-1]))

    def weight_rule(self, shape: Shape) -> Rule:
        """``H' × W' × k_h × k_w × C_in × C_out``."""
        count = len(self.kernel)
        return Rule(f"{SYMBOLS[count]}{KERNEL_SYMBOLS[count]} × C_in × C_out", "")

    def macs(self, shape: Shape) -> int:
        """H'·W' · k_h·k_w·C_in·C_out: each weight once."""
        return self.weight(shape).count

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``."""
        return Rule("weights, each used once", times(self.weight(shape).sides))


class DeformableConvolution(KernelsOfOneSize, SlidingKernels):
    """A convolution that samples its input where a second convolution says: an offset for each element of the kernel.

    The second convolution has the same kernel, stride, padding and dilation, and 2·k_h·k_w output channels for each
    offset group, of a modulated one 3·k_h·k_w, with a factor for each sample. Bilinear sampling is not counted. The
    receptive field is that of the kernel without offsets, which can lead anywhere.
    Source: Dai et al., Deformable Convolutional Networks, 2017, section 2.1; Zhu et al., Deformable ConvNets v2, 2018.
    """

    kind = "deformable_conv"
    label = "DeformableConv"
    example = Example("{deformable_conv: 3x3x256, padding: 1, modulated: true}", "14x14x256")

    size: KernelAndChannels
    """Kernel height × kernel width × output channels, like 3x3x64."""
    groups: Whole = 1
    """Number of groups of channels that are convolved separately. Must divide input and output channels."""
    offset_groups: Whole = 1
    """Number of groups of input channels with offsets of their own."""
    modulated: Flag = False
    """Multiplies each sample by a factor that is calculated with the offsets, as in version 2."""

    def output(self, shape: Shape) -> Shape:
        """H'×W'×C_out as of a convolution."""
        return super().output(require_map(shape))

    def weight(self, shape: Shape) -> Tensor:
        """``weight`` k_h×k_w×(C_in / groups)×C_out."""
        return grouped_weight(self.size, self.groups, shape)

    def weight_rule(self, shape: Shape) -> Rule:
        """``k_h × k_w × (C_in / groups) × C_out``."""
        return grouped_weight_rule(self.size, self.groups, shape)

    def offsets(self, shape: Shape) -> tuple[Tensor, Tensor]:
        """``offset.weight`` k_h×k_w×C_in×n and ``offset.bias`` n, with n = 2·k_h·k_w or 3·k_h·k_w for each group."""
        k_h, k_w = self.kernel
        channels = (3 if self.modulated else 2) * k_h * k_w * self.offset_groups
        return Tensor("offset.weight", (k_h, k_w, shape.channels, channels)), Tensor("offset.bias", (channels,))

    def weight_and_bias(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` k_h×k_w×(C_in / groups)×C_out, ``bias`` C_out, and those of the offsets."""
        return (*super().weight_and_bias(shape), *self.offsets(shape))

    def parameters_rule(self, shape: Shape) -> Rule:
        """The weights, the biases, and those of the convolution that calculates the offsets."""
        if self.fixed:
            return NOTHING_LEARNED
        bias = " + C_out" if self.bias else ""
        total = formula(self.tensors(shape))
        symbols = self.weight_rule(shape).symbols
        return Rule(f"{symbols}{bias} + k_h × k_w × C_in × offsets + offsets", total)

    def macs(self, shape: Shape) -> int:
        """H'·W' times the weights of the convolution and of its offsets."""
        return self.output(shape).positions * (self.weight(shape).count + self.offsets(shape)[0].count)

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``."""
        weights = f"({times(self.weight(shape).sides)} + {times(self.offsets(shape)[0].sides)})"
        values = f"{times(self.output(shape).spatial)} · {weights}"
        return Rule("output positions · (weights + those of the offsets)", values)

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input, and the offsets, with the factors of a modulated one."""
        (shape,) = inputs
        return INPUT._replace(values=self.output(shape).positions * self.offsets(shape)[1].count)
