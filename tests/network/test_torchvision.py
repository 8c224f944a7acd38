"""Networks compared layer by layer with torchvision's: tests/data/reference, written by tests/reference_data.py.

A network that claims a torchvision model and should equal it layer by layer is listed in EXACT.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from layerwise.core.shape import Shape, times
from layerwise.network.assembly import assemble
from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import LayerNode, Network

DATA = Path(__file__).parents[1] / "data" / "reference"

EXACT = {
    # page of the network           torchvision's model
    "alexnet-one-tower": "alexnet",
    "convnext-t": "convnext_tiny",
    "convnext-s": "convnext_small",
    "convnext-b": "convnext_base",
    "convnext-l": "convnext_large",
    "densenet-121": "densenet121",
    "densenet-161": "densenet161",
    "densenet-169": "densenet169",
    "densenet-201": "densenet201",
    "efficientnet-b0": "efficientnet_b0",
    "efficientnet-b1": "efficientnet_b1",
    "efficientnet-b2": "efficientnet_b2",
    "efficientnet-b3": "efficientnet_b3",
    "efficientnet-b4": "efficientnet_b4",
    "efficientnet-b5": "efficientnet_b5",
    "efficientnet-b6": "efficientnet_b6",
    "efficientnet-b7": "efficientnet_b7",
    "efficientnetv2-s": "efficientnet_v2_s",
    "efficientnetv2-m": "efficientnet_v2_m",
    "efficientnetv2-l": "efficientnet_v2_l",
    "googlenet-torchvision": "googlenet_aux",
    "inception-v3": "inception_v3_aux",
    "maxvit-t": "maxvit_t",
    "mnasnet-b1-0-5": "mnasnet0_5",
    "mnasnet-b1-0-75": "mnasnet0_75",
    "mnasnet-b1": "mnasnet1_0",
    "mnasnet-b1-1-3": "mnasnet1_3",
    "mobilenetv2-1-0": "mobilenet_v2",
    "mobilenetv3-large": "mobilenet_v3_large",
    "mobilenetv3-small": "mobilenet_v3_small",
    "regnetx-400mf-torchvision": "regnet_x_400mf",
    "regnetx-800mf": "regnet_x_800mf",
    "regnetx-1-6gf": "regnet_x_1_6gf",
    "regnetx-3-2gf": "regnet_x_3_2gf",
    "regnetx-8-0gf": "regnet_x_8gf",
    "regnetx-16gf": "regnet_x_16gf",
    "regnetx-32gf": "regnet_x_32gf",
    "regnety-400mf": "regnet_y_400mf",
    "regnety-800mf-torchvision": "regnet_y_800mf",
    "regnety-1-6gf": "regnet_y_1_6gf",
    "regnety-3-2gf": "regnet_y_3_2gf",
    "regnety-8-0gf-torchvision": "regnet_y_8gf",
    "regnety-16gf": "regnet_y_16gf",
    "regnety-32gf": "regnet_y_32gf",
    "regnety-128gf": "regnet_y_128gf",
    "resnet-18": "resnet18",
    "resnet-34": "resnet34",
    "resnet-50-v1-5": "resnet50",
    "resnet-101-v1-5": "resnet101",
    "resnet-152-v1-5": "resnet152",
    "resnext-50-32x4d": "resnext50_32x4d",
    "resnext-101-32x8d": "resnext101_32x8d",
    "resnext-101-64x4d": "resnext101_64x4d",
    "shufflenetv2-0-5x": "shufflenet_v2_x0_5",
    "shufflenetv2-1x": "shufflenet_v2_x1_0",
    "shufflenetv2-1-5x": "shufflenet_v2_x1_5",
    "shufflenetv2-2x": "shufflenet_v2_x2_0",
    "squeezenet-1-0": "squeezenet1_0",
    "squeezenet-1-1": "squeezenet1_1",
    "swin-t": "swin_t",
    "swin-s": "swin_s",
    "swin-b": "swin_b",
    "swinv2-t": "swin_v2_t",
    "swinv2-s": "swin_v2_s",
    "swinv2-b": "swin_v2_b",
    "vgg-11": "vgg11",
    "vgg-11-bn": "vgg11_bn",
    "vgg-13": "vgg13",
    "vgg-13-bn": "vgg13_bn",
    "vgg-16": "vgg16",
    "vgg-16-bn": "vgg16_bn",
    "vgg-19": "vgg19",
    "vgg-19-bn": "vgg19_bn",
    "vit-b-16": "vit_b_16",
    "vit-b-16-384": "vit_b_16@384",
    "vit-b-32": "vit_b_32",
    "vit-l-16": "vit_l_16",
    "vit-l-16-512": "vit_l_16@512",
    "vit-l-32": "vit_l_32",
    "vit-h-14": "vit_h_14@224",
    "vit-h-14-518": "vit_h_14",
    "wide-resnet-50-2": "wide_resnet50_2",
    "wide-resnet-101-2": "wide_resnet101_2",
}

OTHER_BUILDS: dict[str, tuple[str, int | None]] = {
    # torchvision's model built without its auxiliary heads, or run on an input of a different size
    "googlenet": ("googlenet-torchvision", None),
    "inception_v3": ("inception-v3", None),
    "inception_v3_noaux": ("inception-v3", None),
    "regnet_y_16gf@384": ("regnety-16gf", 384),
    "regnet_y_32gf@384": ("regnety-32gf", 384),
    "regnet_y_128gf@224": ("regnety-128gf", 224),
}
"""Models with the page whose main path they equal, and the side of their input if it differs from the page's."""

