"""Parameters, buffers and MACs of a trace, counted from the frameworks' own shapes, independent of any definition."""

from __future__ import annotations

from collections.abc import Collection
from math import prod
from typing import NamedTuple

from layerwise.importing.trace import ModelImportError, Node, Trace

UNCOUNTED = {
    "addmm",
    "baddbmm",
    "addbmm",
    "mv",
    "dot",
    "vdot",
    "cdist",
    "lstm",
    "gru",
    "rnn_tanh",
    "conv_transpose1d",
}
"""Operations that multiply values and are not counted: a model with one of them is refused."""
WEIGHTED = {"conv1d", "conv2d", "conv3d", "conv_transpose2d", "linear"}
STATISTICS = ("running_mean", "running_var")


class Counts(NamedTuple):
    """The figures of a model for one image."""

    parameters: int
    buffers: int
    """The values of running statistics, and of weights that are not learned."""
    macs: int
    unused_parameters: int = 0
    """Parameters that the graph does not use, such as those of auxiliary classifiers."""
    unlearned: int = 0
    """Values of other stored tensors that the graph uses, such as tables of indexes."""
    uncounted_parameters: int = 0
    """Parameters of operations that are not counted."""


def count_trace(trace: Trace, without: Collection[str] = ()) -> Counts:
    """Count a trace. MACs are those of convolutions, linear layers and products of matrices, without biases.

    ``without`` are the ids of operations that are not counted. Tensors that only they use are ``uncounted_parameters``.
    """
    used: set[str] = set()
    statistics: set[str] = set()
    stored: set[str] = set()
    passed: set[str] = set()
    for node in trace.nodes:
        if node.id in without:
            passed.update(node.tensors.values())
            continue
        used.update(node.tensors.values())
        if node.op in WEIGHTED:
            stored.update(node.tensors[key] for key in ("weight", "bias") if key in node.tensors)
        statistics.update(node.tensors[key] for key in STATISTICS if key in node.tensors)
    sizes = {name: info.values for name, info in trace.tensors.items()}
    learned = {name for name, info in trace.tensors.items() if info.kind == "parameter"}
    statistics |= stored - learned  # weights that are not learned, such as those that blur
    return Counts(
        parameters=sum(sizes[name] for name in used & learned),
        buffers=sum(sizes[name] for name in statistics),
        macs=trace_macs(trace, without),
        unused_parameters=sum(sizes[name] for name in learned - used - passed),
        unlearned=sum(sizes[name] for name in used - learned - statistics),
        uncounted_parameters=sum(sizes[name] for name in (passed & learned) - used),
    )


def trace_macs(trace: Trace, without: Collection[str] = ()) -> int:
    """Add up the MACs of all operations, without some."""
    shapes = {node.id: node.shape or () for node in trace.nodes}
    return sum(node_macs(node, shapes, trace) for node in trace.nodes if node.id not in without)


def node_macs(node: Node, shapes: dict[str, tuple[int, ...]], trace: Trace) -> int:
    """Return the MACs of one operation: 0 for one that multiplies no matrices.

    Raises ``ModelImportError`` for one whose products are not known.

    The weight of a convolution is C_out×(C_in / groups)×k_h×k_w, and of a transposed one C_in×(C_out / groups)×k_h×k_w,
    so that each position of the output, or of the input, costs as many MACs as the weight has values.
    """
    inputs = [shapes[name] for name in node.inputs]
    if node.op in UNCOUNTED:
        raise ModelImportError(f"cannot count {node.place()}: the products of this operation are not known")
    if node.op in WEIGHTED:
        return _weighted_macs(node, inputs, trace)
    if node.op == "scaled_dot_product_attention":
        query, key, value = inputs[:3]
        return prod(query[:-1]) * key[-2] * (key[-1] + value[-1])
    if node.op == "einsum":
        return _einsum_macs(node, inputs)
    return _product_macs(node, inputs, trace)


def _einsum_macs(node: Node, inputs: list[tuple[int, ...]]) -> int:
    """MACs of a product by an equation like ``B I D, B J D -> B I J``: the sizes of all its indices, multiplied."""
    left, arrow, _ = node.attributes.get("equation", "").replace(" ", "").partition("->")
    operands = left.split(",")
    sizes = {
        index: side
        for names, shape in zip(operands, inputs, strict=False)
        for index, side in zip(names, shape, strict=False)
    }
    fits = [len(names) for names in operands] == [len(shape) for shape in inputs]
    if not arrow or len(operands) != 2 or not fits or not left.replace(",", "").isalpha():
        raise ModelImportError(f"cannot count {node.place()}: the products of its equation are not known")
    return prod(sizes.values())


def _product_macs(node: Node, inputs: list[tuple[int, ...]], trace: Trace) -> int:
    """MACs of a product of two matrices, one of which may be a stored tensor."""
    output = node.shape or ()
    if node.op in ("matmul", "bmm") and len(inputs) == 2:
        return prod(output) * inputs[0][-1]
    if node.op in ("matmul", "bmm", "mm") and node.tensors:
        stored = trace.tensors[next(iter(node.tensors.values()))].shape
        return prod(output) * (stored[-1] if "self" in node.tensors or "input" in node.tensors else stored[-2])
    return 0


def _weighted_macs(node: Node, inputs: list[tuple[int, ...]], trace: Trace) -> int:
    """MACs of a convolution or a linear layer; a weight that other operations compute is the second input."""
    if "weight" in node.tensors:
        weight = trace.tensors[node.tensors["weight"]].shape
    elif len(inputs) > 1:
        weight = inputs[1]
    else:
        raise ModelImportError(f"cannot count {node.place()}: its weight is unknown")
    output = node.shape or ()
    if node.op == "linear":
        return prod(output) * weight[1]
    return prod(weight) * prod((inputs[0] if "transpose" in node.op else output)[2:])
