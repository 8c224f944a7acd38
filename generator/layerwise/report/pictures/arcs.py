"""Skip connections over the slabs of a profile: lines that rise, run above everything between, and come down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from layerwise.report.pictures.svg import path

RISE = 9.0
"""Least distance between a line and the slabs below it."""
LEVEL = 6.0
"""Between two lines one above the other."""
RADIUS = 5.0
OFF = 2.5
"""From the middle of a slab to the lines that leave it on the right and enter it on the left."""


class Arc(NamedTuple):
    """A line from the top of a slab up to ``level``, to the right, and down to the next; y from the ground."""

    start: tuple[float, float]
    end: tuple[float, float]
    level: float

    def data(self, ground: float) -> str:
        """Its path on a ground, with an arrow at the end."""
        (x, y), (to_x, to_y) = self.start, self.end
        r = min(RADIUS, (to_x - x) / 2)
        up = path("M", x, ground + y, "V", ground + self.level + r)
        over = path("q", 0, -r, r, -r, "H", to_x - r, "q", r, 0, r, r)
        return up + over + path("V", ground + to_y - 1, "m", -2.5, -4, "l", 2.5, 4, "l", 2.5, -4)


def arcs(tops: Sequence[tuple[float, float]], links: Sequence[tuple[int, int]]) -> list[Arc]:
    """Route connections between slabs, given by the middles of their back edges from left to right.

    A line runs above all slabs between its ends. Lines that share a stretch are one above the other, the longer
    one higher. ``links`` are pairs of places in ``tops``.
    """
    found: list[Arc] = []
    for start, end in sorted(links, key=lambda link: (link[1] - link[0], link)):
        left, right = tops[start][0] + OFF, tops[end][0] - OFF
        below = [arc.level - LEVEL for arc in found if arc.start[0] < right and left < arc.end[0]]
        level = min(min(y for _, y in tops[start : end + 1]) - RISE, *below, float("inf"))
        found.append(Arc((left, tops[start][1]), (right, tops[end][1]), level))
    return found
