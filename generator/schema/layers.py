"""The part of the schema for lists of layers: kinds with their options, joins, structure and uses of blocks."""

from __future__ import annotations

from typing import Any

from generator.definition import keys
from generator.definition.reader import COMMON, RESERVED, STRUCTURE, TAKEN
from generator.docstrings import lead
from generator.layers import JOINS, KINDS, AnyLayer
from generator.schema.models import EXPRESSION, Models, one_or_none, or_expression
from generator.written import Schema

ALL: dict[str, type[AnyLayer]] = {**KINDS, **JOINS}
_LETTERS = "A-Za-z_\u00aa-\uffff"  # of all alphabets, as far as a pattern can tell
BLOCK_NAME = f"^[{_LETTERS}-][{_LETTERS}0-9-]*$"
NAME = "^[A-Za-z_][A-Za-z0-9_]*$"
SCALARS = ["string", "number", "boolean", "null"]
REPEATED = {"first": ["repeat"]}


def definitions(models: Models) -> dict[str, Schema]:
    """Everything that lists of layers refer to, by name."""
    common = models.object_of(keys.Common)["properties"]
    for key in ("name", "when", "repeat"):
        common[key] = or_expression(common[key])
    found = {
        "layers": {"type": ["array", "object", "string"], "items": to("layer"), **_one_alone()},
        "layer": _layer(),
        "word": _word(),
        "branches": _several("layers", minItems=2, minProperties=2),
        "common": {"properties": common},
    }
    for word, kind in ALL.items():
        options = models.object_of(kind)
        found[f"{word}.options"] = _options(options)
        found[word] = _join(models, kind) if word in JOINS else _kind(kind, options, common["first"])
    found |= {model.words()[0]: _structure(models, model) for model in (keys.Stage, keys.Output, keys.From)}
    return found | {
        "use": _use_of_block(),
        "arguments": {"type": [*SCALARS, "array", "object"], "items": to("value"), "additionalProperties": to("value")},
        "value": {"type": [*SCALARS, "array"], "items": to("value")},
        "values": {"type": "object", "additionalProperties": to("value"), "propertyNames": _named(NAME, TAKEN)},
        "parameters": _parameters(),
        "defaults": _closed({word: to(f"{word}.options") for word in ALL}),
        "blocks": _blocks(models),
    }


def to(name: str, *inside: str) -> Schema:
    """A reference to a definition, or to something inside it."""
    return {"$ref": "/".join(("#/definitions", name, *inside))}


