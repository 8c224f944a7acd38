"""Tables for a terminal: aligned columns, fitted to its width, coloured by the operation of each row."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import click
from wcwidth import ljust, rjust, width, wrap

from layerwise.report.tables.model import Cell, Column, Row, Table

GAP = "  "
STYLES: dict[str, dict[str, Any]] = {
    "lw-convolution": {"fg": "blue"},
    "lw-pointwise": {"fg": "cyan"},
    "lw-depthwise": {"fg": "green"},
    "lw-attention": {"fg": "bright_magenta"},
    "lw-linear": {"fg": "magenta"},
    "lw-pooling": {"fg": "yellow"},
    "lw-added": {"fg": "green"},
    "lw-removed": {"fg": "red"},
    "lw-changed": {"fg": "yellow"},
}
"""The style of the first column, by the CSS class of the row."""


def printed(table: Table, expendable: Collection[str] = ()) -> str:
    """Format a table for standard output: at full width for a file or a pipe, fitted to the width of a terminal.

    In a narrow terminal titles wrap first, then cells; if that is not enough, ``expendable`` columns are omitted in
    their order, and a note below the table lists them.
    """
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    if not room:
        return "\n".join(_rows(table, _widths(table)))
    fitted, left_out = table, list[str]()
    for title in expendable:
        if _total(_widths(fitted, titles=False, texts=False)) <= room:
            break
        fitted = _without(fitted, title)
        left_out.append(title)
    notes = [f"Too narrow for: {', '.join(left_out)}."] if left_out else []
    fitted = replace(fitted, notes=[row for note in (*table.notes, *notes) for row in wrap(note, room)])
    widths = _shrunk(_widths(fitted), _widths(fitted, titles=False), room)
    return "\n".join(_rows(fitted, _shrunk(widths, _widths(fitted, titles=False, texts=False), room)))


# --- widths ---------------------------------------------------------------------------------------------------------


def _texts(row: Row) -> list[str]:
    texts = [cell if isinstance(cell, str) else cell.text for cell in (row.head, *row.all_cells)]
    if isinstance(row.head, Cell) and row.head.before:
        texts[0] = f"{row.head.before} · {texts[0]}"
    texts[0] = "  " * row.level + texts[0]
    return texts


def _spanned(row: Row, texts: Sequence[str]) -> int:
    """The number of columns that the head of a heading or a sum spans: those up to the first that is filled."""
    return next((place for place, text in enumerate(texts) if place and text), len(texts)) if row.is_head else 1


def _widths(table: Table, *, titles: bool = True, texts: bool = True) -> list[int]:
    """The width that each column needs if titles and cells are on one line, or else for their longest word."""
    widths = [_width(column.title, whole=titles) for column in table.columns]
    for row in (*table.rows, *table.foot):
        cells = _texts(row)
        spanned = _spanned(row, cells)
        for place, text in enumerate(cells):
            if place >= spanned or (not place and spanned == 1):
                whole = texts or table.columns[place].numeric
                widths[place] = max(widths[place], _width(text, whole=whole))
    return widths


def _width(text: str, *, whole: bool) -> int:
    if whole:
        return int(width(text))
    indentation = len(text) - len(text.lstrip())
    return indentation + max((int(width(word)) for word in text.split()), default=0)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _shrunk(widths: list[int], least: list[int], room: int) -> list[int]:
    """Reduce the column with the most spare width until the table fits, or no column has any."""
    widths = list(widths)
    while _total(widths) > room:
        spare = [wide - narrow for wide, narrow in zip(widths, least, strict=True)]
        if not any(spare):
            break
        widths[spare.index(max(spare))] -= 1
    return widths


def _without(table: Table, title: str) -> Table:
    """A table without one of its columns, which is not the first."""
    place = [column.title for column in table.columns].index(title)

    def shorter(row: Row) -> Row:
        cells = list(row.all_cells)
        del cells[place - 1]
        return replace(row, cells=cells, more=())

    columns = [column for column in table.columns if column.title != title]
    return replace(table, columns=columns, rows=[*map(shorter, table.rows)], foot=[*map(shorter, table.foot)])


# --- lines ----------------------------------------------------------------------------------------------------------


def _rows(table: Table, widths: Sequence[int]) -> Iterator[str]:
    rule = click.style(GAP.join("─" * width for width in widths).rstrip(), dim=True)
    yield from _styled(table.columns, [column.title for column in table.columns], widths, 1, bold=True)
    yield rule
    for row in table.rows:
        yield from _row(table, row, widths)
    if table.foot:
        yield rule
    for row in table.foot:
        yield from _row(table, row, widths)
    yield from table.notes


def _row(table: Table, row: Row, widths: Sequence[int]) -> Iterator[str]:
    texts = _texts(row)
    style = {"bold": True} if row.is_head else STYLES.get(row.css, {})
    return _styled(table.columns, texts, widths, _spanned(row, texts), **style)


def _styled(
    columns: Sequence[Column], texts: Sequence[str], widths: Sequence[int], spanned: int, **style: Any
) -> Iterator[str]:
    """The lines of a row in the terminal; only the head is styled, unless the style is bold."""
    head = _wrapped(texts[0], _total(widths[:spanned]))
    cells = [_wrapped(text, wide) for text, wide in zip(texts[spanned:], widths[spanned:], strict=True)]
    for place in range(max(map(len, (head, *cells)))):
        pieces = [ljust(head[place] if place < len(head) else "", _total(widths[:spanned]))]
        for column, cell, wide in zip(columns[spanned:], cells, widths[spanned:], strict=True):
            text = cell[place] if place < len(cell) else ""
            pieces.append(rjust(text, wide) if column.numeric else ljust(text, wide))
        yield _in_style(pieces, style)


def _in_style(pieces: list[str], style: dict[str, Any]) -> str:
    if style.get("bold"):
        return click.style(GAP.join(pieces).rstrip(), **style)
    row = GAP.join(pieces).rstrip()
    head = pieces[0].rstrip()
    return click.style(head, **style) + row.removeprefix(head) if style and head else row


def _wrapped(text: str, room: int) -> list[str]:
    """Wrap a cell into lines, all with the indentation of the first."""
    if width(text) <= room:
        return [text]
    indentation = text[: len(text) - len(text.lstrip())]
    return wrap(text.lstrip(), room, initial_indent=indentation, subsequent_indent=indentation)
