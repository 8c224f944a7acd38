"""The trace of a model: its operations with their shapes and tensors, in the one form that every reader makes.

A trace is a JSON object. ``layerwise_trace`` is its version, 1. Operations and attributes have the names of PyTorch's
ATen operators without a trailing underscore (``conv2d``, ``batch_norm``, ``stride``), shapes are channels first and
begin with the batch, which is 1:

    {
      "layerwise_trace": 1,
      "source": "torchvision.models:alexnet",          the model, as the user named it
      "producer": "torch 2.14.1",                      the program that made the graph
      "notes": ["…"],                                  sentences for the report
      "outputs": ["linear_2"],                         ids of nodes
      "modules": {"features": "Sequential", …},        module path: class; may be empty
      "tensors": {"features.0.weight": ["parameter", [64, 3, 11, 11]], …},
      "nodes": [
        {"id": "x", "op": "input", "shape": [1, 3, 224, 224]},
        {"id": "conv2d", "op": "conv2d", "inputs": ["x"], "tensors": {"weight": "features.0.weight", …},
         "attributes": {"stride": [4, 4], "padding": [2, 2]}, "shape": [1, 64, 55, 55], "module": "features.0"},
        …
      ]
    }

A tensor is a ``parameter`` (learned), a ``buffer`` (stored, not learned) or a ``constant``. Inputs are listed in the
order of the arguments; attributes with PyTorch's default value may be missing. Nodes are in the order of execution. The
shape of a node with several outputs (``split``) is null; its ``getitem`` nodes have them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from math import prod
from typing import Any, NamedTuple

from layerwise.core.errors import LayerwiseError, quoted
from layerwise.core.limits import SIDE

VERSION = 1
MAX_BYTES = 64_000_000
"""Bytes of a trace as JSON: the largest models of torchvision and timm have less than one million."""
MAX_NODES = 6_000
"""Operations: the largest models of torchvision and timm have about 4,000."""
MAX_TENSORS = 50_000
MAX_SIDES = 8
KINDS = ("parameter", "buffer", "constant")


class ModelImportError(LayerwiseError):
    """A model that cannot be imported; the message names the operation or byte, and where."""


class TensorInfo(NamedTuple):
    """A stored tensor."""

    kind: str
    shape: tuple[int, ...]

    @property
    def values(self) -> int:
        """The number of its values."""
        return prod(self.shape)


@dataclass(slots=True)
class Node:
    """An operation in its place."""

    id: str
    op: str
    inputs: list[str] = field(default_factory=list)
    tensors: dict[str, str] = field(default_factory=dict)
    """Stored tensors by the argument that takes them."""
    attributes: dict[str, Any] = field(default_factory=dict)
    shape: tuple[int, ...] | None = None
    module: str = ""
    """The path of the module that runs it; empty if unknown."""

    def place(self) -> str:
        """Its operation and place for messages."""
        return f"{self.op} at {self.module or self.id}"


@dataclass(slots=True)
class Trace:
    """A model as a list of operations."""

    source: str
    producer: str
    nodes: list[Node]
    outputs: list[str]
    tensors: dict[str, TensorInfo]
    modules: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of the input, with the batch. Raises ``ModelImportError`` unless there is exactly one."""
        shapes = [node.shape for node in self.nodes if node.op == "input"]
        if len(shapes) != 1 or shapes[0] is None:
            raise ModelImportError(f"the model has {len(shapes)} inputs; only models with one input can be imported")
        return shapes[0]

    def to_json(self) -> str:
        """Return the trace as compact JSON."""
        return json.dumps(
            {
                "layerwise_trace": VERSION,
                "source": self.source,
                "producer": self.producer,
                "notes": self.notes,
                "outputs": self.outputs,
                "modules": self.modules,
                "tensors": {name: [info.kind, list(info.shape)] for name, info in self.tensors.items()},
                "nodes": [_node_json(node) for node in self.nodes],
            },
            separators=(",", ":"),
        )


def _node_json(node: Node) -> dict[str, Any]:
    """Return a node as JSON, without empty values."""
    content = {
        "id": node.id,
        "op": node.op,
        "inputs": node.inputs,
        "tensors": node.tensors,
        "attributes": node.attributes,
        "shape": None if node.shape is None else list(node.shape),
        "module": node.module,
    }
    return {key: value for key, value in content.items() if value not in ([], {}, "", None)}


