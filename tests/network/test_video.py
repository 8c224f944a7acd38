"""Networks for videos against torchvision 0.29.1, layer by layer: tensors, windows and outputs.

The data are the layers of torchvision's models in the order in which they ran on a clip of 16 frames of 112×112.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from layerwise import load
from layerwise.network.graph import LayerNode, Network
from tests.conftest import NETWORKS

Sides = tuple[int, ...]
Compared = tuple[tuple[Sides, ...], tuple[Sides, ...], Sides]
"""The learned tensors, the window with its stride and padding, and the output."""

DATA = Path(__file__).parents[1] / "data" / "video.jsonl"
MODELS = {data["model"]: data["layers"] for data in map(json.loads, DATA.read_text(encoding="utf-8").splitlines())}
VARIANTS = {"r3d_18": "R3D-18", "mc3_18": "MC3-18", "r2plus1d_18": "R(2+1)D-18"}


def theirs(layer: dict[str, Any]) -> Compared:
    """A layer of torchvision with channels last."""
    tensors = [(*sides[2:], *sides[1::-1]) for sides in layer["params"]]
    channels, *sides = layer["out"]
    return tuple(tensors), tuple(map(tuple, layer.get("window", ()))), (*sides, channels)


def ours(node: LayerNode) -> Compared:
    """A layer of a definition."""
    window, output = node.stats.window, node.output
    placed = (window.kernel, window.stride, window.padding[::2]) if window else ()
    return tuple(tensor.sides for tensor in node.stats.tensors), placed, tuple(output)


def learned(network: Network) -> Iterator[LayerNode]:
    return (node for node in network.layers if node.stats.tensors)


@pytest.mark.parametrize("model", MODELS)
def test_layers_are_those_of_torchvision(model: str) -> None:
    network = load(NETWORKS / "video-resnet.yml", VARIANTS[model])
    assert list(map(ours, learned(network))) == list(map(theirs, MODELS[model]))
