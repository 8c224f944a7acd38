"""Each kind of layer in a definition, on shapes worked out by hand.

Kinds that need more than a table are in ``test_new_layers.py``: attention, tokens, normalizations without statistics.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from layerwise.core.docs import field_docs
from layerwise.core.errors import DefinitionError
from layerwise.core.windows import Padding
from layerwise.definition import parse
from layerwise.layers import KINDS, MERGES, AnyLayer
from layerwise.layers.activation import FUNCTIONS
from layerwise.network.assembly import assemble
from layerwise.network.graph import LayerNode, Network


def network(layers: str, input_shape: str = "8x8x3") -> Network:
    definition = parse(f"name: Test\ninput: {input_shape}\nlayers: {layers}\n", "test.yml")
    return assemble(definition, definition.variants[0])


def refusal(layers: str, input_shape: str = "8x8x3") -> str:
    """The one message with which a definition of one line of layers is refused."""
    with pytest.raises(DefinitionError) as error:
        network(layers, input_shape)
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.line == 3
    return diagnostic.message


def tensors(row: LayerNode) -> str:
    return " ".join(f"{tensor.name}:{'x'.join(map(str, tensor.sides))}" for tensor in row.stats.tensors)


class Case(NamedTuple):
    input_shape: str
    layer: str
    output_shape: str
    tensors: str = ""
    formula: str = ""
    parameters: int = 0
    macs: int = 0


CONVOLUTIONS = [
    # LeNet-5's first: 5·5·1·6 + 6 = 156; 28·28·150 = 117,600 (LeCun et al., 1998, section II.B: 156 parameters)
    Case("32x32x1", "{conv: 5x5x6}", "28×28×6", "weight:5x5x1x6 bias:6", "5×5×1×6 + 6", 156, 117_600),
    # one bias for each of 28·28·6 values
    Case(
        "32x32x1",
        "{conv: 5x5x6, bias: untied}",
        "28×28×6",
        "weight:5x5x1x6 bias:28x28x6",
        "5×5×1×6 + 28×28×6",
        4_854,
        117_600,
    ),
    # AlexNet's first on 227: 11·11·3·96 = 34,848; 55·55·34,848 = 105,415,200
    Case(
        "227x227x3",
        "{conv: 11x11x96, stride: 4}",
        "55×55×96",
        "weight:11x11x3x96 bias:96",
        "11×11×3×96 + 96",
        34_944,
        105_415_200,
    ),
    # AlexNet's second in two groups: 5·5·(96 / 2)·256 = 307,200; 27·27·307,200 = 223,948,800
    Case(
        "27x27x96",
        "{conv: 5x5x256, padding: 2, groups: 2}",
        "27×27×256",
        "weight:5x5x48x256 bias:256",
        "5×5×48×256 + 256",
        307_456,
        223_948_800,
    ),
    # as many groups as channels: a depthwise convolution, 3·3·1·8 = 72; 6·6·72 = 2,592
    Case("8x8x8", "{conv: 3x3x8, groups: 8, bias: false}", "6×6×8", "weight:3x3x1x8", "3×3×1×8", 72, 2592),
    # VGG-16's first: 3·3·3·64 = 1,728; 224·224·1,728 = 86,704,128
    Case(
        "224x224x3",
        "{conv: 3x3x64, padding: 1}",
        "224×224×64",
        "weight:3x3x3x64 bias:64",
        "3×3×3×64 + 64",
        1792,
        86_704_128,
    ),
    # ResNet's first, without a bias: 7·7·3·64 = 9,408; 112·112·9,408 = 118,013,952
    Case(
        "224x224x3",
        "{conv: 7x7x64, stride: 2, padding: 3, bias: false}",
        "112×112×64",
        "weight:7x7x3x64",
        "7×7×3×64",
        9408,
        118_013_952,
    ),
    # the same in TensorFlow: 2 rows above and 3 below, 112 again
    Case(
        "224x224x3",
        "{conv: 7x7x64, stride: 2, padding: same, bias: false}",
        "112×112×64",
        "weight:7x7x3x64",
        "7×7×3×64",
        9408,
        118_013_952,
    ),
    # asymmetric kernels of Inception-v3: 1·7·192·192 = 258,048; 17·17·258,048 = 74,575,872
    Case(
        "17x17x192",
        "{conv: 1x7x192, padding: 0x3, bias: false}",
        "17×17×192",
        "weight:1x7x192x192",
        "1×7×192×192",
        258_048,
        74_575_872,
    ),
    Case(
        "17x17x192",
        "{conv: 7x1x192, padding: 3x0, bias: false}",
        "17×17×192",
        "weight:7x1x192x192",
        "7×1×192×192",
        258_048,
        74_575_872,
    ),
    # the sides without padding: (9 − 1) + 1 = 9 high, (9 − 7) + 1 = 3 wide; 27 · 7·2·4 = 1,512
    Case("9x9x2", "{conv: 1x7x4}", "9×3×4", "weight:1x7x2x4 bias:4", "1×7×2×4 + 4", 60, 1512),
    # strides along each side: ⌊7 / 1⌋ + 1 = 8 and ⌊7 / 2⌋ + 1 = 4; 32 · 1·1·3·2 = 192
    Case("8x8x3", "{conv: 1x1x2, stride: 1x2}", "8×4×2", "weight:1x1x3x2 bias:2", "1×1×3×2 + 2", 8, 192),
    # four sides of padding: (8 + 1) − 2 + 1 = 8; 64 · 2·2·3·1 = 768
    Case("8x8x3", "{conv: 2x2x1, padding: 0x1x0x1}", "8×8×1", "weight:2x2x3x1 bias:1", "2×2×3×1 + 1", 13, 768),
    Case("8x8x3", "{conv: 2x2x1, padding: same}", "8×8×1", "weight:2x2x3x1 bias:1", "2×2×3×1 + 1", 13, 768),
    Case("8x8x3", "{conv: 3x3x1, padding: valid}", "6×6×1", "weight:3x3x3x1 bias:1", "3×3×3×1 + 1", 28, 36 * 27),
    # dilation 2: the kernel spans 5, 8 − 5 + 1 = 4, the parameters stay those of 3×3; 1x2 spans 3 and 5
    Case("8x8x3", "{conv: 3x3x1, dilation: 2}", "4×4×1", "weight:3x3x3x1 bias:1", "3×3×3×1 + 1", 28, 16 * 27),
    Case("8x8x3", "{conv: 3x3x1, dilation: 1x2}", "6×4×1", "weight:3x3x3x1 bias:1", "3×3×3×1 + 1", 28, 24 * 27),
    # a map that is not square: 5 − 3 + 1 = 3 and 9 − 3 + 1 = 7
    Case("5x9x1", "{conv: 3x3x1, bias: false}", "3×7×1", "weight:3x3x1x1", "3×3×1×1", 9, 189),
    # as large as its map it is a fully connected layer
    Case(
        "7x7x512",
        "{conv: 7x7x4096}",
        "1×1×4096",
        "weight:7x7x512x4096 bias:4096",
        "7×7×512×4096 + 4096",
        102_764_544,
        102_760_448,
    ),
    Case("1x1x3", "{conv: 1x1x1, padding: 4, stride: 3}", "3×3×1", "weight:1x1x3x1 bias:1", "1×1×3×1 + 1", 4, 27),
]

POOLINGS = [
    Case("28x28x6", "{max_pool: 2x2}", "14×14×6"),
    # the stride defaults to the window's size, along each side: ⌊(9 − 2) / 2⌋ + 1 = 4 and ⌊(9 − 3) / 3⌋ + 1 = 3
    Case("9x9x6", "{max_pool: 2x3}", "4×3×6"),
    Case("55x55x96", "{max_pool: 3x3, stride: 2}", "27×27×96"),
    Case("112x112x64", "{max_pool: 3x3, stride: 2}", "55×55×64"),
    Case("112x112x64", "{max_pool: 3x3, stride: 2, ceil: true}", "56×56×64"),
    Case("112x112x64", "{max_pool: 3x3, stride: 2, padding: 1}", "56×56×64"),
    Case("112x112x64", "{max_pool: 3x3, stride: 2, padding: same}", "56×56×64"),
    # rounded up, but the last window would start in the padding
    Case("3x3x1", "{max_pool: 2x2, padding: 1, ceil: true}", "2×2×1"),
    Case("28x28x192", "{max_pool: 3x3, stride: 1, padding: 1}", "28×28×192"),
    Case("9x9x2", "{max_pool: 1x3, stride: 1x2, padding: 0x1}", "9×5×2"),
    Case("7x7x1024", "{avg_pool: 7x7}", "1×1×1024"),
    Case("56x56x128", "{avg_pool: 2x2, stride: 2}", "28×28×128"),
    Case("5x5x2", "{avg_pool: 2x2, ceil: true}", "3×3×2"),
    Case("7x7x512", "global_avg_pool", "1×1×512"),
    Case("1x1x512", "global_avg_pool", "1×1×512"),
    Case("7x9x512", "global_max_pool", "1×1×512"),
    # output sizes that divide, that do not, and that are larger than the map
    Case("13x13x256", "{adaptive_avg_pool: 6x6}", "6×6×256"),
    Case("7x7x512", "{adaptive_avg_pool: 7x7}", "7×7×512"),
    Case("1x1x512", "{adaptive_avg_pool: 7x7}", "7×7×512"),
    Case("12x8x3", "{adaptive_avg_pool: 1x1}", "1×1×3"),
]

LINEARS = [
    # LeNet-5's first: 5·5·16·120 = 48,000 (figure 2: 120 units, 48,120 connections)
    Case("5x5x16", "{fc: 120}", "120", "weight:5x5x16x120 bias:120", "5×5×16×120 + 120", 48_120, 48_000),
    Case("120", "{fc: 84}", "84", "weight:120x84 bias:84", "120×84 + 84", 10_164, 10_080),
    Case("120", "{fc: 84, bias: false}", "84", "weight:120x84", "120×84", 10_080, 10_080),
    # sides of one are omitted from the formula
    Case("1x1x2048", "{fc: 1000}", "1000", "weight:2048x1000 bias:1000", "2048×1000 + 1000", 2_049_000, 2_048_000),
    Case("1x5x2", "{fc: 3}", "3", "weight:1x5x2x3 bias:3", "1×5×2×3 + 3", 33, 30),
    # AlexNet's first: 6·6·256·4096 + 4096 = 37,752,832; dropout and activation change nothing
    Case(
        "6x6x256",
        "{fc: 4096, dropout: 0.5, activation: relu}",
        "4096",
        "weight:6x6x256x4096 bias:4096",
        "6×6×256×4096 + 4096",
        37_752_832,
        37_748_736,
    ),
    Case("1", "{fc: 1}", "1", "weight:1x1 bias:1", "1×1 + 1", 2, 1),
    # LeNet-5's output: distances to ten fixed patterns of 84
    Case("84", "{radial_basis: 10}", "10"),
]

OTHERS = [
    Case("56x56x64", "batch_norm", "56×56×64", "weight:64 bias:64", "2×64", 128),
    Case("120", "{batch_norm: , activation: relu}", "120", "weight:120 bias:120", "2×120", 240),
    Case("56x56x64", "{batch_norm: , affine: false}", "56×56×64"),
    Case("27x27x96", "lrn", "27×27×96"),
    Case("27x27x96", "{lrn: 7}", "27×27×96"),
    Case("56x56x64", "prelu", "56×56×64", "weight:64", "64", 64),
    Case("56x56x64", "{prelu: 64}", "56×56×64", "weight:64", "64", 64),
    Case("56x56x64", "{prelu: 1}", "56×56×64", "weight:1", "1", 1),
    Case("120", "prelu", "120", "weight:120", "120", 120),
    Case("5x5x16", "flatten", "400"),
    Case("400", "flatten", "400"),
    Case("5x5x16", "dropout", "5×5×16"),
    Case("400", "{dropout: 0.2}", "400"),
    Case("5x5x16", "identity", "5×5×16"),
    *(Case("5x5x16", function, "5×5×16") for function in FUNCTIONS),
    *(Case("1000", function, "1000") for function in FUNCTIONS),
]


def name_of(case: Case) -> str:
    return f"{case.layer} on {case.input_shape}"


@pytest.mark.parametrize("case", [*CONVOLUTIONS, *POOLINGS, *LINEARS, *OTHERS], ids=name_of)
def test_layer(case: Case) -> None:
    if "x" in case.input_shape:
        (row,) = network(f"[{case.layer}]", case.input_shape).layers
    else:  # a vector enters by way of a flattened map
        _, row = network(f"[flatten, {case.layer}]", f"1x1x{case.input_shape}").layers
    analyze = (str(row.output), tensors(row), row.stats.formula, row.parameters, row.macs)
    assert analyze == tuple(case[2:])
    assert row.parameters == sum(tensor.count for tensor in row.stats.tensors)


@pytest.mark.parametrize(
    ("input_shape", "layer", "buffers"),
    [
        # a running mean and a running variance for each channel
        ("56x56x64", "batch_norm", 128),
        ("56x56x64", "{batch_norm: , affine: false}", 128),
        ("56x56x64", "lrn", 0),
        ("56x56x64", "{conv: 3x3x8}", 0),
        ("56x56x64", "{conv: 3x3x8, norm: batch_norm}", 16),
        ("1x1x84", "{radial_basis: 10}", 840),
    ],
)
def test_buffers(input_shape: str, layer: str, buffers: int) -> None:
    assert network(f"[{layer}]", input_shape).buffers == buffers


@pytest.mark.parametrize(
    ("option", "padding"),
    [
        ("0", Padding((0, 0, 0, 0))),
        ("valid", Padding((0, 0, 0, 0))),
        ("1", Padding((1, 1, 1, 1))),
        ("0x3", Padding((0, 0, 3, 3))),
        ("2x1", Padding((2, 2, 1, 1))),
        ("0x1x2x3", Padding((0, 1, 2, 3))),
        # TensorFlow's: on 8 with 4×4 and stride 2 it is (4 − 1) · 2 + 4 − 8 = 2, on 9 it is 4 · 2 + 4 − 9 = 3
        ("same", Padding((1, 1, 1, 2))),
    ],
)
@pytest.mark.parametrize("kind", ["conv: 4x4x1", "max_pool: 4x4"])
def test_padding_is_shown_as_its_four_sides(kind: str, option: str, padding: Padding) -> None:
    (row,) = network(f"[{{{kind}, stride: 2, padding: {option}}}]", "8x9x3").layers
    assert row.stats.window is not None
    assert row.stats.window.padding == padding


@pytest.mark.parametrize(
    ("layers", "input_shape", "field"),
    [
        # what sees the whole input has no field of a size
        ("[{fc: 10}]", "8x8x3", None),
        ("[global_avg_pool]", "8x8x3", None),
        ("[global_max_pool]", "8x8x3", None),
        ("[{adaptive_avg_pool: 1x1}]", "8x8x3", None),
        ("[{adaptive_avg_pool: 2x2}]", "8x8x3", (1, 1)),
        ("[{conv: 3x3x1}]", "8x8x3", (3, 3)),
        ("[{conv: 1x7x1}, {conv: 7x1x1}]", "8x8x3", (7, 7)),
        ("[{conv: 3x3x1, norm: batch_norm, activation: relu}, relu, lrn]", "8x8x3", (3, 3)),
    ],
)
def test_receptive_field(layers: str, input_shape: str, field: tuple[int, int] | None) -> None:
    last = network(layers, input_shape).layers[-1].receptive_field
    assert (last and last.size) == field


@pytest.mark.parametrize(
    ("layers", "depth"),
    [
        ("[relu, {max_pool: 2x2}, batch_norm, flatten]", 0),
        ("[{conv: 3x3x4, norm: batch_norm}, {max_pool: 2x2}, {fc: 10}]", 2),
        # the longest branch counts
        ("[{add: {a: [{conv: 1x1x3}, {conv: 1x1x3}], b: [{conv: 1x1x3}]}}, {fc: 10}]", 3),
        ("[{concat: {a: identity, b: [{conv: 1x1x3}]}}]", 1),
        # a gate is no part of the main path, a side output neither
        ("[{multiply: {map: identity, gate: [global_avg_pool, {conv: 1x1x3}]}}, {fc: 10}]", 1),
        ("[{conv: 1x1x3}, {output: [{fc: 9}, {fc: 9}, {fc: 9}]}, {fc: 10}]", 2),
    ],
)
def test_depth(layers: str, depth: int) -> None:
    assert network(layers).depth == depth


def test_normalization_of_a_convolution_is_a_layer_of_its_own() -> None:
    # 3·3·3·4 = 108 and 2·4 = 8; the activation function moves after the normalization
    convolution, norm = network("[{conv: 3x3x4, bias: false, norm: batch_norm, activation: relu}]").layers
    assert (convolution.layer.kind, convolution.parameters, convolution.layer.activation_function) == (
        "conv",
        108,
        None,
    )
    assert (norm.layer.kind, norm.parameters, norm.layer.activation_function) == ("batch_norm", 8, "relu")
    assert norm.sources == (convolution.index,)


# --- joins -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("join", "input_shape", "output_shape"),
    [
        ("{add: {a: identity, b: [{conv: 3x3x3, padding: 1}]}}", "8x8x3", "8×8×3"),
        ("{add: [identity, identity, [relu]]}", "8x8x3", "8×8×3"),
        # inception 3a: 64 + 128 + 32 + 32 = 256 (Szegedy et al., 2014, table 1)
        (
            "{concat: {1x1: [{conv: 1x1x64}], 3x3: [{conv: 3x3x128, padding: 1}],"
            " 5x5: [{conv: 5x5x32, padding: 2}], pool: [{max_pool: 3x3, stride: 1, padding: 1}, {conv: 1x1x32}]}}",
            "28x28x192",
            "28×28×256",
        ),
        ("{concat: [identity, identity]}", "8x8x3", "8×8×6"),
        ("{concat: [[{fc: 3}], [{fc: 4}]]}", "8x8x3", "7"),
        ("{multiply: {map: identity, gate: [global_avg_pool, {conv: 1x1x3}]}}", "8x8x3", "8×8×3"),
        ("{multiply: {map: identity, gate: [{conv: 3x3x3, padding: 1}]}}", "8x8x3", "8×8×3"),
        ("{multiply: {map: identity, gate: [{conv: 1x1x1}]}}", "8x8x3", "8×8×3"),
    ],
)
def test_join(join: str, input_shape: str, output_shape: str) -> None:
    row = network(f"[{join}]", input_shape).layers[-1]
    assert str(row.output) == output_shape
    assert (row.parameters, row.macs, row.stats.formula) == (0, 0, "")


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            "[{add: {a: identity, b: [{conv: 1x1x4}]}}]",
            "Add (add): branches to add must have the same shape or sides of one, got 8×8×3, 8×8×4; "
            "does one of them need a 1x1x4 convolution?",
        ),
        (
            "[{add: {a: identity, b: [{conv: 3x3x3}]}}]",
            "Add (add): branches to add must have the same shape or sides of one, got 8×8×3, 6×6×3; "
            "is a padding missing in one of them?",
        ),
        (
            "[{concat: {a: identity, b: [{max_pool: 2x2}]}, name: 3a}]",
            "3a (concat): branches to concatenate must have the same height and width, got 8×8×3, 4×4×3; "
            "is a stride missing in one of them?",
        ),
        (
            "[{concat: {a: identity, b: [flatten]}, name: 3b}]",
            "3b (concat): branches to concatenate must have the same height and width, got 8×8×3, 192",
        ),
        (
            "[{multiply: {map: identity, gate: [{fc: 3}]}}]",
            "Multiply (multiply): a gate must have the shape 8×8×3 or sides of one, got 8×8×3, 3",
        ),
        (
            "[{multiply: {gate: [global_avg_pool], map: identity}}]",
            "Multiply (multiply): a gate must have the shape 1×1×3 or sides of one, got 1×1×3, 8×8×3",
        ),
        (
            "[{multiply: {map: identity, gate: [{conv: 1x1x2}]}}]",
            "Multiply (multiply): a gate must have the shape 8×8×3 or sides of one, got 8×8×3, 8×8×2; "
            "does one of them need a 1x1x3 convolution?",
        ),
    ],
)
def test_branches_that_do_not_fit(layers: str, message: str) -> None:
    assert refusal(layers) == message


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("[{conv: 9x9x4}]", "Conv (conv): a window of 9×9 does not fit into 8×8×3"),
        ("[{conv: 1x11x4, padding: 1}]", "Conv (conv): a window of 1×11 does not fit into 8×8×3, with its padding 10"),
        ("[{conv: 5x5x4, dilation: 2}]", "Conv (conv): a window of 9×9 does not fit into 8×8×3"),
        ("[{max_pool: 9x9}]", "MaxPool (max_pool): a window of 9×9 does not fit into 8×8×3"),
        (
            "[{avg_pool: 9x2, ceil: true}]",
            "AvgPool (avg_pool): a window of 9×2 does not fit into 8×8×3",
        ),
        (
            "[{conv: 3x3x4, groups: 2}]",
            "Conv (conv): 3 input and 4 output channels do not divide into 2 groups",
        ),
        ("[{conv: 3x3x4, groups: 3}]", "Conv (conv): 3 input and 4 output channels do not divide into 3 groups"),
        (
            "[flatten, {conv: 3x3x4}]",
            "Conv (conv): needs a feature map of height × width × channels, got 192",
        ),
        ("[flatten, {max_pool: 2x2}]", "MaxPool (max_pool): needs a feature map of height × width × channels, got 192"),
        ("[flatten, global_avg_pool]", "GlobalAvgPool (global_avg_pool): needs a feature map of height × width × "),
        ("[flatten, {adaptive_avg_pool: 2x2}]", "AdaptiveAvgPool (adaptive_avg_pool): needs a feature map of height "),
        ("[flatten, lrn]", "LRN (lrn): needs a feature map of height × width × channels, got 192"),
        ("[{prelu: 2}]", "PReLU (prelu): needs 1 slope or 3, one per channel, not 2"),
        ("[{conv: 3x3x4, padding: 99999999}]", "Conv: its output has more than 100,000,000 rows, columns or channels"),
    ],
)
def test_shapes_a_layer_cannot_take(layers: str, message: str) -> None:
    assert refusal(layers).startswith(message)


# --- all kinds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*KINDS.values(), *MERGES.values()], ids=lambda kind: kind.kind)
def test_every_kind_says_what_it_is(kind: type[AnyLayer]) -> None:
    assert kind.__doc__
    assert kind.label
    assert kind.category in ("convolution", "pooling", "linear", "normalization", "other")
    assert field_docs(kind).keys() >= kind.fields().keys()
