"""The addresses of layers and blocks on the page of their network: ``conv3_x/conv3_1/Conv2``.

An address is the names around a layer and its own. It stays when a definition gains a layer before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from layerwise.network.graph import Branches, Group, LayerNode, Network

SECTIONS = (
    ("layers", "Layers"),
    ("blocks", "Blocks"),
    ("compute-and-memory", "Compute"),
    ("memory", "Memory"),
    ("where-the-parameters-sit", "Parameters"),
    ("notes", "Notes"),
    ("accuracy", "Accuracy"),
    ("claims", "Claims"),
    ("three-numbers-worked", "Examples"),
    ("cite", "Cite"),
    ("downloads", "Downloads"),
    ("definition", "Definition"),
)
"""The sections of the page of a network, and their short titles."""
RESERVED = {anchor for anchor, _ in SECTIONS} | {"name", "related"}
"""Anchors of a page that no layer may have."""
NETWORK_PAGE = "networks/{}.md"
"""The path of a network's page by its slug, below the docs."""
NETWORK_URL = "networks/{}/"
"""The address of that page below that of the site, where each page is a folder."""
UNNAMED = "main"
"""The branch that addresses do not name."""

_OTHER = re.compile(r"[^\w.+-]+")


@lru_cache(maxsize=8)
def addresses(network: Network) -> dict[int, str]:
    """The address of every layer and of every group, by the identity of the object."""
    taken = set(RESERVED)
    found = {id(node): _free((*node.path, node.also or node.name), taken) for node in network.layers}
    found.update({id(group): _free(path, taken) for group, path in _groups(network.items, ())})
    return found


def address_of(node: LayerNode, network: Network) -> str:
    """The address of a layer."""
    return addresses(network)[id(node)]


def _groups(
    items: Sequence[LayerNode | Group | Branches], path: tuple[str, ...]
) -> Iterator[tuple[Group, tuple[str, ...]]]:
    """All groups of a list of items with the names around them and their own."""
    for item in items:
        if isinstance(item, Branches):
            yield from _groups(item.branches, path)
        elif isinstance(item, Group):
            yield item, (*path, item.name)
            yield from _groups(item.items, (*path, item.name))


def _free(path: tuple[str, ...], taken: set[str]) -> str:
    """The address of a path, with a number if it is taken; then it is taken."""
    base = "/".join(_OTHER.sub("_", name) for name in path if name != UNNAMED)
    address, number = base, 1
    while address in taken or not address or address.startswith("__"):
        number += 1
        address = f"{base or 'main'}-{number}".lstrip("_")
    taken.add(address)
    return address
