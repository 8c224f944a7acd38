"""A trace as a graph that recognizers rewrite: patterns of several operations become one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod
from typing import Any

from layerwise.importing.counting import WEIGHTED
from layerwise.importing.trace import ModelImportError, Node, Trace

LAYER = "layer:"
"""Operations that are a layer of definitions already begin so: ``layer:attention``."""
MOVEMENTS = {
    "view", "reshape", "permute", "transpose", "flatten", "unflatten", "squeeze", "unsqueeze", "contiguous", "clone",
    "select", "unbind", "getitem", "split", "split_with_sizes", "chunk", "slice", "expand", "expand_as", "repeat",
    "roll", "pad", "constant_pad_nd", "to",
    "_to_copy", "alias", "detach", "dropout", "unsafe_split", "narrow", "movedim", "swapaxes",
    "numpy_T", "t", "_unsafe_view", "tile", "feature_dropout", "lift_fresh_copy", "index_select", "take",
}  # fmt: skip
"""Operations that only move values."""


class Graph:
    """The nodes of a trace by id, and who uses them."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.tensors = dict(trace.tensors)
        self.nodes = {
            node.id: replace(node, inputs=[*node.inputs], tensors=dict(node.tensors), attributes=dict(node.attributes))
            for node in trace.nodes
        }
        self.outputs = list(trace.outputs)
        self.recognized: Counter[str] = Counter()
        """The number of times that each pattern was found, for the report."""
        self.refresh()

    def refresh(self) -> None:
        """Remove nodes that lead to no output, and list the users of all others."""
        needed, pending = set(self.outputs), list(self.outputs)
        while pending:
            for source in self.nodes[pending.pop()].inputs:
                if source not in needed:
                    needed.add(source)
                    pending.append(source)
        self.nodes = {name: node for name, node in self.nodes.items() if name in needed or node.op == "input"}
        self.users: dict[str, list[str]] = {name: [] for name in self.nodes}
        for node in self.nodes.values():
            for source in node.inputs:
                self.users[source].append(node.id)

    def __iter__(self) -> Iterator[Node]:
        return iter(list(self.nodes.values()))

    def source(self, node: Node, place: int = 0) -> Node:
        """The node of an input; one without an operation if there is none, as of a stored tensor."""
        return self.nodes[node.inputs[place]] if place < len(node.inputs) else Node("", "")

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a node; empty if it has several outputs."""
        return self.nodes[name].shape or ()

    def tensor_shape(self, node: Node, argument: str) -> tuple[int, ...] | None:
        """The shape of a stored tensor of a node; None if it has none."""
        name = node.tensors.get(argument)
        return None if name is None else self.tensors[name].shape

    def only_user(self, name: str) -> Node | None:
        """The one node that uses an output; None if there are several, or if it is an output of the model."""
        users = self.users[name]
        return self.nodes[users[0]] if len(users) == 1 and name not in self.outputs else None

    def replace(self, old: str, new: str) -> None:
        """Let all users of a node use another one."""
        for user in self.users.get(old, []):
            node = self.nodes[user]
            node.inputs = [new if source == old else source for source in node.inputs]
        self.outputs = [new if name == old else name for name in self.outputs]
        if new in self.users:
            self.users[new].extend(self.users.get(old, []))
        self.users[old] = []

    def check_sharing(self) -> None:
        """Raise ``ModelImportError`` if two layers have one weight: it would count twice."""
        owners: dict[str, Node] = {}
        for node in self.nodes.values():
            if node.op in WEIGHTED and (weight := node.tensors.get("weight")):
                owner = owners.setdefault(weight, node)
                if owner is not node:
                    raise ModelImportError(f"cannot express {node.place()}: it has the weight of {owner.place()}")

    def insert(self, before: Node, node: Node) -> None:
        """Add a node before another one in the order of execution."""
        nodes = {}
        for name, other in self.nodes.items():
            if other is before:
                nodes[node.id] = node
            nodes[name] = other
        self.nodes = nodes

    def become(self, node: Node, layer: str, inputs: Iterable[str], options: dict[str, Any], what: str) -> None:
        """Turn a node into a layer, with inputs from before the pattern; ``what`` counts for the report."""
        node.op, node.inputs, node.attributes = LAYER + layer, list(inputs), options
        self.recognized[what] += 1


def values(shape: tuple[int, ...] | None) -> int:
    """The number of values of a shape."""
    return prod(shape or ())


def scalar(node: Node) -> float | None:
    """The number that an arithmetic operation takes in addition to its input; None if there is none."""
    other = node.attributes.get("other")
    return float(other) if isinstance(other, int | float) and not isinstance(other, bool) else None
