"""What the YAML parsers complain of, in words that say what to do; the same whichever parser reads."""

from __future__ import annotations

import re
from typing import Any

_COMPLAINTS = (
    (r"tab character|cannot start any token", "tabs are not allowed in indentation; use spaces"),
    (
        r"expected ',' or",
        "expected a comma or a closing bracket; inside brackets, put a string with , [ ] { or } in quotes, "
        'like repeat: "$depths[0]"',
    ),
    (
        r"mapping values are not allowed",
        "unexpected colon; align a key with its siblings, and put a string with a colon in quotes",
    ),
    (r"sequence entries are not allowed", "unexpected list; start it on its own line"),
    (r"find expected ':'", "missing colon; write key: value, with a space after the colon"),
    (
        r"find expected key|find expected '-' indicator|<block end>",
        "unexpected indentation: align this with its siblings, and check for an unclosed quote or bracket above",
    ),
    (r"node content", "expected a value; put a string that starts with a bracket or a comma in quotes"),
    (r"end of stream|document (indicator|separator)", "unclosed quote"),
    (r"document start", "a file can have only one YAML document"),
    (
        r"escape|hexdecimal",
        "invalid escape sequence; double the backslash, or use single quotes",
    ),
    (r"\btag\b|expected '>'", "tags are not allowed; put a string that starts with ! in quotes"),
    (r"alphabetic or numeric", "anchors and aliases are not allowed; put a string with & or * in quotes"),
    (r"comment or line break|indicators", "unexpected text after | or >; start the string on the next line"),
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
        return f"a string cannot start with {character}; put it in quotes"
    if "expected ',' or" in problem and not character:
        return "unclosed bracket"
    known = (message for pattern, message in _COMPLAINTS if re.search(pattern, problem))
    return next(known, f"invalid YAML: {problem}")
