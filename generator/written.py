"""How a value is written in a definition, said once beside its type: for the schema, the reference and the errors."""

from __future__ import annotations

from typing import Any

from pydantic import WithJsonSchema

Schema = dict[str, Any]
"""A JSON Schema, draft 7."""

WRITTEN = "written"
"""The keyword of a type's written form in a few words."""


def form(written: str, expected: str, *examples: Any, **schema: Any) -> WithJsonSchema:
    """The written form of a type: in a few words, as an error tells it, examples, and the keywords that allow it.

    ``errorMessage`` is what editors show; where nothing is said, they list the values themselves. The few words are
    for the reference and stay out of the schema.
    """
    message = {"errorMessage": f"expected {expected}"} if expected else {}
    return WithJsonSchema({WRITTEN: written, **schema, **message, "examples": list(examples)}, mode="validation")


def reference(name: str) -> WithJsonSchema:
    """The written form that the schema defines under a name, for what holds layers or values.

    It is no ``$ref`` yet, for pydantic follows those among its own models.
    """
    return WithJsonSchema({"definition": name}, mode="validation")
