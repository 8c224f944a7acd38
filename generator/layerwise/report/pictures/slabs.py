"""The columns of a profile: a part of the network as slabs, one for each layer or block, with name and shape below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from layerwise.core.shape import Shape
from layerwise.report.formatting import grouped
from layerwise.report.operations import OPERATIONS
from layerwise.report.pictures.part import Drawn, Part, mixed
from layerwise.report.pictures.svg import path, shortened, text, title, width_of

TALLEST = 132.0
"""Front of the largest map."""
SLANT = 0.28
"""The depth of a slab, to the right and up, relative to its height."""
FLAT = 9.0
"""Front of a vector."""
FLAT_SLANT = 5.0
"""The depth of a vector, and of tokens, which have one spatial side."""
SLAB_GAP = 1.5
LEFT_OUT = 9.0
"""Gap before the last slab if some are skipped."""
NAME_SIZE, SHAPE_SIZE = 11.0, 9.5
LONGEST_NAME = 18
HOP = 6.0
"""Height of the arc of a shortcut over its slab."""


@dataclass(frozen=True, slots=True)
class Slab:
    """A drawn layer or block: its place in the part, and its left edge and width from the left edge of the column."""

    place: int
    left: float
    width: float


@dataclass(slots=True)
class Lane:
    """One resolution of a column; most columns have only one."""

    shape: Shape
    front: float
    slant: float
    slabs: list[Slab]

    @property
    def height(self) -> float:
        """From the ground to the back edge."""
        return self.front + self.slant


@dataclass(slots=True)
class Column:
    """A part with its slabs and its place."""

    part: Part
    lanes: list[Lane] = field(default_factory=list)
    """Its resolutions, the largest first."""
    x: float = 0
    """Left edge of the first front."""

    @property
    def fronts(self) -> float:
        """Width of all fronts."""
        return max(slab.left + slab.width for lane in self.lanes for slab in lane.slabs)

    @property
    def middle(self) -> float:
        """The middle of the fronts."""
        return self.x + self.fronts / 2

    @property
    def words(self) -> str:
        """Its description in the text alternative."""
        times = f", {self.part.count} times" if self.part.count > 1 else ""
        shapes = " and in parallel ".join(str(lane.shape) for lane in self.lanes)
        return f"{self.part.place}{times}, {shapes}"

    def room(self) -> tuple[float, float]:
        """The room of slabs and labels left and right of the middle of the fronts."""
        label, slant = half_label(self.part), max(lane.slant for lane in self.lanes)
        return max(label, self.fronts / 2), max(label, self.fronts / 2 + slant)

    def top(self, place: int, ground: float) -> tuple[float, float] | None:
        """The middle of the back edge of a slab of the largest resolution; None if it is skipped."""
        lane = self.lanes[0]
        slab = next((slab for slab in lane.slabs if slab.place == place), None)
        if slab is None:
            return None
        return (self.x + slab.left + slab.width / 2 + lane.slant, ground - lane.height)

    def hops(self, ground: float) -> Iterator[str]:
        """An arc over each slab with a shortcut, from its left back edge to its right."""
        lane = self.lanes[0]
        for slab in lane.slabs:
            if self.part.drawn[slab.place].has_shortcut:
                x, y, reach = self.x + slab.left + lane.slant, ground - lane.height, slab.width / 2 - 1
                yield path("M", x + 1, y, "a", reach, HOP, " 0 0 1", 2 * reach, 0)

    def svg(self, grounds: Sequence[float]) -> str:
        """Slabs on the ground of their lane, with shapes below, and the name below the first."""
        parts = [title(_hint(self.part, self.lanes))]
        mix = mixed({name: figures.macs for name, figures in self.part.by_operation.items()})
        for lane, ground in zip(self.lanes, grounds, strict=False):
            parts += _backs(self.x, ground, lane)
            parts += _fronts(self.x, ground, lane, mix)
            below = ground + (31 if lane is self.lanes[0] else 14)
            parts.append(text(self.middle, below, str(lane.shape), "lw-size"))
        parts.append(text(self.middle, grounds[0] + 18, escape(label_of(self.part)), "lw-name"))
        return f'<g class="lw-{self.part.operation}">{"".join(parts)}</g>'


def label_of(part: Part) -> str:
    """Name and count; a long name is shortened."""
    name = shortened(part.name, LONGEST_NAME)
    return f"{name} ×{part.count}" if part.count > 1 else name


def half_label(part: Part) -> float:
    """Half of the width of the labels below."""
    shapes = (width_of(str(shape), SHAPE_SIZE) for shape in part.drawn[-1].shapes)
    return max(width_of(label_of(part), NAME_SIZE), *shapes) / 2


def column_of(part: Part, tallest: float, most: int, scale: float) -> Column:
    """A column with at most ``most`` slabs, the widths of which are scaled."""
    return Column(part, [_lane(part, place, tallest, most, scale) for place in range(len(part.drawn[-1].shapes))])


def sides(shape: Shape) -> tuple[float, float]:
    """Spatial height and width, of a volume without depth; of tokens a square from its edge, of a vector 1×1."""
    if len(shape) > 2:
        return shape[-3], shape[-2]
    return (math.sqrt(shape[0]), 1) if len(shape) == 2 else (1, 1)


def _lane(part: Part, place: int, tallest: float, most: int, scale: float) -> Lane:
    shape = part.drawn[-1].shapes[place]
    height, width = sides(shape)
    front = max(FLAT, TALLEST * math.sqrt(height / tallest)) if height > 1 else FLAT
    slant = max(FLAT_SLANT, TALLEST * SLANT * math.sqrt(width / tallest)) if width > 1 else FLAT_SLANT
    return Lane(shape, front, slant, slabs(part.drawn, place, most, scale))


def slabs(drawn: Sequence[Drawn], lane: int, most: int, scale: float) -> list[Slab]:
    """The slabs of one resolution, with a gap before the last if some are skipped."""
    places = list(range(len(drawn)))
    shown = places if len(places) <= most else [*places[: most - 1], places[-1]]
    found, left = list[Slab](), 0.0
    for place in shown:
        if found:
            left += SLAB_GAP if place == found[-1].place + 1 else LEFT_OUT
        shapes = drawn[place].shapes
        if lane < len(shapes):
            found.append(Slab(place, left, scale * _width(shapes[lane])))
        left += scale * max(map(_width, shapes))
    return found


def _width(shape: Shape) -> float:
    """Width of a slab, on a logarithmic scale of its channels."""
    return 2.5 + 3.6 * math.log2(shape.channels)


def _backs(x: float, ground: float, lane: Lane) -> Iterator[str]:
    """The sides and the tops of all slabs, each as one shape; a top covers the side of the slab before."""
    y, slant = ground - lane.front, lane.slant
    edges = [(x + slab.left, slab.width) for slab in lane.slabs]
    sides = [part for at, width in edges for part in _face(at + width, y, slant, -slant, "v", lane.front)]
    tops = [part for at, width in edges for part in _face(at, y, slant, -slant, "h", width)]
    yield f'<path class="lw-side" d="{path(*sides)}"/>'
    yield f'<path class="lw-top" d="{path(*tops)}"/>'


def _face(x: float, y: float, right: float, down: float, along: str, length: float) -> tuple[float | str, ...]:
    """A face between the slanted edge at a corner and the parallel one, which is at a distance along an axis."""
    return ("M", x, y, "l", right, down, along, length, "l", -right, -down, "z")


def _fronts(x: float, ground: float, lane: Lane, mix: Sequence[tuple[str, int]]) -> Iterator[str]:
    """The fronts, cut from top to bottom by operation: one shape for each operation of the whole lane."""
    ends = [start for _, start in mix[1:]] + [100]
    for (name, start), end in zip(mix, ends, strict=True):
        top, height = ground - lane.front * (1 - start / 100), lane.front * (end - start) / 100
        data = [
            part
            for slab in lane.slabs
            for part in ("M", x + slab.left, top, "h", slab.width, "v", height, "h", -slab.width, "z")
        ]
        css = "lw-front" if len(mix) == 1 else f"lw-front lw-{name}"
        yield f'<path class="{css}" d="{path(*data)}"/>'


def _hint(part: Part, lanes: Sequence[Lane]) -> str:
    """Place, shapes and the shares of the operations."""
    times = f" ×{part.count}" if part.count > 1 else ""
    shapes = ", ".join(f"{lane.shape} = {grouped(lane.shape.elements)} values" for lane in lanes)
    macs = part.figures.macs
    shares = [
        f"{OPERATIONS[name]} {round(100 * figures.macs / macs)} %"
        for name, figures in part.by_operation.items()
        if 200 * figures.macs >= macs > 0
    ]
    return f"{part.place}{times}: {shapes}" + (f"; MACs: {', '.join(shares)}" if len(shares) > 1 else "")
