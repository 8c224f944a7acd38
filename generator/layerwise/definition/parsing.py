"""Read definitions from files, bytes or strings."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from layerwise.core.errors import DefinitionError, Diagnostic
from layerwise.core.files import read_bounded, slugify
from layerwise.core.limits import FILE_BYTES, NAME_CHARACTERS, SHOWN_ERRORS
from layerwise.definition.checks import Diagnostics
from layerwise.definition.declared import declared
from layerwise.definition.definition import Definition
from layerwise.definition.items import Item
from layerwise.definition.metadata import FileMetadata
from layerwise.definition.metadata_reader import LAYER_KEYS, read_metadata
from layerwise.definition.reader import Reader
from layerwise.definition.unused import unused_in
from layerwise.definition.values import Literal, ValueExpr
from layerwise.definition.variants import VariantReader
from layerwise.definition.words import is_name
from layerwise.definition.yaml_nodes import MappingNode, entries_of, is_blank, is_empty
from layerwise.definition.yaml_parser import place_of, read


def load(file: Path, name: str | None = None) -> Definition:
    """Read a definition from a file; ``name`` is what errors call it.

    Raises ``DefinitionError`` with all errors, also if the file cannot be read.
    """
    name = name or str(file)
    try:
        content = read_bounded(file)
    except OSError as error:
        raise DefinitionError([Diagnostic(name, 1, 1, f"cannot be read: {error.strerror}")]) from None
    return parse_bytes(content, name)


def parse_bytes(content: bytes, file: str) -> Definition:
    """Read a definition from the bytes of a file. Raises ``DefinitionError``."""
    return parse(decoded(content, file), file)


def decoded(content: bytes, name: str) -> str:
    """Decode UTF-8, with or without a byte order mark. Raises ``DefinitionError``, also where it is too large."""
    if len(content) > FILE_BYTES:
        message = f"file too large; a definition has at most {FILE_BYTES:,} bytes"
        raise DefinitionError([Diagnostic(name, 1, 1, message)])
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:4]:
        raise DefinitionError([Diagnostic(name, 1, 1, "the file is in UTF-16 or UTF-32; save it as UTF-8")])
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")  # whose mark is in no column
        message = f"the byte 0x{content[error.start]:02X} is not valid UTF-8; save the file as UTF-8"
        raise DefinitionError([Diagnostic(name, *place_of(before, len(before)), message)]) from None


def parse(text: str, file: str) -> Definition:
    """Read a definition from a string. Raises ``DefinitionError`` with all errors that can be seen without shapes."""
    root = read(text, file)
    if not isinstance(root, MappingNode):
        raise DefinitionError([root.error("expected a mapping with name, input and layers")])
    return _FileReader(root).definition()


class _FileReader:
    """Reads the parts of one file and gathers their errors."""

    def __init__(self, root: MappingNode) -> None:
        self.root = root
        self.diagnostics = Diagnostics()
        self.report = self.diagnostics.append
        for key in ("variants", "let", "defaults", "blocks"):
            node = root.get(key)
            if node is not None and not is_empty(node) and not isinstance(node, MappingNode):
                self.report(node.error(f"{key}: expected name: value"))
        names = {*(entry.name for entry in declared(root.get("parameters"))), *entries_of(root.get("let"))}
        for variant in entries_of(root.get("variants")).values():
            names |= entries_of(variant.get("with")).keys()
        self.reader = Reader(names, self.diagnostics)

    def definition(self) -> Definition:
        """Return the definition. Raises ``DefinitionError``."""
        root, reader = self.root, self.reader
        entries = {key: node for key, node in root.entries.items() if key not in LAYER_KEYS}
        metadata = read_metadata(FileMetadata, entries, root, self.report)
        reader.check_declaration(root.get("parameters"))
        parameters: dict[str, ValueExpr] = {
            name: reader.scope.value_expr(default) if default else Literal(node, None)
            for name, node, default in declared(root.get("parameters"))
        }
        let = reader.read_let(root.get("let"), reader.scope)
        reader.read_defaults(root.get("defaults"))
        reader.read_blocks(root.get("blocks"))
        layers = self._layers()
        slug = slugify(Path(root.source.file).stem)
        variants = tuple(VariantReader(root, metadata, parameters, reader).read(slug))
        self._check_names(metadata)
        if self.diagnostics or metadata is None:
            raise DefinitionError(self.diagnostics)
        unused = tuple(islice(unused_in(root, reader), SHOWN_ERRORS + 1))
        return Definition(
            root, slug, metadata, "variants" in root.entries, let, reader.blocks, layers, variants, unused
        )

    def _layers(self) -> list[Item]:
        layers = self.root.get("layers")
        if layers is None or is_blank(layers):
            self.report((layers or self.root).error("a network needs layers"))
            return []
        return self.reader.read_layers(layers)

    def _check_names(self, metadata: FileMetadata | None) -> None:
        if metadata is not None and len(metadata.name) > NAME_CHARACTERS:
            self.report(self.root.at("name").error(f"name too long; a name has at most {NAME_CHARACTERS} characters"))
        for name, node, _ in declared(self.root.get("parameters")):
            if not is_name(name):
                self.report(node.key_error(f"{name!r} is not a valid parameter name"))
