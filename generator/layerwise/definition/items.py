"""Items of lists of layers: read once from a definition, expanded for each of its networks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layerwise.definition.values import ValueExpr
from layerwise.definition.yaml_nodes import MappingNode
from layerwise.layers import AnyLayer, Layer, Merge

if TYPE_CHECKING:
    from layerwise.definition.module import Module


@dataclass(slots=True)
class Item:
    """The keys of every item in a list of layers."""

    node: MappingNode
    """Its node; a bare word counts as a mapping with that key alone."""
    name: ValueExpr | None = None
    """Its name on the page."""
    also: ValueExpr | None = None
    """Another name of a layer."""
    when: ValueExpr | None = None
    """Skip the item if false."""
    repeat: ValueExpr | None = None
    """The number of iterations."""
    counter: str = "index"
    """The name of the iteration's number in expressions (``index``)."""
    first: dict[str, ValueExpr] = field(default_factory=dict)
    """Options or arguments that differ in the first iteration."""
    share: ValueExpr | None = None
    """The name under which items share their weights."""
    keep: ValueExpr | None = None
    """The name under which its output is kept (``as``)."""


@dataclass(slots=True)
class LayerItem(Item):
    """A layer: its kind and its options, the file's defaults included."""

    kind: type[Layer] = field(kw_only=True)
    options: dict[str, ValueExpr] = field(kw_only=True)
    like: str | None = None
    """The name of a kept output whose size the layer gets."""
    parts: tuple[AnyLayer, ...] | None = None
    """The layers, if no option is an expression."""


@dataclass(slots=True)
class BlockItem(Item):
    """A use of a block, by its name or by an expression for its name."""

    block: ValueExpr = field(kw_only=True)
    positional: list[ValueExpr] = field(default_factory=list)
    named: dict[str, ValueExpr] = field(default_factory=dict)
    slots: dict[str, list[Item]] = field(default_factory=dict)
    """Lists of layers that the block places."""


@dataclass(slots=True)
class SlotItem(Item):
    """The place of a list of layers that the user of a block gives."""

    slot: str = field(kw_only=True)


@dataclass(slots=True)
class MergeItem(Item):
    """Branches by name, and the layer that merges them."""

    kind: type[Merge] = field(kw_only=True)
    options: dict[str, ValueExpr] = field(kw_only=True)
    branches: dict[str, list[Item]] = field(kw_only=True)
    conditions: dict[str, ValueExpr] = field(default_factory=dict)
    """Conditions of branches; a branch is skipped if its condition is false: ``{when: …, layers: …}``."""


@dataclass(slots=True)
class StageItem(Item):
    """A named part of a network."""

    layers: list[Item] = field(kw_only=True)


@dataclass(slots=True)
class ListItem(Item):
    """Several layers that are repeated, skipped or kept together, without a name."""

    layers: list[Item] = field(kw_only=True)


@dataclass(slots=True)
class OutputItem(Item):
    """A side output: layers that do not change the main path."""

    layers: list[Item] = field(kw_only=True)


@dataclass(slots=True)
class MainOutputItem(Item):
    """One of several outputs of the main network: layers after which the sequence continues from before them."""

    layers: list[Item] = field(kw_only=True)


@dataclass(slots=True)
class FromItem(Item):
    """A kept output, used as the input of what follows."""

    source: ValueExpr = field(kw_only=True)


@dataclass(slots=True)
class BackboneItem(Item):
    """The layers of another network, up to one of its kept outputs."""

    module: Module = field(kw_only=True)
    """The file of the network."""
    variant: ValueExpr | None = None
    arguments: dict[str, ValueExpr] = field(default_factory=dict)
    """Values for the parameters of the file."""
    until: str | None = None
    """The kept output after which no more layers are placed."""


@dataclass(slots=True)
class Block:
    """A named list of layers with parameters and slots; None marks one without a default."""

    name: str
    node: MappingNode
    parameters: dict[str, ValueExpr | None]
    slots: dict[str, list[Item] | None] = field(default_factory=dict)
    let: dict[str, ValueExpr] = field(default_factory=dict)
    exports: tuple[str, ...] = ()
    """Names of kept outputs that the user of the block can also read."""
    layers: list[Item] = field(default_factory=list)
    module: Module | None = None
    """The file it is written in, once that is read."""
