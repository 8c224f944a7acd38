"""Links, anchors and requests of the whole built site, including raw HTML."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest

Pages = dict[Path, lxml.html.HtmlElement]


@pytest.fixture(scope="module")
def pages(site: Path) -> Pages:
    return {
        path: lxml.html.document_fromstring(path.read_bytes())
        for path in site.rglob("*.html")
        if path.name != "404.html"  # its links are absolute, as it is served at any address
    }


def test_links_are_not_broken(pages: Pages, site: Path) -> None:
    anchors = {path: set(page.xpath("//@id")) for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        for address in set(page.xpath("//a/@href")):
            url = urlsplit(address)
            if url.scheme or url.netloc or (url.path.endswith("calculate/") and url.fragment.startswith("network=")):
                continue  # what the calculator opens is no anchor
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            if target.is_dir():
                target /= "index.html"
            if not target.is_file() or not is_anchor(url.fragment, anchors.get(target)):
                broken.append(f"{path.relative_to(site)} → {address}")
    assert broken == []


def is_anchor(fragment: str, anchors: set[str] | None) -> bool:
    """True if a page has the anchor, or that of a block around it: blocks alike share the rows of the first."""
    names = fragment.split("/")
    around = ("/".join(names[:count]) for count in range(len(names), 0, -1))
    return not fragment or anchors is None or any(name in anchors for name in around)


def test_pages_request_nothing_from_other_hosts(pages: Pages) -> None:
    external = [
        f"{path}: {address}"
        for path, page in pages.items()
        for address in page.xpath("//@src | //link[not(@rel='canonical')]/@href")
        if urlsplit(address).netloc
    ]
    assert external == []


def test_styles_request_nothing_from_other_hosts(site: Path) -> None:
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", style.read_text(encoding="utf-8")), style


def test_ids_are_unique(pages: Pages) -> None:
    for path, page in pages.items():
        ids = page.xpath("//article//@id")
        assert len(ids) == len(set(ids)), path
