"""The flat form: one layer a line, with kept outputs, for any graph."""

from __future__ import annotations

from itertools import pairwise

from layerwise.importing.drafting.elements import Element, Series
from layerwise.importing.drafting.series import element
from layerwise.importing.drafting.stages import STAGE
from layerwise.importing.steps import StepGraph

MAX_ENTRIES = 500


def flat_series(graph: StepGraph) -> Series:
    """Return every layer of a graph in the order of execution, without branches other than kept outputs."""
    users = graph.uses()
    kept: dict[str, str] = {}
    order = [graph.input, *graph.steps]
    following = dict(pairwise(order))
    for name in order:
        if any(following.get(name) != user or len(graph.steps[user].inputs) > 1 for user in users[name]):
            kept[name] = f"x{len(kept) + 1}"
    series: Series = []
    if graph.input in kept:
        series.append(Element("identity", shape=graph.input_shape, keep=kept[graph.input]))
    current = graph.input
    for step in graph.steps.values():
        item = element(step)
        if len(step.inputs) > 1:
            item.branches = [[Element("from", {"source": kept[name]})] for name in step.inputs]
        elif step.inputs[0] != current:
            series.append(Element("from", {"source": kept[step.inputs[0]]}))
        item.keep = kept.get(step.id, "")
        series.append(item)
        current = step.id
    if graph.output != current:
        series.append(Element("from", {"source": kept.setdefault(graph.output, "output")}))
    return _in_parts(series)


def _in_parts(series: Series) -> Series:
    """A list as stages, if it is longer than a list of a definition may be."""
    if len(series) <= MAX_ENTRIES:
        return series
    parts = [series[start : start + MAX_ENTRIES] for start in range(0, len(series), MAX_ENTRIES)]
    return [Element(STAGE, {"name": f"part {number}"}, [part], part[-1].shape) for number, part in enumerate(parts, 1)]
