"""The reference of definitions has every key of the models and every kind, with examples that a definition can have."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from layerwise.core.fields import Declaration
from layerwise.definition import grammar, metadata, yaml_parser
from layerwise.definition.schema import schema
from layerwise.layers import KINDS, MERGES
from layerwise.report.reference import keys as reference
from layerwise.report.tables.model import Cell, Row, Table

SCHEMA = schema()


def text(cell: str | Cell) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def rows(table: Table) -> dict[str, list[str]]:
    return {text(row.head): list(map(text, row.cells)) for row in table.rows if not row.is_head}


def words(*models: type[Declaration]) -> set[str]:
    return {field.key for model in models for field in model.fields().values()}


TABLES: list[tuple[Table, set[str], Any]] = [
    (reference.of_file(), words(metadata.FileMetadata, grammar.File), SCHEMA),
    (reference.of_variant(), words(metadata.VariantMetadata, grammar.Variant), None),
    (reference.of("Paper"), words(metadata.Paper), SCHEMA["definitions"]["Paper"]),
    (reference.of("Claim"), words(metadata.Claim), SCHEMA["definitions"]["Claim"]),
    (reference.of("Note"), words(metadata.Note), SCHEMA["definitions"]["Note"]),
    (reference.of("Accuracy"), words(metadata.Accuracy), SCHEMA["definitions"]["Accuracy"]),
    (reference.of("Block"), words(grammar.Block), SCHEMA["definitions"]["blocks"]["additionalProperties"]),
    (reference.of("Branch"), words(grammar.Branch), SCHEMA["definitions"]["branch"]["then"]),
    (reference.of_everything(), words(grammar.Common), SCHEMA["definitions"]["common"]),
]


@pytest.mark.parametrize(("table", "expected", "_"), TABLES, ids=lambda value: getattr(value, "caption", ""))
def test_every_key_is_fully_documented(table: Table, expected: set[str], _: Any) -> None:
    found = rows(table)
    assert found.keys() == expected
    for key, (meaning, values, default, example) in found.items():
        assert meaning.endswith("."), key
        assert values, key
        assert default, key
        assert example.startswith(f"{key}: "), key


@pytest.mark.parametrize(
    ("table", "rules"), [(t, s) for t, _, s in TABLES if s], ids=lambda value: getattr(value, "caption", "")
)
def test_examples_are_read_as_what_they_are_examples_of(table: Table, rules: dict[str, Any]) -> None:
    for key, (*_, example) in rows(table).items():
        value = yaml_parser.read(example, "example").data
        rule = {"definitions": SCHEMA["definitions"], "properties": {key: rules["properties"][key]}}
        assert jsonschema_rs.Draft7Validator(rule).is_valid(value), example


@pytest.mark.parametrize(
    ("table", "key", "cells"),
    [
        (reference.of_file(), "name", ["a string", "required", "name: LeNet-5"]),
        (reference.of_file(), "year", ["a year", "–", "year: 2015"]),
        (reference.of_file(), "aliases", ["a list of strings", "–", "aliases: [ResNet50, resnet50]"]),
        (reference.of("Claim"), "source", ["a string", "required", "source: paper, Table 1"]),
        (reference.of("Claim"), "macs", ["a whole number, or a rounded one like 60 M", "–", "macs: 3.8 × 10⁹"]),
        (reference.of_everything(), "repeat", ["a whole number or an expression", "1", "repeat: 3"]),
        (reference.of_everything(), "first", ["a mapping of values by name", "–", "first: {stride: 2}"]),
        (reference.words(), "from", ["a name", "required", "from: skip1"]),
    ],
)
def test_values_defaults_and_examples_are_as_a_definition_has_them(table: Table, key: str, cells: list[str]) -> None:
    assert rows(table)[key][1:] == cells


def test_words_of_lists_of_layers_are_complete() -> None:
    assert rows(reference.words()).keys() == {
        *(*MERGES, "stage", "layers of a stage", "output", "main_output", "from", "backbone", "layers"),
        *(f"{key} of a backbone" for key in ("variant", "with", "until")),
    }


@pytest.mark.parametrize(
    ("kind", "value", "options"),
    [
        ("relu", "–", "–"),
        ("dropout", "The fraction of values set to zero (0.5)", "–"),
        (
            "max_pool",
            "Kernel height × kernel width, like 2x2; 2 for sequences, 2x2x2 for volumes",
            "stride, padding (0), ceil (false)",
        ),
        (
            "window_attention",
            "Positions that attend to each other, height × width, like 7x7; 8x7x7 for volumes",
            "version (1), heads (required), bias (true)",
        ),
        ("add", "branches", "activation"),
    ],
)
def test_kinds_have_their_values_and_options(kind: str, value: str, options: str) -> None:
    assert rows(reference.kinds())[kind] == [value, options]


def test_every_kind_is_there_and_leads_to_its_page() -> None:
    links = {row.head.text: row.head.link for row in of_kinds() if isinstance(row.head, Cell)}
    assert links == {word: f"layers/{word}.md" for word in [*KINDS, *MERGES]}


def of_kinds() -> list[Row]:
    return [row for row in reference.kinds().rows if not row.is_head]
