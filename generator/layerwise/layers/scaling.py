"""Layers that multiply each channel by a learned number."""

from __future__ import annotations

from layerwise.core.errors import ShapeError
from layerwise.core.shape import Shape
from layerwise.core.tensors import Tensor
from layerwise.layers.activation import ActivationName
from layerwise.layers.base import Example, Layer
from layerwise.layers.memory import INPUT, InPlace, Saved
from layerwise.layers.options import Flag, Whole


class LayerScale(Layer):
    """Multiplies each channel by a learned number, initialized close to zero, at the end of a residual branch.

    As with normalizations, the products are not counted as multiply-accumulates.
    Source: Touvron et al., Going Deeper with Image Transformers, 2021, section 2.
    """

    kind = "layer_scale"
    label = "LayerScale"
    example = Example("layer_scale", "56x56x96")
    category = "other"
    in_place = InPlace.VALUES

    def output(self, shape: Shape) -> Shape:
        """The shape of the input."""
        return shape

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` C."""
        return (Tensor("weight", (shape.channels,)),)

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input."""
        return INPUT

    def macs(self, shape: Shape) -> int:
        """None: only convolutions, fully connected layers and attention products count."""
        return 0


class Scale(LayerScale):
    """Multiplies each channel by a learned number, or all channels by the same one, and can add a bias.

    After an average pooling, it is the trainable subsampling of LeNet-5.
    Source: LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998, section II-B; Caffe's Scale.
    """

    kind = "scale"
    label = "Scale"
    example = Example("{avg_pool: 2x2}, {scale: , bias: true}", "28x28x6")

    size: Whole | None = None
    """Number of learned factors: 1, or by default one per channel."""
    bias: Flag = False
    """Adds a learned number to each channel."""
    activation: ActivationName = None
    """The activation function applied to the output, in place."""

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` C or 1, and with a bias ``bias`` of the same size."""
        numbers = self.size or shape.channels
        if numbers not in (1, shape.channels):
            raise ShapeError(f"needs 1 factor or {shape.channels}, one per channel, not {numbers}")
        weight = Tensor("weight", (numbers,))
        return (weight, Tensor("bias", (numbers,))) if self.bias else (weight,)
