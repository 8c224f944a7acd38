"""Where parameters, multiply-accumulates and activations sit: three strips of one width, cut in the order of layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from layerwise.network.graph import Network
from layerwise.report.formatting import grouped, scaled, share
from layerwise.report.formatting import name as printed
from layerwise.report.pictures.parts import Part, cuts, layer_part

MAX_PARTS = 26
"""Segments of a strip; beyond, neighbours that are alike become one."""
LEAST_NAMED = 0.02
"""The share from which on a segment may have room for its name."""
LARGEST = 5
"""How many of the largest are told in words."""


def strips(network: Network) -> str:
    """The three strips with their totals."""
    segments = _segments(network)
    lines = (
        _strip("Parameters", network.parameters, [segment.parameters for segment in segments], segments),
        _strip("MACs", network.macs, [segment.macs for segment in segments], segments),
        _strip("Activations", network.activations, [segment.activations for segment in segments], segments),
    )
    return f'<div class="lw-strips">{"".join(lines)}</div>'


@dataclass(slots=True)
class _Segment:
    """A part with its sums."""

    name: str
    place: str
    css: str
    parameters: int
    macs: int = 0
    activations: int = 0


def _segments(network: Network) -> list[_Segment]:
    """The main path in order, and behind it the side outputs, of which only the parameters count."""
    nodes = [node for node in network.layers if node.on_main_path]
    if len(nodes) <= MAX_PARTS:
        cut = [layer_part(node, " › ".join(map(printed, node.path))) for node in nodes]
    else:
        cut = next((cut for cut in cuts(network) if len(cut) <= MAX_PARTS), [])
    alone = Counter(part.stage for part in cut)
    runs = Counter(part.stage for part in cut if part.count > 1)
    found = [
        _segment(part, fills_stage=alone[part.stage] == 1 or (part.count > 1 and runs[part.stage] == 1)) for part in cut
    ]
    for group in network.side_outputs:
        parameters = sum(node.stats.parameters for node in group.layers())
        name = printed(group.name)
        found.append(_Segment(name, f"{name} (side output)", "lw-side-output", parameters))
    return found


def _segment(part: Part, *, fills_stage: bool) -> _Segment:
    """A part; what fills its stage, all of it or all but a few layers, is called by that."""
    several = f" ×{part.count}" if part.count > 1 else ""
    name = part.stage if part.stage and fills_stage else f"{part.name}{several}"
    place = f"{part.place}{several}"
    return _Segment(name, place, f"lw-{part.category}", part.parameters, part.macs, part.activations)


def _strip(what: str, whole: int, values: Sequence[int], segments: Sequence[_Segment]) -> str:
    """One strip: its name, its segments, and its total. What is focused tells its largest segments."""
    if not whole:
        return ""
    drawn = "".join(_bar(segment, value, whole) for segment, value in zip(segments, values, strict=True) if value)
    ranked = sorted(zip(values, segments, strict=True), key=lambda pair: -pair[0])
    largest = [
        f"{segment.place} {grouped(value)} ({share(value, whole)})" for value, segment in ranked[:LARGEST] if value
    ]
    said = f"{what} in layer order.{' The largest:' if len(largest) == LARGEST else ''} {'; '.join(largest)}."
    told = "".join(f"<span>{escape(line)}</span>" for line in largest)
    return (
        f'<div class="lw-strip"><span class="lw-what">{what}</span>'
        f'<span class="lw-bar" role="img" tabindex="0" aria-label="{escape(said)}">{drawn}</span>'
        f'<span class="lw-sum">{scaled(whole)}</span><span class="lw-told" aria-hidden="true">{told}</span></div>'
    )


def _bar(segment: _Segment, value: int, whole: int) -> str:
    """A segment, with its name where there may be room for it."""
    part = value / whole
    name = f"<b>{escape(segment.name)}</b>" if part >= LEAST_NAMED else ""
    told = f"{segment.place}: {grouped(value)} ({share(value, whole)})"
    return f'<i class="{segment.css}" style="flex:{part * 1e4:.0f}" title="{escape(told)}">{name}</i>'
