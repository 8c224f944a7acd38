"""How a number comes about: the rules with the values of one layer put in."""

from __future__ import annotations

from generator.formula import Tensor
from generator.network import Network, Row
from generator.shape import times
from generator.units import BYTES_PER_PARAMETER, KB, MB, grouped, memory
from generator.window import extent


def output_size(row: Row, axis: int = 0) -> str:
    """The output's height (axis 0) or width (1) of a layer with a window: ``⌊(224 + 3 + 3 − 7) / 2⌋ + 1 = 112``."""
    window = row.measure.window
    if window is None:
        return ""
    size, result, stride = row.inputs[0][axis], row.output[axis], window.stride[axis]
    kernel = extent(window.kernel[axis], window.dilation[axis])
    before, after = window.padding[2 * axis : 2 * axis + 2]
    if getattr(row.layer, "padding", None) == "same":
        return f"⌈{size} / {stride}⌉ = {result}"
    padded = " + ".join(map(str, (size, before, after) if before or after else (size,)))
    opening, closing = "⌈⌉" if getattr(row.layer, "ceil", False) else "⌊⌋"
    return f"{opening}({padded} − {kernel}) / {stride}{closing} + 1 = {result}"


def parameters(row: Row) -> str:
    """The parameter count: ``5×5×1×6 + 6 = 156``."""
    return f"{row.measure.formula} = {grouped(row.parameters)}" if row.measure.tensors else "0"


def macs(row: Row) -> str:
    """Multiply-accumulates of a convolution or fully connected layer: ``28×28 × 5×5×1×6 = 117,600``."""
    weight = _weight(row)
    if weight is None or not row.macs:
        return "0"
    positions = f"{times(row.output.spatial)} · " if row.output.is_map else ""
    return f"{positions}{times(weight.sides)} = {grouped(row.macs)}"


def _weight(row: Row) -> Tensor | None:
    return next((tensor for tensor in row.measure.tensors if tensor.name == "weight"), None)


def parameter_memory(network: Network) -> str:
    """Bytes, and KB or MB: ``61,706 × 4 = 246,824 bytes; 246,824 / 1024 = 241.039 KB``."""
    size = network.memory_bytes
    divisor = "1024" if size < MB else f"{KB} / {KB}"
    count = grouped(network.parameters)
    return f"{count} × {BYTES_PER_PARAMETER} = {grouped(size)} bytes; {grouped(size)} / {divisor} = {memory(size)}"


def widest(network: Network) -> Row | None:
    """The layer with the most parameters."""
    return max((row for row in network.rows if row.on_main_path), key=lambda row: row.parameters, default=None)


def first_shrinking(network: Network) -> Row | None:
    """The first layer whose window makes the map smaller."""
    return next((row for row in network.rows if row.measure.window and row.output[0] < row.inputs[0][0]), None)
