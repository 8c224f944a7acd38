"""Texts of definitions on pages: each reads as it was written, whatever Markdown, HTML or YAML would take it for.

What a template puts into a page of Markdown goes through ``finished``: everything is text, unless a function of this
package or a template says with ``Markup`` that it is Markdown. Templates of HTML are escaped by Jinja in the same way.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

_ENDS_OF_LINES = re.compile(r"\s*[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s*")
_SIGN = re.compile(
    r"[\\`*\[\]{}<>&|~#!]"  # what Markdown, its extensions and HTML read anywhere
    r"|(?<![^\W_])_|_(?![^\W_])"  # not within a word
    r"|^[-+=:]|^[0-9]+[.)](?!\S)"  # at the beginning of a line
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def one_line(text: str) -> str:
    """Replace line breaks by spaces, as a page shows them."""
    return _ENDS_OF_LINES.sub(" ", text)


def plain(text: str) -> Markup:
    """Escape a string for Markdown: characters with a meaning become character references."""
    return Markup(_SIGN.sub(_reference, one_line(text)))  # noqa: S704 - this is what makes it safe


def _reference(sign: re.Match[str]) -> str:
    """A sign with its last character as a reference."""
    last = sign[0][-1]
    return sign[0][:-1] + _ENTITIES.get(last, f"&#{ord(last)};")


def finished(value: Any) -> Markup:
    """Finalize an expression in a Markdown template: keep Markdown, escape everything else."""
    return value if isinstance(value, Markup) else plain(str(value))


# --- summaries and notes --------------------------------------------------------------------------------------------

_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|(?<![\w*])\*\*(?P<strong>[^\s*](?:[^*]*[^\s*])?)\*\*(?![\w*])"
    r"|(?<![\w*])\*(?P<em>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"
    r"|\[(?P<link>[^\[\]]+)\]\((?P<target>[^()\s]+)\)"
)
_TARGET = re.compile(
    r"https?://[\w.:-]+([/?#][\w.~:/?#@!$&+,;=%-]*)?"
    r"|(\.\./)*([\w-]+/)*[\w-]+\.md(#[\w-]+)?",
    re.ASCII,
)
"""An address on the web, or the Markdown file of a page."""


def prose(text: str) -> Markup:
    """A summary or a note as Markdown: emphasis, code and links are what they are, everything else is text.

    Links lead to http and https addresses, or to the Markdown file of a page by its path from ``networks/``.
    """
    return Markup(_prose(one_line(text).strip()))  # noqa: S704 - made of texts, and of signs from here


def _prose(line: str) -> str:
    result, end = "", 0
    for found in _INLINE.finditer(line):
        result += _SIGN.sub(_reference, line[end : found.start()]) + _inline(found)
        end = found.end()
    return result + _SIGN.sub(_reference, line[end:])


def code(text: str) -> Markup:
    """Format a string as code: as HTML if it needs escaping, because Markdown code has no references."""
    escaped = plain(text)
    return Markup(f"`{text}`" if escaped == text else f"<code>{escaped}</code>")  # noqa: S704 - see plain


def _inline(found: re.Match[str]) -> str:
    kind, target = found.lastgroup, found["target"]
    if kind == "code":
        return str(code(found["code"]))
    if target is None:
        return f"<{kind}>{_prose(found[str(kind)])}</{kind}>"
    if _TARGET.fullmatch(target):
        return f"[{_prose(found['link'])}]({escape(target)})"
    return _SIGN.sub(_reference, found[0])


# --- other places ---------------------------------------------------------------------------------------------------


def front_matter(value: str | list[str]) -> Markup:
    """A title, a description or tags in YAML: as HTML, since that is what the theme and the search take them for.

    On one line JSON is YAML; PyYAML would need several times as long as all the rest of a page.
    """
    escaped = escape(one_line(value)) if isinstance(value, str) else [escape(one_line(text)) for text in value]
    return Markup(json.dumps(escaped, ensure_ascii=False))  # noqa: S704 - front matter is not part of the page


def address(url: str) -> Markup:
    """The target of a link in Markdown: what would end it is percent-encoded."""
    return Markup(quote(url, safe="%/:?#@!$&+,;=~"))  # noqa: S704 - nothing is left that Markdown reads


_FORMULA = re.compile(r"(?:^|(?<=;))(?=[=+\-@\t\r\n＝＋－＠])")


def cell(text: str) -> str:
    """Escape a CSV cell: an apostrophe precedes text that a spreadsheet would read as a formula.

    Such text begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break, also after a semicolon, which separates
    cells where commas are decimal.
    Source: OWASP, CSV Injection.
    """
    return _FORMULA.sub("'", text)


LATEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$", "&": r"\&", "#": r"\#",
    "_": r"\_", "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}", "\u00a0": "~", "×": r"$\times$",
    "−": "$-$", "→": r"$\rightarrow$", "›": r"\textgreater{}", "≤": r"$\leq$", "≥": r"$\geq$",
}  # fmt: skip
"""Characters that LaTeX takes for something else or does not know. Braces have names, because BibTeX counts others."""
_LATEX = str.maketrans(LATEX)


def latex(text: str) -> str:
    """Escape a string for LaTeX and BibTeX."""
    return one_line(text).translate(_LATEX)


def script() -> str:
    """The rules of this module that the browser needs, as a JavaScript module."""
    return (
        "// Generated from layerwise.report.escaping.\n"
        f"export const LATEX = {json.dumps(LATEX, ensure_ascii=False)};\n"
        f"export const MARKDOWN = RegExp({json.dumps(_SIGN.pattern)}, 'gu');\n"
        f"export const FORMULA = RegExp({json.dumps(_FORMULA.pattern, ensure_ascii=False)}, 'gu');\n"
    )
