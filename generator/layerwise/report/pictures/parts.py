"""Cuts a network into parts if it is too long to be drawn layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from layerwise.core.shape import Shape
from layerwise.network.graph import Branches, Group, LayerNode, Network
from layerwise.report.formatting import name as display_name

RESHAPING = {"tokens", "take_token", "class_token", "to_map", "flatten"}
"""Kinds that rearrange values or add one, without a feature map of their own to draw."""

MIN_FIGURES = 3
"""Minimum number of steps; if there are fewer, the outermost blocks are opened."""


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive layers or blocks that are drawn as one, with their sums."""

    name: str
    kind: str
    """Its type: the name of the block, or the label of the layer."""
    stage: str
    """The stage it belongs to, if there is one."""
    shapes: tuple[Shape, ...]
    """The output of each of the layers or blocks that are drawn."""
    category: str
    """The category of layers with most of its MACs; that of its first layer if it has none."""
    parameters: int
    macs: int
    activations: int

    @property
    def shape(self) -> Shape:
        """The output of the last of those that are drawn."""
        return self.shapes[-1]

    @property
    def count(self) -> int:
        """The number of layers or blocks that are drawn."""
        return len(self.shapes)

    @property
    def place(self) -> str:
        """Stage and name: ``conv2_x › bottleneck``."""
        return f"{self.stage} › {self.name}" if self.stage and self.stage != self.name else self.name

    @property
    def own_name(self) -> str:
        """Its name, or the type of a block that is only numbered."""
        return self.kind if self.name.startswith(f"{self.kind} ") else self.name


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
    """Cuts of the main path into fewer and fewer parts, in which neighbours with more differences are one."""
    for key in _LADDER:
        yield [_merged(list(run)) for _, run in groupby(steps(network), key)]


def _merged(run: list[Part]) -> Part:
    """Merge parts. Only the type with most of the MACs is drawn: the blocks of a stage, not its pooling."""
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
        max(drawn, key=lambda part: part.macs).category,
        sum(part.parameters for part in run),
        sum(part.macs for part in run),
        sum(part.activations for part in run),
    )


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
    return tuple(found)


def _collect(items: Iterable[LayerNode | Group | Branches], stage: str, found: list[Part], *, opened: bool) -> None:
    """Find the steps; ``opened`` treats the outermost blocks as stages."""
    for item in items:
        if isinstance(item, Group) and (item.kind == "stage" or (opened and item.kind == "block")):
            _collect(item.items, stage or display_name(item.name), found, opened=False)
        elif isinstance(item, Group) and item.kind == "block" and any(node.on_main_path for node in item.layers()):
            found.append(_part(item.name, item.label, stage, item.output_shape, item.layers()))
        elif isinstance(item, Branches):
            found.append(_part(item.merge.name, item.merge.layer.label, stage, item.merge.output, item.layers()))
        elif isinstance(item, LayerNode):
            step = layer_part(item, stage)
            if found and _belongs_to_the_step_before(item):
                step = _with(found.pop(), step)
            found.append(step)


def layer_part(node: LayerNode, stage: str = "") -> Part:
    """A single layer."""
    return _part(node.name, node.layer.label, stage, node.output, (node,))


def _part(name: str, kind: str, stage: str, shape: Shape, nodes: Iterable[LayerNode]) -> Part:
    """Make a part of layers, with the sums of those on the main path."""
    work: dict[str, int] = {}
    parameters = macs = activations = 0
    for node in nodes:
        if node.on_main_path:
            stats, category = node.stats, node.layer.category
            parameters += stats.parameters
            macs += stats.macs
            activations += stats.output.elements
            work[category] = work.get(category, 0) + stats.macs
    category = max(work, key=lambda category: work[category])
    return Part(display_name(name), kind, stage, (shape,), category, parameters, macs, activations)


def _with(last: Part, more: Part) -> Part:
    """Add a layer to the step before it."""
    return replace(
        last,
        parameters=last.parameters + more.parameters,
        macs=last.macs + more.macs,
        activations=last.activations + more.activations,
    )


def _belongs_to_the_step_before(node: LayerNode) -> bool:
    layer = node.layer
    return layer.kind in RESHAPING or (layer.category in {"normalization", "other"} and node.output == node.inputs[0])
