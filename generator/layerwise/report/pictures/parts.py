"""Cuts a network into parts if it is too long to be drawn layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

from layerwise.layers.inputs import Input
from layerwise.network.graph import Branches, Group, LayerNode, Network
from layerwise.report.formatting import name as display_name
from layerwise.report.operations import operation
from layerwise.report.pictures.flow import with_resolutions
from layerwise.report.pictures.part import Drawn, Figures, Part
from layerwise.report.pictures.structure import Item, has_shortcut

RESHAPING = {"tokens", "take_token", "class_token", "to_map", "flatten"}
"""Kinds that rearrange values or add one, without a feature map of their own to draw."""

MIN_FIGURES = 3
"""Minimum number of steps; if there are fewer, the outermost blocks are opened."""


Key = Callable[[Part], Hashable]

_LADDER: tuple[Key, ...] = (
    lambda part: (part.stage, part.own_name, part.shape),
    lambda part: (part.stage, part.kind, part.shape),
    lambda part: (part.stage, part.kind, part.shape.spatial),
    lambda part: (part.stage, part.shape.spatial),
    lambda part: part.stage or part.shape.spatial,
    lambda part: part.shape.spatial,
)
"""The properties that neighbours share within one part, from the finest cut to the coarsest."""


def cuts(network: Network) -> Iterator[list[Part]]:
    """Cuts of the main path into fewer and fewer parts, in which neighbours with more differences are one.

    A stage with parallel resolutions is always one part, together with the layers that begin a resolution.
    """
    found = steps(network)
    parallel = {part.stage for part in found if len(part.drawn[0].shapes) > 1}
    for key in _LADDER:
        keys = [part.stage if part.stage in parallel else key(part) for part in found]
        runs = groupby(zip(keys, found, strict=True), key=lambda pair: pair[0])
        yield [_merged([part for _, part in run]) for _, run in runs]


def _merged(run: list[Part]) -> Part:
    """Merge parts. Only the type with most of the MACs is drawn: the blocks of a stage, not its pooling."""
    if len(run) == 1:
        return run[0]
    work: dict[str, int] = {}
    for part in run:
        work[part.kind] = work.get(part.kind, 0) + part.figures.macs
    kind = max(work, key=lambda kind: work[kind])
    drawn = [part for part in run if part.kind == kind]
    names, stages = {part.own_name for part in drawn}, {part.stage for part in drawn}
    return Part(
        names.pop() if len(names) == 1 else kind,
        kind,
        stages.pop() if len(stages) == 1 else "",
        tuple(one for part in drawn for one in part.drawn),
        _added(part.by_operation for part in run),
        drawn[0].work,
        all(part.is_block for part in drawn),
    )


def _added(figures: Iterable[Mapping[str, Figures]]) -> dict[str, Figures]:
    """Add up figures by operation."""
    sums: dict[str, Figures] = {}
    for one in figures:
        for name, more in one.items():
            before = sums.get(name, Figures())
            sums[name] = Figures(*map(sum, zip(before, more, strict=True)))
    return sums


@lru_cache(maxsize=4)
def steps(network: Network) -> tuple[Part, ...]:
    """The main path block by block, and layer by layer outside of blocks.

    A layer that only normalizes, activates or rearranges belongs to the step before it.
    """
    found: list[Part] = []
    _collect(network.items, "", found, opened=False)
    if len(found) < MIN_FIGURES:
        found = []
        _collect(network.items, "", found, opened=True)
    return with_resolutions(network, found)


DRAWN = ("block", "main_output")
"""The groups that are one step; stages and branches are opened."""


def _collect(items: Iterable[LayerNode | Group | Branches], stage: str, found: list[Part], *, opened: bool) -> None:
    """Find the steps; ``opened`` treats the outermost blocks as stages."""
    for item in items:
        if isinstance(item, Group) and (item.kind == "stage" or (opened and item.kind == "block")):
            _collect(item.items, stage or display_name(item.name), found, opened=False)
        elif isinstance(item, Group) and item.kind in DRAWN and any(node.on_main_path for node in item.layers()):
            found.append(_part(item.name, item.label, stage, list(item.layers()), item))
        elif isinstance(item, Branches):
            found.append(_part(item.merge.name, item.merge.layer.label, stage, list(item.layers()), item))
        elif isinstance(item, LayerNode):
            step = layer_part(item, stage)
            if found and _belongs_to_the_step_before(item):
                step = _with(found.pop(), step)
            found.append(step)


def layer_part(node: LayerNode, stage: str = "") -> Part:
    """A single layer."""
    return _part(node.name, node.layer.label, stage, (node,), node)


def _part(name: str, kind: str, stage: str, nodes: Sequence[LayerNode], item: Item) -> Part:
    """Make a part of the layers of an item, with the sums of those on the main path."""
    sums: dict[str, list[int]] = {}
    for node in nodes:
        if node.on_main_path:
            stats = node.stats
            found = sums.setdefault(operation(node.layer), [0, 0, 0])
            found[0] += stats.parameters
            found[1] += stats.macs
            found[2] += stats.output.elements
    shape = item.output_shape if isinstance(item, Group) else nodes[-1].output
    drawn = Drawn(nodes[-1].index, (shape,), has_shortcut((item,)))
    by_operation = {operation: Figures(*found) for operation, found in sums.items()}
    heaviest = max(nodes, key=lambda node: node.macs)
    work = heaviest.layer.label if isinstance(item, Branches) and heaviest.macs else ""
    return Part(display_name(name), kind, stage, (drawn,), by_operation, work, isinstance(item, Group))


def _with(last: Part, more: Part) -> Part:
    """Add a layer to the step before it."""
    (drawn,), row = last.drawn, more.drawn[0].row
    return replace(last, by_operation=_added((last.by_operation, more.by_operation)), drawn=(drawn._replace(row=row),))


def _belongs_to_the_step_before(node: LayerNode) -> bool:
    layer = node.layer
    keeps_shape = layer.category in {"normalization", "other"} and node.output == node.inputs[0]
    return layer.kind in RESHAPING or (keeps_shape and not isinstance(layer, Input))