def _closed(properties: dict[str, Schema], *required: str, **more: Any) -> Schema:
    """A mapping with these keys and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def _named(pattern: str, taken: set[str]) -> Schema:
    return {"pattern": pattern, "not": {"enum": sorted(taken)}}


def _several(name: str, **least: int) -> Schema:
    """A list, or a mapping by name."""
    return {"type": ["array", "object"], "items": to(name), "additionalProperties": to(name), **least}


# --- entries of a list ----------------------------------------------------------------------------------------------


def _one_alone() -> Schema:
    return {"if": {"type": ["object", "string"]}, "then": to("layer")}


def _layer() -> Schema:
    """A word, or a mapping in which the key that names a kind says which options there are."""
    mappings = [*ALL, *STRUCTURE]
    return {
        "type": ["object", "string"],
        "errorMessage": "expected a layer like {conv: 3x3x64} or a word like relu",
        "allOf": [
            {"if": {"type": "string"}, "then": to("word")},
            *({"if": _is(word), "then": to(word)} for word in mappings),
            {
                "if": {"type": "object", "not": {"anyOf": [{"required": [word]} for word in mappings]}},
                "then": to("use"),
            },
        ],
    }


def _is(word: str) -> Schema:
    """Whether a mapping is of a kind: it has its word, and not as the option of another."""
    others = [other for other, kind in ALL.items() if word in kind.model_fields]
    condition: Schema = {"type": "object", "required": [word]}
    return {**condition, "not": {"anyOf": [{"required": [other]} for other in others]}} if others else condition


def _word() -> Schema:
    block = {
        "type": "string",
        "pattern": f"{BLOCK_NAME}|^{EXPRESSION}",
        "not": {"enum": sorted(RESERVED - KINDS.keys())},
    }
    return {"anyOf": [{"enum": list(KINDS)}, block]}


def _common(*without: str) -> dict[str, Schema]:
    return {key: to("common", "properties", key) for key in COMMON if key not in without}


def _options(options: Schema) -> Schema:
    """The options of a kind, as ``defaults`` and ``first`` give some of them."""
    return _closed({name: or_expression(option) for name, option in options["properties"].items()})


def _option_references(kind: type[AnyLayer]) -> dict[str, Schema]:
    return {name: to(f"{kind.kind}.options", "properties", name) for name in kind.model_fields if name != "size"}


def _kind(kind: type[AnyLayer], options: Schema, first: Schema) -> Schema:
    """A layer: its word with the size, its options, and what everything can have."""
    size = options["properties"].get("size")
    value = {"type": "null", "errorMessage": f"{kind.kind} takes no size"} if size is None else or_expression(size)
    described = f"{lead(kind)} {size['description']}" if size else lead(kind)
    value = {**(value if "null" in value["type"] else one_or_none(value)), "description": described}
    first = {**first, "allOf": [to(f"{kind.kind}.options")]}
    properties = {kind.kind: value, **_option_references(kind), **_common(), "first": first}
    return _closed(properties, kind.kind, dependencies=REPEATED)


def _join(models: Models, kind: type[AnyLayer]) -> Schema:
    branches = models.object_of(keys.Joined)["properties"]["branches"]
    branches = {**branches, "description": f"{lead(kind)} {branches['description']}"}
    return _closed({kind.kind: branches, **_option_references(kind), **_common("first")}, kind.kind)


def _structure(models: Models, model: type[keys.Keys]) -> Schema:
    """A stage, a side output, or going on with what was kept."""
    own = models.object_of(model)
    if model is keys.Stage:
        own["properties"]["stage"] = or_expression(own["properties"]["stage"])
    without = ("first", "name") if model is keys.Stage else ("first",)
    return _closed({**own["properties"], **_common(*without)}, *own["required"])


def _use_of_block() -> Schema:
    """A mapping with the name of a block; until there is one, editors offer all kinds."""
    offered = {word: to(word, "properties", word) for word in [*ALL, *STRUCTURE]}
    options = sorted({name for kind in ALL.values() for name in kind.model_fields} - ALL.keys() - {"size"})
    return {
        "type": "object",
        "properties": {**offered, **_common()},
        "additionalProperties": to("arguments"),
        "propertyNames": {
            "pattern": f"{BLOCK_NAME}|^{EXPRESSION}",
            "not": {"enum": sorted(RESERVED - {*COMMON, *offered})},
        },
        "dependencies": {
            **REPEATED,
            **{name: {"propertyNames": {"enum": [name, *COMMON]}} for name in options},  # an option goes with a kind
        },
        "not": {"propertyNames": {"enum": list(COMMON)}},
        "errorMessage": "a layer needs its kind, like conv or fc",
        "if": {"not": {"anyOf": [{"required": [key]} for key in COMMON]}},
        "then": {"maxProperties": 1},
    }


# --- blocks ---------------------------------------------------------------------------------------------------------


def _parameters() -> Schema:
    """Names, or names with their defaults."""
    return {
        "type": ["array", "object", "null"],
        "items": {"type": "string", **_named(NAME, TAKEN)},
        "uniqueItems": True,
        "additionalProperties": to("value"),
        "propertyNames": _named(NAME, TAKEN),
    }


def _blocks(models: Models) -> Schema:
    block = models.object_of(keys.Block)
    return {
        "type": "object",
        "propertyNames": _named(BLOCK_NAME, RESERVED),
        "additionalProperties": _closed(block["properties"], *block["required"]),
    }
