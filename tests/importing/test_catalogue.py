"""The traces as evidence: networks of the catalogue that claim a model have its layers, one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import prod

from layerwise.importing.counting import WEIGHTED, count_trace, node_macs
from layerwise.importing.trace import Node, Trace
from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network
from tests.traces import stored, trace

DIFFERENT = {
    "MobileViTv2": "one layer of the model makes scores, keys and values; the definition has one for each",
    "TResNet": "kernels that blur are tensors of the model; in the definition they are fixed, and no tensors",
}
"""Families whose layers are not those of the model, with the same totals, and why."""
LIBRARIES = {"torchvision": "torchvision.models:", "timm": "timm:"}

Weighted = Counter[tuple[int, int, int]]
"""Layers by the values of their output, the values of their weight, and their MACs."""


def claimed(network: Network) -> Iterator[Trace]:
    """The stored traces of the models that have exactly the parameters of a network, by its claims."""
    claims = network.variant.metadata.claims
    differing = {other.model for other in claims if other.differs}  # such as the stride of ResNet v1.5
    for claim in claims:
        library = claim.source.partition(" ")[0]
        source = f"{LIBRARIES.get(library)}{claim.model}"
        is_whole = claim.of is None and isinstance(claim.parameters, int)
        if is_whole and claim.model not in differing and library in LIBRARIES and source in stored(library):
            model = trace(source)
            if model.input_shape[2:] == network.input.spatial:
                yield model


def weighted_layers(model: Trace) -> Weighted:
    """The convolutions and linear layers of a trace."""
    shapes = {node.id: node.shape or () for node in model.nodes}
    return Counter(
        (prod(node.shape or ()), _weights(node, shapes, model), node_macs(node, shapes, model))
        for node in model.nodes
        if node.op in WEIGHTED
    )


def _weights(node: Node, shapes: dict[str, tuple[int, ...]], model: Trace) -> int:
    """The values of a weight that is stored, or that other operations compute, such as a standardized one."""
    weight = node.tensors.get("weight")
    return prod(shapes[node.inputs[1]]) if weight is None else model.tensors[weight].values


def calculated_layers(network: Network) -> Weighted:
    """The convolutions and linear layers of a network's main path; those within attention are none."""
    return Counter(
        (node.output.elements, node.stats.tensors[0].count, node.macs)
        for node in network.layers
        if node.on_main_path and node.layer.depth_units == 1 and node.stats.tensors
    )


def test_many_networks_have_a_trace(catalogue: Catalogue) -> None:
    assert sum(len(list(claimed(entry.network))) for entry in catalogue.entries) > 60


def test_layers_are_those_of_the_model(networks: list[Network]) -> None:
    for network in networks:
        for model in claimed(network):
            counts = count_trace(model)
            assert network.parameters in (counts.parameters, counts.parameters + counts.unused_parameters)
            assert network.macs == counts.macs, network.slug
            if network.attention_macs == 0 and network.family not in DIFFERENT:
                assert calculated_layers(network) == weighted_layers(model), network.slug
