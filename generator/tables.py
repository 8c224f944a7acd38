"""Tables: columns and lines as plain text, printed as HTML, as Markdown or for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its title; numbers stand on the right."""

    title: str
    numeric: bool = False
    css: str = ""


@dataclass(slots=True)
class Cell:
    """A cell whose text is more than text on a page."""

    text: str
    before: str = ""
    """What stands muted before the text, such as the branch of a layer."""
    link: str = ""
    """An address, or the path of a page below the docs."""
    share: float | None = None
    """A part of the whole from 0 to 1, drawn as a bar behind the text."""
    lines: tuple[str, ...] = ()
    """The text in lines, where it has several."""
    sort: float | None = None
    """The number to sort by where the text is rounded or has a unit."""


@dataclass(slots=True)
class Line:
    """A line of a table. ``css`` says what it is: a layer's category, a stage, a total."""

    head: str | Cell
    """What it is about, in the first column."""
    cells: Sequence[str | Cell]
    """The other columns; lines that are alike may share one object, which is then printed once."""
    css: str = ""
    is_head: bool = False
    """A heading of what follows, or a sum: its head spans the columns up to the first filled one."""
    level: int = 0
    """How deep it is nested."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Further attributes of its element on a page."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns, lines, and the lines below the rule at the end."""

    columns: Sequence[Column]
    lines: Sequence[Line]
    foot: Sequence[Line] = ()
    css: str = ""
    caption: str = ""
    notes: Sequence[str] = field(default=())
    """Remarks beneath it, such as the meaning of a notation in it."""


def with_links(table: Table, resolve: Resolve) -> Table:
    """The table with its links resolved."""
    if not any(isinstance(cell, Cell) and cell.link for line in table.lines for cell in (line.head, *line.cells)):
        return table

    def resolved(cell: str | Cell) -> str | Cell:
        return replace(cell, link=resolve(cell.link)) if isinstance(cell, Cell) and cell.link else cell

    lines = [replace(line, head=resolved(line.head), cells=list(map(resolved, line.cells))) for line in table.lines]
    return replace(table, lines=lines)


# --- HTML -----------------------------------------------------------------------------------------------------------


Resolve = Callable[[str], str]
"""Makes the link of a cell into what leads there from the page at hand."""


def html(table: Table, resolve: Resolve = str) -> str:
    """The table in a wrapper that scrolls sideways where the page is narrow."""
    table = with_links(table, resolve)
    head = "".join(f'<th scope="col"{_css(_classes(column))}>{escape(column.title)}</th>' for column in table.columns)
    printed: dict[int, str] = {}
    body = "\n".join(_html_line(table.columns, line, printed) for line in table.lines)
    foot = "\n".join(_html_line(table.columns, line, printed) for line in table.foot)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    notes = "".join(f'<p class="lw-remark">{escape(note)}</p>' for note in table.notes)
    return (
        f'<div class="lw-scroll" tabindex="0" role="region" aria-label="{escape(table.caption or "Table")}">'
        f'<table class="lw-table {table.css}">{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>'
        f"{f'<tfoot>{foot}</tfoot>' if foot else ''}</table></div>{notes}"
    )


def _classes(column: Column) -> str:
    return f"n {column.css}".strip() if column.numeric else column.css


def _css(classes: str) -> str:
    return f' class="{classes}"' if classes else ""


def _html_line(columns: Sequence[Column], line: Line, printed: dict[int, str]) -> str:
    """A line; ``printed`` remembers the heads and cells that lines share."""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in line.attributes.items())
    attributes += f' data-level="{line.level}"' if line.level else ""
    span = _span(line) if line.is_head else 1
    cells = printed.get(id(line.cells))
    if cells is None:
        pairs = zip(columns[span:], line.cells[span - 1 :], strict=True)
        cells = printed[id(line.cells)] = "".join(_html_cell(column, cell) for column, cell in pairs)
    head = printed.get(id(line.head))
    if head is None:
        head = printed[id(line.head)] = _html_cell(columns[0], line.head, span, head=True)
    return f"<tr{_css(line.css)}{attributes}>{head}{cells}</tr>"


