"""Additional statistics for the hand-written method pages."""

from __future__ import annotations

from collections.abc import Iterable

from layerwise.core.errors import LayerwiseError
from layerwise.core.tensors import count
from layerwise.network import claims
from layerwise.network.catalogue import Catalogue
from layerwise.network.claims import CheckedClaim
from layerwise.network.graph import Group, LayerNode, Network


def normalization(network: Network) -> int:
    """The parameters of all normalization layers."""
    return sum(node.parameters for node in network.layers if node.layer.category == "normalization")


def weights(nodes: Iterable[LayerNode]) -> int:
    """The weights of convolutions and fully connected layers, without biases and normalization."""
    tensors = (tensor for node in nodes if node.layer.depth_units for tensor in node.stats.tensors)
    return count(tensor for tensor in tensors if tensor.name.endswith("weight"))


def folded(network: Network) -> int:
    """The parameters after each batch normalization is folded into a bias of the convolution before it.

    Valid only for networks in which every batch normalization follows a convolution without a bias.
    """
    return network.parameters - normalization(network) + normalized_channels(network)


def normalized_channels(network: Network) -> int:
    """The total number of channels of all batch normalization layers."""
    return sum(node.output.channels for node in network.layers if node.layer.kind == "batch_norm")


def missing_biases(network: Network) -> int:
    """The number of biases that convolutions without a bias would have: C_out each."""
    without = (node for node in network.layers if node.layer.category == "convolution" and not _has_bias(node))
    return sum(node.output.channels for node in without)


def _has_bias(node: LayerNode) -> bool:
    return any(tensor.name == "bias" for tensor in node.stats.tensors)


def outputs(network: Network, *categories: str) -> int:
    """Elements of the outputs of the main path, of some categories of layers or of all."""
    nodes = (node for node in network.layers if node.on_main_path)
    return sum(node.activations for node in nodes if not categories or node.layer.category in categories)


def layers_of_category(network: Network, category: str) -> int:
    """The number of layers of a category on the main path."""
    return sum(node.on_main_path and node.layer.category == category for node in network.layers)


def macs_of_category(network: Network, category: str) -> int:
    """The MACs of all layers of a category on the main path."""
    return sum(node.macs for node in network.layers if node.on_main_path and node.layer.category == category)


def find(network: Network, name: str) -> Group | LayerNode:
    """Return a stage, block or layer by its name. Raises ``LayerwiseError`` if there is none."""
    part = claims.find(network, name)
    if part is None:
        raise LayerwiseError(f"{network.name} has no {name!r}")
    return part


def claim(catalogue: Catalogue, slug: str, source: str, figure: str, of: str | None = None) -> CheckedClaim:
    """Return a figure that a source publishes. Raises ``LayerwiseError`` if it publishes none."""
    for checked in catalogue.entry(slug).claims:
        if (checked.claim.source, checked.figure, checked.claim.of) == (source, figure, of):
            return checked
    raise LayerwiseError(f"{slug} has no claim of {source} about {figure}")
