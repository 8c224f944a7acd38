"""The profile: feature maps as slabs from input to output, as the papers draw LeNet, AlexNet and VGG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import groupby
from math import fsum

from layerwise.network.graph import Network
from layerwise.report.operations import legend
from layerwise.report.pictures.arcs import Arc, arcs
from layerwise.report.pictures.flow import links
from layerwise.report.pictures.part import Drawn, Figures, Part, mixed
from layerwise.report.pictures.parts import cuts
from layerwise.report.pictures.slabs import HOP, Column, column_of, half_label, sides
from layerwise.report.pictures.strips import strips_of
from layerwise.report.pictures.svg import image, path, scrolling, shortened, text, width_of

MAX_PARTS = 20
"""Maximum number of parts side by side."""
SLABS_AND_SCALES = ((8, 1.0), (6, 1.0), (5, 1.0), (4, 1.0), (4, 0.8), (3, 0.7))
"""Maximum number of slabs of a part, and the scale of their widths: the first pair with room for all is used.

The number of layers of a part is in its label.
"""
WIDTH, WIDEST = 1060.0, 1150.0
"""The width of a page, and the width up to which a profile can shrink to it and stay readable."""
LEAST_GAP, LARGEST_GAP = 9.0, 50.0
STAGE_SIZE = 10.5
LANE_GAP = 10.0
"""Between the labels of a lane and the slabs of the next."""


def profile(network: Network) -> str:
    """The picture of a network's main path."""
    columns, width = _placed(network)
    found = links(network, [one for column in columns for one in column.part.drawn])
    skips, hops = _skips(columns, found), any(True for column in columns for _ in column.hops(0))
    tops = [-column.lanes[0].height - HOP * hops for column in columns]
    grounds = _grounds(columns, 2 - min(*tops, *(arc.level for arc in skips)))
    over = "".join(
        [arc.data(grounds[0]) for arc in skips] + [hop for column in columns for hop in column.hops(grounds[0])]
    )
    marks = _stage_marks(columns, grounds[0] + 38)
    height = grounds[-1] + 18 if len(grounds) > 1 else grounds[0] + (56 if marks else 36)
    body = [
        *_lane_lines(columns, grounds),
        *(column.svg(grounds) for column in columns),
        f'<path class="lw-arc" d="{over}"/>' if over else "",
        *marks,
    ]
    label = f"Feature maps of {network.name} from input to output: {'; '.join(column.words for column in columns)}."
    picture = image(width, height, label + _skip_words(columns, found), body)
    return (
        f'<figure class="lw-profile">{scrolling(f"Profile of {network.name}", picture, width)}'
        f"<figcaption><span>{_caption(columns, over)}</span>"
        f"{legend(_operations(network, columns))}</figcaption></figure>"
    )


def _caption(columns: Sequence[Column], over: str) -> str:
    """The meaning of sizes, lines and lanes."""
    words = "Feature maps from input to output. Height shows spatial size, width shows channels"
    words += ", colours the share of the MACs." if any(len(_mix(column)) > 1 for column in columns) else "."
    if any(len(lane.shape) > 3 for column in columns for lane in column.lanes):
        words += " The depth of a volume is in its label alone."
    if over:
        words += " Arcs are skip connections."
    if any(len(column.lanes) > 1 for column in columns):
        words += " Slabs one above the other are resolutions in parallel."
    return words


def _mix(column: Column) -> list[tuple[str, int]]:
    return mixed({name: figures.macs for name, figures in column.part.by_operation.items()})


def _operations(network: Network, columns: Sequence[Column]) -> Iterator[str]:
    """The operations that have a colour here, without the input, or in the strips, which follow."""
    for column in columns[1:]:
        yield from (name for name, _ in _mix(column))
    for strip in strips_of(network):
        for bar in strip.bars:
            yield from (name for name, _ in bar.mix)


# --- places ---------------------------------------------------------------------------------------------------------


def _placed(network: Network) -> tuple[list[Column], float]:
    """The input and the parts with their places, and the total width: the finest cut with room for all."""
    figures = {"input": Figures(0, 0, network.input.elements)}
    source = Part("Input", "Input", "", (Drawn(-1, (network.input,)),), figures)
    columns, parts, width = list[Column](), [source], 0.0
    for cut in cuts(network):
        parts = [source, *_with_names_of_stages(cut)]
        if len(cut) > MAX_PARTS or fsum(2 * half_label(part) + LEAST_GAP for part in parts) > WIDEST:
            continue
        for columns, width in _scaled(parts):
            if width <= WIDEST:
                return columns, width
    if not columns:  # too many outputs for the width of a page: the picture scrolls
        *_, (columns, width) = _scaled(parts)
    return columns, width


