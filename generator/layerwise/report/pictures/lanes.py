"""Draws a block: every branch has a lane of its own, so that no line can cross a box.

Each node is placed around a middle line; a fork's lines run between its lanes and its join, where no box is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import fsum
from typing import NamedTuple

from layerwise.report.pictures.diagram import Box, Frame, Lanes, Node, Source
from layerwise.report.pictures.ranks import Segment, ranks, sources
from layerwise.report.pictures.routes import Line, Point, Router
from layerwise.report.pictures.svg import image, number, path, scrolling, text, title, width_of

TEXT, NOTE = 11.0, 9.0
BOX, BOX_WITH_NOTE, NARROWEST = 24.0, 35.0, 62.0
IDENTITY = 48.0
"""Width of a lane without boxes."""
GAP = 13.0
"""Between boxes in series, and between boxes and the lines of branches."""
LANE_GAP = 16.0
RADIUS = 8.0
"""Of the circle of a merge."""
PILL = 16.0
"""Height of the shapes at both ends."""
PILL_GAP = 6.0
LAST = -2
"""The row of the last node, for lines to the output."""
STUB = 6.0
"""From a node to where lines to and from other places turn."""
SOURCE = 14.0
"""Width of a lane with nothing but a line from another place."""
SEGMENT_GAP = 26.0
TRACK, MAX_TRACKS = 6.0, 5
"""Room for each line that is routed, and the number up to which there is more room."""
INSET = 9.0
"""Between a frame and what is in it; its name takes a pill's height more."""


class Ends(NamedTuple):
    """The inputs and the outputs of a block."""

    entry: int
    """The row of its main input."""
    input_shape: str
    output_shape: str
    inputs: Mapping[int, str]
    """The rows outside that are further inputs, with their shapes."""
    outputs: Mapping[int, str]
    """The rows inside that are further outputs, with their shapes."""

    @property
    def tops(self) -> tuple[str, ...]:
        """The shapes of all inputs, the main one first."""
        return self.input_shape, *self.inputs.values()

    @property
    def bottoms(self) -> tuple[str, ...]:
        """The shapes of all outputs, the main one first."""
        return self.output_shape, *self.outputs.values()


def draw(items: Sequence[Node], ends: Ends, name: str, words: str) -> str:
    """A block as a picture: its inputs on top, its outputs below; ``words`` says the same."""
    drawing = _Drawing(max(map(_box_width, _boxes(items)), default=NARROWEST))
    rows = ranks([Source(ends.entry), *items] if ends.inputs and not isinstance(items[0], Source) else items)
    count = min(sum(1 for _ in sources(items)) + len(ends.outputs), MAX_TRACKS)
    channel, margin = (2 * STUB + TRACK * count, TRACK * count) if count else (GAP, 1)
    pills = [fsum(_pill_width(words) + PILL_GAP for words in row) for row in (ends.tops, ends.bottoms)]
    widths = [drawing.row_width(row) for row in rows]
    width = max(*widths, *pills) + 2 * margin
    y = 1 + PILL + (channel if ends.inputs else GAP)
    for row, taken in zip(rows, widths, strict=True):
        drawing.row(row, (width - taken) / 2, y)
        y += max(map(drawing.height, row)) + channel
    bottom = y - channel + (channel if ends.outputs else GAP)
    drawing.inputs(ends, width)
    drawing.outputs(ends, bottom, width)
    height = bottom + PILL + 1
    drawing.edges(ends, (width, height))
    return scrolling(name, image(width, height, words, drawing.body()), width)


def _pill_width(content: str) -> float:
    return width_of(content, NOTE) + 18


def _frame_name(frame: Frame) -> str:
    least, most = min(frame.repeats), max(frame.repeats)
    if least < most:
        return f"{frame.label} ×{least} to {most}"
    return f"{frame.label} ×{most}" if most > 1 else frame.label


def _boxes(items: Sequence[Node]) -> Iterator[Box | Frame]:
    """All boxes: layers, and blocks that have drawings of their own."""
    for item in items:
        if isinstance(item, Lanes):
            for lane in item.lanes:
                yield from _boxes(lane)
        elif isinstance(item, Frame) and item.items:
            yield from _boxes(item.items)
        elif not isinstance(item, Source):
            yield item


