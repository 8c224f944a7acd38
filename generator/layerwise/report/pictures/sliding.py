"""A kernel that slides over a feature map, one position after the other.

Every position of the small map has the place of the kernel for it and a sentence about it, so that a script only moves
the kernel.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from layerwise.core.shape import Shape, times
from layerwise.core.windows import Window, extent
from layerwise.layers.transposed import TransposedConvolution
from layerwise.network.graph import LayerNode
from layerwise.report.operations import operation
from layerwise.report.pictures import svg

CELL = 16
GAP = 3 * CELL
HEAD = 20
MAX_CELLS = 15
"""The most rows and columns of the large map that are drawn."""
MAX_POSITIONS = 7
"""The most positions of the kernel along one side."""


class Axis(NamedTuple):
    """Rows or columns of the map that the kernel slides over, padding included, and the positions of the kernel."""

    size: int
    before: int
    after: int
    kernel: int
    stride: int
    dilation: int
    positions: int

    @property
    def extent(self) -> int:
        """Rows that the kernel spans."""
        return extent(self.kernel, self.dilation)

    @property
    def shown(self) -> int:
        """Positions that are drawn; 0 if the kernel is too large."""
        fitting = (MAX_CELLS - self.extent) // self.stride + 1 if self.extent <= MAX_CELLS else 0
        return min(self.positions, MAX_POSITIONS, fitting)

    @property
    def cells(self) -> int:
        """Rows that are drawn: all of them, or those that the shown positions need."""
        needed = (self.shown - 1) * self.stride + self.extent
        whole = max(self.size + self.before + self.after, needed)
        return whole if self.shown == self.positions and whole <= MAX_CELLS else needed

    @property
    def inside(self) -> tuple[int, int]:
        """The first and the last of the drawn rows that are not padding."""
        return self.before, min(self.cells, self.before + self.size) - 1

    def rows(self, position: int) -> tuple[int, int]:
        """The first and the last row under the kernel, from 1; those of the padding before are zero or negative."""
        first = position * self.stride - self.before + 1
        return first, first + self.extent - 1


def sliding(node: LayerNode) -> str:
    """The picture of a layer with a window; nothing for other layers, and for kernels that are too large to draw."""
    window = node.stats.window
    if window is None or not node.inputs[0].is_map:
        return ""
    is_transposed = isinstance(node.layer, TransposedConvolution)
    large, small = (node.output, node.inputs[0]) if is_transposed else (node.inputs[0], node.output)
    axes = _axes(window, large, small)
    if not all(axis.shown for axis in axes):
        return ""
    return _figure(node, axes, Words.of(large, small, is_transposed=is_transposed))


class Words(NamedTuple):
    """The words for the two maps."""

    large: str
    small: str
    margin: str
    verb: str

    @classmethod
    def of(cls, large: Shape, small: Shape, *, is_transposed: bool) -> Words:
        """The words for a convolution or pooling, or for a transposed convolution."""
        sizes = times(large.spatial), times(small.spatial)
        if is_transposed:
            return cls(f"Output {sizes[0]}", f"Input {sizes[1]}", "cropped", "is spread over output")
        return cls(f"Input {sizes[0]}", f"Output {sizes[1]}", "padding", "sees input")


def _axes(window: Window, large: Shape, small: Shape) -> tuple[Axis, Axis]:
    top, bottom, left, right = window.padding
    margins = ((top, bottom), (left, right))
    height, width = (
        Axis(large[at], *margins[at], window.kernel[at], window.stride[at], window.dilation[at], small[at])
        for at in (0, 1)
    )
    return height, width


def _figure(node: LayerNode, axes: tuple[Axis, Axis], words: Words) -> str:
    height, width = axes
    left = width.cells * CELL + GAP
    title_width = svg.width_of(words.small, 11)
    body = [
        svg.text(0, 12, words.large, "lw-name lw-left"),
        svg.text(left, 12, words.small, "lw-name lw-left"),
        f'<g transform="translate(0.5 {HEAD}.5)">{"".join(_large(height, width))}{_kernel(height, width)}</g>',
        f'<g transform="translate({left}.5 {HEAD}.5)">{"".join(_positions(height, width, words))}</g>',
    ]
    size = (left + max(width.shown * CELL, title_width) + 1, HEAD + max(height.cells, height.shown) * CELL + 1)
    label = f"A kernel of {times((height.kernel, width.kernel))} on {words.large}, for each position of {words.small}"
    return (
        f'<figure class="lw-sliding lw-{operation(node.layer)}">{svg.image(*size, label, body)}'
        '<p class="lw-step-buttons lw-scripted"><button type="button" data-step="-1">Previous</button>'
        '<button type="button" data-step="1">Next</button></p>'
        f'<figcaption><span aria-live="polite">{escape(_sentence(0, 0, axes, words))}</span>'
        f"{_remark(axes, words)}</figcaption></figure>"
    )


def _remark(axes: tuple[Axis, Axis], words: Words) -> str:
    """The part that is drawn, if that is not everything, and the rows that no kernel reaches."""
    height, width = axes
    remarks = []
    if any(axis.shown < axis.positions for axis in axes):
        remarks.append(f"Only the first {times((height.shown, width.shown))} positions are drawn.")
    if any(axis.before or axis.after for axis in axes):
        remarks.append(f"Dashed: {words.margin}.")
    return f" {' '.join(remarks)}" if remarks else ""


def _large(height: Axis, width: Axis) -> Iterator[str]:
    """The map with its padding."""
    rows, columns = height.cells * CELL, width.cells * CELL
    yield f'<rect class="lw-margin" width="{columns}" height="{rows}"/>'
    (top, bottom), (left, right) = height.inside, width.inside
    if bottom >= top and right >= left:
        yield (
            f'<rect class="lw-map" x="{left * CELL}" y="{top * CELL}" width="{(right - left + 1) * CELL}" '
            f'height="{(bottom - top + 1) * CELL}"/>'
        )
    lines = [svg.path("M", 0, at * CELL, "h", columns) for at in range(1, height.cells)]
    lines += [svg.path("M", at * CELL, 0, "v", rows) for at in range(1, width.cells)]
    yield f'<path class="lw-grid-lines" d="{"".join(lines)}"/>'


def _kernel(height: Axis, width: Axis) -> str:
    """The kernel at the first position: its elements, and the region that it spans."""
    places = [
        (row * height.dilation * CELL, column * width.dilation * CELL)
        for row in range(height.kernel)
        for column in range(width.kernel)
    ]
    taps = "".join(f"{svg.path('M', x, y)}h{CELL}v{CELL}h-{CELL}z" for y, x in places)
    span = f'<rect class="lw-span" width="{width.extent * CELL}" height="{height.extent * CELL}"/>'
    return f'<g class="lw-kernel"><path class="lw-taps" d="{taps}"/>{span}</g>'


def _positions(height: Axis, width: Axis, words: Words) -> Iterator[str]:
    """The cells of the other map, each with the place of the kernel for it."""
    for row in range(height.shown):
        for column in range(width.shown):
            move = f"{column * width.stride * CELL}px {row * height.stride * CELL}px"
            chosen = ' class="lw-chosen"' if row == column == 0 else ""
            yield (
                f'<rect x="{column * CELL}" y="{row * CELL}" width="{CELL}" height="{CELL}"{chosen} '
                f'data-move="{move}">{svg.title(_sentence(row, column, (height, width), words))}</rect>'
            )


def _sentence(row: int, column: int, axes: tuple[Axis, Axis], words: Words) -> str:
    """Say what the kernel covers: ``Output row 1, column 2 sees input rows −2 to 4, columns 0 to 6.``."""
    height, width = axes
    name = words.small.partition(" ")[0]
    rows, columns = _range("row", *height.rows(row)), _range("column", *width.rows(column))
    return f"{name} row {row + 1}, column {column + 1} {words.verb} {rows}, {columns}."


def _range(noun: str, first: int, last: int) -> str:
    """``rows −2 to 4``, with a true minus sign."""
    start, end = (str(place).replace("-", "−") for place in (first, last))
    return f"{noun} {start}" if first == last else f"{noun}s {start} to {end}"
