"""Networks as points of a chart: SVG without a viewBox that fills any width; positions in percent, text in pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10, sqrt

from layerwise.network.catalogue import Entry
from layerwise.report.addresses import NETWORK_PAGE
from layerwise.report.formatting import grouped, scaled
from layerwise.report.tables.model import Resolve

LEFT, RIGHT, TOP, BOTTOM = 5.0, 98.0, 5.0, 90.0
"""The area of the points, in percent of the chart."""
COLOURS = 6
"""The number of families with a colour of their own; more are hard to distinguish."""


@dataclass(frozen=True, slots=True)
class Point:
    """A network as a point, in percent of the chart from its left and top; the radius is in pixels."""

    entry: Entry
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: a figure of a network along one side of a chart."""

    title: str
    of: Callable[[Entry], float | None]
    """The figure; None for a network without it, which is skipped."""
    text: Callable[[float], str]
    """Formats the label of a tick."""
    log: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """Two axes, and the figure that the area of a point shows."""

    key: str
    """Its name in addresses and styles."""
    title: str
    caption: str
    x: Axis
    y: Axis
    area: Callable[[Entry], float] | None = None
    gap: str = ""
    """The reason why networks are missing, after their number."""


def _tick(value: float) -> str:
    """``3 G`` for 3·10⁹."""
    number, _, letter = scaled(int(value)).partition(" ")
    return f"{float(number):g} {letter}".strip()


def _top1(entry: Entry) -> float | None:
    accuracy = entry.network.variant.metadata.accuracy
    return accuracy.top1 if accuracy else None


MACS = Axis("Multiply-accumulates for one image", lambda entry: entry.network.macs or None, _tick)
PARAMETERS = Axis("Parameters", lambda entry: entry.network.parameters or None, _tick)
TOP1 = Axis("ImageNet top-1", _top1, lambda value: f"{value:g} %", log=False)

CHARTS = (
    Chart(
        "accuracy",
        "Accuracy vs compute",
        "Area shows the parameters.",
        MACS,
        TOP1,
        lambda entry: entry.network.parameters,
        " have a published accuracy here",
    ),
    Chart(
        "work",
        "Compute vs size",
        "Both axes are logarithmic.",
        PARAMETERS,
        MACS,
    ),
)

LARGEST, SMALLEST, EVEN = 22.0, 4.0, 5.0
"""Radii in pixels: of the largest point, of the smallest, and of all if the area shows nothing."""


