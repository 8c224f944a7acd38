"""A file of definitions, read and validated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from layerwise.core.errors import Diagnostic
from layerwise.definition.items import Block, Item
from layerwise.definition.metadata import FileMetadata, Metadata
from layerwise.definition.module import Module
from layerwise.definition.values import ValueExpr
from layerwise.definition.yaml_nodes import MappingNode, Node, Source


@dataclass(frozen=True, slots=True)
class Variant:
    """One network of a file: its name, its metadata, and the values of the file's parameters."""

    name: str
    slug: str
    node: Node
    """The node that defines it; the root of a file with a single network."""
    metadata: Metadata
    """The metadata of the file, overridden by those of the variant."""
    arguments: dict[str, ValueExpr]


@dataclass(frozen=True, slots=True)
class Definition:
    """A file without errors in any of its parts."""

    root: MappingNode
    slug: str
    """The name of the file without its ending."""
    metadata: FileMetadata
    is_family: bool
    let: dict[str, ValueExpr]
    blocks: dict[str, Block]
    layers: list[Item]
    variants: tuple[Variant, ...]
    module: Module
    used: Mapping[str, str] = field(default_factory=dict)
    """The texts of the files that it uses, by their paths from its folder."""
    unused: tuple[Diagnostic, ...] = ()
    """Errors that do not prevent the calculation: declared parameters, values and outputs that nothing uses."""
    key: object = field(default_factory=object, repr=False, compare=False)
    """An identity for caches: no two definitions share it."""

    @property
    def source(self) -> Source:
        """The file and its text."""
        return self.root.source

    @property
    def family(self) -> str:
        """The family its networks belong to."""
        return self.metadata.family or self.metadata.name
