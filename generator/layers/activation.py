"""Activation functions: as an option of the layer they follow, or as layers of their own."""

from __future__ import annotations

from typing import Annotated

from generator.errors import ShapeError
from generator.formula import Tensor
from generator.layers.base import Elementwise, Layer
from generator.layers.options import Whole, one_of
from generator.shape import Shape

FUNCTIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "selu": "SELU",
    "silu": "SiLU",
    "gelu": "GELU",
    "mish": "Mish",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "hard_sigmoid": "HardSigmoid",
    "hard_swish": "HardSwish",
    "softmax": "Softmax",
}
"""The functions without parameters: the word for each in a definition, and its name on a page."""

ActivationName = Annotated[str | None, one_of(*FUNCTIONS)]
"""An activation function by its word, or none."""


class Activation(Elementwise):
    """A function of each value; it has no parameters and counts no multiply-accumulates."""


def _function(word: str, name: str) -> type[Activation]:
    """A layer class for one of the functions."""
    members = {"kind": word, "label": name, "__module__": __name__, "__doc__": f"{name}, applied to each value."}
    return type(name, (Activation,), members)


ACTIVATIONS = tuple(_function(word, name) for word, name in FUNCTIONS.items())


class PReLU(Layer):
    """ReLU whose slope for negative values is learned: one for all channels, or one for each.

    Source: He et al., Delving Deep into Rectifiers, 2015.
    """

    kind = "prelu"
    label = "PReLU"
    category = "other"

    size: Whole | None = None
    """How many slopes: 1, or the number of channels if left out."""

    def output(self, shape: Shape) -> Shape:
        """The shape that entered."""
        return shape

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` C or 1."""
        slopes = self.size or shape.channels
        if slopes not in (1, shape.channels):
            raise ShapeError(f"takes 1 slope or one for each of {shape.channels} channels, not {slopes}")
        return (Tensor("weight", (slopes,)),)

    def macs(self, shape: Shape) -> int:
        """None, by the rule that only convolutions, fully connected layers and attention products count."""
        return 0
