"""Sections of generated pages as HTML: converted apart from the page, without the extensions of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.toc import TocExtension
from markdown.treeprocessors import Treeprocessor

from layerwise.core.files import slugify

UNUSED = ("indent", "code", "setextheader", "hr", "quote", "reference")
"""Block rules of Markdown that no section uses; every rule is tried on every block."""


class _Links(Treeprocessor):
    """Resolves the targets of links."""

    resolve: Callable[[str], str]

    def run(self, root: Element) -> None:
        """Resolve all links but those to the headings themselves."""
        for link in root.iter("a"):
            if link.get("class") != "headerlink":
                link.set("href", self.resolve(link.get("href", "")))


@cache
def _converter() -> tuple[Markdown, _Links]:
    toc = TocExtension(permalink=True, slugify=lambda title, _: slugify(title))
    converter = Markdown(extensions=[AttrListExtension(), toc])
    for rule in UNUSED:
        converter.parser.blockprocessors.deregister(rule)
    links = _Links(converter)
    converter.treeprocessors.register(links, "layerwise_links", 0)
    return converter, links


def to_html(markdown: str, resolve: Callable[[str], str]) -> tuple[str, set[str]]:
    """The HTML of a section and the anchors of its headings; ``resolve`` returns the address of a link's target."""
    converter, links = _converter()
    links.resolve = resolve
    html = converter.reset().convert(str(markdown))  # Markup would escape what is put around it
    return html, set(_ids(converter.toc_tokens))  # type: ignore[attr-defined] # an attribute of the extension


def _ids(headings: list[dict[str, Any]]) -> Iterator[str]:
    """The ids of nested headings."""
    for heading in headings:
        yield heading["id"]
        yield from _ids(heading["children"])
