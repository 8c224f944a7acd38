"""Common errors of newcomers, with the exact message: typing errors, words of other frameworks, swapped sizes.

Each message shows what was given and what was likely meant.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from layerwise.core.errors import DefinitionError
from layerwise.definition import parse, yaml_parser
from layerwise.layers import KINDS, MERGES, AnyLayer
from layerwise.network.catalogue import calculate

HEAD = "name: Test\ninput: 8x8x3\nlayers: "
NEEDED = {"operation": "sort", "output": "2x2x4"}
"""Values of required options; those of all others are numbers."""


def diagnostics_of(text: str) -> list[str]:
    """The errors in a definition whose third line is its layers; they start in column 9."""
    with pytest.raises(DefinitionError) as error:
        calculate(parse(f"{HEAD}{text}\n", "t"), Path("t"))
    return [str(diagnostic).removeprefix("t:") for diagnostic in error.value.diagnostics]


def begun(kind: type[AnyLayer], without: str = "") -> str:
    """A layer as far as its next option, with what it needs; its size is that of its example."""
    example = yaml_parser.read(f"[{kind.example.layers}]", "example").data[-1]
    value = example[kind.kind] if isinstance(example, dict) else None
    if merge := MERGES.get(kind.kind):
        names = merge.branch_names or ("a", "b")
        size = "{" + ", ".join([*(f"{name}: identity" for name in names[1:]), f"{names[0]}: [relu]"]) + "}"
    else:
        size = "" if value is None else value
    needed = [name for name, field in kind.fields().items() if field.is_required and name not in ("size", without)]
    return f"[{{{kind.kind}: {size}, " + "".join(f"{name}: {NEEDED.get(name, 1)}, " for name in needed)


ALL = [*KINDS.values(), *MERGES.values()]
OPTIONS = [(kind, option) for kind in ALL for option in kind.fields() if option != "size"]


@pytest.mark.parametrize(("kind", "option"), OPTIONS, ids=lambda part: part if isinstance(part, str) else part.kind)
def test_a_typing_error_in_every_option(kind: type[AnyLayer], option: str) -> None:
    before = begun(kind)
    place = f"3:{9 + len(before)}"
    for slip in (option + option[-1], option[:-2] + option[-1] + option[-2] if len(option) > 5 else option + "s"):
        message = f"{place}: {kind.kind}.{slip}: unknown option; did you mean {option!r}?"
        assert diagnostics_of(f"{before}{slip}: 1}}]") == [message]


@pytest.mark.parametrize(("kind", "option"), OPTIONS, ids=lambda part: part if isinstance(part, str) else part.kind)
def test_a_mapping_for_every_option(kind: type[AnyLayer], option: str) -> None:
    before = f"{begun(kind, without=option)}{option}: "
    message = f"3:{9 + len(before)}: expected a number, a truth value, a string or a list, not a mapping"
    assert diagnostics_of(f"{before}{{a: 1}}}}]") == [message]


@pytest.mark.parametrize("kind", [kind.kind for kind in ALL])
def test_a_typing_error_in_every_kind(kind: str) -> None:
    slips = (kind + kind[-1], kind.upper(), kind.replace("_", "") + "2D", kind.title().replace("_", "-"))
    for slip in slips:
        assert diagnostics_of(f"[{slip}]") == [f"3:10: unknown layer kind or block {slip!r}; did you mean {kind!r}?"]


WORDS = [
    ("Conv2d", "conv"),
    ("Conv2D", "conv"),
    ("convolution", "conv"),
    ("Dense", "fc"),
    ("FullyConnected", "fc"),
    ("InnerProduct", "fc"),
    ("Linear", "linear"),
    ("MaxPool2d", "max_pool"),
    ("MaxPooling2D", "max_pool"),
    ("maxpool", "max_pool"),
    ("AvgPool2d", "avg_pool"),
    ("AveragePooling2D", "avg_pool"),
    ("AdaptiveAvgPool2d", "adaptive_avg_pool"),
    ("GlobalAveragePooling2D", "global_avg_pool"),
    ("ConvTranspose2d", "transposed_conv"),
    ("Conv2DTranspose", "transposed_conv"),
    ("deconv", "transposed_conv"),
    ("DepthwiseConv2D", "depthwise_conv"),
    ("bn", "batch_norm"),
    ("BatchNorm2d", "batch_norm"),
    ("BatchNormalization", "batch_norm"),
    ("LayerNormalization", "layer_norm"),
    ("LocalResponseNorm", "lrn"),
    ("LeakyReLU", "leaky_relu"),
    ("lrelu", "leaky_relu"),
    ("leakyrelu", "leaky_relu"),
    ("ln", "layer_norm"),
    ("GN", "group_norm"),
    ("swish", "silu"),
    ("Hardswish", "hard_swish"),
    ("PixelShuffle", "depth_to_space"),
    ("UpSampling2D", "upsample"),
    ("MultiHeadAttention", "attention"),
    ("Concatenate", "concat"),
    ("residual", "add"),
    ("Flatten", "flatten"),
]


@pytest.mark.parametrize(("word", "kind"), WORDS)
def test_words_of_frameworks(word: str, kind: str) -> None:
    assert diagnostics_of(f"[{{{word}: 1}}]") == [f"3:11: unknown layer kind or block {word!r}; did you mean {kind!r}?"]


NO_AXES = (
    "there is no such layer: the axes are always height × width × channels; transpose exchanges tokens and channels"
)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("Permute", NO_AXES),
        ("reshape", "there is no such layer: a shape changes by flatten, tokens or to_map"),
    ],
)
def test_words_without_a_kind_get_no_other_one(word: str, reason: str) -> None:
    assert diagnostics_of(f"[{word}]") == [f"3:10: unknown layer kind or block {word!r}; {reason}"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("conv", "it is a kind of layer"),
        ("add", "it is a kind of layer"),
        ("stage", "it is a key of lists of layers"),
        ("repeat", "it is a key of lists of layers"),
        ("branches", "it is a key of lists of layers"),
        ("3x3", "a name consists of letters, digits, _ and -, and starts with a letter or _"),
    ],
)
def test_names_that_a_block_cannot_have(name: str, reason: str) -> None:
    message = f"4:10: {name!r} is not a valid block name; {reason}"
    assert diagnostics_of(f"[relu]\nblocks: {{{name}: {{layers: [relu]}}}}") == [message]


HEADS = "the heads are the value of attention, as in {attention: 12}"
IN_SIZE = "unknown option; it is part of the size, as in {conv: 7x7x64, stride: 2, padding: 3}"
CONV = (
    "conv: expected kernel height × kernel width × output channels, like 3x3x64; "
    "3x64 for sequences, 3x3x3x64 for volumes, got"
)
KERNEL = "expected kernel height × kernel width, like 2x2; 2 for sequences, 2x2x2 for volumes, got"
COMMA = (
    "unknown option; a comma ends a value here; put a string in quotes, put a list in brackets, "
    "or write a number without it"
)
NEEDS_QUOTES = (
    "expected a comma or a closing bracket; inside brackets, put a string with , [ ] { or } in quotes, "
    'like repeat: "$depths[0]"'
)
DOES_NOT_GO_ON = (
    "unexpected indentation: align this with its siblings, and check for an unclosed quote or bracket above"
)
KIND = "Write a colon and a space after the kind"

SLIPS = [
    ("[{conv: 3x3, filters: 64}]", f"3:22: conv.filters: {IN_SIZE}"),
    ("[{conv: 64, kernel: 3}]", f"3:17: {CONV} 64", f"3:21: conv.kernel: {IN_SIZE}"),
    ("[{conv: 64, kernel_size: 3x3}]", f"3:17: {CONV} 64", f"3:21: conv.kernel_size: {IN_SIZE}"),
    ("[{conv: 3x3x4, out_channels: 4}]", f"3:24: conv.out_channels: {IN_SIZE}"),
    ("[{fc: 10, units: 10}]", "3:19: fc.units: unknown option; it is part of the size, as in {fc: 120}"),
    ("[{dropout: , rate: 0.5}]", "3:22: dropout.rate: unknown option; it is part of the size, as in {dropout: 0.4}"),
    ("[{fc: 10, p: 0.5}]", "3:19: fc.p: unknown option; did you mean 'dropout'?"),
    ("[{conv: 3x3x4, strides: 2}]", "3:24: conv.strides: unknown option; did you mean 'stride'?"),
    ("[{conv: 3x3x4, pad: 1}]", "3:24: conv.pad: unknown option; did you mean 'padding'?"),
    ("[{conv: 3x3x4, relu: true}]", "3:24: conv.relu: unknown option; did you mean 'activation: relu'?"),
    ("[{conv: 3x3x4, bn: true}]", "3:24: conv.bn: unknown option; did you mean 'norm: batch_norm'?"),
    ("[{conv: 3x3x4, use_bias: no}]", "3:24: conv.use_bias: unknown option; did you mean 'bias'?"),
    ("[{max_pool: 2x2, ceil_mode: true}]", "3:26: max_pool.ceil_mode: unknown option; did you mean 'ceil'?"),
    (
        "[{conv: 3x3x4, in_channels: 3}]",
        "3:24: conv.in_channels: unknown option; the input is known from the layers before",
    ),
    ("[{conv: 3x3x4, activation: ReLU}]", "3:36: conv.activation: unknown name 'ReLU'; did you mean 'relu'?"),
    ("[{conv: 3x3x4, norm: BatchNorm}]", "3:30: conv.norm: unknown name 'BatchNorm'; did you mean 'batch_norm'?"),
    ("[{conv: 3x3x4, activation: swish}]", "3:36: conv.activation: unknown name 'swish'; did you mean 'silu'?"),
    ("[{conv: 3x3x4, activation: lrelu}]", "3:36: conv.activation: unknown name 'lrelu'; did you mean 'leaky_relu'?"),
    ("[{conv: 3x3x4, norm: ln}]", "3:30: conv.norm: unknown name 'ln'; did you mean 'layer_norm'?"),
    ("[{conv: 3x3x4, swish: true}]", "3:24: conv.swish: unknown option; did you mean 'activation: silu'?"),
    ("[{conv: 3x3x4, ln: true}]", "3:24: conv.ln: unknown option; did you mean 'norm: layer_norm'?"),
    # options instead of the value
    ("[{attention: {heads: 8}}]", f"3:22: attention: its value is not a mapping; {HEADS}"),
    ("[{attention: 1, num_heads: 8}]", f"3:25: attention.num_heads: unknown option; {HEADS}"),
    (
        "[{conv: {filters: 64, kernel_size: 3}}]",
        "3:17: conv: its value is not a mapping; "
        "write options after the value, separated by commas, as in {conv: 7x7x64, stride: 2, padding: 3}",
    ),
    # sizes
    (
        "[{conv: 64x3x3}]",
        "3:17: Conv (conv): a window of 64×3 does not fit into 8×8×3; "
        "did you mean 3x3x64? The output channels come last",
    ),
    (
        "[{conv: 3x64x3}]",
        "3:17: Conv (conv): a window of 3×64 does not fit into 8×8×3; "
        "did you mean 3x3x64? The output channels come last",
    ),
    ("[{conv: '(3, 3, 64)'}]", f"3:17: {CONV} '(3, 3, 64)'; did you mean 3x3x64?"),
    ("[{conv: 3*3*64}]", f"3:17: {CONV} '3*3*64'; did you mean 3x3x64?"),
    ("[{conv: 3 × 3 × 64}]", f"3:17: {CONV} '3 × 3 × 64'; did you mean 3x3x64?"),
    (
        "[{max_pool: [2, 2]}]",
        f"3:21: max_pool: {KERNEL} [2, 2]; did you mean 2x2?",
    ),
    (
        "[{max_pool: 3, stride: 2}]",
        "3:21: MaxPool (max_pool): needs a sequence of length × channels, got 8×8×3; did you mean 3x3?",
    ),
    ("[{conv: 7x7x96/2}]", f"3:17: {CONV} '7x7x96/2'; did you mean {{conv: 7x7x96, stride: 2}}?"),
    ("[{max_pool: 3×3 / 2}]", f"3:21: max_pool: {KERNEL} '3×3 / 2'; did you mean {{max_pool: 3x3, stride: 2}}?"),
    ("[{conv: 7x7/2}]", f"3:17: {CONV} '7x7/2'"),
    # commas within braces
    ("[{conv: 7,7,96}]", f"3:17: {CONV} 7", f"3:19: conv.7: {COMMA}", f"3:21: conv.96: {COMMA}"),
    ("[{conv: 3x3x4, stride: 2, 2}]", f"3:35: conv.2: {COMMA}"),
    # branches that do not fit
    (
        "[{add: [[{conv: 3x3x3, stride: 2, padding: 1}], identity]}]",
        "3:11: Add (add): branches to add must have the same shape or sides of one, got 4×4×3, 8×8×3; "
        "is a stride missing in one of them?",
    ),
    (
        "[{add: [[{conv: 3x3x3}], identity]}]",
        "3:11: Add (add): branches to add must have the same shape or sides of one, got 6×6×3, 8×8×3; "
        "is a padding missing in one of them?",
    ),
    (
        "[{add: [[{conv: 1x1x6}], identity]}]",
        "3:11: Add (add): branches to add must have the same shape or sides of one, got 8×8×6, 8×8×3; "
        "does one of them need a 1x1x6 convolution?",
    ),
    # YAML
    (
        "[conv 3x3x64]",
        f"3:10: unknown layer kind or block 'conv 3x3x64'; did you mean {{conv: 3x3x64}}? {KIND}",
    ),
    (
        "['conv:3x3x64']",
        f"3:10: unknown layer kind or block 'conv:3x3x64'; did you mean {{conv: 3x3x64}}? {KIND}",
    ),
    (
        "[Conv2d(3x3x64)]",
        f"3:10: unknown layer kind or block 'Conv2d(3x3x64)'; did you mean {{conv: 3x3x64}}? {KIND}",
    ),
    (
        "[{conv 3x3x4, stride: 2}]",
        f"3:11: unknown layer kind or block 'conv 3x3x4'; did you mean {{conv: 3x3x4}}? {KIND}",
    ),
    ("[{conv: 3x3x4 stride: 2}]", f"3:29: {NEEDS_QUOTES}"),
    ("[{relu: , repeat: $n[0]}]", f"3:29: {NEEDS_QUOTES}"),
    ("[{conv: 3x3x{n}}]", f"3:21: {NEEDS_QUOTES}"),
    ("[{conv: 3x3x4}", "3:23: unclosed bracket"),
    ("[{conv: '3x3x4}]", "3:25: unclosed quote"),
    ("\n  - conv: 3x3x4\n   stride: 2", f"5:4: {DOES_NOT_GO_ON}"),
    ("\n  - conv: 3x3x4\n  stride: 2", f"5:3: {DOES_NOT_GO_ON}"),
    (
        "\n  - conv 3x3x4\n    stride: 2",
        "5:11: unexpected colon; align a key with its siblings, and put a string with a colon in quotes",
    ),
    ("\n\t- conv: 3x3x4", "4:1: tabs are not allowed in indentation; use spaces"),
    ("[{relu: , name: @home}]", "3:25: a string cannot start with @; put it in quotes"),
    ("[{conv: 3x3x4, stride: 2, stride: 1}]", "3:35: duplicate key 'stride'; first used in line 3"),
    ("[{conv: 3x3x$ n}]", "3:17: expected a name or an expression in parentheses after $: '3x3x$ n'"),
    (
        "relu\nyear 2015\nsummary: s",
        "4:1: missing colon; write key: value, with a space after the colon",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("image", "hint"),
    [
        ("3x32x32", "; did you mean input: 32x32x3? The channels come last"),
        ("1x28x24", "; did you mean input: 28x24x1? The channels come last"),
        ("1x1x100", ""),
        ("4x4x3", ""),
    ],
)
def test_channels_of_the_input_in_front(image: str, hint: str) -> None:
    with pytest.raises(DefinitionError) as error:
        calculate(parse(f"name: T\ninput: {image}\nlayers: [relu, {{conv: 7x7x8}}]\n", "t"), Path("t"))
    does_not_fit = f"a window of 7×7 does not fit into {image.replace('x', '×')}"
    assert str(error.value) == f"t:3:23: Conv (conv): {does_not_fit}{hint}"


@pytest.mark.parametrize("case", SLIPS, ids=lambda case: case[0][:30])
def test_slips(case: tuple[str, ...]) -> None:
    text, *messages = case
    assert diagnostics_of(text) == messages
