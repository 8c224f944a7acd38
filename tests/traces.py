"""Stored traces of models, which the tests read without PyTorch. ``tests/traces_data.py`` makes them."""

from __future__ import annotations

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from layerwise.importing.trace import Node, TensorInfo, Trace, parse_trace

FOLDER = Path(__file__).parent / "data" / "traces"


@cache
def stored(library: str) -> dict[str, str]:
    """The traces of a library by the source of each model, as JSON."""
    lines = lzma.decompress((FOLDER / f"{library}.jsonl.xz").read_bytes()).decode().splitlines()
    return {json.loads(line[: line.index(',"producer"')] + "}")["source"]: line for line in lines}


def trace(source: str) -> Trace:
    """The stored trace of a model."""
    return parse_trace(stored(source.partition(".")[0].partition(":")[0])[source], source)


def build(*nodes: tuple[Any, ...], shape: tuple[int, ...] = (1, 8, 16, 16), **tensors: tuple[int, ...]) -> Trace:
    """A trace of a few operations: each is (id, op, inputs, shape, and, if needed, attributes and tensors)."""
    result = Trace("test", "tests", [Node("x", "input", shape=shape)], [nodes[-1][0]], {})
    result.tensors = {name: TensorInfo("parameter", sides) for name, sides in tensors.items()}
    for name, op, inputs, sides, *more in nodes:
        attributes, arguments = [*more, {}, {}][:2]
        result.nodes.append(Node(name, op, inputs.split(), arguments, attributes, sides))
    return result
