"""The content of a block as it is drawn: boxes in series, and parallel lanes that merge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layerwise.core.shape import times
from layerwise.layers import AnyLayer
from layerwise.layers.activation import FUNCTIONS
from layerwise.layers.attention import SelfAttention
from layerwise.layers.options import ChannelRange
from layerwise.network.graph import Branches, Group, LayerNode
from layerwise.report.formatting import grouped, scaled, sides
from layerwise.report.formatting import name as display_name
from layerwise.report.operations import operation
from layerwise.report.pictures.structure import Item, Structures, entry_sources, is_folded, last_index


@dataclass(slots=True)
class Box:
    """A layer with the operations that follow in place, or a block that has a drawing of its own."""

    text: str
    note: str
    """Options, and the operations that follow in place."""
    operation: str
    hint: str
    """Its figures, shown when the pointer is on it."""
    row: int
    """The index of its last layer."""


@dataclass(slots=True)
class Frame:
    """A block inside a block."""

    label: str
    repeats: tuple[int, ...]
    """The number of repeats: one number, or several if the blocks around it differ in that."""
    items: list[Node]
    """Its content; empty if it has a drawing of its own."""
    row: int
    """The index of the last layer of the last of them."""
    sources: tuple[int, ...] = ()
    """Further inputs from outside, of a block that has a drawing of its own."""


@dataclass(slots=True)
class Source:
    """Another input of the next node than the output of the node before it."""

    row: int


@dataclass(slots=True)
class Lanes:
    """Branches and their merge. A branch without nodes is the identity."""

    lanes: list[list[Node]]
    join: str
    """add, multiply or concat."""
    note: str
    row: int


Node = Box | Frame | Lanes | Source


def nodes(block: Group, structures: Structures, *, apart: bool = False) -> list[Node]:
    """A block as it is drawn; ``apart`` makes boxes of the blocks inside it."""
    return _Nodes(structures, apart=apart).series(block.items, entry_sources(block)[0])


def runs(items: Sequence[Item], structures: Structures, *, apart: bool = False) -> Iterator[int]:
    """The length of each series of equal inner blocks, in the order of ``frames``."""
    for item, *more in structures.in_rows(items):
        if isinstance(item, Group):
            yield 1 + len(more)
            yield from () if apart else runs(item.items, structures)
        elif isinstance(item, Branches):
            for branch in item.branches:
                yield from runs(branch.items, structures, apart=apart)


def frames(items: Sequence[Node]) -> Iterator[Frame]:
    """The frames of a drawing, each before those inside it."""
    for item in items:
        if isinstance(item, Frame):
            yield item
            yield from frames(item.items)
        elif isinstance(item, Lanes):
            for lane in item.lanes:
                yield from frames(lane)


class _Nodes:
    """Converts items to nodes."""

    def __init__(self, structures: Structures, *, apart: bool) -> None:
        self.structures = structures
        self.apart = apart

    def series(self, items: Sequence[Item], flow: int) -> list[Node]:
        """The nodes of items in series; ``flow`` is the index of the layer whose output is the input of the first."""
        found: list[Node] = []
        before: Item | None = None
        for item, *more in self.structures.in_rows(items):
            sources = entry_sources(item)
            if flow not in sources:
                flow = sources[0]
                found.append(Source(flow))
            if isinstance(item, Branches):
                found.append(self.lanes(item, flow))
            elif isinstance(item, Group):
                inner = [] if self.apart else self.series(item.items, flow)
                further = _further_sources(item, flow) if self.apart else ()
                last = last_index((item, *more)[-1])
                found.append(Frame(display_name(item.label), (1 + len(more),), inner, last, further))
            elif is_folded(item, before) and isinstance(found[-1], Box):
                found[-1].note = ", ".join(filter(None, (found[-1].note, _normalization(item))))
                found[-1].row = item.index
            else:
                found.append(_box(item))
            flow, before = last_index((item, *more)[-1]), item
        return found

    def lanes(self, branches: Branches, flow: int) -> Lanes:
        """The nodes of branches; a branch with another input than the block's starts with a source."""
        lanes = []
        for branch, feed in zip(branches.branches, branches.merge.sources, strict=True):
            if branch.items:
                lanes.append(self.series(branch.items, flow))
            else:
                lanes.append([] if feed == flow else [Source(feed)])
        kind = branches.merge.layer.kind
        return Lanes(lanes, kind, ", ".join(filter(None, (kind, _function(branches.merge)))), branches.merge.index)


def _further_sources(block: Group, flow: int) -> tuple[int, ...]:
    """The layers outside of a block that are inputs of it, without the one that is its main input."""
    nodes = list(block.layers())
    sources = {source for node in nodes for source in node.sources}
    return tuple(sorted(sources - {node.index for node in nodes} - {flow}))


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


def _box(row: LayerNode) -> Box:
    """A layer in words: ``3×3×64``, and its options below."""
    layer = row.layer
    words = (_WORDS.get(layer.kind, layer.kind.replace("_", " ")), times(row.stats.filter) or _other_size(layer))
    text = " ".join(filter(None, words))
    return Box(text, ", ".join(filter(None, (*_options(row), _function(row)))), operation(layer), hint(row), row.index)


def _other_size(layer: AnyLayer) -> str:
    """A size that is not a filter, as a definition has it; heads are an option."""
    size = getattr(layer, "size", None)
    if size is None or isinstance(layer, SelfAttention):
        return ""
    if isinstance(size, ChannelRange):
        return f"{size.start}:{size.stop}" if size.parts is None else f"{size.stop}/{size.parts}"
    return times(size) if isinstance(size, tuple) else str(size)


def _options(row: LayerNode) -> Iterator[str]:
    layer, window = row.layer, row.stats.window
    if window is not None and (max(window.stride) > 1 or layer.category == "pooling"):
        yield f"stride {sides(window.stride)}"
    if window is not None and max(window.dilation) > 1:
        yield f"dilation {sides(window.dilation)}"
    if row.weights_of:
        yield "shared weights"
    if (groups := getattr(layer, "groups", 1)) > 1:
        yield f"{groups} groups"
    if heads := getattr(layer, "head_count", 0):
        yield f"{heads} heads"


def _normalization(row: LayerNode) -> str:
    return ", ".join(filter(None, (_SHORT.get(row.layer.kind, row.layer.label), _function(row))))


def _function(row: LayerNode) -> str:
    """The activation function applied in place, if there is one."""
    return FUNCTIONS.get(row.layer.activation_function or "", "")


def hint(row: LayerNode) -> str:
    """The figures of a layer, shown when the pointer is on its box."""
    formula = f", {row.stats.formula} = {grouped(row.parameters)} parameters" if row.parameters else ""
    macs = f", {scaled(row.macs)} MACs" if row.macs else ""
    return f"{display_name(row.name)}: {row.output}{formula}{macs}"
