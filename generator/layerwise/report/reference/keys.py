"""Tables of the definition language: keys with values, defaults and examples; limits; kinds of layers."""

from __future__ import annotations

from typing import Any

import yaml

from layerwise.core import limits
from layerwise.core.fields import Declaration, Schema
from layerwise.definition import grammar, metadata
from layerwise.definition.schema import ordered
from layerwise.definition.schema.models import Models, printed, values
from layerwise.layers import MERGES, AnyLayer
from layerwise.network.pages import RESERVED
from layerwise.report.formatting import grouped
from layerwise.report.operations import operation_of_kind
from layerwise.report.reference.layers import groups, option_names
from layerwise.report.tables.model import Cell, Column, Row, Table

MODELS: dict[str, type[Declaration]] = {
    model.__name__: model
    for model in (
        *(metadata.Paper, metadata.Claim, metadata.Note, metadata.Accuracy),
        *(grammar.Block, grammar.Branch),
    )
}
WORDS: dict[str, type[Declaration]] = {
    "stage": grammar.Stage,
    "output": grammar.Output,
    "main_output": grammar.MainOutput,
    "from": grammar.From,
    "backbone": grammar.Backbone,
}
"""Words in lists of layers that are neither layers nor merges nor blocks."""


def of_file() -> Table:
    """The keys of a file, in the order in which editors offer them."""
    keys = _rows(metadata.FileMetadata) | _rows(grammar.File)
    return _table("a file", list(ordered(keys).values()))


def of_variant() -> Table:
    """The keys of a variant."""
    return _table("a variant", [*_rows(grammar.Variant).values(), *_rows(metadata.VariantMetadata).values()])


def of(model: str) -> Table:
    """The keys of a paper, a claim, a note, an accuracy, a block or a branch, by the name of its class."""
    return _table(f"{'an' if model == 'Accuracy' else 'a'} {model.lower()}", _rows(MODELS[model]).values())


def of_everything() -> Table:
    """The keys that every item of a list of layers can have."""
    return _table("all entries in a list of layers", _rows(grammar.Common).values())


def words() -> Table:
    """The words in a list of layers other than kinds: merges, stages, side outputs and ``from``."""
    branches = Models().object_of(grammar.Merged)["properties"]["branches"]
    rows = [_row(word, branches, required=True) for word in MERGES]
    for word, model in WORDS.items():
        rows += [Row(key if key == word else f"{key} of a {word}", row.cells) for key, row in _rows(model).items()]
    rows += [Row(key, row.cells) for key, row in _rows(grammar.Together).items()]
    return _table("lists of layers", rows)


def _rows(model: type[Declaration]) -> dict[str, Row]:
    found = Models().object_of(model)
    return {key: _row(key, schema, required=key in found["required"]) for key, schema in found["properties"].items()}


def _row(key: str, schema: Schema, *, required: bool) -> Row:
    default = "required" if required else printed(schema.get("default", "–"))
    example = written_out(key, schema["examples"][0])
    meaning = schema["description"].replace("`", "")
    return Row(Cell(key), [meaning, values(schema), default, example])


def written_out(key: str, example: Any) -> str:
    """A key with a value on one line, as in a definition."""
    value = yaml.safe_dump(example, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    value = value.removesuffix("...\n").strip().replace(": null", ": ")
    return f"{key}: {value}"


def _table(what: str, rows: Any) -> Table:
    columns = (
        Column("Key"),
        Column("Meaning", css="lw-text"),
        Column("Values", css="lw-values"),
        Column("Default"),
        Column("Example"),
    )
    return Table(columns, list(rows), css="lw-options lw-of-definitions", caption=f"Keys of {what}")


# --- limits ---------------------------------------------------------------------------------------------------------


def taken() -> list[str]:
    """Slugs that are reserved for pages of the site."""
    return list(RESERVED)


def at_most(limit: str) -> str:
    """A limit by its name in ``layerwise.core.limits``."""
    return grouped(next(known.value for known in limits.TABLE if known.name == limit))


def of_limits() -> Table:
    """The limits of definitions."""
    rows = [Row(grouped(limit.value), [limit.meaning]) for limit in limits.TABLE]
    columns = (Column("Maximum", numeric=True), Column("Quantity", css="lw-text"))
    return Table(columns, rows, css="lw-limits", caption="Limits of definitions")


# --- kinds ----------------------------------------------------------------------------------------------------------


def kinds() -> Table:
    """All kinds of layers by group, with their value and their options with defaults."""
    rows: list[Row] = []
    for title, of_group in groups():
        rows.append(Row(title.partition(".")[0], ["", ""], css="lw-stage", is_head=True))
        rows += map(_kind, of_group)
    columns = (
        Column("Layer type", css="lw-name lw-code"),
        Column("Value", css="lw-text"),
        Column("Options and defaults", css="lw-text"),
    )
    return Table(columns, rows, css="lw-kinds", caption="Layer types with their options")


def _kind(kind: type[AnyLayer]) -> Row:
    found = Models().object_of(kind)
    options = [_option(name, found) for name in option_names(kind) if name != "size"]
    link = Cell(kind.kind, link=f"layers/{kind.kind}.md")
    return Row(link, [_size(kind, found), ", ".join(options) or "–"], css=f"lw-{operation_of_kind(kind)}", level=1)


def _size(kind: type[AnyLayer], found: Schema) -> str:
    if kind.kind in MERGES:
        return "branches"
    size = found["properties"].get("size")
    if size is None:
        return "–"
    default = f" ({printed(size['default'])})" if "default" in size else ""
    return f"{size['description'].removesuffix('.')}{default}"


def _option(name: str, found: Schema) -> str:
    """``stride (1)``; the name alone for an option without a default."""
    option = found["properties"][name]
    default = "required" if name in found["required"] else printed(option.get("default", ""))
    return f"{name} ({default})" if default not in ("", "none") else name
