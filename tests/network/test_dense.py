"""Networks for segmentation, detection and videos against torchvision: tests/data/dense, from tests/dense_data.py.

To compare another of the stored networks, add it to PAGES. The layers with parameters must be the same, with the same
outputs, each as often as it runs. Their order is not compared: it differs where branches do not depend on each other.
"""

from __future__ import annotations

import math
from collections import Counter

import pytest

from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import LayerNode, Network
from tests.dense_data import load

PAGES = {
    # builder of torchvision                page of the network
    "deeplabv3_mobilenet_v3_large": "deeplabv3-mobilenetv3",
    "deeplabv3_resnet101": "deeplabv3-resnet-101",
    "deeplabv3_resnet50": "deeplabv3-resnet-50",
    "fasterrcnn_mobilenet_v3_large_320_fpn": "faster-r-cnn-mnv3-320",
    "fasterrcnn_mobilenet_v3_large_fpn": "faster-r-cnn-mobilenetv3",
    "fasterrcnn_resnet50_fpn": "faster-r-cnn-r50-fpn",
    "fasterrcnn_resnet50_fpn_v2": "faster-r-cnn-r50-fpn-v2",
    "fcn_resnet101": "fcn-resnet-101",
    "fcn_resnet50": "fcn-resnet-50",
    "fcos_resnet50_fpn": "fcos",
    "keypointrcnn_resnet50_fpn": "keypoint-r-cnn-r50-fpn",
    "lraspp_mobilenet_v3_large": "lr-aspp",
    "maskrcnn_resnet50_fpn": "mask-r-cnn-r50-fpn",
    "maskrcnn_resnet50_fpn_v2": "mask-r-cnn-r50-fpn-v2",
    "mc3_18": "mc3-18",
    "r2plus1d_18": "r2plus1d-18",
    "r3d_18": "r3d-18",
    "retinanet_resnet50_fpn": "retinanet",
    "retinanet_resnet50_fpn_v2": "retinanet-v2",
    "s3d": "s3d",
    "ssd300_vgg16": "ssd300",
    "ssdlite320_mobilenet_v3_large": "ssdlite",
}

TENSORS_ALONE = {
    # networks whose attention is a function in torchvision, and a layer with all its tensors here
    "swin3d_b": "video-swin-b",
    "swin3d_s": "video-swin-s",
    "swin3d_t": "video-swin-t",
}

BARE_TENSORS = ("class_token", "position_embedding", "layer_scale", "scale")
"""Kinds of layers that are bare tensors in torchvision, outside of its layers."""

Sides = tuple[int, ...]
Compared = tuple[Sides, tuple[Sides, ...]]
"""The output with its channels last, and the shapes of the tensors, without sides of 1."""

NETWORKS = load()


def theirs(kind: str, output: Sides, tensors: list[Sides]) -> Compared:
    """A layer of torchvision: the channels of maps and volumes are first, and so are those of weights."""
    channels_first = len(output) > 2
    shapes = [(*sides[2:], *sides[1::-1]) for sides in tensors]
    if kind == "ConvTranspose2d":
        shapes[0] = (*shapes[0][:-2], *shapes[0][:-3:-1])
    return (*output[1:], output[0]) if channels_first else output, tuple(map(long, shapes))


def ours(node: LayerNode) -> Compared:
    """A layer of a definition; torchvision's matrices have a single side for a whole map."""
    tensors = [tensor.sides for tensor in node.stats.tensors]
    if node.layer.kind == "fc":
        tensors = [(math.prod(sides[:-1]), sides[-1]) for sides in tensors]
    return tuple(node.output), tuple(map(long, tensors))


def long(sides: Sides) -> Sides:
    """Drop sides of 1."""
    return tuple(side for side in sides if side > 1)


def runs(network: Network) -> list[LayerNode]:
    """The layers with parameters, of their own or of another layer, but no bare tensors."""
    nodes = (node for node in network.layers if node.layer.kind not in BARE_TENSORS)
    return [node for node in nodes if node.stats.tensors or node.weights_of]


@pytest.mark.parametrize("name", PAGES)
def test_layers_are_those_of_torchvision(catalogue: Catalogue, name: str) -> None:
    network, model = catalogue.entry(PAGES[name]).network, NETWORKS[name]
    assert network.parameters == model["num_params"]
    assert tuple(network.input) == (*model["input"][1:], model["input"][0])
    layers = [theirs(kind, tuple(output), list(map(tuple, shapes))) for _, kind, output, shapes in model["layers"]]
    assert Counter(map(ours, runs(network))) == Counter(layers)


@pytest.mark.parametrize("name", TENSORS_ALONE)
def test_tensors_are_those_of_torchvision(catalogue: Catalogue, name: str) -> None:
    network, model = catalogue.entry(TENSORS_ALONE[name]).network, NETWORKS[name]
    layers = [theirs(kind, (), list(map(tuple, shapes))) for _, kind, _, shapes in model["layers"]]
    tensors = [shape for _, shapes in [*layers, theirs("", (), list(map(tuple, model["other"])))] for shape in shapes]
    own = [tensor.sides for node in network.layers for tensor in node.stats.tensors]
    assert Counter(map(matrix, own)) == Counter(map(matrix, tensors))


def matrix(sides: Sides) -> Sides:
    """Merge all sides but the last; tables of position biases have the two sides in either order."""
    return long(tuple(sorted((math.prod(sides[:-1]), sides[-1]))))
