"""Prints errors in definitions: position and message, then the line with a caret below it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby

import click

from layerwise.command.sources import text_of
from layerwise.core.errors import Diagnostic, LayerwiseError
from layerwise.report.snippet import WIDTH, lines_of, snippet


def report(diagnostics: Iterable[Diagnostic]) -> None:
    """Print errors on standard error, in the order of their positions."""
    columns = shutil.get_terminal_size((WIDTH, 24)).columns if sys.stderr.isatty() else WIDTH
    for name, of_file in groupby(sorted(diagnostics), key=lambda diagnostic: diagnostic.file):
        source = _lines(name)
        for diagnostic in of_file:
            click.echo("\n".join(formatted(diagnostic, source, columns)), err=True)


def formatted(diagnostic: Diagnostic, source: Sequence[str], columns: int) -> list[str]:
    """An error as ``file:line:column: message``, followed by the line itself if its file has such a line."""
    position, message = str(diagnostic).removesuffix(diagnostic.message), diagnostic.message
    lines = [click.style(position, bold=True) + message]
    gutter = f"{diagnostic.line:>5} | "
    if excerpt := snippet(source, diagnostic.line, diagnostic.column, max(20, columns - len(gutter))):
        blank = " " * (len(gutter) - 2) + "| "
        lines.append(click.style(gutter, dim=True) + excerpt.line)
        lines.append(click.style(blank, dim=True) + " " * excerpt.caret + click.style("^", fg="red", bold=True))
    return lines


def _lines(name: str) -> Sequence[str]:
    try:
        return lines_of(text_of(name))
    except (LayerwiseError, OSError, UnicodeDecodeError):
        return ()


def annotation(diagnostic: Diagnostic) -> str:
    """An error as a workflow command, which GitHub shows next to the line of a pull request."""
    position = f"file={_escaped(diagnostic.file, ':,')},line={diagnostic.line},col={diagnostic.column}"
    return f"::error {position}::{_escaped(diagnostic.message)}"


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
