"""Kinds of layers on shapes worked out by hand: output, formula and multiply-accumulates."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from pydantic import ValidationError

from generator.errors import ShapeError
from generator.layers import KINDS, Layer
from generator.shape import Shape, parse_sides


class Case(NamedTuple):
    layer: dict[str, Any]
    entering: str
    leaving: str
    formula: str = ""
    macs: int = 0


def read(layer: dict[str, Any]) -> Layer:
    """A layer as it is written in a definition, its kind first."""
    (kind, size), *options = layer.items()
    return KINDS[kind].model_validate(dict(options) if size is None else {"size": size, **dict(options)})


def shape(text: str) -> Shape:
    return Shape(parse_sides(text))


def named(case: Case) -> str:
    return f"{case.layer} on {case.entering}"


CONVOLUTIONS = [
    Case({"depthwise_conv": "3x3"}, "5x5x8", "3x3x8", "3×3×1×8 + 8", 9 * 9 * 8),
    Case({"depthwise_conv": "3x3", "padding": 1, "stride": 2, "bias": False}, "8x8x4", "4x4x4", "3×3×1×4", 16 * 9 * 4),
    Case({"depthwise_conv": "7x7", "padding": 3}, "56x56x96", "56x56x96", "7×7×1×96 + 96", 14_751_744),
    Case({"depthwise_conv": "5x1", "multiplier": 2}, "5x5x3", "1x5x6", "5×1×1×6 + 6", 5 * 5 * 6),
    Case({"depthwise_conv": "3x3", "dilation": 2, "padding": "same"}, "7x7x2", "7x7x2", "3×3×1×2 + 2", 49 * 9 * 2),
    Case({"conv": "3x3x8", "groups": 4}, "5x5x4", "3x3x8", "3×3×1×8 + 8", 9 * 9 * 8),
]

NORMALIZATIONS = [
    Case({"layer_norm": None}, "56x56x96", "56x56x96", "2×96"),
    Case({"layer_norm": None}, "197x768", "197x768", "2×768"),
    Case({"layer_norm": None}, "512", "512", "2×512"),
    Case({"layer_norm": None, "affine": False}, "512", "512"),
    Case({"group_norm": 32}, "14x14x64", "14x14x64", "2×64"),
    Case({"instance_norm": None}, "14x14x64", "14x14x64"),
    Case({"instance_norm": None, "affine": True}, "14x14x64", "14x14x64", "2×64"),
]

LINEAR = [
    Case({"linear": 384}, "56x56x96", "56x56x384", "96×384 + 384", 115_605_504),
    Case({"linear": 3072}, "197x768", "197x3072", "768×3072 + 3072", 464_781_312),
    Case({"linear": 10, "bias": False}, "84", "10", "84×10", 840),
    Case({"fc": 10}, "2x3x4", "10", "2×3×4×10 + 10", 240),
]

CHANNELS = [
    Case({"channels": "1/2"}, "28x28x116", "28x28x58"),
    Case({"channels": "3/4"}, "8x8x16", "8x8x4"),
    Case({"channels": "0:58"}, "28x28x116", "28x28x58"),
    Case({"channels": "3:5"}, "10x7", "10x2"),
    Case({"channel_shuffle": 2}, "28x28x116", "28x28x116"),
]


@pytest.mark.parametrize("case", [*CONVOLUTIONS, *NORMALIZATIONS, *LINEAR, *CHANNELS], ids=named)
def test_measure(case: Case) -> None:
    measure = read(case.layer).measure((shape(case.entering),))
    assert (measure.output, measure.formula, measure.macs) == (shape(case.leaving), case.formula, case.macs)


@pytest.mark.parametrize(
    ("layer", "entering", "message"),
    [
        ({"depthwise_conv": "3x3"}, "12x4", "needs a feature map"),
        ({"group_norm": 32}, "7x7x48", "48 channels do not divide into 32 groups"),
        ({"instance_norm": None}, "12x4", "needs a feature map"),
        ({"channels": "1/3"}, "7x7x64", "64 channels do not divide into 3 equal parts"),
        ({"channels": "60:65"}, "7x7x64", "there are 64 channels, which do not reach 65"),
        ({"channel_shuffle": 3}, "7x7x64", "64 channels do not divide into 3 groups"),
    ],
)
def test_shapes_a_layer_cannot_take(layer: dict[str, Any], entering: str, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        read(layer).measure((shape(entering),))


@pytest.mark.parametrize(
    "layer",
    [
        {"depthwise_conv": "3x3x8"},
        {"depthwise_conv": "3x3", "groups": 2},
        {"channels": "0/2"},
        {"channels": "3/2"},
        {"channels": "5:5"},
        {"channels": 5},
        {"channels": "01:5"},
        {"group_norm": None},
        {"conv": "3x3x8", "norm": "group_norm"},
    ],
    ids=str,
)
def test_refused(layer: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read(layer)


def test_batch_norm_alone_keeps_running_statistics() -> None:
    on_map = (Shape((7, 7, 8)),)
    norms = ("batch_norm", "layer_norm", "instance_norm")
    assert [sum(t.count for t in read({name: None}).measure(on_map).buffers) for name in norms] == [16, 0, 0]


@pytest.mark.parametrize("norm", ["batch_norm", "layer_norm", "instance_norm"])
def test_a_normalization_of_a_convolution_takes_over_its_activation(norm: str) -> None:
    bare, behind = read({"depthwise_conv": "3x3", "norm": norm, "activation": "relu"}).parts()
    assert (bare.kind, bare.activation_function) == ("depthwise_conv", None)
    assert (behind.kind, behind.activation_function) == (norm, "relu")


def test_linear_sees_the_whole_input_only_of_a_vector() -> None:
    linear = read({"linear": 10})
    assert linear.sees_whole_input(Shape((84,)))
    assert not linear.sees_whole_input(Shape((7, 7, 84)))
