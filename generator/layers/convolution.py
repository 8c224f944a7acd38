"""Convolutions."""

from __future__ import annotations

from generator.errors import ShapeError
from generator.formula import Tensor
from generator.layers.activation import ActivationName
from generator.layers.base import AnyLayer, Layer, need_map
from generator.layers.normalization import NormName, normalization
from generator.layers.options import Flag, KernelAndMaps, PaddingOption, Sides, Whole
from generator.layers.sliding import place_window, slide
from generator.shape import Shape
from generator.window import NO_PADDING, Window


class Convolution(Layer):
    """A two-dimensional convolution of an H×W×C_in map into an H'×W'×C_out map.

    Parameters k_h·k_w·(C_in / groups)·C_out, and C_out with a bias; independent of input size, stride and padding.
    Multiply-accumulates: the weights times the positions of the output, H'·W'. The bias is not counted.
    Source: Goodfellow, Bengio & Courville, Deep Learning, chapter 9; the output size as in PyTorch's Conv2d.
    """

    kind = "conv"
    label = "Conv"
    category = "convolution"
    weighted = True

    size: KernelAndMaps
    """Kernel height × kernel width × output channels, like 3x3x64."""
    stride: Sides = (1, 1)
    """How far the kernel moves: one number, or height × width."""
    padding: PaddingOption = NO_PADDING
    """Zeros around the input: a number, height × width, four sides, same (TensorFlow's) or valid (none)."""
    dilation: Sides = (1, 1)
    """Distance of the kernel's taps."""
    groups: Whole = 1
    """Groups of channels that are convolved apart from each other; both channel counts must divide by it."""
    bias: Flag = True
    """Whether a bias is added to each output channel."""
    norm: NormName = None
    """A normalization that follows: batch_norm or none."""
    activation: ActivationName = None
    """An activation function that follows, in place, after the normalization if there is one."""

    @property
    def filter(self) -> tuple[int, ...]:
        """k_h×k_w×C_out."""
        return self.size

    def parts(self) -> tuple[AnyLayer, ...]:
        """The convolution, and its normalization, which then carries the activation function."""
        if self.norm is None:
            return (self,)
        bare = self.model_copy(update={"norm": None, "activation": None})
        return (bare, normalization(self.norm, self.activation))

    def window(self, shape: Shape) -> Window:
        """The kernel with its padding on an H×W×C map."""
        return place_window(need_map(shape), self.size[:2], self.stride, self.padding, self.dilation)

    def output(self, shape: Shape) -> Shape:
        """H'×W'×C_out."""
        return Shape((*slide(self.window(shape), shape), self.size[2]))

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` k_h×k_w×(C_in / groups)×C_out and ``bias`` C_out."""
        k_h, k_w, maps = self.size
        if shape.channels % self.groups or maps % self.groups:
            raise ShapeError(
                f"{shape.channels} input and {maps} output channels do not divide into {self.groups} groups"
            )
        weight = Tensor("weight", (k_h, k_w, shape.channels // self.groups, maps))
        return (weight, Tensor("bias", (maps,))) if self.bias else (weight,)

    def macs(self, shape: Shape) -> int:
        """H'·W' times the weights."""
        height, width, _ = self.output(shape)
        return height * width * self.tensors(shape)[0].count
