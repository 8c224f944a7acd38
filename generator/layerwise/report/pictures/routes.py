"""Right-angled lines between points of a drawing, around its boxes: the shortest ways with few corners."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise

Point = tuple[float, float]
Line = tuple[float, float, float, float]
"""Two points with the same x or the same y."""
Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
Place = tuple[int, int]

CLEARANCE = 3.0
"""Least distance between a line and a box."""
NEAREST = 4.0
"""Least distance between parallel lines."""
TRACKS = (5.0, 10.0, 15.0)
"""Distances from a box at which lines may run along it."""
CORNER, CROSSING, SHARED = 14.0, 6.0, 90.0
"""The lengths that a corner, a crossing, and a stretch on the line of another source are worth."""
STEPS = ((1, 0), (-1, 0), (0, 1), (0, -1))
"""To the right, to the left, down and up; a step and its way back differ in the last bit."""
DOWN = 2


class Router:
    """Finds lines on a grid along the boxes. Lines of one source may share their stretches."""

    def __init__(self, boxes: Sequence[Box], lines: Iterable[Line], points: Iterable[Point], size: Point) -> None:
        points, lines = list(points), list(lines)
        points += [end for line in lines for end in (line[:2], line[2:])]
        self.xs = _coordinates(0, boxes, [x for x, _ in points], size[0])
        self.ys = _coordinates(1, boxes, [y for _, y in points], size[1])
        self.blocked = {edge for box in boxes for edge in self._inside(box)}
        self.used: dict[tuple[Place, Place], int] = {}
        self.crossed: dict[Place, int] = {}
        for line in lines:
            self._use(list(self._on(line)), -2)

    def route(self, source: int, start: Point, end: Point) -> list[Line]:
        """Return the lines from one point down to another; straight through if there is no way around the boxes."""
        first, last = self._place(start), self._place(end)
        places = self._straight_down(first, last) or self._search(source, first, last)
        if not places:
            return [(*start, start[0], end[1]), (start[0], end[1], *end)]
        self._use(places, source)
        return _straightened([(self.xs[x], self.ys[y]) for x, y in places])

    def _place(self, point: Point) -> Place:
        return bisect_left(self.xs, round(point[0], 1)), bisect_left(self.ys, round(point[1], 1))

    def _straight_down(self, start: Place, end: Place) -> list[Place]:
        """The places between two in one column, if the way is free."""
        places = [(start[0], y) for y in range(start[1], end[1] + 1)] if start[0] == end[0] else []
        edges = [*pairwise(places)]
        is_free = not any(edge in self.blocked or edge in self.used for edge in edges)
        return places if is_free and edges and not any(place in self.crossed for place in places[1:-1]) else []

    def _search(self, source: int, start: Place, end: Place) -> list[Place]:
        """The places of the cheapest way, which begins and ends downwards."""
        waiting: list[tuple[float, float, Place, int]] = [(0, 0, start, DOWN)]
        before: dict[tuple[Place, int], tuple[Place, int] | None] = {(start, DOWN): None}
        costs = {(start, DOWN): 0.0}
        done = set[tuple[Place, int]]()
        while waiting:
            _, cost, place, way = heappop(waiting)
            if (place, way) in done:
                continue
            done.add((place, way))
            if place == end and way == DOWN:
                return _backwards(before, (place, way))
            for turn, (dx, dy) in enumerate(STEPS):
                following = (place[0] + dx, place[1] + dy)
                if turn == way ^ 1 or not (0 <= following[0] < len(self.xs) and 0 <= following[1] < len(self.ys)):
                    continue
                edge = (min(place, following), max(place, following))
                if edge in self.blocked or (following, turn) in done:
                    continue
                more = cost + self._cost(source, edge, following) + CORNER * (turn != way)
                if more < costs.get((following, turn), float("inf")):
                    costs[following, turn] = more
                    before[following, turn] = (place, way)
                    heappush(waiting, (more + self._least(following, turn, end), more, following, turn))
        return []

    def _cost(self, source: int, edge: tuple[Place, Place], following: Place) -> float:
        length = self._distance(*edge)
        owner = self.used.get(edge)
        if owner == source:
            return 0.3 * length
        shared = SHARED if owner is not None else 0
        return length + shared + (CROSSING if self.crossed.get(following, source) != source else 0)

    def _least(self, place: Place, way: int, end: Place) -> float:
        """The least cost of a way that goes on in a direction and comes in downwards."""
        if way == DOWN and place[0] == end[0] and place[1] <= end[1]:
            corners = 0
        else:
            corners = 1 if way < DOWN and (end[0] > place[0]) == (way == 0) and end[0] != place[0] else 2
        return self._distance(place, end) + CORNER * corners

    def _distance(self, one: Place, other: Place) -> float:
        return abs(self.xs[one[0]] - self.xs[other[0]]) + abs(self.ys[one[1]] - self.ys[other[1]])

    def _use(self, places: Sequence[Place], source: int) -> None:
        for one, other in pairwise(places):
            self.used.setdefault((min(one, other), max(one, other)), source)
        for place in places:
            self.crossed.setdefault(place, source)

    def _on(self, line: Line) -> Iterator[Place]:
        """The places on a line."""
        (left, top), (right, bottom) = self._place(line[:2]), self._place(line[2:])
        for x in range(min(left, right), max(left, right) + 1):
            for y in range(min(top, bottom), max(top, bottom) + 1):
                if x < len(self.xs) and y < len(self.ys):
                    yield x, y

    def _inside(self, box: Box) -> Iterator[tuple[Place, Place]]:
        """The stretches of the grid that would run through a box or too near to it."""
        left, top, right, bottom = box[0] - CLEARANCE, box[1] - CLEARANCE, box[2] + CLEARANCE, box[3] + CLEARANCE
        columns = range(bisect_right(self.xs, left), bisect_left(self.xs, right))
        rows = range(bisect_right(self.ys, top), bisect_left(self.ys, bottom))
        for x in range(columns.start - 1, columns.stop):
            yield from (((x, y), (x + 1, y)) for y in rows)
        for y in range(rows.start - 1, rows.stop):
            yield from (((x, y), (x, y + 1)) for x in columns)


def _coordinates(axis: int, boxes: Sequence[Box], points: Iterable[float], size: float) -> list[float]:
    """The lines of the grid in one direction."""
    found = sorted({round(value, 1) for value in points})
    along = {box[axis] - track for box in boxes for track in TRACKS}
    along |= {box[axis + 2] + track for box in boxes for track in TRACKS}
    for value in sorted(round(value, 1) for value in along if 2 <= value <= size - 2):
        place = bisect_left(found, value)
        if all(abs(value - other) >= NEAREST for other in found[max(place - 1, 0) : place + 1]):
            found.insert(place, value)
    return found


def _backwards(before: dict[tuple[Place, int], tuple[Place, int] | None], last: tuple[Place, int]) -> list[Place]:
    places, state = list[Place](), last
    while True:
        places.append(state[0])
        previous = before[state]
        if previous is None:
            return places[::-1]
        state = previous


def _straightened(points: Sequence[Point]) -> list[Line]:
    """Points as lines, each as long as its direction lasts."""
    lines: list[Line] = []
    for (x, y), (to_x, to_y) in pairwise(points):
        if lines and (lines[-1][0] == to_x or lines[-1][1] == to_y):
            lines[-1] = (*lines[-1][:2], to_x, to_y)
        else:
            lines.append((x, y, to_x, to_y))
    return lines
