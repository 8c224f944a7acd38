"""Definitions as listings."""

from __future__ import annotations

import pytest

from layerwise.site.highlight import html, mark, omit, own_lines

TEXT = """\
name: Nets
layers:
  - relu
variants:
  Net-1:
    with: {n: 1}

    aliases: [One]
  Net-2: {with: {n: 2}}
  "Net-3":
    notes:
      - |
        The last.

"""


@pytest.mark.parametrize(
    ("key", "own"),
    [(5, ["  Net-1:", "    with: {n: 1}", "", "    aliases: [One]"]), (9, ["  Net-2: {with: {n: 2}}"]),
     (10, ['  "Net-3":', "    notes:", "      - |", "        The last."])],
)  # fmt: skip
def test_lines_of_an_entry(key: int, own: list[str]) -> None:
    assert [TEXT.split("\n")[place] for place in own_lines(TEXT, key)] == own


def test_marked_lines_keep_their_text() -> None:
    marked = mark(html(TEXT), own_lines(TEXT, 9))
    assert "\n<mark>  <b>Net-2</b>: {<b>with</b>: {<b>n</b>: 2}}</mark>\n" in marked
    assert marked.replace("<mark>", "").replace("</mark>", "") == html(TEXT)


def test_omitted_lines_are_comments() -> None:
    text = TEXT.rstrip() + "\n"
    listing = omit(html(text), [own_lines(text, key) for key in (10, 9)], "of other networks")
    lines = text.split("\n")
    assert listing == html("\n".join([*lines[:8], "  # 5 lines of other networks", ""]))
