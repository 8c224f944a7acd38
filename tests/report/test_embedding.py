"""Networks in notebooks and other pages, and tables for LaTeX."""

from __future__ import annotations

import re

import pytest

import layerwise
from layerwise.report.embedding import PARTS, style_sheet
from layerwise.report.tables.latex import render
from layerwise.report.tables.model import Cell, Column, Row, Table


def test_a_notebook_shows_totals_profile_and_layers() -> None:
    html = layerwise.network("lenet-5")._repr_html_()
    assert html.startswith("<style>")
    for part in ("61,706", "lw-profile", "lw-layers", "5×5×1×6 + 6"):
        assert part in html
    assert not re.search(r"<script|<link|https?://|\sid=|href=", html)


def test_parts_can_be_chosen() -> None:
    network = layerwise.network("resnet-18")
    assert "lw-layers" not in network.to_html(["totals"])
    assert all(network.to_html([part]) for part in PARTS)
    with pytest.raises(ValueError, match="unknown part 'table'; parts: totals, layers"):
        network.to_html(["table"])


def test_the_style_sheet_has_pixels_and_stays_small() -> None:
    assert not re.search(r"\drem\b", style_sheet())
    assert style_sheet().count("{") == style_sheet().count("}")
    assert len(style_sheet()) < 16_000


def test_latex() -> None:
    columns = [Column("Name"), Column("Number", numeric=True)]
    rows = [Row(Cell("a_b", before="x & y"), ["1"]), Row("[c]", ["2"], is_head=True)]
    lines = render(Table(columns, rows, foot=[Row("Total", ["3"])], caption="50 %")).splitlines()
    assert lines == [
        r"% \usepackage{booktabs}",
        r"\begin{table}",
        r"\centering",
        r"\caption{50 \%}",
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"Name & Number \\",
        r"\midrule",
        r"x \& y · a\_b & 1 \\",
        r"\textbf{[c]} & \textbf{2} \\",
        r"\midrule",
        r"Total & 3 \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]


def test_long_tables_break_across_pages() -> None:
    text = layerwise.network("resnet-50").to_latex()
    assert r"\begin{longtable}{lllrrllr}" in text
    assert "25,557,032" in text
    assert text.count(r"\begin") == text.count(r"\end{")
