"""The check of a draft: its figures against those of the trace, and its layers against the operations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layerwise.core.errors import DefinitionError
from layerwise.definition import parse
from layerwise.importing.counting import Counts
from layerwise.importing.steps import StepGraph
from layerwise.layers.activation import FUNCTIONS
from layerwise.network.catalogue import calculate
from layerwise.network.graph import Network

FILE = "draft.yml"
_IGNORED = {*FUNCTIONS, "identity", "flatten", "dropout"}


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check."""

    network: Network | None
    problem: str = ""
    layers: int = 0
    """Layers whose output shape is that of the model."""

    @property
    def is_exact(self) -> bool:
        """True if nothing differs."""
        return not self.problem


def shapes_of(graph: StepGraph) -> Counter[tuple[str, Any]]:
    """The kinds and output shapes of all layers, before normalizations become options of others."""
    return Counter((step.kind, step.shape) for step in graph.steps.values() if step.kind not in _IGNORED)


def check(text: str, counts: Counts, shapes: Counter[tuple[str, Any]]) -> Check:
    """Calculate a draft and compare it with the model."""
    try:
        network = calculate(parse(text, FILE), Path(FILE)).sound().entries[0].network
    except DefinitionError as error:
        return Check(None, f"the draft has an error: {error.diagnostics[0]}")
    figures = (("parameters", network.parameters), ("buffers", network.buffers), ("macs", network.macs))
    for name, value in figures:
        if value != (expected := getattr(counts, name)):
            word = "MACs" if name == "macs" else name
            return Check(network, f"the draft has {value:,} {word}, the model {expected:,}")
    found = Counter((node.layer.kind, node.output) for node in network.layers if node.layer.kind not in _IGNORED)
    if found != shapes:
        (kind, shape), _ = next(iter(((shapes - found) or (found - shapes)).items()))
        return Check(network, f"the layers differ: {kind} with an output of {shape}")
    return Check(network, layers=sum(shapes.values()))
