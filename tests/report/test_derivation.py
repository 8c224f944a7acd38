"""The worked figures of layers: texts written by hand, and arithmetic that holds for every layer there is."""

from __future__ import annotations

import math
import re
from itertools import zip_longest

import pytest

from layerwise.network.graph import Network
from layerwise.report import derivation
from layerwise.report.data.derivations import Derivations, derivations
from layerwise.report.derivation import Step
from layerwise.site.renderer import example


def steps(layers: str, on: str) -> dict[str, tuple[str, str]]:
    """Rule and worked figure by title, of the last of some layers on a shape."""
    network = example(layers, on)
    return {title: (rule, worked) for title, rule, worked in derivation.steps(network.layers[-1], network)}


@pytest.mark.parametrize(
    ("layers", "on", "title", "rule"),
    [
        ("{conv: 3x8}", "9x4", "Parameters", "k × C_in × C_out + C_out"),
        ("{conv: 3x8, bias: untied}", "9x4", "Parameters", "k × C_in × C_out + L × C_out"),
        ("{conv: 3x8}", "9x4", "Activations", "T × C"),
        ("{conv: 3x3x3x8, groups: 2}", "9x9x9x4", "Parameters", "k_d × k_h × k_w × (C_in / groups) × C_out + C_out"),
        ("{depthwise_conv: 3x3x3}", "9x9x9x4", "Parameters", "k_d × k_h × k_w × 1 × C_out + C_out"),
        (
            "{conv: 3x3x3x8, bias: untied}",
            "9x9x9x4",
            "Parameters",
            "k_d × k_h × k_w × C_in × C_out + D × H × W × C_out",
        ),
        ("{max_pool: 3x3x3}", "9x9x9x4", "Activations", "D × H × W × C"),
    ],
)
def test_rules_have_the_sides_of_the_input(layers: str, on: str, title: str, rule: str) -> None:
    assert steps(layers, on)[title][0] == rule


def test_sides_that_are_calculated_alike_have_one_step() -> None:
    assert "Depth, height and width" in steps("{conv: 3x3x3x8}", on="9x9x9x4")


def test_a_convolution() -> None:
    # ResNet, Table 1: 7×7, 64, stride 2 over 224×224, to 112×112
    worked = steps("{conv: 7x7x64, stride: 2, padding: 3, bias: false, activation: relu}", on="224x224x3")
    assert worked == {
        "Height and width": ("⌊(size + padding − kernel) / stride⌋ + 1", "⌊(224 + 3 + 3 − 7) / 2⌋ + 1 = 112"),
        "Channels": ("one per filter", "64"),
        "Parameters": ("k_h × k_w × C_in × C_out", "7×7×3×64 = 9,408"),
        "Parameter memory": ("4 bytes each in fp32", "9,408 × 4 bytes = 36.750 KB"),
        "MACs": ("output positions · weights", "112×112 · 7×7×3×64 = 118,013,952"),
        "Activation function": ("in place, on each value", "relu"),
        "Activations": ("H × W × C", "112×112×64 = 802,816"),
        "Activation memory": ("4 bytes each in fp32", "802,816 × 4 bytes = 3.0625 MB"),
        "Receptive field": ("r + (k − 1) · d · j, with r and total stride j of the input", "1 + (7 − 1) · 1 · 1 = 7"),
        "Stride (total)": ("j · s", "1 · 2 = 2"),
    }


