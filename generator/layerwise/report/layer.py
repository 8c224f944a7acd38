"""A layer on its own: the form on the page of its kind, and its figures for other options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypedDict

from layerwise.core.errors import DefinitionError
from layerwise.definition import parse
from layerwise.definition.yaml_nodes import MappingNode, Node, SequenceNode, is_empty
from layerwise.definition.yaml_parser import read
from layerwise.layers import AnyLayer, Merge
from layerwise.network.assembly import assemble
from layerwise.network.graph import LayerNode, Network
from layerwise.report.formatting import grouped, scaled
from layerwise.report.pictures.sliding import sliding
from layerwise.report.reference.language import Keys, options_of
from layerwise.report.reference.layers import ALL, example_table, option_names, worked_table
from layerwise.report.tables import html

INPUT, SIZE = "in", "size"
"""The fields of the input shape, and of the value after the word of a kind; the others are options."""


class Sample(NamedTuple):
    """The example of a kind, as written."""

    before: tuple[str, ...]
    """The layers before the last one."""
    values: dict[str, str]
    """The input, and the options of the last layer."""


class Answer(TypedDict):
    """A calculated layer, or the errors in its options."""

    errors: list[tuple[str, str]]
    """Fields with messages; the rest is empty if there are any."""
    text: str
    """The definition of the layer."""
    summary: str
    """Its main figures in one line."""
    parts: dict[str, str]
    """HTML by the name of its place on the page."""


# --- the form -------------------------------------------------------------------------------------------------------


class Field(NamedTuple):
    """A field of the form of a kind."""

    name: str
    title: str
    meaning: str
    value: str
    """Its value in the example."""
    default: str
    choices: list[str]
    """All values, if they are few."""


def form(kind: type[AnyLayer]) -> list[Field]:
    """The fields of a kind: the input, the size or the branches, and the options."""
    known, values = options_of(kind.kind, kind), sample(kind).values
    return [_field(name, kind.kind if name == SIZE else name, known, values) for name in field_names(kind)]


def _field(name: str, title: str, known: Keys, values: Mapping[str, str]) -> Field:
    if name == INPUT:
        return Field(name, "input", "height × width × channels, like 224x224x3", values[INPUT], "", [])
    entry = known[title]
    meaning = f"{entry.get('meaning', '')} Takes {entry['takes']}." if entry.get("takes") else entry.get("meaning", "")
    return Field(name, title, meaning, values.get(name, ""), entry.get("default", ""), entry.get("values", []))


def field_names(kind: type[AnyLayer]) -> list[str]:
    """The names of the fields of a kind."""
    names = option_names(kind)
    return [INPUT, *([SIZE] if issubclass(kind, Merge) else []), *names]


def sample(kind: type[AnyLayer]) -> Sample:
    """Take the example of a kind apart."""
    text = f"[{kind.example.layers}]"
    root = read(text, "example")
    assert isinstance(root, SequenceNode)
    ends = [*(_start(node) for node in root.items[1:]), len(text) - 1]
    *before, last = [text[_start(node) : end].rstrip(", ") for node, end in zip(root.items, ends, strict=True)]
    values = dict(_values(root.items[-1], text, kind.kind)) if last.startswith("{") else {}
    return Sample(tuple(before), {INPUT: kind.example.on, **values})


def _start(node: Node) -> int:
    """The place of a node in its line, from 0."""
    return node.place[1] - 1


def _values(node: Node, text: str, word: str) -> Iterator[tuple[str, str]]:
    """The options of a layer as written between its braces."""
    assert isinstance(node, MappingNode)
    places = [value.key_place[1] - 1 for value in node.entries.values() if value.key_place]
    ends = [*places[1:], len(text) - 2]
    for (key, value), end in zip(node.entries.items(), ends, strict=True):
        yield SIZE if key == word else key, "" if is_empty(value) else text[_start(value) : end].rstrip(", ")


# --- the calculation ------------------------------------------------------------------------------------------------


def calculate(word: str, values: Mapping[str, str]) -> Answer:
    """Calculate a layer of a kind; ``values`` are written as in a definition, by the names of the fields."""
    kind = ALL[word]
    lines = list(_lines(kind, {name: " ".join(value.split()) for name, value in values.items()}))
    text = "".join(f"{line}\n" for _, line in lines)
    try:
        definition = parse(f"{text}name: {kind.label}\n", "layer.yml")
        network = assemble(definition, definition.variants[0])
    except DefinitionError as error:
        fields = [name for name, _ in lines]
        errors = [(fields[min(found.line, len(fields)) - 1], found.message) for found in error.diagnostics]
        return {"errors": errors, "text": text, "summary": "", "parts": {}}
    return {"errors": [], "text": text, "summary": _summary(layer_of(network, kind)), "parts": parts(network, kind)}


def _lines(kind: type[AnyLayer], values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The lines of a definition, each with the field it comes from."""
    yield INPUT, f"input: {values.get(INPUT, '')}"
    yield INPUT, "layers:"
    for layer in sample(kind).before:
        yield INPUT, f"  - {layer}"
    options = [(name, values[name]) for name in field_names(kind) if name not in (INPUT, SIZE) and values.get(name)]
    size = values.get(SIZE, "")
    needs_size = SIZE in field_names(kind)
    yield SIZE if needs_size else INPUT, f"  - {kind.kind}{f': {size}'.rstrip() if options or needs_size else ''}"
    for name, value in options:
        yield name, f"    {name}: {value}"


def layer_of(network: Network, kind: type[AnyLayer]) -> LayerNode:
    """The last layer of a kind, which may have its normalization after it."""
    return next(node for node in reversed(network.layers) if isinstance(node.layer, kind))


def parts(network: Network, kind: type[AnyLayer]) -> dict[str, str]:
    """The figures of a layer and those before it, as HTML by the names of their places."""
    node = layer_of(network, kind)
    return {
        "sliding": sliding(node),
        "row": html.render(example_table(network)),
        "steps": html.render(worked_table(network, node)),
    }


def _summary(node: LayerNode) -> str:
    return f"Output {node.output}, {grouped(node.parameters)} parameters, {scaled(node.macs)} MACs"
