"""The blocks of a network: each distinct one once, with how many times it stands and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest

from layerwise.network.graph import Branches, Group, LayerNode, Network, totals
from layerwise.report.formatting import grouped, scaled
from layerwise.report.formatting import name as printed
from layerwise.report.pictures import lanes
from layerwise.report.pictures.diagram import Box, Frame, Lanes, Node, Source, frames, nodes, runs
from layerwise.report.pictures.structure import Item, Structures, has_blocks, inner_blocks

MOST_BOXES = 14
"""Boxes of one drawing; beyond, the blocks inside a block are drawn apart."""
MOST_DRAWINGS = 6
"""Drawings that tell kernels apart; where there are more, blocks that differ in kernels only are one."""
MOST_PLACES = 6
"""Places of a block that are all named."""


@dataclass(slots=True)
class Used:
    """A distinct block, with every place in which it stands."""

    blocks: list[Group]
    places: list[str]
    """The stage around each; where there is none, its own name."""
    nodes: list[Node]
    apart: bool
    """Whether the blocks inside it are drawn apart, because all of it would be too large."""

    @property
    def first(self) -> Group:
        """The one that is drawn."""
        return self.blocks[0]


def blocks(network: Network) -> str:
    """All drawings beside each other; nothing for a network without blocks."""
    drawings = [_figure(network, used) for used in distinct(network)]
    if not drawings:
        return ""
    return f'<div class="lw-blocks">{"".join(drawings)}</div>'


def distinct(network: Network) -> list[Used]:
    """The blocks that differ in more than widths and strides, each with its places."""
    found = _distinct(network, kernels=True)
    return found if len(found) <= MOST_DRAWINGS else _distinct(network, kernels=False)


def _distinct(network: Network, *, kernels: bool) -> list[Used]:
    """Blocks by name and structure; those inside a block that is too large to be drawn whole come behind it."""
    structures = Structures(kernels=kernels)
    found: dict[int, Used] = {}
    waiting = list(_placed(network.items, ""))[::-1]
    while waiting:
        place, block = waiting.pop()
        apart = structures.boxes(block) > MOST_BOXES and has_blocks(block.items)
        if apart:
            waiting += [(place, inner) for inner in inner_blocks(block.items)][::-1]
        key = structures.outside(block) if apart else structures.of(block)
        if key not in found:
            found[key] = Used([], [], nodes(block, structures, apart=apart), apart)
        found[key].blocks.append(block)
        found[key].places.append(place)
    for used in found.values():
        _tell_repeats(used, structures)
    return list(found.values())


def _tell_repeats(used: Used, structures: Structures) -> None:
    """Give the frames of a drawing the numbers of repeats in all places, not only in the first."""
    drawn = list(frames(used.nodes))
    if drawn:
        counts = zip(*(runs(block.items, structures, apart=used.apart) for block in used.blocks), strict=False)
        for frame, numbers in zip(drawn, counts, strict=False):
            frame.repeats = numbers


def _placed(items: Sequence[Item], place: str) -> Iterator[tuple[str, Group]]:
    """Blocks that are in no other, each with its stage or side output; without one its own name."""
    for item in items:
        if isinstance(item, Group) and item.kind == "block":
            yield place or printed(item.name), item
        elif isinstance(item, Group):
            yield from _placed(item.items, place if item.kind == "branch" else printed(item.name))
        elif isinstance(item, Branches):
            yield from _placed(item.branches, place)


def _figure(network: Network, used: Used) -> str:
    """A drawing and what is to be said about it."""
    block = used.first
    name, sums = printed(block.label), totals(block.layers())
    ends = (str(block.input_shape), str(block.output_shape))
    words = f"{name}: input {ends[0]}; {_words(used.nodes)}; output {ends[1]}."
    marks = _marks(network, used)
    drawing = lanes.draw(used.nodes, marks, ends, name, words)
    times = f" ×{len(used.blocks)}" if len(used.blocks) > 1 else ""
    figures = f"{grouped(sums.parameters)} parameters, {scaled(sums.macs)} MACs"
    drawn = f"{_named(block, used.places[0])}: {figures}"
    places = f"<span>{escape(_places(used.places))}</span>" if len(set(used.places)) > 1 else ""
    letters = (
        "<span>An output with a letter is the input of the lane with that letter.</span>"
        if "a" in marks.values()
        else ""
    )
    return (
        f'<figure class="lw-block-drawing">{drawing}'
        f"<figcaption><b>{escape(name)}</b>{times}<span>{escape(drawn)}</span>{places}{letters}</figcaption></figure>"
    )


def _named(block: Group, place: str) -> str:
    """The name of a block, behind its stage where the name only numbers it."""
    name = printed(block.name)
    return f"{place} › {name}" if block.name.startswith(block.label) and place != name else name


def _places(places: Sequence[str]) -> str:
    """``conv2_x ×2, conv3_x ×3``, or the first and the last."""
    counted = Counter(places)
    if len(counted) > MOST_PLACES:
        return f"{places[0]} to {places[-1]}"
    return ", ".join(f"{place} ×{count}" if count > 1 else place for place, count in counted.items())


# --- where lanes come from ------------------------------------------------------------------------------------------


def _marks(network: Network, used: Used) -> dict[int, str]:
    """A letter for each row inside the block that a lane comes from, and for each outside of it its name."""
    nodes = [node.index for node in used.first.layers()]
    marks: dict[int, str] = {}
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    for source in sorted(set(_sources(used.nodes))):
        if source < 0:
            marks[source] = "input"
        elif nodes[0] <= source <= nodes[-1]:
            marks[source] = next(letters, "…")
        else:
            node = network.layers[source]
            if node.layer.category == "normalization" and node.sources == (source - 1,):
                node = network.layers[source - 1]
            marks[source] = printed(_apart_from(used.first, node))
    return marks


def _apart_from(block: Group, node: LayerNode) -> str:
    """The name of the outermost group around a row that is not around the block, or its own."""
    around = next(block.layers()).path
    return next((name for name, own in zip_longest(node.path, around) if name != own and name), node.name)


def _sources(items: Sequence[Node]) -> Iterator[int]:
    for item in items:
        if isinstance(item, Frame):
            yield from _sources(item.items)
        elif isinstance(item, Lanes):
            for lane in item.lanes:
                yield from _sources(lane)
        elif isinstance(item, Source):
            yield item.row


# --- the text alternative -------------------------------------------------------------------------------------------


def _words(items: Sequence[Node]) -> str:
    """A block in words, from top to bottom."""
    return ", then ".join(map(_node_words, items))


def _node_words(node: Node) -> str:
    if isinstance(node, Box):
        return f"{node.text} ({node.note})" if node.note else node.text
    if isinstance(node, Frame):
        times = f" {max(node.repeats)} times" if max(node.repeats) > 1 else ""
        return f"{node.label}{times} [{_words(node.items)}]" if node.items else f"{node.label}{times}"
    if isinstance(node, Source):
        return "from another layer"
    branches = " | ".join(_words(lane) or "identity" for lane in node.lanes)
    return f"branches [{branches}] joined by {node.note}"
