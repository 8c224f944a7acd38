"""The profile: feature maps as slabs from input to output, as the papers draw LeNet, AlexNet and VGG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from layerwise.core.shape import Shape
from layerwise.network.graph import Network
from layerwise.report.formatting import grouped
from layerwise.report.pictures.parts import Part, cuts
from layerwise.report.pictures.svg import image, legend, path, scrolling, shortened, text, title, width_of

MAX_PARTS = 16
"""Maximum number of parts side by side."""
SLABS_AND_SCALES = ((8, 1.0), (6, 1.0), (5, 1.0), (4, 1.0), (4, 0.8), (3, 0.7))
"""Maximum number of slabs of a part, and the scale of their widths: the first pair with room for all is used.

The number of layers of a part is in its label.
"""
WIDTH, WIDEST = 1060.0, 1150.0
"""The width of a page, and the width up to which a profile can shrink to it and stay readable."""
TALLEST = 132.0
"""Front of the largest map."""
SLANT = 0.28
"""The depth of a slab, to the right and up, relative to its height."""
FLAT = 9.0
"""Front of a vector."""
FLAT_SLANT = 5.0
"""The depth of a vector, and of tokens, which have one spatial side."""
SLAB_GAP, LEAST_GAP, LARGEST_GAP = 1.5, 9.0, 50.0
LEFT_OUT = 9.0
"""Gap before the last slab if some are skipped."""
NAME_SIZE, SHAPE_SIZE, STAGE_SIZE = 11.0, 9.5, 10.5
LONGEST_NAME = 18


def profile(network: Network) -> str:
    """The picture of a network's main path."""
    columns, width = _placed(network)
    ground = max(column.front + column.slant for column in columns) + 2
    marks = _stage_marks(columns, ground + 38)
    label = f"Feature maps of {network.name} from input to output: {'; '.join(column.words for column in columns)}."
    body = [*(column.svg(ground) for column in columns), *marks]
    picture = image(width, ground + (56 if marks else 36), label, body)
    return (
        f'<figure class="lw-profile">{scrolling(f"Profile of {network.name}", picture, width)}'
        "<figcaption><span>Feature maps from input to output. Height shows spatial size, width shows channels.</span>"
        f"{legend(column.part.category for column in columns)}</figcaption></figure>"
    )


@dataclass(slots=True)
class _Column:
    """A part with its slabs and its place."""

    part: Part
    slabs: list[tuple[float, float]]
    """Left edge and width of each front, counted from the first."""
    front: float
    slant: float
    x: float = 0
    """Left edge of the first front."""

    @property
    def fronts(self) -> float:
        """Width of all fronts."""
        left, width = self.slabs[-1]
        return left + width

    @property
    def words(self) -> str:
        """Its description in the text alternative."""
        times = f", {self.part.count} times" if self.part.count > 1 else ""
        return f"{self.part.place}{times}, {self.part.shape}"

    def room(self) -> tuple[float, float]:
        """The room of slabs and labels left and right of the middle of the fronts."""
        label = _half_label(self.part)
        return max(label, self.fronts / 2), max(label, self.fronts / 2 + self.slant)

    def svg(self, ground: float) -> str:
        """Slabs on the ground, with name and shape below."""
        slabs = [_slab(self.x + left, ground, width, self.front, self.slant) for left, width in self.slabs]
        shape, middle, several = self.part.shape, self.x + self.fronts / 2, self.part.count > 1
        hint = (
            f"{self.part.place}{f' ×{self.part.count}' if several else ''}: {shape} = {grouped(shape.elements)} values"
        )
        name = text(middle, ground + 18, escape(_label(self.part)), "lw-name")
        size = text(middle, ground + 31, str(shape), "lw-size")
        return f'<g class="lw-{self.part.category}">{title(hint)}{"".join(slabs)}{name}{size}</g>'


def _label(part: Part) -> str:
    """Name and count; a long name is shortened."""
    name = shortened(part.name, LONGEST_NAME)
    return f"{name} ×{part.count}" if part.count > 1 else name


def _half_label(part: Part) -> float:
    """Half of the width of the label below."""
    return max(width_of(_label(part), NAME_SIZE), width_of(str(part.shape), SHAPE_SIZE)) / 2


