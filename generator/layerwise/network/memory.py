"""The number of values a network holds during inference and training, and the number types."""

from __future__ import annotations

from typing import NamedTuple

from layerwise.network.graph import LayerNode, Network


class NumberType(NamedTuple):
    """A number type for all values."""

    name: str
    bits: int
    size: str
    """Its size as printed."""
    trains: bool
    """True for floating point types, which networks are trained in."""


FP32 = NumberType("fp32", 32, "4 bytes", trains=True)
NUMBER_TYPES = (
    FP32,
    NumberType("fp16, bf16", 16, "2 bytes", trains=True),
    NumberType("int8", 8, "1 byte", trains=False),
    NumberType("int4", 4, "½ byte", trains=False),
)

NEVER_IN_PLACE = frozenset({"convolution", "pooling", "linear"})
"""Categories of layers whose output cannot overwrite their input."""


class Counts(NamedTuple):
    """The number of values a network holds for one image."""

    parameters: int
    outputs: int
    """Elements of all outputs of the main path."""
    kept: int
    """Elements of the outputs that training keeps for the backward pass, side outputs included."""
    pair: int
    """Elements of the largest input plus output of a single layer."""


def widest_layer(network: Network) -> LayerNode | None:
    """Return the layer with the largest input plus output among those that cannot work in place."""
    nodes = (node for node in network.layers if node.on_main_path and node.layer.category in NEVER_IN_PLACE)
    return max(nodes, key=_pair, default=None)


def _pair(node: LayerNode) -> int:
    return sum(shape.elements for shape in node.inputs) + node.activations


def counts(network: Network) -> Counts:
    """Count the values of a network."""
    widest = widest_layer(network)
    kept = network.activations + network.side.activations
    return Counts(network.parameters, network.activations, kept, _pair(widest) if widest else 0)