def _box_width(box: Box | Frame) -> float:
    """The width of the words of a box."""
    if isinstance(box, Frame):
        return max(width_of(_frame_name(box), TEXT) + 16, NARROWEST)
    return max(width_of(box.text, TEXT) + 16, width_of(box.note, NOTE) + 14, NARROWEST)


class _Drawing:
    """The shapes so far: grounds below the lines, boxes above them."""

    def __init__(self, box: float) -> None:
        self.box_width = box
        self.grounds: list[str] = []
        self.lines: list[Line] = []
        self.shapes: list[str] = []
        self.walls: list[tuple[float, float, float, float]] = []
        """Boxes and words that lines keep clear of: left, top, right and bottom."""
        self.exits: dict[int, Point] = {}
        """Below the nodes, by row: where lines to other places begin."""
        self.entries: list[tuple[int, Point]] = []
        """The rows of sources, and where their lines end."""
        self.first: Point | None = None
        """The top of the first segment."""
        self.last: Point = (0, 0)
        """The bottom of the last segment."""
        self.sizes: dict[int, tuple[float, float]] = {}

    def body(self) -> list[str]:
        """All shapes, from bottom to top."""
        lines = "".join(path("M", x, y, "V", to_y) if x == to_x else path("M", x, y, "H", to_x)
                        for x, y, to_x, to_y in self.lines)  # fmt: skip
        return [*self.grounds, f'<path class="lw-line" d="{lines}"/>', *self.shapes]

    # --- rows of segments, inputs and outputs -----------------------------------------------------------------------

    def row_width(self, row: Sequence[Segment]) -> float:
        """Of segments side by side."""
        return fsum(map(self.width, row)) + SEGMENT_GAP * (len(row) - 1)

    def row(self, row: Sequence[Segment], x: float, y: float) -> None:
        """Segments side by side, the first at ``x``."""
        for segment in row:
            middle = x + self.width(segment) / 2
            self.series(segment, middle, y)
            self.first = self.first or (middle, y)
            self.last = (middle, y + self.height(segment))
            x += self.width(segment) + SEGMENT_GAP

    def inputs(self, ends: Ends, width: float) -> None:
        """The shapes of the inputs at the top, each near to where it leads."""
        x, y = self.first or (width / 2, 0)
        rows = [ends.entry, *ends.inputs]
        wanted = [[point[0] for source, point in self.entries if source == row] or [x] for row in rows]
        if not ends.inputs:
            wanted[0] = [x]
        places = _packed([fsum(xs) / len(xs) for xs in wanted], [*map(_pill_width, ends.tops)], width)
        nodes, self.shapes = self.shapes, []
        for row, words, place in zip(rows, ends.tops, places, strict=True):
            self.pill(place, 1, words)
            self.exit(row, place, 1 + PILL)
        self.shapes += nodes
        if not ends.inputs:
            self.line(x, 1 + PILL, y)

    def outputs(self, ends: Ends, y: float, width: float) -> None:
        """The shapes of the outputs at the bottom, each near to where it comes from."""
        x, bottom = self.last
        wanted = [x, *(self.exits.get(row, self.last)[0] for row in ends.outputs)]
        places = _packed(wanted, [*map(_pill_width, ends.bottoms)], width)
        for row, words, place in zip((LAST, *ends.outputs), ends.bottoms, places, strict=True):
            self.pill(place, y, words)
            if ends.outputs:
                self.enter(row, place, y)
        self.exit(LAST, x, bottom)
        if not ends.outputs:
            self.line(x, bottom, y)

    def exit(self, row: int, x: float, y: float) -> None:
        """Let lines begin below a node."""
        self.exits[row] = (x, y + STUB)

    def enter(self, row: int, x: float, y: float) -> None:
        """Let the line from a source end above ``y``."""
        self.entries.append((row, (x, y - STUB)))

    def edges(self, ends: Ends, size: Point) -> None:
        """Lines from sources that are not above, with a dot where they begin."""
        if not self.entries:
            return
        points = [point for _, point in self.entries] + [*self.exits.values()]
        router = Router(self.walls, self.lines, points, size)
        begun = set[int]()
        for row, end in sorted(self.entries, key=lambda entry: abs(entry[1][1] - self.exits.get(entry[0], (0, 0))[1])):
            start = self.exits.get(row)
            if start is None:
                continue
            self.lines += router.route(row, start, end)
            self.lines.append((*end, end[0], end[1] + STUB))
            if row not in begun:
                self.lines.append((start[0], start[1] - STUB, *start))
                self.shapes.append(f'<circle class="lw-dot" cx="{number(start[0])}" cy="{number(start[1])}" r="2"/>')
            begun.add(row)

    # --- sizes ------------------------------------------------------------------------------------------------------

    def width(self, items: Sequence[Node]) -> float:
        """Of nodes in series."""
        return max((self.size(item)[0] for item in items), default=0)

    def height(self, items: Sequence[Node]) -> float:
        """Of nodes in series."""
        return fsum(self.size(item)[1] for item in items) + GAP * max(len(items) - 1, 0)

    def size(self, node: Node) -> tuple[float, float]:
        """Width and height of a node."""
        if id(node) not in self.sizes:
            self.sizes[id(node)] = self._size(node)
        return self.sizes[id(node)]

    def _size(self, node: Node) -> tuple[float, float]:
        if isinstance(node, Source):
            return SOURCE, STUB
        if isinstance(node, Box):
            return self.box_width, BOX_WITH_NOTE if node.note else BOX
        if isinstance(node, Frame):
            if not node.items:
                return self.box_width, BOX
            name = width_of(_frame_name(node), NOTE) + 2 * INSET
            return max(self.width(node.items) + 2 * INSET, name), self.height(node.items) + PILL + 2 * INSET
        width = fsum(map(self.lane_width, node.lanes)) + LANE_GAP * (len(node.lanes) - 1)
        note = 2 * width_of(node.note, NOTE) + 12
        return max(width, note), max(map(self.lane_height, node.lanes)) + 2 * GAP + 2 * RADIUS

    def lane_width(self, lane: Sequence[Node]) -> float:
        """Of a branch."""
        return self.width(lane) if lane else IDENTITY

    def lane_height(self, lane: Sequence[Node]) -> float:
        """Of a branch."""
        return self.height(lane) if lane else PILL

    # --- shapes -----------------------------------------------------------------------------------------------------

    def line(self, x: float, y: float, to: float) -> None:
        """A line straight down."""
        if to > y:
            self.lines.append((x, y, x, to))

    def level(self, y: float, xs: Sequence[float]) -> None:
        """A line from the first of some places to the last."""
        if min(xs) < max(xs):
            self.lines.append((min(xs), y, max(xs), y))

    def pill(self, x: float, y: float, content: str) -> None:
        """A string in an outline, with its top at ``y``."""
        width = _pill_width(content)
        self.walls.append((x - width / 2, y, x + width / 2, y + PILL))
        self.shapes.append(
            f'<rect class="lw-pill" x="{number(x - width / 2)}" y="{number(y)}" width="{number(width)}"'
            f' height="{number(PILL)}" rx="{number(PILL / 2)}"/>{text(x, y + 11.5, escape(content), "lw-note")}'
        )

    def series(self, items: Sequence[Node], x: float, y: float) -> None:
        """Nodes in series around ``x``, the first at ``y``."""
        for place, item in enumerate(items):
            if place and not isinstance(item, Source):
                self.line(x, y - GAP, y)
            if isinstance(item, Source):
                self.enter(item.row, x, y)
                self.line(x, y, y + STUB)
            elif isinstance(item, Box):
                self.box(item, x, y)
            elif isinstance(item, Frame):
                self.frame(item, x, y)
            else:
                self.fork(item, x, y)
            y += self.size(item)[1] + GAP

    def box(self, box: Box, x: float, y: float) -> None:
        """A layer: its size, and below it the operations that follow in place."""
        width, height = self.size(box)
        words = text(x, y + 16, escape(box.text), "lw-text")
        if box.note:
            words += text(x, y + 28, escape(box.note), "lw-note")
        rect = _rectangle("lw-box", x, y, width, height)
        self.shapes.append(f'<g class="lw-{box.operation}">{title(box.hint)}{rect}{words}</g>')
        self.wall(x, y, width, height)
        self.exit(box.row, x, y + height)

    def wall(self, x: float, y: float, width: float, height: float) -> None:
        """Keep lines out of a rectangle around ``x``."""
        self.walls.append((x - width / 2, y, x + width / 2, y + height))

    def frame(self, frame: Frame, x: float, y: float) -> None:
        """An inner block: a ground with its name, or a box if it has a drawing of its own."""
        width, height = self.size(frame)
        name = escape(_frame_name(frame))
        if not frame.items:
            self.shapes.append(_rectangle("lw-box", x, y, width, height) + text(x, y + 16, name, "lw-text"))
            self.wall(x, y, width, height)
            self.exit(frame.row, x, y + height)
            for place, row in enumerate(frame.sources, 1):
                self.enter(row, x + width / 2 * place / (len(frame.sources) + 1), y)
            return
        self.grounds.append(_rectangle("lw-ground", x, y, width, height))
        self.shapes.append(text(x - width / 2 + INSET, y + 12, name, "lw-note lw-left"))
        top = y + PILL + INSET / 2
        bottom = top + self.height(frame.items)
        self.line(x, y, top)
        self.series(frame.items, x, top)
        self.line(x, bottom, y + height)
        left = x - width / 2 + INSET
        self.walls.append((left, y + 3, left + width_of(_frame_name(frame), NOTE), y + 13))
        self.exit(frame.row, x, y + height)

    def fork(self, fork: Lanes, x: float, y: float) -> None:
        """Lanes from the line above to the merge below."""
        top, join = y + GAP, y + self.size(fork)[1] - RADIUS
        left = x - (fsum(map(self.lane_width, fork.lanes)) + LANE_GAP * (len(fork.lanes) - 1)) / 2
        middles, entered = [], [x]
        for lane in fork.lanes:
            middle = left + self.lane_width(lane) / 2
            middles.append(middle)
            if not (lane and isinstance(lane[0], Source)):
                entered.append(middle)
            self.lane(lane, middle, top, join)
            left += self.lane_width(lane) + LANE_GAP
        self.level(y, entered)
        self.level(join, [*middles, x])
        self.join(fork, x, join)

    def lane(self, lane: Sequence[Node], x: float, top: float, bottom: float) -> None:
        """A branch in the middle of its lane, from the line above to the height of the merge."""
        height = self.lane_height(lane)
        y = top + (bottom - RADIUS - GAP - top - height) / 2
        if not lane:
            self.line(x, top - GAP, bottom)
            self.shapes.append(text(x, y + PILL / 2 + 3, "identity", "lw-note lw-on-line"))
            return
        if not isinstance(lane[0], Source):
            self.line(x, top - GAP, y)
        self.series(lane, x, y)
        self.line(x, y + height, bottom)

    def join(self, fork: Lanes, x: float, y: float) -> None:
        """A circle with the sign of the merge, and its name next to the line below."""
        self.shapes.append(
            f'<circle class="lw-join" cx="{number(x)}" cy="{number(y)}" r="{number(RADIUS)}"/>'
            f'<path class="lw-sign" d="{_sign(fork.join, x, y)}"/>'
            f"{text(x + RADIUS + 3, y + RADIUS + 5, escape(fork.note), 'lw-note lw-left')}"
        )
        self.walls.append((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS))
        self.walls.append((x + RADIUS, y + RADIUS - 2, x + RADIUS + 3 + width_of(fork.note, NOTE), y + RADIUS + 6))
        self.exit(fork.row, x, y + RADIUS)


