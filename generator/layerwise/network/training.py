"""The tensors that training saves for the backward pass, as PyTorch does, with and without checkpointing.

Each layer states the tensors it saves. A tensor saved by several layers counts once, such as the output of a ReLU,
which is also the input of the next convolution. Parameters, gradients, optimizer state and the workspace of kernels
are not included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from layerwise.core.tensors import BYTES_PER_PARAMETER
from layerwise.layers.memory import InPlace, Saved
from layerwise.network.graph import LayerNode, Network
from layerwise.network.liveness import INPUT, storages
from layerwise.network.per_network import per_network
from layerwise.network.sharing import origin

SIZES = 24
"""The number of segment sizes that are tried, each ¾ of the one before."""


class SavedTensors(NamedTuple):
    """The sizes of saved tensors: all but ``batch_bytes`` for one image."""

    values: int = 0
    """Values in the number type of the activations."""
    wide_values: int = 0
    """Values that are fp32 in mixed precision as well."""
    copied_values: int = 0
    """Values that mixed precision saves once more in fp32."""
    bytes: int = 0
    """Bytes of tensors with a type of their own, such as indices and masks."""
    batch_bytes: int = 0
    """Bytes of tensors that are as large for a batch as for one image."""

    @property
    def fp32_bytes(self) -> int:
        """Bytes for one image in fp32."""
        return (self.values + self.wide_values) * BYTES_PER_PARAMETER + self.bytes + self.batch_bytes

    def plus(self, saved: Saved | SavedTensors) -> SavedTensors:
        """Return the sum with other tensors, without the inputs and outputs of layers."""
        return SavedTensors(
            self.values + saved.values,
            self.wide_values + saved.wide_values,
            self.copied_values + saved.copied_values,
            self.bytes + saved.bytes,
            self.batch_bytes + saved.batch_bytes,
        )


@dataclass(slots=True)
class _Unit:
    """Consecutive layers, the last of which has the only output that later layers use."""

    outputs: set[int] = field(default_factory=set)
    """The layers whose outputs are saved; -1 is the network's input."""
    wide_outputs: set[int] = field(default_factory=set)
    """The layers whose outputs are saved in fp32 in mixed precision as well."""
    others: SavedTensors = field(default_factory=SavedTensors)
    """The saved tensors that are no inputs or outputs of layers."""
    passed_on: int = INPUT
    """The layer of that output."""


@per_network
def saved_tensors(network: Network) -> SavedTensors:
    """Return the sizes of all tensors that are saved."""
    return _segment(network, _units(network.layers))


@per_network
def checkpointed_tensors(network: Network) -> SavedTensors:
    """Return the sizes of the tensors held at most if only the inputs of segments are kept.

    In the backward pass, each segment runs again from its input and saves its tensors, while the gradient of its output
    is held. Segments end where only one tensor is passed on. Of several segment sizes, the one that needs least in fp32
    is used.
    Source: Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016, algorithm 3.
    """
    units = list(_units(network.layers))
    costs = _costs(network, units)
    whole = sum(cost.own + cost.shared for cost in costs)
    plans = (_plan(costs, network.input.elements * BYTES_PER_PARAMETER, whole * 3**n // 4**n) for n in range(SIZES))
    start, end, sources = min(plans)[1]
    gradient = [units[end - 1].passed_on] if end < len(units) else []
    kept = SavedTensors(_elements(network, [INPUT, *(units[source].passed_on for source in sources), *gradient]))
    return kept.plus(_segment(network, units[start:end], units[start - 1].passed_on if start else INPUT))


class _Cost(NamedTuple):
    """The bytes of a unit's tensors in fp32."""

    own: int
    """Of the tensors it saves, without the output of the unit before it."""
    shared: int
    """Of the output of the unit before it, if only this unit saves it."""
    passed_on: int
    """Of the output it passes on."""


def _costs(network: Network, units: Sequence[_Unit]) -> list[_Cost]:
    costs, source, before = [], INPUT, set[int]()
    for unit in units:
        outputs = unit.outputs | unit.wide_outputs
        own = _elements(network, outputs - {source}) * BYTES_PER_PARAMETER + unit.others.fp32_bytes
        shared = _elements(network, (outputs & {source}) - before) * BYTES_PER_PARAMETER
        source, before = unit.passed_on, outputs
        costs.append(_Cost(own, shared, _elements(network, [source]) * BYTES_PER_PARAMETER))
    return costs


_Plan = tuple[int, tuple[int, int, tuple[int, ...]]]
"""The most bytes held, and the segment that runs again then: its first unit, its end, and the units kept before it."""


def _plan(costs: Sequence[_Cost], kept: int, limit: int) -> _Plan:
    """Divide into segments that end once they save more than ``limit`` bytes; find the one that needs most."""
    worst: _Plan = (-1, (0, 0, ()))
    start, size, cuts = 0, 0, list[int]()
    for place, cost in enumerate(costs):
        size += cost.own + (cost.shared if place > start else 0)
        is_last = place == len(costs) - 1
        if size > limit or is_last:
            gradient = 0 if is_last else cost.passed_on
            worst = max(worst, (kept + size + gradient, (start, place + 1, tuple(cuts))))
            cuts.append(place)
            start, size, kept = place + 1, 0, kept + cost.passed_on
    return worst


def _segment(network: Network, units: Iterable[_Unit], without: int | None = None) -> SavedTensors:
    """The tensors that consecutive units save, without the output of one layer."""
    result, outputs, wide = SavedTensors(), set[int](), set[int]()
    for unit in units:
        result = result.plus(unit.others)
        outputs |= unit.outputs
        wide |= unit.wide_outputs
    skipped = {without}
    return result.plus(
        SavedTensors(
            _elements(network, outputs - skipped),
            _elements(network, wide - outputs - skipped),
            _elements(network, wide & outputs - skipped),
        )
    )


def _elements(network: Network, nodes: Iterable[int]) -> int:
    return sum(network.input.elements if node == INPUT else network.layers[node].activations for node in nodes)


def _units(layers: Sequence[LayerNode]) -> Iterator[_Unit]:
    """Divide a network wherever only one tensor is passed on; side outputs are trained as well.

    Layers without parameters before or after them, such as those on the image itself, save nothing.
    """
    written_by = storages(layers, InPlace.VIEW)
    last_use = {written_by[source]: node.index for node in layers for source in node.sources}
    used, trained = {INPUT}, set[int]()
    unit = _Unit()
    for node in layers:
        own = written_by[node.index]
        if origin(node).parameters or not trained.isdisjoint(node.sources):
            trained.add(node.index)
            saved = node.stats.saved
            unit.others = unit.others.plus(saved)
            outputs = unit.wide_outputs if saved.is_wide else unit.outputs
            outputs |= {written_by[node.sources[place]] for place in saved.inputs}
            outputs |= {own} if saved.output else set()
        used = {storage for storage in used | {own} if last_use.get(storage, INPUT) > node.index}
        if used == {own} or node.index == len(layers) - 1:
            unit.passed_on = own
            yield unit
            unit = _Unit()
