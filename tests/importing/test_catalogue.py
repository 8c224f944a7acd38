"""The traces as evidence: networks of the catalogue that claim a model have its layers, one by one."""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import prod
from pathlib import Path

import pytest

from layerwise.importing.counting import WEIGHTED, count_trace, node_macs
from layerwise.importing.trace import Node, Trace, parse_trace
from layerwise.network.catalogue import Loader
from layerwise.network.graph import Network
from tests.traces import stored

NETWORKS = Path(__file__).parents[2] / "networks"
LIBRARIES = {"torchvision": "torchvision.models:", "timm": "timm:"}
WORDS = ("source: torchvision", "source: timm")

Weighted = Counter[tuple[int, int, int]]
"""Layers by the values of their output, the values of their weight, and their MACs."""


@cache
def claimed() -> dict[str, tuple[Network, str]]:
    """The networks whose parameters are exactly those of a model with a stored trace, and the model."""
    found: dict[str, tuple[Network, str]] = {}
    for file in sorted(NETWORKS.glob("*.yml")):
        if not any(word in file.read_text(encoding="utf-8") for word in WORDS):
            continue
        for entry in Loader().file(file)[1]:
            claims = entry.network.variant.metadata.claims
            for claim in claims:
                library = LIBRARIES.get(claim.source.partition(" ")[0])
                source = f"{library}{claim.model}"
                is_whole = claim.of is None and isinstance(claim.parameters, int)
                differing = {other.model for other in claims if other.differs}  # such as the stride of ResNet v1.5
                if (
                    library
                    and is_whole
                    and claim.model not in differing
                    and source in stored(library.partition(".")[0].partition(":")[0])
                ):
                    found[f"{entry.network.slug}: {source}"] = entry.network, source
    return found


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


def test_many_networks_have_a_trace() -> None:
    assert len(claimed()) > 60


@pytest.mark.parametrize("case", sorted(claimed()))
def test_layers_are_those_of_the_model(case: str) -> None:
    network, source = claimed()[case]
    model = parse_trace(stored(source.partition(".")[0].partition(":")[0])[source], source)
    if model.input_shape[2:] != network.input.spatial:
        pytest.skip("the model was traced at another size")
    counts = count_trace(model)
    assert network.parameters in (counts.parameters, counts.parameters + counts.unused_parameters)
    assert network.macs == counts.macs
    if network.attention_macs == 0:
        assert calculated_layers(network) == weighted_layers(model)
