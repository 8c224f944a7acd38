"""Other counts of a network than those of its page: what the pages on single confusions compare."""

from __future__ import annotations

from collections.abc import Iterable

from layerwise.core.errors import LayerwiseError
from layerwise.core.tensors import count
from layerwise.network import claims
from layerwise.network.catalogue import Catalogue
from layerwise.network.claims import CheckedClaim
from layerwise.network.graph import Group, LayerNode, Network


def normalization(network: Network) -> int:
    """The learned scales and shifts of all normalizations."""
    return sum(node.parameters for node in network.layers if node.layer.category == "normalization")


def weights(nodes: Iterable[LayerNode]) -> int:
    """The weights of convolutions and linear layers alone, without biases and normalizations."""
    tensors = (tensor for node in nodes if node.layer.depth_units for tensor in node.stats.tensors)
    return count(tensor for tensor in tensors if tensor.name.endswith("weight"))


def folded(network: Network) -> int:
    """Parameters once each batch normalization has become a bias of the convolution before it.

    Only for networks in which each of them stands behind a convolution without a bias.
    """
    return network.parameters - normalization(network) + normalized_channels(network)


def normalized_channels(network: Network) -> int:
    """The channels of all batch normalizations together."""
    return sum(node.output.channels for node in network.layers if node.layer.kind == "batch_norm")


def missing_biases(network: Network) -> int:
    """The biases that the convolutions without one would have: C_out each."""
    without = (node for node in network.layers if node.layer.category == "convolution" and not _has_bias(node))
    return sum(node.output.channels for node in without)


def _has_bias(node: LayerNode) -> bool:
    return any(tensor.name == "bias" for tensor in node.stats.tensors)


def outputs(network: Network, *categories: str) -> int:
    """Elements of the outputs of the main path's layers of some categories, of all where none is named."""
    nodes = (node for node in network.layers if node.on_main_path)
    return sum(node.activations for node in nodes if not categories or node.layer.category in categories)


def depth_units(network: Network, category: str) -> int:
    """How many layers of a category the main path has."""
    return sum(node.on_main_path and node.layer.category == category for node in network.layers)


def find(network: Network, name: str) -> Group | LayerNode:
    """A stage, block or layer of a network by its name. Raises ``LayerwiseError`` where there is none."""
    part = claims.find(network, name)
    if part is None:
        raise LayerwiseError(f"{network.name} has no {name!r}")
    return part


def claim(catalogue: Catalogue, slug: str, source: str, figure: str, of: str | None = None) -> CheckedClaim:
    """What a source says of a network or a part of it. Raises ``LayerwiseError`` where it says nothing."""
    for checked in catalogue.entry(slug).claims:
        if (checked.claim.source, checked.figure, checked.claim.of) == (source, figure, of):
            return checked
    raise LayerwiseError(f"{slug} has no claim of {source} about {figure}")
