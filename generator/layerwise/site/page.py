"""A page in Markdown, and changes to its HTML."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Page:
    """A page in Markdown, by its path below the docs, with the HTML for its placeholders."""

    path: str
    markdown: str
    later: list[str] = field(default_factory=list)
    definition: str = ""
    """The name of its definition file, if it has one."""
    anchors: tuple[str, ...] = ()
    """Those of headings in the HTML for its placeholders, sorted."""


_PLACEHOLDER = re.compile(r"<!-- layerwise (\d+) -->")


def fill(html: str, later: list[str]) -> str:
    """Replace the placeholders by their HTML."""
    return _PLACEHOLDER.sub(lambda match: later[int(match[1])], html)


_LISTING = "<pre><span></span><code>"
_ALIGNED = re.compile(r' style="text-align: (left|right);"')
RIGHT = ' class="n"'
"""The class of cells with numbers, instead of the style that Markdown gives them."""
_PLAIN_TABLE = re.compile("<table>(.*?</table>)", re.DOTALL)


def reachable(html: str) -> str:
    """Let the keyboard scroll listings; the theme's script takes that from those that fit, once they are in sight."""
    return html.replace(_LISTING, _LISTING.replace("<code", '<code tabindex="0"'))


def scrolling(html: str) -> str:
    """Give Markdown tables the look of generated ones, and a wrapper that scrolls with the keyboard."""
    number = itertools.count(1)

    def wrapped(table: re.Match[str]) -> str:
        wrapper = f'<div class="lw-scroll" tabindex="0" role="region" aria-label="Table {next(number)}">'
        cells = _ALIGNED.sub(lambda aligned: RIGHT if aligned[1] == "right" else "", table[1])
        return f'{wrapper}<table class="lw-table lw-written">{cells}</div>'

    return _PLAIN_TABLE.sub(wrapped, html)
