"""The site with the documented Content-Security-Policy: no violation, whatever a reader uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.policy import PolicyHandler, policies
from tests.static_server import serve_files


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with serve_files(site, PolicyHandler) as served:
        yield served


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails the test if anything on it violates its policy or is an error."""
    errors: list[str] = []
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors


@pytest.mark.parametrize("path", ["", "networks/", "networks/vgg/", "layers/conv/", "method/", "embed/", "404.html"])
def test_pages(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("h1").first).to_be_visible()


def test_the_policy_is_sent_and_effective(address: str, browser: Browser) -> None:
    with urlopen(address) as answer:  # noqa: S310 - on loopback
        assert "'sha256-" in answer.headers["Content-Security-Policy"]
    general, calculator = policies()
    assert "unsafe" not in general
    assert "script-src 'self' HASHES 'wasm-unsafe-eval';" in calculator
    page = browser.new_page()
    page.goto(address)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=x style=\"color:red\">x')")
    assert page.locator("#x").evaluate("x => x.style.color") == ""
    page.close()


def test_search(page: Page) -> None:
    page.goto("")
    page.locator(".md-search__input").fill("resnet50")
    page.keyboard.press("Enter")
    page.wait_for_url("**/networks/resnet-50/")


def test_comparison(page: Page) -> None:
    page.goto("compare/?n=vgg-16,resnet-50")
    bar = page.locator(".lw-measure .lw-bar").first
    expect(bar).to_be_visible()
    widths = bar.evaluate("bar => [...bar.children].map(part => part.getBoundingClientRect().width)")
    # Simonyan & Zisserman: 102,764,544 of 138,357,544 parameters are in the first fully connected layer
    assert max(widths) / sum(widths) == pytest.approx(0.743, abs=0.02)


def test_network(page: Page) -> None:
    page.goto("networks/lenet-5/")
    page.locator("tr#FC1 a, tr[id='FC1'] a").first.click()
    expect(page.locator(".lw-open, .lw-worked").first).to_be_visible()


def test_calculator(page: Page) -> None:
    page.goto("calculate/")
    expect(page.locator(".cm-editor")).to_be_visible(timeout=30_000)
    assert page.locator(".cm-editor").evaluate("editor => getComputedStyle(editor).display") == "flex"
    page.locator(".cm-content").fill("name: Small\ninput: 8x8x3\nlayers: [{conv: 3x3x4}, {fc: 10}]\n")
    expect(page.get_by_text("1,562").first).to_be_visible(timeout=60_000)  # 3·3·3·4 + 4 + 6·6·4·10 + 10
