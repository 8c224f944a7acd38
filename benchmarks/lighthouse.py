"""Print the Lighthouse scores of the built site on a phone: ``make lighthouse``.

Performance scores vary with the load of the machine, so the target applies to the median of several runs, and each run
is printed with the machine's benchmark index. Lighthouse's documentation of throttling assumes a desktop with an index
of 1,500 to 2,000 to simulate a mid-range phone; with a lower index, the simulated phone is slower.
"""

from __future__ import annotations

import gzip
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.static_server import QuietHandler, serve_files

ROOT = Path(__file__).parents[1]
LIGHTHOUSE = ROOT / "node_modules" / ".bin" / "lighthouse"
RUNS = 5
PAGES = {
    "": 95,
    "networks/": 90,
    "networks/resnet-18/": 95,
    "networks/googlenet/": 95,
    "networks/resnet-1202/": 90,
    "compare/?n=resnet-50,vgg-16": 90,
}
"""Addresses with their target performance scores."""
MAX_SHIFT = 0.02
PERFECT = ("accessibility", "best-practices", "seo")
"""Categories that must have a score of 100."""


class Compressed(QuietHandler):
    """Serve compressed files, as hosts of static sites do."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """Send a file, or the status 404."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def report(address: str) -> Any:
    """Return Lighthouse's report of a page."""
    flags = "--headless=new --no-sandbox --disable-gpu"
    result = subprocess.run(
        [LIGHTHOUSE, address, "--quiet", "--output=json", f"--chrome-flags={flags}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        sys.exit(result.stderr)
    return json.loads(result.stdout)


def analyze(root: str, page: str) -> bool:
    """Print the scores of a page; return whether all but performance are perfect."""
    reports = sorted((report(root + page) for _ in range(RUNS)), key=_index)
    performance = [_score(run, "performance") for run in reports]
    shift = max(run["audits"]["cumulative-layout-shift"]["numericValue"] for run in reports)
    others = {category: min(_score(run, category) for run in reports) for category in PERFECT}
    target = f", target {PAGES[page]}" if page in PAGES else ""
    runs = ", ".join(f"{score} at {_index(run):,.0f}" for score, run in zip(performance, reports, strict=True))
    print(f"/{page}\n  performance {statistics.median(performance):.0f}{target} ({runs})")
    print(
        f"  {', '.join(f'{category} {score}' for category, score in others.items())}; layout shift {shift:.4f}",
        flush=True,
    )
    return shift < MAX_SHIFT and set(others.values()) == {100}


def _index(report: Any) -> float:
    """Return the benchmark index of the machine during a run."""
    index: float = report["environment"]["benchmarkIndex"]
    return index


def _score(report: Any, category: str) -> int:
    """Return a score from 0 to 100, as Lighthouse prints it."""
    score: float = report["categories"][category]["score"]
    return round(100 * score)


def main() -> None:
    """Serve the site on loopback and analyze the given pages, or ``PAGES``."""
    if not shutil.which("chromium"):
        sys.exit("Chromium is not installed: apt-get install chromium")
    with serve_files(ROOT / "site", Compressed) as address:
        passed = [analyze(address, page) for page in sys.argv[1:] or PAGES]
    if not all(passed):
        sys.exit("scores below 100 in accessibility, best practices or SEO, or too much layout shift")


if __name__ == "__main__":
    main()
