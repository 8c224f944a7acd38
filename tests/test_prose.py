"""The word check: what counts as prose, and which words it finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import prose

FOUND = {
    "How the numbers come\nabout": ["come about"],
    "The layer behind it, and the line beneath.": ["behind", "beneath"],
    "The idea behind ResNet is simple.": [],
    "a pooling in place of a stride": ["in place of"],
    "The activation works in place.": [],
    "The command tells every mistake.": ["mistake", "tells"],
    "It is mistaken for another network.": [],
    "The table says so. The paper says 61,706.": ["table says"],
    "$x stands for a value; the name stands out": [],
    "it stands above": ["stands"],
    "besides, the one beside it": ["beside", "besides"],
    "at the least 3, at least 2": ["at the least"],
    "what leaves is the shape that entered": ["shape that entered", "what leaves"],
    "the first turn of a repeat": ["first turn"],
    "each turns into a vector; it turns off": [],
    "Files come from strangers": ["strangers"],
    "86 % of the work": ["86 % of the work"],
    "the work of others": [],
    "1,000 in all, in all networks": ["in all"],
    "LeNet-5, too. Too large, too small": ["too"],
    "A text and its context": ["A text"],
    "it comes at once, with all errors at once": ["comes at once"],
}


@pytest.mark.parametrize("text", FOUND)
def test_words(text: str) -> None:
    assert [finding.word for finding in prose.findings(text, prose.markdown)] == FOUND[text]


MARKDOWN = """\
---
title: told
---
`told` [x](told.md) <!-- told --> {{ told }} <b title="told">
```console
told
```
told { #told }
"""
PYTHON = '''\
"""Told."""
# told
told = "told"
raise ValueError(f"told {told} told" + "``told`` x")
def f():
    """A value.

    It is told `told`.
    """
    x: int
    """told"""
'''
TEMPLATE = """\
<p class="told" title="told">{{ told }} {{ x("it is told") }} {# told #}
told</p>
"""
SCRIPT = """\
const told = 'told', more = "is told"; // told
const pattern = /['"]told it/; /* the
told */ `${x} told`
"""
YAML = """\
name: told
paper: {title: told}
summary: >-
  It is
  told.
notes: [{about: "told", text: told}] # told
"""
LINES = [
    (prose.markdown, MARKDOWN, [2, 8]),
    (prose.python, PYTHON, [1, 2, 4, 4, 8, 11]),
    (prose.data, PYTHON, [1, 2, 8, 11]),
    (prose.template, TEMPLATE, [1, 1, 1, 2]),
    (prose.script, SCRIPT, [1, 1, 3, 3]),
    (prose.definition, YAML, [5, 6, 6, 6]),
    (prose.comments, YAML, [6]),
]


@pytest.mark.parametrize(("spans", "text", "lines"), LINES, ids=lambda value: getattr(value, "__name__", ""))
def test_places(spans: Callable[[str], prose.Spans], text: str, lines: list[int]) -> None:
    assert [finding.line for finding in prose.findings(text, spans)] == lines


DOCSTRINGS = '''\
"""What leaves no trace."""
X = 1
"""How many.

Whether it is a sentence inside does not matter.
"""
def f():
    """Whether."""
    return "What a string"
class A:
    """A noun."""

    a: int
    """Which."""
'''


def test_beginnings_of_docstrings() -> None:
    found = prose.findings(DOCSTRINGS, prose.data)
    expected = [(1, "What"), (1, "What leaves"), (3, "How"), (8, "Whether"), (14, "Which")]
    assert [finding[:2] for finding in found] == expected


ALLOWED = """\
<!-- prose: allow -->
told
told
told <!-- prose: allow -->
"""


def test_quotations_are_allowed() -> None:
    assert [finding.line for finding in prose.findings(ALLOWED, prose.markdown)] == [3]


def test_it_prints_places_and_better_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prose.main([str(prose.ROOT / "LICENSE")]) == 0
    wrong = tmp_path / "a.md"
    wrong.write_text("One.\n\nIt is told.\n")
    assert prose.main([str(wrong)]) == 1
    printed = capsys.readouterr()
    assert printed.out == f"{wrong}:3: told -> reports, prints, shows\n"
    assert printed.err == "words that have a better one: 1, in files: 1\n"
