"""From a trace to a checked definition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from layerwise.core.errors import DefinitionError
from layerwise.definition.formatting import formatted
from layerwise.importing.checking import Check, check, shapes_of
from layerwise.importing.counting import Counts, count_trace
from layerwise.importing.drafting.blocks import with_blocks
from layerwise.importing.drafting.flat import flat_series
from layerwise.importing.drafting.instances import Modules
from layerwise.importing.drafting.repeats import with_repeats
from layerwise.importing.drafting.series import TooComplexError, series_of
from layerwise.importing.drafting.stages import with_stages
from layerwise.importing.drafting.writing import Writer
from layerwise.importing.drafting.yaml_values import scalar
from layerwise.importing.fusing import fuse
from layerwise.importing.graph import Graph
from layerwise.importing.lowering import UNUSABLE, UnsupportedError, lower, lower_partly
from layerwise.importing.lowering.uncounted import KINDS, uncounted_notes
from layerwise.importing.recognizers import recognize
from layerwise.importing.steps import StepGraph
from layerwise.importing.trace import ModelImportError, Trace

LARGE = 1_000
"""Layers from which on a draft without blocks is not tried, so that a model is refused within a second."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition of a model, whose figures are those of the model."""

    text: str
    is_flat: bool
    counts: Counts
    check: Check
    recognized: Counter[str]
    notes: list[str] = field(default_factory=list)
    uncounted: int = 0
    """Operations that no layer expresses: they are marked in the draft, and no figure includes them."""

    @property
    def form(self) -> str:
        """The form of the text in words."""
        return "one layer per line" if self.is_flat else "with blocks" if "\nblocks:" in self.text else "without blocks"


def draft(trace: Trace, name: str = "", *, flat: bool = False) -> Draft:
    """Draft the definition of a traced model.

    The draft is written with blocks, without, or flat: the first that has the parameters, buffers, MACs and shapes of
    the model. If no layer expresses an operation, the draft is flat, and the operation is marked and not counted.
    Raises ``ModelImportError`` if that is impossible, or if no form has the figures.
    """
    graph = Graph(trace)
    layers = _lowered(graph)
    try:
        counts = count_trace(trace, layers.uncounted)
    except UNUSABLE as error:
        raise _unusable(trace, error) from None
    if layers.error and counts.uncounted_parameters > counts.parameters:
        raise layers.error
    shapes = shapes_of(layers.steps)
    fuse(layers.steps)
    uncounted = [step for step in layers.steps.steps.values() if step.kind in KINDS]
    notes = [*trace.notes, *_notes(counts, layers.skipped), *uncounted_notes(uncounted, counts)]
    header = _header(trace, name or default_name(trace), layers.steps, counts, is_whole=not uncounted)
    problems = []
    for is_flat, write in _forms(layers.steps, flat=flat or bool(uncounted)):
        try:
            text = write(trace, layers.steps).text(header)
            text = text if is_flat else formatted(text, "draft.yml")
        except RecursionError:
            problems.append("its branches nest too deeply for a draft with blocks")
            continue
        except (TooComplexError, DefinitionError) as error:
            problems.append(str(error).partition("\n")[0])
            continue
        result = check(text, counts, shapes)
        if result.is_exact:
            notes += problems
            return Draft(text, is_flat, counts, result, graph.recognized, notes, len(uncounted))
        problems.append(result.problem)
    raise layers.error or ModelImportError(f"{trace.source}: no draft has the figures of the model: {problems[-1]}")


class _Layers(NamedTuple):
    """The layers of a model, and the operations that none of them expresses."""

    steps: StepGraph
    skipped: list[str]
    uncounted: Collection[str] = ()
    error: ModelImportError | None = None
    """The reason why some operations are not counted."""


def _lowered(graph: Graph) -> _Layers:
    """Turn a graph into layers. Raises ``ModelImportError`` if that is impossible even without some operations."""
    try:
        recognize(graph)
        graph.check_sharing()
        return _Layers(*lower(graph))
    except UnsupportedError as error:
        try:
            return _Layers(*lower_partly(graph), error)
        except (ModelImportError, *UNUSABLE):
            raise error from None
    except UNUSABLE as error:
        raise _unusable(graph.trace, error) from None


def _unusable(trace: Trace, error: Exception) -> ModelImportError:
    return ModelImportError(f"{trace.source}: its attributes or shapes are unusable: {str(error)[:100]}")


def _forms(steps: StepGraph, *, flat: bool) -> list[tuple[bool, Callable[[Trace, StepGraph], Writer]]]:
    """The ways to write a draft, the most readable first."""
    if flat:
        return [(True, _flat)]
    plain = [(False, _plain)] if len(steps.steps) < LARGE else []
    return [(False, _structured), *plain, (True, _flat)]


def _structured(trace: Trace, steps: StepGraph) -> Writer:
    """With blocks, repeats and stages."""
    series = series_of(steps)
    modules = Modules(trace.modules, series)
    blocks = with_blocks(series, trace.modules, steps.input_shape.channels)
    series = with_stages(blocks.series, modules)
    templates = {template.name: template for template in blocks.templates}
    return Writer(blocks.templates, with_repeats(series, templates))


def _plain(_: Trace, steps: StepGraph) -> Writer:
    """With branches and repeats, without blocks."""
    return Writer([], with_repeats(series_of(steps), {}))


def _flat(_: Trace, steps: StepGraph) -> Writer:
    """One layer a line."""
    return Writer([], flat_series(steps))


def _header(trace: Trace, name: str, steps: StepGraph, counts: Counts, *, is_whole: bool) -> list[str]:
    """The first lines of a draft."""
    figures = f"{counts.parameters:,} parameters and {counts.macs:,} MACs"
    without = "" if is_whole else ", without the uncounted operations"
    return [
        f"# Drafted from {trace.source} ({trace.producer}).",
        f"# It has the figures of the model{without}: {figures}.",
        f"name: {scalar(name)}",
        f"input: {'x'.join(map(str, steps.input_shape))}",
    ]


def default_name(trace: Trace) -> str:
    """A name for the network: the last part of its source, without the ending of a file."""
    last = re.split(r"[:/\\]", trace.source)[-1]
    return re.sub(r"\.(onnx|pt2|keras|json)$", "", last) or "Imported"


def _notes(counts: Counts, skipped: list[str]) -> list[str]:
    """Return what a reader of a draft must know."""
    notes = []
    if counts.unused_parameters:
        notes.append(
            f"the model has {counts.unused_parameters:,} more parameters that it does not use for its output, such as "
            "those of auxiliary classifiers"
        )
    if counts.unlearned:
        notes.append(f"{counts.unlearned:,} stored values that are not learned, such as indexes, are not counted")
    if skipped:
        more = f" and {len(skipped) - 1} more" if len(skipped) > 1 else ""
        notes.append(f"arithmetic with constants has no parameters and MACs, and is omitted: {skipped[0]}{more}")
    return notes
