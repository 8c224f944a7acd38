"""What a block consists of, as it is to be drawn: boxes behind each other, and lanes beside each other that meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from generator.layers import AnyLayer
from generator.layers.activation import FUNCTIONS
from generator.layers.attention import SelfAttention
from generator.layers.options import ChannelRange
from generator.network import Fork, Group, Row
from generator.pages.describe import name as printed
from generator.pages.describe import pair
from generator.shape import times
from generator.units import grouped, scaled

Item = Row | Group | Fork


@dataclass(slots=True)
class Box:
    """A layer with what follows it in place, or a block that is drawn apart."""

    text: str
    note: str
    """Options, and what follows in place."""
    category: str
    told: str
    row: int
    """The last row it stands for."""


@dataclass(slots=True)
class Frame:
    """A block inside a block."""

    label: str
    repeats: tuple[int, ...]
    """How many of it stand in a row: one number, or several where the blocks around it differ in that."""
    items: list[Node]


@dataclass(slots=True)
class Lane:
    """A branch. Without items it is the identity."""

    items: list[Node]
    source: int | None = None
    """The row it comes from, where that is not what enters the branches."""


@dataclass(slots=True)
class Lanes:
    """Branches, and how they meet."""

    lanes: list[Lane]
    join: str
    """add, multiply or concat."""
    note: str
    row: int


Node = Box | Frame | Lanes

Structure = tuple[object, ...]
"""What two blocks that differ in widths only have in common."""


def structure(items: Sequence[Item], *, kernels: bool = True, shallow: bool = False) -> Structure:
    """Kinds of layers, their kernels and branches, without widths and strides; repeats of a block count once.

    ``shallow`` takes the blocks inside by their names only.
    """
    found: list[object] = []
    for item in items:
        if isinstance(item, Row):
            window = item.measure.window
            found.append((item.layer.kind, window.kernel) if kernels and window else item.layer.kind)
        elif isinstance(item, Fork):
            branches = (structure(branch.items, kernels=kernels, shallow=shallow) for branch in item.branches)
            found.append((item.join.layer.kind, *branches))
        else:
            part = (item.label, () if shallow else structure(item.items, kernels=kernels))
            if not found or found[-1] != part:
                found.append(part)
    return tuple(found)


def inner_blocks(items: Sequence[Item]) -> Iterator[Group]:
    """The blocks directly inside, also those in branches."""
    for item in items:
        if isinstance(item, Group) and item.kind == "block":
            yield item
        elif isinstance(item, Group):
            yield from inner_blocks(item.items)
        elif isinstance(item, Fork):
            for branch in item.branches:
                yield from inner_blocks(branch.items)


def nodes(block: Group, *, apart: bool = False) -> list[Node]:
    """A block as it is drawn; ``apart`` makes boxes of the blocks inside it."""
    return _series(block.items, _entry(block.items), apart=apart)


def runs(items: Sequence[Item], *, apart: bool = False) -> Iterator[int]:
    """How many alike blocks stand in each row of blocks inside, in the order of ``frames``."""
    for item, count in _in_rows(items):
        if isinstance(item, Group):
            yield count
            yield from () if apart else runs(item.items)
        elif isinstance(item, Fork):
            for branch in item.branches:
                yield from runs(branch.items, apart=apart)


def frames(items: Sequence[Node]) -> Iterator[Frame]:
    """The frames of a drawing, each before those inside it."""
    for item in items:
        if isinstance(item, Frame):
            yield item
            yield from frames(item.items)
        elif isinstance(item, Lanes):
            for lane in item.lanes:
                yield from frames(lane.items)


def _in_rows(items: Sequence[Item]) -> Iterator[tuple[Item, int]]:
    """Items behind each other; alike blocks in a row are one, with their number."""
    for _, row in groupby(
        items, lambda item: (item.label, structure(item.items)) if isinstance(item, Group) else id(item)
    ):
        alike = list(row)
        yield alike[0], len(alike)


def size(items: Sequence[Node]) -> int:
    """How many boxes there are to be drawn."""
    total = 0
    for item in items:
        if isinstance(item, Box):
            total += 1
        elif isinstance(item, Frame):
            total += size(item.items)
        else:
            total += sum(size(lane.items) for lane in item.lanes)
    return total


def _series(items: Sequence[Item], flow: int | None, *, apart: bool) -> list[Node]:
    """Items behind each other, where ``flow`` is the row that feeds the first."""
    found: list[Node] = []
    place = 0
    for item, count in _in_rows(items):
        if isinstance(item, Fork):
            found.append(_lanes(item, flow, apart=apart))
        elif isinstance(item, Group):
            inner = [] if apart else _series(item.items, flow, apart=False)
            found.append(Frame(printed(item.label), (count,), inner))
        elif found and isinstance(found[-1], Box) and _is_folded(item, found[-1]):
            found[-1].note = ", ".join(filter(None, (found[-1].note, _normalization(item))))
            found[-1].row = item.index
        else:
            found.append(_box(item))
        place += count
        flow = _exit(items[place - 1])
    return found


def _is_folded(row: Row, before: Box) -> bool:
    """Whether a normalization is told in the box of the convolution before it."""
    is_weighted = before.category in {"convolution", "linear"}
    return row.layer.category == "normalization" and is_weighted and row.feeds == (before.row,)


def _lanes(fork: Fork, flow: int | None, *, apart: bool) -> Lanes:
    """Branches; those that do not start with what enters say where they come from."""
    starts = [
        _entry(branch.items) if branch.items else feed
        for branch, feed in zip(fork.branches, fork.join.feeds, strict=True)
    ]
    entering = flow if flow in starts else starts[0]
    lanes = [
        Lane(_series(branch.items, start, apart=apart), None if start == entering else start)
        for branch, start in zip(fork.branches, starts, strict=True)
    ]
    layer = fork.join.layer
    return Lanes(lanes, layer.kind, ", ".join(filter(None, (layer.kind, _function(fork.join)))), fork.join.index)


def _entry(items: Sequence[Item]) -> int | None:
    """The row that feeds the first layer; of several branches the first tells."""
    for item in items:
        if isinstance(item, Row):
            return item.feeds[0]
        if isinstance(item, Group):
            return _entry(item.items)
        first = item.branches[0]
        return _entry(first.items) if first.items else item.join.feeds[0]
    return None


def _exit(item: Item) -> int:
    """The row that feeds what follows an item."""
    if isinstance(item, Row):
        return item.index
    return item.join.index if isinstance(item, Fork) else _exit(item.items[-1])


# --- words ----------------------------------------------------------------------------------------------------------

_SHORT = {"batch_norm": "BN", "layer_norm": "LN", "group_norm": "GN", "instance_norm": "IN"}
_WORDS = {
    "conv": "",
    "depthwise_conv": "depthwise",
    "transposed_conv": "transposed",
    "max_pool": "max",
    "avg_pool": "avg",
    "global_avg_pool": "global avg",
    "global_max_pool": "global max",
    "adaptive_avg_pool": "adaptive avg",
    "fc": "FC",
    "lrn": "LRN",
    "window_attention": "window attention",
    "grid_attention": "grid attention",
}


def _box(row: Row) -> Box:
    """A layer in words: ``3×3×64``, and beneath it its options."""
    layer = row.layer
    words = (_WORDS.get(layer.kind, layer.kind.replace("_", " ")), times(layer.filter) or _other_size(layer))
    text = " ".join(filter(None, words))
    return Box(text, ", ".join(filter(None, (*_options(row), _function(row)))), layer.category, told(row), row.index)


def _other_size(layer: AnyLayer) -> str:
    """A size that is no filter, as a definition has it; heads are told as an option."""
    size = getattr(layer, "size", None)
    if size is None or isinstance(layer, SelfAttention):
        return ""
    if isinstance(size, ChannelRange):
        return f"{size.start}:{size.stop}" if size.parts is None else f"{size.stop}/{size.parts}"
    return times(size) if isinstance(size, tuple) else str(size)


def _options(row: Row) -> Iterator[str]:
    layer, window = row.layer, row.measure.window
    if window is not None and (window.stride != (1, 1) or layer.category == "pooling"):
        yield f"stride {pair(window.stride)}"
    if window is not None and window.dilation != (1, 1):
        yield f"dilation {pair(window.dilation)}"
    if (groups := getattr(layer, "groups", 1)) > 1:
        yield f"{groups} groups"
    if heads := getattr(layer, "head_count", 0):
        yield f"{heads} heads"


def _normalization(row: Row) -> str:
    return ", ".join(filter(None, (_SHORT.get(row.layer.kind, row.layer.label), _function(row))))


def _function(row: Row) -> str:
    """The activation function applied in place, if there is one."""
    return FUNCTIONS.get(row.layer.activation_function or "", "")


def told(row: Row) -> str:
    """A layer's figures, for a pointer resting on its box."""
    formula = f", {row.measure.formula} = {grouped(row.parameters)} parameters" if row.parameters else ""
    macs = f", {scaled(row.macs)} MACs" if row.macs else ""
    return f"{printed(row.name)}: {row.output}{formula}{macs}"
