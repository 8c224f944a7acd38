"""Prints what Lighthouse says of the built site on a phone: ``make lighthouse``.

Scores of performance wander with the machine, so that the median of several runs counts, and each run is told with the
benchmark index of the machine. By its documentation of throttling, Lighthouse makes a phone in the middle of the range
of a desktop of 1,500 to 2,000; at a lower index the phone is slower than that.
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

from tests.served import Quiet, served

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
"""Addresses, with the score of performance they are meant to have."""
LARGEST_SHIFT = 0.02
FULL = ("accessibility", "best-practices", "seo")
"""The categories in which nothing may be missing."""


class Compressed(Quiet):
    """Serves files as a host of static sites does: compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """Answer with a file, or with 404."""
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
    """What Lighthouse reports of a page."""
    flags = "--headless=new --no-sandbox --disable-gpu"
    done = subprocess.run(
        [LIGHTHOUSE, address, "--quiet", "--output=json", f"--chrome-flags={flags}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def analyze(root: str, page: str) -> bool:
    """Print the scores of a page, performance with the index of the machine; whether the others are full."""
    reports = sorted((report(root + page) for _ in range(RUNS)), key=_index)
    performance = [_score(one, "performance") for one in reports]
    shift = max(one["audits"]["cumulative-layout-shift"]["numericValue"] for one in reports)
    others = {category: min(_score(one, category) for one in reports) for category in FULL}
    target = f", target {PAGES[page]}" if page in PAGES else ""
    runs = ", ".join(f"{score} at {_index(one):,.0f}" for score, one in zip(performance, reports, strict=True))
    print(f"/{page}\n  performance {statistics.median(performance):.0f}{target} ({runs})")
    print(
        f"  {', '.join(f'{category} {least}' for category, least in others.items())}; layout shift {shift:.4f}",
        flush=True,
    )
    return shift < LARGEST_SHIFT and set(others.values()) == {100}


def _index(of: Any) -> float:
    """How fast the machine was at the time."""
    index: float = of["environment"]["benchmarkIndex"]
    return index


def _score(of: Any, category: str) -> int:
    """A score as Lighthouse prints it: of 100."""
    score: float = of["categories"][category]["score"]
    return round(100 * score)


def main() -> None:
    """Serve the site on loopback and measure the pages whose addresses are given, or those of ``PAGES``."""
    if not shutil.which("chromium"):
        sys.exit("Chromium is not installed: apt-get install chromium")
    with served(ROOT / "site", Compressed) as address:
        whole = [analyze(address, page) for page in sys.argv[1:] or PAGES]
    if not all(whole):
        sys.exit("something is missing in accessibility, best practices or SEO, or the layout shifts")


if __name__ == "__main__":
    main()
