"""The description of the machine-readable reference: OpenAPI 3.1, and its fields as tables."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from layerwise.core.docs import field_docs
from layerwise.report.citation import UNPUBLISHED, Edition
from layerwise.report.data import records
from layerwise.report.tables.model import Column, Row, Table

VERSION = "1.3.0"
"""Of what the files hold; its changelog is on the page on the data."""
SLUG = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
SCHEMAS = "#/components/schemas"

Schema = dict[str, Any]


def description(root: str, edition: Edition = UNPUBLISHED) -> dict[str, Any]:
    """All of it; ``root`` is where the files lie. Without the site's address the server is two folders up."""
    name = edition.license
    networks = f"/{root}/networks"
    slug = _parameter("slug", "The `slug` of a network in the list.", SLUG, "lenet-5")
    file = _parameter("file", "The name of a file.", {"type": "string"}, "lenet-5.yml")
    badge = {"$ref": f"{SCHEMAS}/Badge"}
    one = {"$ref": f"{SCHEMAS}/Network"}
    every = {"type": "array", "items": {"$ref": f"{SCHEMAS}/Summary"}}
    text = {"type": "string"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": edition.name,
            "version": VERSION,
            "summary": "Convolutional networks, layer by layer, calculated.",
            "description": "Static files without keys or limits. Shapes are height, width, channels; memory is in "
            "bytes. Missing values are null. Fields may be added, but existing fields stay.",
            **({"license": {"name": name, "identifier": name}} if name else {}),
        },
        "servers": [{"url": edition.address.rstrip("/") or "../.."}],
        "paths": {
            f"{networks}.json": _get("networks", "All networks with their figures", "application/json", every),
            f"{networks}.csv": _get("networksAsCsv", "The same data as a table", "text/csv", text),
            f"{networks}.bib": _get("bibliography", "BibTeX entries of all papers", "application/x-bibtex", text),
            f"{networks}/{{slug}}.json": _get("network", "All data of a network", "application/json", one, slug),
            f"{networks}/{{slug}}.csv": _get("layersAsCsv", "The layer table of a network", "text/csv", text, slug),
            f"{networks}/{{slug}}/badge.json": _get("badge", "A badge for shields.io", "application/json", badge, slug),
            f"{networks}/{{slug}}/badge.svg": _get("badgeAsPicture", "A badge", "image/svg+xml", text, slug),
            "/definitions/{file}": _get("definition", "The definition of a network", "application/yaml", text, file),
        },
        "components": {"schemas": schemas()},
    }


def _parameter(name: str, meaning: str, schema: Schema, example: str) -> dict[str, Any]:
    where = {"name": name, "in": "path", "required": True}
    return {**where, "description": meaning, "schema": schema, "example": example}


def _get(name: str, meaning: str, media_type: str, schema: Schema, *parameters: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": {"description": meaning, "content": {media_type: {"schema": schema}}}}
    if parameters:
        responses["404"] = {"description": "No file has this name."}
    operation = {"operationId": name, "summary": meaning, "responses": responses}
    return {"get": {**operation, "parameters": list(parameters)} if parameters else operation}


# --- schemas --------------------------------------------------------------------------------------------------------


_TYPES = {int: "integer", float: "number", str: "string", bool: "boolean", NoneType: "null"}


@cache
def schemas() -> dict[str, Schema]:
    """A JSON Schema for each record that files contain, by its name. A record has no other fields than these."""
    found: dict[str, Schema] = {}
    missing = [records.Badge, records.Summary, records.Network]
    while missing:
        record = missing.pop()
        found[record.__name__] = _object(record)
        inner = {name for hint in get_type_hints(record, include_extras=True).values() for name in _names(hint)}
        missing += [getattr(records, name) for name in inner if name not in found]
    return dict(sorted(found.items()))


def _names(hint: Any) -> Iterator[str]:
    """The names of the records in a type."""
    inner = get_args(hint)
    if get_origin(hint) is Annotated and is_typeddict(inner[1]):
        inner = inner[1:]  # the record in the rows of a table
    if is_typeddict(hint):
        yield hint.__name__
    for one in inner:
        yield from _names(one)


def _object(record: Any) -> Schema:
    """The schema of a record."""
    hints, docs = get_type_hints(record, include_extras=True), _docs(record)
    properties = {
        name: _type(hint) | ({"description": docs[name]} if name in docs else {}) for name, hint in hints.items()
    }
    head = {"type": "object", "description": " ".join((record.__doc__ or "").split())}
    return {**head, "properties": properties, "required": list(properties), "additionalProperties": False}


def _docs(record: Any) -> dict[str, str]:
    """The meanings of a record's fields, inherited ones included.

    A typed dictionary does not know its bases in Python 3.11: they are the records all of whose fields it has.
    """
    fields = record.__annotations__.items()
    bases = [
        other for other in vars(records).values() if is_typeddict(other) and other.__annotations__.items() <= fields
    ]
    docs = {name: doc for base in (*bases, record) for name, doc in field_docs(base).items()}
    return {name: " ".join(doc.split()) for name, doc in docs.items()}


def _type(hint: Any) -> Schema:
    """The schema of a type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _table(inner[1]) if is_typeddict(inner[1]) else _type(inner[0]) | _more(inner[1])
    if origin in (Union, UnionType):
        return {"anyOf": [_type(one) for one in inner]}
    if origin in (list, tuple):
        return {"type": "array", "items": _type(inner[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type(inner[1])}
    if is_typeddict(hint):
        return {"$ref": f"{SCHEMAS}/{hint.__name__}"}
    return {"type": _TYPES[hint]} if hint in _TYPES else {}


def _table(record: Any) -> Schema:
    """The schema of a table whose rows are records without the names of their fields."""
    columns = list(record.__annotations__)
    values = [{"$ref": f"{SCHEMAS}/{record.__name__}/properties/{name}"} for name in columns]
    row = {"type": "array", "prefixItems": values, "items": False, "minItems": len(columns)}
    properties = {"columns": {"const": columns}, "rows": {"type": "array", "items": row}}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _more(annotation: records.Length | str) -> Schema:
    """The length of a list, or the description of a field whose name cannot have a docstring."""
    if isinstance(annotation, str):
        return {"description": annotation}
    return {"minItems": annotation.least, "maxItems": annotation.most}


# --- the fields as tables -------------------------------------------------------------------------------------------

_WORDS = {
    "integer": ("integer", "integers"),
    "number": ("number", "numbers"),
    "string": ("string", "strings"),
    "boolean": ("boolean", "booleans"),
    "object": ("object", "objects"),
    "null": ("null", "nulls"),
}
"""A type of JSON Schema in words, for one and for many."""


def fields(record: str, *, without: str = "") -> Table:
    """The fields of a record with their types and meanings; those of another record can be omitted."""
    known = schemas()
    others = known[without]["properties"] if without else ()
    rows = [
        Row(name, [type_of(field), field.get("description", "").replace("`", "")])
        for name, field in known[record]["properties"].items()
        if name not in others
    ]
    columns = (Column("Field"), Column("Type"), Column("Meaning", css="lw-text"))
    return Table(columns, rows, css="lw-fields", caption=f"Fields of a {record.lower()}")


def type_of(schema: Schema, *, many: bool = False) -> str:
    """A type in words: ``list of integers or null``."""
    if "anyOf" in schema:
        return " or ".join(type_of(one, many=many) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list{'s' if many else ''} of {type_of(schema['items'], many=True)}"
    return _WORDS[schema.get("type", "object")][many]