def parse_trace(text: str | bytes, name: str = "trace") -> Trace:
    """Read a trace from JSON and check it. Raises ``ModelImportError`` that says what is wrong."""
    if len(text) > MAX_BYTES:
        raise ModelImportError(f"{name}: a trace has at most {MAX_BYTES:,} bytes, this one {len(text):,}")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelImportError(f"{name}: not JSON: {str(error)[:100]}") from None
    return _Reader(name).trace(content)


class _Reader:
    """Checks the JSON of a trace, value by value."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fail(self, message: str) -> ModelImportError:
        """An error with the name of the trace."""
        return ModelImportError(f"{self.name}: {message}")

    def trace(self, content: Any) -> Trace:
        """Read the whole trace."""
        version = content.get("layerwise_trace") if isinstance(content, dict) else None
        if version != VERSION or isinstance(version, bool):
            raise self.fail(f"expected a trace of version {VERSION}, got version {quoted(version)}")
        tensors = self.typed(content, "tensors", dict)
        nodes = self.typed(content, "nodes", list)
        for what, values, most in (("tensors", tensors, MAX_TENSORS), ("nodes", nodes, MAX_NODES)):
            if len(values) > most:
                raise self.fail(f"a trace has at most {most:,} {what}, this one {len(values):,}")
        trace = Trace(
            source=self.typed(content, "source", str),
            producer=self.typed(content, "producer", str),
            nodes=[],
            outputs=self.words(self.typed(content, "outputs", list), "outputs"),
            tensors={tensor: self.tensor(tensor, value) for tensor, value in tensors.items()},
            modules=self.typed(content, "modules", dict),
            notes=self.words(self.typed(content, "notes", list), "notes"),
        )
        self.words(list(trace.modules.values()), "modules")
        known: set[str] = set()
        for place, value in enumerate(nodes):
            node = self.node(place, value, known, trace)
            known.add(node.id)
            trace.nodes.append(node)
        if not trace.outputs or (missing := [name for name in trace.outputs if name not in known]):
            raise self.fail(f"outputs: no node {quoted(missing[0])}" if trace.outputs else "a trace needs an output")
        return trace

    def typed(self, content: dict[str, Any], key: str, kind: type, default: Any = None) -> Any:
        """The value of a key. Raises unless it has the type."""
        value = content.get(key, kind() if default is None else default)
        if not isinstance(value, kind):
            raise self.fail(f"{key}: expected a {kind.__name__}, got {quoted(value)}")
        return value

    def words(self, values: list[Any], what: str) -> list[str]:
        """A list of strings."""
        if wrong := [value for value in values if not isinstance(value, str)]:
            raise self.fail(f"{what}: expected strings, got {quoted(wrong[0])}")
        return values

    def shape(self, value: Any, what: str) -> tuple[int, ...]:
        """The sides of a shape."""
        sound = isinstance(value, list) and len(value) <= MAX_SIDES
        if not sound or not all(type(side) is int and 0 <= side <= SIDE for side in value):
            raise self.fail(f"{what}: expected at most {MAX_SIDES} sides up to {SIDE:,}, got {quoted(value)}")
        return tuple(value)

    def tensor(self, name: str, value: Any) -> TensorInfo:
        """A stored tensor."""
        if not isinstance(value, list) or len(value) != 2 or value[0] not in KINDS:
            raise self.fail(f"tensor {quoted(name)}: expected one of {', '.join(KINDS)} and a shape")
        return TensorInfo(value[0], self.shape(value[1], f"tensor {quoted(name)}"))

    def node(self, place: int, value: Any, known: set[str], trace: Trace) -> Node:
        """A node whose inputs come before it."""
        if not isinstance(value, dict):
            raise self.fail(f"node {place}: expected a mapping, got {quoted(value)}")
        shape = value.get("shape")
        node = Node(
            id=self.typed(value, "id", str),
            op=self.typed(value, "op", str),
            inputs=self.words(self.typed(value, "inputs", list), f"node {place}"),
            tensors=self.typed(value, "tensors", dict),
            attributes=self.typed(value, "attributes", dict),
            shape=None if shape is None else self.shape(shape, f"node {place}"),
            module=self.typed(value, "module", str),
        )
        if not node.id or not node.op or node.id in known:
            raise self.fail(f"node {place}: needs an op and an id of its own, got {quoted(node.id)}")
        for source in node.inputs:
            if source not in known:
                raise self.fail(f"node {quoted(node.id)}: its input {quoted(source)} is no node before it")
        for tensor in self.words(list(node.tensors.values()), f"node {quoted(node.id)}"):
            if tensor not in trace.tensors:
                raise self.fail(f"node {quoted(node.id)}: no tensor {quoted(tensor)}")
        return node
