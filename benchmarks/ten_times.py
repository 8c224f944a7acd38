"""Ten times the catalogue: 3,800 networks in 1,350 files, checked, built and filtered: ``make bench``.

Every definition is copied nine times under other names. What grows linearly costs ten times as much as today's
catalogue; what is more than that will fail one day.
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.process import Usage, run
from layerwise.core.files import files_in
from tests.static_server import serve_files

ROOT = Path(__file__).parents[1]
TIMES = 10
PYTHON = sys.executable
CHROMIUM = "/usr/bin/chromium"
WORDS = ("resnet", "vgg", "2015", "mobile")
"""The words typed into the filter of the catalogue."""
_NAME = re.compile(r"^(name: )(.+)$", re.MULTILINE)
_SLUG = re.compile(r"^( *slug: )(.+)$", re.MULTILINE)
_FAMILY = re.compile(r"^(family: )(.+)$", re.MULTILINE)
_VARIANTS = re.compile(r"^variants:\n((?:[ #].*\n|\n)+)", re.MULTILINE)
_VARIANT = re.compile(r"^(  )([\"']?)([^\s#\"'].*?)\2:(?= |$)", re.MULTILINE)


def project(folder: Path, times: int) -> Path:
    """Make a project with the catalogue so many times in a folder."""
    for name in ("docs", "networks", "schema"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    for file in files_in(ROOT / "networks"):
        text = file.read_text(encoding="utf-8")
        for number in range(2, times + 1):
            copy = folder / "networks" / f"{file.stem}-copy-{number}{file.suffix}"
            copy.write_text(renamed(text, number), encoding="utf-8")
    return folder


def renamed(text: str, number: int) -> str:
    """A definition with other names for its pages."""

    def variants(found: re.Match[str]) -> str:
        return "variants:\n" + _VARIANT.sub(rf"\1\2\3 copy {number}\2:", found[1])

    for name in (_NAME, _FAMILY):
        text = name.sub(lambda found: f"{found[1]}{_longer(found[2], f' copy {number}')}", text)
    text = _SLUG.sub(lambda found: f"{found[1]}{_longer(found[2], f'-copy-{number}')}", text)
    return _VARIANTS.sub(variants, text)


def _longer(value: str, by: str) -> str:
    """A scalar with more text at its end."""
    return f"{value[:-1]}{by}{value[-1]}" if value[0] in "\"'" else value + by


def size(site: Path) -> float:
    """The size of a site in units of 10^6 bytes."""
    return sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) / 1e6


def check(folder: Path) -> Usage:
    """The cost of ``layerwise check``."""
    return run([PYTHON, "-m", "layerwise", "check"], folder)


def build(folder: Path) -> Usage:
    """The cost of building the site."""
    return run([PYTHON, "-m", "mkdocs", "build", "--strict", "--quiet"], folder)


def filtering(site: Path) -> list[float]:
    """Milliseconds from each change of the filter's text until the page is laid out again."""
    with serve_files(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}networks/")
        page.wait_for_load_state("networkidle")
        times = [float(page.evaluate(TYPED, word)) for word in WORDS]
        browser.close()
    return times


TYPED = """word => {
  const field = document.querySelector('#filter [name=text]');
  const start = performance.now();
  field.value = word;
  field.dispatchEvent(new Event('input', {bubbles: true}));
  document.body.getBoundingClientRect();
  return performance.now() - start;
}"""


def main() -> None:
    """Print the costs of both catalogues, and how much more the larger one costs."""
    with tempfile.TemporaryDirectory() as place:
        folders = {times: Path(place, str(times)) for times in (1, TIMES)}
        for times, folder in folders.items():
            project(folder, times)
        for name, cost in (("check", check), ("build", build)):
            small, large = (cost(folder) for folder in folders.values())
            growth = large.seconds / small.seconds / TIMES
            print(f"{name}: {small}; ten times the catalogue {large}; {growth:.2f} × linear growth", flush=True)
        small_size, large_size = (size(folder / "site") for folder in folders.values())
        print(f"site: {small_size:,.0f} MB; ten times the catalogue {large_size:,.0f} MB")
        answers = filtering(folders[TIMES] / "site")
        print(f"catalogue: a filter answers in {statistics.median(answers):.0f} ms, at most {max(answers):.0f} ms")


if __name__ == "__main__":
    main()
