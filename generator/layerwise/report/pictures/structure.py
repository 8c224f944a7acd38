"""Which blocks are alike: of the same name, layers, kernels and branches, whatever their widths and strides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    """Whether there is a block among the items of a network or of a block."""
    return next(inner_blocks(items), None) is not None


def on_its_way(items: Sequence[Item]) -> Sequence[Item]:
    """The items without the side outputs among them; where there is nothing else, those of the first side output."""
    main = [item for item in items if not (isinstance(item, Group) and item.kind == "output")]
    first = items[0]
    return main if main or not isinstance(first, Group) else on_its_way(first.items)


def input_shape(item: Item) -> list[int]:
    """The rows that feed an item: of branches all that feed one, the first branch's first."""
    if isinstance(item, LayerNode):
        return [item.sources[0]]
    if isinstance(item, Group):
        return input_shape(on_its_way(item.items)[0])
    pairs = zip(item.branches, item.merge.sources, strict=True)
    return [row for branch, feed in pairs for row in (input_shape(branch.items[0]) if branch.items else [feed])]


def output_shape(item: Item) -> int:
    """The row that feeds what follows an item."""
    if isinstance(item, LayerNode):
        return item.index
    return item.merge.index if isinstance(item, Branches) else output_shape(on_its_way(item.items)[-1])


def is_folded(row: LayerNode, before: Item | None) -> bool:
    """Whether a normalization is told with the convolution before it."""
    if not isinstance(before, LayerNode) or before.layer.category not in {"convolution", "linear"}:
        return False
    return row.layer.category == "normalization" and row.sources == (before.index,)


class Structures:
    """Numbers the structures of blocks, so that alike blocks have one number. Without ``kernels`` these may differ.

    Repeats of a block within another count once.
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
        """The number of a block's structure where the blocks inside it count by their names only."""
        return self._number((block.label, "outside", *self._series(block.items, inside=False)))

    def in_rows(self, items: Sequence[Item]) -> list[list[Item]]:
        """Items behind each other, alike blocks together of which each feeds the next."""
        rows: list[list[Item]] = []
        for item in on_its_way(items) if items else ():
            if rows and self._continues(rows[-1][-1], item):
                rows[-1].append(item)
            else:
                rows.append([item])
        return rows

    def _continues(self, last: Item, item: Item) -> bool:
        if not isinstance(last, Group) or not isinstance(item, Group):
            return False
        return self.of(item) == self.of(last) and output_shape(last) in input_shape(item)

    def boxes(self, block: Group) -> int:
        """How many boxes there are to be drawn in a block."""
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
