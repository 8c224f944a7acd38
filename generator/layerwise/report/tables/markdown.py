"""Tables as pipe tables of Markdown."""

from __future__ import annotations

from layerwise.report.escaping import address, plain
from layerwise.report.tables.model import Cell, Resolve, Table


def render(table: Table, resolve: Resolve = str) -> str:
    """A pipe table; headings and sums are bold."""
    rules = ("--:" if column.numeric else ":--" for column in table.columns)
    rows = [[column.title for column in table.columns], list(rules)]
    for row in (*table.rows, *table.foot):
        texts = [_markdown_text(cell, resolve) for cell in (row.head, *row.all_cells)]
        rows.append([f"**{text}**" if text and row.is_head else text for text in texts])
    notes = [f"\n{note}" for note in table.notes]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), *notes])


def _markdown_text(cell: str | Cell, resolve: Resolve) -> str:
    if isinstance(cell, str):
        return plain(cell)
    text = "<br>".join(map(plain, cell.text_lines)) if cell.text_lines else str(plain(cell.text))
    link = resolve(cell.link) if cell.link else ""
    text = f"[{text}]({address(link)})" if link else text
    text = f"{text} ({plain(cell.also)})" if cell.also else text
    return f"{plain(cell.before)} · {text}" if cell.before else text
