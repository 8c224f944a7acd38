"""The tables of the differences between two networks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from layerwise.core.shape import Shape, times
from layerwise.network.diff import Change, LayerDiff
from layerwise.network.graph import LayerNode, Network
from layerwise.network.liveness import peak
from layerwise.report import formatting
from layerwise.report.formatting import grouped, memory
from layerwise.report.tables.model import Column, Row, Table

COLUMNS = (
    Column("  Network layer"),
    Column("Output"),
    Column("Calculation formula"),
    Column("Number of parameters", numeric=True),
    Column("MACs", numeric=True),
    Column("Changes"),
)
MOST_SIDES = 3
"""Numbers of a padding up to which there is one for each side; with more, one for each end of each side."""
FIGURES = ("output", "formula", "parameters", "macs")
"""Changes with columns of their own, in the order of the columns."""


# --- layers ---------------------------------------------------------------------------------------------------------


def layer_table(steps: Sequence[LayerDiff]) -> Table:
    """The removed (-), added (+) and changed layers (~, with the new figures below)."""
    rows: list[Row] = []
    for equal, run in groupby(steps, key=lambda step: step.is_equal):
        if equal:
            count = len(list(run))
            rows.append(Row(f"  … {count} equal layer{'' if count == 1 else 's'}", [""] * 5, is_head=True))
        else:
            rows += [row for step in run for row in _rows(step)]
    return Table(COLUMNS, rows)


def _rows(step: LayerDiff) -> Iterator[Row]:
    if step.before is not None and step.after is not None:
        yield from _changed(step.before, step.after, step.changes)
    elif step.before is not None:
        yield Row(f"- {_name(step.before)}", [*_cells(step.before), ""], css="lw-removed")
    elif step.after is not None:
        yield Row(f"+ {_name(step.after)}", [*_cells(step.after), ""], css="lw-added")


def _changed(before: LayerNode, after: LayerNode, changes: Sequence[Change]) -> Iterator[Row]:
    changed = {change.what for change in changes}
    others = "; ".join(_in_words(change) for change in changes if change.what not in FIGURES)
    yield Row(f"~ {_name(before)}", [*_cells(before), others], css="lw-changed")
    new = [cell if what in changed else "" for what, cell in zip(FIGURES, _cells(after), strict=True)]
    if any(new):
        yield Row("  →", [*new, ""], css="lw-changed")


def _name(node: LayerNode) -> str:
    return formatting.name(" › ".join((*node.path, node.name)))


def _cells(node: LayerNode) -> list[str]:
    return [str(node.output), formatting.formula(node), grouped(node.parameters), grouped(node.macs)]


def _in_words(change: Change) -> str:
    """``stride 1 → 2``."""
    what = change.what.replace("_", " ").replace("inputs", "input")
    if change.before is None and change.after is None:
        return what
    return f"{what} {_value(change.what, change.before)} → {_value(change.what, change.after)}"


def _value(what: str, value: Any) -> str:
    """A value as tables and definitions print it."""
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case (int(), *_) if what == "padding" and len(value) > MOST_SIDES:
            return ", ".join(map(str, value))
        case (Shape(), *_):
            return " + ".join(map(str, value))
        case (int(), *_):
            return formatting.sides(value) if what in ("stride", "dilation", "padding") else times(value)
    return str(value)


# --- totals ---------------------------------------------------------------------------------------------------------


def totals_table(before: Network, after: Network, steps: Sequence[LayerDiff]) -> Table:
    """The figures of both networks with their differences, and the number of added, removed and changed layers."""
    titles = (before.name, after.name) if before.name != after.name else ("Before", "After")
    columns = [Column("Total"), *(Column(title, numeric=True) for title in (*titles, "Difference", ""))]
    rows = [_figure(*figure) for figure in _figures(before, after)]
    fields = [formatting.sides(of.receptive_field.size) if of.receptive_field else "all" for of in (before, after)]
    rows += [
        Row("Receptive field", [*fields, "", ""]),
        Row("Input", [str(before.input), str(after.input), "", ""]),
    ]
    return Table(columns, rows, notes=[f"Layers: {counted_changes(steps)}."])


def counted_changes(steps: Sequence[LayerDiff]) -> str:
    """``1 added, 0 removed, 2 changed, 5 equal``."""
    added = sum(step.before is None for step in steps)
    removed = sum(step.after is None for step in steps)
    changed = sum(bool(step.changes) for step in steps)
    return f"{added} added, {removed} removed, {changed} changed, {len(steps) - added - removed - changed} equal"


def _figures(before: Network, after: Network) -> Iterator[tuple[str, int, int]]:
    yield "Layers", len(before.layers), len(after.layers)
    yield "Parameters", before.parameters, after.parameters
    yield "Parameter memory", before.memory_bytes, after.memory_bytes
    if before.buffers or after.buffers:
        yield "Running statistics", before.buffers, after.buffers
    yield "MACs", before.macs, after.macs
    yield "Activations", before.activations, after.activations
    yield "Peak memory", peak(before).bytes, peak(after).bytes
    yield "Depth", before.depth, after.depth


def _figure(name: str, before: int, after: int) -> Row:
    printed = memory if name.endswith("memory") else grouped
    if before == after:
        return Row(name, [printed(before), printed(after), "", ""])
    sign = "+" if after > before else "−"
    percent = f"{sign}{100 * abs(after - before) / before:,.1f} %" if before else ""
    return Row(name, [printed(before), printed(after), f"{sign}{printed(abs(after - before))}", percent])
