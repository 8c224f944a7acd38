"""Merges of branches, on shapes worked out by hand: broadcasting, positions, and the products of branches."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from layerwise.core.errors import DefinitionError, ShapeError
from layerwise.core.shape import Shape, parse_sides
from layerwise.definition import parse
from layerwise.layers import MERGES, LayerStats
from layerwise.network.assembly import assemble


class Case(NamedTuple):
    kind: str
    options: dict[str, Any]
    shapes: str
    output_shape: str
    macs: int = 0
    formula: str = ""


CASES = [
    Case("add", {}, "8x8x16 8x8x16", "8x8x16"),
    Case("add", {}, "8x8x16 1x1x16", "8x8x16"),  # the time step of DDPM: one value for each channel
    Case("add", {}, "8x8x1 1x1x16", "8x8x16"),
    Case("subtract", {}, "8x8x16 8x8x16", "8x8x16"),
    Case("subtract", {"absolute": True}, "8x8x16 1x1x16", "8x8x16"),
    Case("multiply", {}, "8x8x16 1x1x16", "8x8x16"),
    Case("multiply", {}, "1x1x16 8x8x1", "8x8x16"),
    Case("concat", {}, "8x8x16 8x8x4", "8x8x20"),
    # CrossViT: a class token before 196 tokens
    Case("concat", {"along": "positions"}, "1x192 196x192", "197x192"),
    # 1,024 points of 3 coordinates by a 3×3 matrix (PointNet's input transform): 1,024 · 3 · 3
    Case("matmul", {}, "1024x3 3x3", "1024x3", 9_216),
    Case("matmul", {}, "7x5x4 4x6", "7x5x6", 35 * 4 * 6),
    # ViT-B/16: the products of {attention: 12} on 197×768 are 2 · 197² · 768
    Case("uncounted_merge", {"output": "3x4", "operation": "lstm"}, "7x5x8 6", "3x4", 0, "not counted: lstm"),
    Case("attend", {"heads": 12}, "197x768 197x768 197x768", "197x768", 59_610_624),
    # PVT v2-B0, first stage: 56×56 queries, keys and values of 7×7: 3,136 · 49 · (32 + 32)
    Case("attend", {}, "56x56x32 7x7x32 7x7x32", "56x56x32", 9_834_496),
    # LeViT-128S, first stage: 14×14 positions, 4 heads with 16 values in a key and 32 in a value:
    # 196² · (64 + 128) = 7,375,872; a bias for each of 14·14 distances and head
    Case("attend", {"heads": 4, "table": "absolute"}, "14x14x64 14x14x64 14x14x128", "14x14x128", 7_375_872, "14×14×4"),
    # its attention between stages: 7×7 queries of 14×14 positions, 8 heads of 16 and 64: 49 · 196 · (128 + 512)
    Case("attend", {"heads": 8, "table": "absolute"}, "7x7x128 14x14x128 14x14x512", "7x7x512", 6_146_560, "14×14×8"),
    # Swin-T, first stage, as {window_attention: 7x7, heads: 3}: 2 · 3,136 · 49 · 96, and 13·13 relative positions
    Case(
        "attend",
        {"heads": 3, "within": "7x7", "table": "relative"},
        "56x56x96 56x56x96 56x56x96",
        "56x56x96",
        2 * 3136 * 49 * 96,
        "13×13×3",
    ),
    # MaxViT-T, first stage, as {grid_attention: 7x7, heads: 2}
    Case("attend", {"heads": 2, "grid": "7x7"}, "56x56x64 56x56x64 56x56x64", "56x56x64", 2 * 3136 * 49 * 64),
    # Hiera-T, between its first stages: 28×28 pooled queries within windows of 8×8 keys: 784 · 64 · (192 + 192)
    Case("attend", {"heads": 2, "within": "8x8"}, "28x28x192 56x56x192 56x56x192", "28x28x192", 784 * 64 * 384),
    # CaiT-XXS24: 196 tokens, 4 heads that a 4×4 layer mixes before and another after the softmax
    Case(
        "attend",
        {"heads": 4, "talking_heads": True},
        "196x192 196x192 196x192",
        "196x192",
        196 * 196 * (2 * 192 + 2 * 4 * 4),
        "4×4 + 4 + 4×4 + 4",
    ),
    # CoAtNet: a map of 14×14 has 27·27 relative positions
    Case("attend", {"table": "relative"}, "14x14x32 14x14x32 14x14x32", "14x14x32", 196 * 196 * 64, "27×27×1"),
    # BEiT-B: 14·14 patches and a class token: 2 · 197² · 768, and a table of 27·27 + 3 rows
    Case(
        "attend",
        {"heads": 12, "table": "relative", "map": "14x14"},
        "197x768 197x768 197x768",
        "197x768",
        59_610_624,
        "732×12",
    ),
    # linear attention of 196 positions with 8 heads of 16: keys by values 196 · 128 · 16, then by queries the same
    Case("attend", {"heads": 8, "form": "linear"}, "196x128 196x128 196x128", "196x128", 2 * 196 * 128 * 16),
    # XCiT-N12: 196 positions, 4 heads of 32: channels by channels 196 · 128 · 32, then by values the same
    Case("attend", {"heads": 4, "form": "channels"}, "196x128 196x128 196x128", "196x128", 2 * 196 * 128 * 32),
    Case(
        "attend",
        {"heads": 4, "form": "channels", "temperature": True},
        "196x128 196x128 196x128",
        "196x128",
        2 * 196 * 128 * 32,
        "4",
    ),
]


def analyzed(kind: str, options: dict[str, Any], shapes: str) -> LayerStats:
    return MERGES[kind].read(options).analyze(tuple(Shape(parse_sides(text)) for text in shapes.split()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind} {case.options} {case.shapes}")
def test_merge(case: Case) -> None:
    stats = analyzed(*case[:3])
    assert (stats.output, stats.macs, stats.formula) == (Shape(parse_sides(case.output_shape)), case.macs, case.formula)
    assert stats.attention_macs == case.macs


@pytest.mark.parametrize(
    ("kind", "options", "shapes", "message"),
    [
        ("add", {}, "8x8x16 8x8x4", "must have the same shape or sides of one, got 8×8×16, 8×8×4"),
        ("add", {}, "8x8x16 16", "must have the same shape or sides of one"),
        ("multiply", {}, "1x1x16 8x8x16", "a gate must have the shape 1×1×16 or sides of one"),
        ("multiply", {}, "8x8x16 2x2x16", "a gate must have the shape 8×8×16 or sides of one"),
        ("concat", {"along": "positions"}, "7x7x8 7x7x8", "must be tokens T×C, got 7×7×8, 7×7×8"),
        ("concat", {"along": "positions"}, "4x8 4x9", "must be tokens T×C, got 4×8, 4×9"),
        ("matmul", {}, "4x8 4x8", "needs T×K or a map on the left and K×N on the right, got 4×8 and 4×8"),
        ("matmul", {}, "8 8x4", "needs T×K or a map on the left"),
        ("attend", {}, "64 64 64", "needs queries, keys and values as maps or tokens, got 64, 64, 64"),
        ("attend", {}, "4x8 4x9 4x8", "queries and keys must have the same channels, got 4×8 and 4×9"),
        ("attend", {}, "4x8 4x8 5x8", "keys and values must have the same positions, got 4×8 and 5×8"),
        ("attend", {"heads": 3}, "4x9 4x9 4x8", "8 channels do not divide into 3 heads"),
        ("attend", {"form": "channels"}, "4x8 5x8 5x8", "attend to each other at the same positions, got 4×8 and 5×8"),
        ("attend", {"within": "2x2"}, "4x8 4x8 4x8", "needs maps for within, grid and table"),
        ("attend", {"grid": "2x2"}, "4x4x8 2x2x8 2x2x8", "needs maps of one size for grid"),
        ("attend", {"within": "2x2"}, "3x3x8 4x4x8 4x4x8", "needs queries in each window"),
        ("attend", {"map": "2x2"}, "5x8 5x8 5x8", "needs table: relative with map"),
        ("attend", {"map": "2x2", "table": "relative"}, "4x8 4x8 4x8", "needs 5 tokens for a class and a map of 2×2"),
        ("attend", {"form": "linear", "talking_heads": True}, "4x8 4x8 4x8", "has no talking heads with form"),
        ("attend", {"within": "3x2"}, "4x4x8 4x4x8 4x4x8", "a map of 4×4 does not divide into 3×2"),
        ("attend", {"within": "2x2", "grid": "2x2"}, "4x4x8 4x4x8 4x4x8", "cannot have both within and grid"),
        ("attend", {"form": "linear", "grid": "2x2"}, "4x4x8 4x4x8 4x4x8", "has no within, grid or table with form"),
    ],
)
def test_shapes_a_merge_cannot_take(kind: str, options: dict[str, Any], shapes: str, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        analyzed(kind, options, shapes)


def network(layers: str, input_shape: str = "56x56x96") -> Any:
    definition = parse(f"name: Test\ninput: {input_shape}\nlayers: {layers}\n", "test.yml")
    return assemble(definition, definition.variants[0])


SWIN = "[{conv: 4x4x96, stride: 4}, {window_attention: 7x7, heads: 3}]"
COMPOSED = """
  - {conv: 4x4x96, stride: 4}
  - {conv: 1x1x288}
  - attend: {value: [{channels: 3/3}], query: [{channels: 1/3}], key: [{channels: 2/3}]}
    heads: 3
    within: 7x7
    table: relative
  - {conv: 1x1x96}
"""


def test_attention_of_layers_equals_the_kind_that_hides_them() -> None:
    short, composed = network(SWIN, "224x224x3"), network(COMPOSED, "224x224x3")
    for figure in ("parameters", "macs", "depth", "receptive_field"):
        assert getattr(composed, figure) == getattr(short, figure), figure
    assert composed.layers[-2].depth == 2


def test_attention_over_all_positions_sees_everything() -> None:
    found = network("[{attend: {query: identity, key: identity, value: identity}}]", "8x8x4")
    assert found.layers[0].receptive_field is None


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            "[{attend: [identity, identity, identity]}]",
            "3:11: attend needs the branches query, key, value, got 1, 2, 3",
        ),
        ("[{matmul: {left: identity, to: identity}}]", "3:11: matmul needs the branches left, right, got left, to"),
        (
            "[{matmul: {left: identity, right: {when: true, layers: [relu]}}}]",
            "when is not available here: matmul needs all of its branches",
        ),
    ],
)
def test_branches_have_certain_names(layers: str, message: str) -> None:
    with pytest.raises(DefinitionError) as error:
        network(layers)
    assert message in str(error.value.diagnostics[0])
