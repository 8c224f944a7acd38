"""A definition's text as a listing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Any

from pygments.lexers import YamlLexer
from pygments.token import Comment, Name, String

from layerwise.report import classes

_FOR_EDITORS = re.compile(r"\A# yaml-language-server:.*\n")
"""The line that names a definition's schema."""


def for_readers(content: str) -> str:
    """A definition without what is written for editors."""
    return _FOR_EDITORS.sub("", content)


def html(content: str) -> str:
    """YAML as HTML: keys, comments and quoted strings in short elements. The style sheet needs the number of lines."""
    runs = groupby(YamlLexer().get_tokens(content), key=lambda token: _element(token[0]))
    code = "".join(_styled(element, "".join([text for _, text in tokens])) for element, tokens in runs)
    return f"{_opening(content.count(chr(10)))}<pre><span></span><code>{code}</code></pre></div>\n"


def _opening(lines: int) -> str:
    return f'<div class="highlight lw-listing lw-lines {classes.number(lines)}">'


def own_lines(text: str, key: int) -> range:
    """The lines, counted from 0, of an entry whose key is on the line ``key`` of a string, counted from 1.

    The entry goes on as long as lines are empty or indented further than its key.
    """
    lines = text.split("\n")
    first = last = key - 1
    for place in range(key, len(lines)):
        if _indent(lines[place]) <= _indent(lines[first]) and lines[place].strip():
            break
        if lines[place].strip():
            last = place
    return range(first, last + 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def mark(html: str, lines: range) -> str:
    """Mark lines of a listing, counted from 0; not its first, which opens it. No element goes over their ends."""
    parts = html.split("\n")
    parts[lines[0]] = f"<mark>{parts[lines[0]]}"
    parts[lines[-1]] += "</mark>"
    return "\n".join(parts)


def omit(html: str, runs: Sequence[range], subject: str) -> str:
    """Replace runs of lines of a listing, counted from 0, by comments that give their number and subject.

    No element goes over the ends of the runs. Runs that follow each other have one comment.
    """
    parts = html.partition("<pre>")[2].split("\n")
    for run in reversed(_joined(runs)):
        indent = re.match(" *", re.sub("<.*?>", "", parts[run[0]]))
        parts[run[0] : run[-1] + 1] = [f"{indent and indent[0]}<i># {len(run)} lines {subject}</i>"]
    return f"{_opening(len(parts) - 2)}<pre>{chr(10).join(parts)}"


def _joined(runs: Sequence[range]) -> list[range]:
    """Runs in order, of which those that touch are one."""
    found: list[range] = []
    for run in sorted(runs, key=lambda run: run.start):
        if found and found[-1].stop >= run.start:
            found[-1] = range(found[-1].start, max(found[-1].stop, run.stop))
        else:
            found.append(run)
    return found


def _element(kind: Any) -> str:
    return next((element for style, element in ELEMENTS.items() if kind in style), "")


def _styled(element: str, text: str) -> str:
    text = escape(text, quote=False)
    return f"<{element}>{text}</{element}>" if element else text


ELEMENTS: dict[Any, str] = {Name.Tag: "b", Comment: "i", String: "u"}
"""Elements without classes: every page of a network has a listing, and half of its bytes would be classes."""
