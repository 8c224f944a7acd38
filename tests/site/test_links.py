"""Links, anchors and requests of the whole built site, raw HTML included."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

Pages = dict[Path, BeautifulSoup]


@pytest.fixture(scope="module")
def pages(site: Path) -> Pages:
    return {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in site.rglob("*.html")
        if path.name != "404.html"  # its links are absolute, from the root of wherever it is served
    }


def test_links_lead_somewhere(pages: Pages, site: Path) -> None:
    anchors = {path: {tag["id"] for tag in page.select("[id]")} for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        for link in page.select("a[href]"):
            url = urlsplit(str(link["href"]))
            if url.scheme or url.netloc:
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            if target.is_dir():
                target /= "index.html"
            known = target.is_file() and (not url.fragment or target not in anchors or url.fragment in anchors[target])
            if not known and url.fragment != "__skip":
                broken.append(f"{path.relative_to(site)} → {link['href']}")
    assert broken == []


def test_no_page_asks_another_host(pages: Pages) -> None:
    outside = []
    for path, page in pages.items():
        for tag in page.select("[src], link[href]"):
            address = str(tag.get("src") or tag.get("href"))
            if urlsplit(address).netloc and tag.get("rel") != ["canonical"]:
                outside.append(f"{path}: {address}")
    assert outside == []


def test_no_style_asks_another_host(site: Path) -> None:
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", style.read_text(encoding="utf-8")), style


def test_ids_are_unique(pages: Pages) -> None:
    for path, page in pages.items():
        ids = [tag["id"] for tag in page.select("article [id]")]
        assert len(ids) == len(set(ids)), path
