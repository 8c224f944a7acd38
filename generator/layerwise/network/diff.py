"""What is different between two networks: their layers aligned in order, and what has changed in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from layerwise.core.tensors import count
from layerwise.layers import AnyLayer
from layerwise.network.alignment import aligned
from layerwise.network.graph import LayerNode, Network


class Change(NamedTuple):
    """Something of a layer that is not what it was."""

    what: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Step:
    """A layer of one of the networks, or of both with what has changed in it."""

    before: LayerNode | None
    after: LayerNode | None
    changes: tuple[Change, ...] = ()

    @property
    def is_equal(self) -> bool:
        """Whether it is the same in both."""
        return self.before is not None and self.after is not None and not self.changes


def difference(before: Network, after: Network) -> list[Step]:
    """The layers of both networks in order.

    Names of layers, stages and blocks are not compared; all that is calculated of a layer is, and where its inputs
    come from.
    """
    pairs = list(aligned(before, after))
    partner = {old.index: new.index for old, new in pairs if old is not None and new is not None} | {-1: -1}
    known = set(partner.values())
    return [Step(old, new, tuple(_changes(old, new, partner, known)) if old and new else ()) for old, new in pairs]


# --- changes --------------------------------------------------------------------------------------------------------


def _changes(before: LayerNode, after: LayerNode, partner: dict[int, int], known: set[int]) -> Iterator[Change]:
    yield from _options(before.layer, after.layer)
    yield from _measures(before, after)
    sources = zip(before.sources, after.sources, strict=False)  # where their numbers differ, so do the inputs
    if any(old in partner and new in known and partner[old] != new for old, new in sources):
        yield Change("source of an input", None, None)


def _options(before: AnyLayer, after: AnyLayer) -> Iterator[Change]:
    """Options that differ; those a kind does not have are None."""
    if before == after:
        return
    names = dict.fromkeys((*type(before).fields(), *type(after).fields()))
    for name in names:
        old, new = getattr(before, name, None), getattr(after, name, None)
        if old != new:
            yield Change(name, old, new)


def _measures(before: LayerNode, after: LayerNode) -> Iterator[Change]:
    """Figures that differ."""
    for what in ("inputs", "output", "parameters", "macs", "on_main_path"):
        old, new = getattr(before, what), getattr(after, what)
        if old != new:
            yield Change(what, old, new)
    if before.stats.formula != after.stats.formula:
        yield Change("formula", before.stats.formula, after.stats.formula)
    if before.stats.buffers != after.stats.buffers:
        yield Change("buffers", count(before.stats.buffers), count(after.stats.buffers))
