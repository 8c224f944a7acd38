"""Read the metadata of a file or a variant, and report its errors."""

from __future__ import annotations

from typing import TypeVar

from layerwise.core.errors import Diagnostic, quoted, suggestion
from layerwise.core.fields import Declaration, Problem, ReadError
from layerwise.core.limits import CLAIMS
from layerwise.definition import grammar
from layerwise.definition.metadata import (
    FIGURES,
    NO_TEXT,
    Accuracy,
    Claim,
    FileMetadata,
    Metadata,
    Note,
    Paper,
)
from layerwise.definition.scope import Report
from layerwise.definition.yaml_nodes import Node

LAYER_KEYS = grammar.File.words()
"""The keys of a file that are not part of its metadata."""
_PARTS: dict[str, type[Declaration]] = {"claims": Claim, "notes": Note, "paper": Paper, "accuracy": Accuracy}

M = TypeVar("M", bound=Metadata)


def read_metadata(model: type[M], entries: dict[str, Node], node: Node, report: Report) -> M | None:
    """Read the entries of a file or a variant at ``node``; report their errors."""
    try:
        metadata = model.read({key: value.data for key, value in entries.items()})
    except ReadError as error:
        for problem in error.problems:
            report(_diagnostic(model, problem, node))
        return None
    if len(metadata.claims) > CLAIMS:
        report(node.at("claims").error(f"too many claims; a network has at most {CLAIMS}"))
    for place, claim in enumerate(metadata.claims):
        if not claim.figures:
            report(node.at("claims", place).error(f"a claim needs at least one figure: {', '.join(FIGURES)}"))
    return metadata


def _diagnostic(model: type[Metadata], problem: Problem, node: Node) -> Diagnostic:
    """A problem of the metadata at ``node`` as an error of the file."""
    name, place = ".".join(map(str, problem.place)), node.at(*problem.place)
    if problem.kind == "unknown":
        key = str(problem.place[-1])
        hint = place.comma_hint() or suggestion(key, _known_keys(model, problem.place[:-1]), "keys")
        return place.key_error(f"unknown key {key!r}; {hint}")
    if problem.kind == "missing":
        return place.error(f"{name} is missing")
    given = place.quoted(problem.given) if problem.message == NO_TEXT else quoted(problem.given)
    return place.error(f"{name}: {problem.message}, got {given}")


def _known_keys(model: type[Metadata], path: tuple[str | int, ...]) -> set[str]:
    """The keys that a mapping can have, at a path inside metadata."""
    if path:
        return {field.key for field in _PARTS.get(str(path[0]), model).fields().values()}
    return {
        *(field.key for field in model.fields().values()),
        *(grammar.File if model is FileMetadata else grammar.Variant).words(),
    }
