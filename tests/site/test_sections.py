"""Sections of generated pages, converted apart from the page."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from layerwise.site.sections import to_html

PERMALINK = '<a class="headerlink" href="#{0}" title="Permanent link">&para;</a>'
CASES = {
    "a `word`": "<p>a <code>word</code></p>",
    "**a** *b* &#42;c&#42;": "<p><strong>a</strong> <em>b</em> &#42;c&#42;</p>",
    "[a](b.md#c)": '<p><a href="to/b.md#c">a</a></p>',
    "<https://example.org/a_b?c&amp;d>": '<p><a href="to/https://example.org/a_b?c&amp;d">https://example.org/a_b?c&amp;d</a></p>',
    "- a\n- b": "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
    "<!-- layerwise 3 -->": "<!-- layerwise 3 -->",
    "## A b": f'<h2 id="a-b">A b{PERMALINK.format("a-b")}</h2>',
    "## A { #name }": f'<h2 id="name">A{PERMALINK.format("name")}</h2>',
}


@pytest.mark.parametrize("text", CASES)
@pytest.mark.parametrize("kind", [str, Markup])
def test_sections(text: str, kind: type[str]) -> None:
    assert to_html(kind(text), lambda target: f"to/{target}")[0] == CASES[text]


def test_anchors_of_all_headings_are_returned() -> None:
    assert to_html("## A\n\n### B { #c }\n", str)[1] == {"a", "c"}


def test_sections_of_two_pages_can_have_the_same_headings() -> None:
    assert [to_html("## A", str)[1] for _ in range(2)] == [{"a"}, {"a"}]
