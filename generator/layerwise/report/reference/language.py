"""The definition language as data for an editor: which keys are where, with their meaning, values and an example."""

from __future__ import annotations

from typing import Any, TypedDict

from layerwise.core.docs import lead
from layerwise.core.fields import Declaration
from layerwise.core.limits import FILE_BYTES
from layerwise.definition import grammar, metadata
from layerwise.definition.schema import ordered
from layerwise.definition.schema.models import Models, printed, values
from layerwise.layers import MERGES, AnyLayer
from layerwise.report.reference.keys import written_out
from layerwise.report.reference.layers import ALL, option_names


class Key(TypedDict, total=False):
    """A key of a mapping."""

    meaning: str
    takes: str
    """The values in a few words."""
    values: list[str]
    """All values, if they are few."""
    default: str
    example: str
    """The key with a value."""


Keys = dict[str, Key]


class Language(TypedDict):
    """All keys by the mapping they are in."""

    mappings: dict[str, Keys]
    """By the word for what is in it: a file, a variant, a block, an item of a list of layers, and so on."""
    kinds: dict[str, Keys]
    """The options of each layer type; its own word has the size."""
    merges: list[str]
    """Layer types that take branches."""
    max_bytes: int
    """The size of a file."""


def language() -> Language:
    """All keys, kinds and options."""
    return {
        "mappings": {
            "file": ordered(_keys(metadata.FileMetadata) | _keys(grammar.File)),
            "variant": _keys(grammar.Variant) | _keys(metadata.VariantMetadata),
            "paper": _keys(metadata.Paper),
            "claim": _keys(metadata.Claim),
            "note": _keys(metadata.Note),
            "accuracy": _keys(metadata.Accuracy),
            "block": _keys(grammar.Block),
            "item": _keys(grammar.Stage)
            | _keys(grammar.Output)
            | _keys(grammar.From)
            | _keys(grammar.Backbone)
            | _keys(grammar.Common),
        },
        "kinds": {word: options_of(word, kind) for word, kind in ALL.items()},
        "merges": list(MERGES),
        "max_bytes": FILE_BYTES,
    }


def _keys(model: type[Declaration]) -> Keys:
    found = Models().object_of(model)
    return {key: _key(key, schema) for key, schema in found["properties"].items()}


def options_of(word: str, kind: type[AnyLayer]) -> Keys:
    """The options of a layer type, after its word."""
    found = Models().object_of(kind)["properties"]
    size = _key(word, found["size"]) if "size" in found else Key(example=word)
    options: Keys = {word: {**size, "meaning": " ".join(filter(None, [_plain(lead(kind)), size.get("meaning", "")]))}}
    return options | {name: _key(name, found[name]) for name in option_names(kind) if name != "size"}


def _key(key: str, schema: dict[str, Any]) -> Key:
    entry: Key = {"meaning": _plain(schema.get("description", "")), "takes": values(schema)}
    choices = schema.get("enum") or ([True, False] if "boolean" in schema.get("type", ()) else [])
    if choices:
        entry["values"] = [printed(choice) for choice in choices if choice is not None]
    if (default := schema.get("default")) is not None:
        entry["default"] = printed(default)
    if examples := schema.get("examples"):
        entry["example"] = written_out(key, examples[0])
    return entry


def _plain(text: str) -> str:
    """Remove the marks of code from Markdown."""
    return text.replace("`", "")