CHANNELS_FIRST = ("Conv2d", "BatchNorm2d", "LayerNorm2d", "MaxPool2d", "AvgPool2d")
"""Types of torch whose outputs are C×H×W; the others have the channels last."""

HAS_BIAS_TABLE = ("ShiftedWindowAttention", "RelativePositionalMultiHeadAttention")
"""Types whose first tensor is a table of position biases, the only 2-D tensor that is not a transposed weight."""

BARE_TENSORS = ("class_token", "position_embedding", "layer_scale")
"""Kinds of layers that are bare tensors in torchvision, outside of its layers."""

Sides = tuple[int, ...]


@dataclass
class Model:
    """A model of torchvision: its totals and its layers."""

    totals: dict[str, Any]
    layers: list[ComparedLayer]


@dataclass
class ComparedLayer:
    """The compared properties of a layer, ours or torchvision's, with sides in our order."""

    name: str
    type: str
    output: Sides
    tensors: list[Sides] = field(default_factory=list)
    window: tuple[Sides, ...] | None = None
    macs: int = 0
    attention_macs: int = 0

    @property
    def is_pool(self) -> bool:
        return not self.tensors

    def __str__(self) -> str:
        tensors = " + ".join(map(times, self.tensors)) or "no parameters"
        window = "" if self.window is None else "; window {} stride {} padding {}".format(*map(times, self.window))
        macs = f"{self.macs:,} + {self.attention_macs:,} MACs"
        return f"{self.name} ({self.type}): {tensors}{window} -> {times(self.output)}; {macs}"


# --- torchvision's layers -------------------------------------------------------------------------------------------


