"""Convolutions."""

from __future__ import annotations

from abc import abstractmethod

from layerwise.core.errors import ShapeError
from layerwise.core.shape import TIMES, Shape, times
from layerwise.core.tensors import Tensor, formula
from layerwise.core.windows import NO_PADDING, Sides, Window, place_window, slide
from layerwise.layers.activation import ActivationName
from layerwise.layers.base import AnyLayer, Example, Layer, require_positions, require_sides
from layerwise.layers.memory import INPUT, NOTHING, STATISTIC_BYTES, InPlace, Saved
from layerwise.layers.normalization import NormName, normalization
from layerwise.layers.options import (
    BiasOption,
    Connections,
    EachSide,
    Flag,
    Kernel,
    KernelAndChannels,
    PaddingOption,
    Whole,
)
from layerwise.layers.rules import NOTHING_LEARNED, Rule, floor_rule, padding_rule, same_rule


class Kernels(Layer):
    """The base of convolutions: learned kernels with a bias, a normalization and an activation function."""

    category = "convolution"
    depth_units = 1

    bias: BiasOption = True
    """Adds a bias to each output channel; untied, to each output value its own."""
    fixed: Flag = False
    """Freezes the kernels, as for bilinear interpolation. They count as buffers then, not as parameters."""
    gain: Flag = False
    """Standardizes the kernels of each output channel, and multiplies them by a learned number."""
    norm: NormName = None
    """The normalization of the output: batch_norm, layer_norm, instance_norm or none."""
    activation: ActivationName = None
    """The activation function applied to the output, in place, after the normalization if there is one."""

    def parts(self) -> tuple[AnyLayer, ...]:
        """The convolution, and its normalization, which then has the activation function."""
        if self.norm is None:
            return (self,)
        bare = self.replace(norm=None, activation=None)
        return (bare, normalization(self.norm, self.activation))

    @abstractmethod
    def weight(self, shape: Shape) -> Tensor:
        """``weight`` k_h×k_w×(C_in / groups)×C_out."""

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` k_h×k_w×(C_in / groups)×C_out, ``bias`` C_out or H'×W'×C_out, ``gain`` C_out; none if fixed."""
        return () if self.fixed else self.weight_and_bias(shape)

    def buffers(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` and ``bias`` if fixed."""
        return self.weight_and_bias(shape) if self.fixed else ()

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input; nothing if fixed. With a gain also the standardized kernels, their statistics and gains."""
        if self.fixed:
            return NOTHING
        if not self.gain:
            return INPUT
        (shape,) = inputs
        weight = self.weight(shape)
        return INPUT._replace(batch_bytes=STATISTIC_BYTES * (weight.count + 3 * weight.sides[-1]))

    def weight_and_bias(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` k_h×k_w×(C_in / groups)×C_out, ``bias`` C_out or untied H'×W'×C_out, ``gain`` C_out."""
        tensors, output = [self.weight(shape)], self.output(shape)
        if self.bias:
            tensors.append(Tensor("bias", output if self.bias == "untied" else (output.channels,)))
        if self.gain:
            tensors.append(Tensor("gain", (output.channels,)))
        return tuple(tensors)

    @abstractmethod
    def weight_rule(self, shape: Shape) -> Rule:
        """``k_h × k_w × C_in × C_out``, and with values if they show more than the tensor's sides."""

    def channels_rule(self, shape: Shape) -> Rule:
        """C_out."""
        return Rule("one per filter", str(self.output(shape).channels))

    def parameters_rule(self, shape: Shape) -> Rule:
        """The weights, and for each output channel or value a bias and a gain."""
        if self.fixed:
            return NOTHING_LEARNED
        weight, *others = tensors = self.tensors(shape)
        symbols, values = self.weight_rule(shape)
        per_channel = [f" + {SYMBOLS[len(tensor.sides) - 1]}C_out" for tensor in others]
        total = formula(tensors)
        worked = f"{values}{total.removeprefix(times(weight.sides))} = " if values else ""
        return Rule(symbols + "".join(per_channel), worked + total)


SYMBOLS = {0: "", 1: "L × ", 2: "H × W × ", 3: "D × H × W × "}
"""The spatial sides of a tensor in rules, by their number."""
KERNEL_SYMBOLS = {1: "k", 2: "k_h × k_w", 3: "k_d × k_h × k_w"}
"""The sides of a kernel in rules, by their number."""


class SlidingKernels(Kernels):
    """Kernels that slide over an H×W×C_in map, a sequence L×C_in or a volume D×H×W×C_in, by their number of sides."""

    stride: EachSide = (1,)
    """Stride of the kernel: one number, or height × width."""
    padding: PaddingOption = NO_PADDING
    """Zeros around the input: one number, height × width, four sides, half the kernel, same (TensorFlow) or valid."""
    dilation: EachSide = (1,)
    """Spacing of the kernel's elements: one number, or height × width."""

    @property
    @abstractmethod
    def kernel(self) -> Sides:
        """k_h×k_w."""

    @abstractmethod
    def out_channels(self, shape: Shape) -> int:
        """C_out."""

    def window(self, shape: Shape) -> Window:
        """The kernel with its padding on an H×W×C map."""
        return place_window(
            require_sides(shape, len(self.kernel)), self.kernel, self.stride, self.padding, self.dilation
        )

    def output(self, shape: Shape) -> Shape:
        """H'×W'×C_out with H' = ⌊(H + p_top + p_bottom − d·(k_h − 1) − 1) / s⌋ + 1; with ``same`` H' = ⌈H / s⌉."""
        return Shape((*slide(self.window(shape), shape), self.out_channels(shape)))

    def size_rule(self, shape: Shape, axis: int) -> Rule:
        """As ``output``."""
        rule = same_rule if self.padding == "same" else floor_rule
        return rule(self.window(shape), shape, self.output(shape)[axis], axis)

    def padding_rule(self, shape: Shape, axis: int) -> Rule | None:
        """Only ``half`` and ``same`` are calculated."""
        return padding_rule(self.padding, self.window(shape), shape, self.output(shape)[axis], axis)

    def macs_rule(self, shape: Shape) -> Rule:
        """The weights at each position of the output."""
        values = f"{times(self.output(shape).spatial)} · {times(self.weight(shape).sides)}"
        return Rule("output positions · weights", values)

    def macs(self, shape: Shape) -> int:
        """H'·W' · k_h·k_w·(C_in / groups)·C_out: the weights at each position of the output."""
        return self.output(shape).positions * self.weight(shape).count


def grouped_weight(size: Sides, groups: int, shape: Shape) -> Tensor:
    """``weight`` k_h×k_w×(C_in / groups)×C_out; raises ``ShapeError`` if the channels do not divide."""
    *kernel, out_channels = size
    if shape.channels % groups or out_channels % groups:
        raise ShapeError(
            f"{shape.channels} input and {out_channels} output channels do not divide into {groups} groups"
        )
    return Tensor("weight", (*kernel, shape.channels // groups, out_channels))


def grouped_weight_rule(size: Sides, groups: int, shape: Shape) -> Rule:
    """``k_h × k_w × (C_in / groups) × C_out``, with values if there are groups."""
    *kernel, out_channels = size
    symbols = KERNEL_SYMBOLS[len(kernel)]
    if groups == 1:
        return Rule(f"{symbols} × C_in × C_out", "")
    values = f"{times(tuple(kernel))}{TIMES}({shape.channels} / {groups}){TIMES}{out_channels}"
    return Rule(f"{symbols} × (C_in / groups) × C_out", values)


class KernelsOfOneSize:
    """The filter, the kernel and the output channels of layers with a size k_h×k_w×C_out."""

    size: Sides

    @property
    def filter(self) -> tuple[int, ...]:
        """k_h×k_w×C_out."""
        return self.size

    @property
    def kernel(self) -> Sides:
        """k_h×k_w."""
        return self.size[:-1]

    def out_channels(self, shape: Shape) -> int:
        """C_out as given."""
        return self.size[-1]


class Convolution(KernelsOfOneSize, SlidingKernels):
    """A convolution: H×W×C_in becomes H'×W'×C_out, with a kernel of one side L×C_in, of three D×H×W×C_in.

    The number of parameters does not depend on the input size, stride and padding. With a table of connections, there
    are k_h·k_w weights per connection.
    Source: Goodfellow, Bengio & Courville, Deep Learning, chapter 9; the output size as in PyTorch's Conv1d,
    Conv2d and Conv3d.
    """

    kind = "conv"
    label = "Conv"
    example = Example("{conv: 7x7x64, stride: 2, padding: 3}", "224x224x3")

    size: KernelAndChannels
    """Kernel height × kernel width × output channels, like 3x3x64; 3x64 for sequences, 3x3x3x64 for volumes."""
    groups: Whole = 1
    """Number of groups of channels that are convolved separately. Must divide input and output channels."""
    connections: Connections = None
    """For partial connections: the input channels of each output channel, as in Table I of LeNet-5."""

    def with_channels(self, channels: int) -> AnyLayer:
        """With another C_out."""
        return self.replace(size=(*self.kernel, channels))

    def weight(self, shape: Shape) -> Tensor:
        """``weight`` k_h×k_w×(C_in / groups)×C_out, or k_h×k_w×connections."""
        if self.connections is None:
            return grouped_weight(self.size, self.groups, shape)
        self._check_connections(self.connections, shape)
        return Tensor("weight", (*self.kernel, sum(map(len, self.connections))))

    def weight_rule(self, shape: Shape) -> Rule:
        """``k_h × k_w × (C_in / groups) × C_out``, or ``k_h × k_w × connections``."""
        if self.connections is None:
            return grouped_weight_rule(self.size, self.groups, shape)
        return Rule(f"{KERNEL_SYMBOLS[len(self.kernel)]} × connections", "")

    def _check_connections(self, connections: tuple[tuple[int, ...], ...], shape: Shape) -> None:
        """Raise ``ShapeError`` if the table does not fit the channels."""
        if self.groups > 1:
            raise ShapeError("cannot have both groups and connections")
        if len(connections) != self.size[-1]:
            raise ShapeError(
                f"has {self.size[-1]} output channels, but the table of connections has {len(connections)}"
            )
        if (last := max(map(max, connections))) >= shape.channels:
            raise ShapeError(
                f"connects input channel {last}, but the last one, counted from 0, is {shape.channels - 1}"
            )


class DepthwiseConvolution(SlidingKernels):
    """A convolution of each channel by itself: H×W×C becomes H'×W'×(C·multiplier).

    It has as many groups as channels, and C times fewer weights than a convolution. A 1×1 convolution that mixes the
    channels usually follows.
    Source: Chollet, Xception, 2016; PyTorch's Conv2d with ``groups=in_channels``.
    """

    kind = "depthwise_conv"
    in_place = InPlace.DEPTHWISE
    label = "DepthwiseConv"
    example = Example("{depthwise_conv: 3x3, stride: 2, padding: 1, bias: false}", "112x112x64")

    size: Kernel
    """Kernel height × kernel width, like 3x3; 3 for sequences, 3x3x3 for volumes."""
    multiplier: Whole = 1
    """Output channels per input channel."""

    @property
    def filter(self) -> tuple[int, ...]:
        """k_h×k_w."""
        return self.size

    @property
    def kernel(self) -> Sides:
        """k_h×k_w."""
        return self.size

    def out_channels(self, shape: Shape) -> int:
        """C·multiplier."""
        return shape.channels * self.multiplier

    def weight(self, shape: Shape) -> Tensor:
        """``weight`` k_h×k_w×1×(C·multiplier)."""
        return Tensor("weight", (*self.size, 1, self.out_channels(shape)))

    def weight_rule(self, shape: Shape) -> Rule:
        """``k_h × k_w × 1 × C_out``."""
        return Rule(f"{KERNEL_SYMBOLS[len(self.size)]} × 1 × C_out", "")

    def channels_rule(self, shape: Shape) -> Rule:
        """C·multiplier."""
        result = self.out_channels(shape)
        return Rule("input channels · multiplier", f"{shape.channels} · {self.multiplier} = {result}")


class ChannelConvolution(Layer):
    """A one-dimensional convolution along the channels of an H×W×C map, with zero padding.

    After a global pooling, it is the gate of efficient channel attention: each channel sees k − 1 neighbours.
    Source: Wang et al., ECA-Net, 2019, section 3.2; PyTorch's Conv1d with the channels as its only side.
    """

    kind = "channel_conv"
    label = "ChannelConv"
    example = Example("{channel_conv: 5, bias: false, activation: sigmoid}", "1x1x256")
    category = "convolution"
    depth_units = 1

    size: Whole
    """Number of neighbouring channels in the kernel. Must be odd, so that C stays."""
    bias: Flag = True
    """Adds a bias, one for all channels."""
    activation: ActivationName = None
    """The activation function applied to the output, in place."""

    @property
    def filter(self) -> tuple[int, ...]:
        """The number of channels in the kernel, k."""
        return (self.size,)

    def output(self, shape: Shape) -> Shape:
        """The shape of the input. Raises ``ShapeError`` if the kernel is even."""
        if self.size % 2 == 0:
            raise ShapeError(f"needs an odd number of channels in the kernel, not {self.size}")
        return require_positions(shape)

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` k, and ``bias`` 1."""
        weight = Tensor("weight", (self.size,))
        return (weight, Tensor("bias", (1,))) if self.bias else (weight,)

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input."""
        return INPUT

    def macs(self, shape: Shape) -> int:
        """H·W·C times k."""
        return shape.elements * self.size

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``."""
        return Rule("outputs · weights", f"{shape} · {self.size}")
