"""Models as JSON Schema of draft 7: their keys with descriptions, defaults and examples as a definition writes them."""

from __future__ import annotations

import inspect
from typing import Any

from layerwise.core.docs import field_docs
from layerwise.core.fields import BRIEF, REQUIRED, Declaration, Field, Schema
from layerwise.definition.metadata import FIGURES, Claim
from layerwise.layers.numbers import written

REFERENCE = "#/definitions/{model}"
EXPRESSION = "\\$"
"""The pattern of a string with an expression in it."""


class Models:
    """Turns models into schemas; ``definitions`` holds those of the models inside of them."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def object_of(self, model: type[Declaration]) -> Schema:
        """The schema of a mapping with the model's keys."""
        docs = field_docs(model)  # type: ignore[arg-type]  # a class is hashable, whatever its objects are
        properties = {field.key: self._field(field, docs.get(field.name, "")) for field in model.fields().values()}
        return {
            "description": _one_line(inspect.getdoc(model) or ""),
            "properties": properties,
            "required": [field.key for field in model.fields().values() if field.is_required],
            "type": "object",
        }

    def _field(self, field: Field, doc: str) -> Schema:
        schema = self._resolved(field.syntax.schema if field.syntax else {})
        brief = schema.pop(BRIEF, "")
        if field.is_nullable:
            schema = one_or_none(schema)
        elif "$ref" in schema:
            schema = {"allOf": [{"$ref": schema.pop("$ref")}], **schema}
        schema = {BRIEF: brief, **schema, **field.schema}
        if doc:
            schema["description"] = _one_line(doc)
        if field.default not in (REQUIRED, None, ()):
            schema["default"] = written(field.default) if isinstance(field.default, tuple) else field.default
        elif field.default is None and "none" in schema.get("enum", []):
            schema["default"] = "none"
        return schema

    def _resolved(self, schema: Schema) -> Schema:
        """Replace declarations by references."""
        result = dict(schema)
        if "declaration" in result:
            model = result.pop("declaration")
            if model.__name__ not in self.definitions:
                self.definitions[model.__name__] = {}
                self.definitions[model.__name__] = closed(self.object_of(model), model)
            result["$ref"] = REFERENCE.format(model=model.__name__)
        if "definition" in result:
            result["$ref"] = REFERENCE.format(model=result.pop("definition"))
        if isinstance(result.get("items"), dict):
            result["items"] = self._resolved(result["items"])
        if "anyOf" in result:
            result["anyOf"] = [self._resolved(one) for one in result["anyOf"]]
        return result


def closed(schema: Schema, model: type[Declaration]) -> Schema:
    """The schema of a nested mapping, which has no other keys; a claim needs a figure."""
    required = {"required": schema["required"]} if schema["required"] else {}
    more = {"anyOf": [{"required": [figure]} for figure in FIGURES]} if model is Claim else {}
    return {
        "additionalProperties": False,
        **more,
        **{key: value for key, value in schema.items() if key != "required"},
        **required,
    }


def _one_line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def one_or_none(schema: Schema) -> Schema:
    """Return a schema that also allows null."""
    if "enum" in schema:
        return {**{key: value for key, value in schema.items() if key != "type"}, "enum": [*schema["enum"], None]}
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*types, "null"]}


def or_expression(schema: Schema) -> Schema:
    """Return a schema that also allows strings with expressions, also inside lists."""
    expression = {"type": "string", "pattern": EXPRESSION}
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], expression]}
    if "enum" in schema:
        rest = {"examples": schema["enum"][-1:]}
        rest |= {key: value for key, value in schema.items() if key not in ("enum", "type")}
        return {"anyOf": [{"enum": schema["enum"]}, expression], **rest}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    result = {**schema, "type": types if "string" in types else [*types, "string"]}
    if "string" not in types:
        result["pattern"] = EXPRESSION
    elif "pattern" in schema:
        result["pattern"] = f"{schema['pattern']}|{EXPRESSION}"
    if "items" in schema:
        result["items"] = or_expression(schema["items"])
    return result


# --- in words -------------------------------------------------------------------------------------------------------


def values(schema: Schema) -> str:
    """The values a key takes, in a few words."""
    if schema.get(BRIEF):
        return str(schema[BRIEF])
    return " or ".join(printed(value) for value in schema.get("enum", ()) if value is not None)


def printed(value: Any) -> str:
    """A value as a definition writes it."""
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)
