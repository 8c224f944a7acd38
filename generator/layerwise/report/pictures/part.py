"""A part of a network that is drawn as one, with its sums by operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from layerwise.core.shape import Shape
from layerwise.report.operations import OPERATIONS

MIN_SHARE = 4
"""Minimum share in percent of an operation that is drawn next to the others of a part."""


class Figures(NamedTuple):
    """The sums of some layers on the main path."""

    parameters: int = 0
    macs: int = 0
    activations: int = 0


def mixed(values: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return operations with the percentage at which each begins, without those of less than ``MIN_SHARE``.

    ``{"depthwise": 150, "pointwise": 850}`` is ``[("pointwise", 0), ("depthwise", 85)]``: their order is that of a
    legend. If all values are zero, it is the first operation alone.
    """
    whole = sum(values.values())
    large = {name: value for name, value in values.items() if value and 100 * value >= MIN_SHARE * whole}
    large = large or {next(iter(values)): 1}
    total, before, result = sum(large.values()), 0, list[tuple[str, int]]()
    for name, value in sorted(large.items(), key=lambda pair: _ORDER.get(pair[0], 0)):
        result.append((name, round(100 * before / total)))
        before += value
    return result


class Drawn(NamedTuple):
    """A layer or a block that is drawn as a slab, or as one slab for each resolution."""

    row: int
    """The index of its last layer; -1 for the network's input."""
    shapes: tuple[Shape, ...]
    """Its output; the outputs of parallel resolutions, the largest first."""
    has_shortcut: bool = False
    """True if a shortcut leads past the layers inside it."""

    @property
    def shape(self) -> Shape:
        """The output that leads on: of parallel resolutions the largest."""
        return self.shapes[0]


_ORDER = {name: place for place, name in enumerate(OPERATIONS)}


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive layers or blocks that are drawn as one, with their sums."""

    name: str
    kind: str
    """Its type: the name of the block, or the label of the layer."""
    stage: str
    """The stage it belongs to, if there is one."""
    drawn: tuple[Drawn, ...]
    """The layers or blocks that are drawn."""
    by_operation: Mapping[str, Figures]
    """Its sums by operation, in the order of execution."""
    work: str = ""
    """The label of the layer with most of the MACs of merged branches, which have no name of their own."""
    is_block: bool = False
    """True for a block, the type of which may be its only name."""

    @property
    def shape(self) -> Shape:
        """The output of the last of those that are drawn."""
        return self.drawn[-1].shape

    @property
    def is_unnamed(self) -> bool:
        """True for a block in a stage, of which only the type is known."""
        return self.is_block and bool(self.stage) and self.name == self.kind

    @property
    def operation(self) -> str:
        """The operation with most of its MACs; that of its first layer if it has none."""
        return max(self.by_operation, key=lambda name: self.by_operation[name].macs)

    @property
    def figures(self) -> Figures:
        """Its sums over all operations."""
        return Figures(*map(sum, zip(*self.by_operation.values(), strict=True)))

    @property
    def count(self) -> int:
        """The number of layers or blocks that are drawn."""
        return len(self.drawn)

    @property
    def place(self) -> str:
        """Stage and name: ``conv2_x › bottleneck``."""
        return f"{self.stage} › {self.name}" if self.stage and self.stage != self.name else self.name

    @property
    def own_name(self) -> str:
        """Its name, or the type of a block that is only numbered."""
        return self.kind if self.name.startswith(f"{self.kind} ") else self.name
