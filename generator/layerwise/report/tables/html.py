"""Tables as HTML: in one piece, or with their groups folded.

Half of the site is tables, so end tags, quotes and scopes that HTML does not need are omitted. A ``<th>`` in a column
without data cells is the header of its row, and one in a row without data cells is the header of its column:
https://html.spec.whatwg.org/multipage/tables.html#header-and-data-cell-semantics.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import replace
from html import escape

from layerwise.core.shape import TIMES
from layerwise.report import classes
from layerwise.report.operations import OPERATIONS
from layerwise.report.tables.model import Cell, Column, Resolve, Row, Table


def render(table: Table, resolve: Resolve = str) -> str:
    """The table in a wrapper that scrolls sideways where the page is narrow; what it links to is resolved."""
    print_table = _folded if table.folded else _in_one_piece
    notes = "".join(f'<p class="lw-remark">{escape(note)}</p>' for note in table.notes)
    return print_table(table, resolve) + notes


def _in_one_piece(table: Table, resolve: Resolve) -> str:
    printer = _Printer(table.columns, resolve)
    head = "".join(f"<th scope=col{_css(_classes(column))}>{escape(column.title)}" for column in table.columns)
    body = "".join(map(printer.row, table.rows))
    foot = "".join(map(printer.row, table.foot))
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return (
        f"{_region(table, rows=len(table.rows))}"
        f'<table class="lw-table {table.css}"{_attributes(table)}>{caption}<thead><tr>{head}'
        f"<tbody>{body}{f'<tfoot>{foot}' if foot else ''}</table></div>"
    )


def _region(table: Table, rows: int = 0) -> str:
    """A wrapper that scrolls; keys reach it by the links of its lines, or else itself.

    The style sheet estimates its height by the number of lines, where that is given.
    """
    label = escape(table.caption or "Table")
    has_links = any(isinstance(row.head, Cell) and row.head.link for row in table.rows)
    stop = "" if has_links else ' tabindex="0"'
    height = f" lw-lines {classes.number(rows)}" if rows else ""
    return f'<div class="lw-scroll{height}"{stop} role="region" aria-label="{label}">'


def _attributes(of: Table | Row) -> str:
    return "".join([f" {name}={_value(value)}" for name, value in of.attributes.items()]) if of.attributes else ""


_UNQUOTED = re.compile(r"[\w#%.,:;/-]*[\w#%.,:;-]")


def _value(value: str) -> str:
    """The value of an attribute, in quotes where it needs them."""
    return value if _UNQUOTED.fullmatch(value) else f'"{escape(value)}"'


def _identity(row: Row) -> str:
    """The attributes of a row's element."""
    return f"{_id(row)}{_css(row.css)}{_attributes(row)}"


def _id(row: Row) -> str:
    """The id of a row; headings have none."""
    return f" id={_value(row.anchor)}" if row.anchor and not row.is_head else ""


def _classes(column: Column) -> str:
    return f"n {column.css}".strip() if column.numeric else column.css


def _css(classes: str) -> str:
    return f" class={_value(classes)}" if classes else ""


def _linked(head: str, anchor: str) -> str:
    """The printed head of a row as a link to the row itself: an address to copy, and the button of a script."""
    opening, text = head.split(">", 1)
    return f"{opening}><a href={_value(f'#{anchor}')}>{text}</a>"


def _span(row: Row) -> int:
    """Return the number of columns that the head of a heading spans, including empty ones after it."""
    return next((place for place, cell in enumerate(row.all_cells, 1) if cell != ""), len(row.all_cells) + 1)


