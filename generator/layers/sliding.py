"""What convolution and pooling share: a window that slides over a feature map."""

from __future__ import annotations

from generator.errors import ShapeError
from generator.shape import Shape, times
from generator.window import Padding, Pair, Window, extent, output_size, output_size_ceil, same_padding


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
