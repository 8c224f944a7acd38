"""The peak of activation memory, compared with other tools' figures and with sums worked out by hand."""

from __future__ import annotations

import pytest

from layerwise.core.tensors import BYTES_PER_PARAMETER
from layerwise.layers.memory import InPlace
from layerwise.network.catalogue import Catalogue
from layerwise.network.liveness import peak
from layerwise.site.renderer import example

WIDENING = "{conv: 1x1x4}, {conv: 1x1x20}, {conv: 1x1x1}"
"""64 and 320 values on a map of 4×4: with 128 kept ones, 512 at the second layer."""


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        # ExecuTorch 1.5.1 plans 5,619,712 bytes, of which 1,605,632 are the int64 indices of its max pooling
        ("resnet-18", 5_619_712 - 8 * 56 * 56 * 64),
        # ExecuTorch 1.5.1 plans 5,477,376 bytes, of which 1,548,800 are the int64 indices of its max pooling
        ("squeezenet-1-1", 5_477_376 - 8 * 55 * 55 * 64),
        # the two branches and the sum, each 56×56×256
        ("resnet-50", 3 * 4 * 56 * 56 * 256),
        # input and output of the second convolution
        ("vgg-16", 2 * 4 * 224 * 224 * 64),
        # the channels so far as input of the branch and of the join, their normalized copy, and the 1×1 convolution
        ("densenet-121", 4 * 56 * 56 * (224 + 224 + 128)),
        ("mobilenetv2-1-0", 4 * 96 * (112 * 112 + 56 * 56)),
        ("efficientnet-b0", 4 * 96 * (112 * 112 + 56 * 56)),
        ("googlenet-torchvision", 4 * 64 * (112 * 112 + 56 * 56)),
        ("inception-v3", 4 * 147 * 147 * (32 + 64)),
    ],
)
def test_peak_of_a_network(slug: str, expected: int, catalogue: Catalogue) -> None:
    assert BYTES_PER_PARAMETER * peak(catalogue.entry(slug).network).elements == expected


@pytest.mark.parametrize(
    ("slug", "in_place", "expected"),
    [
        # the input of the block, 56×56×64, while the projection is added to the branch, both 56×56×256
        ("resnet-50", InPlace.MERGE, 4 * 56 * 56 * (64 + 256 + 256)),
        # Lin et al., MCUNetV2, 2021: MobileNetV2 needs 1,372 KB in int8 with depthwise convolutions in place
        ("mobilenetv2-1-0", InPlace.DEPTHWISE, 4 * 1372 * 1024),
        # nothing is added or works channel by channel
        ("vgg-16", InPlace.DEPTHWISE, 2 * 4 * 224 * 224 * 64),
    ],
)
def test_peak_with_more_layers_in_place(slug: str, in_place: InPlace, expected: int, catalogue: Catalogue) -> None:
    assert BYTES_PER_PARAMETER * peak(catalogue.entry(slug).network, in_place).elements == expected


def test_the_layer_of_the_peak_is_known(catalogue: Catalogue) -> None:
    found = peak(catalogue.entry("resnet-50").network)
    assert (found.layer.path, found.layer.name) == (("conv2_x", "conv2_1"), "Add")
    assert {held.elements for held in found.held} == {56 * 56 * 256}
    assert [held.node for held in found.held] == [*found.layer.sources, found.layer.index]


@pytest.mark.parametrize(
    ("layers", "in_place", "expected"),
    [
        # on 4×4×2 = 32 values; a 1×1 convolution to n channels has 16·n outputs
        ("{conv: 1x1x8}, {conv: 1x1x4}", InPlace.VALUES, 128 + 64),  # the input is freed before the second
        ("{conv: 1x1x1}, {conv: 1x1x1}", InPlace.VALUES, 32 + 16),  # the first, with the input
        ("{conv: 1x1x8}, relu, batch_norm, {conv: 1x1x4}", InPlace.VALUES, 128 + 64),
        ("{conv: 1x1x8}, {lrn: 5}, {conv: 1x1x4}", InPlace.VALUES, 128 + 128),  # neighbours are still needed
        ("relu, {conv: 1x1x1}", InPlace.VALUES, 32 + 32),  # the input itself is not overwritten
        # a residual block: the input is held until it is added
        ("{conv: 1x1x8}, {add: {main: [{conv: 1x1x8}], shortcut: identity}}", InPlace.VALUES, 3 * 128),
        ("{conv: 1x1x8}, {add: {main: [{conv: 1x1x8}], shortcut: identity}}", InPlace.MERGE, 2 * 128),
        ("{conv: 1x1x8}, {add: {main: [relu, {conv: 1x1x8}], shortcut: identity}}", InPlace.MERGE, 3 * 128),
        # two branches and their concatenation
        ("{concat: {a: [{conv: 1x1x4}], b: [{conv: 1x1x8}]}}", InPlace.DEPTHWISE, 64 + 128 + 192),
        # views share the buffer of what they show, and hold it
        ("{conv: 1x1x8}, {dropout: 0.5}, flatten, {fc: 100}", InPlace.VALUES, 128 + 100),
        ("{conv: 1x1x8}, {channels: 1/2}, {conv: 1x1x4}, {conv: 1x1x8}", InPlace.VALUES, 128 + 64),
        ("{conv: 1x1x8}, {concat: {a: [{channels: 1/2}, relu], b: [{channels: 2/2}]}}", InPlace.VALUES, 128 + 64 + 128),
        # an output that is kept for later
        (
            f"{{conv: 1x1x8, as: kept}}, {WIDENING}, {{concat: {{new: identity, old: {{from: kept}}}}}}",
            InPlace.VALUES,
            512,
        ),
        # a gate of 1×1×8 is multiplied in place, a map of depthwise convolutions as well
        ("{conv: 1x1x8}, {multiply: {main: identity, gate: [global_avg_pool]}}", InPlace.VALUES, 128 + 8 + 128),
        ("{conv: 1x1x8}, {multiply: {main: identity, gate: [global_avg_pool]}}", InPlace.MERGE, 32 + 128),
        ("{conv: 1x1x8}, {depthwise_conv: 2x2, stride: 2}", InPlace.MERGE, 32 + 128),
        ("{conv: 1x1x8}, {depthwise_conv: 3x3, padding: 1}", InPlace.MERGE, 128 + 128),
        ("{conv: 1x1x8}, {depthwise_conv: 3x3, padding: 1}", InPlace.DEPTHWISE, 32 + 128),
        ("{conv: 1x1x8}, {depthwise_conv: 3x3, padding: 1, multiplier: 2}", InPlace.DEPTHWISE, 128 + 256),
        # side outputs do not run
        ("{conv: 1x1x1}, {output: [{conv: 1x1x99}, {fc: 2}]}, {fc: 2}", InPlace.VALUES, 32 + 16),
        ("{conv: 1x1x1}, {output: [{conv: 1x1x8, as: k}, {fc: 2}]}, {from: k}, {fc: 2}", InPlace.VALUES, 16 + 128),
        # attention holds its input, queries, keys, values and its result
        ("tokens, {attention: 2}", InPlace.VALUES, 32 + 4 * 32),
        ("{window_attention: 2x2, heads: 2}", InPlace.VALUES, 32 + 3 * 32 + 16 * 4 * 2),  # and all scores
    ],
)
def test_peak_by_hand(layers: str, in_place: InPlace, expected: int) -> None:
    assert peak(example(layers, on="4x4x2"), in_place).elements == expected
