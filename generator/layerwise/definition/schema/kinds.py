"""The part of the schema for kinds of layers: each with its options, and what everything in a list can have."""

from __future__ import annotations

from typing import Any

from layerwise.core.docs import lead
from layerwise.core.fields import Schema
from layerwise.definition import grammar
from layerwise.definition.schema.models import Models, one_or_none, or_expression
from layerwise.definition.words import COMMON, TAKEN
from layerwise.layers import KINDS, MERGES, AnyLayer

ALL: dict[str, type[AnyLayer]] = {**KINDS, **MERGES}
NAME = "^[A-Za-z_][A-Za-z0-9_]*$"
SCALARS = ["string", "number", "boolean", "null"]
REPEATED = {"first": ["repeat"], "index": ["repeat"]}


def definitions(models: Models) -> dict[str, Schema]:
    """Kinds and values, by name."""
    common = models.object_of(grammar.Common)["properties"]
    for key in ("name", "when", "repeat"):
        common[key] = or_expression(common[key])
    found = {"common": {"properties": common}}
    for word, kind in ALL.items():
        options = models.object_of(kind)
        found[f"{word}.options"] = _options(options)
        if word in KINDS:
            found[word] = _kind(kind, options, common["first"])
            if options["required"]:
                found[f"{word}.complete"] = _complete(word, options)
    return found | {
        "defaults": closed({word: to(f"{word}.options") for word in ALL}),
        "value": {"type": [*SCALARS, "array"], "items": to("value")},
        "values": _mapping_of_names(to("value")),
        "parameters": declarations(to("value")),
        "uses": _uses(models),
    }


def to(name: str, *inside: str) -> Schema:
    """A reference to a definition, or to something inside it."""
    return {"$ref": "/".join(("#/definitions", name, *inside))}


def closed(properties: dict[str, Schema], *required: str, **more: Any) -> Schema:
    """A mapping with these keys and no other."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False, **more}


def named(pattern: str, taken: set[str]) -> Schema:
    """The schema of names that a file can choose."""
    return {
        "pattern": pattern,
        "errorMessage": "this cannot be a name",
        "if": {"enum": sorted(taken)},
        "then": {"pattern": "^$", "errorMessage": "this word has a meaning of its own"},
    }


def common(*without: str) -> dict[str, Schema]:
    """The keys of every item in a list of layers, or some of them."""
    return {key: to("common", "properties", key) for key in COMMON if key not in without}


def options_of(word: str) -> dict[str, Schema]:
    """The options next to the word of a kind."""
    return {name: to(f"{word}.options", "properties", name) for name in ALL[word].fields() if name != "size"}


def _options(options: Schema) -> Schema:
    """The options of a kind, as ``defaults`` and ``first`` give some of them."""
    return closed({name: or_expression(option) for name, option in options["properties"].items()})


def _kind(kind: type[AnyLayer], options: Schema, first: Schema) -> Schema:
    """A layer: its word with the size, its options, and what everything can have."""
    size = options["properties"].get("size")
    value = or_expression(size) if size else {"type": ["null"], "errorMessage": f"{kind.kind} takes no size"}
    value = value if "null" in value["type"] else one_or_none(value)
    value["description"] = f"{lead(kind)} {size['description']}" if size else lead(kind)
    first = {**first, "examples": [_some_option(options["properties"])], "allOf": [to(f"{kind.kind}.options")]}
    properties = {kind.kind: value, **options_of(kind.kind), **common(), "first": first}
    return closed(properties, kind.kind, title=kind.kind, dependencies=REPEATED)


def _some_option(options: dict[str, Schema]) -> dict[str, Any]:
    """An example of options: the stride, which is what mostly differs, or the first there is."""
    names = [name for name in ("stride", *options) if name in options]
    return {name: or_expression(options[name])["examples"][0] for name in names[:1]}


def _complete(word: str, options: Schema) -> Schema:
    """A layer that no defaults can complete: with its size, and with every other option that it needs."""
    needed = options["required"]
    return {
        "allOf": [to(word)],
        "properties": {word: _given(options["properties"]["size"])} if "size" in needed else {},
        "required": [name for name in needed if name != "size"],
    }


def _given(size: Schema) -> Schema:
    """Require a size; its form is defined in one place."""
    return {key: value for key, value in or_expression(size).items() if key in ("type", "errorMessage")}


def declarations(default: Schema) -> Schema:
    """Names, or names with their defaults."""
    return {
        "type": ["array", "object", "null"],
        "items": {"anyOf": [{"type": "string", **named(NAME, TAKEN)}, _mapping_of_names(default)]},
        "uniqueItems": True,
        "additionalProperties": default,
        "propertyNames": named(NAME, TAKEN),
    }


def _uses(models: Models) -> Schema:
    """Names of blocks by file."""
    file = models.object_of(grammar.Backbone)["properties"]["backbone"]
    name = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "propertyNames": {key: file[key] for key in ("pattern", "errorMessage")},
        "additionalProperties": {
            "type": ["array", "string", "object"],
            "items": name,
            "minItems": 1,
            "additionalProperties": name,
        },
    }


def _mapping_of_names(value: Schema) -> Schema:
    """Values by name."""
    return {"type": "object", "additionalProperties": value, "propertyNames": named(NAME, TAKEN)}
