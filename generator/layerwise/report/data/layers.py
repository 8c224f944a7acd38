"""The layers of a network as data: three tables in its file, and one record for each layer elsewhere.

A network repeats few operations in many layers. Its file has each operation once, and the names of all fields once:
without the tables, the files of the catalogue are five times as large.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypedDict

from layerwise.core.tensors import Tensor
from layerwise.layers import AnyLayer, Merge
from layerwise.layers.options import ChannelRange
from layerwise.network.graph import LayerNode, Network
from layerwise.report import formatting
from layerwise.report.data import records


class Tables(TypedDict):
    """The tables of a network's file."""

    layers: records.Table
    places: records.Table
    operations: records.Table


def tables(network: Network) -> Tables:
    """Return the layers in the order of execution, and the places and operations that their rows refer to."""
    pools = _Pools()
    rows = [{**_own(node), "place": pools.place(node), "operation": pools.operation(node)} for node in network.layers]
    return {
        "layers": _table(records.Layer, rows),
        "places": _table(records.Place, pools.places),
        "operations": _table(records.Operation, pools.operations),
    }


def details(network: Network) -> list[records.LayerDetail]:
    """Return every layer with its place and its operation.

    ``input`` is null for a merge; ``inputs`` has all inputs and ``from`` the layers they come from.
    """
    pools = _Pools()
    return [
        {
            "index": node.index,
            **_own(node),
            **pools.places[pools.place(node)],
            **pools.operations[pools.operation(node)],
        }
        for node in network.layers
    ]


class _Pools:
    """Places and operations, each once, in the order in which they first occur."""

    def __init__(self) -> None:
        self.places: list[records.Place] = []
        self.operations: list[records.Operation] = []
        self._places: dict[tuple[tuple[str, ...], bool], int] = {}
        self._operations: dict[str, int] = {}
        self._analyzed: dict[tuple[int, int], int] = {}

    def place(self, node: LayerNode) -> int:
        """The index of a layer's place."""
        index = self._places.setdefault((node.path, node.on_main_path), len(self.places))
        if index == len(self.places):
            self.places.append({"path": node.path, "main_path": node.on_main_path})
        return index

    def operation(self, node: LayerNode) -> int:
        """The index of a layer's operation; worked out only for a new analysis or new weights."""
        key = (id(node.stats), id(node.weights_of))
        if key not in self._analyzed:
            operation = _operation(node)
            self._analyzed[key] = self._operations.setdefault(json.dumps(operation), len(self.operations))
            if self._analyzed[key] == len(self.operations):
                self.operations.append(operation)
        return self._analyzed[key]


def _table(record: Any, rows: Sequence[Any]) -> records.Table:
    columns = list(record.__annotations__)
    return {"columns": columns, "rows": [[row[name] for name in columns] for row in rows]}


def _own(node: LayerNode) -> records.Own:
    """The fields that layers do not share."""
    return {
        "name": node.name,
        "from": node.sources,
        "receptive_field": max(node.receptive_field.size) if node.receptive_field else None,
        "receptive_field_step": max(node.receptive_field.step) if node.receptive_field else None,
    }


def _operation(node: LayerNode) -> records.Operation:
    window = node.stats.window
    return {
        "kind": node.layer.kind,
        "category": node.layer.category,
        "input": None if isinstance(node.layer, Merge) else node.inputs[0],
        "inputs": node.inputs,
        "filter": node.stats.filter or None,
        "stride": window.stride if window else None,
        "padding": window.padding if window else None,
        "dilation": window.dilation if window else None,
        "groups": _option(node.layer, "groups"),
        "activation_function": node.layer.activation_function,
        "options": _options(node),
        "output": node.output,
        "formula": formatting.formula(node),
        "parameters": node.parameters,
        "tensors": _tensors(node.stats.tensors),
        "buffers": _tensors(node.stats.buffers),
        "macs": node.macs,
        "attention_macs": node.stats.attention_macs,
        "activations": node.activations,
    }


OPTIONS = ("ceil", "connections", "fixed", "gain", "heads", "mode", "operation", "version", "dropout")
"""Options of layers that no other field has."""


def _options(node: LayerNode) -> dict[str, Any] | None:
    """The other options of a layer; ``padding`` if it is ``same``, ``size`` if it is not a filter.

    Of a layer that uses the weights of another, ``weights_of`` is the index of that one.
    """
    layer = node.layer
    options = {name: getattr(layer, name) for name in OPTIONS if name in layer.given}
    if _option(layer, "padding") == "same":
        options["padding"] = "same"
    size = None if node.stats.filter else _option(layer, "size")
    if size is not None:
        options["size"] = size._asdict() if isinstance(size, ChannelRange) else size
    if node.weights_of:
        options["weights_of"] = node.weights_of.index
    return options or None


def _option(layer: AnyLayer, name: str) -> Any:
    """An option; None if the layer type does not have it. Asking the layer itself would take far longer."""
    return getattr(layer, name) if name in type(layer).fields() else None


def _tensors(tensors: tuple[Tensor, ...]) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tensor.sides for tensor in tensors}