@pytest.mark.parametrize(
    ("layers", "on", "title", "worked"),
    [
        # AlexNet's second convolution in two groups: 5·5·48·256 + 256
        (
            "{conv: 5x5x256, padding: 2, groups: 2}",
            "27x27x96",
            "Parameters",
            "5×5×(96 / 2)×256 + 256 = 5×5×48×256 + 256 = 307,456",
        ),
        # LeNet-5's Table I has 60 connections
        ("{conv: 5x5x2, connections: [[0, 1, 2], [1, 2]]}", "14x14x3", "Parameters", "5×5×5 + 2 = 127"),
        ("{conv: 5x5x12, stride: 2, padding: 2, bias: untied}", "16x16x1", "Parameters", "5×5×1×12 + 8×8×12 = 1,068"),
        # conventions: 224, 7×7/2 with SAME pads 2 and 3
        ("{conv: 7x7x64, stride: 2, padding: same}", "224x224x3", "Height and width", "⌈224 / 2⌉ = 112"),
        (
            "{conv: 7x7x64, stride: 2, padding: same}",
            "224x224x3",
            "Padding",
            "max((112 − 1) · 2 + 7 − 224, 0) = 5: 2 before, 3 after",
        ),
        # conventions: 112 with 3×3/2 is 55, or 56 rounded up
        ("{max_pool: 3x3, stride: 2}", "112x112x64", "Height and width", "⌊(112 − 3) / 2⌋ + 1 = 55"),
        ("{max_pool: 3x3, stride: 2, ceil: true}", "112x112x64", "Height and width", "⌈(112 − 3) / 2⌉ + 1 = 56"),
        # windows at 0, 2 and 4 of 4 + 1 + 1 would be three, but the third starts in the padding
        (
            "{max_pool: 1x1, stride: 3, ceil: true, padding: 1}",
            "4x4x1",
            "Height and width",
            "⌈(4 + 1 + 1 − 1) / 3⌉ + 1 = 3; the last window would start in the padding, so 2",
        ),
        ("{conv: 3x3x8, dilation: 2}", "32x32x3", "Span of the kernel", "2 · (3 − 1) + 1 = 5"),
        ("{conv: 3x3x8, dilation: 2}", "32x32x3", "Receptive field", "1 + (3 − 1) · 2 · 1 = 5"),
        ("{conv: 1x7x8, padding: 0x3}", "17x17x3", "Receptive field, height", "1 + (1 − 1) · 1 · 1 = 1"),
        ("{conv: 1x7x8, padding: 0x3}", "17x17x3", "Receptive field, width", "1 + (7 − 1) · 1 · 1 = 7"),
        ("{conv: 1x7x8}", "17x17x3", "Height", "⌊(17 − 1) / 1⌋ + 1 = 17"),
        ("{conv: 1x7x8}", "17x17x3", "Width", "⌊(17 − 7) / 1⌋ + 1 = 11"),
        ("tokens, {lstm: 256, bidirectional: true}", "1x26x512", "MACs", "26 · 2 · (512 + 256) · 1024 = 40,894,464"),
        (
            "{local_conv: 9x9x16}",
            "63x63x16",
            "Parameters",
            "55×55×9×9×16×16 + 55×55×16 = 62,774,800",
        ),
        (
            "{deformable_conv: 3x3x256, padding: 1}",
            "14x14x256",
            "Parameters",
            "3×3×256×256 + 256 + 3×3×256×18 + 18 = 631,570",
        ),
        ("{conv: 80x128, stride: 4}", "32000x1", "Length", "⌊(32000 − 80) / 4⌋ + 1 = 7981"),
        ("{conv: 80x128, stride: 4}", "32000x1", "Receptive field", "1 + (80 − 1) · 1 · 1 = 80"),
        ("{conv: 80x128, stride: 4}", "32000x1", "MACs", "7981 · 80×1×128 = 81,725,440"),
        # the stem of R3D-18
        ("{conv: 3x7x7x64, stride: 1x2x2, padding: 1x3x3}", "16x112x112x3", "Depth", "⌊(16 + 1 + 1 − 3) / 1⌋ + 1 = 16"),
        (
            "{conv: 3x7x7x64, stride: 1x2x2, padding: 1x3x3}",
            "16x112x112x3",
            "Height and width",
            "⌊(112 + 3 + 3 − 7) / 2⌋ + 1 = 56",
        ),
        (
            "{conv: 3x7x7x64, stride: 1x2x2, padding: 1x3x3, bias: untied}",
            "16x112x112x3",
            "Parameters",
            "3×7×7×3×64 + 16×56×56×64 = 3,239,488",
        ),
        ("{conv: 3x7x7x64, stride: 1x2x2}", "16x112x112x3", "Receptive field, depth", "1 + (3 − 1) · 1 · 1 = 3"),
        (
            "{conv: 3x7x7x64, stride: 1x2x2}",
            "16x112x112x3",
            "Receptive field, height and width",
            "1 + (7 − 1) · 1 · 1 = 7",
        ),
        ("{max_pool: 2x2x2}", "16x112x112x3", "Depth", "⌊(16 − 2) / 2⌋ + 1 = 8"),
        # U-Net: up-convolution 2×2 doubles 28 to 56
        ("{transposed_conv: 2x2x512, stride: 2}", "28x28x1024", "Height and width", "(28 − 1) · 2 + 2 = 56"),
        (
            "{transposed_conv: 3x3x8, stride: 2, padding: 1, output_padding: 1}",
            "5x5x4",
            "Height and width",
            "(5 − 1) · 2 − 1 − 1 + 3 + 1 = 10",
        ),
        ("{transposed_conv: 2x2x512, stride: 2}", "28x28x1024", "MACs", "28×28 · 2×2×1024×512 = 1,644,167,168"),
        ("{upsample: 2}", "8x8x4", "Stride (total)", "max(⌊1 / 2⌋, 1) = 1"),
        # rows 2i − 1 to 2i + 1 of the doubled map are rows i − 1 and i of the input
        ("{upsample: 2}, {conv: 3x3x4, padding: 1}", "8x8x4", "Receptive field", "0 − (−1) + 1 = 2"),
        ("{crop: 2}", "8x8x4", "Receptive field", "1, total stride 1"),
        ("{depthwise_conv: 3x3, padding: 1, multiplier: 2}", "8x8x4", "Channels", "4 · 2 = 8"),
        # ECA: the same five weights for each of the channels
        ("{channel_conv: 5, bias: false}", "1x1x256", "MACs", "1×1×256 · 5 = 1,280"),
        ("{channel_conv: 5, bias: false}", "1x1x256", "Parameters", "5 = 5"),
        ("{fc: 120}", "5x5x16", "Parameters", "5×5×16×120 + 120 = 48,120"),
        # patches of 4×4 pixels see 4; windows of 7×7 of them see six steps of 4 more
        (
            "{conv: 4x4x8, stride: 4}, {attend: {query: identity, key: identity, value: identity}, within: 7x7}",
            "56x56x3",
            "Receptive field",
            "4 + (7 − 1) · 1 · 4 = 28",
        ),
        # BEiT: a bias for each head and relative position of 14×14 patches, and three more for the class token
        (
            "tokens, class_token, "
            "{attend: {query: identity, key: identity, value: identity}, table: relative, map: 14x14, heads: 12}",
            "14x14x768",
            "Parameters",
            "732×12 = 8,784",
        ),
        ("{fc: 120}", "5x5x16", "MACs", "5×5×16×120 = 48,000"),
        ("{fc: 120}", "5x5x16", "Receptive field", "all"),
        ("{linear: 384}", "56x56x96", "MACs", "56×56 · 96×384 = 115,605,504"),
        ("batch_norm", "56x56x64", "Parameters", "2×64 = 128"),
        ("batch_norm", "56x56x64", "Buffers, not trained", "2×64 = 128"),
        ("{max_pool: 2x2}", "8x8x4", "Parameters", "0"),
        ("tokens, {attention: 12}", "14x14x768", "MACs", "196 · 4 · 768² + 2 · 768 · 196 · 196 = 521,428,992"),
        (
            "{concat: {a: [{conv: 1x1x64}], b: [{conv: 1x1x32}]}}",
            "28x28x192",
            "Output",
            "28×28×(64 + 32) = 28×28×96",
        ),
    ],
)
def test_values_are_put_in(layers: str, on: str, title: str, worked: str) -> None:
    assert steps(layers, on)[title][1] == worked


