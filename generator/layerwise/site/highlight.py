"""A definition's text as a listing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

import yaml

from layerwise.report import classes

_FOR_EDITORS = re.compile(r"\A# yaml-language-server:.*\n")
"""The line that names a definition's schema."""


def for_readers(content: str) -> str:
    """A definition without what is written for editors."""
    return _FOR_EDITORS.sub("", content)


def html(content: str) -> str:
    """YAML as HTML: keys, comments and quoted strings in elements without classes, of which a page has hundreds.

    The style sheet needs the number of lines.
    """
    return f"{_opening(content.count(chr(10)))}<pre><span></span><code>{_styled(content)}</code></pre></div>\n"


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


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"(?<!\S)#.*")
"""A comment, where no scalar is."""


def _styled(content: str) -> str:
    """YAML with elements; what is no YAML is only escaped."""
    try:
        tokens = list(yaml.scan(content, Loader=_LOADER))
    except yaml.YAMLError:
        return escape(content, quote=False)
    parts, end = list[str](), 0
    for before, token in pairwise(tokens):
        if isinstance(token, yaml.ScalarToken):
            start, stop = token.start_mark.index, token.end_mark.index
            parts += (
                _between(content[end:start]),
                _scalar(content[start:stop], is_key=isinstance(before, yaml.KeyToken)),
            )
            end = stop
    return "".join([*parts, _between(content[end:])])


def _between(text: str) -> str:
    """The text between two scalars: punctuation and comments."""
    return _COMMENT.sub(r"<i>\g<0></i>", escape(text, quote=False))


def _scalar(text: str, *, is_key: bool) -> str:
    element = "b" if is_key else "u" if text.startswith(("'", '"')) else ""
    text = escape(text, quote=False)
    return f"<{element}>{text}</{element}>" if element else text