def _span(line: Line) -> int:
    """How many columns the head of a heading takes: all empty ones behind it, too."""
    return next((place for place, cell in enumerate(line.cells, 1) if cell != ""), len(line.cells) + 1)


def _html_cell(column: Column, cell: str | Cell, span: int = 1, *, head: bool = False) -> str:
    classes = _classes(column)
    attributes = f' colspan="{span}"' if span > 1 else ""
    if isinstance(cell, str):
        text, plain = escape(cell, quote=False), cell
    else:
        text, plain = _html_text(cell), cell.text
        if cell.share is not None:
            classes = f"{classes} lw-share"
            attributes += f' style="--share:{100 * cell.share:.4g}%"'
        if cell.sort is not None:
            attributes += f' data-sort="{cell.sort:.15g}"'
    if plain == "0":
        classes = f"{classes} z"
    tag = "th" if head else "td"
    scope = (' scope="rowgroup"' if span > 1 else ' scope="row"') if head else ""
    return f"<{tag}{scope}{_css(classes)}{attributes}>{text}</{tag}>"


def _html_text(cell: Cell) -> str:
    text = "<br>".join(escape(line) for line in cell.lines) if cell.lines else escape(cell.text, quote=False)
    if cell.link:
        text = f'<a href="{escape(cell.link)}">{text}</a>'
    return f'<span class="lw-before">{escape(cell.before)}</span> {text}' if cell.before else text


# --- plain text -----------------------------------------------------------------------------------------------------


def markdown(table: Table, resolve: Resolve = str) -> str:
    """A pipe table; headings and sums are bold."""
    table = with_links(table, resolve)
    rules = ("--:" if column.numeric else ":--" for column in table.columns)
    lines = [[column.title for column in table.columns], list(rules)]
    for line in (*table.lines, *table.foot):
        texts = [_markdown_text(cell) for cell in (line.head, *line.cells)]
        lines.append([f"**{text}**" if text and line.is_head else text for text in texts])
    notes = [f"\n{note}" for note in table.notes]
    return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), *notes])


def _markdown_text(cell: str | Cell) -> str:
    if isinstance(cell, str):
        return _piped(cell)
    text = "<br>".join(map(_piped, cell.lines)) if cell.lines else _piped(cell.text)
    text = f"[{text}]({cell.link})" if cell.link else text
    return f"{_piped(cell.before)} · {text}" if cell.before else text


def _piped(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")


def terminal(table: Table) -> str:
    """Columns of even width for a terminal."""
    lines = [tuple(column.title for column in table.columns)]
    lines += [_terminal_texts(line) for line in (*table.lines, *table.foot)]
    widths = [max(map(len, texts)) for texts in zip(*lines, strict=True)]
    rule = tuple("─" * width for width in widths)
    foot = len(lines) - len(table.foot)
    lines = [lines[0], rule, *lines[1:foot], *([rule] if table.foot else []), *lines[foot:]]
    return "\n".join([*(_aligned(table.columns, line, widths) for line in lines), *table.notes])


def _terminal_texts(line: Line) -> tuple[str, ...]:
    texts = [cell if isinstance(cell, str) else cell.text for cell in (line.head, *line.cells)]
    if isinstance(line.head, Cell) and line.head.before:
        texts[0] = f"{line.head.before} · {texts[0]}"
    texts[0] = "  " * line.level + texts[0]
    return tuple(texts)


def _aligned(columns: Iterable[Column], texts: Iterable[str], widths: Iterable[int]) -> str:
    cells = zip(columns, texts, widths, strict=True)
    return "  ".join(t.rjust(w) if column.numeric else t.ljust(w) for column, t, w in cells).rstrip()