class Scale:
    """Maps values to positions from 0 to 1, with a margin at both ends, and has the ticks."""

    def __init__(self, values: Iterable[float], *, log: bool) -> None:
        self.log = log
        known = [self._at(value) for value in values]
        low, high = min(known), max(known)
        margin = (high - low) * 0.03 or 0.5
        self.low, self.high = low - margin, high + margin

    def _at(self, value: float) -> float:
        return log10(value) if self.log else value

    def place(self, value: float) -> float:
        """The position of a value."""
        return (self._at(value) - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Powers of ten, with three times those if there are few; or round numbers on a linear scale."""
        if not self.log:
            step = next(step for step in (1, 2, 5, 10, 20, 50) if (self.high - self.low) / step <= 8)
            return [float(step * n) for n in range(ceil(self.low / step), floor(self.high / step) + 1)]
        factors = (1, 3) if self.high - self.low < 4.5 else (1,)
        ticks = [factor * 10.0**power for power in range(floor(self.low), ceil(self.high)) for factor in factors]
        return [tick for tick in ticks if self.low <= log10(tick) <= self.high]


class Plane:
    """The points of a chart on its scales, the largest first, so that small ones stay visible."""

    def __init__(self, entries: Iterable[Entry], chart: Chart) -> None:
        found = [
            (entry, x, y)
            for entry in entries
            if (x := chart.x.of(entry)) is not None and (y := chart.y.of(entry)) is not None
        ]
        self.across = Scale([x for _, x, _ in found] or [1], log=chart.x.log)
        self.up = Scale([y for _, _, y in found] or [1], log=chart.y.log)
        sizes = [chart.area(entry) for entry, _, _ in found] if chart.area else []
        self.points = [Point(entry, self.left(x), self.top(y), EVEN) for entry, x, y in found]
        if sizes:
            radii = [max(SMALLEST, LARGEST * sqrt(size / max(sizes))) for size in sizes]
            self.points = [
                Point(point.entry, point.x, point.y, radius)
                for point, radius in zip(self.points, radii, strict=True)
            ]  # fmt: skip
            self.points.sort(key=lambda point: -point.radius)

    def left(self, value: float) -> float:
        """The distance of a value from the left, in percent."""
        return LEFT + (RIGHT - LEFT) * self.across.place(value)

    def top(self, value: float) -> float:
        """The distance of a value from the top, in percent."""
        return BOTTOM - (BOTTOM - TOP) * self.up.place(value)


def colours(entries: Iterable[Entry]) -> dict[str, str]:
    """The style classes ``f1`` to ``f6`` of the largest families; the others have none and are grey."""
    sizes = Counter(entry.network.family for entry in entries)
    return {family: f"f{place}" for place, (family, _) in enumerate(sizes.most_common(COLOURS), 1)}


def drawing(entries: Sequence[Entry], chart: Chart, resolve: Resolve) -> str:
    """A chart as SVG; empty if fewer than two networks have both figures.

    A script places the names, because they depend on the filter and on the size of the chart.
    """
    plane = Plane(entries, chart)
    if len(plane.points) < 2:
        return ""
    classes = colours(entries)
    marks = "\n".join(_point(point, classes.get(point.entry.network.family, ""), resolve) for point in plane.points)
    label = f"{chart.y.title} of {len(plane.points)} networks against {chart.x.title.lower()}"
    return f'<svg class="lw-scatter" role="group" aria-label="{escape(label)}">\n{_grid(plane, chart)}\n{marks}\n</svg>'


def has_both(entries: Iterable[Entry], chart: Chart) -> int:
    """The number of networks that have both figures of a chart."""
    return sum(chart.x.of(entry) is not None and chart.y.of(entry) is not None for entry in entries)


def _grid(plane: Plane, chart: Chart) -> str:
    """Grid lines with their values, and the titles of the axes."""
    lines = []
    for tick in plane.across.ticks():
        x = f"{plane.left(tick):.2f}%"
        lines.append(
            f'<line x1="{x}" x2="{x}" y1="0" y2="{BOTTOM + 1}%"/>'
            f'<text x="{x}" y="{BOTTOM + 1}%" dy="14" text-anchor="middle">{chart.x.text(tick)}</text>'
        )
    for tick in plane.up.ticks():
        y = f"{plane.top(tick):.2f}%"
        lines.append(f'<line x1="0" x2="100%" y1="{y}" y2="{y}"/><text y="{y}" dy="-3">{chart.y.text(tick)}</text>')
    titles = (
        f'<text class="lw-axis" dx="40" dy="8">{escape(chart.y.title)}</text>'
        f'<text class="lw-axis" x="100%" y="{BOTTOM + 1}%" dy="-5" text-anchor="end">{escape(chart.x.title)}</text>'
    )
    return f'<g class="lw-grid" aria-hidden="true">{"".join(lines)}{titles}</g>'


def _point(point: Point, css: str, resolve: Resolve) -> str:
    """A network as a link with its figures; ``data-claims`` ranks it where there is no room for all names."""
    network = point.entry.network
    css = f' class="{css}"' if css else ""
    top1 = _top1(point.entry)
    figures = [
        network.name,
        f"{grouped(network.parameters)} parameters",
        f"{scaled(network.macs)} MACs",
        *([f"top-1 {top1:.2f} %"] if top1 is not None else []),
    ]
    address = resolve(NETWORK_PAGE.format(network.slug))
    href = f' href="{escape(address)}"' if address else ""
    return (
        f"<a{href}{css}"
        f' data-claims="{len(point.entry.claims)}">'
        f"<title>{escape(' · '.join(figures))}</title>"
        f'<circle cx="{point.x:.2f}%" cy="{point.y:.2f}%" r="{point.radius:.1f}"/></a>'
    )
