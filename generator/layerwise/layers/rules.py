"""The rules of layers in symbols and with the values of a layer, for derivations."""

from __future__ import annotations

from typing import NamedTuple

from layerwise.core.shape import Shape
from layerwise.core.windows import Sides, Window, extent


class Rule(NamedTuple):
    """The calculation of a figure: in symbols or words, and with the values of a layer."""

    symbols: str
    values: str
    """The right-hand side with numbers: ``28×28 · 5×5×1×6``. Empty if nothing is calculated."""


NOTHING_LEARNED = Rule("no learned parameters", "")
NOT_COUNTED = Rule("not counted for this layer type", "")


def floor_rule(window: Window, shape: Shape, result: int, axis: int) -> Rule:
    """The output size of a window that must fit into the padded input along one spatial side."""
    values = f"⌊({_padded(window, shape, axis)} − {_span(window, axis)}) / {window.stride[axis]}⌋ + 1 = {result}"
    return Rule("⌊(size + padding − kernel) / stride⌋ + 1", values)


def ceil_rule(window: Window, shape: Shape, result: int, axis: int) -> Rule:
    """The output size rounded up, as pooling does with ``ceil``, without a last window that starts in the padding."""
    stride, kernel = window.stride[axis], _span(window, axis)
    rounded = -((kernel - shape[axis] - sum(_margins(window, axis))) // stride) + 1
    dropped = "" if rounded == result else f"; the last window would start in the padding, so {result}"
    values = f"⌈({_padded(window, shape, axis)} − {kernel}) / {stride}⌉ + 1 = {rounded}{dropped}"
    return Rule("⌈(size + padding − kernel) / stride⌉ + 1", values)


def same_rule(window: Window, shape: Shape, result: int, axis: int) -> Rule:
    """The output size with TensorFlow's SAME padding."""
    return Rule("⌈size / stride⌉", f"⌈{shape[axis]} / {window.stride[axis]}⌉ = {result}")


def padding_rule(padding: Sides | str, window: Window, shape: Shape, result: int, axis: int) -> Rule | None:
    """The rows or columns that ``same`` or ``half`` adds; None for a padding that is given."""
    if padding == "half":
        return _half_padding_rule(window, axis)
    return _same_padding_rule(window, shape, result, axis) if padding == "same" else None


def _half_padding_rule(window: Window, axis: int) -> Rule | None:
    """The rows or columns that half of the kernel adds on each side; None for a kernel of 1, which has none."""
    (margin, _), kernel, dilation = _margins(window, axis), window.kernel[axis], window.dilation[axis]
    if not margin:
        return None
    spread = f"{dilation} · " if dilation > 1 else ""
    return Rule("dilation · (kernel − 1) / 2 on each side", f"{spread}({kernel} − 1) / 2 = {margin}")


def _same_padding_rule(window: Window, shape: Shape, result: int, axis: int) -> Rule:
    """The rows or columns that SAME adds."""
    before, after = _margins(window, axis)
    needed = f"({result} − 1) · {window.stride[axis]} + {_span(window, axis)} − {shape[axis]}"
    values = f"max({needed}, 0) = {before + after}"
    placed = f": {before} before, {after} after" if before or after else ""
    return Rule("max((output − 1) · stride + kernel − size, 0), an odd pixel goes after", values + placed)


def transposed_rule(window: Window, shape: Shape, result: int, axis: int) -> Rule:
    """The output size of a transposed convolution; ``output_padding`` comes last."""
    (before, after), kernel, stride = _margins(window, axis), _span(window, axis), window.stride[axis]
    cut = f" − {before} − {after}" if before or after else ""
    more = result - ((shape[axis] - 1) * stride - before - after + kernel)
    added = f" + {more}" if more else ""
    values = f"({shape[axis]} − 1) · {stride}{cut} + {kernel}{added} = {result}"
    return Rule("(size − 1) · stride − padding + kernel", values)


def _span(window: Window, axis: int) -> int:
    return extent(window.kernel[axis], window.dilation[axis])


def _margins(window: Window, axis: int) -> tuple[int, int]:
    return window.padding.margins[axis]


def _padded(window: Window, shape: Shape, axis: int) -> str:
    margins = _margins(window, axis)
    return " + ".join(map(str, (shape[axis], *margins) if any(margins) else (shape[axis],)))
