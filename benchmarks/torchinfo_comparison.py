"""The speed-up over torchinfo: a network is calculated from its file to all figures, in one run.

Both begin with a description of the network: we read a definition file, torchinfo needs an instance of the model that
torchvision's code makes. The time of torchinfo's summary of a model that exists already is also printed. Needs ``pip
install torch torchvision torchinfo``, which nothing else does; calculating needs PyYAML alone, so that the checkout
need not be installed: ``PYTHONPATH=generator python -m benchmarks.torchinfo_comparison``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from layerwise.core.files import pages_in
from layerwise.definition import load
from layerwise.network.assembly import assemble
from layerwise.network.graph import Network

NETWORKS = Path(__file__).parents[1] / "networks"
MODELS = {"resnet-50": 224, "resnet-152": 224, "efficientnet-b7": 600}
"""Networks by the names of their pages, with the size of their input."""
RUNS = 5
WANTED = 40


def calculated(slug: str, file: Path) -> Network:
    """A network of a file."""
    definition = load(file)
    return assemble(definition, next(variant for variant in definition.variants if variant.slug == slug))


def seconds(work: Callable[[], object]) -> float:
    """The median time of some work, after a run that does not count."""
    times = []
    for run in range(RUNS + 1):
        start = time.perf_counter()
        work()
        if run:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the times and their ratio for every model."""
    try:
        import torchinfo  # type: ignore[import-not-found]  # noqa: PLC0415 - an optional dependency
        import torchvision  # type: ignore[import-not-found]  # noqa: PLC0415
    except ImportError as error:
        print(f"torchinfo: skipped, {error.name} is not installed")
        return
    pages = pages_in(NETWORKS)
    for slug, size in MODELS.items():
        make = getattr(torchvision.models, slug.replace("-", "" if slug.startswith("resnet") else "_"))
        model = make()
        parameters = sum(tensor.numel() for tensor in model.parameters())
        if (own := calculated(slug, pages[slug]).parameters) != parameters:
            sys.exit(f"{slug}: {own:,} parameters, torchvision has {parameters:,}")
        summary = seconds(lambda: torchinfo.summary(model, (1, 3, size, size), verbose=0))  # noqa: B023 - run at once
        theirs = seconds(lambda: torchinfo.summary(make(), (1, 3, size, size), verbose=0))  # noqa: B023
        ours = seconds(lambda: calculated(slug, pages[slug]))  # noqa: B023
        ratio = theirs / ours
        mark = "" if ratio >= WANTED else f", fewer than {WANTED}"
        alone = f"{1000 * summary:.0f} ms without making the model, {summary / ours:.0f} times"
        print(
            f"{slug}: {1000 * ours:.0f} ms, torchinfo {1000 * theirs:.0f} ms, {ratio:.0f} times{mark} ({alone})",
            flush=True,
        )


if __name__ == "__main__":
    main()
