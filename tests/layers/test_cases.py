"""Kinds of layers on shapes worked out by hand: output, formula and multiply-accumulates."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from layerwise.core.errors import ShapeError
from layerwise.core.fields import ReadError
from layerwise.core.receptive_field import ReceptiveField
from layerwise.core.shape import Shape, parse_sides
from layerwise.definition import parse
from layerwise.layers import KINDS, Layer
from layerwise.network.assembly import assemble


class Case(NamedTuple):
    layer: dict[str, Any]
    input_shape: str
    output_shape: str
    formula: str = ""
    macs: int = 0


def read(layer: dict[str, Any]) -> Layer:
    """A layer as it is written in a definition, its kind first."""
    (kind, size), *options = layer.items()
    return KINDS[kind].read(dict(options) if size is None else {"size": size, **dict(options)})


def shape(text: str) -> Shape:
    return Shape(parse_sides(text))


def named(case: Case) -> str:
    return f"{case.layer} on {case.input_shape}"


CONVOLUTIONS = [
    Case({"depthwise_conv": "3x3"}, "5x5x8", "3x3x8", "3×3×1×8 + 8", 9 * 9 * 8),
    Case({"depthwise_conv": "3x3", "padding": 1, "stride": 2, "bias": False}, "8x8x4", "4x4x4", "3×3×1×4", 16 * 9 * 4),
    Case({"depthwise_conv": "7x7", "padding": 3}, "56x56x96", "56x56x96", "7×7×1×96 + 96", 14_751_744),
    Case({"depthwise_conv": "5x1", "multiplier": 2}, "5x5x3", "1x5x6", "5×1×1×6 + 6", 5 * 5 * 6),
    Case({"depthwise_conv": "3x3", "dilation": 2, "padding": "same"}, "7x7x2", "7x7x2", "3×3×1×2 + 2", 49 * 9 * 2),
    # half: (7 − 1) / 2 = 3 around 224 → ⌊(224 + 6 − 7) / 2⌋ + 1 = 112; 2 · (3 − 1) / 2 = 2 around 7 → 7; 1×1 has none
    Case(
        {"conv": "7x7x4", "stride": 2, "padding": "half"},
        "224x224x1",
        "112x112x4",
        "7×7×1×4 + 4",
        112 * 112 * 7 * 7 * 4,
    ),
    Case({"conv": "3x1x8", "dilation": 2, "padding": "half"}, "7x7x2", "7x7x8", "3×1×2×8 + 8", 49 * 3 * 2 * 8),
    Case({"conv": "1x1x8", "padding": "half", "bias": False}, "7x7x2", "7x7x8", "1×1×2×8", 49 * 16),
    Case({"channel_conv": 5, "bias": False}, "1x1x256", "1x1x256", "5", 5 * 256),
    Case({"channel_conv": 3}, "2x2x8", "2x2x8", "3 + 1", 3 * 32),
    Case({"conv": "3x3x8", "groups": 4}, "5x5x4", "3x3x8", "3×3×1×8 + 8", 9 * 9 * 8),
]

NORMALIZATIONS = [
    Case({"layer_norm": None}, "56x56x96", "56x56x96", "2×96"),
    Case({"layer_norm": None}, "197x768", "197x768", "2×768"),
    Case({"layer_norm": None}, "512", "512", "2×512"),
    Case({"layer_norm": None, "affine": False}, "512", "512"),
    Case({"group_norm": 32}, "14x14x64", "14x14x64", "2×64"),
    Case({"instance_norm": None}, "14x14x64", "14x14x64"),
    Case({"global_response_norm": None}, "56x56x160", "56x56x160", "2×160"),
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
    Case({"pad_channels": 32}, "16x16x16", "16x16x32"),
    Case({"mean_channels": None}, "56x56x256", "56x56x1"),
    Case({"max_channels": None}, "196x512", "196x1"),
]

C3 = [[n % 6, (n + 1) % 6, (n + 2) % 6] for n in range(6)]
C3 += [[n % 6, (n + 1) % 6, (n + 2) % 6, (n + 3) % 6] for n in range(6)]
C3 += [[n, n + 1, (n + 3) % 6, (n + 4) % 6] for n in range(3)] + [[0, 1, 2, 3, 4, 5]]
"""Table I of LeCun et al., 1998."""

CONVOLUTIONS += [
    Case({"conv": "5x5x16", "connections": C3}, "14x14x6", "10x10x16", "5×5×60 + 16", 150_000),
    Case({"conv": "1x1x2", "connections": [[0], [0, 2]], "bias": False}, "4x4x3", "4x4x2", "1×1×3", 48),
    Case({"transposed_conv": "2x2x64", "stride": 2}, "28x28x128", "56x56x64", "2×2×128×64 + 64", 784 * 32_768),
    Case({"transposed_conv": "3x3x8", "stride": 2, "padding": 1}, "5x5x4", "9x9x8", "3×3×4×8 + 8", 25 * 288),
    Case(
        {"transposed_conv": "3x3x8", "stride": 2, "padding": 1, "output_padding": 1, "groups": 2, "bias": False},
        "5x5x4",
        "10x10x8",
        "3×3×2×8",
        25 * 144,
    ),
    Case({"transposed_conv": "4x1x1", "stride": "2x1", "padding": "1x0"}, "3x3x1", "6x3x1", "4×1×1×1 + 1", 9 * 4),
]

ATTENTION = [
    # ViT-B/16: 4·197·768² for the linear layers, 2·197²·768 for the products
    Case(
        {"attention": 12},
        "197x768",
        "197x768",
        "768×2304 + 2304 + 768×768 + 768",
        464_781_312 + 59_610_624,
    ),
    Case({"attention": 2, "bias": False}, "3x3x4", "3x3x4", "4×12 + 4×4", 4 * 9 * 16 + 2 * 81 * 4),
    # Swin-T, first stage: 64 windows of 49 positions
    Case(
        {"window_attention": "7x7", "heads": 3},
        "56x56x96",
        "56x56x96",
        "13×13×3 + 96×288 + 288 + 96×96 + 96",
        115_605_504 + 2 * 3136 * 49 * 96,
    ),
    # Video Swin-T, first stage: 64 windows of 8·7·7 = 392 positions
    Case(
        {"window_attention": "8x7x7", "heads": 3},
        "8x56x56x96",
        "8x56x56x96",
        "15×13×13×3 + 96×288 + 288 + 96×96 + 96",
        4 * 25_088 * 96**2 + 2 * 25_088 * 392 * 96,
    ),
    # a map of 9×9 is padded to 14×14
    Case(
        {"window_attention": "7x7", "heads": 1, "bias": False},
        "9x9x2",
        "9x9x2",
        "13×13×1 + 2×6 + 2×2",
        4 * 196 * 4 + 2 * 196 * 49 * 2,
    ),
    # Swin V2-T, first stage: windows of 8×8 have 15·15 relative positions, each 2·512 + 512·3 multiply-accumulates
    Case(
        {"window_attention": "8x8", "heads": 3, "version": 2},
        "64x64x96",
        "64x64x96",
        "3 + 96×288 + 288 + 96×96 + 96 + 2×512 + 512 + 512×3",
        150_994_944 + 2 * 4096 * 64 * 96 + 225 * 2560,
    ),
    # MaxViT-T, first stage
    Case(
        {"grid_attention": "7x7", "heads": 2},
        "56x56x64",
        "56x56x64",
        "13×13×2 + 64×192 + 192 + 64×64 + 64",
        38_535_168 + 12_845_056 + 2 * 3136 * 49 * 64,
    ),
]

TOKENS = [
    Case({"tokens": None}, "14x14x768", "196x768"),
    Case({"to_map": "14x14"}, "196x768", "14x14x768"),
    Case({"class_token": None}, "196x768", "197x768", "768"),
    Case({"class_token": 2}, "196x192", "198x192", "2×192"),
    Case({"position_embedding": None}, "197x768", "197x768", "197×768"),
    Case({"position_embedding": None}, "56x56x96", "56x56x96", "56×56×96"),
    Case({"take_token": None}, "197x768", "768"),
    Case({"take_token": 2}, "198x192", "192"),
    Case({"transpose": None}, "196x512", "512x196"),
    Case({"mean_tokens": None}, "196x768", "768"),
]

SCALING = [
    Case({"layer_scale": None}, "56x56x96", "56x56x96", "96"),
    Case({"scale": None}, "14x14x6", "14x14x6", "6"),
    Case({"scale": None, "bias": True, "activation": "tanh"}, "14x14x6", "14x14x6", "2×6"),
]

RESAMPLING = [
    Case({"upsample": 2}, "7x5x8", "14x10x8"),
    Case({"upsample": "1x4", "mode": "bilinear"}, "7x5x8", "7x20x8"),
    Case({"resize": "65x65", "mode": "bilinear"}, "33x33x21", "65x65x21"),  # DeepLabv3 at 513, output stride 16 → 8
    Case({"resize": "3x3"}, "7x5x8", "3x3x8"),
    Case({"uncounted": "3x3x8", "operation": "grid_sampler"}, "7x5x8", "3x3x8", "not counted: grid_sampler"),
    Case({"space_to_depth": "2x2"}, "56x56x96", "28x28x384"),
    Case({"space_to_depth": "2x2"}, "7x9x3", "4x5x12"),
    Case({"depth_to_space": "2x2"}, "28x28x384", "56x56x96"),
    Case({"depth_to_space": "3x1"}, "2x2x6", "6x2x2"),
]

SEQUENCES = [
    # M5: ⌊(32000 − 80) / 4⌋ + 1 = 7981 positions, each 80 · 128 multiply-accumulates
    Case({"conv": "80x128", "stride": 4}, "32000x1", "7981x128", "80×1×128 + 128", 7981 * 80 * 128),
    Case({"conv": "3x64", "padding": "4x0", "dilation": 2}, "8x4", "8x64", "3×4×64 + 64", 8 * 3 * 4 * 64),  # causal
    Case({"conv": "3x8", "padding": "half", "groups": 4}, "6x4", "6x8", "3×1×8 + 8", 6 * 24),
    Case({"conv": "3x8", "bias": "untied"}, "8x4", "6x8", "3×4×8 + 6×8", 6 * 3 * 32),
    Case({"depthwise_conv": 3, "padding": 1}, "100x8", "100x8", "3×1×8 + 8", 100 * 24),
    # (10 − 1) · 2 − 1 − 1 + 4 = 20
    Case({"transposed_conv": "4x8", "stride": 2, "padding": 1}, "10x16", "20x8", "4×16×8 + 8", 10 * 512),
    Case({"max_pool": 4}, "7981x128", "1995x128"),
    Case({"max_pool": 4, "padding": "same"}, "125x8", "32x8"),
    Case({"avg_pool": 2, "ceil": True}, "9x8", "5x8"),
    Case({"global_avg_pool": None}, "20x64", "1x64"),
    Case({"global_max_pool": None}, "20x64", "1x64"),
    Case({"adaptive_avg_pool": 4}, "10x8", "4x8"),
    Case({"upsample": 2, "mode": "linear"}, "10x8", "20x8"),
    Case({"resize": 15, "mode": "linear"}, "10x8", "15x8"),
    Case({"crop": "1x2"}, "10x8", "7x8"),
    Case({"space_to_depth": 2}, "9x8", "5x16"),
    Case({"depth_to_space": 2}, "5x16", "10x8"),
    Case({"batch_norm": None}, "100x8", "100x8", "2×8"),
    Case({"instance_norm": None, "affine": True}, "100x8", "100x8", "2×8"),
    Case({"global_response_norm": None}, "10x16", "10x16", "2×16"),
    Case({"channel_conv": 3, "bias": False}, "1x8", "1x8", "3", 24),
    Case({"fc": 10}, "1x64", "10", "64×10 + 10", 640),
]

VOLUMES = [
    # the stem of R3D-18: 16 frames stay, (112 + 6 − 7) / 2 → 56
    Case(
        {"conv": "3x7x7x64", "stride": "1x2x2", "padding": "1x3x3", "bias": False},
        "16x112x112x3",
        "16x56x56x64",
        "3×7×7×3×64",
        16 * 56 * 56 * 3 * 7 * 7 * 3 * 64,
    ),
    Case({"conv": "3x3x3x8", "groups": 4}, "5x5x5x4", "3x3x3x8", "3×3×3×1×8 + 8", 27 * 27 * 8),
    Case({"conv": "1x3x3x4", "padding": "0x0x1x0x0x1"}, "2x4x4x1", "2x3x3x4", "1×3×3×1×4 + 4", 18 * 36),
    Case({"conv": "3x3x3x4", "stride": 2, "padding": "same"}, "5x8x8x1", "3x4x4x4", "3×3×3×1×4 + 4", 48 * 27 * 4),
    Case({"conv": "1x1x1x2", "connections": [[0], [0, 2]]}, "2x2x2x3", "2x2x2x2", "1×1×1×3 + 2", 24),
    Case({"depthwise_conv": "3x3x3", "padding": "half"}, "4x6x6x8", "4x6x6x8", "3×3×3×1×8 + 8", 144 * 27 * 8),
    # 3D U-Net: an up-convolution doubles all sides
    Case(
        {"transposed_conv": "2x2x2x32", "stride": 2},
        "4x8x8x64",
        "8x16x16x32",
        "2×2×2×64×32 + 32",
        256 * 8 * 64 * 32,
    ),
    Case({"max_pool": "1x2x2"}, "16x112x112x64", "16x56x56x64"),  # pool1 of C3D
    Case({"avg_pool": "2x7x7"}, "2x7x7x512", "1x1x1x512"),
    Case({"global_avg_pool": None}, "2x7x7x512", "1x1x1x512"),
    Case({"adaptive_avg_pool": "1x7x7"}, "4x14x14x8", "1x7x7x8"),
    Case({"upsample": "1x2x2"}, "4x7x7x8", "4x14x14x8"),
    Case({"upsample": 2, "mode": "trilinear"}, "4x7x7x8", "8x14x14x8"),
    Case({"resize": "4x9x9", "mode": "trilinear"}, "2x7x7x8", "4x9x9x8"),
    Case({"crop": "0x1x1"}, "4x8x8x2", "4x6x6x2"),
    Case({"space_to_depth": "2x2x2"}, "4x8x8x2", "2x4x4x16"),
    Case({"depth_to_space": "1x2x2"}, "2x4x4x16", "2x8x8x4"),
    Case({"batch_norm": None}, "4x8x8x64", "4x8x8x64", "2×64"),
    Case({"tokens": None}, "8x14x14x768", "1568x768"),  # tubelets of 2 of 16 frames
    Case({"to_map": "8x14x14"}, "1568x768", "8x14x14x768"),
    Case({"linear": 8}, "2x3x3x4", "2x3x3x8", "4×8 + 8", 18 * 32),
    Case({"fc": 10}, "2x3x4x5", "10", "2×3×4×5×10 + 10", 1200),
    Case({"fc": 10}, "1x1x1x512", "10", "512×10 + 10", 5120),
]

RECURRENT = [
    # CRNN: 4 gates of 256 units from 512 values and 256 states, in both directions
    Case(
        {"lstm": 256, "bidirectional": True},
        "26x512",
        "26x512",
        "512×1024 + 256×1024 + 2×1024 + 512×1024 + 256×1024 + 2×1024",
        26 * 2 * 1024 * 768,
    ),
    Case({"lstm": 4, "last": True}, "10x8", "4", "8×16 + 4×16 + 2×16", 10 * 16 * 12),
    Case({"gru": 64}, "10x128", "10x64", "128×192 + 64×192 + 2×192", 10 * 192 * 192),
    Case(
        {"gru": 64, "bidirectional": True, "last": True, "biases": 0},
        "3x2",
        "128",
        "2×192 + 64×192 + 2×192 + 64×192",
        3 * 2 * 192 * 66,
    ),
    Case({"simple_rnn": 32, "biases": 1}, "5x8", "5x32", "8×32 + 32×32 + 32", 5 * 32 * 40),
]

UNTIED = [
    # L4 of DeepFace: 55·55 kernels of 9·9·16·16
    Case({"local_conv": "9x9x16"}, "63x63x16", "55x55x16", "55×55×9×9×16×16 + 55×55×16", 3025 * 20_736),
    Case({"local_conv": "3x4", "bias": True}, "6x2", "4x4", "4×3×2×4 + 4", 96),
    # two offsets and a factor for each of 9 samples
    Case(
        {"deformable_conv": "3x3x256", "padding": 1, "modulated": True},
        "14x14x256",
        "14x14x256",
        "3×3×256×256 + 256 + 3×3×256×27 + 27",
        196 * (589_824 + 62_208),
    ),
    Case(
        {"deformable_conv": "3x3x8", "stride": 2, "padding": 1, "offset_groups": 4, "bias": False},
        "8x8x16",
        "4x4x8",
        "3×3×16×8 + 3×3×16×72 + 72",
        16 * (1152 + 10_368),
    ),
]

CASES = [
    *RECURRENT,
    *UNTIED,
    *SEQUENCES,
    *VOLUMES,
    *CONVOLUTIONS,
    *NORMALIZATIONS,
    *LINEAR,
    *CHANNELS,
    *ATTENTION,
    *TOKENS,
    *SCALING,
    *RESAMPLING,
]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_measure(case: Case) -> None:
    stats = read(case.layer).analyze((shape(case.input_shape),))
    assert (stats.output, stats.formula, stats.macs) == (shape(case.output_shape), case.formula, case.macs)


@pytest.mark.parametrize(
    ("layer", "input_shape", "message"),
    [
        ({"depthwise_conv": "3x3"}, "12x4", "needs a feature map"),
        ({"group_norm": 32}, "7x7x48", "48 channels do not divide into 32 groups"),
        ({"instance_norm": None}, "12", "needs a feature map"),
        ({"conv": "3x4"}, "7x7x64", "needs a sequence of length × channels, got 7×7×64"),
        ({"conv": "3x3x3x4"}, "7x7x64", "needs a volume of depth × height × width × channels, got 7×7×64"),
        ({"max_pool": 2}, "7x7x64", "needs a sequence"),
        ({"conv": "3x3x4", "padding": "1x1x1"}, "7x7x64", "a padding of 1×1×1 does not fit 2 sides"),
        ({"transposed_conv": "3x4", "stride": "2x2"}, "7x64", "a stride of 2×2 does not fit 1 side"),
        ({"transposed_conv": "3x4", "padding": "2x2"}, "7x64", "a padding of 2×2 does not fit 1 side"),
        ({"upsample": "2x2"}, "7x64", "a factor of 2×2 does not fit 1 side"),
        ({"upsample": 2, "mode": "bilinear"}, "7x64", "cannot have mode bilinear on 7×64; use linear"),
        ({"resize": "8x8", "mode": "linear"}, "7x7x64", "cannot have mode linear on 7×7×64; use bilinear"),
        ({"channels": "1/3"}, "7x7x64", "64 channels do not divide into 3 equal parts"),
        ({"channels": "60:65"}, "7x7x64", "the range ends at 65, but there are only 64 channels"),
        ({"channel_shuffle": 3}, "7x7x64", "64 channels do not divide into 3 groups"),
        ({"pad_channels": 16}, "7x7x64", "the input has 64 channels already, more than 16"),
        ({"conv": "5x5x2", "connections": [[0], [6]]}, "14x14x6", "connects input channel 6, but the last one"),
        ({"conv": "5x5x3", "connections": [[0], [1]]}, "14x14x6", "has 3 output channels, but the table"),
        ({"conv": "5x5x2", "connections": [[0], [1]], "groups": 2}, "14x14x6", "both groups and connections"),
        ({"transposed_conv": "2x2x4", "padding": 4}, "7x7x64", "the padding crops the whole output of 7×7×64"),
        ({"transposed_conv": "2x2x4", "groups": 3}, "7x7x64", "do not divide into 3 groups"),
        ({"attention": 5}, "196x64", "64 channels do not divide into 5 heads"),
        ({"attention": 4}, "64", "needs tokens T×C or a feature map"),
        ({"window_attention": "7x7", "heads": 5}, "7x7x64", "64 channels do not divide into 5 heads"),
        ({"window_attention": "7x7", "heads": 4}, "49x64", "needs a feature map"),
        ({"window_attention": "2x7x7", "heads": 4, "version": 2}, "8x7x7x64", "needs a feature map"),
        ({"grid_attention": "7x7", "heads": 4}, "15x14x64", "15×14 does not divide into 7×7 cells"),
        ({"tokens": None}, "49x64", "needs a feature map"),
        ({"lstm": 8}, "7x7x64", "needs a sequence of length × channels, got 7×7×64"),
        ({"gru": 8, "last": True}, "64", "needs a sequence"),
        ({"deformable_conv": "3x64"}, "49x64", "needs a feature map"),
        ({"deformable_conv": "3x3x64", "groups": 3}, "7x7x64", "do not divide into 3 groups"),
        ({"to_map": "7x8"}, "49x64", "49 tokens do not fill a map of 7×8"),
        ({"take_token": None}, "64", "needs tokens T×C"),
        ({"take_token": 3}, "2x64", "takes token 3 of 2"),
        ({"transpose": None}, "7x7x64", "needs tokens T×C"),
        ({"class_token": None}, "7x7x64", "needs tokens T×C"),
        ({"depth_to_space": "2x2"}, "7x7x6", "6 channels do not divide into blocks of 2×2"),
        ({"upsample": 2}, "64", "needs a feature map"),
        ({"resize": "8x8"}, "64", "needs a feature map"),
        ({"resize": None}, "7x7x64", "needs a size like 65x65, or like: with the name of a kept output"),
    ],
)
def test_shapes_a_layer_cannot_take(layer: dict[str, Any], input_shape: str, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        read(layer).analyze((shape(input_shape),))


@pytest.mark.parametrize(
    "layer",
    [
        {"depthwise_conv": "3x3x3x8"},
        {"depthwise_conv": "3x3", "groups": 2},
        {"channels": "0/2"},
        {"channels": "3/2"},
        {"channels": "5:5"},
        {"channels": 5},
        {"channels": "01:5"},
        {"group_norm": None},
        {"conv": "3x3x8", "norm": "group_norm"},
        {"conv": "3x3x2", "connections": [[0], []]},
        {"conv": "3x3x2", "connections": [[0], [1, 1]]},
        {"conv": "3x3x2", "connections": [[0], [True]]},
        {"conv": "3x3x2", "connections": []},
        {"transposed_conv": "3x3x2", "padding": "same"},
        {"window_attention": "7x7"},
        {"window_attention": "7x7", "heads": 3, "version": 3},
        {"upsample": 0},
        {"lstm": "2x2"},
        {"gru": 8, "biases": 3},
        {"local_conv": "3x3x8", "groups": 2},
        {"upsample": 2, "mode": "cubic"},
        {"resize": 0},
        {"resize": "65x65", "mode": "unpool"},
        {"conv": "3x3x3x3x8"},
        {"conv": 8},
        {"class_token": 0},
    ],
    ids=str,
)
def test_refused(layer: dict[str, Any]) -> None:
    with pytest.raises(ReadError):
        read(layer)


def test_batch_norm_alone_keeps_running_statistics() -> None:
    on_map = (Shape((7, 7, 8)),)
    norms = ("batch_norm", "layer_norm", "instance_norm")
    assert [sum(t.count for t in read({name: None}).analyze(on_map).buffers) for name in norms] == [16, 0, 0]


@pytest.mark.parametrize("norm", ["batch_norm", "layer_norm", "instance_norm"])
def test_a_normalization_of_a_convolution_takes_over_its_activation(norm: str) -> None:
    bare, behind = read({"depthwise_conv": "3x3", "norm": norm, "activation": "relu"}).parts()
    assert (bare.kind, bare.activation_function) == ("depthwise_conv", None)
    assert (behind.kind, behind.activation_function) == (norm, "relu")


def test_linear_sees_the_whole_input_only_of_a_vector() -> None:
    linear = read({"linear": 10})
    assert linear.is_global(Shape((84,)))
    assert not linear.is_global(Shape((7, 7, 84)))


@pytest.mark.parametrize(
    ("layer", "input_shape", "products"),
    [
        ({"attention": 12}, "197x768", 59_610_624),
        ({"window_attention": "7x7", "heads": 3}, "56x56x96", 29_503_488),
        ({"window_attention": "8x8", "heads": 3, "version": 2}, "64x64x96", 50_331_648),
        ({"linear": 8}, "197x768", 0),
    ],
)
def test_products_of_values_are_told_apart(layer: dict[str, Any], input_shape: str, products: int) -> None:
    assert read(layer).analyze((shape(input_shape),)).attention_macs == products


def field_after(*layers: dict[str, Any], of: str = "32x32x4") -> ReceptiveField | None:
    """The receptive field after layers in a row, calculated from a definition."""
    text = f"name: x\ninput: {of}\nlayers: {json.dumps(layers)}\n"
    definition = parse(text, "x.yml")
    return assemble(definition, definition.variants[0]).layers[-1].receptive_field


@pytest.mark.parametrize(
    ("layers", "size", "step"),
    [
        ([{"conv": "4x4x8", "stride": 4}, {"space_to_depth": "2x2"}], 8, 8),
        # 2 positions 4 pixels apart for every two that come out
        ([{"conv": "4x4x8", "stride": 4}, {"upsample": 2}], 4, 2),
        ([{"conv": "4x4x8", "stride": 4}, {"upsample": 2, "mode": "bilinear"}], 8, 2),
        ([{"conv": "4x4x8", "stride": 4}, {"depth_to_space": "2x2"}], 4, 2),
        ([{"conv": "4x4x8", "stride": 4}, {"transposed_conv": "2x2x4", "stride": 2}], 4, 2),
        ([{"conv": "4x4x8", "stride": 4}, {"transposed_conv": "3x3x4", "stride": 2}], 8, 2),
        ([{"upsample": 2}, {"conv": "3x3x4"}], 2, 1),
        # 8 positions become 12: each sees one of 4 pixels, or two neighbours; 8 · 4 / 12 = 2 pixels apart on average
        ([{"conv": "4x4x8", "stride": 4}, {"resize": "12x12"}], 4, 2),
        ([{"conv": "4x4x8", "stride": 4}, {"resize": "12x12", "mode": "bilinear"}], 8, 2),
        ([{"conv": "4x4x8", "stride": 4}, {"resize": "5x5"}], 4, 6),
        ([{"conv": "4x4x8", "stride": 4}, {"window_attention": "4x4", "heads": 2}], 4 + 3 * 4, 4),
    ],
)
def test_receptive_field(layers: list[dict[str, Any]], size: int, step: int) -> None:
    field = field_after(*layers)
    assert field is not None
    assert (field.size, field.step) == ((size, size), (step, step))


@pytest.mark.parametrize(
    ("layers", "of", "size", "step"),
    [
        ([{"conv": "80x8", "stride": 4}, {"max_pool": 4}], "800x1", (92,), (16,)),
        ([{"conv": "4x8", "stride": 4}, {"upsample": 2, "mode": "linear"}], "800x1", (8,), (2,)),
        ([{"conv": "4x8", "stride": 4}, {"transposed_conv": "3x4", "stride": 2}], "800x1", (8,), (2,)),
        ([{"conv": "3x7x7x8", "stride": "1x2x2"}, {"max_pool": "2x2x2"}], "8x32x32x3", (4, 9, 9), (2, 4, 4)),
        ([{"conv": "3x1x1x8"}, {"crop": 1}, {"depth_to_space": "2x2x2"}], "8x8x8x3", (3, 1, 1), (1, 1, 1)),
        # positions of a map in one list: a kernel over them runs around the edges of the map
        ([{"conv": "3x3x8"}, {"tokens": None}, {"linear": 4}], "8x8x3", (3, 3), (1, 1)),
        ([{"conv": "3x3x8"}, {"tokens": None}, {"conv": "3x4"}], "8x8x3", None, None),
    ],
)
def test_receptive_field_of_each_side(
    layers: list[dict[str, Any]], of: str, size: tuple[int, ...] | None, step: tuple[int, ...] | None
) -> None:
    field = field_after(*layers, of=of)
    assert (field and field.size, field and field.step) == (size, step)


@pytest.mark.parametrize(
    "layer",
    [
        {"window_attention": "8x8", "heads": 2},
        {"grid_attention": "4x4", "heads": 2},
        {"attention": 2},
        {"add": {"main": [{"attention": 2}], "shortcut": "identity"}},
    ],
)
def test_attention_sees_the_whole_input(layer: dict[str, Any]) -> None:
    assert field_after({"conv": "4x4x8", "stride": 4}, layer) is None
