"""The derivations of a network as its page fetches them."""

from __future__ import annotations

from layerwise.network.graph import Network
from layerwise.report import derivation
from layerwise.report.data.derivations import Derivations, derivations
from layerwise.report.derivation import Step
from layerwise.site.renderer import example


def steps(data: Derivations, index: int) -> list[Step]:
    """The steps of a layer, read as assets/layers.js reads them."""
    pooled = [step for part in data["layers"][2 * index : 2 * index + 2] for step in data["parts"][part]]
    return [Step(*data["rules"][data["steps"][step][0]], data["steps"][step][1]) for step in pooled]


def test_every_layer_has_its_steps(networks: list[Network]) -> None:
    for network in networks:
        data = derivations(network)
        assert len(data["layers"]) == 2 * len(network.layers)
        for node in network.layers:
            assert steps(data, node.index) == derivation.steps(node, network), (network.slug, node.name)


def test_equal_texts_are_stored_once() -> None:
    data = derivations(example("{conv: 3x3x8, padding: 1}, relu, relu, {conv: 1x1x8}, relu", on="8x8x8"))
    assert data["layers"][2] == data["layers"][4] == data["layers"][8]  # the activations on their own
    assert data["layers"][3] == data["layers"][5]  # both see 3×3 pixels
    for pool in (data["rules"], data["steps"], data["parts"]):
        assert len(set(pool)) == len(pool)
