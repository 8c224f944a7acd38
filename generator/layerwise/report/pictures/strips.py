"""The distribution of parameters, MACs and activations: three strips of equal width, cut in layer order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import NamedTuple

from layerwise.network.graph import Network
from layerwise.report import classes
from layerwise.report.formatting import grouped, scaled, share
from layerwise.report.formatting import name as display_name
from layerwise.report.pictures.part import Figures, Part, mixed
from layerwise.report.pictures.parts import cuts, layer_part

MAX_PARTS = 26
"""Segments of a strip; in longer networks similar neighbours become one."""
LEAST_NAMED = 0.02
"""The share from which a segment may have room for its name."""
LEAST_MIXED = 0.01
"""The share from which a segment shows all of its operations; a narrower one has the colour of the largest."""
LARGEST = 5
"""Number of the largest segments that are listed in words."""


class Bar(NamedTuple):
    """A segment as it is drawn."""

    mix: list[tuple[str, int]]
    """Its operations, each with the percentage of the segment at which it begins; they give its colours."""
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


@lru_cache(maxsize=4)
def strips_of(network: Network) -> tuple[Strip, ...]:
    """The strips of a network, without those of figures that are zero."""
    segments = _segments(network)
    wholes = Figures(network.parameters, network.macs, network.activations)
    titles = ("Parameters", "MACs", "Activations")
    return tuple(_strip(title, wholes[place], place, segments) for place, title in enumerate(titles) if wholes[place])


@dataclass(slots=True)
class _Segment:
    """A part with its name in a strip."""

    name: str
    place: str
    by_operation: Mapping[str, Figures]

    def value(self, place: int) -> int:
        """One of its figures."""
        return sum(figures[place] for figures in self.by_operation.values())


def _segments(network: Network) -> list[_Segment]:
    """The main path in order, and after it the side outputs, of which only the parameters count."""
    nodes = [node for node in network.layers if node.on_main_path]
    if len(nodes) <= MAX_PARTS:
        cut = [layer_part(node, " › ".join(map(display_name, node.path))) for node in nodes]
    else:
        cut = next((cut for cut in cuts(network) if len(cut) <= MAX_PARTS), [])
    result = [_segment(part, fills_stage=fills) for part, fills in zip(cut, _fill_stages(cut), strict=True)]
    for group in network.side_outputs:
        parameters = sum(node.stats.parameters for node in group.layers())
        name = display_name(group.name)
        result.append(_Segment(name, f"{name} (side output)", {"side-output": Figures(parameters)}))
    return result


def _fill_stages(cut: Sequence[Part]) -> list[bool]:
    """Tell for each part if it has the name of its stage: it is all of it, or the only run or block in it."""
    alone = Counter(part.stage for part in cut)
    runs = Counter(part.stage for part in cut if part.count > 1)
    blocks = Counter(part.stage for part in cut if part.is_block)
    return [
        alone[part.stage] == 1
        or (part.count > 1 and runs[part.stage] == 1)
        or (part.is_unnamed and blocks[part.stage] == 1)
        for part in cut
    ]


def _segment(part: Part, *, fills_stage: bool) -> _Segment:
    """A part, named by its stage if it is all of it or all but a few layers."""
    several = f" ×{part.count}" if part.count > 1 else ""
    if part.stage and fills_stage:
        place = part.stage if part.is_unnamed and not several else f"{part.place}{several}"
        return _Segment(part.stage, place, part.by_operation)
    part = replace(part, name=part.work or part.name)
    return _Segment(f"{part.name}{several}", f"{part.place}{several}", part.by_operation)


def _strip(title: str, whole: int, place: int, segments: Sequence[_Segment]) -> Strip:
    pairs = [(segment.value(place), segment) for segment in segments]
    ranked = sorted(pairs, key=lambda pair: -pair[0])
    largest = [
        f"{segment.place} {grouped(value)} ({share(value, whole)})" for value, segment in ranked[:LARGEST] if value
    ]
    bars = [_bar(segment, value, whole, place) for value, segment in pairs if value]
    return Strip(title, whole, scaled(whole), largest, bars)


def _bar(segment: _Segment, value: int, whole: int, place: int) -> Bar:
    part = value / whole
    title = f"{segment.place}: {grouped(value)} ({share(value, whole)})"
    values = {name: figures[place] for name, figures in segment.by_operation.items()}
    mix = mixed(values) if part >= LEAST_MIXED else [(max(values, key=lambda name: values[name]), 0)]
    return Bar(mix, round(part * 1e4), title, segment.name if part >= LEAST_NAMED else "")


def _html(strip: Strip) -> str:
    """A strip with its title and total. When it has the focus, it lists its largest segments."""
    lines = "".join(f"<span>{escape(line)}</span>" for line in strip.largest)
    bars = "".join(map(_segment_html, strip.bars))
    return (
        f'<div class="lw-strip"><span class="lw-what">{strip.title}</span>'
        f'<span class="lw-bar" role="img" tabindex="0" aria-label="{escape(strip.label)}">{bars}</span>'
        f'<span class="lw-sum">{strip.total}</span><span class="lw-largest" aria-hidden="true">{lines}</span></div>'
    )


def _segment_html(bar: Bar) -> str:
    """A segment in the colour of its first operation; each further one covers it from where it begins."""
    (first, _), *others = bar.mix
    further = "".join(f'<u class="lw-{name} {classes.share(start / 100)}"></u>' for name, start in others)
    name = f"<b>{escape(bar.name)}</b>" if bar.name else ""
    return f'<i class="lw-{first} {classes.number(bar.width)}" title="{escape(bar.title)}">{further}{name}</i>'
