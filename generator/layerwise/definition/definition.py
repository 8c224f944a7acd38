"""A file of definitions, read and validated."""

from __future__ import annotations

from dataclasses import dataclass, field

from layerwise.core.errors import Diagnostic
from layerwise.definition.items import Block, Item
from layerwise.definition.metadata import FileMetadata, Metadata
from layerwise.definition.values import ValueExpr
from layerwise.definition.yaml_nodes import MappingNode, Node, Source


@dataclass(frozen=True, slots=True)
class Variant:
    """One network of a file: its name, its metadata, and the values of the file's parameters."""

    name: str
    slug: str
    node: Node
    """Where it is written; the whole file where that is one network."""
    metadata: Metadata
    """The file's metadata with the variant's own put over it."""
    arguments: dict[str, ValueExpr]


@dataclass(frozen=True, slots=True)
class Definition:
    """A file whose every part was read without a mistake."""

    root: MappingNode
    slug: str
    """The name of the file without its ending."""
    metadata: FileMetadata
    is_family: bool
    let: dict[str, ValueExpr]
    blocks: dict[str, Block]
    layers: list[Item]
    variants: tuple[Variant, ...]
    unused: tuple[Diagnostic, ...] = ()
    """Mistakes that keep nothing from being calculated: parameters and values that no expression reads."""
    key: object = field(default_factory=object, repr=False, compare=False)
    """What tells it from all others that were ever read, for what is remembered of it."""

    @property
    def source(self) -> Source:
        """The file and its text."""
        return self.root.source

    @property
    def family(self) -> str:
        """The family its networks belong to."""
        return self.metadata.family or self.metadata.name
