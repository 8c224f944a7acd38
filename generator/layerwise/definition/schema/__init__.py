"""A JSON Schema of definitions, generated from the models that read them: for editors and other validators.

Draft 7, which the YAML language server supports best. A schema cannot check everything, such as which blocks a file has
or whether shapes fit; ``layerwise check`` does.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from layerwise.core.fields import BRIEF, Schema
from layerwise.definition.grammar import BLOCK_KEYS, NETWORK_KEYS, File, Variant
from layerwise.definition.metadata import FileMetadata, VariantMetadata
from layerwise.definition.schema import kinds, lists
from layerwise.definition.schema.models import Models, one_or_none

T = TypeVar("T")

PATH = Path("schema/network.schema.json")
"""Its path in the repository and on the site."""

ADDRESS = f"https://raw.githubusercontent.com/layerwise/layerwise/main/{PATH.as_posix()}"
"""Its address for editors, and in SchemaStore's catalogue."""

FIRST_KEYS = ("name", "year", "input", "layers")
"""The keys that editors offer first."""

FIRST_LINE = f"# yaml-language-server: $schema=../{PATH}"
"""The first line of every definition, which points editors to the schema."""


def schema() -> dict[str, Any]:
    """The schema of a definition in ``networks/``."""
    models = Models()
    head, file = models.object_of(FileMetadata), models.object_of(File)
    properties = head["properties"] | file["properties"]
    properties["layers"] = {**properties["layers"], "minItems": 1, "type": ["array", "object", "string"]}
    for key in ("layers", "blocks"):  # which ones depends on what else there is
        for word in ("allOf", "anyOf"):
            properties[key].pop(word, None)
    found: dict[str, Any] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ADDRESS,
        "title": "Layerwise definition",
        "description": "A network, or a family of networks.",
        "type": "object",
        "properties": ordered(properties),
        "additionalProperties": False,
        "allOf": [
            _network_or_blocks([*head["required"], *file["required"]]),
            *_network_or_family(),
            *lists.by_case(),
        ],
        "definitions": {
            **kinds.definitions(models),
            **lists.definitions(models),
            "variants": _variants(models),
            **models.definitions,
        },
    }
    return {key: published(value) for key, value in found.items()}


@cache
def text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def ordered(properties: dict[str, T]) -> dict[str, T]:
    """The keys of a file in the order in which they are offered."""
    return {key: properties[key] for key in dict.fromkeys([*FIRST_KEYS, *properties])}


def _network_or_blocks(required: list[str]) -> Schema:
    """Required keys, unless a file has only blocks for other files."""
    return {
        "if": _only_blocks(),
        "then": {"propertyNames": {"enum": list(BLOCK_KEYS)}},
        "else": {"required": required},
    }


def _only_blocks() -> Schema:
    """The condition for a file to have no network."""
    has_network = {"anyOf": [{"required": [key]} for key in sorted(NETWORK_KEYS)]}
    return {"type": "object", "required": ["blocks"], "not": has_network}


def _network_or_family() -> list[Schema]:
    """Required keys: an input for a single network; for a family variants, which have the claims."""
    family = {"type": "object", "required": ["variants"]}
    own_input = {"additionalProperties": {"type": "object", "required": ["input"]}}
    return [
        {
            "if": family,
            "then": {
                "properties": {
                    "claims": {"maxItems": 0, "errorMessage": "a claim belongs to a variant"},
                    "accuracy": {"type": "array", "maxItems": 0, "errorMessage": "an accuracy belongs to a variant"},
                }
            },
            "else": {"if": {"not": _only_blocks()}, "then": {"required": ["input"]}},
        },
        {
            "if": {**family, "not": {"required": ["input"]}},
            "then": {"properties": {"variants": own_input}},
        },
    ]


def _variants(models: Models) -> Schema:
    head, own = models.object_of(VariantMetadata), models.object_of(Variant)
    properties = own["properties"] | head["properties"]
    variant = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"type": "object", "minProperties": 1, "additionalProperties": one_or_none(variant)}


def published(schema: Any) -> Any:
    """A schema without the words that are for the reference."""
    if isinstance(schema, list):
        return [published(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: published(value) for key, value in schema.items() if key != BRIEF}