def reference(name: str) -> Model:
    totals, *layers = map(json.loads, (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return Model(totals, [reference_layer(*layer) for layer in layers])


def reference_layer(
    name: str, type_name: str, out: list[int], params: list[list[int]], options: dict[str, Any]
) -> ComparedLayer:
    tensors = [reorder_sides(tuple(sides)) for sides in params]
    if type_name in HAS_BIAS_TABLE:
        tensors[0] = tuple(params[0])
    window = None
    if "kernel" in options:
        window = (tuple(options["kernel"]), tuple(options.get("stride", (1, 1))), tuple(options.get("padding", (0, 0))))
    output = (*out[1:], out[0]) if type_name in CHANNELS_FIRST else tuple(out)
    macs = (options.get("macs", 0), options.get("attention_macs", 0))
    return ComparedLayer(name, type_name, output, tensors, window, *macs)


def reorder_sides(sides: Sides) -> Sides:
    """Return out×in×k_h×k_w as k_h×k_w×in×out and out×in as in×out; drop sides of 1 of other tensors."""
    if len(sides) == 4:
        out_channels, in_channels, *kernel = sides
        return (*kernel, in_channels, out_channels)
    if len(sides) == 2:
        return sides[::-1]
    return tuple(side for side in sides if side > 1)


# --- our layers -----------------------------------------------------------------------------------------------------


def our_layers(network: Network) -> list[ComparedLayer]:
    """The layers with parameters or a pooling window in the order of execution, without bare tensors."""
    nodes = (node for node in network.layers if node.layer.kind not in BARE_TENSORS)
    return [
        our_layer(node)
        for node in nodes
        if node.stats.tensors or (node.layer.category == "pooling" and node.stats.window)
    ]


def our_layer(node: LayerNode) -> ComparedLayer:
    stats, window = node.stats, None
    if stats.window is not None:
        top, bottom, left, right = stats.window.padding
        padding = (top, left) if (top, left) == (bottom, right) else (top, bottom, left, right)
        window = (stats.window.kernel, stats.window.stride, padding)
    return ComparedLayer(
        name=" / ".join((*node.path, node.name)),
        type=node.layer.kind,
        output=stats.output,
        tensors=[tensor.sides for tensor in stats.tensors],
        window=window,
        macs=stats.macs - stats.attention_macs,
        attention_macs=stats.attention_macs,
    )


# --- the comparison -------------------------------------------------------------------------------------------------


def flatten(sides: Sides) -> Sides:
    """Merge all sides except the last into one."""
    return (math.prod(sides[:-1]), sides[-1])


def same_tensor(ours: Sides, theirs: Sides) -> bool:
    """Compare shapes; torch has matrices for weights over a whole feature map and for tables of position biases."""
    return ours == theirs or (len(theirs) == 2 and len(ours) > 1 and flatten(ours) == theirs)


def matches(ours: ComparedLayer, theirs: ComparedLayer) -> bool:
    """Return whether our layer equals torchvision's."""
    outputs = (ours.output, theirs.output)
    return (
        len(ours.tensors) == len(theirs.tensors)
        and all(map(same_tensor, ours.tensors, theirs.tensors))
        and (outputs[0] == outputs[1] if theirs.type in CHANNELS_FIRST else flatten(outputs[0]) == flatten(outputs[1]))
        and ours.window == theirs.window
        and (ours.macs, ours.attention_macs) == (theirs.macs, theirs.attention_macs)
    )


def align(
    ours: list[ComparedLayer], theirs: list[ComparedLayer]
) -> Iterator[tuple[ComparedLayer | None, ComparedLayer | None]]:
    """Pair layers; our poolings may have no counterpart, as torchvision writes some as functions."""
    remaining = list(reversed(ours))
    for layer in theirs:
        while remaining and remaining[-1].is_pool and not matches(remaining[-1], layer):
            remaining.pop()
        yield (remaining.pop() if remaining else None), layer
    yield from ((layer, None) for layer in reversed(remaining) if not layer.is_pool)


def first_difference(network: Network, model: Model) -> str:
    """Describe the first pair of layers that differ; empty if there is none."""
    previous = "the input"
    for ours, theirs in align(our_layers(network), model.layers):
        if ours is None or theirs is None or not matches(ours, theirs):
            sides = f"  ours:   {ours or 'no layer'}\n  theirs: {theirs or 'no layer'}"
            return f"{network.name} differs after {previous}\n{sides}"
        previous = f"{ours.name} = {theirs.name}"
    return ""


# --- tests ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "name"), EXACT.items(), ids=EXACT)
def test_network_equals_reference_layer_by_layer(catalogue: Catalogue, slug: str, name: str) -> None:
    network, model = catalogue.entry(slug).network, reference(name)
    channels, *spatial = model.totals["input"]
    assert network.input == (*spatial, channels)
    assert first_difference(network, model) == ""
    bare = Counter(
        tuple(tensor.sides)
        for node in network.layers
        if node.layer.kind in BARE_TENSORS
        for tensor in node.stats.tensors
    )
    assert bare == Counter(tuple(s for s in sides if s > 1) for sides in model.totals["extra_parameters"].values())


@pytest.mark.parametrize(("slug", "name"), EXACT.items(), ids=EXACT)
def test_totals_equal_those_of_reference(catalogue: Catalogue, slug: str, name: str) -> None:
    network, totals = catalogue.entry(slug).network, reference(name).totals
    macs, products = network.main.macs + network.side.macs, network.main.attention_macs
    assert (network.parameters, macs - products, macs) == (
        totals["num_params"],
        totals["conv_linear_macs"],
        totals["macs_with_attention"],
    )


@pytest.mark.parametrize(("name", "build"), OTHER_BUILDS.items(), ids=OTHER_BUILDS)
def test_main_path_equals_reference_of_other_build(
    catalogue: Catalogue, name: str, build: tuple[str, int | None]
) -> None:
    model, (slug, side) = reference(name), build
    network = catalogue.entry(slug).network
    if side is not None:
        metadata = network.variant.metadata.replace(input=Shape((side, side, 3)))
        network = assemble(network.definition, replace(network.variant, metadata=metadata))
    main = replace(network, layers=[node for node in network.layers if node.on_main_path])
    assert first_difference(main, model) == ""
    totals = model.totals
    assert main.parameters + totals["unexecuted_parameters"] == totals["num_params"]
    assert (main.macs - main.main.attention_macs, main.macs) == (
        totals["conv_linear_macs"],
        totals["macs_with_attention"],
    )


def test_every_reference_is_compared() -> None:
    assert {*EXACT.values(), *OTHER_BUILDS} == {path.stem for path in DATA.glob("*.jsonl")}


@pytest.mark.parametrize(("slug", "name"), EXACT.items(), ids=EXACT)
def test_accuracy_equals_that_of_torchvision_weights(catalogue: Catalogue, slug: str, name: str) -> None:
    accuracy, totals = catalogue.entry(slug).network.variant.metadata.accuracy, reference(name).totals
    assert accuracy is not None
    assert accuracy.source.startswith("torchvision")
    assert accuracy.weights == totals["weights"]
    assert (accuracy.top1, accuracy.top5) == pytest.approx((totals["acc@1"], totals["acc@5"]), abs=0.005)


def test_every_claimed_model_is_compared(catalogue: Catalogue) -> None:
    """A network that claims a torchvision model's MACs is in EXACT, unless its claim has ``differs``."""
    known = {path.stem for path in DATA.glob("*.jsonl")}
    claimed = {
        (entry.network.slug, claim.model)
        for entry in catalogue.entries
        for claim in entry.network.variant.metadata.claims
        if claim.source.startswith("torchvision") and claim.model in known and claim.macs and not claim.differs
    }
    compared = {(slug, model.removesuffix("_aux").partition("@")[0]) for slug, model in EXACT.items()}
    assert sorted(claimed - compared) == []


@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("*.jsonl")))
def test_reference_layers_sum_to_totals(name: str) -> None:
    model = reference(name)
    totals, layers = model.totals, model.layers
    tensors = [*(tensor for layer in layers for tensor in layer.tensors), *totals["extra_parameters"].values()]
    assert sum(map(math.prod, tensors)) + totals["unexecuted_parameters"] == totals["num_params"]
    assert sum(layer.macs for layer in layers) == totals["conv_linear_macs"]
    assert sum(layer.macs + layer.attention_macs for layer in layers) == totals["macs_with_attention"]


@pytest.mark.parametrize(
    ("slug", "name", "ours", "theirs"),
    [
        # v1 has the stride on the 1×1 convolution
        ("resnet-50", "resnet50", "1×1×256×128; window 1×1 stride 2×2", "1×1×256×128; window 1×1 stride 1×1"),
        # one convolution is missing
        (
            "vgg-11",
            "vgg13",
            "conv2 / Conv3-128 (conv)",
            "3×3×64×64 + 64; window 3×3 stride 1×1 padding 1×1 -> 224×224×64",
        ),
        # one convolution too many
        ("vgg-13", "vgg11", "conv1 / Conv3-64 (conv): 3×3×64×64 + 64", "features.2 (MaxPool2d): no parameters"),
    ],
)
def test_difference_shows_both_layers(catalogue: Catalogue, slug: str, name: str, ours: str, theirs: str) -> None:
    network = catalogue.entry(slug).network
    _, our_line, their_line = first_difference(network, reference(name)).splitlines()
    assert ours in our_line
    assert theirs in their_line