def _slab(x: float, ground: float, width: float, front: float, slant: float) -> str:
    """Front, top and side."""
    top, right = ground - front, x + width
    return (
        f'<path class="lw-front" d="{path("M", x, top, "h", width, "v", front, "h", -width, "z")}"/>'
        f'<path class="lw-top" d="{path("M", x, top, "l", slant, -slant, "h", width, "l", -slant, slant, "z")}"/>'
        f'<path class="lw-side" d="{path("M", right, top, "l", slant, -slant, "v", front, "l", -slant, slant, "z")}"/>'
    )


def _placed(network: Network) -> tuple[list[_Column], float]:
    """The input and the parts with their places, and the total width: the finest cut with room for all."""
    source = Part("Input", "Input", "", (network.input,), "input", 0, 0, network.input.elements)
    columns, width = list[_Column](), 0.0
    for cut in cuts(network):
        found = [source, *cut]
        if len(cut) > MAX_PARTS or sum(2 * _half_label(part) + LEAST_GAP for part in found) > WIDEST:
            continue
        tallest = max(_sides(part.shape)[0] for part in found)
        for most, scale in SLABS_AND_SCALES:
            columns = [_column(part, tallest, most, scale) for part in found]
            width = _place(columns)
            if width <= WIDEST:
                return columns, width
    return columns, width


def _column(part: Part, tallest: float, most: int, scale: float) -> _Column:
    height, width = _sides(part.shape)
    front = max(FLAT, TALLEST * math.sqrt(height / tallest)) if height > 1 else FLAT
    slant = max(FLAT_SLANT, TALLEST * SLANT * math.sqrt(width / tallest)) if width > 1 else FLAT_SLANT
    return _Column(part, _slabs(part.shapes, most, scale), front, slant)


def _slabs(shapes: Sequence[Shape], most: int, scale: float) -> list[tuple[float, float]]:
    """Left edge and width of each slab, with a gap before the last if some are skipped."""
    drawn = shapes if len(shapes) <= most else (*shapes[: most - 1], shapes[-1])
    widths = [scale * _width(shape) for shape in drawn]
    gaps = [0.0, *(SLAB_GAP for _ in widths[1:])]
    if len(shapes) > most:
        gaps[-1] = LEFT_OUT
    found, left = [], 0.0
    for gap, width in zip(gaps, widths, strict=True):
        found.append((left + gap, width))
        left += gap + width
    return found


def _sides(shape: Shape) -> tuple[float, float]:
    """Spatial height and width: of tokens those of a square seen from its edge, of a vector 1×1."""
    if shape.is_map:
        return shape[0], shape[1]
    return (math.sqrt(shape[0]), 1) if len(shape) == 2 else (1, 1)


def _width(shape: Shape) -> float:
    """Width of a slab, on a logarithmic scale of its channels."""
    return 2.5 + 3.6 * math.log2(shape.channels)


def _place(columns: Sequence[_Column]) -> float:
    """Place columns side by side with the remaining room between them; return the total width."""
    rooms = [column.room() for column in columns]
    taken = sum(before + after for before, after in rooms)
    gap = min(max((WIDTH - taken) / max(len(columns) - 1, 1), LEAST_GAP), LARGEST_GAP)
    x = 1.0
    for column, (before, after) in zip(columns, rooms, strict=True):
        column.x = x + before - column.fronts / 2
        x += before + after + gap
    return x - gap + 1


def _stage_marks(columns: Sequence[_Column], y: float) -> list[str]:
    """A line and a name below the columns of each stage whose columns have other names."""
    marks = []
    for stage, run in groupby(columns, key=lambda column: column.part.stage):
        members = list(run)
        if not stage or [member.part.name for member in members] == [stage]:
            continue
        first, last = members[0], members[-1]
        left, right = first.x + first.fronts / 2 - first.room()[0], last.x + last.fronts / 2 + last.room()[1]
        marks.append(f'<path class="lw-mark" d="{path("M", left, y, "H", right)}"/>')
        name = shortened(stage, int((right - left + LEAST_GAP) / width_of("x", STAGE_SIZE)))
        marks.append(text((left + right) / 2, y + 14, escape(name), "lw-stage"))
    return marks
