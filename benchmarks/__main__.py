"""Prints the ratios: ``make bench``."""

from __future__ import annotations

import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config

from benchmarks.serve import serving
from layerwise.core.files import files_in
from layerwise.definition import load
from layerwise.network.assembly import assemble
from layerwise.network.catalogue import Catalogue, Entry, Loader, collector_paused
from layerwise.network.claims import check
from layerwise.report.data import export
from layerwise.site.page import Page
from layerwise.site.pages import Task
from layerwise.site.renderer import Renderer
from layerwise.site.site import Site

ROOT = Path(__file__).parents[1]
NETWORKS = ROOT / "networks"
RUNS = 5


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of some work, after one run that does not count."""
    times = []
    for run in range(runs + 1):
        start = time.perf_counter()
        work()
        if run:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def calculating() -> None:
    """Reading all definitions, and calculating all networks, against parsing the YAML."""
    texts = [path.read_text(encoding="utf-8") for path in files_in(NETWORKS)]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parsing = seconds(lambda: [yaml.load(text, Loader=loader) for text in texts])  # noqa: S506 - a safe loader
    catalogue = Loader().folder(NETWORKS)
    with collector_paused():  # as it is wherever all networks are calculated
        reading = seconds(lambda: [load(path) for path in files_in(NETWORKS)])
        whole = seconds(partial(_calculate_all, catalogue))
        times = {entry.network.name: seconds(partial(_calculate, entry), 1) for entry in catalogue.entries}
    print(
        f"{len(catalogue.entries)} networks, {sum(len(entry.network.layers) for entry in catalogue.entries):,} layers"
    )
    print(f"reading all definitions: {reading:.2f} s, {reading / parsing:.1f} × parsing their YAML")
    print(f"calculating all networks: {whole:.2f} s, {whole / parsing:.1f} × parsing their YAML")
    slowest = max(times, key=lambda name: times[name])
    print(f"largest single network: {slowest}, {1000 * times[slowest]:.0f} ms")


def _calculate_all(catalogue: Catalogue) -> None:
    for entry in catalogue.entries:
        _calculate(entry)


def _calculate(entry: Entry) -> None:
    check(assemble(entry.network.definition, entry.network.variant))


def building() -> None:
    """The site against the same site with its generated pages empty."""
    pages = len(Renderer(_catalogue(), site=True).tasks())
    full = seconds(_build, 3)
    with patch.object(Renderer, "page", _empty_page), patch.object(export, "network_files", _no_data):
        empty = seconds(_build, 3)
    with patch.object(Site, "pages", list), patch.object(Site, "files", list):
        bare = seconds(_build, 3)
    print(f"building {pages} generated pages: {full:.2f} s, {full / empty:.2f} × the same pages empty")
    print(f"over a site without them: {1000 * (full - bare) / pages:.1f} ms a page")


def _empty_page(_: Renderer, task: Task) -> Page:
    return Page(task.path, f"# {task.path}", [], task.definition)


def _no_data(entry: Entry, _: str = "") -> dict[str, str]:
    return dict.fromkeys(export.network_paths(entry), "")


def _catalogue() -> Catalogue:
    return Loader().folder(NETWORKS)


def _build() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=folder)
        config.plugins.on_startup(command="build", dirty=False)
        build(config)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    calculating()
    building()
    serving()
