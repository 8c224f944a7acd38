"""Tables for LaTeX with the package booktabs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from layerwise.report.escaping import latex
from layerwise.report.tables.model import Cell, Row, Table

LONG = 45
"""Rows from which a table breaks across pages, as in the exports of the site."""


def render(table: Table) -> str:
    """A table with the packages that it needs in comments; headings and sums are bold."""
    columns = "".join("r" if column.numeric else "l" for column in table.columns)
    head = [r"\toprule", _line([latex(column.title) for column in table.columns]), r"\midrule"]
    body, foot = map(_row, table.rows), [_row(row) for row in table.foot]
    sums = [r"\midrule", *foot] if foot else []
    caption = rf"\caption{{{latex(table.caption)}}}"
    if len(table.rows) > LONG:
        start = [
            rf"\begin{{longtable}}{{{columns}}}",
            rf"{caption} \\",
            *head,
            r"\endhead",
            r"\bottomrule",
            r"\endfoot",
        ]
        lines = ["% \\usepackage{booktabs,longtable}", *start, *body, *sums, r"\end{longtable}"]
    else:
        start = [r"\begin{table}", r"\centering", caption, rf"\begin{{tabular}}{{{columns}}}", *head]
        end = [r"\bottomrule", r"\end{tabular}", r"\end{table}"]
        lines = [r"% \usepackage{booktabs}", *start, *body, *sums, *end]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> str:
    texts = [latex(_text(cell)) for cell in (row.head, *row.all_cells)]
    return _line([rf"\textbf{{{text}}}" if text and row.is_head else text for text in texts])


def _text(cell: str | Cell) -> str:
    if isinstance(cell, str):
        return cell
    text = f"{cell.text} ({cell.also})" if cell.also else cell.text
    return f"{cell.before} · {text}" if cell.before else text


def _line(texts: Sequence[str]) -> str:
    r"""A row; a star or a bracket after ``\\`` would be its argument."""
    line = " & ".join(texts)
    return ("{}" if re.match(r"[\[*]", line) else "") + line + r" \\"
