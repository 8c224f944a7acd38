"""A definition's text as a listing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pygments import highlight
from pygments.filter import simplefilter
from pygments.formatters import HtmlFormatter
from pygments.lexers import YamlLexer
from pygments.token import Punctuation, Text, Whitespace

_FOR_EDITORS = re.compile(r"\A# yaml-language-server:.*\n")
"""The line that names a definition's schema."""


def for_readers(content: str) -> str:
    """A definition without what is written for editors."""
    return _FOR_EDITORS.sub("", content)


def html(content: str) -> str:
    """YAML as HTML, as the site's Markdown makes listings; how many lines it has is told to the style sheet."""
    lexer = YamlLexer()
    lexer.add_filter(_plain())
    lines = f"--lines: {content.count(chr(10))}"
    return highlight(content, lexer, HtmlFormatter(cssclass="highlight lw-listing", cssstyles=lines, wrapcode=True))


@simplefilter
def _plain(self: Any, lexer: Any, stream: Iterable[tuple[Any, str]], options: Any) -> Iterator[tuple[Any, str]]:
    """Leave spaces and punctuation without a style: they would be two elements of three."""
    for kind, value in stream:
        yield (Text if kind in Whitespace or kind in Punctuation else kind), value