class _Printer:
    """Prints lines; heads and cells that lines share are printed once."""

    def __init__(self, columns: Sequence[Column], resolve: Resolve) -> None:
        self.columns = columns
        self.classes = [_classes(column) for column in columns]
        self.resolve = resolve
        self.printed: dict[int, str] = {}
        self.next = 0

    def place(self, row: Row) -> str:
        """The position of a layer where it does not follow the one in the row before."""
        if row.number < 0 or not row.anchor:
            return ""
        place = "" if row.number == self.next else f" data-at={row.number}"
        self.next = row.number + 1
        return place

    def row(self, row: Row) -> str:
        """A row."""
        level = f" data-level={row.level}" if row.level else ""
        if row.is_head:
            span = _span(row)
            cells = self.cell(0, row.head, span, head=True) + self.cells(row.all_cells, 1, span)
        else:
            cells = self.shared_cells(row)
        return f"<tr{_identity(row)}{self.place(row)}{level}>{cells}"

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
        css = self.classes[place]
        attributes = f" scope=rowgroup colspan={span}" if span > 1 else ""
        if isinstance(cell, str):
            text, plain = escape(cell, quote=False), cell
        else:
            text, plain = self.text(cell), cell.text
            if cell.also:
                attributes += f" data-also={_value(cell.also)}"
            if cell.share is not None:
                css = f"{css} lw-share {classes.share(cell.share)}"
            if cell.sort is not None and (number := f"{cell.sort:.15g}") != cell.text.replace(",", ""):
                attributes += f" data-sort={number}"
            if cell.title:
                attributes += f" title={_value(cell.title)}"
        if plain == "0":
            css = f"{css} z"
        if span > 1:
            text = f"<span>{text}</span>"  # which stays in sight where the columns scroll
        tag = "th" if head else "td"
        return f"<{tag}{_css(css.strip())}{attributes}>{text}"

    def text(self, cell: Cell) -> str:
        """Return the content of a cell."""
        text = "<br>".join(map(escape, cell.text_lines)) if cell.text_lines else escape(cell.text, quote=False)
        if cell.link and (address := self.resolve(cell.link)):
            text = f"<a href={_value(address)}>{text}</a>"
        return f"{self.before(cell.before)} {text}" if cell.before else text

    def before(self, text: str) -> str:
        """The muted text before another."""
        return f"<span class=lw-before>{escape(text)}</span>"


# --- folded ---------------------------------------------------------------------------------------------------------


def _folded(table: Table, resolve: Resolve) -> str:
    """Every group below its heading, in ``<details>``: find and print reach into it, and it needs no script.

    The contents of the groups of a very long table are in ``<noscript>``: a script inserts them when a group is opened,
    and a browser need not make thousands of elements that nobody has asked for. Tables that follow each other have
    their columns in line by widths, which are estimated from the texts. Their titles are printed once; a script copies
    them into each table for screen readers.
    """
    printer = _FoldedPrinter(table, resolve)
    parts = printer.parts()
    titles = "".join(f"<th>{escape(column.title)}" for column in table.columns)
    return (
        f'<div class="lw-folded {table.css}"{_attributes(table)}>'
        '<p class="lw-fold-all"><button type="button" data-open>Expand all</button>'
        '<button type="button">Collapse all</button></p>'
        f"{_region(table)}"
        f'<div class="lw-sheet {printer.column_classes()}">'
        f'<table class="lw-table lw-titles"><thead><tr>{titles}</table>'
        f"{parts}</div></div>{printer.totals(table.foot)}</div>"
    )


