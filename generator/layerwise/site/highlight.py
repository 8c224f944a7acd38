"""A definition's text as a listing."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import Any

from pygments.lexers import YamlLexer
from pygments.token import Comment, Name, String

_FOR_EDITORS = re.compile(r"\A# yaml-language-server:.*\n")
"""The line that names a definition's schema."""


def for_readers(content: str) -> str:
    """A definition without what is written for editors."""
    return _FOR_EDITORS.sub("", content)


def html(content: str) -> str:
    """YAML as HTML: keys, comments and quoted strings in short elements. The style sheet needs the number of lines."""
    runs = groupby(YamlLexer().get_tokens(content), key=lambda token: _element(token[0]))
    code = "".join(_styled(element, "".join([text for _, text in tokens])) for element, tokens in runs)
    opening = f'<div class="highlight lw-listing" style="--lines: {content.count(chr(10))}">'
    return f"{opening}<pre><span></span><code>{code}</code></pre></div>\n"


def _element(kind: Any) -> str:
    return next((element for style, element in ELEMENTS.items() if kind in style), "")


def _styled(element: str, text: str) -> str:
    text = escape(text, quote=False)
    return f"<{element}>{text}</{element}>" if element else text


ELEMENTS: dict[Any, str] = {Name.Tag: "b", Comment: "i", String: "u"}
"""Elements without classes: every page of a network has a listing, and half of its bytes would be classes."""
