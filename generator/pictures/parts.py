"""What a network is cut into where it is too long to be drawn layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from generator.network import Fork, Group, Network, Row
from generator.pages.describe import name as printed
from generator.shape import Shape

RESHAPING = {"tokens", "take_token", "class_token", "to_map", "flatten"}
"""Kinds that arrange values anew or add one, and make no feature map of their own to be drawn."""

FEWEST = 3
"""Steps below which a block is no step, but what a network consists of."""


@dataclass(frozen=True, slots=True)
class Part:
    """Layers, or blocks, behind each other that are drawn as one."""

    name: str
    kind: str
    """What it is one of: the block's name, or the layer's label."""
    stage: str
    """The stage it belongs to, if there is one."""
    shapes: tuple[Shape, ...]
    """What leaves each of the layers or blocks that are drawn."""
    rows: tuple[Row, ...]
    """All layers, those that are not drawn included."""

    @property
    def shape(self) -> Shape:
        """What leaves the last of those that are drawn."""
        return self.shapes[-1]

    @property
    def count(self) -> int:
        """How many layers or blocks are drawn."""
        return len(self.shapes)

    @property
    def place(self) -> str:
        """Stage and name: ``conv2_x › bottleneck``."""
        return f"{self.stage} › {self.name}" if self.stage and self.stage != self.name else self.name

    @property
    def own_name(self) -> str:
        """Its name, unless that is its kind with a number; layers keep their numbers."""
        return self.kind if self.name.startswith(f"{self.kind} ") else self.name

    @property
    def macs(self) -> int:
        """Multiply-accumulates of all of it."""
        return sum(row.measure.macs for row in self.rows)

    @property
    def category(self) -> str:
        """The category of layers that does most of its work; that of its first layer where none does any."""
        work: dict[str, int] = {}
        for row in self.rows:
            work[row.layer.category] = work.get(row.layer.category, 0) + row.measure.macs
        return max(work, key=lambda category: work[category])


Key = Callable[[Part], Hashable]

_LADDER: tuple[Key, ...] = (
    lambda part: (part.stage, part.own_name, part.shape),
    lambda part: (part.stage, part.kind, part.shape),
    lambda part: (part.stage, part.kind, part.shape.spatial),
    lambda part: (part.stage, part.shape.spatial),
    lambda part: part.stage or part.shape.spatial,
    lambda part: part.shape.spatial,
)
"""By what neighbours become one part, from the finest cut to the coarsest."""


def cuts(network: Network) -> Iterator[list[Part]]:
    """The main path in ever fewer parts: neighbours that are more and more loosely alike are one."""
    for key in _LADDER:
        yield [_merged(list(run)) for _, run in groupby(steps(network), key)]


def _merged(run: list[Part]) -> Part:
    """Parts as one. Of several kinds the one that does most of the work is drawn: a stage's blocks, not its pooling."""
    if len(run) == 1:
        return run[0]
    work: dict[str, int] = {}
    for part in run:
        work[part.kind] = work.get(part.kind, 0) + part.macs
    kind = max(work, key=lambda kind: work[kind])
    drawn = [part for part in run if part.kind == kind]
    names, stages = {part.own_name for part in drawn}, {part.stage for part in drawn}
    return Part(
        names.pop() if len(names) == 1 else kind,
        kind,
        stages.pop() if len(stages) == 1 else "",
        tuple(shape for part in drawn for shape in part.shapes),
        tuple(row for part in run for row in part.rows),
    )


@lru_cache(maxsize=4)
def steps(network: Network) -> tuple[Part, ...]:
    """The main path block by block, and layer by layer outside of blocks.

    What only normalizes, activates or rearranges belongs to the step before it.
    """
    found: list[Part] = []
    _collect(network.items, "", found, opened=False)
    if len(found) < FEWEST:
        found = []
        _collect(network.items, "", found, opened=True)
    return tuple(found)


def _collect(items: Iterable[Row | Group | Fork], stage: str, found: list[Part], *, opened: bool) -> None:
    """Find the steps; ``opened`` takes the outermost blocks for stages."""
    for item in items:
        if isinstance(item, Group) and (item.kind == "stage" or (opened and item.kind == "block")):
            _collect(item.items, stage or printed(item.name), found, opened=False)
        elif isinstance(item, Group) and item.kind == "block":
            rows = tuple(row for row in item.rows() if row.on_main_path)
            found.append(Part(printed(item.name), item.label, stage, (item.leaving,), rows))
        elif isinstance(item, Fork):
            join = item.join
            found.append(Part(printed(join.name), join.layer.label, stage, (join.output,), tuple(item.rows())))
        elif isinstance(item, Row) and found and _belongs_to_the_step_before(item, found[-1]):
            last = found[-1]
            found[-1] = Part(last.name, last.kind, last.stage, last.shapes, (*last.rows, item))
        elif isinstance(item, Row):
            found.append(layer_part(item, stage))


def layer_part(row: Row, stage: str = "") -> Part:
    """A single layer."""
    return Part(printed(row.name), row.layer.label, stage, (row.output,), (row,))


def _belongs_to_the_step_before(row: Row, last: Part) -> bool:
    layer = row.layer
    if layer.kind in RESHAPING:
        return True
    return layer.category in {"normalization", "other"} and row.output == last.rows[-1].output
