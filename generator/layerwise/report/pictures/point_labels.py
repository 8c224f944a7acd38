"""Places the names of a chart's points, so that none covers another name or a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layerwise.network.catalogue import Entry


@dataclass(frozen=True, slots=True)
class Point:
    """A network as a point, in percent of the chart from its left and top; the radius is in pixels."""

    entry: Entry
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The minimum width, in pixels, for which names are placed; a wider chart has more room between them."""

    key: str
    width: int
    height: int
    scale: float = 1.0
    """The size of the points relative to that in the widest layout."""


LAYOUTS = (Layout("wide", 960, 440), Layout("medium", 560, 400), Layout("narrow", 300, 340, 0.7))

LEFT, RIGHT, TOP, BOTTOM = 5.0, 98.0, 5.0, 90.0
"""The area of the points, in percent of the chart."""

LETTER, LINE, TICK = 6.2, 13.0, 34.0
"""The width of a letter, the height of a line and the width of a tick's label at the left: pixels, generously."""

FIRST, MOST_ACCURATE = 4, 12
"""The number of members of a family that are tried until one has room, and of further points from the top."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name: the place of its point in percent, and its distance from there in pixels."""

    text: str
    x: float
    y: float
    dx: float
    dy: float
    anchor: str


def names(points: Sequence[Point], layout: Layout) -> list[Name]:
    """The names that have room in a layout, one of each family before a second one of any."""
    taken = [disc(point, layout) for point in points]
    result: dict[str, Name] = {}
    for candidates in _candidates(points):
        for point in candidates:
            if point.entry.network.slug in result:
                break
            placed = _placed(point, layout, taken)
            if placed:
                result[point.entry.network.slug] = placed[0]
                taken.append(placed[1])
                break
    return list(result.values())


def _candidates(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Groups of points of which one gets a name: families, members with most claims first; then single points."""
    families: dict[str, list[Point]] = {}
    for point in sorted(points, key=lambda point: -len(point.entry.claims)):
        families.setdefault(point.entry.network.family, []).append(point)
    for members in sorted(families.values(), key=lambda members: -len(members)):
        yield members[:FIRST]
    for point in sorted(points, key=lambda point: point.y)[:MOST_ACCURATE]:
        yield [point]


def disc(point: Point, layout: Layout) -> Box:
    """The box around a point."""
    x, y = point.x / 100 * layout.width, point.y / 100 * layout.height
    receptive_window = 0.9 * point.radius * layout.scale
    return x - receptive_window, y - receptive_window, x + receptive_window, y + receptive_window


def _placed(point: Point, layout: Layout, taken: Sequence[Box]) -> tuple[Name, Box] | None:
    """A name above, next to or below its point, and the box around it; None if there is no room."""
    text = point.entry.network.name
    width = LETTER * len(text)
    x, y = point.x / 100 * layout.width, point.y / 100 * layout.height
    own = disc(point, layout)
    away = point.radius * layout.scale + 4
    for dx, dy, anchor, left in (
        (0.0, -away, "middle", -width / 2),
        (away, 4.0, "start", away),
        (-away, 4.0, "end", -away - width),
        (0.0, away + 9, "middle", -width / 2),
    ):
        bottom = y + dy + 3
        box = (x + left, bottom - LINE, x + left + width, bottom)
        if _inside(box, layout) and not any(overlap(box, other) for other in taken if other != own):
            return Name(text, point.x, point.y, dx, dy, anchor), box
    return None


def _inside(box: Box, layout: Layout) -> bool:
    """Return True if a box is inside the chart and right of the labels of ticks."""
    return box[0] >= TICK and box[2] <= layout.width and box[1] >= LINE and box[3] <= BOTTOM / 100 * layout.height


def overlap(one: Box, other: Box) -> bool:
    """Return True if two boxes overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
