"""Tables as HTML: in one piece, or with the groups in them folded."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from layerwise.core.shape import TIMES
from layerwise.report.tables.model import Cell, Column, Resolve, Row, Table


def render(table: Table, resolve: Resolve = str) -> str:
    """The table in a wrapper that scrolls sideways where the page is narrow; what it links to is resolved."""
    print_table = _folded if table.folded else _in_one_piece
    notes = "".join(f'<p class="lw-remark">{escape(note)}</p>' for note in table.notes)
    return print_table(table, resolve) + notes


def _in_one_piece(table: Table, resolve: Resolve) -> str:
    printer = _Printer(table.columns, resolve)
    head = "".join(f'<th scope="col"{_css(_classes(column))}>{escape(column.title)}</th>' for column in table.columns)
    body = "\n".join(map(printer.row, table.rows))
    foot = "\n".join(map(printer.row, table.foot))
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return (
        f"{_region(table, rows=len(table.rows))}"
        f'<table class="lw-table {table.css}"{_attributes(table)}>{caption}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>{f'<tfoot>{foot}</tfoot>' if foot else ''}</table></div>"
    )


def _region(table: Table, rows: int = 0) -> str:
    """A wrapper that scrolls; keys reach it by the links of its lines, or else itself.

    The style sheet estimates its height by the number of lines, where that is given.
    """
    label = escape(table.caption or "Table")
    has_links = any(isinstance(row.head, Cell) and row.head.link for row in table.rows)
    stop = "" if has_links else ' tabindex="0"'
    height = f' style="--lines: {rows}"' if rows else ""
    return f'<div class="lw-scroll"{stop} role="region" aria-label="{label}"{height}>'


def _attributes(of: Table | Row) -> str:
    return "".join([f' {name}="{escape(value)}"' for name, value in of.attributes.items()]) if of.attributes else ""


def _identity(row: Row) -> str:
    """What an element says of a line itself."""
    anchor = f' id="{row.anchor}"' if row.anchor else ""
    return f"{anchor}{_css(row.css)}{_attributes(row)}"


def _classes(column: Column) -> str:
    return f"n {column.css}".strip() if column.numeric else column.css


def _css(classes: str) -> str:
    return f' class="{classes}"' if classes else ""


def _linked(head: str, anchor: str) -> str:
    """The printed head of a line that leads to the line itself: an address to copy, and what a script opens it by."""
    opening, text = head.removesuffix("</th>").split(">", 1)
    return f'{opening}><a href="#{anchor}">{text}</a></th>'


def _span(row: Row) -> int:
    """How many columns the head of a heading takes: all empty ones behind it, too."""
    return next((place for place, cell in enumerate(row.all_cells, 1) if cell != ""), len(row.all_cells) + 1)


class _Printer:
    """Prints lines; heads and cells that lines share are printed once."""

    def __init__(self, columns: Sequence[Column], resolve: Resolve) -> None:
        self.columns = columns
        self.classes = [_classes(column) for column in columns]
        self.resolve = resolve
        self.printed: dict[int, str] = {}

    def row(self, row: Row) -> str:
        """A row."""
        level = f' data-level="{row.level}"' if row.level else ""
        if row.is_head:
            span = _span(row)
            cells = self.cell(0, row.head, span, head=True) + self.cells(row.all_cells, 1, span)
        else:
            cells = self.shared_cells(row)
        return f"<tr{_identity(row)}{level}>{cells}</tr>"

    def shared_cells(self, row: Row) -> str:
        """The cells of a line, those that other lines have as well printed once."""
        printed = self.printed
        head = printed.get(id(row.head))
        if head is None:
            head = printed[id(row.head)] = self.cell(0, row.head, head=True)
        if row.anchor:
            head = _linked(head, row.anchor)
        cells = printed.get(id(row.cells))
        if cells is None:
            cells = printed[id(row.cells)] = self.cells(row.cells, 1)
        if not row.more:
            return head + cells
        more = printed.get(id(row.more))
        if more is None:
            more = printed[id(row.more)] = self.cells(row.more, 1 + len(row.cells))
        return head + cells + more

    def cells(self, cells: Sequence[str | Cell], place: int, start: int = 0) -> str:
        """Cells from the column at ``place``, without those before the column at ``start``."""
        return "".join([self.cell(at, cell) for at, cell in enumerate(cells, place) if at >= start])

    def cell(self, place: int, cell: str | Cell, span: int = 1, *, head: bool = False) -> str:
        """A cell of the column at ``place``."""
        classes = self.classes[place]
        attributes = f' colspan="{span}"' if span > 1 else ""
        if isinstance(cell, str):
            text, plain = escape(cell, quote=False), cell
        else:
            text, plain = self.text(cell), cell.text
            if cell.share is not None:
                classes = f"{classes} lw-share"
                attributes += f' style="--share:{100 * cell.share:.3g}%"'
            if cell.sort is not None:
                attributes += f' data-sort="{cell.sort:.15g}"'
        if plain == "0":
            classes = f"{classes} z"
        if span > 1:
            text = f"<span>{text}</span>"  # which stays in sight where the columns scroll
        tag = "th" if head else "td"
        scope = (' scope="rowgroup"' if span > 1 else ' scope="row"') if head else ""
        return f"<{tag}{scope}{_css(classes.strip())}{attributes}>{text}</{tag}>"

    def text(self, cell: Cell) -> str:
        """What stands in a cell."""
        text = "<br>".join(map(escape, cell.text_lines)) if cell.text_lines else escape(cell.text, quote=False)
        if cell.link:
            text = f'<a href="{escape(self.resolve(cell.link))}">{text}</a>'
        return f'<span class="lw-before">{escape(cell.before)}</span> {text}' if cell.before else text


# --- folded ---------------------------------------------------------------------------------------------------------


def _folded(table: Table, resolve: Resolve) -> str:
    """Every group behind its heading, in ``<details>``: find and print reach into it, and it needs no script.

    What is in the groups of a very long table waits in ``<noscript>``: a script puts it in its place when a group is
    opened, and a browser need not make thousands of elements that nobody has asked for. Without scripts it is simply
    there. Tables that follow each other have their columns in line by widths, which are estimated from the texts.
    """
    printer = _FoldedPrinter(table, resolve)
    parts = printer.parts()
    titles = "".join(f'<th scope="col">{escape(column.title)}</th>' for column in table.columns)
    return (
        f'<div class="lw-folded {table.css}"{_attributes(table)}>'
        '<p class="lw-fold-all"><button type="button" data-open>Expand all</button>'
        '<button type="button">Collapse all</button></p>'
        f"{_region(table)}"
        f'<div class="lw-sheet"{printer.style()}>'
        f'<table class="lw-table lw-titles" aria-hidden="true"><thead><tr>{titles}</tr></thead></table>'
        f"{parts}</div></div>{printer.totals(table.foot)}</div>"
    )


class _FoldedPrinter(_Printer):
    """Prints runs of lines as tables between nested groups. Styles go by the place of a column, not by classes."""

    def __init__(self, table: Table, resolve: Resolve) -> None:
        super().__init__(table.columns, resolve)
        self.classes = [""] * len(table.columns)
        self.rows = table.rows
        self.texts: dict[str, tuple[int, str]] = {}
        self.waits = len(table.rows) > MAX_ROWS_AT_ONCE
        self.printed_parts = list[str]()
        self.groups = list[int]()
        self.in_table = False
        self.widths = [max(map(len, column.title.split())) + BOLD for column in table.columns]
        titles = "".join(f"<th>{escape(column.title)}</th>" for column in table.columns)
        self.opening = f'<table class="lw-table lw-part"><thead><tr>{titles}</tr></thead><tbody>\n'

    def parts(self) -> str:
        """Tables and groups in order."""
        add = self.printed_parts.append
        for row in self.rows:
            self.close_groups(row.level)
            if row.is_head:
                self.close_table()
                self.groups.append(row.level)
                add(self.summary(row))
            else:
                if not self.in_table:
                    add(self.opening)
                    self.in_table = True
                add(self.row(row))
        self.close_groups(0)
        self.close_table()
        return "".join(self.printed_parts)

    def close_groups(self, level: int) -> None:
        """Close the groups that a line of this level is not in."""
        while self.groups and self.groups[-1] >= level:
            self.close_table()
            self.groups.pop()
            self.printed_parts.append("</noscript></details>" if self.waits and not self.groups else "</details>")

    def close_table(self) -> None:
        """Close the table of the lines before, if there is one."""
        if self.in_table:
            self.printed_parts.append("</tbody></table>")
            self.in_table = False

    def row(self, row: Row) -> str:
        """A row; its level shows by the groups around it."""
        return f"<tr{_identity(row)}>{self.shared_cells(row)}</tr>\n"

    def summary(self, row: Row) -> str:
        """The opening of a group with its heading: a name, and behind it the filled columns."""
        span = _span(row)
        cells = [cell if isinstance(cell, str) else cell.text for cell in row.all_cells[span - 1 :]]
        head = self.text(row.head) if isinstance(row.head, Cell) else escape(row.head)
        for place, text in enumerate(cells, span):
            self.widths[place] = max(self.widths[place], _length(text) + BOLD)
        spans = "".join(f"<span>{escape(text)}</span>" for text in cells)
        waiting = "<noscript>" if self.waits and len(self.groups) == 1 else ""
        return f'<details class="{row.css}"><summary><span>{head}</span>{spans}</summary>{waiting}'

    def cell(self, place: int, cell: str | Cell, span: int = 1, *, head: bool = False) -> str:
        """A cell, whose text is measured; equal texts are printed once."""
        if isinstance(cell, str) and not head:
            found = self.texts.get(cell)
            if found is None:
                found = self.texts[cell] = (_length(cell), super().cell(place, cell))
            length, printed = found
        else:
            length, printed = _length(cell), super().cell(place, cell, span, head=head)
        self.widths[place] = max(self.widths[place], length)
        return printed

    def style(self) -> str:
        """The columns' widths in characters, after everything has been printed."""
        widths = [min(width, WIDEST) + PADDING for width in self.widths]
        widths[0] += INDENT
        columns = "".join(f"--c{place}:{width};" for place, width in enumerate(widths, 1))
        return f' style="{columns}--sum:{sum(widths)}"'

    def totals(self, foot: Sequence[Row]) -> str:
        """The lines below the rule as names and figures, which stay in sight."""
        return f'<p class="lw-totals">{" ".join(map(self.total, foot))}</p>' if foot else ""

    def total(self, row: Row) -> str:
        """The name of a line, and its figures; several of them with the names of their columns."""
        filled = [(column.title, cell) for column, cell in zip(self.columns[1:], row.all_cells, strict=True) if cell]
        name = escape(row.head if isinstance(row.head, str) else row.head.text)
        figures = [(escape(title), escape(cell if isinstance(cell, str) else cell.text)) for title, cell in filled]
        if len(figures) == 1:
            return f"<span>{name} <strong>{figures[0][1]}</strong></span>"
        return " ".join(
            [f"<span>{name}</span>", *(f"<span>{title} <strong>{of}</strong></span>" for title, of in figures)]
        )


def _length(cell: str | Cell) -> int:
    """How wide a cell is in digits; a × is wider than one."""
    if isinstance(cell, str):
        return len(cell) + (cell.count(TIMES) + 1) // 2
    return _length(cell.text) + (len(cell.before) + 3 if cell.before else 0)


MAX_ROWS_AT_ONCE = 250
"""Lines up to which the groups of a table are there from the beginning."""
WIDEST = 34
"""The most characters that a column is made wide for; longer texts are broken."""
BOLD = 1
"""By how many characters a bold text is wider."""
PADDING = 2
"""Between columns, in characters."""
INDENT = 4
"""For the nesting of the first column, in characters."""
