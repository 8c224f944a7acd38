"""A file of definitions: read, validated, and its variants told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path as FilePath
from typing import Any, TypeVar

from layerwise.core.errors import DefinitionError, Diagnostic, quoted, suggestion
from layerwise.core.fields import Declaration, Problem, ReadError
from layerwise.core.files import lost_letters, read_bounded, slugify
from layerwise.core.limits import CLAIMS, FILE_BYTES, MISTAKES, NAME_CHARACTERS, SLUG_CHARACTERS
from layerwise.definition import grammar
from layerwise.definition.checks import Diagnostics
from layerwise.definition.items import Block, Item
from layerwise.definition.metadata import (
    FIGURES,
    NO_TEXT,
    Accuracy,
    Claim,
    FileMetadata,
    Metadata,
    Note,
    Paper,
    VariantMetadata,
)
from layerwise.definition.reader import Reader, is_name
from layerwise.definition.unused import unused_in
from layerwise.definition.values import ValueExpr
from layerwise.definition.yaml_source import Path, Source, place_of, read

T = TypeVar("T", bound=Metadata)

LAYER_KEYS = grammar.File.words()
"""The keys of a file that are not part of its metadata."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One network of a file: its name, what is said of it, and the values of the file's parameters."""

    name: str
    slug: str
    path: Path
    """Where it is written; () for a file that is one network."""
    metadata: Metadata
    """The file's metadata with the variant's own put over it."""
    arguments: dict[str, ValueExpr]


@dataclass(frozen=True, slots=True)
class Definition:
    """A file whose every part was read without a mistake."""

    source: Source
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
    def family(self) -> str:
        """The family its networks belong to."""
        return self.metadata.family or self.metadata.name


def load(file: FilePath, name: str | None = None) -> Definition:
    """Read a definition from a file; ``name`` is what errors call it.

    Raises ``DefinitionError`` with every mistake, also where the file cannot be read at all.
    """
    name = name or str(file)
    try:
        content = read_bounded(file)
    except OSError as error:
        raise DefinitionError([Diagnostic(name, 1, 1, f"cannot be read: {error.strerror}")]) from None
    return parse_bytes(content, name)


def parse_bytes(content: bytes, file: str) -> Definition:
    """Read a definition from the bytes of a file. Raises ``DefinitionError``."""
    if len(content) > FILE_BYTES:
        raise DefinitionError([Diagnostic(file, 1, 1, f"a definition has at most {FILE_BYTES:,} bytes")])
    return parse(_decoded(content, file), file)