class _FoldedPrinter(_Printer):
    """Prints runs of rows as tables between nested groups. Styles go by the place of a column, not by classes.

    Blocks that follow each other and have equal rows are one group. Its rows are those of the first block, its heading
    gives their number, and cells that follow from the place of a block are those of the first and the last.
    """

    def __init__(self, table: Table, resolve: Resolve) -> None:
        super().__init__(table.columns, resolve)
        self.classes = [""] * len(table.columns)
        self.rows = table.rows
        self.texts: dict[str, tuple[int, str]] = {}
        self.printed_parts = list[str]()
        self.printed_rows = 0
        self.waiting = list[tuple[int, str]]()
        self.signatures: dict[int, Hashable] = {}
        self.spans: dict[tuple[int, int], tuple[str, ...]] = {}
        self.in_table = False
        self.widths = [max(map(len, column.title.split())) + BOLD for column in table.columns]
        self.places = _groups(table.rows)

    def parts(self) -> str:
        """Tables and groups in order."""
        self.rows_between(0, len(self.rows), 0)
        self.close_table()
        if self.printed_rows > MAX_ROWS_AT_ONCE:
            for place, tag in self.waiting:
                self.printed_parts[place] = tag
        return "".join(self.printed_parts)

    def rows_between(self, place: int, end: int, shift: int) -> None:
        """Print rows and groups; their counterparts in the last of the groups alike around them are ``shift`` below."""
        add = self.printed_parts.append
        is_first = True
        while place < end:
            row = self.rows[place]
            if not row.is_head:
                if not self.in_table:
                    add('<table class="lw-table lw-part">')
                    self.in_table = True
                add(self.row(row, self.rows[place + shift].more))
                place += 1
                continue
            self.close_table()
            alike = self.alike(place, end)
            self.group(row, alike, shift + alike[-1] - place, is_open=is_first and row.level > 0)
            is_first = False
            place = self.places[alike[-1]]

    def group(self, row: Row, alike: Sequence[int], shift: int, *, is_open: bool) -> None:
        """Print a group, or the first of several that are alike, which stands for all of them."""
        add = self.printed_parts.append
        heads = [self.rows[place] for place in alike]
        add(self.opening(heads, self.layers_in(alike[0]), is_open=is_open))
        add(self.summary(row, heads))
        self.wait("<noscript>", row)
        add("".join(f"<b id={_value(head.anchor)}></b>" for head in heads[1:] if head.anchor))
        self.next = -1
        self.rows_between(alike[0] + 1, self.places[alike[0]], shift)
        self.close_table()
        self.next = -1
        self.wait("</noscript>", row)
        add("</details>")

    def wait(self, tag: str, row: Row) -> None:
        """Leave a place for a tag that is printed around the contents of outermost groups if the table is very long."""
        if not row.level:
            self.waiting.append((len(self.printed_parts), tag))
            self.printed_parts.append("")

    def close_table(self) -> None:
        """Close the table of the rows before, if there is one."""
        if self.in_table:
            self.printed_parts.append("</table>")
            self.in_table = False

    def alike(self, place: int, end: int) -> list[int]:
        """The places of the block at a place and of those that follow and have equal rows."""
        found, head = [place], self.rows[place]
        own = self.signature(place) if head.css == "lw-block" else None
        following = self.places[place]
        while (
            own is not None and following < end and self.is_like(following, head) and self.signature(following) == own
        ):
            found.append(following)
            following = self.places[following]
        return found

    def is_like(self, place: int, head: Row) -> bool:
        """True if a heading of the same kind is there."""
        row = self.rows[place]
        return row.is_head and (row.css, row.level) == (head.css, head.level)

    def signature(self, place: int) -> Hashable:
        """Equal for groups with equal rows."""
        if place not in self.signatures:
            self.signatures[place] = _signature(self.rows[place + 1 : self.places[place]], self.rows[place].level)
        return self.signatures[place]

    def layers_in(self, place: int) -> int:
        """The number of layers in a group."""
        return sum(not row.is_head for row in self.rows[place + 1 : self.places[place]])

    def opening(self, heads: Sequence[Row], layers: int, *, is_open: bool) -> str:
        """The tag that opens a group; several that are alike have an address, and the number of layers in each."""
        first = heads[0]
        anchor = f" id={_value(first.anchor)} data-each={layers}" if len(heads) > 1 and first.anchor else ""
        return f"<details{anchor}{_css(first.css)}{' open' if is_open else ''}>"

    def row(self, row: Row, last: Sequence[str | Cell] = ()) -> str:
        """A row; its level shows by the groups around it. ``last`` are its last cells in the last of groups alike."""
        self.printed_rows += 1
        if last and last is not row.more:
            row = replace(row, more=self.spans.setdefault((id(row.more), id(last)), _spans(row.more, last)))
        return f"<tr{_id(row)}{_css(SHORT.get(row.css, row.css))}{self.place(row)}>{self.shared_cells(row)}"

    def summary(self, row: Row, heads: Sequence[Row]) -> str:
        """The heading of a group: a name and the filled columns; for groups alike, their number times the figures."""
        span = _span(row)
        times = f"{len(heads)} {TIMES} " if len(heads) > 1 else ""
        cells = [times + text if (text := _text(cell)) else "" for cell in row.all_cells[span - 1 :]]
        for place, text in enumerate(cells, span):
            self.widths[place] = max(self.widths[place], _length(text) + BOLD)
        title = self.title(heads)
        if len(heads) > 1:  # the longest titles, which span all columns up to the first figure
            room = sum(self.widths[:span]) + PADDING * (span - 1)
            self.widths[0] += max(0, round(BOLDER * _length(title)) + INDENT - room)
        figures = "".join(f"<b>{escape(text)}</b>" for text in cells)
        return f"<summary><b>{title}</b>{figures}</summary>"

    def title(self, heads: Sequence[Row]) -> str:
        """The name and the output of a group, or the first and the last name of groups alike."""
        if len(heads) == 1:
            return self.name(heads[0].head)
        name, separator, output = self.name(heads[0].head).partition(" · ")
        last = escape(_text(heads[-1].head).partition(" · ")[0])
        between = " … " if len(heads) > 2 else " and "
        return f"{name}{between}{last}, alike{separator}{output}"

    def name(self, head: str | Cell) -> str:
        """A head without its element."""
        return self.text(head) if isinstance(head, Cell) else escape(head)

    def before(self, text: str) -> str:
        """The muted text before another, in the shortest element."""
        return f"<i>{escape(text)}</i>"

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

    def column_classes(self) -> str:
        """The classes of the columns' widths in characters, after everything has been printed."""
        widths = [min(width, WIDEST) + PADDING for width in self.widths]
        widths[0] += INDENT
        return classes.columns(widths)

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


