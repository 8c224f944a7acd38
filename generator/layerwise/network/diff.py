"""The differences between two networks: their layers aligned in order, with the changes of each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any, NamedTuple, TypeVar

from layerwise.core.tensors import count
from layerwise.layers import AnyLayer
from layerwise.layers.numbers import written
from layerwise.network.graph import LayerNode, Network


class Change(NamedTuple):
    """A changed property of a layer."""

    what: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class LayerDiff:
    """A layer of one network, or a pair of layers with their changes."""

    before: LayerNode | None
    after: LayerNode | None
    changes: tuple[Change, ...] = ()

    @property
    def is_equal(self) -> bool:
        """True if both networks have this layer unchanged."""
        return self.before is not None and self.after is not None and not self.changes


def diff(before: Network, after: Network) -> list[LayerDiff]:
    """Return the layers of both networks in order, with their changes.

    Options, calculated figures and the sources of the inputs are compared; names of layers, stages and blocks are not.
    """
    pairs = list(align(before, after))
    partner = {old.index: new.index for old, new in pairs if old is not None and new is not None} | {-1: -1}
    known = set(partner.values())
    return [LayerDiff(old, new, tuple(_changes(old, new, partner, known)) if old and new else ()) for old, new in pairs]


# --- changes --------------------------------------------------------------------------------------------------------


def _changes(before: LayerNode, after: LayerNode, partner: dict[int, int], known: set[int]) -> Iterator[Change]:
    yield from _options(before.layer, after.layer)
    yield from _figures(before, after)
    sources = zip(before.sources, after.sources, strict=False)  # where their numbers differ, so do the inputs
    if any(old in partner and new in known and partner[old] != new for old, new in sources):
        yield Change("source of an input", None, None)


def _options(before: AnyLayer, after: AnyLayer) -> Iterator[Change]:
    """Options that differ; an option that a kind lacks is None."""
    if before == after:
        return
    names = dict.fromkeys((*type(before).fields(), *type(after).fields()))
    for name in names:
        old, new = getattr(before, name, None), getattr(after, name, None)
        if _shortest(old) != _shortest(new):
            yield Change(name, old, new)


def _shortest(option: Any) -> Any:
    """An option as a definition could have it: 2 for 2×2, which is the same on a map."""
    is_sides = isinstance(option, tuple) and option and all(isinstance(side, int) for side in option)
    return written(option) if is_sides else option


def _figures(before: LayerNode, after: LayerNode) -> Iterator[Change]:
    """Figures that differ."""
    for what in ("inputs", "output", "parameters", "macs", "on_main_path"):
        old, new = getattr(before, what), getattr(after, what)
        if old != new:
            yield Change(what, old, new)
    if before.stats.formula != after.stats.formula:
        yield Change("formula", before.stats.formula, after.stats.formula)
    if before.stats.buffers != after.stats.buffers:
        yield Change("buffers", count(before.stats.buffers), count(after.stats.buffers))


# --- alignment ------------------------------------------------------------------------------------------------------

T = TypeVar("T")
Run = tuple[LayerNode, ...]
"""Consecutive layers of one block of one stage."""
Pair = tuple[LayerNode | None, LayerNode | None]
"""A layer before and after; None if it was added or removed."""

RUN_KEYS: tuple[Callable[[Run], Hashable], ...] = (
    lambda run: tuple(node.layer for node in run),
    lambda run: run[0].path[:2] or id(run),  # a run outside of all stages and blocks equals no other
    lambda run: tuple(node.layer.kind for node in run),
)
LAYER_KEYS: tuple[Callable[[LayerNode], Hashable], ...] = (
    lambda node: node.layer,
    lambda node: (node.layer.kind, node.name),
    lambda node: node.layer.kind,
)
"""Layers match by all their options, else by kind and name, else by kind.

Shapes are not compared, so another input size does not change the alignment.
"""


def align(before: Network, after: Network) -> Iterator[Pair]:
    """Pair the layers of two networks, whole blocks first, so that an added block stays in one piece."""
    return _align_runs(_split(before.layers), _split(after.layers), RUN_KEYS)


def _split(nodes: Sequence[LayerNode]) -> list[Run]:
    return [tuple(run) for _, run in groupby(nodes, key=lambda node: node.path[:2])]


def _align_runs(
    before: Sequence[Run], after: Sequence[Run], keys: Sequence[Callable[[Run], Hashable]]
) -> Iterator[Pair]:
    if not keys or not before or not after:
        yield from _align_layers([*chain.from_iterable(before)], [*chain.from_iterable(after)], LAYER_KEYS)
        return
    for olds, news, equal in _split_at_matches(before, after, keys[0]):
        if equal:
            yield from _align_layers(olds[0], news[0], LAYER_KEYS)
        else:
            yield from _align_runs(olds, news, keys[1:])


def _align_layers(
    before: Sequence[LayerNode], after: Sequence[LayerNode], keys: Sequence[Callable[[LayerNode], Hashable]]
) -> Iterator[Pair]:
    if not keys or not before or not after:
        yield from ((node, None) for node in before)
        yield from ((None, node) for node in after)
        return
    for olds, news, equal in _split_at_matches(before, after, keys[0]):
        if equal:
            yield olds[0], news[0]
        else:
            yield from _align_layers(olds, news, keys[1:])


def _split_at_matches(
    before: Sequence[T], after: Sequence[T], key: Callable[[T], Hashable]
) -> Iterator[tuple[Sequence[T], Sequence[T], bool]]:
    """Split two sequences at items with equal keys: yield what lies between them, then the two items (True)."""
    old = new = 0
    for i, j in longest_common([*map(key, before)], [*map(key, after)]):
        yield before[old:i], after[new:j], False
        yield before[i : i + 1], after[j : j + 1], True
        old, new = i + 1, j + 1
    yield before[old:], after[new:], False


def longest_common(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """The index pairs of a longest common subsequence, each item as early as possible.

    Source: H. Hyyrö, Bit-Parallel LCS-length Computation Revisited, 2004. Bit j of a row is 0 if the first j + 1
    items have one more item in common than the first j. Here both sequences are read from their ends.
    """
    places: dict[Hashable, int] = {}
    for place, item in enumerate(reversed(after)):
        places[item] = places.get(item, 0) | 1 << place
    mask = (1 << len(after)) - 1
    rows = [mask]
    for item in reversed(before):
        row = rows[-1]
        found = row & places.get(item, 0)
        rows.append((row + found | row - found) & mask)
    i, j = len(before), len(after)
    while i and j:
        if before[-i] == after[-j]:
            yield len(before) - i, len(after) - j
            i, j = i - 1, j - 1
        elif rows[i] >> (j - 1) & 1:
            j -= 1
        else:
            i -= 1
