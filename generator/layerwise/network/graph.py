"""A calculated network: its layers, stages and blocks, and its totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from layerwise.core.receptive_field import ReceptiveField
from layerwise.core.shape import Shape
from layerwise.core.tensors import BYTES_PER_PARAMETER, count
from layerwise.definition import Definition, Variant
from layerwise.layers import AnyLayer, LayerStats, Merge
from layerwise.layers.inputs import Input


@dataclass(slots=True)
class LayerNode:
    """A layer in its place."""

    index: int
    """Its number in the order of execution, from 0."""
    layer: AnyLayer
    inputs: tuple[Shape, ...]
    sources: tuple[int, ...]
    """The rows its inputs come from; -1 is the network's input."""
    stats: LayerStats
    receptive_field: ReceptiveField | None
    """The receptive field of its output; None if that is the whole input."""
    depth: int
    """Layers with weights on the longest path up to and including this one."""
    on_main_path: bool
    """False inside a side output."""
    name: str = ""
    also: str = ""
    """Another name, if it has one."""
    path: tuple[str, ...] = ()
    """The stage, blocks and branches around it, from the outside in."""
    weights_of: LayerNode | None = field(default=None, repr=False)
    """The layer whose weights it uses, if it has none of its own. Then ``stats`` has no tensors."""

    @property
    def output(self) -> Shape:
        """The output shape."""
        return self.stats.output

    @property
    def parameters(self) -> int:
        """Learned values."""
        return self.stats.parameters

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one image."""
        return self.stats.macs

    @property
    def activations(self) -> int:
        """Elements of the output."""
        return self.stats.output.elements


GroupKind = Literal["stage", "block", "branch", "output", "main_output"]


@dataclass(slots=True)
class Group:
    """A stage, a block, a branch or an output, with its contents."""

    kind: GroupKind
    label: str
    """The name of the block or branch."""
    input_shape: Shape
    name: str = ""
    output_shape: Shape = field(default_factory=Shape)
    items: list[LayerNode | Group | Branches] = field(default_factory=list)

    def layers(self) -> Iterator[LayerNode]:
        """Every layer inside, in the order of execution."""
        return layers_of(self.items)


@dataclass(slots=True)
class Branches:
    """Branches with a common input, and the layer that merges them."""

    branches: list[Group]
    merge: LayerNode

    def layers(self) -> Iterator[LayerNode]:
        """Every layer inside, the merge last."""
        for branch in self.branches:
            yield from branch.layers()
        yield self.merge


def layers_of(items: Sequence[LayerNode | Group | Branches]) -> Iterator[LayerNode]:
    """The layers of a list of items, in the order of execution."""
    for item in items:
        if isinstance(item, LayerNode):
            yield item
        else:
            yield from item.layers()


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of some layers: counts of values, and multiply-accumulates for one image."""

    parameters: int
    buffers: int
    macs: int
    activations: int
    attention_macs: int = 0
    """The part of ``macs`` that multiplies values with values, not with weights."""

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.parameters + other.parameters,
            self.buffers + other.buffers,
            self.macs + other.macs,
            self.activations + other.activations,
            self.attention_macs + other.attention_macs,
        )


def totals(nodes: Iterable[LayerNode]) -> Totals:
    """Add up layers."""
    parameters = buffers = macs = attention_macs = activations = 0
    for node in nodes:
        stats = node.stats
        parameters += stats.parameters
        buffers += count(stats.buffers)
        macs += stats.macs
        attention_macs += stats.attention_macs
        activations += stats.output.elements
    return Totals(parameters, buffers, macs, activations, attention_macs)


class NamedOutput(NamedTuple):
    """An output of the main network."""

    name: str
    """Its name; empty for the end of the main path."""
    node: int
    """The layer whose output it is; -1 is the network's input."""


