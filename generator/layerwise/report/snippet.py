"""The line of a definition with an error and the position of the caret, for terminals and pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from wcwidth import clip, width

WIDTH = 100
"""Columns that are shown of a line where nothing else says how many there are."""
TAB = "    "
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""The line breaks of YAML 1.1."""


class Snippet(NamedTuple):
    """The visible part of a line, and the column of the caret below it, from 0, in cells of a terminal."""

    line: str
    caret: int


def lines_of(text: str) -> list[str]:
    """Split a string into lines, without their line breaks."""
    return LINE_BREAK.split(text)


def snippet(lines: Sequence[str], line: int, column: int, room: int = WIDTH) -> Snippet | None:
    """Show what is around a line and column, both counted from 1 and in characters, in ``room`` columns.

    Tabs become spaces, and what would move the cursor or turn the direction of writing a replacement character. A long
    line is cut on both sides, with an ellipsis where something is omitted. None if there is no such line or nothing
    in it.
    """
    whole = lines[line - 1] if 1 <= line <= len(lines) else ""
    return _around(whole, min(column - 1, len(whole)), room) if whole.strip() else None


def _around(line: str, at: int, room: int) -> Snippet:
    before, after = _printable(line[max(0, at - room) : at]), _printable(line[at : at + room])
    room_before = max(room // 2, room - width(after))
    if at > room or width(before) > room_before:
        before = "…" + clip(before, max(0, width(before) - room_before + 1), width(before))
    room_after = room - width(before)
    if len(line) > at + room or width(after) > room_after:
        after = clip(after, 0, room_after - 1) + "…"
    return Snippet((before + after).rstrip(), width(before))


def _printable(text: str) -> str:
    return "".join("\ufffd" if unicodedata.category(c) in _UNPRINTABLE else c for c in text.replace("\t", TAB))


_UNPRINTABLE = {"Cc", "Cf", "Cs"}
"""Control and format characters, and halves of surrogate pairs."""
