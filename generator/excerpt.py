"""The line of a text in which a mistake is, and the place of the mistake in it."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 100
"""Characters of a line that are shown: of a longer one those around the place."""
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line in YAML."""


class Excerpt(NamedTuple):
    """A line and, in the line to stand beneath it, a caret below the place."""

    line: str
    caret: str


def excerpt(text: str, line: int, column: int) -> Excerpt | None:
    """What stands at a line and a column, both counted from 1; None where the text has no such line or it is empty."""
    lines = LINE_BREAK.split(text)
    whole = lines[line - 1] if 1 <= line <= len(lines) else ""
    if not whole.strip():
        return None
    place = min(column - 1, len(whole))
    start = max(0, min(place - LONGEST // 2, len(whole) - LONGEST))
    before, behind = "…" if start else "", "…" if start + LONGEST < len(whole) else ""
    shown = before + whole[start : start + LONGEST] + behind
    # a tab stays one, so that the caret is as far to the right as what it points at
    indent = re.sub(r"[^\t]", " ", shown[: len(before) + place - start])
    return Excerpt(shown, f"{indent}^")
