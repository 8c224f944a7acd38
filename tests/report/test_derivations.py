"""The derivations of a network as its page fetches them."""

from __future__ import annotations

from itertools import zip_longest

from layerwise.network.graph import Network
from layerwise.report import derivation
from layerwise.report.data.derivations import Derivations, derivations
from layerwise.report.derivation import Step
from layerwise.site.renderer import example


def parts(data: Derivations) -> list[list[Step]]:
    """Two parts for each layer, read as assets/layers.js reads them."""
    found, known, steps = list[list[Step]](), list[list[Step]](), list[Step]()
    for part in data["layers"]:
        if isinstance(part, int):
            found.append(known[part])
            continue
        read = list[Step]()
        for item, worked in zip_longest(part, part[1:]):
            if isinstance(item, int) and isinstance(worked, str):
                steps.append(Step(*data["rules"][item], worked))
                read.append(steps[-1])
            elif isinstance(item, int):
                read.append(steps[item])
        known.append(read)
        found.append(read)
    return found


def test_every_layer_has_its_steps(networks: list[Network]) -> None:
    for network in networks:
        data = derivations(network)
        read = parts(data)
        assert len(read) == 2 * len(network.layers)
        for node in network.layers:
            own, field = read[2 * node.index : 2 * node.index + 2]
            assert own + field == derivation.steps(node, network), (network.slug, node.name)


def test_equal_texts_are_stored_once() -> None:
    data = derivations(example("{conv: 3x3x8, padding: 1}, relu, relu, {conv: 1x1x8}, relu", on="8x8x8"))
    assert data["layers"][4] == data["layers"][8] == 2  # the activation on its own, the third part
    assert data["layers"][5] == 3  # both activations see 3×3 pixels
    worked = [item for part in data["layers"] if isinstance(part, list) for item in part if isinstance(item, str)]
    assert worked.count("8×8×8 = 512") == 1
    assert len(set(data["rules"])) == len(data["rules"])
