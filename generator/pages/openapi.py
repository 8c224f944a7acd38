"""The description of the machine-readable reference: OpenAPI 3.1, and its fields as tables."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from generator.pages import records
from generator.tables import Column, Line, Table

VERSION = "1.0.0"
"""Of what the files hold; its changelog is on the page on the data."""
RECORDS: tuple[Any, ...] = (records.Summary, records.Network)
"""What a file holds, one or a list of them."""
SLUG = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
SCHEMAS = "#/components/schemas"

Schema = dict[str, Any]


def description(root: str, site_url: str = "") -> dict[str, Any]:
    """All of it; ``root`` is where the files lie. Without the site's address the server is two folders up."""
    networks = f"/{root}/networks"
    slug = _parameter("slug", "A network's `slug` in the list.", SLUG, "lenet-5")
    file = _parameter("file", "The name of a file.", {"type": "string"}, "lenet-5.yml")
    one = {"$ref": f"{SCHEMAS}/Network"}
    every = {"type": "array", "items": {"$ref": f"{SCHEMAS}/Summary"}}
    text = {"type": "string"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Layerwise",
            "version": VERSION,
            "summary": "Convolutional networks, layer by layer, calculated.",
            "description": "Static files without keys or limits. Shapes are height, width, channels; memory is in "
            "bytes; what has no value is null. Fields may be added; those that are here stay.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": site_url.rstrip("/") or "../.."}],
        "paths": {
            f"{networks}.json": _get("networks", "All networks with their figures", "application/json", every),
            f"{networks}.csv": _get("networksAsCsv", "The same as a table", "text/csv", text),
            f"{networks}/{{slug}}.json": _get("network", "Everything about a network", "application/json", one, slug),
            f"{networks}/{{slug}}.csv": _get("layersAsCsv", "Its layer table", "text/csv", text, slug),
            "/definitions/{file}": _get("definition", "What it is calculated from", "application/yaml", text, file),
        },
        "components": {"schemas": schemas()},
    }


def _parameter(name: str, meaning: str, schema: Schema, example: str) -> dict[str, Any]:
    where = {"name": name, "in": "path", "required": True}
    return {**where, "description": meaning, "schema": schema, "example": example}


def _get(name: str, meaning: str, media_type: str, schema: Schema, *parameters: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": {"description": meaning, "content": {media_type: {"schema": schema}}}}
    if parameters:
        responses["404"] = {"description": "There is none of that name."}
    operation = {"operationId": name, "summary": meaning, "responses": responses}
    return {"get": {**operation, "parameters": list(parameters)} if parameters else operation}


# --- schemas --------------------------------------------------------------------------------------------------------


class _Plain(GenerateJsonSchema):
    """Without titles, which say no more than the names."""

    def field_title_should_be_set(self, _: Any) -> bool:
        return False


@cache
def schemas() -> dict[str, Schema]:
    """A JSON Schema for each record, by its name."""
    inputs: list[tuple[str, Any, TypeAdapter[Any]]] = [
        (record.__name__, "serialization", TypeAdapter(record)) for record in RECORDS
    ]
    _, definitions = TypeAdapter.json_schemas(inputs, ref_template=f"{SCHEMAS}/{{model}}", schema_generator=_Plain)
    found: dict[str, Schema] = definitions["$defs"]
    for record in (records.Network, records.Layer):
        for base in _bases(record):
            _describe(found[record.__name__], base)
    return found


def _bases(record: Any) -> list[Any]:
    return [base for base in getattr(record, "__orig_bases__", ()) if hasattr(base, "__annotations__")]


def _describe(schema: Schema, base: Any) -> None:
    """Give inherited fields their meanings, which a record knows of its own fields only."""
    for name, field in TypeAdapter(base).json_schema(schema_generator=_Plain)["properties"].items():
        if "description" in field:
            schema["properties"][name].setdefault("description", field["description"])


# --- the fields as tables -------------------------------------------------------------------------------------------

_WORDS = {
    "integer": ("integer", "integers"),
    "number": ("number", "numbers"),
    "string": ("text", "texts"),
    "boolean": ("true or false", "truth values"),
    "object": ("object", "objects"),
    "null": ("null", "nulls"),
}
"""A type of JSON Schema in words, for one and for many."""


def fields(record: str, *, without: str = "") -> Table:
    """The fields of a record with their types and meanings; those of another record can be left out."""
    known = schemas()
    others = known[without]["properties"] if without else ()
    lines = [
        Line(name, [type_of(field), field.get("description", "").replace("`", "")])
        for name, field in known[record]["properties"].items()
        if name not in others
    ]
    columns = (Column("Field"), Column("Type"), Column("Meaning", css="lw-text"))
    return Table(columns, lines, css="lw-fields", caption=f"Fields of a {record.lower()}")


def type_of(schema: Schema, *, many: bool = False) -> str:
    """A type in words: ``list of integers or null``."""
    if "anyOf" in schema:
        return " or ".join(type_of(one, many=many) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list{'s' if many else ''} of {type_of(schema['items'], many=True)}"
    return _WORDS[schema.get("type", "object")][many]
