"""The blocks of a network: each distinct one once, with its places and the number of its repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from layerwise.network.graph import Branches, Group, Network, totals
from layerwise.report.formatting import grouped, scaled
from layerwise.report.formatting import name as display_name
from layerwise.report.pictures import lanes
from layerwise.report.pictures.diagram import Box, Frame, Node, Source, frames, nodes, runs
from layerwise.report.pictures.ranks import sources
from layerwise.report.pictures.structure import Item, Structures, entry_sources, has_blocks, inner_blocks

MOST_BOXES = 14
"""Boxes of one drawing; in larger blocks the inner blocks have drawings of their own."""
MOST_DRAWINGS = 6
"""Drawings of blocks that differ in kernels; if there are more, blocks that differ only in kernels are one."""
MOST_PLACES = 6
"""The number of places up to which all are named."""


@dataclass(slots=True)
class Used:
    """A distinct block with all its places."""

    blocks: list[Group]
    places: list[str]
    """The stage around each; its own name if there is none."""
    nodes: list[Node]
    apart: bool
    """True if its inner blocks have drawings of their own because the whole would be too large."""

    @property
    def first(self) -> Group:
        """The one that is drawn."""
        return self.blocks[0]


def blocks(network: Network) -> str:
    """All drawings side by side; empty for a network without blocks."""
    drawings = [_figure(network, used) for used in distinct(network)]
    if not drawings:
        return ""
    return f'<div class="lw-blocks">{"".join(drawings)}</div>'


def distinct(network: Network) -> list[Used]:
    """The blocks that differ in more than widths and strides, each with its places."""
    found = _distinct(network, kernels=True)
    return found if len(found) <= MOST_DRAWINGS else _distinct(network, kernels=False)


def _distinct(network: Network, *, kernels: bool) -> list[Used]:
    """Blocks by name and structure, each followed by the inner blocks that have drawings of their own."""
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
    """The outermost blocks, each with its stage or side output; its own name without one."""
    for item in items:
        if isinstance(item, Group) and item.kind == "block":
            yield place or display_name(item.name), item
        elif isinstance(item, Group):
            yield from _placed(item.items, place if item.kind == "branch" else display_name(item.name))
        elif isinstance(item, Branches):
            yield from _placed(item.branches, place)


def _figure(network: Network, used: Used) -> str:
    """A drawing with its caption."""
    block = used.first
    name, sums = display_name(block.label), totals(block.layers())
    ends = _ends(network, used)
    words = f"{name}: input {ends.input_shape}; {_words(used.nodes, network)}; output {ends.output_shape}."
    drawing = lanes.draw(used.nodes, ends, name, words)
    times = f" ×{len(used.blocks)}" if len(used.blocks) > 1 else ""
    figures = f"{grouped(sums.parameters)} parameters, {scaled(sums.macs)} MACs"
    drawn = f"{_named(block, used.places[0])}: {figures}"
    places = f"<span>{escape(_places(used.places))}</span>" if len(set(used.places)) > 1 else ""
    return (
        f'<figure class="lw-block-drawing">{drawing}'
        f"<figcaption><b>{escape(name)}</b>{times}<span>{escape(drawn)}</span>{places}</figcaption></figure>"
    )


def _named(block: Group, place: str) -> str:
    """The name of a block, after its stage if the name is only a number."""
    name = display_name(block.name)
    return f"{place} › {name}" if block.name.startswith(block.label) and place != name else name


def _places(places: Sequence[str]) -> str:
    """``conv2_x ×2, conv3_x ×3``, or the first and the last."""
    counted = Counter(places)
    if len(counted) > MOST_PLACES:
        return f"{places[0]} to {places[-1]}"
    return ", ".join(f"{place} ×{count}" if count > 1 else place for place, count in counted.items())


# --- inputs and outputs ---------------------------------------------------------------------------------------------


def _ends(network: Network, used: Used) -> lanes.Ends:
    """The shapes of the inputs, and of the outputs that lead to other places than the next layer."""
    block, entry = used.first, entry_sources(used.first)[0]
    found = set(sources(used.nodes))
    rows = [node.index for node in block.layers()]
    outside = sorted(row for row in found if not rows[0] <= row <= rows[-1] and row != entry)
    kept = {row for node in network.layers[rows[-1] + 1 :] for row in node.sources if rows[0] <= row < rows[-1]}
    outputs = {row: str(network.layers[row].output) for row in sorted(kept)} if found else {}
    shapes = {row: str(network.layers[row].output if row >= 0 else network.input) for row in (entry, *outside)}
    return lanes.Ends(entry, shapes.pop(entry), str(block.output_shape), shapes, outputs)


# --- the text alternative -------------------------------------------------------------------------------------------


def _words(items: Sequence[Node], network: Network) -> str:
    """A block in words, from top to bottom."""
    return ", then ".join(_node_words(item, network) for item in items)


def _node_words(node: Node, network: Network) -> str:
    if isinstance(node, Box):
        return f"{node.text} ({node.note})" if node.note else node.text
    if isinstance(node, Frame):
        times = f" {max(node.repeats)} times" if max(node.repeats) > 1 else ""
        return f"{node.label}{times} [{_words(node.items, network)}]" if node.items else f"{node.label}{times}"
    if isinstance(node, Source):
        return f"from {display_name(network.layers[node.row].name) if node.row >= 0 else 'the input'}"
    branches = " | ".join(_words(lane, network) or "identity" for lane in node.lanes)
    return f"branches [{branches}] joined by {node.note}"