CALCULATED = (
    "Length",
    "Depth",
    "Height",
    "Width",
    "Span",
    "Padding",
    "Parameters",
    "MACs",
    "Activations",
    "Receptive field",
    "Stride",
)
SIGNS = {"×": "*", "·": "*", "−": "-", "²": "**2", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}


def value(text: str) -> float:
    """Calculate an expression of numbers and signs."""
    text = re.sub(",(?=[0-9])", "", text)
    for sign, operator in SIGNS.items():
        text = text.replace(sign, operator)
    assert re.fullmatch(r"([-+*/(). 0-9,]|floor|ceil|max)+", text), text
    return float(eval(text, {"floor": math.floor, "ceil": math.ceil, "max": max}))  # noqa: S307


def check(step: Step) -> None:
    """Check that both sides of each equals sign have the same value."""
    if step.title.startswith(CALCULATED) and " = " in step.worked:
        sides = re.split("[;:]", step.worked)[0].split(" = ")
        assert len({value(side) for side in sides}) == 1, step


def page_steps(data: Derivations) -> list[list[Step]]:
    """Two parts for each layer, read as assets/layers.js reads them."""
    found, known, steps = list[list[Step]](), list[list[Step]](), list[Step]()
    for part in data["layers"]:
        if isinstance(part, int):
            found.append(known[part])
            continue
        read = list[Step]()
        for item, worked in zip_longest(part, part[1:]):
            if isinstance(item, int) and isinstance(worked, str):
                steps.append(Step(*data["rules"][item], worked))
                read.append(steps[-1])
            elif isinstance(item, int):
                read.append(steps[item])
        known.append(read)
        found.append(read)
    return found


def test_every_worked_figure_is_right_and_that_of_the_table_and_of_the_page(networks: list[Network]) -> None:
    seen = set[int]()
    for network in networks:
        of_page = page_steps(derivations(network))
        assert len(of_page) == 2 * len(network.layers), network.slug
        for row in network.layers:
            found = derivation.steps(row, network)
            own, field = of_page[2 * row.index : 2 * row.index + 2]
            assert own + field == found, (network.slug, row.name)
            by_title = {step.title: step.worked for step in found}
            assert by_title["Parameters"].endswith(f"{row.parameters:,}") or row.weights_of
            assert by_title["MACs"].endswith(f"{row.macs:,}")
            assert by_title["Activations"].endswith(f"{row.activations:,}")
            if id(row.stats) not in seen:
                seen.add(id(row.stats))
                for step in found:
                    check(step)
