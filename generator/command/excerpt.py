"""A line of a file with a caret beneath the place of a mistake."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from wcwidth import clip, width

TAB = "    "


class Excerpt(NamedTuple):
    """What is shown of a line, and the terminal column of the caret beneath it, from 0."""

    text: str
    caret: int


def excerpt(line: str, column: int, room: int) -> Excerpt:
    """Show a line around a column, counted from 1 in characters, in ``room`` columns of a terminal.

    Tabs become spaces, and what would move the cursor or turn the direction of writing a replacement character. A long
    line is cut on both sides, with an ellipsis where something is left out.
    """
    at = column - 1
    before, after = _printable(line[max(0, at - room) : at]), _printable(line[at : at + room])
    room_before = max(room // 2, room - width(after))
    if at > room or width(before) > room_before:
        before = "…" + clip(before, max(0, width(before) - room_before + 1), width(before))
    room_after = room - width(before)
    if len(line) > at + room or width(after) > room_after:
        after = clip(after, 0, room_after - 1) + "…"
    return Excerpt((before + after).rstrip(), width(before))


def _printable(text: str) -> str:
    return "".join("\ufffd" if unicodedata.category(c) in _UNPRINTABLE else c for c in text.replace("\t", TAB))


_UNPRINTABLE = {"Cc", "Cf", "Cs"}
"""Control and format characters, and halves of surrogate pairs."""
