"""The addresses of layers and blocks on the page of their network."""

from __future__ import annotations

from layerwise import loads
from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network, groups_of
from layerwise.report.addresses import RESERVED, addresses


def layer_addresses(network: Network) -> list[str]:
    known = addresses(network)
    return [known[id(node)] for node in network.layers]


def of(layers: str) -> list[str]:
    return layer_addresses(loads(f"name: N\ninput: 8x8x4\nlayers: [{layers}]\n"))


def test_an_address_is_the_names_around_a_layer_and_its_own(catalogue: Catalogue) -> None:
    found = layer_addresses(catalogue.entry("resnet-50").network)
    assert found[:4] == ["conv1/Conv", "conv1/BatchNorm", "conv2_x/MaxPool", "conv2_x/conv2_1/Conv1"]
    assert "conv2_x/conv2_1/shortcut/Conv" in found


def test_spaces_and_signs_become_underscores() -> None:
    assert of("{conv: 1x1x4, name: 'a b/c'}, {conv: 1x1x4, name: Ä-1.0+}") == ["a_b_c", "Ä-1.0+"]


def test_equal_names_and_anchors_of_the_page_have_a_number() -> None:
    same = ", ".join("{conv: 1x1x4, name: same}" for _ in range(2))
    assert of(f"{same}, {{conv: 1x1x4, name: same-2}}") == ["same", "same-2", "same-2-2"]
    assert of("{conv: 1x1x4, name: memory}, {conv: 1x1x4, name: __search}") == ["memory-2", "search-2"]


def test_no_two_places_of_a_network_have_the_same_address(catalogue: Catalogue) -> None:
    for entry in catalogue.entries:
        found = list(addresses(entry.network).values())
        assert len(found) == len(entry.network.layers) + sum(1 for _ in groups_of(entry.network.items))
        assert len(set(found)) == len(found), entry.network.slug
        assert not RESERVED & set(found)
