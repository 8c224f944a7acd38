"""The operations that have colours of their own: the kernel and the groups decide, not the name."""

from __future__ import annotations

import re

import pytest

from layerwise.layers import KINDS
from layerwise.network.catalogue import Catalogue
from layerwise.report import pictures
from layerwise.report.operations import MAX_KEYS, OPERATIONS, legend, operation, operation_of_kind
from layerwise.report.pictures.part import mixed
from tests.report.test_pictures import drawn, network


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("{conv: 3x3x8}", "convolution"),
        ("{conv: 1x1x8}", "pointwise"),
        ("{conv: 1x1x8, stride: 2}", "pointwise"),
        ("{conv: 1x3x8}", "convolution"),
        ("{conv: 3x3x8, groups: 4}", "depthwise"),
        ("{conv: 1x1x8, groups: 4}", "depthwise"),
        ("{depthwise_conv: 3x3}", "depthwise"),
        ("{depthwise_conv: 1x1}", "depthwise"),
        ("{transposed_conv: 2x2x8}", "convolution"),
        ("{attention: 2}", "attention"),
        ("{fc: 10}", "linear"),
        ("{max_pool: 2x2}", "pooling"),
        ("batch_norm", "other"),
        ("relu", "other"),
    ],
)
def test_operation_of_a_layer(layer: str, expected: str) -> None:
    (node,) = network(f"[{layer}]", "16x16x4").layers
    assert operation(node.layer) == expected


def test_every_kind_of_layer_has_an_operation() -> None:
    assert {operation_of_kind(kind) for kind in KINDS.values()} == OPERATIONS.keys() - {"pointwise"}


def test_legend_has_six_keys_at_most_in_a_fixed_order() -> None:
    keys = drawn(legend(reversed(OPERATIONS))).select(".lw-key")
    assert [key.text for key in keys] == [*OPERATIONS.values()][:MAX_KEYS]
    assert MAX_KEYS == 6


def test_mix_begins_each_operation_where_the_one_before_it_ends() -> None:
    assert mixed({"depthwise": 150, "pointwise": 850}) == [("pointwise", 0), ("depthwise", 85)]
    assert mixed({"convolution": 99, "other": 1}) == [("convolution", 0)]  # too small to be seen
    assert mixed({"pooling": 0, "other": 0}) == [("pooling", 0)]


def test_shares_of_a_bottleneck_are_those_of_its_macs(catalogue: Catalogue) -> None:
    # He et al., Table 1, conv3_x without its first block: 1×1×128 on 512, 3×3×128, 1×1×512 on 28×28
    pointwise, dense = 512 * 128 + 128 * 512, 9 * 128 * 128
    column = drawn(pictures.profile(catalogue.entry("resnet-50").network)).select("svg > g")[4]
    shares = re.findall(r"(\d+) %", column.select("title")[0].text)
    assert {front["class"][1] for front in column.select(".lw-front")} == {"lw-convolution", "lw-pointwise"}
    found = sorted(map(int, shares))
    expected = sorted((100 * pointwise / (pointwise + dense), 100 * dense / (pointwise + dense)))
    assert found == pytest.approx(expected, abs=3)  # the first block has a projection, and its layers are wider


def test_networks_after_2015_are_not_all_of_one_colour(catalogue: Catalogue) -> None:
    expected = {
        "mobilenetv2-1-0": {"pointwise", "depthwise"},
        "vit-b-16": {"attention", "linear"},
        "densenet-121": {"convolution", "pointwise"},
        "convnext-t": {"depthwise", "linear"},
        "resnext-50-32x4d": {"pointwise", "depthwise"},
    }
    for slug, operations in expected.items():
        fronts = drawn(pictures.profile(catalogue.entry(slug).network)).select("svg > g > .lw-front")
        assert operations <= {css.removeprefix("lw-") for front in fronts for css in front["class"][1:]}, slug
