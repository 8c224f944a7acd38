"""Convolutions."""

from __future__ import annotations

from abc import abstractmethod

from layerwise.core.errors import ShapeError
from layerwise.core.shape import TIMES, Shape, times
from layerwise.core.tensors import Tensor, formula
from layerwise.core.windows import NO_PADDING, Window, place_window, slide
from layerwise.layers.activation import ActivationName
from layerwise.layers.base import AnyLayer, Example, Layer, require_map
from layerwise.layers.normalization import NormName, normalization
from layerwise.layers.options import (
    BiasOption,
    Connections,
    Flag,
    Kernel,
    KernelAndChannels,
    PaddingOption,
    Sides,
    Whole,
)
from layerwise.layers.rules import NOTHING_LEARNED, Rule, floor_rule, same_padding_rule, same_rule


class Kernels(Layer):
    """What convolutions share: learned kernels with their bias, and what follows them in place."""

    category = "convolution"
    depth_units = 1

    bias: BiasOption = True
    """Whether a bias is added to each output channel; untied gives each output value its own."""
    fixed: Flag = False
    """Whether the kernels stay as they are set, as those of a bilinear interpolation: buffers then, not parameters."""
    gain: Flag = False
    """Whether the kernels of each output channel are standardized, and then multiplied by a learned number."""
    norm: NormName = None
    """A normalization that follows: batch_norm, layer_norm, instance_norm or none."""
    activation: ActivationName = None
    """An activation function that follows, in place, after the normalization if there is one."""

    def parts(self) -> tuple[AnyLayer, ...]:
        """The convolution, and its normalization, which then carries the activation function."""
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
        """``k_h × k_w × C_in × C_out``, and with values where these are more than the tensor's sides."""

    def channels_rule(self, shape: Shape) -> Rule:
        """C_out."""
        return Rule("one per filter", str(self.output(shape).channels))

    def parameters_rule(self, shape: Shape) -> Rule:
        """The weights, and for each output channel or value a bias and a gain."""
        if self.fixed:
            return NOTHING_LEARNED
        weight, *others = tensors = self.tensors(shape)
        symbols, values = self.weight_rule(shape)
        per_channel = [" + H × W × C_out" if len(tensor.sides) == 3 else " + C_out" for tensor in others]
        total = formula(tensors)
        worked = f"{values}{total.removeprefix(times(weight.sides))} = " if values else ""
        return Rule(symbols + "".join(per_channel), worked + total)


class SlidingKernels(Kernels):
    """Kernels that slide over an H×W×C_in map with a stride and leave H'×W'×C_out."""

    stride: Sides = (1, 1)
    """How far the kernel moves: one number, or height × width."""
    padding: PaddingOption = NO_PADDING
    """Zeros around the input: a number, height × width, four sides, same (TensorFlow's) or valid (none)."""
    dilation: Sides = (1, 1)
    """Distance of the kernel's taps."""

    @property
    @abstractmethod
    def kernel(self) -> tuple[int, int]:
        """k_h×k_w."""

    @abstractmethod
    def out_channels(self, shape: Shape) -> int:
        """C_out."""

    def window(self, shape: Shape) -> Window:
        """The kernel with its padding on an H×W×C map."""
        return place_window(require_map(shape), self.kernel, self.stride, self.padding, self.dilation)

    def output(self, shape: Shape) -> Shape:
        """H'×W'×C_out with H' = ⌊(H + p_top + p_bottom − d·(k_h − 1) − 1) / s⌋ + 1; with ``same`` H' = ⌈H / s⌉."""
        return Shape((*slide(self.window(shape), shape), self.out_channels(shape)))

    def size_rule(self, shape: Shape, axis: int) -> Rule:
        """As ``output``."""
        rule = same_rule if self.padding == "same" else floor_rule
        return rule(self.window(shape), shape, self.output(shape)[axis], axis)

    def padding_rule(self, shape: Shape, axis: int) -> Rule | None:
        """Only ``same`` is calculated."""
        if self.padding != "same":
            return None
        return same_padding_rule(self.window(shape), shape, self.output(shape)[axis], axis)

    def macs_rule(self, shape: Shape) -> Rule:
        """The weights at each position of the output."""
        values = f"{times(self.output(shape).spatial)} · {times(self.weight(shape).sides)}"
        return Rule("output positions · weights", values)

    def macs(self, shape: Shape) -> int:
        """H'·W' · k_h·k_w·(C_in / groups)·C_out: the weights at each position of the output."""
        height, width, _ = self.output(shape)
        return height * width * self.weight(shape).count


