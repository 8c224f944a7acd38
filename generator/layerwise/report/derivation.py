"""The derivation of every figure of a layer: its rules, worked with the layer's values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from layerwise.core.receptive_field import ReceptiveField, Samplings, one_position
from layerwise.core.sampling import AnySampling, Bound, Sampling, Taps
from layerwise.core.shape import SIDES
from layerwise.core.tensors import BYTES_PER_PARAMETER, count, formula
from layerwise.core.windows import Window, extent
from layerwise.layers import Layer, Merge
from layerwise.layers.rules import Rule
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


def _output(node: LayerNode) -> list[Step]:
    layer = node.layer
    if isinstance(layer, Layer) and node.stats.window is not None:
        return [*_sizes(node, layer, node.stats.window), _channels(node, layer)]
    if isinstance(layer, Merge):
        return [Step("Output", layer.output_rule, f"{layer.merge_values(node.inputs)} = {node.output}")]
    if node.output == node.inputs[0]:
        return [Step("Output", Layer.output_rule, str(node.output))]
    return [Step("Output", layer.output_rule, f"{node.inputs[0]} → {node.output}")]


def _sizes(node: LayerNode, layer: Layer, window: Window) -> list[Step]:
    result: list[Step] = []
    (shape,) = node.inputs
    axes = range(len(window.kernel))
    if max(window.dilation) > 1:
        result += _along("Span of the kernel", [_span(window, axis) for axis in axes])
    result += _along(None, [layer.size_rule(shape, axis) for axis in axes])
    padding = [rule for axis in axes if (rule := layer.padding_rule(shape, axis))]
    return [*result, *_along("Padding", padding)] if padding else result


def _along(title: str | None, rules: Sequence[Rule]) -> list[Step]:
    """One figure along each spatial side: a single step for sides that are calculated alike."""
    names: dict[Rule, list[str]] = {}
    for name, rule in zip(SIDES[len(rules)], rules, strict=True):
        names.setdefault(rule, []).append(name)
    if title and len(names) == 1:
        return [Step(title, *rules[0])]
    return [
        Step(f"{title}, {_listed(sides)}" if title else _listed(sides).capitalize(), *rule)
        for rule, sides in names.items()
    ]


def _listed(names: list[str]) -> str:
    """``depth, height and width``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _span(window: Window, axis: int) -> Rule:
    kernel, dilation = window.kernel[axis], window.dilation[axis]
    return Rule("d · (k − 1) + 1", f"{dilation} · ({kernel} − 1) + 1 = {extent(kernel, dilation)}")


def output_size(node: LayerNode, axis: int = 0) -> str:
    """The output of a layer with a window along a side, the first by default: ``⌊(224 + 6 − 7) / 2⌋ + 1 = 112``."""
    if not isinstance(node.layer, Layer) or node.stats.window is None:
        return ""
    return node.layer.size_rule(node.inputs[0], axis).values


def first_side(node: LayerNode) -> str:
    """The name of the side that ``output_size`` is about by default: height, of a sequence length."""
    return SIDES[len(node.output.spatial)][0]


def _channels(node: LayerNode, layer: Layer) -> Step:
    return Step("Channels", *layer.channels_rule(node.inputs[0]))


# --- parameters -----------------------------------------------------------------------------------------------------


def _parameters(node: LayerNode) -> list[Step]:
    if node.weights_of:
        place = formatting.place(node.weights_of)
        return [Step("Parameters", "shared weights, which count where they are first used", f"those of {place}")]
    symbols, values = node.layer.parameters_rule(node.inputs[0])
    values = values or node.stats.formula  # of a merge, whose rule sees one of its inputs
    result = [Step("Parameters", symbols, f"{values} = {grouped(node.parameters)}" if values else _none(node))]
    if node.parameters:
        result.append(Step("Parameter memory", "4 bytes each in fp32", _bytes(node.parameters)))
    if buffers := node.stats.buffers:
        kept = f"{formula(buffers)} = {grouped(count(buffers))}"
        result.append(Step("Buffers, not trained", " + ".join(tensor.name for tensor in buffers), kept))
    return result


def _none(node: LayerNode) -> str:
    """The figure of a layer that has no rule for it: none, or an unknown one."""
    return "0" if node.layer.is_counted else "unknown"


def parameters(node: LayerNode) -> str:
    """The parameter count: ``5×5×1×6 + 6 = 156``."""
    return f"{node.stats.formula} = {grouped(node.parameters)}" if node.stats.tensors else "0"


def _bytes(values: int) -> str:
    return f"{grouped(values)} × 4 bytes = {memory(values * BYTES_PER_PARAMETER)}"


