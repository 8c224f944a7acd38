"""What the YAML parsers complain of, in words that say what to do; the same whichever parser reads."""

from __future__ import annotations

import re
from typing import Any

_COMPLAINTS = (
    (r"tab character|cannot start any token", "indent with spaces; a tab is not part of YAML's indentation"),
    (
        r"expected ',' or",
        "expected a comma or the closing bracket; a text with , [ ] { or } in it needs quotes inside brackets, "
        'like repeat: "$depths[0]"',
    ),
    (
        r"mapping values are not allowed",
        "a colon has no place here; indent a key as far as those above it, and put a text with a colon in quotes",
    ),
    (r"sequence entries are not allowed", "a list has no place here; begin it on a line of its own"),
    (r"find expected ':'", "this has no colon; a key is written like key: value, with a space behind the colon"),
    (
        r"find expected key|find expected '-' indicator|<block end>",
        "this does not go on with what is above; indent it as far as its neighbours, and close no quote or bracket "
        "before it",
    ),
    (r"node content", "expected a value; a text that starts with a bracket or a comma needs quotes"),
    (r"end of stream|document (indicator|separator)", "a quote is not closed"),
    (r"document start", "a file holds one document"),
    (
        r"escape|hexdecimal",
        "not an escape of YAML; in double quotes a backslash is written twice, in single quotes once",
    ),
    (r"\btag\b|expected '>'", "tags are not part of definitions; a text that starts with ! needs quotes"),
    (r"alphabetic or numeric", "anchors and references are not part of definitions; a text with & or * needs quotes"),
    (r"comment or line break|indicators", "a text behind | or > begins on the next line"),
)


def complaint(error: Any, text: str) -> tuple[int, int, str]:
    """Line and column in the text, counted from 1, and the message for what a parser of PyYAML raised."""
    problem = error.problem or ""
    unfinished = "find expected ':'" in problem and error.context_mark
    mark = error.context_mark if unfinished else error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.rstrip("\n").split("\n")
    if line > len(lines):
        return len(lines), len(lines[-1]) + 1, _explained(problem, "")
    return line, column, _explained(problem, lines[line - 1][column - 1 : column])


def _explained(problem: str, character: str) -> str:
    """A complaint in plain words; the character is the one it is about, empty at the end of a file."""
    if "cannot start any token" in problem and character != "\t":
        return f"a text that starts with {character} needs quotes"
    if "expected ',' or" in problem and not character:
        return "a bracket is not closed"
    known = (message for pattern, message in _COMPLAINTS if re.search(pattern, problem))
    return next(known, f"not well-formed YAML: {problem}")
