"""How a number comes about: the rules with the values of one layer put in.

``assets/derivation.js`` says the same in the browser, for every layer of a page; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

from layerwise.core.shape import times
from layerwise.core.tensors import BYTES_PER_PARAMETER, Tensor, count, formula
from layerwise.core.windows import ReceptiveField, Window, extent
from layerwise.layers import Join
from layerwise.layers.attention import HIDDEN, LocalAttention, SelfAttention
from layerwise.layers.merging import Multiply
from layerwise.network.graph import Network, Row
from layerwise.report import formatting
from layerwise.report.formatting import KB, MB, grouped, memory


class Step(NamedTuple):
    """One figure of a layer."""

    title: str
    rule: str
    """How it comes about, in words or symbols; empty where there is nothing to say."""
    worked: str
    """The rule with the layer's values put in, and the result."""


def steps(row: Row, network: Network) -> list[Step]:
    """All figures of a layer, from its output size to its receptive field."""
    return [*_output(row), *_parameters(row), _macs(row), *_activations(row), *_receptive_field(row, network)]


# --- output ---------------------------------------------------------------------------------------------------------


_OUTPUT_RULES = {
    "fc": "one value for each unit",
    "radial_basis": "one value for each pattern",
    "linear": "one channel for each unit, at every position",
    "global_avg_pool": "the mean of each channel",
    "global_max_pool": "the largest value of each channel",
    "adaptive_avg_pool": "the size asked for",
    "add": "the shape of every branch",
    "multiply": "the shape of the first branch",
    "concat": "the channels of all branches",
    "channels": "some of the channels",
    "pad_channels": "channels of zeros added",
    "upsample": "height and width times the factor",
    "crop": "rows and columns cut off at the borders",
    "depth_to_space": "channels laid out as blocks",
    "tokens": "height · width positions",
    "to_map": "positions laid out in rows",
    "take_token": "the first token",
    "mean_tokens": "the mean of the tokens",
    "class_token": "learned tokens before the others",
    "flatten": "all values in one vector",
}
"""How the output of a kind without a window follows from its input, where it is another shape."""


def _output(row: Row) -> list[Step]:
    if row.measure.window is not None:
        return [*_sizes(row, row.measure.window), _channels(row)]
    kind = row.layer.kind
    if isinstance(row.layer, Join):
        return [Step("Output", _OUTPUT_RULES.get(kind, ""), f"{formatting.inputs(row)} = {row.output}")]
    if row.output == row.inputs[0]:
        return [Step("Output", "the shape of the input", str(row.output))]
    return [Step("Output", _OUTPUT_RULES.get(kind, ""), f"{row.inputs[0]} → {row.output}")]


def _sizes(row: Row, window: Window) -> list[Step]:
    result = []
    if max(window.dilation) > 1:
        result += _along("Span of the kernel", "d · (k − 1) + 1", lambda axis: _span(window, axis))
    result += _along(None, _size_rule(row), lambda axis: output_size(row, axis))
    if _is_same(row):
        rule = "max((output − 1) · stride + kernel − size, 0), the odd one behind"
        result += _along("Padding", rule, lambda axis: _same_padding(row, window, axis))
    return result


def _along(title: str | None, rule: str, worked: Callable[[int], str]) -> list[Step]:
    """One figure along height and width: a single step where both come about alike."""
    height, width = worked(0), worked(1)
    if height == width:
        return [Step(title or "Height and width", rule, height)]
    titles = (f"{title}, height", f"{title}, width") if title else ("Height", "Width")
    return [Step(titles[0], rule, height), Step(titles[1], rule, width)]


def _is_same(row: Row) -> bool:
    return getattr(row.layer, "padding", None) == "same"


def _is_transposed(row: Row) -> bool:
    return row.layer.kind == "transposed_conv"


