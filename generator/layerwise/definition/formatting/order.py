"""The order of keys in definitions."""

from __future__ import annotations

from collections.abc import Sequence

from layerwise.definition import grammar, metadata
from layerwise.layers import KINDS, MERGES

FILE = (
    *("name", "family", "year", "task", "dataset", "paper", "summary", "aliases", "related", "input"),
    *("use", "parameters", "let", "defaults", "variants", "blocks", "exports", "layers", "claims", "accuracy", "notes"),
)
"""The keys of a file: what the network is, its layers, then what is published about it."""
VARIANT = ("with", "slug", *FILE)
BLOCK = ("parameters", "slots", "let", "exports", "layers")
CLAIM = (
    *("source", "model", "of", "parameters", "main_parameters", "buffers", "memory_bytes", "macs", "activations"),
    *("depth", "receptive_field", "differs", "note", "url"),
)
NOTE = ("about", "text")
OPTIONS = (
    *("heads", "stride", "padding", "output_padding", "ceil", "dilation", "groups", "multiplier", "bias", "fixed"),
    *("gain", "norm", "activation"),
)
"""Options of layers; others come after these, in the order of their page."""
COMMON = ("first", "repeat", "index", "when", "share", "as", "name", "also")
BRANCH = ("from", "when", "layers")

LAYERED = ("item", "branches", "branch")
"""Roles in lists of layers."""
INSIDE: dict[str, dict[str, str]] = {
    "file": {
        "paper": "paper",
        "claims": "claim",
        "accuracy": "accuracy",
        "notes": "note",
        "variants": "variants",
        "blocks": "blocks",
        "layers": "item",
        "parameters": "parameters",
        "defaults": "defaults",
    },
    "variants": {"*": "variant"},
    "variant": {"paper": "paper", "claims": "claim", "accuracy": "accuracy", "notes": "note"},
    "blocks": {"*": "block"},
    "block": {"layers": "item", "parameters": "parameters", "slots": "slots"},
    "slots": {"*": "item"},
    "defaults": {"*": "options"},
    "item": {"layers": "item", "output": "item", "main_output": "item"},
    "branches": {"*": "branch"},
}
"""The role of the value of a key, by the role of its mapping; ``*`` is any key."""
_FIXED: dict[str, Sequence[str]] = {
    "file": FILE,
    "variant": VARIANT,
    "block": BLOCK,
    "paper": tuple(metadata.Paper.fields()),
    "claim": CLAIM,
    "accuracy": tuple(metadata.Accuracy.fields()),
    "note": NOTE,
    "options": OPTIONS,
}


def inside(role: str, key: str) -> str:
    """The role of the value of a key in a mapping with a role."""
    role = "item" if role == "branch" else role
    if role == "item" and key in MERGES:
        return "branches"
    known = INSIDE.get(role, {})
    return known.get(key, known.get("*", ""))


def of_items(role: str) -> str:
    """The role of the entries of a list with a role."""
    return {"branches": "branch", "branch": "item"}.get(role, role)


def in_order(role: str, keys: Sequence[str]) -> list[str]:
    """The keys of a mapping with a role in their order; names that a file chooses keep theirs."""
    if role in ("item", "branch"):
        order = BRANCH if role == "branch" and {*keys} <= {*BRANCH} else _item(keys)
    elif role in _FIXED:
        order = _FIXED[role]
    else:
        return [*keys]
    place = {key: number for number, key in enumerate(order)}
    return sorted(keys, key=lambda key: place.get(key, len(place)))


def _item(keys: Sequence[str]) -> Sequence[str]:
    """The order of an entry in a list of layers: what it is, its options, and what every entry can have."""
    words = [key for key in keys if key in KINDS or key in MERGES]
    options = {name for word in words for name in (KINDS.get(word) or MERGES[word]).fields()}
    first = [word for word in words if word not in options]
    rest = [key for key in keys if key not in {*first, *OPTIONS, *COMMON, "layers"}]
    last = ("layers",) if {*keys} <= {grammar.Stage.words()[0], "layers", *COMMON} else ()
    return [*first, *rest, *OPTIONS, *COMMON, *last]
