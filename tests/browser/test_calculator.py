"""The calculator in a browser: typing, errors, completion, sharing, and what it loads."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from layerwise.report.library import loads
from layerwise.report.parts import parts
from tests.browser.conftest import Open
from tests.browser.test_accessibility import AT_ONCE, CONTRAST, DARK, violations
from tests.hostile import NETWORK, STRINGS, one_line, quoted
from tests.projects import NETWORKS
from tests.static_server import QuietHandler, serve_files

SMALL = "name: Small\ninput: 8x8x3\nlayers:\n  - {conv: 3x3x4}\n  - {fc: 10}\n"
WRONG = SMALL.replace("conv: 3x3x4", "conv: 3x3x4, pading: 1")
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; worker-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'"
)
"""The policy in CONTRIBUTING.md."""
AS_SHOWN = "html => Object.assign(document.createElement('div'), {innerHTML: html}).innerHTML"
READY_MS = 90_000
"""Enough for a busy machine."""


def text_of(page: Page) -> str:
    """The text in the editor."""
    return "\n".join(page.locator(".cm-line").all_text_contents())


def is_ready(page: Page) -> None:
    expect(page.locator(".lw-calculator")).to_have_attribute("data-state", "ready", timeout=READY_MS)


def type_definition(page: Page, text: str) -> None:
    """Replace the text in the editor, as if it was pasted."""
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def figure(page: Page, title: str) -> Any:
    return page.locator(".lw-calculated .lw-figures > div", has=page.get_by_text(title, exact=True)).locator("dd")


def layer(page: Page, number: int) -> Locator:
    """The name of a layer in the layer table, by its position from 1."""
    return page.locator(".lw-layers tr[id]:not(.lw-worked)").nth(number - 1).locator("th a").first


def test_example_is_visible_without_scripts(open_page: Open) -> None:
    page = open_page("calculate/", scripts=False)
    expect(page.locator(".lw-editor .lw-listing")).to_contain_text("LeNet-5")
    expect(figure(page, "Parameters")).to_have_text("61,706")
    expect(page.locator(".lw-layers tbody tr")).to_have_count(8)
    expect(page.locator("[data-action]").first).to_be_hidden()


def test_figures_follow_the_definition_which_can_be_proposed(open_page: Open) -> None:
    page = open_page("calculate/")
    expect(figure(page, "Parameters")).to_have_text("61,706")
    type_definition(page, SMALL)
    expect(figure(page, "Parameters")).to_have_text("1,562", timeout=READY_MS)
    network = loads(SMALL)
    assert network.parameters == 3 * 3 * 3 * 4 + 4 + 6 * 6 * 4 * 10 + 10
    for name in ("profile", "strips", "memory", "recipes"):  # tables with groups get titles
        shown = page.locator(f"[data-part={name}]").inner_html()
        assert shown == page.evaluate(AS_SHOWN, parts(network)[name]), name
    page.get_by_label("Batch size").fill("2")
    expect(page.locator(".lw-memory tr", has_text="All outputs").locator("td").first).to_have_text("1.203 KB")
    layer(page, 1).click()
    expect(page.locator(".lw-worked")).to_contain_text("3×3×3×4 + 4 = 112")
    assert "#Conv1" not in page.url
    expect(page.get_by_role("status").first).to_have_text(re.compile("Parameters 1,562"))
    proposes_a_new_file_of_the_repository(page)


def test_errors_are_marked_at_their_places_and_axe_finds_none_of_its_own(open_page: Open) -> None:
    page = open_page("calculate/")
    is_ready(page)
    type_definition(page, WRONG)
    error = page.locator(".lw-diagnostics li")
    expect(error).to_have_text("4:19 conv.pading: unknown option; did you mean 'padding'?", timeout=READY_MS)
    expect(page.locator(".cm-lintRange-error")).to_have_text("pading")
    expect(page.locator(".lw-calculator")).to_have_class(re.compile("lw-stale"))
    expect(figure(page, "Parameters")).to_have_text("61,706")
    expect(page.get_by_role("status").first).to_have_text(re.compile("^1 error"))
    error.get_by_role("button").click()
    expect(page.locator(".cm-content")).to_be_focused()
    page.add_style_tag(content=AT_ONCE)
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(DARK)
    assert violations(page, CONTRAST) == []
    type_definition(page, SMALL)
    expect(error).to_have_count(0)
    expect(figure(page, "Parameters")).to_have_text("1,562")


def test_keys_are_completed_and_described(open_page: Open) -> None:
    page = open_page("calculate/")
    type_definition(page, SMALL.removesuffix("  - {fc: 10}\n") + "  - {max_pool: 2x2, ")
    page.keyboard.type("str")
    expect(page.locator(".cm-tooltip-autocomplete li[aria-selected]")).to_contain_text("stride")
    page.wait_for_timeout(200)  # a list that has just opened takes no key, so that none is taken by accident
    page.keyboard.press("Enter")
    page.keyboard.type("2")
    line = page.locator(".cm-line", has_text="max_pool")
    expect(line).to_contain_text("{max_pool: 2x2, stride: 2")
    line.get_by_text("max_pool", exact=True).hover()
    expect(page.locator(".lw-described")).to_contain_text("max_pool")


def test_keyboard_leaves_the_editor(open_page: Open) -> None:
    page = open_page("calculate/")
    page.locator(".cm-content").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).not_to_be_focused()


def test_network_opens_with_its_variant(open_page: Open) -> None:
    page = open_page("networks/vgg-16/")
    link = page.get_by_role("link", name="Open in the calculator")
    link.click()
    expect(page.locator(".lw-shown")).to_have_text("VGG-16", timeout=READY_MS)
    expect(figure(page, "Parameters")).to_have_text("138,357,544")
    assert page.url.endswith("calculate/#network=vgg-16")
    page.locator("[name=network]").select_option(label="VGG-11")
    expect(figure(page, "Parameters")).to_have_text("132,863,336")


def test_definition_is_shared_by_its_address(open_page: Open) -> None:
    page = open_page("calculate/")
    is_ready(page)
    type_definition(page, SMALL)
    page.wait_for_url(re.compile("#v1:"))
    other = open_page(page.url.partition("/calculate/")[2].join(["calculate/", ""]))
    expect(other.locator(".cm-line").first).to_have_text("name: Small")
    expect(figure(other, "Parameters")).to_have_text("1,562", timeout=READY_MS)
    assert text_of(other) == SMALL.rstrip("\n") + "\n"


def test_changes_are_shown_against_the_network_it_was_opened_from(open_page: Open) -> None:
    page = open_page("calculate/")
    is_ready(page)
    changes = page.locator(".lw-diff")
    expect(changes).to_be_hidden()
    type_definition(
        page,
        (NETWORKS / "lenet-5.yml").read_text(encoding="utf-8").replace("{fc: 84", "{fc: 80"),
    )
    changes.locator("summary").click()
    expect(changes.locator("summary")).to_have_text("Changes against LeNet-5")
    expect(changes.locator("tr", has_text="~ FC2").first).to_contain_text("10,164")  # 120·84 + 84
    expect(changes).to_contain_text("0 added, 0 removed, 2 changed, 5 equal")
    page.wait_for_url(re.compile("#v1:.*&from=lenet-5$"))
    other = open_page(page.url.partition("/calculate/")[2].join(["calculate/", ""]))
    other.locator(".lw-diff summary").click(timeout=READY_MS)
    expect(other.locator(".lw-diff")).to_contain_text("0 added, 0 removed, 2 changed, 5 equal")
    assert violations(other) == []
    other.locator("[name=example]").select_option(label="GoogLeNet")
    expect(other.locator(".lw-shown")).to_have_text("GoogLeNet", timeout=READY_MS)
    expect(other.locator(".lw-diff")).to_be_hidden()


@pytest.mark.parametrize("damaged", ["v1:AAAA", "v1:x", "network=no-such-network"])
def test_damaged_address_leaves_the_example(damaged: str, open_page: Open) -> None:
    page = open_page(f"calculate/#{damaged}")
    expect(page.get_by_role("status").first).to_have_text("The definition in this address could not be read.")
    expect(figure(page, "Parameters")).to_have_text("61,706")


def test_definition_is_downloaded(open_page: Open) -> None:
    page = open_page("calculate/#network=lenet-5")
    is_ready(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON").click()
    data = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert download.value.suggested_filename == "lenet-5.json"
    assert data["parameters"] == 61706
    with page.expect_download() as download:
        page.get_by_role("button", name="Download YAML").click()
    assert download.value.suggested_filename == "lenet-5.yml"
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("name: LeNet-5")


def proposes_a_new_file_of_the_repository(page: Page) -> None:
    page.evaluate("window.open = (address) => { window.opened = address; }")
    page.get_by_role("button", name="Propose it").click()
    page.wait_for_function("window.opened")
    opened = page.evaluate("Object.fromEntries(new URL(window.opened).searchParams)")
    assert opened == {"filename": "small.yml", "value": SMALL}
    assert "/new/main/networks?" in page.evaluate("window.opened")


# --- what it loads, and from where ----------------------------------------------------------------------------------


@pytest.fixture
def context(browser: Browser, site: Path) -> Iterator[BrowserContext]:
    """A context on a server with the documented policy. Nothing may be logged."""

    class Strict(QuietHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

    with serve_files(site, functools.partial(Strict)) as address:
        context = browser.new_context(base_url=address)
        problems: list[str] = []
        context.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        yield context
        context.close()
        assert problems == []


def test_calculator_works_offline_and_under_a_policy(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("calculate/")
    is_ready(page)
    layer(page, 1).click()
    expect(page.locator(".lw-worked")).to_have_count(1)
    context.set_offline(True)
    type_definition(page, SMALL)
    expect(figure(page, "Parameters")).to_have_text("1,562", timeout=READY_MS)
    layer(page, 2).click()
    expect(page.locator(".lw-worked")).to_contain_text(["6×6×4"])


def test_modules_replace_a_snapshot_that_cannot_be_restored(context: BrowserContext) -> None:
    context.route("**/snapshot.bin.gzip", lambda route: route.fulfill(status=404, body=""))
    page = context.new_page()
    page.add_init_script("addEventListener('error', event => event.stopImmediatePropagation(), true)")
    page.goto("calculate/")
    is_ready(page)
    type_definition(page, SMALL)
    expect(figure(page, "Parameters")).to_have_text("1,562", timeout=READY_MS)


def test_transfers_are_small_and_only_on_its_page(open_page: Open) -> None:
    sizes: list[int] = []

    def note(request: Request) -> None:
        if "/calculate/" in request.url:
            sizes.append(int((request.response().headers if request.response() else {}).get("content-length", 0)))  # type: ignore[union-attr]

    page = open_page("networks/lenet-5/")
    page.context.on("requestfinished", note)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert sizes == []
    page.goto(page.url.replace("networks/lenet-5/", "calculate/"))
    is_ready(page)
    assert 6_000_000 < sum(sizes) < 14_000_000  # scripts are not compressed by this server


def test_hostile_definition_is_text(context: BrowserContext) -> None:
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto("calculate/")
    is_ready(page)
    for string in STRINGS:
        type_definition(page, NETWORK.replace("TEXT", quoted(string)).replace("URL", "https://example.org/x"))
        expect(page.locator(".lw-shown")).to_have_text(one_line(string))
        assert page.locator(".lw-calculated :is(script, img, iframe, u)").count() == 0, string


def test_calculation_that_does_not_end_is_replaced(open_page: Open) -> None:
    page = open_page("calculate/")
    is_ready(page)
    page.evaluate("""() => {
        const send = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message) {
            if (!message.request?.[1]?.includes('Endless')) send.call(this, message);
        };
    }""")
    type_definition(page, SMALL.replace("Small", "Endless"))
    expect(page.get_by_role("status").first).to_have_text(re.compile("took too long"), timeout=30_000)
    type_definition(page, SMALL)
    expect(figure(page, "Parameters")).to_have_text("1,562", timeout=READY_MS)