def grouped_weight(size: tuple[int, int, int], groups: int, shape: Shape) -> Tensor:
    """``weight`` k_h×k_w×(C_in / groups)×C_out; raises ``ShapeError`` where the channels do not divide."""
    k_h, k_w, out_channels = size
    if shape.channels % groups or out_channels % groups:
        raise ShapeError(
            f"{shape.channels} input and {out_channels} output channels do not divide into {groups} groups"
        )
    return Tensor("weight", (k_h, k_w, shape.channels // groups, out_channels))


def grouped_weight_rule(size: tuple[int, int, int], groups: int, shape: Shape) -> Rule:
    """``k_h × k_w × (C_in / groups) × C_out``, with values where there are groups."""
    if groups == 1:
        return Rule("k_h × k_w × C_in × C_out", "")
    k_h, k_w, out_channels = size
    values = f"{k_h}{TIMES}{k_w}{TIMES}({shape.channels} / {groups}){TIMES}{out_channels}"
    return Rule("k_h × k_w × (C_in / groups) × C_out", values)


class Convolution(SlidingKernels):
    """A two-dimensional convolution of an H×W×C_in map into an H'×W'×C_out map.

    The parameters do not depend on input size, stride and padding. With a table of connections there are k_h·k_w
    weights for each connection.
    Source: Goodfellow, Bengio & Courville, Deep Learning, chapter 9; the output size as in PyTorch's Conv2d.
    """

    kind = "conv"
    label = "Conv"
    example = Example("{conv: 7x7x64, stride: 2, padding: 3}", "224x224x3")

    size: KernelAndChannels
    """Kernel height × kernel width × output channels, like 3x3x64."""
    groups: Whole = 1
    """Groups of channels that are convolved apart from each other; both channel counts must divide by it."""
    connections: Connections = None
    """Where not all are connected: for each output channel the input channels it sees, as in LeNet-5's Table I."""

    @property
    def filter(self) -> tuple[int, ...]:
        """k_h×k_w×C_out."""
        return self.size

    @property
    def kernel(self) -> tuple[int, int]:
        """k_h×k_w."""
        return self.size[:2]

    def out_channels(self, shape: Shape) -> int:
        """C_out as asked for."""
        return self.size[2]

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
        return Rule("k_h × k_w × connections", "")

    def _check_connections(self, connections: tuple[tuple[int, ...], ...], shape: Shape) -> None:
        """Raises ``ShapeError`` where the table is not one of these channels."""
        if self.groups > 1:
            raise ShapeError("takes groups or connections, not both")
        if len(connections) != self.size[2]:
            raise ShapeError(f"has {self.size[2]} output channels, but connections for {len(connections)}")
        if (last := max(map(max, connections))) >= shape.channels:
            raise ShapeError(f"connects input channel {last}, but counted from 0 the last one is {shape.channels - 1}")


class DepthwiseConvolution(SlidingKernels):
    """A convolution of each channel by itself: H×W×C into H'×W'×(C·multiplier), as many groups as channels.

    It has C times fewer weights than a convolution; a 1×1 convolution usually follows and mixes the channels.
    Source: Chollet, Xception, 2016; PyTorch's Conv2d with ``groups=in_channels``.
    """

    kind = "depthwise_conv"
    label = "DepthwiseConv"
    example = Example("{depthwise_conv: 3x3, stride: 2, padding: 1, bias: false}", "112x112x64")

    size: Kernel
    """Kernel height × kernel width, like 3x3."""
    multiplier: Whole = 1
    """Output channels for each input channel."""

    @property
    def filter(self) -> tuple[int, ...]:
        """k_h×k_w."""
        return self.size

    @property
    def kernel(self) -> tuple[int, int]:
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
        return Rule("k_h × k_w × 1 × C_out", "")

    def channels_rule(self, shape: Shape) -> Rule:
        """C·multiplier."""
        result = self.out_channels(shape)
        return Rule("input channels · multiplier", f"{shape.channels} · {self.multiplier} = {result}")


class ChannelConvolution(Layer):
    """A one-dimensional convolution along the channels of an H×W×C map, with zeros beyond the first and the last.

    Behind a global pooling it is the gate of efficient channel attention: each channel sees k − 1 neighbours.
    Source: Wang et al., ECA-Net, 2019, section 3.2; PyTorch's Conv1d with the channels as its only side.
    """

    kind = "channel_conv"
    label = "ChannelConv"
    example = Example("{channel_conv: 5, bias: false, activation: sigmoid}", "1x1x256")
    category = "convolution"
    depth_units = 1

    size: Whole
    """How many neighbouring channels are summed up; an odd number, so that C stays."""
    bias: Flag = True
    """Whether a bias, one for all channels, is added."""
    activation: ActivationName = None
    """An activation function that follows, in place."""

    @property
    def filter(self) -> tuple[int, ...]:
        """The number of channels summed up, k."""
        return (self.size,)

    def output(self, shape: Shape) -> Shape:
        """The map that entered. Raises ``ShapeError`` where the kernel has no middle."""
        if self.size % 2 == 0:
            raise ShapeError(f"needs an odd number of channels to sum up, not {self.size}")
        return require_map(shape)

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` k, and ``bias`` 1."""
        weight = Tensor("weight", (self.size,))
        return (weight, Tensor("bias", (1,))) if self.bias else (weight,)

    def macs(self, shape: Shape) -> int:
        """H·W·C times k."""
        return shape.elements * self.size

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``."""
        return Rule("outputs · weights", f"{shape} · {self.size}")
