"""From a trace to a checked definition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

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
from layerwise.importing.lowering import UNUSABLE, lower
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


def draft(trace: Trace, name: str = "", *, flat: bool = False) -> Draft:
    """Draft the definition of a traced model.

    The draft is written with blocks, without, or flat: the first that has the parameters, buffers, MACs and shapes of
    the model. Raises ``ModelImportError`` if an operation cannot be expressed, or if no form has the figures.
    """
    graph = Graph(trace)
    try:
        counts = count_trace(trace)
        recognize(graph)
        graph.check_sharing()
    except UNUSABLE as error:
        raise ModelImportError(f"{trace.source}: its attributes or shapes are unusable: {str(error)[:100]}") from None
    steps, skipped = lower(graph)
    shapes = shapes_of(steps)
    fuse(steps)
    notes = [*trace.notes, *_notes(counts, skipped)]
    header = _header(trace, name or default_name(trace), steps, counts)
    problems = []
    for is_flat, write in _forms(steps, flat=flat):
        try:
            text = write(trace, steps).text(header)
            text = text if is_flat else formatted(text, "draft.yml")
        except RecursionError:
            problems.append("its branches nest too deeply for a draft with blocks")
            continue
        except (TooComplexError, DefinitionError) as error:
            problems.append(str(error).partition("\n")[0])
            continue
        result = check(text, counts, shapes)
        if result.is_exact:
            return Draft(text, is_flat, counts, result, graph.recognized, [*notes, *problems])
        problems.append(result.problem)
    raise ModelImportError(f"{trace.source}: no draft has the figures of the model: {problems[-1]}")


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


def _header(trace: Trace, name: str, steps: StepGraph, counts: Counts) -> list[str]:
    """The first lines of a draft."""
    figures = f"{counts.parameters:,} parameters and {counts.macs:,} MACs"
    return [
        f"# Drafted from {trace.source} ({trace.producer}).",
        f"# It has the figures of the model: {figures}.",
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
