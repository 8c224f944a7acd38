"""Models as JSON Schema of draft 7: their keys with descriptions, defaults and examples as a definition writes them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from generator.layers.numbers import written
from generator.written import WRITTEN, Schema

REFERENCE = "#/definitions/{model}"
EXPRESSION = "\\$"
"""The pattern of a text with an expression in it."""


class _Written(GenerateJsonSchema):
    """Defaults as a definition writes them, keys in the order of the model, no titles that only repeat a name."""

    def field_title_should_be_set(self, _: Any) -> bool:
        return False

    def sort(self, value: Any, parent_key: str | None = None) -> Any:
        return value

    def encode_default(self, dft: Any) -> Any:
        return written(dft) if isinstance(dft, tuple) and dft else super().encode_default(dft)


class Models:
    """Turns models into schemas; ``definitions`` holds those of the models inside of them."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def object_of(self, model: type[BaseModel]) -> Schema:
        """The schema of a mapping with the model's keys."""
        found = model.model_json_schema(by_alias=True, ref_template=REFERENCE, schema_generator=_Written)
        inner = found.pop("$defs", {})
        self.definitions |= {name: simplified(schema) for name, schema in inner.items()}
        return {"required": [], **simplified(found)}


def simplified(schema: Any) -> Any:
    """As draft 7 and editors want it: nothing beside a reference, one line of text, null beside its type."""
    if isinstance(schema, list):
        return [simplified(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    result = {
        key: value if key in ("examples", "default", "enum") else simplified(value) for key, value in schema.items()
    }
    if isinstance(result.get("description"), str):
        result["description"] = " ".join(result["description"].replace("``", "`").split())
    if "definition" in result:
        result["$ref"] = REFERENCE.format(model=result.pop("definition"))
    if "$ref" in result and result.keys() - {"$ref", WRITTEN}:
        result["allOf"] = [{"$ref": result.pop("$ref")}]
    if [entry for entry in result.get("anyOf", []) if entry == {"type": "null"}]:
        (one,) = (entry for entry in result.pop("anyOf") if entry != {"type": "null"})
        result = {WRITTEN: one.pop(WRITTEN, ""), **one_or_none(one), **result}
    if result.get("default", ...) in (None, []):  # nothing, which editors need not propose
        del result["default"]
        if "none" in result.get("enum", []):
            result["default"] = "none"
    return result


def one_or_none(schema: Schema) -> Schema:
    """What a schema allows, or nothing."""
    if "enum" in schema:
        return {**{key: value for key, value in schema.items() if key != "type"}, "enum": [*schema["enum"], None]}
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*types, "null"]}


def or_expression(schema: Schema) -> Schema:
    """What a schema allows, or a text with an expression in it; so in a list, too."""
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
    if schema.get(WRITTEN):
        return str(schema[WRITTEN])
    return " or ".join(printed(value) for value in schema.get("enum", ()) if value is not None)


def printed(value: Any) -> str:
    """A value as a definition writes it."""
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)
