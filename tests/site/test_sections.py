"""Sections of Markdown that become HTML by themselves."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from layerwise.site.sections import rendered

CASES = {
    "a `word`": "<p>a <code>word</code></p>",
    "**a** *b* &#42;c&#42;": "<p><strong>a</strong> <em>b</em> *c*</p>",
    "[a](b.md#c)": '<p><a href="to/b.md#c">a</a></p>',
    "- a\n- b": "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
    "<!-- layerwise 3 -->": "<!-- layerwise 3 -->",
    "## A b": '<h2 id="a-b">A b<a class="headerlink" href="#a-b" title="Permanent link">¶</a></h2>',
    "## A { #name }": '<h2 id="name">A<a class="headerlink" href="#name" title="Permanent link">¶</a></h2>',
}


@pytest.mark.parametrize("text", CASES)
@pytest.mark.parametrize("kind", [str, Markup])
def test_sections(text: str, kind: type[str]) -> None:
    assert rendered(kind(text), lambda target: f"to/{target}")[0].strip() == CASES[text]


def test_anchors_are_told() -> None:
    assert rendered("## A\n\n### B { #c }\n", str)[1] == {"a", "c"}
