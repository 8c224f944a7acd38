"""Read definitions from files, bytes or strings."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from layerwise.core.errors import DefinitionError, Diagnostic, suggestion
from layerwise.core.files import read_bounded, slugify
from layerwise.core.limits import FILE_BYTES, NAME_CHARACTERS, SHOWN_ERRORS
from layerwise.definition.checks import Diagnostics
from layerwise.definition.declared import declared
from layerwise.definition.definition import Definition
from layerwise.definition.files import Files, beside, nowhere
from layerwise.definition.grammar import BLOCK_KEYS, NETWORK_KEYS
from layerwise.definition.items import Item
from layerwise.definition.metadata import FileMetadata
from layerwise.definition.metadata_reader import LAYER_KEYS, read_metadata
from layerwise.definition.module import Module
from layerwise.definition.reader import Reader
from layerwise.definition.unused import unused_in
from layerwise.definition.values import Literal, ValueExpr
from layerwise.definition.variants import VariantReader
from layerwise.definition.words import is_name
from layerwise.definition.yaml_nodes import MappingNode, Node, entries_of, is_blank, is_empty
from layerwise.definition.yaml_parser import place_of, read

_NETWORK = re.compile(rb"^(?:name|input|layers|variants) *:", re.MULTILINE)
"""A line that only a definition has; without one, a file must be parsed to know what it is."""
ReadNodes = Callable[[str, str], Node]
"""A function that parses the YAML of a file: its text and its name."""


def load(file: Path, name: str | None = None) -> Definition:
    """Read a definition from a file; ``name`` is what errors call it.

    Raises ``DefinitionError`` with all errors, also if the file cannot be read.
    """
    name = name or str(file)
    try:
        content = read_bounded(file)
    except OSError as error:
        raise DefinitionError([Diagnostic(name, 1, 1, f"cannot be read: {error.strerror}")]) from None
    return parse_bytes(content, name, beside(file))


def parse_bytes(content: bytes, file: str, files: Files | None = None, read_nodes: ReadNodes = read) -> Definition:
    """Read a definition from the bytes of a file, which can use other files. Raises ``DefinitionError``."""
    return parse(decoded(content, file), file, files, read_nodes)


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


def parse(text: str, file: str, files: Files | None = None, read_nodes: ReadNodes = read) -> Definition:
    """Read a definition from a string; ``files`` are those that it can use.

    Raises ``DefinitionError`` with all errors that can be seen without shapes.
    """
    return _FileReader(_root(text, file, read_nodes), files or nowhere()).definition()


def check_blocks(file: Path, name: str) -> bool:
    """Read a file of blocks; return false if it is a definition. Raises ``DefinitionError`` with its errors."""
    try:
        content = read_bounded(file)
    except OSError as error:
        raise DefinitionError([Diagnostic(name, 1, 1, f"cannot be read: {error.strerror}")]) from None
    if _NETWORK.search(content):
        return False
    root = _root(decoded(content, name), name)
    if is_blocks := not root.entries.keys() & NETWORK_KEYS:
        _FileReader(root, beside(file)).blocks()
    return is_blocks


def _module(content: bytes, file: str, files: Files) -> Module:
    """Read a file that another one uses."""
    root = _root(decoded(content, file), file)
    reader = _FileReader(root, files)
    return reader.definition().module if root.entries.keys() & NETWORK_KEYS else reader.blocks()


def _root(text: str, file: str, read_nodes: ReadNodes = read) -> MappingNode:
    root = read_nodes(text, file)
    if not isinstance(root, MappingNode):
        raise DefinitionError([root.error("expected a mapping with name, input and layers")])
    return root


class _FileReader:
    """Reads the parts of one file and gathers their errors."""

    def __init__(self, root: MappingNode, files: Files) -> None:
        self.root = root
        self.files = files
        self.diagnostics = Diagnostics()
        self.report = self.diagnostics.append
        for key in ("variants", "let", "defaults", "blocks"):
            node = root.get(key)
            if node is not None and not is_empty(node) and not isinstance(node, MappingNode):
                self.report(node.error(f"{key}: expected name: value"))
        names = {*(entry.name for entry in declared(root.get("parameters"))), *entries_of(root.get("let"))}
        for variant in entries_of(root.get("variants")).values():
            names |= entries_of(variant.get("with")).keys()
        self.reader = Reader(names, self.diagnostics, lambda name: files.module(name, _module))

    def definition(self) -> Definition:
        """Return the definition. Raises ``DefinitionError``."""
        root, reader = self.root, self.reader
        entries = {key: node for key, node in root.entries.items() if key not in LAYER_KEYS}
        metadata = read_metadata(FileMetadata, entries, root, self.report)
        parameters, let = self._values()
        exports = reader.read_exports(root.get("exports"))
        layers = self._layers(exports)
        slug = slugify(Path(root.source.file).stem)
        variants = tuple(VariantReader(root, metadata, parameters, reader).read(slug))
        self._check_names(metadata)
        if self.diagnostics or metadata is None:
            raise DefinitionError(self.diagnostics)
        unused = tuple(islice(unused_in(root, reader, exports), SHOWN_ERRORS + 1))
        by_name = {variant.name: variant.arguments for variant in variants}
        module = Module(root.source.file, reader.blocks, parameters, let, exports, layers, by_name)
        reader.bind(module)
        used = {path: content.decode("utf-8-sig") for path, content in self.files.seen.items() if content is not None}
        is_family = "variants" in root.entries
        return Definition(root, slug, metadata, is_family, let, reader.blocks, layers, variants, module, used, unused)

    def blocks(self) -> Module:
        """Return the blocks of a file that has no network. Raises ``DefinitionError``."""
        for key in self.root.entries.keys() - {*BLOCK_KEYS}:
            message = f"unknown key {key!r} in a file of blocks; {suggestion(key, BLOCK_KEYS, 'keys')}"
            self.report(self.root.entries[key].key_error(message))
        parameters, let = self._values()
        self._check_names(None)
        self.reader.check_kept(())
        unused = [] if self.diagnostics else [*islice(unused_in(self.root, self.reader, ()), SHOWN_ERRORS + 1)]
        if self.diagnostics or unused:
            raise DefinitionError(self.diagnostics or unused)
        module = Module(self.root.source.file, self.reader.blocks, parameters, let)
        self.reader.bind(module)
        return module

    def _values(self) -> tuple[dict[str, ValueExpr], dict[str, ValueExpr]]:
        """Read everything before the layers of a network; return the parameters and the values of the file."""
        root, reader = self.root, self.reader
        reader.check_declaration(root.get("parameters"))
        parameters: dict[str, ValueExpr] = {
            name: reader.scope.value_expr(default) if default else Literal(node, None)
            for name, node, default in declared(root.get("parameters"))
        }
        let = reader.read_let(root.get("let"), reader.scope)
        reader.read_defaults(root.get("defaults"))
        reader.read_uses(root.get("use"))
        reader.read_blocks(root.get("blocks"))
        return parameters, let

    def _layers(self, exports: tuple[str, ...]) -> list[Item]:
        layers = self.root.get("layers")
        if layers is None or is_blank(layers):
            self.report((layers or self.root).error("a network needs layers"))
            return []
        return self.reader.read_layers(layers, exports)

    def _check_names(self, metadata: FileMetadata | None) -> None:
        if metadata is not None and len(metadata.name) > NAME_CHARACTERS:
            self.report(self.root.at("name").error(f"name too long; a name has at most {NAME_CHARACTERS} characters"))
        for name, node, _ in declared(self.root.get("parameters")):
            if not is_name(name):
                self.report(node.key_error(f"{name!r} is not a valid parameter name"))