def _groups(rows: Sequence[Row]) -> dict[int, int]:
    """The end of every group, by the place of its heading."""
    ends: dict[int, int] = {}
    around: list[int] = []
    for place, row in enumerate(rows):
        while around and rows[around[-1]].level >= row.level:
            ends[around.pop()] = place
        if row.is_head:
            around.append(place)
    return ends | dict.fromkeys(around, len(rows))


def _signature(rows: Sequence[Row], level: int) -> Hashable:
    """Equal for groups with equal rows; rows that are alike share their cells."""
    return tuple(
        (
            row.level - level,
            row.css,
            *(map(_text, (row.head, *row.cells)) if row.is_head else (_key(row.head), id(row.cells))),
        )
        for row in rows
    )


def _spans(first: Sequence[str | Cell], last: Sequence[str | Cell]) -> tuple[str, ...]:
    """The texts of cells, where they differ those of the first and the last: ``11 … 43``."""
    texts = ((_text(one), _text(other)) for one, other in zip(first, last, strict=True))
    return tuple(one if one == other else f"{one} … {other}" for one, other in texts)


def _key(head: str | Cell) -> tuple[str, str, str]:
    return (head, "", "") if isinstance(head, str) else (head.text, head.before, head.also)


def _text(cell: str | Cell) -> str:
    return cell if isinstance(cell, str) else cell.text


def _length(cell: str | Cell) -> int:
    """Return the width of a cell in digits; a × is wider than a digit."""
    if isinstance(cell, str):
        return len(cell) + (cell.count(TIMES) + 1) // 2
    return _length(cell.text) + (len(cell.before) + 3 if cell.before else 0) + (len(cell.also) + 1 if cell.also else 0)


SHORT = {f"lw-{operation}": operation[0] for operation in (*OPERATIONS, "input")} | {"lw-pointwise": "w"}
"""The classes of rows in folded tables, which are most of a page."""
MAX_ROWS_AT_ONCE = 250
"""Lines up to which the groups of a table are there from the beginning."""
WIDEST = 34
"""The most characters that a column is made wide for; longer texts are broken."""
BOLD = 1
"""By how many characters a bold text is wider."""
BOLDER = 1.15
"""By which factor a bold title is wider."""
PADDING = 2
"""Between columns, in characters."""
INDENT = 4
"""For the nesting of the first column, in characters."""
