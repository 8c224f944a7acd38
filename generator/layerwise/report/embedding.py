"""A network among the text of another page or in a notebook: HTML with its own style sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path

from layerwise.core.errors import Diagnostic
from layerwise.network.graph import Network
from layerwise.report import classes, pictures
from layerwise.report.figures import key_figures
from layerwise.report.tables import html
from layerwise.report.tables.memory import memory_table
from layerwise.report.tables.network import compute_table, layer_table

FOLDER = Path(__file__).parent / "styles"
"""Style sheets of embedded networks, which are also those of sites."""
STYLE_SHEETS = ("colours", "pictures", "embedded")
PIXELS = 20
"""Pixels of a rem in the style sheets, which are written for Material's root font size."""
DEFAULT = ("totals", "profile", "layers")
"""The parts that are shown unless others are named."""


def embedded(network: Network, show: Sequence[str] = DEFAULT) -> str:
    """A network as HTML, with the parts in the given order.

    Raises ``ValueError`` for a name that is not in ``PARTS``.
    """
    if unknown := [name for name in show if name not in PARTS]:
        raise ValueError(f"show: unknown part {unknown[0]!r}; parts: {', '.join(PARTS)}")
    title = f'<p class="lw-embedded-title">{escape(network.name)}</p>'
    parts = "".join(PARTS[name](network) for name in show)
    return f'<div class="lw-embedded md-typeset" data-search-exclude>{title}{parts}</div>'


def styled(content: str) -> str:
    """HTML with the style sheet that it needs."""
    return f"<style>{style_sheet()}</style>{content}"


@cache
def style_sheet() -> str:
    """The style sheet of embedded networks, in pixels: a rem has another length in each notebook and theme."""
    text = "\n".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in STYLE_SHEETS)
    text += classes.style_sheet(with_columns=False)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"(?<![\w.-])(-?\d*\.?\d+)rem\b", lambda length: f"{PIXELS * float(length[1]):.4g}px", text)
    return re.sub(r"\s*([{};])\s*", r"\1", text).replace(";}", "}").strip()


# --- the parts ------------------------------------------------------------------------------------------------------


def _totals(network: Network) -> str:
    items = "".join(f"<li>{figure.title} <b>{escape(figure.text)}</b></li>" for figure in key_figures(network))
    return f'<ul class="lw-embedded-totals">{items}</ul>'


def _layers(network: Network) -> str:
    table = layer_table(network)
    rows = [replace(row, anchor="") for row in table.rows]  # two networks on a page must not share ids
    return html.render(replace(table, rows=rows, folded=False, attributes=None), _no_link)


def _no_link(_: str) -> str:
    return ""


def _compute(network: Network) -> str:
    table = compute_table(network)
    return html.render(replace(table, rows=[replace(row, anchor="") for row in table.rows], folded=False), _no_link)


PARTS: dict[str, Callable[[Network], str]] = {
    "totals": _totals,
    "layers": _layers,
    "profile": pictures.profile,
    "strips": pictures.strips,
    "blocks": lambda network: pictures.blocks(network) if pictures.has_blocks(network.items) else "",
    "compute": _compute,
    "memory": lambda network: html.render(memory_table(network), _no_link),
}
"""The functions that print the parts of an embedded network, by name."""


# --- errors ---------------------------------------------------------------------------------------------------------


def errors(diagnostics: Iterable[Diagnostic], lines: Sequence[str]) -> str:
    """The errors of an embedded definition as HTML: line, column, message, and the line itself with a caret."""
    items = "".join(_error(diagnostic, lines) for diagnostic in diagnostics)
    return f'<div class="lw-embedded-errors" role="alert"><p><strong>Layerwise</strong></p><ol>{items}</ol></div>'


def _error(diagnostic: Diagnostic, lines: Sequence[str]) -> str:
    place = f"line {diagnostic.line}, column {diagnostic.column}: "
    line = lines[diagnostic.line - 1] if diagnostic.line <= len(lines) else ""
    before, after = line[: diagnostic.column - 1], line[diagnostic.column - 1 :]
    shown = f"<pre>{escape(before)}<b>{escape(after)}</b></pre>" if line.strip() else ""
    return f"<li>{place}{escape(diagnostic.message)}{shown}</li>"
