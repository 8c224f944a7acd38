"""A layer of Keras with its inputs, the operations it becomes, and the table of all layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from layerwise.importing.table import Table, TranslationError
from layerwise.importing.trace import Node, TensorInfo

Shape = tuple[int, ...]


class Layer(NamedTuple):
    """A layer with its inputs."""

    name: str
    kind: str
    config: dict[str, Any]
    inputs: list[str]
    shapes: list[Shape]
    constants: list[float]
    """Numbers among the arguments."""

    def get(self, key: str, default: Any = None) -> Any:
        """An entry of the configuration."""
        value = self.config.get(key)
        return default if value is None else value

    def pair(self, key: str, default: int = 1) -> list[int]:
        """Two numbers of the configuration."""
        value = self.get(key, default)
        return [value, value] if isinstance(value, int) else [int(number) for number in value]


class Result:
    """The operations of one layer, and their stored tensors."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.nodes: list[Node] = []
        self.tensors: dict[str, TensorInfo] = {}

    @property
    def last(self) -> str:
        """The id of the last node, or the first input."""
        return self.nodes[-1].id if self.nodes else self.layer.inputs[0]

    @property
    def shape(self) -> Shape:
        """The shape of the last node, or of the first input."""
        return (self.nodes[-1].shape or ()) if self.nodes else self.layer.shapes[0]

    def add(self, op: str, shape: Shape, inputs: list[str] | None = None, /, **attributes: Any) -> Node:
        """Add an operation after the last."""
        name = f"{self.layer.name}.{len(self.nodes)}"
        node = Node(name, op, [self.last] if inputs is None else inputs, {}, attributes, shape, self.layer.name)
        self.nodes.append(node)
        return node

    def store(self, node: Node, argument: str, shape: Shape, kind: str = "parameter") -> None:
        """Give a node a stored tensor."""
        name = f"{self.layer.name}/{argument}" + (f" {len(self.nodes)}" if len(self.nodes) > 1 else "")
        self.tensors[name] = TensorInfo(kind, shape)
        node.tensors[argument] = name


LAYERS: Table[Callable[[Layer, Result], None]] = Table()
"""The translation of each kind of layer."""
layers = LAYERS.register

ACTIVATIONS = {
    "relu": "relu", "relu6": "relu6", "sigmoid": "sigmoid", "tanh": "tanh", "silu": "silu", "swish": "silu",
    "gelu": "gelu", "elu": "elu", "selu": "selu", "mish": "mish", "hard_sigmoid": "hardsigmoid",
    "hard_silu": "hardswish",
    "hard_swish": "hardswish", "leaky_relu": "leaky_relu", "softmax": "softmax",
}  # fmt: skip


def activate(result: Result, function: Any) -> None:
    """Add an activation function by its name or configuration."""
    name = function.get("config") if isinstance(function, dict) else function
    name = name if isinstance(name, str) else getattr(function, "get", lambda _: None)("class_name")
    if name in (None, "linear"):
        return
    if name not in ACTIVATIONS:
        raise TranslationError(f"the language has no activation function {str(name)[:60]!r}")
    attributes = {"dim": 1 if len(result.shape) == 4 else -1} if name == "softmax" else {}
    result.add(ACTIVATIONS[name], result.shape, **attributes)


def image(result: Result) -> Shape:
    """The shape of an input that must be a map."""
    if len(result.shape) != 4:
        raise TranslationError("its input is no map")
    return result.shape
