"""A file as other files use it: its blocks, the values they are made with, and its layers."""

from __future__ import annotations

from dataclasses import dataclass, field

from layerwise.definition.items import Block, Item
from layerwise.definition.values import ValueExpr

Arguments = dict[str, ValueExpr]


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A file of blocks, or the part of a definition that says what its layers are."""

    file: str
    """Its name in errors."""
    blocks: dict[str, Block] = field(default_factory=dict)
    """Its own blocks and those that it uses."""
    parameters: Arguments = field(default_factory=dict)
    let: Arguments = field(default_factory=dict)
    exports: tuple[str, ...] = ()
    """Names of kept outputs that a network can read which has this one as its backbone."""
    layers: list[Item] = field(default_factory=list)
    variants: dict[str, Arguments] = field(default_factory=dict)
    """The values of the parameters of each network, by its name."""
