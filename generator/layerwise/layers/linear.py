"""Fully connected layers, of all values or at each position."""

from __future__ import annotations

from abc import abstractmethod

from layerwise.core.shape import Shape, times
from layerwise.core.tensors import Tensor, formula
from layerwise.layers.activation import ActivationName
from layerwise.layers.base import AnyLayer, Example, Layer, WithoutParameters
from layerwise.layers.memory import INPUT, Saved
from layerwise.layers.options import Flag, Rate, Whole
from layerwise.layers.rules import Rule


class LinearMap(Layer):
    """The base of linear layers: each output is a weighted sum."""

    category = "linear"
    depth_units = 1

    size: Whole
    """Number of outputs: of fc in total, of linear at each position."""
    bias: Flag = True
    """Adds a bias to each output."""
    activation: ActivationName = None
    """The activation function applied to the output, in place."""
    dropout: Rate = 0.0
    """The rate of the dropout after this layer, in training."""

    @property
    def filter(self) -> tuple[int, ...]:
        """The number of units."""
        return (self.size,)

    def with_channels(self, channels: int) -> AnyLayer:
        """With another number of units."""
        return self.replace(size=channels)

    @abstractmethod
    def summed(self, shape: Shape) -> tuple[int, ...]:
        """The sides of the input of one weighted sum."""

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` in×n and ``bias`` n."""
        weight = Tensor("weight", (*self.summed(shape), self.size))
        return (weight, Tensor("bias", (self.size,))) if self.bias else (weight,)

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input."""
        return INPUT

    def parameters_rule(self, shape: Shape) -> Rule:
        """A weight for each input and unit, and a bias for each unit."""
        return Rule("inputs × units" + (" + units" if self.bias else ""), formula(self.tensors(shape)))


class FullyConnected(LinearMap):
    """A fully connected layer: each of n outputs is a weighted sum of all input values. H×W×C or C becomes a vector.

    A map need not be flattened first. The formula keeps its sides, in = H×W×C; a 1×1 map counts as C.
    Source: Goodfellow, Bengio & Courville, Deep Learning, chapter 6; PyTorch's Linear after a Flatten, Keras' Dense.
    """

    kind = "fc"
    label = "FC"
    output_rule = "one value per unit"
    example = Example("{fc: 120}", "5x5x16")

    def summed(self, shape: Shape) -> tuple[int, ...]:
        """H×W×C, or C if the other sides are one."""
        return shape if any(side > 1 for side in shape.spatial) else (shape.channels,)

    def output(self, shape: Shape) -> Shape:
        """A vector."""
        return Shape((self.size,))

    def macs(self, shape: Shape) -> int:
        """in·n."""
        return shape.elements * self.size

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``."""
        return Rule("inputs × units", times((*self.summed(shape), self.size)))

    def is_global(self, shape: Shape) -> bool:
        """Always."""
        return True


class RadialBasis(WithoutParameters):
    """Distances to fixed patterns: H×W×C or C becomes a vector of distances to each of n patterns.

    The patterns are drawn by hand and not learned. The squared differences are not counted as multiply-accumulates.
    Source: LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998, section II-B.
    """

    kind = "radial_basis"
    label = "RBF"
    output_rule = "one value per pattern"
    example = Example("{fc: 84}, {radial_basis: 10}", "5x5x16")
    category = "linear"

    size: Whole
    """Number of patterns."""

    @property
    def filter(self) -> tuple[int, ...]:
        """The number of patterns."""
        return (self.size,)

    def with_channels(self, channels: int) -> AnyLayer:
        """With another number of patterns."""
        return self.replace(size=channels)

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """All differences, which are squared."""
        (shape,) = inputs
        return Saved(values=shape.elements * self.size)

    def buffers(self, shape: Shape) -> tuple[Tensor, ...]:
        """``patterns`` in×n."""
        return (Tensor("patterns", (shape.elements, self.size)),)

    def output(self, shape: Shape) -> Shape:
        """A vector."""
        return Shape((self.size,))

    def is_global(self, shape: Shape) -> bool:
        """Always."""
        return True


class Linear(LinearMap):
    """A fully connected layer of the channels, the same at each position: H×W×C, T×C or C becomes H×W×n, T×n or n.

    On a map, it is a 1×1 convolution; in = C.
    Source: PyTorch's Linear, which acts on the last dimension.
    """

    kind = "linear"
    label = "Linear"
    output_rule = "one channel per unit, at every position"
    example = Example("{linear: 384}", "56x56x96")

    def summed(self, shape: Shape) -> tuple[int, ...]:
        """C."""
        return (shape.channels,)

    def output(self, shape: Shape) -> Shape:
        """The same positions with n channels."""
        return shape.with_channels(self.size)

    def macs(self, shape: Shape) -> int:
        """C·n at each position."""
        return shape.elements * self.size

    def macs_rule(self, shape: Shape) -> Rule:
        """As ``macs``."""
        positions = f"{times(shape.spatial)} · " if shape.spatial else ""
        return Rule("positions · C × units", positions + times((*self.summed(shape), self.size)))

    def is_global(self, shape: Shape) -> bool:
        """Only for a vector, which has no positions."""
        return not shape.spatial
