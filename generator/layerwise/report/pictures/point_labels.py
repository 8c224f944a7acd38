"""Where the names of a chart's points stand, so that none covers another or a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layerwise.network.catalogue import Entry


@dataclass(frozen=True, slots=True)
class Point:
    """A network in its place, in percent of the chart from its left and its top; the radius is in pixels."""

    entry: Entry
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Layout:
    """The least width, in pixels, for which names are placed; a wider chart only has more room between them."""

    key: str
    width: int
    height: int
    scale: float = 1.0
    """The points' size against that of the widest layout."""


LAYOUTS = (Layout("wide", 960, 440), Layout("medium", 560, 400), Layout("narrow", 300, 340, 0.7))

LEFT, RIGHT, TOP, BOTTOM = 5.0, 98.0, 5.0, 90.0
"""Where the points lie, in percent of the chart."""

LETTER, LINE, TICK = 6.2, 13.0, 34.0
"""The width of a letter, the height of a line and the width of a tick's label at the left: pixels, generously."""

FIRST, MOST_ACCURATE = 4, 12
"""How many members of a family are tried until one has room, and how many points from the top get a name after that."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name by its point's place in percent, and by how many pixels it is moved from there."""

    text: str
    x: float
    y: float
    dx: float
    dy: float
    anchor: str


def names(points: Sequence[Point], layout: Layout) -> list[Name]:
    """Names of as many points as have room in a layout, one of each family before a second one of any."""
    taken = [disc(point, layout) for point in points]
    result: dict[str, Name] = {}
    for candidates in _wanted(points):
        for point in candidates:
            if point.entry.network.slug in result:
                break
            placed = _placed(point, layout, taken)
            if placed:
                result[point.entry.network.slug] = placed[0]
                taken.append(placed[1])
                break
    return list(result.values())


def _wanted(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Points of which one is to have a name: a family's members, those with most claims first; then single ones."""
    families: dict[str, list[Point]] = {}
    for point in sorted(points, key=lambda point: -len(point.entry.claims)):
        families.setdefault(point.entry.network.family, []).append(point)
    for members in sorted(families.values(), key=lambda members: -len(members)):
        yield members[:FIRST]
    for point in sorted(points, key=lambda point: point.y)[:MOST_ACCURATE]:
        yield [point]


def disc(point: Point, layout: Layout) -> Box:
    """The room a point takes."""
    x, y = point.x / 100 * layout.width, point.y / 100 * layout.height
    receptive_window = 0.9 * point.radius * layout.scale
    return x - receptive_window, y - receptive_window, x + receptive_window, y + receptive_window


def _placed(point: Point, layout: Layout, taken: Sequence[Box]) -> tuple[Name, Box] | None:
    """A name above, beside or below its point, and the room it takes; None where no room is free."""
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
    """Whether a box is on the plane, beside the ticks' labels."""
    return box[0] >= TICK and box[2] <= layout.width and box[1] >= LINE and box[3] <= BOTTOM / 100 * layout.height


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