def _span(window: Window, axis: int) -> str:
    kernel, dilation = window.kernel[axis], window.dilation[axis]
    return f"{dilation} · ({kernel} − 1) + 1 = {extent(kernel, dilation)}"


def _size_rule(row: Row) -> str:
    if _is_transposed(row):
        return "(size − 1) · stride − padding + kernel"
    if _is_same(row):
        return "⌈size / stride⌉"
    if getattr(row.layer, "ceil", False):
        return "⌈(size + padding − kernel) / stride⌉ + 1"
    return "⌊(size + padding − kernel) / stride⌋ + 1"


def output_size(row: Row, axis: int = 0) -> str:
    """The output's height (axis 0) or width (1) of a layer with a window: ``⌊(224 + 3 + 3 − 7) / 2⌋ + 1 = 112``."""
    window = row.measure.window
    if window is None:
        return ""
    if _is_transposed(row):
        return _transposed_size(row, window, axis)
    size, result, stride = row.inputs[0][axis], row.output[axis], window.stride[axis]
    if _is_same(row):
        return f"⌈{size} / {stride}⌉ = {result}"
    kernel = extent(window.kernel[axis], window.dilation[axis])
    before, after = window.padding[2 * axis : 2 * axis + 2]
    padded = " + ".join(map(str, (size, before, after) if before or after else (size,)))
    if not getattr(row.layer, "ceil", False):
        return f"⌊({padded} − {kernel}) / {stride}⌋ + 1 = {result}"
    rounded = -((kernel - size - before - after) // stride) + 1
    dropped = "" if rounded == result else f"; the last one would start in the padding: {result}"
    return f"⌈({padded} − {kernel}) / {stride}⌉ + 1 = {rounded}{dropped}"


def _transposed_size(row: Row, window: Window, axis: int) -> str:
    size, result, stride = row.inputs[0][axis], row.output[axis], window.stride[axis]
    kernel = extent(window.kernel[axis], window.dilation[axis])
    before, after = window.padding[2 * axis : 2 * axis + 2]
    cut = f" − {before} − {after}" if before or after else ""
    more = result - ((size - 1) * stride - before - after + kernel)
    added = f" + {more}" if more else ""
    return f"({size} − 1) · {stride}{cut} + {kernel}{added} = {result}"


def _same_padding(row: Row, window: Window, axis: int) -> str:
    size, result, stride = row.inputs[0][axis], row.output[axis], window.stride[axis]
    kernel = extent(window.kernel[axis], window.dilation[axis])
    before, after = window.padding[2 * axis : 2 * axis + 2]
    total = f"max(({result} − 1) · {stride} + {kernel} − {size}, 0) = {before + after}"
    return f"{total}: {before} before, {after} behind" if before or after else total


def _channels(row: Row) -> Step:
    given, result = row.inputs[0].channels, row.output.channels
    if row.layer.kind == "depthwise_conv":
        return Step("Channels", "input channels · multiplier", f"{given} · {result // given} = {result}")
    if row.layer.kind == "space_to_depth":
        height, width = row.layer.filter
        return Step("Channels", "input channels · block", f"{given} · {height} · {width} = {result}")
    rule = "one for each filter" if row.layer.category == "convolution" else "those of the input"
    return Step("Channels", rule, str(result))


# --- parameters -----------------------------------------------------------------------------------------------------


def _parameters(row: Row) -> list[Step]:
    result = [Step("Parameters", _parameter_rule(row), _parameters_worked(row))]
    if row.parameters:
        result.append(Step("Parameter memory", "4 bytes each in fp32", _bytes(row.parameters)))
    if buffers := row.measure.buffers:
        kept = f"{formula(buffers)} = {grouped(count(buffers))}"
        result.append(Step("Kept, not trained", " + ".join(tensor.name for tensor in buffers), kept))
    return result


def _parameter_rule(row: Row) -> str:
    tensors = row.measure.tensors
    if not tensors:
        return "nothing is learned"
    if row.layer.category == "normalization":
        return "a scale and a shift for each channel"
    if _has_kernels(row):
        return _weight_rule(row, tensors[0]) + "".join(map(_bias_rule, tensors[1:]))
    if row.layer.kind in ("fc", "linear"):
        return "inputs × units" + (" + units" if len(tensors) > 1 else "")
    return " + ".join(tensor.name for tensor in tensors)


def _weight_rule(row: Row, weight: Tensor) -> str:
    if len(weight.sides) == 3:
        return "k_h × k_w × connections"
    if row.layer.kind == "depthwise_conv":
        return "k_h × k_w × 1 × C_out"
    return "k_h × k_w × (C_in / groups) × C_out" if _groups(row) > 1 else "k_h × k_w × C_in × C_out"


def _bias_rule(tensor: Tensor) -> str:
    return " + H × W × C_out" if len(tensor.sides) == 3 else " + C_out"


def _has_kernels(row: Row) -> bool:
    """Whether a layer's weights lie on height and width: those of a convolution along the channels do not."""
    return row.layer.category == "convolution" and row.measure.window is not None


def _groups(row: Row) -> int:
    groups = getattr(row.layer, "groups", 1)
    assert isinstance(groups, int)
    return groups


def _parameters_worked(row: Row) -> str:
    if _groups(row) == 1 or not row.measure.tensors:
        return parameters(row)
    k_h, k_w, _, c_out = sides = row.measure.tensors[0].sides
    others = row.measure.formula.removeprefix(times(sides))
    return f"{k_h}×{k_w}×({row.inputs[0].channels} / {_groups(row)})×{c_out}{others} = {parameters(row)}"


def parameters(row: Row) -> str:
    """The parameter count: ``5×5×1×6 + 6 = 156``."""
    return f"{row.measure.formula} = {grouped(row.parameters)}" if row.measure.tensors else "0"


def _bytes(values: int) -> str:
    return f"{grouped(values)} × 4 bytes = {memory(values * BYTES_PER_PARAMETER)}"


# --- multiply-accumulates and activations ---------------------------------------------------------------------------


def _macs(row: Row) -> Step:
    if not row.macs:
        rule = "not counted for this kind of layer"
    elif isinstance(row.layer, SelfAttention):
        rule = "positions · 4 · C² + 2 · C · positions · positions seen"
        rule += " + relative positions · network" if _position_network(row) else ""
    elif _has_kernels(row):
        rule = f"{'input' if _is_transposed(row) else 'output'} positions · weights"
    elif row.layer.category == "convolution":
        rule = "outputs · weights"
    else:
        rule = "inputs × units" if row.layer.kind == "fc" else "positions · C × units"
    return Step("MACs", rule, macs(row))


def macs(row: Row) -> str:
    """Multiply-accumulates of a layer for one image: ``28×28 · 5×5×1×6 = 117,600``."""
    if not row.macs:
        return "0"
    if isinstance(row.layer, SelfAttention):
        return _attention_macs(row, row.layer)
    weight = next(tensor for tensor in (*row.measure.tensors, *row.measure.buffers) if tensor.name == "weight")
    positions = f"{times(_positions(row))} · " if row.layer.kind != "fc" and _positions(row) else ""
    return f"{positions}{times(weight.sides)} = {grouped(row.macs)}"


def _positions(row: Row) -> tuple[int, ...]:
    """Where the weights of a layer are applied."""
    if row.layer.category == "convolution" and not _has_kernels(row):
        return row.output
    return row.inputs[0].spatial if _is_transposed(row) else row.output.spatial


def _attention_macs(row: Row, layer: SelfAttention) -> str:
    (shape,) = row.inputs
    width, positions = shape.channels, layer.positions(shape)
    products = f"2 · {width} · {positions} · {layer.seen(shape)}"
    return f"{positions} · 4 · {width}² + {products}{_position_network(row)} = {grouped(row.macs)}"


def _position_network(row: Row) -> str:
    """The part of the small network that computes the position bias of Swin V2, if the layer has one."""
    if not isinstance(row.layer, LocalAttention) or getattr(row.layer, "version", 1) == 1:
        return ""
    height, width = row.layer.relative_positions()
    return f" + {height * width} · {HIDDEN} · (2 + {row.layer.heads})"


def _activations(row: Row) -> list[Step]:
    rule = {3: "H × W × C", 2: "T × C", 1: "C"}[len(row.output)]
    worked = f"{row.output} = {grouped(row.activations)}" if len(row.output) > 1 else grouped(row.activations)
    function = row.layer.activation_function
    result = [Step("Activation function", "in place, on each value", function.replace("_", " "))] if function else []
    return [
        *result,
        Step("Activations", rule, worked),
        Step("Activation memory", "4 bytes each in fp32", _bytes(row.activations)),
    ]


# --- receptive field ------------------------------------------------------------------------------------------------


def _receptive_field(row: Row, network: Network) -> list[Step]:
    field, before = row.field, _entering_field(row, network)
    if field is None or before is None:
        return [Step("Receptive field", "every value sees the whole input", "all")]
    reach = row.measure.reach
    if reach is None:
        joining = "that of the first branch" if isinstance(row.layer, Multiply) else "the largest of the branches"
        rule = joining if isinstance(row.layer, Join) else "that of the input"
        return [Step("Receptive field", rule, f"{formatting.pair(field.size)}, step {formatting.pair(field.step)}")]
    step_rule = "j · s" if reach.upsampling == (1, 1) else "max(⌊j · s / u⌋, 1)"
    return [
        *_along(
            "Receptive field",
            "r + (k − 1) · d · j, with the input's r and step j",
            lambda axis: _grown(before, field, reach, axis),
        ),
        *_along("Step", step_rule, lambda axis: _stepped(before, field, reach, axis)),
    ]


def _entering_field(row: Row, network: Network) -> ReceptiveField | None:
    feeds = row.feeds[:1] if isinstance(row.layer, Multiply) else row.feeds
    fields = [ReceptiveField() if feed < 0 else network.rows[feed].field for feed in feeds]
    return reduce(lambda one, other: one.joined(other) if one and other else None, fields)


def _grown(before: ReceptiveField, field: ReceptiveField, reach: Window, axis: int) -> str:
    kernel, dilation = reach.kernel[axis], reach.dilation[axis]
    return f"{before.size[axis]} + ({kernel} − 1) · {dilation} · {before.step[axis]} = {field.size[axis]}"


def _stepped(before: ReceptiveField, field: ReceptiveField, reach: Window, axis: int) -> str:
    step, stride = before.step[axis], reach.stride[axis]
    if reach.upsampling == (1, 1):
        return f"{step} · {stride} = {field.step[axis]}"
    return f"max(⌊{step} · {stride} / {reach.upsampling[axis]}⌋, 1) = {field.step[axis]}"


# --- of a network ---------------------------------------------------------------------------------------------------


def parameter_memory(network: Network) -> str:
    """Bytes, and KB or MB: ``61,706 × 4 = 246,824 bytes; 246,824 / 1024 = 241.039 KB``."""
    size = network.memory_bytes
    divisor = "1024" if size < MB else f"{KB} / {KB}"
    values = grouped(network.parameters)
    return f"{values} × {BYTES_PER_PARAMETER} = {grouped(size)} bytes; {grouped(size)} / {divisor} = {memory(size)}"


def widest(network: Network) -> Row | None:
    """The layer with the most parameters."""
    return max((row for row in network.rows if row.on_main_path), key=lambda row: row.parameters, default=None)


def first_shrinking(network: Network) -> Row | None:
    """The first layer whose window makes the map smaller."""
    return next((row for row in network.rows if row.measure.window and row.output[0] < row.inputs[0][0]), None)
