"""Activation functions, as an option of a layer or as layers of their own."""

from __future__ import annotations

from typing import Annotated

from layerwise.core.errors import ShapeError
from layerwise.core.fields import Syntax
from layerwise.core.shape import Shape
from layerwise.core.tensors import Tensor
from layerwise.layers.base import Elementwise, Example, Layer
from layerwise.layers.memory import INPUT, SAVE_THEIR_INPUT, InPlace, Saved
from layerwise.layers.options import OneOf, Whole

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
"""The functions without parameters: the name in definitions, and the name on pages."""

ACTIVATION = OneOf(tuple(FUNCTIONS), "the name of an activation function, or none")
ActivationName = Annotated[str | None, Syntax(ACTIVATION.read, ACTIVATION.schema)]

_TEXTBOOK = "Goodfellow, Bengio & Courville, Deep Learning, chapter 6"
_MOBILENET_V3 = "Howard et al., Searching for MobileNetV3, 2019, section 5.2"

RULES = {
    "relu": ("max(0, x)", "Nair & Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, 2010"),
    "relu6": ("min(max(0, x), 6)", "Krizhevsky, Convolutional Deep Belief Networks on CIFAR-10, 2010"),
    "leaky_relu": (
        "x if x > 0, else a·x with a small fixed a such as 0.01",
        "Maas, Hannun & Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013",
    ),
    "elu": (
        "x if x > 0, else exp(x) − 1",
        "Clevert, Unterthiner & Hochreiter, Fast and Accurate Deep Network Learning by ELUs, 2015",
    ),
    "selu": (
        "1.0507·x if x > 0, else 1.0507·1.6733·(exp(x) − 1)",
        "Klambauer et al., Self-Normalizing Neural Networks, 2017",
    ),
    "silu": (
        "x · sigmoid(x), also called swish",
        "Ramachandran, Zoph & Le, Searching for Activation Functions, 2017",
    ),
    "gelu": (
        "x · Φ(x), where Φ is the cumulative distribution function of the normal distribution",
        "Hendrycks & Gimpel, Gaussian Error Linear Units, 2016",
    ),
    "mish": (
        "x · tanh(ln(1 + exp(x)))",
        "Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019",
    ),
    "sigmoid": ("1 / (1 + exp(−x))", _TEXTBOOK),
    "tanh": ("(exp(x) − exp(−x)) / (exp(x) + exp(−x))", _TEXTBOOK),
    "hard_sigmoid": ("min(max(0, x + 3), 6) / 6", _MOBILENET_V3),
    "hard_swish": ("x · min(max(0, x + 3), 6) / 6", _MOBILENET_V3),
    "softmax": ("exp(x_i) / Σ exp(x_j) over all channels j: positive values that sum to 1", _TEXTBOOK),
}
"""The formula of each function, and its source."""


class Activation(Elementwise):
    """A function applied to each value, without parameters and multiply-accumulates."""

    in_place = InPlace.VALUES

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its output."""
        return Saved(output=True)


class ActivationOfInput(Activation):
    """A function whose gradient is calculated from the input."""

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input."""
        return INPUT


def _function(word: str, name: str) -> type[Activation]:
    """A layer class for one of the functions."""
    members = {
        "kind": word,
        "label": name,
        "example": Example("{fc: 1000}, softmax", "7x7x512") if word == "softmax" else Example(word, "28x28x256"),
        "__module__": __name__,
        "__doc__": "{}: {}.\n\nSource: {}.".format(name, *RULES[word]),
    }
    return type(name, (ActivationOfInput if word in SAVE_THEIR_INPUT else Activation,), members)


ACTIVATIONS = tuple(_function(word, name) for word, name in FUNCTIONS.items())


class PReLU(Layer):
    """ReLU with a learned slope a for negative values, one per channel or one for all: x if x > 0, else a·x.

    Source: He et al., Delving Deep into Rectifiers, 2015.
    """

    kind = "prelu"
    label = "PReLU"
    example = Example("prelu", "28x28x256")
    category = "other"
    in_place = InPlace.VALUES

    size: Whole | None = None
    """Number of slopes: 1, or by default one per channel."""

    def output(self, shape: Shape) -> Shape:
        """The shape of the input."""
        return shape

    def tensors(self, shape: Shape) -> tuple[Tensor, ...]:
        """``weight`` C, or 1."""
        slopes = self.size or shape.channels
        if slopes not in (1, shape.channels):
            raise ShapeError(f"needs 1 slope or {shape.channels}, one per channel, not {slopes}")
        return (Tensor("weight", (slopes,)),)

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Its input."""
        return INPUT

    def macs(self, shape: Shape) -> int:
        """None: only convolutions, fully connected layers and attention products count."""
        return 0
