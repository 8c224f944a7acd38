"""Finds equal blocks: those with the same name, layers, kernels and branches, whatever their widths and strides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, zip_longest
from typing import NamedTuple

from layerwise.network.graph import Branches, Group, LayerNode

Item = LayerNode | Group | Branches


def inner_blocks(items: Sequence[Item]) -> Iterator[Group]:
    """The blocks directly inside, also those in branches."""
    for item in items:
        if isinstance(item, Group) and item.kind == "block":
            yield item
        elif isinstance(item, Group):
            yield from inner_blocks(item.items)
        elif isinstance(item, Branches):
            for branch in item.branches:
                yield from inner_blocks(branch.items)


def has_blocks(items: Sequence[Item]) -> bool:
    """Return True if the items of a network or a block contain a block."""
    return next(inner_blocks(items), None) is not None


def main_items(items: Sequence[Item]) -> Sequence[Item]:
    """The items without outputs that have layers of their own; the items of the first one if there is nothing else."""
    main = [item for item in items if not (isinstance(item, Group) and item.kind in ("output", "main_output"))]
    first = items[0]
    return main if main or not isinstance(first, Group) else main_items(first.items)


def entry_sources(item: Item) -> list[int]:
    """The indexes of the layers that are the input of an item; of branches those of all, in order."""
    if isinstance(item, LayerNode):
        return [item.sources[0]]
    if isinstance(item, Group):
        return entry_sources(main_items(item.items)[0])
    pairs = zip(item.branches, item.merge.sources, strict=True)
    return [row for branch, feed in pairs for row in (entry_sources(branch.items[0]) if branch.items else [feed])]


def last_index(item: Item) -> int:
    """The index of the layer whose output is that of the item."""
    if isinstance(item, LayerNode):
        return item.index
    return item.merge.index if isinstance(item, Branches) else last_index(main_items(item.items)[-1])


def is_folded(row: LayerNode, before: Item | None) -> bool:
    """Return True if a layer is a normalization that is drawn in the box of the convolution before it."""
    if not isinstance(before, LayerNode) or before.layer.category not in {"convolution", "linear"}:
        return False
    return row.layer.category == "normalization" and row.sources == (before.index,)


def has_shortcut(items: Sequence[Item]) -> bool:
    """Return True if a way with the same source leads past layers: the identity, or fewer layers before an ``add``.

    ``concat`` counts with the identity, as in a dense block; ``multiply`` is a gate and does not count. What follows
    must have the join as its input. Blocks inside are searched only if the block contains nothing else.
    """
    main = main_items(items) if items else ()
    if len(main) == 1 and isinstance(main[0], Group):
        return has_shortcut(main[0].items)
    return any(
        isinstance(item, Branches) and _leads_past(item) and (after is None or item.merge.index in entry_sources(after))
        for item, after in zip_longest(main, main[1:])
    )


def _leads_past(branches: Branches) -> bool:
    pairs = zip(branches.branches, branches.merge.sources, strict=True)
    ways = [_way(branch, feed) for branch, feed in pairs]
    join = branches.merge.layer.kind
    return any(
        one.sources & other.sources and one.depth < other.depth and (one.is_identity or join == "add")
        for one, other in permutations(ways, 2)
        if join != "multiply"
    )


class _Way(NamedTuple):
    """A branch: the layers that are its input, and its length."""

    sources: set[int]
    depth: int
    is_identity: bool


def _way(branch: Group, feed: int) -> _Way:
    sources = {feed} if not branch.items else set(entry_sources(branch.items[0]))
    return _Way(sources, sum(node.layer.depth_units for node in branch.layers()), not branch.items)


class Structures:
    """Numbers the structures of blocks, so that equal blocks have the same number.

    Without ``kernels``, blocks that differ only in kernels are equal. Repeats of an inner block count once.
    """

    def __init__(self, *, kernels: bool = True) -> None:
        self._kernels = kernels
        self._numbers: dict[object, int] = {}
        self._blocks: dict[int, int] = {}
        self._boxes: dict[int, int] = {}

    def of(self, block: Group) -> int:
        """The number of a block's structure."""
        if id(block) not in self._blocks:
            self._blocks[id(block)] = self._number((block.label, *self._series(block.items)))
        return self._blocks[id(block)]

    def outside(self, block: Group) -> int:
        """The number of a block's structure if its inner blocks count only by their names."""
        return self._number((block.label, "outside", *self._series(block.items, inside=False)))

    def in_rows(self, items: Sequence[Item]) -> list[list[Item]]:
        """Items in series, with equal blocks of which each is the input of the next together."""
        rows: list[list[Item]] = []
        for item in main_items(items) if items else ():
            if rows and self._continues(rows[-1][-1], item):
                rows[-1].append(item)
            else:
                rows.append([item])
        return rows

    def _continues(self, last: Item, item: Item) -> bool:
        if not isinstance(last, Group) or not isinstance(item, Group):
            return False
        return self.of(item) == self.of(last) and last_index(last) in entry_sources(item)

    def boxes(self, block: Group) -> int:
        """The number of boxes in the drawing of a block."""
        number = self.of(block)
        if number not in self._boxes:
            self._boxes[number] = self._boxes_of(block.items)
        return self._boxes[number]

    def _boxes_of(self, items: Sequence[Item]) -> int:
        total, before = 0, None
        for item, *_ in self.in_rows(items):
            if isinstance(item, LayerNode):
                total += not is_folded(item, before)
            elif isinstance(item, Branches):
                total += sum(self._boxes_of(branch.items) for branch in item.branches)
            else:
                total += self.boxes(item)
            before = item
        return total

    def _number(self, structure: object) -> int:
        return self._numbers.setdefault(structure, len(self._numbers))

    def _series(self, items: Sequence[Item], *, inside: bool = True) -> list[object]:
        found: list[object] = []
        for item in items:
            if isinstance(item, LayerNode):
                window = item.stats.window
                found.append((item.layer.kind, window.kernel) if self._kernels and window else item.layer.kind)
            elif isinstance(item, Branches):
                branches = (tuple(self._series(branch.items, inside=inside)) for branch in item.branches)
                found.append((item.merge.layer.kind, *branches))
            else:
                part = self.of(item) if inside else item.label
                if not found or found[-1] != part:
                    found.append(part)
        return found
