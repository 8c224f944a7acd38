"""Networks layer by layer against what torchvision really has: tests/data/reference, written by reference_data.py.

A network that claims a torchvision model and is meant to be it, layer for layer, has a line in EXACT.
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

OTHERWISE: dict[str, tuple[str, int | None]] = {
    # torchvision's model built without its auxiliary heads, or run on an input of another size
    "googlenet": ("googlenet-torchvision", None),
    "inception_v3": ("inception-v3", None),
    "inception_v3_noaux": ("inception-v3", None),
    "regnet_y_16gf@384": ("regnety-16gf", 384),
    "regnet_y_32gf@384": ("regnety-32gf", 384),
    "regnet_y_128gf@224": ("regnety-128gf", 224),
}
"""Models by the page whose main path they are, and the side of their input where it is not the page's."""

CHANNELS_FIRST = ("Conv2d", "BatchNorm2d", "LayerNorm2d", "MaxPool2d", "AvgPool2d")
"""Types of torch whose outputs are C, H, W; the others work on the last side."""

WITH_TABLE = ("ShiftedWindowAttention", "RelativePositionalMultiHeadAttention")
"""Types whose first tensor is a table of position biases, the only one of two sides that is not a transposed weight."""

LOOSE = ("class_token", "position_embedding", "layer_scale")
"""Kinds of layers that torchvision has as bare tensors, outside of its layers."""

Sides = tuple[int, ...]


@dataclass
class Model:
    """A model of torchvision: its totals and its layers."""

    head: dict[str, Any]
    layers: list[Part]


@dataclass
class Part:
    """A layer as both sides have it: what is compared, in our order of sides."""

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


# --- torchvision's side ---------------------------------------------------------------------------------------------


