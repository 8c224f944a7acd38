"""The derivation of every figure of a layer: its rules, worked with the layer's values."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

from layerwise.core.shape import times
from layerwise.core.tensors import BYTES_PER_PARAMETER, Tensor, count, formula
from layerwise.core.windows import ReceptiveField, Window, extent
from layerwise.layers import Merge
from layerwise.layers.attention import HIDDEN, LocalAttention, SelfAttention
from layerwise.layers.merging import Multiply
from layerwise.network.graph import LayerNode, Network
from layerwise.report import formatting
from layerwise.report.formatting import KB, MB, grouped, memory


class Step(NamedTuple):
    """One figure of a layer."""

    title: str
    rule: str
    """The rule in words or symbols; empty where the worked figure needs none."""
    worked: str
    """The rule with the values of the layer, and the result."""


def steps(node: LayerNode, network: Network) -> list[Step]:
    """All figures of a layer, from its output size to its receptive field."""
    return [*figures(node), *receptive_field(node, input_field(node, network))]


def figures(node: LayerNode) -> list[Step]:
    """The figures of a layer on its own, which equal layers on equal shapes share."""
    return [*_output(node), *_parameters(node), _macs(node), *_activations(node)]


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


def _output(node: LayerNode) -> list[Step]:
    if node.stats.window is not None:
        return [*_sizes(node, node.stats.window), _channels(node)]
    kind = node.layer.kind
    if isinstance(node.layer, Merge):
        return [Step("Output", _OUTPUT_RULES.get(kind, ""), f"{formatting.inputs(node)} = {node.output}")]
    if node.output == node.inputs[0]:
        return [Step("Output", "the shape of the input", str(node.output))]
    return [Step("Output", _OUTPUT_RULES.get(kind, ""), f"{node.inputs[0]} → {node.output}")]


def _sizes(node: LayerNode, window: Window) -> list[Step]:
    result = []
    if max(window.dilation) > 1:
        result += _along("Span of the kernel", "d · (k − 1) + 1", lambda axis: _span(window, axis))
    result += _along(None, _size_rule(node), lambda axis: output_size(node, axis))
    if _is_same(node):
        rule = "max((output − 1) · stride + kernel − size, 0), the odd one behind"
        result += _along("Padding", rule, lambda axis: _same_padding(node, window, axis))
    return result


def _along(title: str | None, rule: str, worked: Callable[[int], str]) -> list[Step]:
    """One figure along height and width: a single step where both come about alike."""
    height, width = worked(0), worked(1)
    if height == width:
        return [Step(title or "Height and width", rule, height)]
    titles = (f"{title}, height", f"{title}, width") if title else ("Height", "Width")
    return [Step(titles[0], rule, height), Step(titles[1], rule, width)]


def _is_same(node: LayerNode) -> bool:
    return getattr(node.layer, "padding", None) == "same"


def _is_transposed(node: LayerNode) -> bool:
    return node.layer.kind == "transposed_conv"


def _span(window: Window, axis: int) -> str:
    kernel, dilation = window.kernel[axis], window.dilation[axis]
    return f"{dilation} · ({kernel} − 1) + 1 = {extent(kernel, dilation)}"


def _size_rule(node: LayerNode) -> str:
    if _is_transposed(node):
        return "(size − 1) · stride − padding + kernel"
    if _is_same(node):
        return "⌈size / stride⌉"
    if getattr(node.layer, "ceil", False):
        return "⌈(size + padding − kernel) / stride⌉ + 1"
    return "⌊(size + padding − kernel) / stride⌋ + 1"


def output_size(node: LayerNode, axis: int = 0) -> str:
    """The output's height (axis 0) or width (1) of a layer with a window: ``⌊(224 + 3 + 3 − 7) / 2⌋ + 1 = 112``."""
    window = node.stats.window
    if window is None:
        return ""
    if _is_transposed(node):
        return _transposed_size(node, window, axis)
    size, result, stride = node.inputs[0][axis], node.output[axis], window.stride[axis]
    if _is_same(node):
        return f"⌈{size} / {stride}⌉ = {result}"
    kernel = extent(window.kernel[axis], window.dilation[axis])
    before, after = window.padding[2 * axis : 2 * axis + 2]
    padded = " + ".join(map(str, (size, before, after) if before or after else (size,)))
    if not getattr(node.layer, "ceil", False):
        return f"⌊({padded} − {kernel}) / {stride}⌋ + 1 = {result}"
    rounded = -((kernel - size - before - after) // stride) + 1
    dropped = "" if rounded == result else f"; the last one would start in the padding: {result}"
    return f"⌈({padded} − {kernel}) / {stride}⌉ + 1 = {rounded}{dropped}"


def _transposed_size(node: LayerNode, window: Window, axis: int) -> str:
    size, result, stride = node.inputs[0][axis], node.output[axis], window.stride[axis]
    kernel = extent(window.kernel[axis], window.dilation[axis])
    before, after = window.padding[2 * axis : 2 * axis + 2]
    cut = f" − {before} − {after}" if before or after else ""
    more = result - ((size - 1) * stride - before - after + kernel)
    added = f" + {more}" if more else ""
    return f"({size} − 1) · {stride}{cut} + {kernel}{added} = {result}"


def _same_padding(node: LayerNode, window: Window, axis: int) -> str:
    size, result, stride = node.inputs[0][axis], node.output[axis], window.stride[axis]
    kernel = extent(window.kernel[axis], window.dilation[axis])
    before, after = window.padding[2 * axis : 2 * axis + 2]
    total = f"max(({result} − 1) · {stride} + {kernel} − {size}, 0) = {before + after}"
    return f"{total}: {before} before, {after} behind" if before or after else total


def _channels(node: LayerNode) -> Step:
    given, result = node.inputs[0].channels, node.output.channels
    if node.layer.kind == "depthwise_conv":
        return Step("Channels", "input channels · multiplier", f"{given} · {result // given} = {result}")
    if node.layer.kind == "space_to_depth":
        height, width = node.layer.filter
        return Step("Channels", "input channels · block", f"{given} · {height} · {width} = {result}")
    rule = "one for each filter" if node.layer.category == "convolution" else "those of the input"
    return Step("Channels", rule, str(result))


# --- parameters -----------------------------------------------------------------------------------------------------


def _parameters(node: LayerNode) -> list[Step]:
    result = [Step("Parameters", _parameter_rule(node), _parameters_worked(node))]
    if node.parameters:
        result.append(Step("Parameter memory", "4 bytes each in fp32", _bytes(node.parameters)))
    if buffers := node.stats.buffers:
        kept = f"{formula(buffers)} = {grouped(count(buffers))}"
        result.append(Step("Kept, not trained", " + ".join(tensor.name for tensor in buffers), kept))
    return result


def _parameter_rule(node: LayerNode) -> str:
    tensors = node.stats.tensors
    if not tensors:
        return "nothing is learned"
    if node.layer.category == "normalization":
        return "a scale and a shift for each channel"
    if _has_kernels(node):
        return _weight_rule(node, tensors[0]) + "".join(map(_bias_rule, tensors[1:]))
    if node.layer.kind in ("fc", "linear"):
        return "inputs × units" + (" + units" if len(tensors) > 1 else "")
    return " + ".join(tensor.name for tensor in tensors)


def _weight_rule(node: LayerNode, weight: Tensor) -> str:
    if len(weight.sides) == 3:
        return "k_h × k_w × connections"
    if node.layer.kind == "depthwise_conv":
        return "k_h × k_w × 1 × C_out"
    return "k_h × k_w × (C_in / groups) × C_out" if _groups(node) > 1 else "k_h × k_w × C_in × C_out"


def _bias_rule(tensor: Tensor) -> str:
    return " + H × W × C_out" if len(tensor.sides) == 3 else " + C_out"


def _has_kernels(node: LayerNode) -> bool:
    """Whether a layer's weights lie on height and width: those of a convolution along the channels do not."""
    return node.layer.category == "convolution" and node.stats.window is not None


def _groups(node: LayerNode) -> int:
    groups = getattr(node.layer, "groups", 1)
    assert isinstance(groups, int)
    return groups


def _parameters_worked(node: LayerNode) -> str:
    if _groups(node) == 1 or not node.stats.tensors:
        return parameters(node)
    k_h, k_w, _, c_out = sides = node.stats.tensors[0].sides
    others = node.stats.formula.removeprefix(times(sides))
    return f"{k_h}×{k_w}×({node.inputs[0].channels} / {_groups(node)})×{c_out}{others} = {parameters(node)}"


def parameters(node: LayerNode) -> str:
    """The parameter count: ``5×5×1×6 + 6 = 156``."""
    return f"{node.stats.formula} = {grouped(node.parameters)}" if node.stats.tensors else "0"


def _bytes(values: int) -> str:
    return f"{grouped(values)} × 4 bytes = {memory(values * BYTES_PER_PARAMETER)}"


# --- multiply-accumulates and activations ---------------------------------------------------------------------------


def _macs(node: LayerNode) -> Step:
    if not node.macs:
        rule = "not counted for this kind of layer"
    elif isinstance(node.layer, SelfAttention):
        rule = "positions · 4 · C² + 2 · C · positions · positions seen"
        rule += " + relative positions · network" if _position_network(node) else ""
    elif _has_kernels(node):
        rule = f"{'input' if _is_transposed(node) else 'output'} positions · weights"
    elif node.layer.category == "convolution":
        rule = "outputs · weights"
    else:
        rule = "inputs × units" if node.layer.kind == "fc" else "positions · C × units"
    return Step("MACs", rule, macs(node))


def macs(node: LayerNode) -> str:
    """Multiply-accumulates of a layer for one image: ``28×28 · 5×5×1×6 = 117,600``."""
    if not node.macs:
        return "0"
    if isinstance(node.layer, SelfAttention):
        return _attention_macs(node, node.layer)
    weight = next(tensor for tensor in (*node.stats.tensors, *node.stats.buffers) if tensor.name == "weight")
    positions = f"{times(_positions(node))} · " if node.layer.kind != "fc" and _positions(node) else ""
    return f"{positions}{times(weight.sides)} = {grouped(node.macs)}"


def _positions(node: LayerNode) -> tuple[int, ...]:
    """Where the weights of a layer are applied."""
    if node.layer.category == "convolution" and not _has_kernels(node):
        return node.output
    return node.inputs[0].spatial if _is_transposed(node) else node.output.spatial


def _attention_macs(node: LayerNode, layer: SelfAttention) -> str:
    (shape,) = node.inputs
    width, positions = shape.channels, layer.positions(shape)
    products = f"2 · {width} · {positions} · {layer.seen(shape)}"
    return f"{positions} · 4 · {width}² + {products}{_position_network(node)} = {grouped(node.macs)}"


def _position_network(node: LayerNode) -> str:
    """The part of the small network that computes the position bias of Swin V2, if the layer has one."""
    if not isinstance(node.layer, LocalAttention) or getattr(node.layer, "version", 1) == 1:
        return ""
    height, width = node.layer.relative_positions()
    return f" + {height * width} · {HIDDEN} · (2 + {node.layer.heads})"


def _activations(node: LayerNode) -> list[Step]:
    rule = {3: "H × W × C", 2: "T × C", 1: "C"}[len(node.output)]
    worked = f"{node.output} = {grouped(node.activations)}" if len(node.output) > 1 else grouped(node.activations)
    function = node.layer.activation_function
    result = [Step("Activation function", "in place, on each value", function.replace("_", " "))] if function else []
    return [
        *result,
        Step("Activations", rule, worked),
        Step("Activation memory", "4 bytes each in fp32", _bytes(node.activations)),
    ]


# --- receptive field ------------------------------------------------------------------------------------------------


def receptive_field(node: LayerNode, before: ReceptiveField | None) -> list[Step]:
    """The receptive field of a layer, with ``before`` that of its input."""
    field = node.receptive_field
    if field is None or before is None:
        return [Step("Receptive field", "every value sees the whole input", "all")]
    receptive_window = node.stats.receptive_window
    if receptive_window is None:
        joining = "that of the first branch" if isinstance(node.layer, Multiply) else "the largest of the branches"
        rule = joining if isinstance(node.layer, Merge) else "that of the input"
        return [Step("Receptive field", rule, f"{formatting.pair(field.size)}, step {formatting.pair(field.step)}")]
    step_rule = "j · s" if receptive_window.upsampling == (1, 1) else "max(⌊j · s / u⌋, 1)"
    return [
        *_along(
            "Receptive field",
            "r + (k − 1) · d · j, with the input's r and step j",
            lambda axis: _grown(before, field, receptive_window, axis),
        ),
        *_along("Step", step_rule, lambda axis: _stepped(before, field, receptive_window, axis)),
    ]


def input_field(node: LayerNode, network: Network) -> ReceptiveField | None:
    """The receptive field of a layer's input; None where that is the whole input of the network."""
    sources = node.sources[:1] if isinstance(node.layer, Multiply) else node.sources
    fields = [ReceptiveField() if feed < 0 else network.layers[feed].receptive_field for feed in sources]
    return reduce(lambda one, other: one.merged(other) if one and other else None, fields)


def _grown(before: ReceptiveField, field: ReceptiveField, receptive_window: Window, axis: int) -> str:
    kernel, dilation = receptive_window.kernel[axis], receptive_window.dilation[axis]
    return f"{before.size[axis]} + ({kernel} − 1) · {dilation} · {before.step[axis]} = {field.size[axis]}"


def _stepped(before: ReceptiveField, field: ReceptiveField, receptive_window: Window, axis: int) -> str:
    step, stride = before.step[axis], receptive_window.stride[axis]
    if receptive_window.upsampling == (1, 1):
        return f"{step} · {stride} = {field.step[axis]}"
    return f"max(⌊{step} · {stride} / {receptive_window.upsampling[axis]}⌋, 1) = {field.step[axis]}"


# --- of a network ---------------------------------------------------------------------------------------------------


def parameter_memory(network: Network) -> str:
    """Bytes, and KB or MB: ``61,706 × 4 = 246,824 bytes; 246,824 / 1024 = 241.039 KB``."""
    size = network.memory_bytes
    divisor = "1024" if size < MB else f"{KB} / {KB}"
    values = grouped(network.parameters)
    return f"{values} × {BYTES_PER_PARAMETER} = {grouped(size)} bytes; {grouped(size)} / {divisor} = {memory(size)}"


def widest(network: Network) -> LayerNode | None:
    """The layer with the most parameters."""
    return max((node for node in network.layers if node.on_main_path), key=lambda node: node.parameters, default=None)


def first_shrinking(network: Network) -> LayerNode | None:
    """The first layer whose window makes the map smaller."""
    return next((node for node in network.layers if node.stats.window and node.output[0] < node.inputs[0][0]), None)
