"""The engine of the calculator as a browser starts it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

from layerwise.core.docs import field_docs
from layerwise.layers import KINDS, MERGES
from layerwise.report import layer
from layerwise.report.calculator import Calculator

SAMPLES = (
    "name: A\ninput: 32x32x3\nlayers: [{conv: 3x3x4, norm: batch_norm}, relu, {max_pool: 2x2}, flatten, {fc: 10}]\n",
    "name: A\ninput: 8x8x3\nlayers: [{conv: 3x3x$(2 * x}, {convv: 1}, {conv: , stride: none}, {fc: 1, uints: 2}]\n",
    "name: A\ninput: 8x8x3\nparameters: {n: 1}\nlayers: [{fc: '$(n[0])'}]\n",
)
"""A definition without errors, and some with errors in different parts: they import what is only imported for them."""
USING = "name: A\ninput: 8x8x3\nuse: {blocks/a: b}\nlayers: [b]\n"
USED = {"blocks/a.yml": "blocks: {b: {layers: [relu]}}\n"}
"""A definition that uses a block of another file, and that file."""


def start() -> Callable[[str], str]:
    """Return the function that answers requests: see ``Calculator.respond``."""
    return Calculator().respond


def add_importer(archive: str) -> None:
    """Let the engine find the importer, which is in an archive of its own."""
    sys.path.append(archive)
    for name, module in sys.modules.items():
        if name.partition(".")[0] == "layerwise" and hasattr(module, "__path__"):
            module.__path__.append(f"{archive}/{name.replace('.', '/')}")


def warm_up() -> None:
    """Import what is otherwise imported late, and read the docstrings that errors quote.

    A snapshot taken afterwards needs no module and no source code.
    """
    for kind in (*KINDS.values(), *MERGES.values()):
        field_docs(kind)
    calculator = Calculator()
    for sample in reversed(SAMPLES):
        calculator.calculate(sample)
    for name in ("json", "csv", "derivation", "markdown"):
        calculator.data(name)
    calculator.calculate(USING, "using.yml", "", USED)
    calculator.changes(SAMPLES[0], "a.yml")
    calculator.what_if(SAMPLES[0], "a.yml", "a", "64", "5")
    layer.calculate("conv", layer.sample(KINDS["conv"]).values)
    "".encode("cp437")  # names in zip archives, which some models are
    gc.collect()
    gc.freeze()
