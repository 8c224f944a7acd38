"""Tables of layers without repetition: of neighbouring groups that are alike only the first is printed."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from layerwise.report.tables.model import Cell, Row, Table


def fold(table: Table) -> Table:
    """Return a table in which groups that differ in name only are one group: ``conv4_2 to conv4_6, 5 alike``."""
    return replace(table, rows=list(_fold(table.rows)))


def _fold(rows: Sequence[Row]) -> Iterator[Row]:
    alike: list[list[Row]] = []
    for chunk in _chunks(rows):
        if alike and (len(chunk) == 1 or _content(chunk) != _content(alike[0])):
            yield from _merged(alike)
            alike = []
        alike.append(chunk)
    if alike:
        yield from _merged(alike)


def _chunks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Layers, and groups with everything in them."""
    first = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place].level <= rows[first].level:
            yield list(rows[first:place])
            first = place


def _content(chunk: Sequence[Row]) -> Hashable:
    """All texts of a group but its name."""
    texts = [tuple(map(_text, (row.head, *row.all_cells))) for row in chunk]
    return _text(chunk[0].head).partition(" · ")[2], texts[0][1:], tuple(texts[1:])


def _merged(alike: Sequence[Sequence[Row]]) -> Iterator[Row]:
    head, *rest = alike[0]
    if len(alike) > 1:
        name, _, shape = _text(head.head).partition(" · ")
        last = _text(alike[-1][0].head).partition(" · ")[0]
        head = replace(head, head=f"{name} to {last}, {len(alike)} alike · {shape}")
    yield head
    yield from _fold(rest)


def _text(cell: str | Cell) -> str:
    return cell if isinstance(cell, str) else f"{cell.before} · {cell.text}" if cell.before else cell.text
