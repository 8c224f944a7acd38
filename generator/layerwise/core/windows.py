"""Sliding windows in pure integers: padding and output size."""

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
    """A kernel that slides over one feature map, with its padding resolved to four sides."""

    kernel: Pair
    stride: Pair
    padding: Padding = NO_PADDING
    dilation: Pair = (1, 1)


def extent(kernel: int, dilation: int) -> int:
    """Return the pixels that a dilated kernel spans: d(k − 1) + 1."""
    return dilation * (kernel - 1) + 1


def output_size(padded: int, kernel: int, stride: int, dilation: int = 1) -> int:
    """Return ⌊(padded − d(k − 1) − 1) / s⌋ + 1, or 0 if the kernel does not fit once."""
    return max((padded - extent(kernel, dilation)) // stride + 1, 0)


def output_size_ceil(size: int, before: int, after: int, kernel: int, stride: int) -> int:
    """Return the output size of pooling that rounds up, as in Caffe and in PyTorch with ``ceil_mode``.

    A last window that would start beyond the input and its leading padding is dropped.
    """
    padded = size + before + after
    if padded < kernel:
        return 0
    steps = -((kernel - padded) // stride)
    return steps + 1 if steps * stride < size + before else steps


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> Pair:
    """Return TensorFlow's SAME padding, for an output of ⌈size / stride⌉; an odd pixel is added at the end."""
    total = max((-(-size // stride) - 1) * stride + extent(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


def half_padding(kernel: int, dilation: int = 1) -> int:
    """Return d·(k − 1) / 2, the padding that keeps the size at stride 1. Raises ``ShapeError`` unless it is whole."""
    total = dilation * (kernel - 1)
    if total % 2:
        raise ShapeError(f"cannot have half padding: its kernel of {kernel} would need {total} / 2 on each side")
    return total // 2


def place_window(shape: Shape, kernel: Pair, stride: Pair, padding: Padding | str, dilation: Pair = (1, 1)) -> Window:
    """Return the window on a feature map H×W×C, with ``same`` and ``half`` padding resolved to four sides.

    Raises ``ShapeError`` if half of a kernel is no whole number.
    """
    if isinstance(padding, Padding):
        return Window(kernel, stride, padding, dilation)
    if padding == "half":
        rows, columns = map(half_padding, kernel, dilation)
        return Window(kernel, stride, Padding(rows, rows, columns, columns), dilation)
    vertical = same_padding(shape[0], kernel[0], stride[0], dilation[0])
    horizontal = same_padding(shape[1], kernel[1], stride[1], dilation[1])
    return Window(kernel, stride, Padding(*vertical, *horizontal), dilation)


def slide(window: Window, shape: Shape, *, ceil: bool = False) -> Pair:
    """Return the output height and width of a window on a feature map H×W×C.

    Raises ``ShapeError`` if the window is larger than the padded map.
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
