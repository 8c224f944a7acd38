"""Tells mistakes: for each its place and message, and the line with a caret beneath."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from itertools import groupby

import click

from layerwise.command.sources import text_of
from layerwise.core.errors import DefinitionError, LayerwiseError, Mistake
from layerwise.report.snippet import ROOM, excerpt, lines_of


def report(error: DefinitionError) -> None:
    """Print mistakes on standard error."""
    room = shutil.get_terminal_size((ROOM, 24)).columns if sys.stderr.isatty() else ROOM
    for name, mistakes in groupby(error.mistakes, key=lambda mistake: mistake.file):
        written = _lines(name)
        for mistake in mistakes:
            click.echo("\n".join(told(mistake, written, room)), err=True)


def told(mistake: Mistake, written: Sequence[str], room: int) -> list[str]:
    """A mistake as ``file:line:column: message``, and the place itself if it is among the lines of its file."""
    place, message = str(mistake).removesuffix(mistake.message), mistake.message
    lines = [click.style(place, bold=True) + message]
    gutter = f"{mistake.line:>5} | "
    if found := excerpt(written, mistake.line, mistake.column, max(20, room - len(gutter))):
        blank = " " * (len(gutter) - 2) + "| "
        lines.append(click.style(gutter, dim=True) + found.line)
        lines.append(click.style(blank, dim=True) + " " * found.caret + click.style("^", fg="red", bold=True))
    return lines


def _lines(name: str) -> Sequence[str]:
    try:
        return lines_of(text_of(name))
    except (LayerwiseError, OSError, UnicodeDecodeError):
        return ()


def annotation(mistake: Mistake) -> str:
    """A mistake as a workflow command, which GitHub shows beside the line of a pull request."""
    where = f"file={_escaped(mistake.file, ':,')},line={mistake.line},col={mistake.column}"
    return f"::error {where}::{_escaped(mistake.message)}"


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
