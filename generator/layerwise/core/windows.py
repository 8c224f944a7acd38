"""Sliding windows in pure integers: padding and output size."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from layerwise.core.errors import ShapeError
from layerwise.core.shape import Shape, times

Sides = tuple[int, ...]
"""A quantity along each spatial side: along the length, height and width, or depth, height and width."""
NO_PADDING: Sides = (0,)


class Padding(Sides):
    """Positions added before and after each spatial side: top, bottom, left, right of a feature map."""

    __slots__ = ()

    @property
    def margins(self) -> tuple[tuple[int, int], ...]:
        """The positions before and after each side."""
        return tuple(zip(self[::2], self[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Window:
    """A kernel that slides over the spatial sides of one shape, with its padding resolved to both ends of each."""

    kernel: Sides
    stride: Sides
    padding: Padding
    dilation: Sides


def along(sides: Sides, count: int, what: str) -> Sides:
    """Return a quantity along so many sides, of which one number stands for all.

    Raises ``ShapeError`` if there are other numbers.
    """
    if len(sides) == count:
        return sides
    if len(sides) == 1:
        return sides * count
    raise ShapeError(f"a {what} of {times(sides)} does not fit {count} side{'' if count == 1 else 's'}")


def both_ends(margins: Sides, count: int, what: str = "padding") -> Padding:
    """Return margins at both ends of so many sides: given for all, for each side, or for each end of each side.

    Raises ``ShapeError`` if there are other numbers.
    """
    if len(margins) == 2 * count:
        return Padding(margins)
    return Padding(n for margin in along(margins, count, what) for n in (margin, margin))


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


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Return TensorFlow's SAME padding, for an output of ⌈size / stride⌉; an odd pixel is added at the end."""
    total = max((-(-size // stride) - 1) * stride + extent(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


def half_padding(kernel: int, dilation: int = 1) -> int:
    """Return d·(k − 1) / 2, the padding that keeps the size at stride 1. Raises ``ShapeError`` unless it is whole."""
    total = dilation * (kernel - 1)
    if total % 2:
        raise ShapeError(f"cannot have half padding: its kernel of {kernel} would need {total} / 2 on each side")
    return total // 2


def place_window(
    shape: Shape, kernel: Sides, stride: Sides = (1,), padding: Sides | str = NO_PADDING, dilation: Sides = (1,)
) -> Window:
    """Return the window on a shape with as many spatial sides as the kernel; ``same`` and ``half`` are resolved.

    Raises ``ShapeError`` if half of a kernel is no whole number, or an option has another number of sides.
    """
    count = len(kernel)
    stride, dilation = along(stride, count, "stride"), along(dilation, count, "dilation")
    if padding == "half":
        resolved = both_ends(tuple(map(half_padding, kernel, dilation)), count)
    elif padding == "same":
        ends = [same_padding(*sides) for sides in zip(shape.spatial, kernel, stride, dilation, strict=True)]
        resolved = Padding(chain.from_iterable(ends))
    else:
        assert not isinstance(padding, str)
        resolved = both_ends(padding, count)
    return Window(kernel, stride, resolved, dilation)


def slide(window: Window, shape: Shape, *, ceil: bool = False) -> Sides:
    """Return the spatial sides of the output of a window on a shape.

    Raises ``ShapeError`` if the window is larger than the padded shape.
    """
    sides = list(zip(shape.spatial, window.padding.margins, window.kernel, window.stride, window.dilation, strict=True))
    if ceil:
        sizes = [output_size_ceil(n, before, after, k, s) for n, (before, after), k, s, _ in sides]
    else:
        sizes = [output_size(n + before + after, k, s, d) for n, (before, after), k, s, d in sides]
    if min(sizes) < 1:
        spans = [extent(k, d) for k, d in zip(window.kernel, window.dilation, strict=True)]
        padded = times(tuple([n + before + after for n, (before, after), *_ in sides]))
        padding = f", with its padding {padded}" if any(window.padding) else ""
        raise ShapeError(f"a window of {times(tuple(spans))} does not fit into {shape}{padding}")
    return tuple(sizes)
