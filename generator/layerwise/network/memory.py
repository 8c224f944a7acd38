"""The values that a network holds at inference and in training, and the number types that hold them."""

from __future__ import annotations

from typing import NamedTuple

from layerwise.network.graph import LayerNode, Network


class NumberType(NamedTuple):
    """A type in which all values are held."""

    name: str
    bits: int
    size: str
    """Its size in words."""
    trains: bool
    """Whether networks are trained in it: only in floating point."""


FP32 = NumberType("fp32", 32, "4 bytes", trains=True)
NUMBER_TYPES = (
    FP32,
    NumberType("fp16, bf16", 16, "2 bytes", trains=True),
    NumberType("int8", 8, "1 byte", trains=False),
    NumberType("int4", 4, "½ byte", trains=False),
)

NEVER_IN_PLACE = frozenset({"convolution", "pooling", "linear"})
"""Layers whose output cannot take the place of their input."""


class Counts(NamedTuple):
    """The values a network holds, for one image."""

    parameters: int
    outputs: int
    """Of all layers of the main path."""
    kept: int
    """Outputs that training keeps for the backward pass: those of side outputs as well."""
    pair: int
    """The largest input and output of one layer."""


def widest_layer(network: Network) -> LayerNode | None:
    """The layer whose input and output are the largest together, of those that cannot work in place."""
    nodes = (node for node in network.layers if node.on_main_path and node.layer.category in NEVER_IN_PLACE)
    return max(nodes, key=_pair, default=None)


def _pair(node: LayerNode) -> int:
    return sum(shape.elements for shape in node.inputs) + node.activations


def counts(network: Network) -> Counts:
    """Count what is held."""
    widest = widest_layer(network)
    kept = network.activations + network.side.activations
    return Counts(network.parameters, network.activations, kept, _pair(widest) if widest else 0)
