"""Tables as columns and lines of plain text, which ``html`` and ``markdown`` print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Resolve = Callable[[str], str]
"""Makes the link of a cell into what leads there from the page at hand; empty if there is no such page."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numbers are aligned to the right."""

    title: str
    numeric: bool = False
    css: str = ""


@dataclass(slots=True)
class Cell:
    """A cell whose text is more than text on a page."""

    text: str
    before: str = ""
    """Muted text before the main text, such as the branch of a layer."""
    also: str = ""
    """Another name, shown after the text."""
    link: str = ""
    """An address, or the path of a page below the docs."""
    share: float | None = None
    """A share of the total from 0 to 1, drawn as a bar below the text."""
    text_lines: tuple[str, ...] = ()
    """The text in lines, where it has several."""
    sort: float | None = None
    """The number to sort by where the text is rounded or has a unit."""
    title: str = ""
    """A tooltip."""


@dataclass(slots=True)
class Row:
    """A line of a table. ``css`` says what it is: a layer's category, a stage, a total."""

    head: str | Cell
    """The first column: the subject of the row."""
    cells: Sequence[str | Cell]
    """The other columns; lines that are alike may share one object, which is then printed once."""
    css: str = ""
    is_head: bool = False
    """A heading of what follows, or a sum: its head spans the columns up to the first filled one."""
    level: int = 0
    """The nesting level."""
    anchor: str = ""
    """The id of its element on a page, to which its head leads."""
    number: int = -1
    """The position of its layer in the network, from 0."""
    attributes: Mapping[str, str] | None = None
    """Further attributes of that."""
    more: Sequence[str | Cell] = ()
    """The last columns, where lines share them apart from the others."""

    @property
    def all_cells(self) -> Sequence[str | Cell]:
        """All cells after the first column."""
        return (*self.cells, *self.more) if self.more else self.cells


@dataclass(frozen=True, slots=True)
class Table:
    """Columns, lines, and the lines below the rule at the end."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    foot: Sequence[Row] = ()
    css: str = ""
    caption: str = ""
    notes: Sequence[str] = field(default=())
    """Remarks below the table, such as the meaning of a notation."""
    folded: bool = False
    """True if groups are initially closed on a page."""
    attributes: Mapping[str, str] | None = None
    """Further attributes of its element on a page."""
