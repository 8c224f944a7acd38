"""The distribution of parameters, MACs and activations: three strips of equal width, cut in layer order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from layerwise.network.graph import Network
from layerwise.report.formatting import grouped, scaled, share
from layerwise.report.formatting import name as display_name
from layerwise.report.pictures.parts import Part, cuts, layer_part

MAX_PARTS = 26
"""Segments of a strip; in longer networks similar neighbours become one."""
LEAST_NAMED = 0.02
"""The share from which a segment may have room for its name."""
LARGEST = 5
"""Number of the largest segments that are listed in words."""


class Bar(NamedTuple):
    """A segment as it is drawn."""

    category: str
    """The category of layers, which gives its colour."""
    width: int
    """Its share of the strip in 1/10,000."""
    title: str
    """Its place, figure and share, shown when the pointer is on it."""
    name: str
    """Its name; empty if there is no room for it."""


class Strip(NamedTuple):
    """One figure of a network, cut into segments in layer order."""

    title: str
    whole: int
    total: str
    """``whole`` as it is printed."""
    largest: list[str]
    """The largest segments with their figures."""
    bars: list[Bar]

    @property
    def label(self) -> str:
        """The text alternative."""
        largest = f"{' The largest:' if len(self.largest) == LARGEST else ''} {'; '.join(self.largest)}"
        return f"{self.title} in layer order.{largest}."


def strips(network: Network) -> str:
    """The three strips with their totals."""
    return f'<div class="lw-strips">{"".join(map(_html, strips_of(network)))}</div>'


def strips_of(network: Network) -> list[Strip]:
    """The strips of a network, without those of figures that are zero."""
    segments = _segments(network)
    figures = (
        ("Parameters", network.parameters, [segment.parameters for segment in segments]),
        ("MACs", network.macs, [segment.macs for segment in segments]),
        ("Activations", network.activations, [segment.activations for segment in segments]),
    )
    return [_strip(title, whole, values, segments) for title, whole, values in figures if whole]


@dataclass(slots=True)
class _Segment:
    """A part with its sums."""

    name: str
    place: str
    category: str
    parameters: int
    macs: int = 0
    activations: int = 0


def _segments(network: Network) -> list[_Segment]:
    """The main path in order, and after it the side outputs, of which only the parameters count."""
    nodes = [node for node in network.layers if node.on_main_path]
    if len(nodes) <= MAX_PARTS:
        cut = [layer_part(node, " › ".join(map(display_name, node.path))) for node in nodes]
    else:
        cut = next((cut for cut in cuts(network) if len(cut) <= MAX_PARTS), [])
    alone = Counter(part.stage for part in cut)
    runs = Counter(part.stage for part in cut if part.count > 1)
    result = [
        _segment(part, fills_stage=alone[part.stage] == 1 or (part.count > 1 and runs[part.stage] == 1)) for part in cut
    ]
    for group in network.side_outputs:
        parameters = sum(node.stats.parameters for node in group.layers())
        name = display_name(group.name)
        result.append(_Segment(name, f"{name} (side output)", "side-output", parameters))
    return result


def _segment(part: Part, *, fills_stage: bool) -> _Segment:
    """A part, named by its stage if it is all of it or all but a few layers."""
    several = f" ×{part.count}" if part.count > 1 else ""
    name = part.stage if part.stage and fills_stage else f"{part.name}{several}"
    return _Segment(name, f"{part.place}{several}", part.category, part.parameters, part.macs, part.activations)


def _strip(title: str, whole: int, values: Sequence[int], segments: Sequence[_Segment]) -> Strip:
    ranked = sorted(zip(values, segments, strict=True), key=lambda pair: -pair[0])
    largest = [
        f"{segment.place} {grouped(value)} ({share(value, whole)})" for value, segment in ranked[:LARGEST] if value
    ]
    bars = [_bar(segment, value, whole) for segment, value in zip(segments, values, strict=True) if value]
    return Strip(title, whole, scaled(whole), largest, bars)


def _bar(segment: _Segment, value: int, whole: int) -> Bar:
    part = value / whole
    title = f"{segment.place}: {grouped(value)} ({share(value, whole)})"
    return Bar(segment.category, round(part * 1e4), title, segment.name if part >= LEAST_NAMED else "")


def _html(strip: Strip) -> str:
    """A strip with its title and total. When it has the focus, it lists its largest segments."""
    lines = "".join(f"<span>{escape(line)}</span>" for line in strip.largest)
    bars = "".join(
        f'<i class="lw-{bar.category}" style="flex:{bar.width}" title="{escape(bar.title)}">'
        f"{f'<b>{escape(bar.name)}</b>' if bar.name else ''}</i>"
        for bar in strip.bars
    )
    return (
        f'<div class="lw-strip"><span class="lw-what">{strip.title}</span>'
        f'<span class="lw-bar" role="img" tabindex="0" aria-label="{escape(strip.label)}">{bars}</span>'
        f'<span class="lw-sum">{strip.total}</span><span class="lw-largest" aria-hidden="true">{lines}</span></div>'
    )
