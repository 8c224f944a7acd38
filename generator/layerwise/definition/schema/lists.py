"""The part of the schema for lists of layers, which depends on what else a file has.

Without ``blocks`` every word must be a kind; without ``defaults`` every layer must have what it needs. A schema cannot
carry that down, so the lists are defined for each of the four cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import starmap

from layerwise.core.docs import lead
from layerwise.core.fields import Schema
from layerwise.definition import grammar
from layerwise.definition.schema.kinds import (
    ALL,
    REPEATED,
    SCALARS,
    closed,
    common,
    declarations,
    named,
    options_of,
    to,
)
from layerwise.definition.schema.models import EXPRESSION, Models, or_expression
from layerwise.definition.words import COMMON, RESERVED, STRUCTURE
from layerwise.layers import KINDS, MERGES

_LETTERS = "A-Za-z_\u00aa-\uffff"  # of all alphabets, as far as a pattern can tell
BLOCK_NAME = f"^[{_LETTERS}-][{_LETTERS}0-9-]*$"
BLOCK = f"{BLOCK_NAME}|^{EXPRESSION}"
"""The name of a block, or an expression for it."""
MAPPINGS = (*ALL, *STRUCTURE)
"""The words that say what a mapping in a list is, but for names of blocks."""


def definitions(models: Models) -> dict[str, Schema]:
    """The lists of all four cases, by name."""
    return {name: schema for case in CASES for name, schema in case.definitions(models).items()}


def by_case() -> list[Schema]:
    """Conditions that choose the lists of a file."""
    return [case.choice() for case in CASES]


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of layers in files with or without blocks and defaults."""

    blocks: bool
    defaults: bool

    def named(self, name: str) -> str:
        """The name of a definition in this case."""
        return name + ("" if self.blocks else ".without-blocks") + ("" if self.defaults else ".without-defaults")

    def to(self, name: str) -> Schema:
        """A reference to a definition of this case."""
        return to(self.named(name))

    def choice(self) -> Schema:
        """The condition for a file to use these lists, and their places in it."""
        named_blocks = {"anyOf": [{"required": [key]} for key in ("blocks", "use")]}
        keys_there = ((named_blocks, self.blocks), ({"required": ["defaults"]}, self.defaults))
        has = [condition if there else {"not": condition} for condition, there in keys_there]
        places = {key: self.to(key) for key in ("layers", *(["blocks"] if self.blocks else []))}
        return {"if": {"type": "object", "allOf": has}, "then": {"properties": places}}

    def definitions(self, models: Models) -> dict[str, Schema]:
        """All of this case, by name."""
        found = {
            "layers": {
                "type": ["array", "object", "string"],
                "items": self.to("layer"),
                "if": {"type": ["object", "string"]},
                "then": self.to("layer"),
            },
            "layer": self._layer(),
            "word": self._word(),
            "branches": {
                "type": ["array", "object"],
                "items": self.to("branch"),
                "additionalProperties": self.to("branch"),
                "minItems": 2,
                "minProperties": 2,
            },
            "branch": self._branch(models),
            "together": self._structure(models, grammar.Together),
            "mapping": self._mapping(),
            **{word: self._join(models, word) for word in MERGES},
            **{
                model.words()[0]: self._structure(models, model)
                for model in (grammar.Stage, grammar.Output, grammar.MainOutput, grammar.From, grammar.Backbone)
            },
        }
        if self.blocks:
            found["blocks"] = self._blocks(models)
            found["arguments"] = self._arguments()
            found["slots"] = declarations(self.to("layers"))
        return {self.named(name): schema for name, schema in found.items()}

    # --- entries ----------------------------------------------------------------------------------------------------

    def _layer(self) -> Schema:
        """A word, or a mapping in which the key that names a kind says which options there are."""
        without_word = {"type": "object", "not": {"anyOf": [{"required": [word]} for word in MAPPINGS]}}
        together = {**without_word, "required": ["layers"]}
        other = {**without_word, "propertyNames": {"not": {"const": "layers"}}}
        return {
            "type": ["object", "string"],
            "errorMessage": "expected a layer like {conv: 3x3x64} or a word like relu",
            "allOf": [
                {"if": {"type": "string"}, "then": self.to("word")},
                *({"if": _is(word), "then": to(self._entry(word))} for word in MAPPINGS),
                {"if": together, "then": self.to("together")},
                {"if": other, "then": self.to("mapping")},
            ],
        }

    def _entry(self, word: str) -> str:
        """The definition of a mapping with this word."""
        if word not in KINDS:
            return self.named(word)
        return f"{word}.complete" if not self.defaults and _needs(word) else word

    def _word(self) -> Schema:
        kinds = [word for word in KINDS if self.defaults or not _needs(word)]
        if not self.blocks:
            return {"enum": kinds}
        return {"anyOf": [{"enum": kinds}, {"type": "string", **named(BLOCK, RESERVED - {*kinds})}]}

    def _join(self, models: Models, word: str) -> Schema:
        branches = models.object_of(grammar.Merged)["properties"]["branches"]
        described = {
            **branches,
            "description": f"{lead(MERGES[word])} {branches['description']}",
            "allOf": [self.to("branches"), *_names(MERGES[word].branch_names)],
        }
        if names := MERGES[word].branch_names:
            described["examples"] = [dict.fromkeys(names, "identity")]
        fields = {} if self.defaults else MERGES[word].fields()  # defaults of the file can complete it
        needed = [name for name, field in fields.items() if field.is_required]
        return closed({word: described, **options_of(word), **common("first")}, word, *needed, title=word)

    def _structure(self, models: Models, model: type[grammar.Keys]) -> Schema:
        """A stage, a side output, a ``from`` or a backbone."""
        own = models.object_of(model)
        properties = dict(starmap(self._placed, own["properties"].items()))
        without = ("first", "name") if model in (grammar.Stage, grammar.Together) else ("first",)
        return closed({**properties, **common(*without)}, *own["required"], title=model.words()[0])

    def _placed(self, key: str, schema: Schema) -> tuple[str, Schema]:
        """A key of a model whose layers are those of this case."""
        if schema.get("allOf") == [to("layers")]:
            return key, {**schema, "allOf": [self.to("layers")]}
        return key, or_expression(schema) if key in ("stage", "variant") else schema

    def _branch(self, models: Models) -> Schema:
        """A list of layers, or a mapping of the condition, the origin and the layers of a branch."""
        own = models.object_of(grammar.Branch)["properties"]
        properties = {**dict(starmap(self._placed, own.items())), "when": to("common", "properties", "when")}
        has_own = [{"required": ["when"]}, {"required": ["layers"]}]
        is_branch = {"type": "object", "propertyNames": {"enum": [*properties]}, "anyOf": has_own}
        return {"if": is_branch, "then": closed(properties), "else": self.to("layers")}

    def _mapping(self) -> Schema:
        """A mapping without a word of its own: the use of a block; until there is a word, editors offer all kinds."""
        offered = {word: to(word if word in KINDS else self.named(word), "properties", word) for word in MAPPINGS}
        needs_kind = {"errorMessage": "missing layer kind; add one, like conv or fc"}
        without_kind = {"if": {"propertyNames": {"enum": list(COMMON)}}, "then": {"type": "string", **needs_kind}}
        if not self.blocks:
            return {**closed({**offered, **common()}), **without_kind, **needs_kind}
        alone = {"maxProperties": 1}
        options = sorted({name for kind in ALL.values() for name in kind.fields()} - {*MAPPINGS, "size"})
        return {
            "type": "object",
            "properties": {**offered, **common()},
            "additionalProperties": self.to("arguments"),
            "propertyNames": named(BLOCK, RESERVED - {*COMMON, *MAPPINGS}),
            "dependencies": {
                **REPEATED,
                **{name: {"propertyNames": {"enum": [name, *COMMON]}} for name in options},  # an option needs a kind
            },
            "allOf": [without_kind, {"if": {"not": {"anyOf": [{"required": [key]} for key in COMMON]}}, "then": alone}],
        }

    def _arguments(self) -> Schema:
        """The arguments of a block: values, and lists of layers for its slots."""
        is_layer = {"type": "object"}
        return {
            "type": [*SCALARS, "array", "object"],
            "items": {"if": is_layer, "then": self.to("layer"), "else": to("value")},
            "additionalProperties": {
                "if": {"anyOf": [is_layer, {"type": "array", "contains": is_layer}]},
                "then": self.to("layers"),
                "else": to("value"),
            },
        }

    def _blocks(self, models: Models) -> Schema:
        block = models.object_of(grammar.Block)
        properties = dict(starmap(self._placed, block["properties"].items()))
        properties["slots"] = {**properties["slots"], "allOf": [self.to("slots")]}
        return {
            "type": ["object", "null"],
            "propertyNames": named(BLOCK_NAME, RESERVED),
            "additionalProperties": closed(properties, *block["required"], title="block"),
        }


CASES = tuple(Lists(blocks, defaults) for blocks in (True, False) for defaults in (True, False))


def _names(branches: tuple[str, ...]) -> list[Schema]:
    """The condition for branches to have these names, if any are set."""
    if not branches:
        return []
    message = f"expected the branches {', '.join(branches)}"
    return [{"type": "object", "required": [*branches], "maxProperties": len(branches), "errorMessage": message}]


def _is(word: str) -> Schema:
    """The condition for a mapping to be of a kind: it has its word, and not as the option of another kind."""
    others = [other for other, kind in ALL.items() if word in kind.fields()]
    condition: Schema = {"type": "object", "required": [word]}
    return {**condition, "not": {"anyOf": [{"required": [other]} for other in others]}} if others else condition


def _needs(word: str) -> bool:
    """True where a kind needs a size or an option."""
    return any(field.is_required for field in KINDS[word].fields().values())
