"""The calculator in Chromium: its first result, edits, and what it transfers: ``make bench``.

The first result is the time from opening the page, as it is, to the first answer of its engine on the page, cold (a new
profile) and warm (the second visit of a profile), each the best of several, with the snapshot and with the modules that
replace it. The browser measures it, so that the time of the program that controls it is not counted.
"""

from __future__ import annotations

import gzip
import re
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from benchmarks.ten_times import CHROMIUM, ROOT
from layerwise.core.files import files_in
from tests.browser.conftest import QUIET
from tests.static_server import serve_files

RUNS = 5
EDITS = 15
FIRST = """
const Original = Worker;
globalThis.Worker = class extends Original {
  constructor(address, options) { super(address, options?.name === 'snapshot' ? {...options, name: MODE} : options); }
};
globalThis.firstResult = new Promise((resolve) => new MutationObserver(() => {
  if (document.querySelector('.lw-calculator[data-time]')) resolve(performance.now());
}).observe(document, {subtree: true, attributes: true, attributeFilter: ['data-time']}));
"""
"""Runs before the page: resolves with the milliseconds from the start of the navigation to the first result."""


def main() -> None:
    """Print all times, for the site that is built in ``site/``."""
    with sync_playwright() as playwright, serve_files(ROOT / "site") as address:
        for mode in ("snapshot", "modules"):
            cold, warm = zip(*(first_results(playwright, address, mode) for _ in range(RUNS)), strict=True)
            print(f"first result with the {mode}: {min(cold):.2f} s cold, {min(warm):.2f} s warm")
        with tempfile.TemporaryDirectory() as profile:
            page = _open(playwright, profile).new_page()
            page.goto(f"{address}calculate/")
            page.wait_for_selector(".lw-calculator[data-state=ready]")
            for name, file in _definitions().items():
                print(f"an edit of {name}: {edit(page, file):.0f} ms")
            page.context.close()
    print(f"transfers: {transfers() / 1e6:.1f} MB compressed")


def _definitions() -> dict[str, Path]:
    """LeNet-5, GoogLeNet, and the largest definition."""
    largest = max(files_in(ROOT / "networks"), key=lambda file: file.stat().st_size)
    names = {
        "LeNet-5": "lenet-5.yml",
        "GoogLeNet": "googlenet.yml",
        f"the largest definition, {largest.name}": largest.name,
    }
    return {name: ROOT / "networks" / file for name, file in names.items()}


def _open(playwright: Playwright, profile: str) -> BrowserContext:
    return playwright.chromium.launch_persistent_context(profile, executable_path=CHROMIUM, args=QUIET)


def first_results(playwright: Playwright, address: str, mode: str) -> tuple[float, float]:
    """Seconds to the first result with a new profile, and with the same profile opened again."""
    with tempfile.TemporaryDirectory() as profile:
        return _first_result(playwright, profile, address, mode), _first_result(playwright, profile, address, mode)


def _first_result(playwright: Playwright, profile: str, address: str, mode: str) -> float:
    context = _open(playwright, profile)
    page = context.new_page()
    page.add_init_script(FIRST.replace("MODE", repr(mode)))
    page.goto(f"{address}calculate/", wait_until="commit")
    milliseconds: float = page.evaluate("firstResult")
    context.close()
    return milliseconds / 1000


def edit(page: Page, file: Path) -> float:
    """The median milliseconds from an edit to its result, from the second one on; without the pause after a key."""
    slug = next(slug for slug, name in _files(page).items() if name == file.name)
    page.evaluate("slug => { location.hash = `network=${slug}`; }", slug)
    name = re.search("^name: .*", file.read_text(encoding="utf-8"), re.MULTILINE)
    page.wait_for_function("name => document.querySelector('.cm-line').textContent === name", arg=name and name[0])
    page.wait_for_load_state("networkidle")
    page.locator(".cm-content").focus()
    times = []
    for _ in range(EDITS + 1):
        page.evaluate("delete document.querySelector('.lw-calculator').dataset.time")
        page.keyboard.press("Control+End")
        page.keyboard.insert_text("#")
        page.wait_for_selector(".lw-calculator[data-time]")
        times.append(float(page.locator(".lw-calculator").get_attribute("data-time") or 0))
    return statistics.median(times[1:])


def _files(page: Page) -> dict[str, str]:
    """The names of definition files by the slugs of their networks."""
    files: dict[str, str] = page.evaluate("fetch('networks.json').then(answer => answer.json())")
    return files


def transfers() -> int:
    """The bytes of everything that the calculator loads, as a server that compresses sends them."""
    (folder,) = (path.parent for path in (ROOT / "site" / "calculate").glob("*/worker.js"))
    unused = {"python.zip", "licenses.txt"}
    return sum(_sent(path) for path in folder.iterdir() if path.name not in unused)


def _sent(path: Path) -> int:
    content = path.read_bytes()
    return len(content) if path.suffix in {".gzip", ".zip"} else len(gzip.compress(content, 6))


if __name__ == "__main__":
    main()