def _scaled(parts: Sequence[Part]) -> Iterator[tuple[list[Column], float]]:
    """The columns of a cut with their total width, at smaller and smaller scales."""
    tallest = max(sides(shape)[0] for part in parts for shape in part.drawn[-1].shapes)
    for most, scale in SLABS_AND_SCALES:
        columns = [column_of(part, tallest, most, scale) for part in parts]
        yield columns, _place(columns)


def _with_names_of_stages(cut: Sequence[Part]) -> list[Part]:
    """Name a block without a name of its own by its stage, if it is all of the stage that is drawn."""
    alone = Counter(part.stage for part in cut)
    return [
        replace(part, name=part.stage) if part.is_unnamed and part.count == 1 and alone[part.stage] == 1 else part
        for part in cut
    ]


def _place(columns: Sequence[Column]) -> float:
    """Place columns side by side with the remaining room between them; return the total width."""
    rooms = [column.room() for column in columns]
    taken = fsum(before + after for before, after in rooms)
    gap = min(max((WIDTH - taken) / max(len(columns) - 1, 1), LEAST_GAP), LARGEST_GAP)
    x = 1.0
    for column, (before, after) in zip(columns, rooms, strict=True):
        column.x = x + before - column.fronts / 2
        x += before + after + gap
    return x - gap + 1


def _grounds(columns: Sequence[Column], first: float) -> list[float]:
    """The ground of each lane: the second is below the labels of the first."""
    grounds = [first]
    for place in range(1, max(len(column.lanes) for column in columns)):
        height = max(column.lanes[place].height for column in columns if place < len(column.lanes))
        grounds.append(grounds[-1] + (56 if place == 1 else 18) + LANE_GAP + height)
    return grounds


def _stage_marks(columns: Sequence[Column], y: float) -> list[str]:
    """A line and a name below the columns of each stage whose columns have other names."""
    marks = []
    for stage, run in groupby(columns, key=lambda column: column.part.stage):
        members = list(run)
        if not stage or [member.part.name for member in members] == [stage]:
            continue
        first, last = members[0], members[-1]
        left, right = first.middle - first.room()[0], last.middle + last.room()[1]
        marks.append(f'<path class="lw-mark" d="{path("M", left, y, "H", right)}"/>')
        name = shortened(stage, int((right - left + LEAST_GAP) / width_of("x", STAGE_SIZE)))
        marks.append(text((left + right) / 2, y + 14, escape(name), "lw-stage"))
    return marks


# --- skip connections and lanes -------------------------------------------------------------------------------------


def _skips(columns: Sequence[Column], found: Sequence[tuple[int, int]]) -> list[Arc]:
    """The connections between slabs that are not neighbours; those of skipped slabs are skipped."""
    tops = [column.top(place, 0) for column in columns for place in range(column.part.count)]
    shown = [place for place, top in enumerate(tops) if top]
    places = {place: number for number, place in enumerate(shown)}
    pairs = [(places[start], places[end]) for start, end in found if start in places and end in places]
    return arcs([top for top in tops if top], pairs)


def _skip_words(columns: Sequence[Column], found: Sequence[tuple[int, int]]) -> str:
    """The skip connections between columns, for the text alternative."""
    owners = [column.part.place for column in columns for _ in column.part.drawn]
    pairs = dict.fromkeys((owners[start], owners[end]) for start, end in found)
    words = "; ".join(f"{start} to {end}" for start, end in pairs if start != end)
    return f" Skip connections: {words}." if words else ""


def _lane_lines(columns: Sequence[Column], grounds: Sequence[float]) -> Iterator[str]:
    """A line through each lower lane, from the row above where it begins back to where it ends."""
    for lane, ground in enumerate(grounds[1:], 1):
        members = [column for column in columns if lane < len(column.lanes)]
        first, last = members[0], members[-1]
        y = ground - members[0].lanes[lane].front / 2
        left, right = first.middle - first.room()[0] - 4, last.middle + last.room()[1] + 4
        before, after = columns[columns.index(first) - 1], columns[columns.index(last) + 1 :][:1]
        data = path("M", before.middle, grounds[0] - 7, "H", left, "V", y, "H", right)
        back = path("V", grounds[0] - 7, "H", after[0].x) if after else ""
        yield f'<path class="lw-lane" d="{data}{back}"/>'
