"""Sections of generated pages made into HTML by themselves, faster than the site's Markdown with all its extensions."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

import mistune

from layerwise.core.files import slugify

_IDENTITY = re.compile(r" \{ #([a-z0-9-]+) \}$")


class _Renderer(mistune.HTMLRenderer):
    """Headings with their anchors, as the theme has them, and links that lead to pages."""

    def __init__(self, link: Callable[[str], str]) -> None:
        super().__init__(escape=False)
        self.link_to = link
        self.anchors: set[str] = set()

    def heading(self, text: str, level: int, **_: Any) -> str:
        """A heading; ``Title { #name }`` gives its anchor."""
        given = _IDENTITY.search(text)
        title = _IDENTITY.sub("", text)
        name = given[1] if given else slugify(title)
        self.anchors.add(name)
        permalink = f'<a class="headerlink" href="#{name}" title="Permanent link">¶</a>'
        return f'<h{level} id="{name}">{title}{permalink}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link; paths are resolved from the page at hand."""
        return f'<a href="{escape(self.link_to(url))}">{text}</a>'


def rendered(markdown: str, link: Callable[[str], str]) -> tuple[str, set[str]]:
    """HTML of a section, and the anchors in it; ``link`` makes an address of what is linked to."""
    renderer = _Renderer(link)
    html = mistune.create_markdown(renderer=renderer)(str(markdown))  # Markup would escape what is put around it
    return str(html), renderer.anchors
