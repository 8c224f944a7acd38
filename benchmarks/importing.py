"""Drafts of all stored traces: ``python -m benchmarks.importing``."""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter

from layerwise.importing.draft import draft
from layerwise.importing.trace import ModelImportError, parse_trace
from tests.traces import stored


def measure(library: str) -> None:
    """Print how many models of a library become drafts, and why the others do not."""
    forms: Counter[str] = Counter()
    seconds: list[float] = []
    reasons: list[str] = []
    for source, text in stored(library).items():
        start = time.process_time()
        try:
            result = draft(parse_trace(text, source))
            forms["flat" if result.is_flat else "draft"] += 1
        except ModelImportError as error:
            forms["refused"] += 1
            reasons.append(f"  {source}: {error}")
        seconds.append(time.process_time() - start)
    found = ", ".join(f"{count} {form}" for form, count in forms.most_common())
    print(f"{library}: {found}; median {statistics.median(seconds):.2f} s, at most {max(seconds):.2f} s")
    print("\n".join(reasons))


if __name__ == "__main__":
    for name in sys.argv[1:] or ["torchvision", "timm"]:
        measure(name)
