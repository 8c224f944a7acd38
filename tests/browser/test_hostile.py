"""Untrusted strings in a browser: none runs or causes a request, and all are displayed as written."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.hostile import STRINGS, one_line
from tests.static_server import QuietHandler, serve_files

INDEXES = range(len(STRINGS))
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Strict(QuietHandler):
    """Serve pages with a policy that allows only the inline scripts of the harmless site."""

    def __init__(self, *args: Any, harmless_site: Path, **options: Any) -> None:
        self.harmless_site = harmless_site
        super().__init__(*args, **options)

    def end_headers(self) -> None:
        page = self.harmless_site / self.path.partition("?")[0].lstrip("/") / "index.html"
        if page.is_file():
            digests = (hashlib.sha256(script.encode()).digest() for script in INLINE.findall(page.read_text("utf-8")))
            hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
            policy = f"default-src 'self'; script-src 'self' {hashes}; style-src 'self'; object-src 'none'"
            self.send_header("Content-Security-Policy", f"{policy}; img-src 'self' data:; base-uri 'none'")
        super().end_headers()


@pytest.fixture(scope="session")
def strict_address(hostile_site: Path, harmless_site: Path) -> Iterator[str]:
    with serve_files(hostile_site, functools.partial(Strict, harmless_site=harmless_site)) as address:
        yield address


@pytest.fixture
def page(browser: Browser, strict_address: str) -> Iterator[Page]:
    """A page of the site, which must not log anything, open a dialog or request anything from another host."""
    context = browser.new_context(base_url=strict_address, viewport={"width": 1440, "height": 900})
    page, problems = context.new_page(), list[str]()

    def dismiss(dialog: Dialog) -> None:
        problems.append(dialog.message)
        dialog.dismiss()

    page.on("console", lambda message: problems.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", dismiss)
    page.on("request", lambda request: None if request.url.startswith(strict_address) else problems.append(request.url))
    yield page
    context.close()
    assert problems == []


def test_policy_blocks_inline_scripts(browser: Browser, strict_address: str) -> None:
    """Prove that an injected script would be reported."""
    context = browser.new_context(base_url=strict_address)
    page, problems = context.new_page(), list[str]()
    page.on("console", lambda message: problems.append(message.text))
    page.goto("networks/h0/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x: onerror=alert(1)>')")
    page.wait_for_timeout(200)
    context.close()
    assert any("Content Security Policy" in problem for problem in problems)


@pytest.mark.parametrize("index", INDEXES)
def test_network_page(index: int, page: Page) -> None:
    text = one_line(STRINGS[index])
    page.goto(f"networks/h{index}/")
    expect(page.locator("h1")).to_have_text(f"{text}¶")
    assert one_line(page.title()) == f"{text}: 3,044 parameters, 7.3 KMACs, every layer - Test"
    rows = page.locator(".lw-layers tr[id]:not(.lw-worked)")
    for row in rows.all():
        row.locator("th a").click()
    expect(page.locator(".lw-layers .lw-worked dl")).to_have_count(rows.count())
    page.locator("button[data-compare]").first.click()
    expect(page.locator(".lw-basket li button")).to_have_text(text)
    expect(page.locator(".lw-basket [role=status]")).to_have_text(f"{text} added.")


@pytest.mark.parametrize("start", range(0, len(STRINGS), 6))
def test_comparison(start: int, page: Page) -> None:
    indexes = INDEXES[start : start + 6]
    page.goto(f"compare/?n={','.join(f'h{index}' for index in indexes)}")
    texts = [one_line(STRINGS[index]) for index in indexes]
    expect(page.locator(".lw-versus thead a")).to_have_text(texts)
    expect(page.locator(".lw-abreast thead th")).to_have_text(["Scale", *texts])
    strips = page.locator(".lw-measure").first.locator(".lw-what")
    expect(strips).to_have_text(texts)
    names = page.locator("#known option").evaluate_all("options => options.map(option => option.value)")
    assert {*map(one_line, names)} == {*map(one_line, STRINGS)}


def test_catalogue_and_lists(page: Page) -> None:
    texts = sorted(2 * [one_line(text) for text in STRINGS])
    page.goto("networks/")
    assert sorted(map(one_line, page.locator(".lw-catalogue tbody th a").all_text_contents())) == texts
    for text in STRINGS:
        page.locator("#filter [name=family]").select_option(label=one_line(text))
        expect(page.locator(".lw-catalogue tbody tr:visible").first).to_be_visible()
    page.locator(".lw-reset").click()
    for point in page.locator(".lw-scatter:visible a").all()[:: len(STRINGS) // 4]:
        point.focus()
        label = one_line(page.locator(".lw-label").inner_text())
        assert any(label.startswith(one_line(text).partition(" · ")[0]) for text in STRINGS)
    for path in ("networks/by-year/", "networks/families/", "networks/all/", "method/claims/", ""):
        page.goto(path)
        content = one_line(page.locator("article").text_content() or "")
        assert [text for text in STRINGS if one_line(text) not in content] == [], path


def test_search(page: Page) -> None:
    page.goto("method/")
    box, status = page.get_by_role("textbox", name="Search networks"), page.locator(".md-search-result__meta")
    results = page.locator(".md-search-result__item > a[href*='/networks/h']")
    found = set()
    for words in ("alert script", "example", "onerror img", "calc", "x", "2024"):
        for content, answer in (("", "Type to start searching"), (words, re.compile(r"^\d+ match"))):
            box.fill(content)
            box.press("End")  # the theme searches when a key is released
            expect(status).to_have_text(answer)
        expect(page.locator(".md-search-result__item")).not_to_have_count(0)
        read = "links => links.map(link => [link.pathname, link.querySelector('h1').textContent])"
        for address, title in results.evaluate_all(read):
            index = address.split("/")[-2].removeprefix("h")
            assert one_line(title) == one_line(STRINGS[int(index)])
            found.add(index)
    assert len(found) > len(STRINGS) / 2
