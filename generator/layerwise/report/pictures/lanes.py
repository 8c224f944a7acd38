"""Draws a block: every branch has a lane of its own, so that no line can cross a box.

Each node is placed around a middle line; a fork's lines run between its lanes and its join, where no box is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from layerwise.report.pictures.diagram import Box, Frame, Lanes, Node, Source
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
"""Height of the shapes at both ends, and of marks."""
INSET = 9.0
"""Between a frame and what is in it; its name takes a pill's height more."""


def draw(items: Sequence[Node], marks: Mapping[int, str], ends: tuple[str, str], name: str, words: str) -> str:
    """A block as a picture: the input shape on top, the output shape below; ``words`` says the same.

    ``marks`` names the rows that lanes come from elsewhere.
    """
    input_shape, output_shape = ends
    drawing = _Drawing(marks, _width_of_boxes(items, marks))
    margin = PILL if marks else 1
    width = max(drawing.width(items), _pill_width(input_shape), _pill_width(output_shape)) + 2 * margin
    middle, top = width / 2, 1 + PILL + GAP
    bottom = top + drawing.height(items)
    drawing.pill(middle, 1, input_shape)
    drawing.line(middle, 1 + PILL, top)
    drawing.series(items, middle, top)
    drawing.line(middle, bottom, bottom + GAP)
    drawing.pill(middle, bottom + GAP, output_shape)
    return scrolling(name, image(width, bottom + GAP + PILL + 1, words, drawing.body()), width)


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


def _width_of_boxes(items: Sequence[Node], marks: Mapping[int, str]) -> float:
    """The width of all boxes of a drawing: that of the widest, with room for a mark next to its words."""
    boxes = list(_boxes(items))
    marked = any(box.row in marks for box in boxes)
    return max(map(_box_width, boxes), default=NARROWEST) + (20 if marked else 0)


def _box_width(box: Box | Frame) -> float:
    """The width of the words of a box."""
    if isinstance(box, Frame):
        return max(width_of(_frame_name(box), TEXT) + 16, NARROWEST)
    return max(width_of(box.text, TEXT) + 16, width_of(box.note, NOTE) + 14, NARROWEST)


class _Drawing:
    """The shapes so far: grounds below the lines, boxes above them."""

    def __init__(self, marks: Mapping[int, str], box: float) -> None:
        self.marks = marks
        self.box_width = box
        self.grounds: list[str] = []
        self.lines: list[str] = []
        self.shapes: list[str] = []
        self.sizes: dict[int, tuple[float, float]] = {}

    def body(self) -> list[str]:
        """All shapes, from bottom to top."""
        return [*self.grounds, f'<path class="lw-line" d="{"".join(self.lines)}"/>', *self.shapes]

    # --- sizes ------------------------------------------------------------------------------------------------------

    def width(self, items: Sequence[Node]) -> float:
        """Of nodes in series."""
        return max((self.size(item)[0] for item in items), default=0)

    def height(self, items: Sequence[Node]) -> float:
        """Of nodes in series."""
        return sum(self.size(item)[1] for item in items) + GAP * max(len(items) - 1, 0)

    def size(self, node: Node) -> tuple[float, float]:
        """Width and height of a node."""
        if id(node) not in self.sizes:
            self.sizes[id(node)] = self._size(node)
        return self.sizes[id(node)]

    def _size(self, node: Node) -> tuple[float, float]:
        if isinstance(node, Source):
            return _pill_width(self.marks[node.row]), PILL
        if isinstance(node, Box):
            return self.box_width, BOX_WITH_NOTE if node.note else BOX
        if isinstance(node, Frame):
            if not node.items:
                return self.box_width, BOX
            name = width_of(_frame_name(node), NOTE) + 2 * INSET
            return max(self.width(node.items) + 2 * INSET, name), self.height(node.items) + PILL + 2 * INSET
        width = sum(map(self.lane_width, node.lanes)) + LANE_GAP * (len(node.lanes) - 1)
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
            self.lines.append(path("M", x, y, "V", to))

    def pill(self, x: float, y: float, content: str) -> None:
        """A string in an outline, with its top at ``y``."""
        width = _pill_width(content)
        self.shapes.append(
            f'<rect class="lw-pill" x="{number(x - width / 2)}" y="{number(y)}" width="{number(width)}"'
            f' height="{number(PILL)}" rx="{number(PILL / 2)}"/>{text(x, y + 11.5, escape(content), "lw-note")}'
        )

    def mark(self, row: int, x: float, y: float) -> None:
        """The letter of a layer that is the input of another lane."""
        if row in self.marks:
            self.pill(x, y, self.marks[row])

    def series(self, items: Sequence[Node], x: float, y: float) -> None:
        """Nodes in series around ``x``, the first at ``y``."""
        for place, item in enumerate(items):
            if place and not isinstance(item, Source):
                self.line(x, y - GAP, y)
            if isinstance(item, Source):
                self.pill(x, y, self.marks[item.row])
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
        self.mark(box.row, x + width / 2, y + (height - PILL) / 2)

    def frame(self, frame: Frame, x: float, y: float) -> None:
        """An inner block: a ground with its name, or a box if it has a drawing of its own."""
        width, height = self.size(frame)
        name = escape(_frame_name(frame))
        if not frame.items:
            self.shapes.append(_rectangle("lw-box", x, y, width, height) + text(x, y + 16, name, "lw-text"))
            self.mark(frame.row, x + width / 2, y + (height - PILL) / 2)
            return
        self.grounds.append(_rectangle("lw-ground", x, y, width, height))
        self.shapes.append(text(x - width / 2 + INSET, y + 12, name, "lw-note lw-left"))
        top = y + PILL + INSET / 2
        bottom = top + self.height(frame.items)
        self.line(x, y, top)
        self.series(frame.items, x, top)
        self.line(x, bottom, y + height)
        if max(frame.repeats) > 1:
            self.mark(frame.row, x + width / 2, y + height - PILL - INSET)

    def fork(self, fork: Lanes, x: float, y: float) -> None:
        """Lanes from the line above to the merge below."""
        top, join = y + GAP, y + self.size(fork)[1] - RADIUS
        left = x - (sum(map(self.lane_width, fork.lanes)) + LANE_GAP * (len(fork.lanes) - 1)) / 2
        middles, entered = [], [x]
        for lane in fork.lanes:
            middle = left + self.lane_width(lane) / 2
            middles.append(middle)
            if not (lane and isinstance(lane[0], Source)):
                entered.append(middle)
            self.lane(lane, middle, top, join)
            left += self.lane_width(lane) + LANE_GAP
        self.lines.append(path("M", min(entered), y, "H", max(entered)))
        self.lines.append(path("M", min(*middles, x), join, "H", max(*middles, x)))
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
        self.mark(fork.row, x - RADIUS - PILL, y + 4)


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