def _decoded(content: bytes, name: str) -> str:
    """Text from UTF-8, with or without a byte order mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:4]:
        raise DefinitionError([Diagnostic(name, 1, 1, "the file is in UTF-16 or UTF-32; save it in UTF-8")])
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")  # whose mark is in no column
        message = f"the byte 0x{content[error.start]:02X} is not UTF-8; save the file in UTF-8"
        raise DefinitionError([Diagnostic(name, *place_of(before, len(before)), message)]) from None


def parse(text: str, file: str) -> Definition:
    """Read a definition from text. Raises ``DefinitionError`` with every mistake that reading can find."""
    source = read(text, file)
    if not isinstance(source.data, dict):
        raise DefinitionError([source.diagnostic((), "a definition is a mapping with name, input and layers")])
    return _Parser(source).definition()


class _Parser:
    """Reads the parts of one file and gathers their mistakes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data: dict[str, Any] = source.data
        self.diagnostics = Diagnostics()
        parameters = self._mapping("parameters")
        variants = self._mapping("variants")
        names = {*parameters, *self._mapping("let")}
        for variant in variants.values():
            if isinstance(variant, dict) and isinstance(variant.get("with"), dict):
                names |= variant["with"].keys()
        self.reader = Reader(source, names, self.diagnostics)

    def definition(self) -> Definition:
        """Everything, or a ``DefinitionError``."""
        metadata = self._metadata(
            FileMetadata, {key: value for key, value in self.data.items() if key not in LAYER_KEYS}, ()
        )
        parameters = self.reader.templates(self._mapping("parameters"), ("parameters",), "parameters")
        let = self.reader.read_let(self._mapping("let"), ("let",))
        self.reader.read_defaults(self._mapping("defaults"), ("defaults",))
        self.reader.read_blocks(self._mapping("blocks"), ("blocks",))
        layers = self._layers()
        slug = slugify(FilePath(self.source.file).stem)
        variants = tuple(self._variants(metadata, parameters, slug))
        self._check_names(metadata)
        if self.diagnostics or metadata is None:
            raise DefinitionError(self.diagnostics)
        unused = tuple(islice(unused_in(self.reader), MISTAKES + 1))
        blocks = self.reader.blocks
        return Definition(self.source, slug, metadata, "variants" in self.data, let, blocks, layers, variants, unused)

    def _mapping(self, key: str) -> dict[str, Any]:
        value = self.data.get(key)
        if value is not None and not isinstance(value, dict):
            diagnostic = self.source.diagnostic((key,), f"{key}: expected name: value")
            if diagnostic not in self.diagnostics:
                self.diagnostics.append(diagnostic)
        return value if isinstance(value, dict) else {}

    def _layers(self) -> list[Item]:
        if not self.data.get("layers"):
            self.diagnostics.append(self.source.diagnostic(("layers",), "a network needs layers"))
            return []
        return self.reader.read_layers(self.data["layers"], ("layers",))

    def _check_names(self, metadata: FileMetadata | None) -> None:
        if metadata is not None and len(metadata.name) > NAME_CHARACTERS:
            self.diagnostics.append(
                self.source.diagnostic(("name",), f"a name has at most {NAME_CHARACTERS} characters")
            )
        for name in self._mapping("parameters"):
            if not is_name(name):
                message = f"{name!r} cannot be the name of a parameter"
                self.diagnostics.append(self.source.diagnostic(("parameters", name), message, key=True))

    # --- what is said -----------------------------------------------------------------------------------------------

    def _metadata(self, model: type[T], data: dict[str, Any], path: Path) -> T | None:
        """A validated head; its mistakes are noted."""
        try:
            metadata = model.read(data)
        except ReadError as error:
            for entry in error.problems:
                self.diagnostics.append(self._metadata_diagnostic(model, entry, path))
            return None
        if len(metadata.claims) > CLAIMS:
            self.diagnostics.append(self.source.diagnostic((*path, "claims"), f"a network has at most {CLAIMS} claims"))
        for place, claim in enumerate(metadata.claims):
            if not claim.figures:
                message = f"a claim needs a figure: {', '.join(FIGURES)}"
                self.diagnostics.append(self.source.diagnostic((*path, "claims", place), message))
        return metadata

    def _metadata_diagnostic(self, model: type[Metadata], entry: Problem, path: Path) -> Diagnostic:
        loc: Path = entry.place
        name = ".".join(map(str, loc))
        if entry.kind == "unknown":
            known = _fields_at(model, loc[:-1])
            if not loc[:-1]:
                known |= {*(grammar.File if model is FileMetadata else grammar.Variant).words()}
            hint = self.source.comma_hint((*path, *loc)) or suggestion(str(loc[-1]), known, "keys")
            return self.source.diagnostic((*path, *loc), f"unknown key {loc[-1]!r}; {hint}", key=True)
        if entry.kind == "missing":
            return self.source.diagnostic((*path, *loc[:-1]), f"{name} is missing")
        message = entry.message
        place, value = (*path, *loc), entry.given
        given = self.source.as_text(place, value) if message == NO_TEXT else quoted(value)
        return self.source.diagnostic(place, f"{name}: {message}, got {given}")

    # --- variants ---------------------------------------------------------------------------------------------------

    def _variants(
        self, metadata: FileMetadata | None, parameters: dict[str, ValueExpr], slug: str
    ) -> Iterator[Variant]:
        if "variants" not in self.data:
            if metadata is not None:
                self._check_slug(FilePath(self.source.file).stem, slug, (), "a file name like resnet-50.yml")
                yield self._variant(metadata.name, slug, (), metadata, parameters)
            return
        if metadata is not None and metadata.claims:
            self.diagnostics.append(
                self.source.diagnostic(("claims",), "in a file with variants a claim belongs to a variant", key=True)
            )
        if self.data["variants"] in (None, {}):
            self.diagnostics.append(self.source.diagnostic(("variants",), "expected at least one variant"))
        for name, data in self._mapping("variants").items():
            path: Path = ("variants", name)
            if data is not None and not isinstance(data, dict):
                self.diagnostics.append(self.source.diagnostic(path, "expected a mapping like {with: {depth: 16}}"))
                continue
            given = {key: value for key, value in (data or {}).items() if key != "with"}
            own = self._metadata(VariantMetadata, given, path)
            arguments = self._arguments((data or {}).get("with"), parameters, (*path, "with"))
            if metadata is not None and own is not None:
                slug = own.slug or ("" if lost_letters(name) else slugify(name))
                self._check_slug(name, slug, path, "a slug, like slug: resnet-50")
                yield self._variant(name, slug, path, _over(metadata, own), arguments)

    def _arguments(self, given: Any, parameters: dict[str, ValueExpr], path: Path) -> dict[str, ValueExpr]:
        if given is None:
            return parameters
        if not isinstance(given, dict):
            self.diagnostics.append(self.source.diagnostic(path, "expected parameters with their values"))
            return parameters
        for name in given:
            if name not in parameters and name not in self.reader.used:
                message = f"no layer uses the parameter {name!r}; {suggestion(name, parameters, 'parameters')}"
                self.diagnostics.append(self.source.diagnostic((*path, name), message, key=True))
        return parameters | self.reader.templates(given, path, "parameters")

    def _check_slug(self, name: str, slug: str, path: Path, remedy: str) -> None:
        """Note where a page can have no address, or only one that is too long."""
        if not slug:
            because = f", because of {quoted(lost)}" if (lost := lost_letters(name)) else ""
            message = f"no slug can be made from {quoted(name)}{because}; it needs {remedy}"
            self.diagnostics.append(self.source.diagnostic(path, message, key=True))
        elif len(slug) > SLUG_CHARACTERS:
            message = f"the slug {quoted(slug)} has more than {SLUG_CHARACTERS} characters; it needs {remedy}"
            self.diagnostics.append(self.source.diagnostic(path, message, key=True))

    def _variant(
        self, name: str, slug: str, path: Path, metadata: Metadata, arguments: dict[str, ValueExpr]
    ) -> Variant:
        if metadata.input is None:
            self.diagnostics.append(
                self.source.diagnostic(path, f"{name}: input is missing, like input: 224x224x3", key=True)
            )
        return Variant(name, slug, path, metadata, arguments)


def _over(file: FileMetadata, own: VariantMetadata) -> Metadata:
    """The metadata of a file with those of a variant put over them; notes add up."""
    values = {key: getattr(file, key) for key in Metadata.fields() if key not in ("claims", "aliases", "notes")}
    values |= {key: getattr(own, key) for key in Metadata.fields() if key in own.given}
    values["notes"] = (*own.notes, *file.notes)
    return Metadata(**values)


def _fields_at(model: type[Declaration], path: Path) -> set[str]:
    """The keys that the model at a place of a metadata knows."""
    parts: dict[str, type[Declaration]] = {"claims": Claim, "notes": Note, "paper": Paper, "accuracy": Accuracy}
    return set(parts.get(str(path[0]), model).fields() if path else model.fields())