@dataclass(eq=False, repr=False)
class Network:
    """One network, calculated. Shapes are H×W×C, memory is in bytes."""

    definition: Definition
    variant: Variant
    input: Shape
    items: list[LayerNode | Group | Branches]
    """The main path, with side outputs where they leave it."""
    layers: list[LayerNode]
    """Every layer in the order of execution."""
    outputs: tuple[NamedOutput, ...]
    """The outputs of the main network: those that have names, and the end of the main path."""

    def __repr__(self) -> str:
        return f"<Network {self.name!r}: {self.parameters:,} parameters, {len(self.layers)} layers>"

    @property
    def name(self) -> str:
        """Its name."""
        return self.variant.name

    @property
    def slug(self) -> str:
        """The name of its page."""
        return self.variant.slug

    @property
    def family(self) -> str:
        """The name of its family."""
        return self.definition.family

    @cached_property
    def main(self) -> Totals:
        """The main path alone."""
        return totals(node for node in self.layers if node.on_main_path)

    @cached_property
    def side(self) -> Totals:
        """The side outputs alone, such as auxiliary classifiers."""
        return totals(node for node in self.layers if not node.on_main_path)

    @cached_property
    def side_outputs(self) -> list[Group]:
        """The side outputs, in order."""
        return [group for group in groups_of(self.items) if group.kind == "output"]

    @property
    def parameters(self) -> int:
        """Learned values, including side outputs."""
        return self.main.parameters + self.side.parameters

    @property
    def buffers(self) -> int:
        """Values stored but not learned, such as running statistics, including side outputs."""
        return self.main.buffers + self.side.buffers

    @property
    def memory_bytes(self) -> int:
        """Bytes of the parameters in fp32."""
        return self.parameters * BYTES_PER_PARAMETER

    @property
    def macs(self) -> int:
        """Multiply-accumulates of the main path for one image."""
        return self.main.macs

    @property
    def attention_macs(self) -> int:
        """The part of ``macs`` that multiplies values with values: the products of attention."""
        return self.main.attention_macs

    @property
    def activations(self) -> int:
        """Elements of all outputs of the main path for one image, without the input itself."""
        return self.main.activations

    @cached_property
    def depth(self) -> int:
        """Convolutions and fully connected layers on the longest main path, without projection shortcuts."""
        return max((node.depth for node in self._ends()), default=0)

    @cached_property
    def receptive_field(self) -> ReceptiveField | None:
        """The largest one that leads to the output, through nothing but layers that see the whole input.

        That is the output's own where it does not see the whole input; None where no layer on the way has one.
        """
        fields = [node.receptive_field for end in self._ends() for node in self._seen_by(end) if node.receptive_field]
        return max(fields, key=lambda field: (max(field.size), *field[:2]), default=None)

    @cached_property
    def further_inputs(self) -> list[LayerNode]:
        """The inputs next to the first one."""
        return [node for node in self.layers if isinstance(node.layer, Input)]

    @cached_property
    def uncounted(self) -> list[LayerNode]:
        """The operations that no figure includes."""
        return [node for node in self.layers if not node.layer.is_counted]

    def shape_of(self, output: NamedOutput) -> Shape:
        """The shape of an output."""
        return self.layers[output.node].output if output.node >= 0 else self.input

    def _ends(self) -> list[LayerNode]:
        """The last layers of all outputs."""
        return [self.layers[output.node] for output in self.outputs if output.node >= 0]

    def _seen_by(self, last: LayerNode) -> Iterator[LayerNode]:
        """The last layers with a receptive field on the ways that lead to a layer."""
        pending, known = [last.index], {-1, last.index}
        while pending:
            node = self.layers[pending.pop()]
            if node.receptive_field:
                yield node
                continue
            is_first_alone = isinstance(node.layer, Merge) and node.layer.follows_first
            sources = set(node.sources[:1] if is_first_alone else node.sources) - known
            known |= sources
            pending += sources

    @cached_property
    def largest_activation(self) -> LayerNode | None:
        """The layer of the main path with the largest output."""
        return max((node for node in self.layers if node.on_main_path), key=lambda node: node.activations, default=None)


def groups_of(items: Sequence[LayerNode | Group | Branches]) -> Iterator[Group]:
    """All groups of a list of items, each before the ones inside it."""
    for item in items:
        if isinstance(item, Group):
            yield item
            yield from groups_of(item.items)
        elif isinstance(item, Branches):
            yield from groups_of(item.branches)