# --- multiply-accumulates and activations ---------------------------------------------------------------------------


def _macs(node: LayerNode) -> Step:
    return Step("MACs", _macs_rule(node).symbols, macs(node))


def _macs_rule(node: LayerNode) -> Rule:
    layer = node.layer
    return layer.products_rule(node.inputs) if isinstance(layer, Merge) else layer.macs_rule(node.inputs[0])


def macs(node: LayerNode) -> str:
    """Multiply-accumulates of a layer for one image: ``28×28 · 5×5×1×6 = 117,600``."""
    values = _macs_rule(node).values
    return f"{values} = {grouped(node.macs)}" if values else _none(node)


def _activations(node: LayerNode) -> list[Step]:
    rule = {4: "D × H × W × C", 3: "H × W × C", 2: "T × C", 1: "C"}[len(node.output)]
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
    if field is not None and field.sees_nothing:
        return [Step("Receptive field", "depends on further inputs alone", "none")]
    if field is None or before is None:
        return [Step("Receptive field", "every value sees the whole input", "all")]
    layer = node.stats.receptive_window
    if layer is None or all(map(_is_one_value, layer)):
        rule = node.layer.field_rule if isinstance(node.layer, Merge) else "same as the input"
        return [
            Step(
                "Receptive field", rule, f"{formatting.sides(field.size)}, total stride {formatting.sides(field.step)}"
            )
        ]
    return [
        *_along("Receptive field", [_grown(before, field, layer, axis) for axis in range(len(layer))]),
        *_along("Stride (total)", [_stepped(before, field, layer, axis) for axis in range(len(layer))]),
    ]


def input_field(node: LayerNode, network: Network) -> ReceptiveField | None:
    """The receptive field of a layer's input; None where that is the whole input of the network."""
    is_first_alone = isinstance(node.layer, Merge) and node.layer.follows_first
    sources = node.sources[:1] if is_first_alone else node.sources
    image = one_position(len(network.input.spatial))
    fields = [image if source < 0 else network.layers[source].receptive_field for source in sources]
    if not isinstance(node.layer, Merge) or None in fields:
        return fields[0]
    if node.stats.receptive_window is None:
        return node.receptive_field
    known = [field for field in fields if field]
    return reduce(lambda one, other: one.merged(other, node.inputs[0].spatial), known)  # before its windows


def _grown(before: ReceptiveField, field: ReceptiveField, layer: Samplings, axis: int) -> Rule:
    taps = _kernel(before, layer, axis)
    if taps is None:
        return Rule("last pixel − first pixel + 1, for the value with the largest field", _region(field, axis))
    step, size = before.step[axis], field.size[axis]
    values = f"{before.size[axis]} + ({taps.number} − 1) · {taps.spacing} · {step} = {size}"
    return Rule("r + (k − 1) · d · j, with r and total stride j of the input", values)


def _region(field: ReceptiveField, axis: int) -> str:
    """The largest region of a layer after upsampling, from its first to its last pixel."""
    size, sampling = field.size[axis], field.samplings[axis]
    if isinstance(sampling, Bound):
        return f"at most {size}"
    largest = next((taps for taps in sampling.phases if taps and taps.last - taps.first + 1 == size), None)
    if largest is None:
        return "0"
    first = str(largest.first) if largest.first >= 0 else f"(−{-largest.first})"
    last = str(largest.last) if largest.last >= 0 else f"(−{-largest.last})"
    return f"{last} − {first} + 1 = {size}"


def _stepped(before: ReceptiveField, field: ReceptiveField, layer: Samplings, axis: int) -> Rule:
    if _kernel(before, layer, axis):
        return Rule("j · s", f"{before.step[axis]} · {layer[axis].rate} = {field.step[axis]}")
    rate = field.samplings[axis].rate
    pixels, positions = rate.numerator, rate.denominator
    return Rule("max(⌊pixels / positions⌋, 1), their mean", f"max(⌊{pixels} / {positions}⌋, 1) = {field.step[axis]}")


def _is_one_value(sampling: AnySampling) -> bool:
    """Return True if each output position sees one position of the input, without upsampling: a crop, for example."""
    return isinstance(sampling, Sampling) and sampling.rate == 1 == sampling.span and len(sampling.phases) == 1


def _kernel(before: ReceptiveField, layer: Samplings, axis: int) -> Taps | None:
    """The taps of a kernel, where every value of its input sees a region of one size."""
    sampling, entering = layer[axis], before.samplings[axis]
    if isinstance(sampling, Bound) or isinstance(entering, Bound):
        return None
    return sampling.phases[0] if len(sampling.phases) == len(entering.phases) == 1 else None


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
