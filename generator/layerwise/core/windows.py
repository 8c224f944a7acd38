"""Sliding windows in pure integers: padding, output size, receptive field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from layerwise.core.errors import ShapeError
from layerwise.core.shape import Shape, times

Pair = tuple[int, int]
"""A quantity along height and along width."""


class Padding(NamedTuple):
    """Rows and columns added around a feature map."""

    top: int
    bottom: int
    left: int
    right: int


NO_PADDING = Padding(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """A kernel as it slides over one feature map, with its padding resolved to four sides."""

    kernel: Pair
    stride: Pair
    padding: Padding = NO_PADDING
    dilation: Pair = (1, 1)
    upsampling: Pair = (1, 1)
    """How many positions come out for each that the window stops at."""


def extent(kernel: int, dilation: int) -> int:
    """The pixels a dilated kernel spans: d(k − 1) + 1."""
    return dilation * (kernel - 1) + 1


def output_size(padded: int, kernel: int, stride: int, dilation: int = 1) -> int:
    """⌊(padded − d(k − 1) − 1) / s⌋ + 1, or 0 where the kernel does not fit once."""
    return max((padded - extent(kernel, dilation)) // stride + 1, 0)


def output_size_ceil(size: int, before: int, after: int, kernel: int, stride: int) -> int:
    """Pooling that rounds up, as Caffe does and PyTorch with ``ceil_mode``.

    A last window that would start beyond the input and its leading padding is dropped.
    """
    padded = size + before + after
    if padded < kernel:
        return 0
    steps = -((kernel - padded) // stride)
    return steps + 1 if steps * stride < size + before else steps


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> Pair:
    """TensorFlow's SAME: what makes the output ⌈size / stride⌉; an odd pixel goes behind."""
    total = max((-(-size // stride) - 1) * stride + extent(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


def place_window(shape: Shape, kernel: Pair, stride: Pair, padding: Padding | str, dilation: Pair = (1, 1)) -> Window:
    """The window on one feature map H×W×C, ``same`` padding resolved to four sides."""
    if isinstance(padding, Padding):
        return Window(kernel, stride, padding, dilation)
    vertical = same_padding(shape[0], kernel[0], stride[0], dilation[0])
    horizontal = same_padding(shape[1], kernel[1], stride[1], dilation[1])
    return Window(kernel, stride, Padding(*vertical, *horizontal), dilation)


def slide(window: Window, shape: Shape, *, ceil: bool = False) -> Pair:
    """Height and width of what a window leaves of a feature map H×W×C.

    Raises ``ShapeError`` where the window is larger than the padded map.
    """
    top, bottom, left, right = window.padding
    sides = ((shape[0], top, bottom), (shape[1], left, right))
    if ceil:
        sizes = [
            output_size_ceil(n, before, after, k, s)
            for (n, before, after), k, s in zip(sides, window.kernel, window.stride, strict=True)
        ]
    else:
        sizes = [
            output_size(n + before + after, k, s, d)
            for (n, before, after), k, s, d in zip(sides, window.kernel, window.stride, window.dilation, strict=True)
        ]
    if min(sizes) < 1:
        spans = [extent(k, d) for k, d in zip(window.kernel, window.dilation, strict=True)]
        padded = times((shape[0] + top + bottom, shape[1] + left + right))
        padding = f", with its padding {padded}" if any(window.padding) else ""
        raise ShapeError(f"a window of {times(tuple(spans))} does not fit into {shape}{padding}")
    return sizes[0], sizes[1]


class ReceptiveField(NamedTuple):
    """What one value of a feature map sees of the network's input, along height and width, in pixels.

    ``size`` is the side of the region, ``step`` the distance of the regions of neighbouring values. The region may
    reach over the border into the padding.
    """

    size: Pair = (1, 1)
    step: Pair = (1, 1)

    def through(self, window: Window) -> ReceptiveField:
        """The field after a window: r ← r + (k − 1)·d·j, j ← j·s; upsampling by u divides j, to a pixel at least."""
        (r_h, r_w), (j_h, j_w) = self
        (k_h, k_w), (s_h, s_w), (d_h, d_w) = window.kernel, window.stride, window.dilation
        (u_h, u_w) = window.upsampling
        size = (r_h + (k_h - 1) * d_h * j_h, r_w + (k_w - 1) * d_w * j_w)
        return ReceptiveField(size, (max(j_h * s_h // u_h, 1), max(j_w * s_w // u_w, 1)))

    def merged(self, other: ReceptiveField) -> ReceptiveField:
        """The larger of two fields along each side, for branches that meet."""
        (a, b), (c, d) = self.size, other.size
        (e, f), (g, h) = self.step, other.step
        return ReceptiveField((max(a, c), max(b, d)), (max(e, g), max(f, h)))
