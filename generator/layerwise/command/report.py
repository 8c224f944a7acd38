"""Tells mistakes: for each its place and message, and the line with a caret beneath."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from itertools import groupby

import click

from layerwise.command.sources import text_of
from layerwise.core.errors import DefinitionError, Diagnostic, LayerwiseError
from layerwise.report.snippet import WIDTH, lines_of, snippet


def report(error: DefinitionError) -> None:
    """Print mistakes on standard error."""
    room = shutil.get_terminal_size((WIDTH, 24)).columns if sys.stderr.isatty() else WIDTH
    for name, diagnostics in groupby(error.diagnostics, key=lambda diagnostic: diagnostic.file):
        written = _lines(name)
        for diagnostic in diagnostics:
            click.echo("\n".join(told(diagnostic, written, room)), err=True)


def told(diagnostic: Diagnostic, written: Sequence[str], room: int) -> list[str]:
    """A mistake as ``file:line:column: message``, and the place itself if it is among the lines of its file."""
    place, message = str(diagnostic).removesuffix(diagnostic.message), diagnostic.message
    lines = [click.style(place, bold=True) + message]
    gutter = f"{diagnostic.line:>5} | "
    if found := snippet(written, diagnostic.line, diagnostic.column, max(20, room - len(gutter))):
        blank = " " * (len(gutter) - 2) + "| "
        lines.append(click.style(gutter, dim=True) + found.line)
        lines.append(click.style(blank, dim=True) + " " * found.caret + click.style("^", fg="red", bold=True))
    return lines


def _lines(name: str) -> Sequence[str]:
    try:
        return lines_of(text_of(name))
    except (LayerwiseError, OSError, UnicodeDecodeError):
        return ()


def annotation(diagnostic: Diagnostic) -> str:
    """A mistake as a workflow command, which GitHub shows beside the line of a pull request."""
    where = f"file={_escaped(diagnostic.file, ':,')},line={diagnostic.line},col={diagnostic.column}"
    return f"::error {where}::{_escaped(diagnostic.message)}"


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