def _packed(wanted: Sequence[float], widths: Sequence[float], room: float) -> list[float]:
    """The middles of shapes side by side, each as near as possible to where it is wanted."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    middles, right = list(wanted), room - 1
    for place in reversed(order):
        middles[place] = min(middles[place], right - widths[place] / 2)
        right = middles[place] - widths[place] / 2 - PILL_GAP
    left = 1.0
    for place in order:
        middles[place] = max(middles[place], left + widths[place] / 2)
        left = middles[place] + widths[place] / 2 + PILL_GAP
    return middles


def _rectangle(css: str, x: float, y: float, width: float, height: float) -> str:
    """A rectangle around ``x``."""
    return (
        f'<rect class="{css}" x="{number(x - width / 2)}" y="{number(y)}" width="{number(width)}"'
        f' height="{number(height)}" rx="4"/>'
    )


def _sign(join: str, x: float, y: float) -> str:
    """A plus, a cross, or two bars for concatenated channels."""
    if join == "add":
        return path("M", x - 4, y, "h", 8, "M", x, y - 4, "v", 8)
    if join == "multiply":
        return path("M", x - 3, y - 3, "l", 6, 6, "M", x + 3, y - 3, "l", -6, 6)
    return path("M", x - 2, y - 4, "v", 8, "M", x + 2, y - 4, "v", 8)
