"""Read the variants of a file, each of which is a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from layerwise.core.errors import quoted, suggestion
from layerwise.core.fields import Declaration
from layerwise.core.files import lost_letters, slugify
from layerwise.core.limits import SLUG_CHARACTERS
from layerwise.definition.definition import Variant
from layerwise.definition.metadata import FileMetadata, Metadata, VariantMetadata
from layerwise.definition.metadata_reader import read_metadata
from layerwise.definition.reader import Reader
from layerwise.definition.values import ValueExpr
from layerwise.definition.words import is_visible
from layerwise.definition.yaml_nodes import MappingNode, Node, entries_of, is_empty

Arguments = dict[str, ValueExpr]
OF_ONE_NETWORK = ("claims", "accuracies", "aliases", "notes")
"""Fields of a file's metadata that its variants do not take over."""


class VariantReader:
    """Reads the networks of one file, whose layers have been read before."""

    def __init__(self, root: MappingNode, metadata: FileMetadata | None, parameters: Arguments, reader: Reader) -> None:
        self.root = root
        self.metadata = metadata
        """None where it has errors; then only errors are found in variants."""
        self.parameters = parameters
        self.scope = reader.scope
        self.report = reader.report

    def read(self, slug: str) -> Iterator[Variant]:
        """Read the variants, or the one network of a file without, which has the ``slug`` of the file."""
        variants = self.root.get("variants")
        if variants is None:
            if self.metadata is not None:
                self._check_slug(Path(self.root.source.file).stem, slug, self.root, "a file name like resnet-50.yml")
                yield self._variant(self.metadata.name, slug, self.root, self.metadata, self.parameters)
            return
        for word, figures in self._own_figures().items():
            if figures:
                message = f"a file with variants has no {word} of its own; move this to the variants"
                self.report(self.root.entries[word].key_error(message))
        if variants.data in (None, {}):
            self.report(variants.error("expected at least one variant"))
        for name, node in entries_of(variants).items():
            if isinstance(node, MappingNode) or is_empty(node):
                yield from self._read_variant(name, node)
            else:
                self.report(node.error("expected a mapping like {with: {depth: 16}}"))

    def _own_figures(self) -> dict[str, tuple[Declaration, ...]]:
        """The published figures of the file, which are about one network."""
        return {"claims": self.metadata.claims, "accuracy": self.metadata.accuracies} if self.metadata else {}

    def _read_variant(self, name: str, node: Node) -> Iterator[Variant]:
        entries = {key: value for key, value in entries_of(node).items() if key != "with"}
        own = read_metadata(VariantMetadata, entries, node, self.report)
        arguments = self._arguments(node.get("with"))
        if not is_visible(name):
            self.report(node.key_error(f"{quoted(name)} is not a valid name; it needs a visible character"))
        if self.metadata is not None and own is not None:
            slug = own.slug or ("" if lost_letters(name) else slugify(name))
            self._check_slug(name, slug, node, "a slug, like slug: resnet-50")
            yield self._variant(name, slug, node, _over(self.metadata, own), arguments)

    def _arguments(self, given: Node | None) -> Arguments:
        if given is None or is_empty(given):
            return self.parameters
        if not isinstance(given, MappingNode):
            self.report(given.error("expected a mapping of parameters to values"))
            return self.parameters
        for name, node in given.entries.items():
            if name not in self.parameters and name not in self.scope.used:
                hint = suggestion(name, self.parameters, "parameters")
                self.report(node.key_error(f"unknown parameter {name!r}; {hint}"))
        return self.parameters | self.scope.value_exprs(given, "parameters")

    def _check_slug(self, name: str, slug: str, node: Node, remedy: str) -> None:
        """Report where a page can have no address, or only one that is too long."""
        if not slug:
            because = f", because of {quoted(lost)}" if (lost := lost_letters(name)) else ""
            self.report(node.key_error(f"cannot make a slug from {quoted(name)}{because}; it needs {remedy}"))
        elif len(slug) > SLUG_CHARACTERS:
            message = f"the slug {quoted(slug)} has more than {SLUG_CHARACTERS} characters; it needs {remedy}"
            self.report(node.key_error(message))

    def _variant(self, name: str, slug: str, node: Node, metadata: Metadata, arguments: Arguments) -> Variant:
        if metadata.input is None:
            self.report(node.key_error(f"{name}: input is missing; add one like input: 224x224x3"))
        return Variant(name, slug, node, metadata, arguments)


def _over(file: FileMetadata, own: VariantMetadata) -> Metadata:
    """The metadata of a file with those of a variant put over them; notes add up."""
    values = {key: getattr(file, key) for key in Metadata.fields() if key not in OF_ONE_NETWORK}
    values |= {key: getattr(own, key) for key in Metadata.fields() if key in own.given}
    values["notes"] = (*own.notes, *file.notes)
    return Metadata(**values)