def reference(name: str) -> Model:
    head, *layers = map(json.loads, (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return Model(head, [their_part(*layer) for layer in layers])


def their_part(name: str, kind: str, out: list[int], params: list[list[int]], rest: dict[str, Any]) -> Part:
    tensors = [in_our_order(tuple(sides)) for sides in params]
    if kind in WITH_TABLE:
        tensors[0] = tuple(params[0])
    window = None
    if "kernel" in rest:
        window = (tuple(rest["kernel"]), tuple(rest.get("stride", (1, 1))), tuple(rest.get("padding", (0, 0))))
    macs = (rest.get("macs", 0), rest.get("attention_macs", 0))
    return Part(name, kind, (*out[1:], out[0]) if kind in CHANNELS_FIRST else tuple(out), tensors, window, *macs)


def in_our_order(sides: Sides) -> Sides:
    """out×in×k_h×k_w as k_h×k_w×in×out, out×in as in×out; of others the sides of one are left out."""
    if len(sides) == 4:
        out, into, *kernel = sides
        return (*kernel, into, out)
    if len(sides) == 2:
        return sides[::-1]
    return tuple(side for side in sides if side > 1)


# --- our side -------------------------------------------------------------------------------------------------------


def our_parts(network: Network) -> list[Part]:
    """The layers with parameters or a window that slides, in the order of execution, without the loose ones."""
    rows = (row for row in network.layers if row.layer.kind not in LOOSE)
    return [
        our_part(row) for row in rows if row.stats.tensors or (row.layer.category == "pooling" and row.stats.window)
    ]


def our_part(row: LayerNode) -> Part:
    stats, window = row.stats, None
    if stats.window is not None:
        top, bottom, left, right = stats.window.padding
        padding = (top, left) if (top, left) == (bottom, right) else (top, bottom, left, right)
        window = (stats.window.kernel, stats.window.stride, padding)
    return Part(
        name=" / ".join((*row.path, row.name)),
        type=row.layer.kind,
        output=stats.output,
        tensors=[tensor.sides for tensor in stats.tensors],
        window=window,
        macs=stats.macs - stats.attention_macs,
        attention_macs=stats.attention_macs,
    )


# --- the comparison -------------------------------------------------------------------------------------------------


def folded(sides: Sides) -> Sides:
    """All sides but the last as one."""
    return (math.prod(sides[:-1]), sides[-1])


def same_tensor(ours: Sides, theirs: Sides) -> bool:
    """A weight over a whole feature map is a matrix in torch, and so is a table of position biases."""
    return ours == theirs or (len(theirs) == 2 and len(ours) > 1 and folded(ours) == theirs)


def same(ours: Part, theirs: Part) -> bool:
    """Whether a layer of ours is the one torchvision has."""
    outputs = (ours.output, theirs.output)
    return (
        len(ours.tensors) == len(theirs.tensors)
        and all(map(same_tensor, ours.tensors, theirs.tensors))
        and (outputs[0] == outputs[1] if theirs.type in CHANNELS_FIRST else folded(outputs[0]) == folded(outputs[1]))
        and ours.window == theirs.window
        and (ours.macs, ours.attention_macs) == (theirs.macs, theirs.attention_macs)
    )


def pairs(ours: list[Part], theirs: list[Part]) -> Iterator[tuple[Part | None, Part | None]]:
    """Layers of both sides beside each other; a pooling that torchvision writes as a function has no layer there."""
    left = list(reversed(ours))
    for layer in theirs:
        while left and left[-1].is_pool and not same(left[-1], layer):
            left.pop()
        yield (left.pop() if left else None), layer
    yield from ((layer, None) for layer in reversed(left) if not layer.is_pool)


def first_difference(network: Network, model: Model) -> str:
    """The first layer in which a network differs from a model, with both sides; empty where there is none."""
    before = "the input"
    for ours, theirs in pairs(our_parts(network), model.layers):
        if ours is None or theirs is None or not same(ours, theirs):
            sides = f"  ours:   {ours or 'no layer'}\n  theirs: {theirs or 'no layer'}"
            return f"{network.name} differs after {before}\n{sides}"
        before = f"{ours.name} = {theirs.name}"
    return ""


# --- tests ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "name"), EXACT.items(), ids=EXACT)
def test_network_is_the_reference_layer_by_layer(catalogue: Catalogue, slug: str, name: str) -> None:
    network, model = catalogue.entry(slug).network, reference(name)
    channels, *spatial = model.head["input"]
    assert network.input == (*spatial, channels)
    assert first_difference(network, model) == ""
    loose = Counter(
        tuple(tensor.sides) for row in network.layers if row.layer.kind in LOOSE for tensor in row.stats.tensors
    )
    assert loose == Counter(tuple(s for s in sides if s > 1) for sides in model.head["extra_parameters"].values())


@pytest.mark.parametrize(("slug", "name"), EXACT.items(), ids=EXACT)
def test_totals_are_those_of_the_reference(catalogue: Catalogue, slug: str, name: str) -> None:
    network, head = catalogue.entry(slug).network, reference(name).head
    macs, products = network.main.macs + network.side.macs, network.main.attention_macs
    assert (network.parameters, macs - products, macs) == (
        head["num_params"],
        head["conv_linear_macs"],
        head["macs_with_attention"],
    )


@pytest.mark.parametrize(("name", "of"), OTHERWISE.items(), ids=OTHERWISE)
def test_network_is_the_reference_built_otherwise(catalogue: Catalogue, name: str, of: tuple[str, int | None]) -> None:
    model, (slug, side) = reference(name), of
    whole = catalogue.entry(slug).network
    if side is not None:
        metadata = whole.variant.metadata.replace(input=Shape((side, side, 3)))
        whole = assemble(whole.definition, replace(whole.variant, metadata=metadata))
    main = replace(whole, layers=[row for row in whole.layers if row.on_main_path])
    assert first_difference(main, model) == ""
    head = model.head
    assert main.parameters + head["unexecuted_parameters"] == head["num_params"]
    assert (main.macs - main.main.attention_macs, main.macs) == (head["conv_linear_macs"], head["macs_with_attention"])


def test_every_reference_is_compared() -> None:
    assert {*EXACT.values(), *OTHERWISE} == {path.stem for path in DATA.glob("*.jsonl")}


@pytest.mark.parametrize(("slug", "name"), EXACT.items(), ids=EXACT)
def test_accuracy_is_that_of_the_weights(catalogue: Catalogue, slug: str, name: str) -> None:
    accuracy, head = catalogue.entry(slug).network.variant.metadata.accuracy, reference(name).head
    assert accuracy is not None
    assert accuracy.source.startswith("torchvision")
    assert accuracy.source.endswith(head["weights"])
    assert (accuracy.top1, accuracy.top5) == pytest.approx((head["acc@1"], head["acc@5"]), abs=0.005)


def test_every_claimed_model_is_compared(catalogue: Catalogue) -> None:
    """A network that claims a torchvision model's work as its own is in EXACT, unless it says what differs."""
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
def test_reference_adds_up(name: str) -> None:
    model = reference(name)
    head, layers = model.head, model.layers
    tensors = [*(tensor for layer in layers for tensor in layer.tensors), *head["extra_parameters"].values()]
    assert sum(map(math.prod, tensors)) + head["unexecuted_parameters"] == head["num_params"]
    assert sum(layer.macs for layer in layers) == head["conv_linear_macs"]
    assert sum(layer.macs + layer.attention_macs for layer in layers) == head["macs_with_attention"]


@pytest.mark.parametrize(
    ("slug", "name", "ours", "theirs"),
    [
        # v1 has its stride on the 1×1
        ("resnet-50", "resnet50", "1×1×256×128; window 1×1 stride 2×2", "1×1×256×128; window 1×1 stride 1×1"),
        # one convolution more
        (
            "vgg-11",
            "vgg13",
            "conv2 / Conv3-128 (conv)",
            "3×3×64×64 + 64; window 3×3 stride 1×1 padding 1×1 -> 224×224×64",
        ),
        # one layer too many
        ("vgg-13", "vgg11", "conv1 / Conv3-64 (conv): 3×3×64×64 + 64", "features.2 (MaxPool2d): no parameters"),
    ],
)
def test_difference_is_told_with_both_sides(catalogue: Catalogue, slug: str, name: str, ours: str, theirs: str) -> None:
    network = catalogue.entry(slug).network
    _, left, right = first_difference(network, reference(name)).splitlines()
    assert ours in left
    assert theirs in right
