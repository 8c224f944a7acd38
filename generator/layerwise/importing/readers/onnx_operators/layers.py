"""Functions of each value, normalizations, products and arithmetic."""

from __future__ import annotations

from typing import Any

from layerwise.importing.readers.onnx_operators.calls import Call, operator
from layerwise.importing.table import TranslationError
from layerwise.importing.trace import Node

ELEMENTWISE = {
    "Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Gelu": "gelu", "Mish": "mish", "HardSwish": "hardswish",
    "Elu": "elu", "Selu": "selu", "LeakyRelu": "leaky_relu", "Swish": "silu", "Erf": "erf", "Sqrt": "sqrt",
    "Identity": "identity", "Dropout": "dropout", "Cast": "to",
}  # fmt: skip


@operator(*ELEMENTWISE)
def elementwise(call: Call) -> list[Node]:
    """A function of each value."""
    return call.result(ELEMENTWISE[call.node.op], call.shape())


@operator("HardSigmoid")
def hard_sigmoid(call: Call) -> list[Node]:
    """Only with the slope of PyTorch, 1/6."""
    if abs(call.get("alpha", 0.2) - 1 / 6) > 1e-4:
        raise TranslationError(f"the language has no hard sigmoid with a slope of {call.get('alpha', 0.2):g}")
    return call.result("hardsigmoid", call.shape())


@operator("Clip")
def clip(call: Call) -> list[Node]:
    """A limit of the values."""
    low, high = call.numbers("min", 1), call.numbers("max", 2)
    limits = {"min_val": low[0] if low else None, "max_val": high[0] if high else None}
    return call.result("hardtanh", call.shape(), limits)


@operator("Softmax", "LogSoftmax")
def softmax(call: Call) -> list[Node]:
    """A softmax."""
    return call.result("softmax", call.shape(), {"dim": call.get("axis", -1)})


@operator("PRelu")
def prelu(call: Call) -> list[Node]:
    """PReLU; its slopes are stored as C×1×1."""
    (node,) = call.result("prelu", call.shape())
    node.tensors["weight"] = call.node.inputs[1]
    return [node]


@operator("BatchNormalization")
def batch_normalization(call: Call) -> list[Node]:
    """Batch normalization with its statistics."""
    (node,) = call.result("batch_norm", call.shape())
    node.tensors = dict(zip(("weight", "bias", "running_mean", "running_var"), call.node.inputs[1:5], strict=True))
    return [node]


@operator("LayerNormalization")
def layer_normalization(call: Call) -> list[Node]:
    """Layer normalization of the last sides."""
    axis = call.get("axis", -1)
    (node,) = call.result("layer_norm", call.shape(), {"normalized_shape": list(call.shape()[axis:])})
    node.tensors = dict(zip(("weight", "bias"), [name for name in call.node.inputs[1:] if name], strict=False))
    return [node]


@operator("InstanceNormalization", "GroupNormalization")
def group_normalization(call: Call) -> list[Node]:
    """Normalization of groups of channels, or of each."""
    is_group = call.node.op == "GroupNormalization"
    attributes = {"num_groups": call.get("num_groups")} if is_group else {}
    (node,) = call.result("group_norm" if is_group else "instance_norm", call.shape(), attributes)
    node.tensors = dict(zip(("weight", "bias"), call.node.inputs[1:3], strict=False))
    return [node]


@operator("Gemm")
def gemm(call: Call) -> list[Node]:
    """A linear layer of a vector."""
    if call.get("transA", 0):
        raise TranslationError("its input is transposed")
    rows, columns = call.shape(1)
    is_transposed = bool(call.get("transB", 0))
    units = rows if is_transposed else columns
    attributes: dict[str, Any] = {} if is_transposed else {"transposed": True}
    (node,) = call.result("linear", (*call.shape()[:-1], units), attributes)
    node.tensors = dict(zip(("weight", "bias"), [name for name in call.node.inputs[1:3] if name], strict=False))
    return [node]


@operator("MatMul")
def product(call: Call) -> list[Node]:
    """A product of two values, or with a stored weight, which is then a linear layer without a bias."""
    first, second = call.shape(0), call.shape(1)
    if len(first) < 2 or len(second) < 2:
        raise TranslationError("only products of matrices can be expressed")
    shape = (*max(first[:-2], second[:-2], key=len), first[-2], second[-1])
    return call.result("matmul", shape, {}, *call.node.inputs[:2])


@operator("Add", "Sub", "Mul", "Div", "Pow")
def arithmetic(call: Call) -> list[Node]:
    """Arithmetic of two values, or of one with a constant or a stored tensor."""
    shapes = [call.shape(0), call.shape(1)]
    length = max(map(len, shapes))
    padded = [(1,) * (length - len(shape)) + shape for shape in shapes]
    shape = tuple(max(sides) for sides in zip(*padded, strict=True))
    return call.result(call.node.op.lower(), shape, {}, *call.node.inputs[:2])
