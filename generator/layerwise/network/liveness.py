"""The peak of activation memory at inference: the tensors that must be held at the same time.

The layers run in the order listed, for one image. A tensor is held from the layer that writes it to the last layer
that reads it; the input and the output of the network count as well. Side outputs do not run. No assignment of tensors
to addresses can need less than the most that is held at one layer; real allocators need as much or a little more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from layerwise.core.tensors import BYTES_PER_PARAMETER
from layerwise.layers.inputs import Input
from layerwise.layers.memory import InPlace
from layerwise.network.graph import LayerNode, Network
from layerwise.network.per_network import per_network

INPUT = -1
"""The index of the network's input among its layers."""
END = -2
"""The last use of the network's output: after all layers."""


class Held(NamedTuple):
    """A tensor in memory."""

    node: int
    """The index of the layer that wrote it; -1 is the network's input."""
    elements: int


class Peak(NamedTuple):
    """The point in time at which the most values are held."""

    elements: int
    layer: LayerNode
    """The layer that runs then."""
    held: tuple[Held, ...]
    """The tensors held then; the one that the layer writes is the last, unless it needs no buffer of its own."""

    @property
    def bytes(self) -> int:
        """Its size in fp32."""
        return self.elements * BYTES_PER_PARAMETER


def peak(network: Network, in_place: InPlace = InPlace.VALUES) -> Peak:
    """Return the peak of a network whose layers up to ``in_place`` overwrite an input that nothing else needs.

    The first layer counts if several reach the peak. The network's own input is never overwritten.
    """
    return _find(network, in_place)


@per_network
def _find(network: Network, in_place: InPlace) -> Peak:
    nodes = _running(network.layers)
    buffers, last_use = _lifetimes(nodes, network)
    inputs = {node.index: node.activations for node in network.further_inputs if node in nodes}
    held = {INPUT: network.input.elements, **inputs}
    total, result = sum(held.values()), Peak(-1, nodes[0], ())
    for node in nodes:
        own = buffers[node.index]
        size = node.activations if own == node.index and node.index not in inputs else 0
        ending = [buffer for buffer in {own, *map(buffers.__getitem__, node.sources)} if last_use[buffer] == node.index]
        reuses = node.layer.in_place <= in_place and _has_room(ending, held, size)
        working = 0 if reuses else max(size, node.layer.workspace(node.inputs))
        if total + working > result.elements:
            result = Peak(total + working, node, _snapshot(held, node.index, working))
        if size:
            held[node.index] = size
        for buffer in ending:
            del held[buffer]
        total = sum(held.values())
    return result


def _running(layers: Sequence[LayerNode]) -> list[LayerNode]:
    """The layers that run at inference: the main path, and what it takes from side outputs."""
    running, needed = [], set[int]()
    for node in reversed(layers):
        if node.on_main_path or node.index in needed:
            running.append(node)
            needed.update(node.sources)
    return running[::-1]


def _lifetimes(nodes: Iterable[LayerNode], network: Network) -> tuple[dict[int, int], dict[int, int]]:
    """The buffer of each layer's output, and the last layer that uses each buffer.

    A buffer is known by the layer that writes it. A view has that of its source. The outputs of the network, and what
    no layer reads, are held to the end.
    """
    buffers, last_use = storages(nodes, InPlace.UNCHANGED), {INPUT: INPUT}
    read = {source for node in network.layers for source in node.sources}
    ends = {output.node for output in network.outputs}
    for node in nodes:
        for used in (node.index, *sources_of(node)):
            last_use[buffers[used]] = node.index
    for node in nodes:
        if node.index not in read or node.index in ends:
            last_use[buffers[node.index]] = END
    return buffers, last_use


def sources_of(node: LayerNode) -> tuple[int, ...]:
    """The layers that a layer takes its inputs from; of a further input none."""
    return () if isinstance(node.layer, Input) else node.sources


def storages(nodes: Iterable[LayerNode], views: InPlace) -> dict[int, int]:
    """The layer that wrote the memory of each layer's output: layers up to ``views`` share that of their source."""
    result = {INPUT: INPUT}
    for node in nodes:
        result[node.index] = result[node.sources[0]] if node.layer.in_place <= views else node.index
    return result


def _has_room(ending: Iterable[int], held: dict[int, int], size: int) -> bool:
    """Return True if a buffer that ends here is large enough for the output; the network's input does not count."""
    return any(buffer != INPUT and held.get(buffer, 0) >= size for buffer in ending)


def _snapshot(held: dict[int, int], node: int, working: int) -> tuple[Held, ...]:
    """The tensors that are held while a layer runs."""
    result = tuple(Held(*item) for item in held.items())
    return (*result, Held(node, working)) if working else result
