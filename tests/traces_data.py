"""Make the stored traces: ``python -m tests.traces_data torchvision``, where torchvision and timm are installed.

All builders of torchvision's classification models are traced, and the models of ``tests/data/traces/timm.txt``.
That list is a random choice of 150 models of timm's convolutional families, made before any of them was traced.
"""

from __future__ import annotations

import importlib
import lzma
import sys

from layerwise.importing.readers.torch_export import trace_torch
from layerwise.importing.trace import ModelImportError
from tests.traces import FOLDER


def sources(library: str) -> list[str]:
    """The models to trace."""
    if library == "torchvision":
        torchvision = importlib.import_module("torchvision")
        return [f"torchvision.models:{name}" for name in torchvision.models.list_models(module=torchvision.models)]
    return (FOLDER / f"{library}.txt").read_text().split()


def main(library: str) -> None:
    """Trace all models of a library, and store the traces."""
    lines = []
    for source in sources(library):
        try:
            lines.append(trace_torch(source).to_json())
        except ModelImportError as error:
            sys.stderr.write(f"{error}\n")
    (FOLDER / f"{library}.jsonl.xz").write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))


if __name__ == "__main__":
    main(sys.argv[1])
