"""The excerpt of a line with an error, and the position of the caret below it."""

from __future__ import annotations

import pytest

from layerwise.report.snippet import WIDTH, Snippet, lines_of, snippet

LONG = "a" * 50 + "X" + "b" * 50
EXCERPTS = {
    # the line, the column of the error, the width available: the excerpt, the column of the caret from 0
    ("layers: [x]", 10, 40): ("layers: [x]", 9),
    ("\tname:\tx", 8, 40): ("    name:    x", 13),  # a tab is four columns
    ("名前: x", 5, 40): ("名前: x", 6),  # two characters of two columns
    ("e\u0301: x", 5, 40): ("e\u0301: x", 3),  # an accent that combines takes no column
    ("a\x1b[31mb", 6, 40): ("a\ufffd[31mb", 5),  # what would move or colour is not passed on
    ("a\u202eb", 3, 40): ("a\ufffdb", 2),
    ("abc", 4, 40): ("abc", 3),  # after the end
    ("abcdefghij", 1, 10): ("abcdefghij", 0),
    ("abcdefghijk", 1, 10): ("abcdefghi…", 0),
    ("abcdefghijk", 11, 10): ("…cdefghijk", 9),
    (LONG, 51, 20): ("…aaaaaaaaaXbbbbbbbb…", 10),
    (LONG, 1, 20): ("a" * 19 + "…", 0),
    ("名" * 30, 16, 20): ("… 名名名名名名名名 …", 10),
}


@pytest.mark.parametrize("case", EXCERPTS)
def test_excerpt(case: tuple[str, int, int]) -> None:
    line, column, room = case
    assert snippet([line], 1, column, room) == Snippet(*EXCERPTS[case])


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("one\ntwo: 2\n", 2, 6, ("two: 2", 5)),
        ("one\r\ntwo: 2", 2, 1, ("two: 2", 0)),
        ("one", 1, 99, ("one", 3)),
        ("one", 1, 999, ("one", 3)),
        ("one\n\ntwo", 2, 1, None),
        ("one", 2, 1, None),
        ("", 1, 1, None),
        ("x" * WIDTH, 1, 1, ("x" * WIDTH, 0)),
    ],
)
def test_the_line_of_a_text(text: str, line: int, column: int, expected: tuple[str, int] | None) -> None:
    assert snippet(lines_of(text), line, column) == (expected and Snippet(*expected))


def test_a_very_long_line_is_not_read_whole() -> None:
    found = snippet(["x" * 10**7], 1, 10**6)
    assert found is not None
    assert len(found.line) == WIDTH
