"""A layer with other options, as on the page of its kind."""

from __future__ import annotations

import re

import pytest

from layerwise.layers import AnyLayer
from layerwise.report.layer import INPUT, calculate, form, sample
from layerwise.report.library import loads
from layerwise.report.pictures.sliding import sliding
from layerwise.report.reference.layers import ALL

KINDS = list(ALL.values())


def picture(layer: str, on: str) -> str:
    return sliding(loads(f"name: A\ninput: {on}\nlayers: [{layer}]\n").layers[-1])


def sentences(layer: str, on: str) -> list[str]:
    return re.findall("<title>(.*?)</title>", picture(layer, on))


def moves(layer: str, on: str) -> list[str]:
    return re.findall('data-move="(.*?)"', picture(layer, on))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_form_begins_with_the_example(kind: type[AnyLayer]) -> None:
    values = {field.name: field.value for field in form(kind) if field.value}
    assert values == {name: value for name, value in sample(kind).values.items() if value}
    answer = calculate(kind.kind, values)
    expected = loads(f"name: A\ninput: {kind.example.on}\nlayers: [{kind.example.layers}]\n")
    shown = loads(f"name: A\n{answer['text']}")
    assert answer["errors"] == []
    assert [node.layer for node in shown.layers] == [node.layer for node in expected.layers]


def test_form_has_the_declared_options() -> None:
    fields = {field.name: field for field in form(ALL["conv"])}
    assert {*fields} == {INPUT, *ALL["conv"].fields()}
    assert fields["bias"].choices == ["true", "false", "untied"]
    assert fields["stride"].default == "1"
    assert "Stride of the kernel" in fields["stride"].meaning


def test_example_is_taken_apart() -> None:
    assert sample(ALL["attention"]).before == ("tokens", "class_token")
    assert sample(ALL["pad_channels"]).before == ("{max_pool: 1x1, stride: 2}",)
    assert sample(ALL["conv"]).values == {"in": "224x224x3", "size": "7x7x64", "stride": "2", "padding": "3"}
    assert sample(ALL["scale"]).values == {"in": "28x28x6", "size": "", "bias": "true"}
    assert sample(ALL["matmul"]).values["size"] == "{left: identity, right: transpose}"


def test_layer_is_worked_out() -> None:
    answer = calculate("conv", {"in": "30x31x3", "size": "3x5x8", "norm": "batch_norm", "stride": "2"})
    assert answer["summary"] == "Output 14×14×8, 368 parameters, 70.6 K MACs"  # 14·14 · 3·5·3·8
    assert "3×5×3×8 + 8 = 368" in answer["parts"]["steps"]
    assert "⌊(30 − 3) / 2⌋ + 1 = 14" in answer["parts"]["steps"]
    assert "BatchNorm" in answer["parts"]["row"]
    assert answer["text"] == "input: 30x31x3\nlayers:\n  - conv: 3x5x8\n    stride: 2\n    norm: batch_norm\n"


@pytest.mark.parametrize(
    ("word", "values", "field", "message"),
    [
        (
            "conv",
            {"in": "8x8x3", "size": "3x3x4", "stride": "0"},
            "stride",
            "conv.stride: expected a whole number from",
        ),
        ("conv", {"in": "8", "size": "3x3x4"}, "in", "input: expected height × width × channels"),
        ("conv", {"in": "8x8x3", "size": ""}, "size", "conv needs its size"),
        ("conv", {"in": "2x2x3", "size": "3x3x4"}, "size", "Conv (conv): a window of 3×3 does not fit into 2×2×3"),
        ("conv", {"in": "8x8x3", "size": "3x3x4", "bias": "a: b"}, "bias", ""),
        ("pad_channels", {"in": "8x8x16", "size": "8"}, "size", "PadChannels (pad_channels): the input has 16"),
        ("attention", {"in": "8x8x3", "size": "2"}, "size", "Attention (attention): 3 channels do not divide into 2"),
        ("dropout", {"in": "8x8x3", "size": "2"}, "size", "dropout: expected a rate"),
        ("concat", {"in": "8x8x3", "size": "{a: [{conv: 3x3x4}], b: identity}"}, "size", "Concat (concat): branches"),
        ("conv", {"in": "8x8x3\nlayers: []", "size": "1x1x1"}, "in", ""),
    ],
)
def test_errors_belong_to_fields(word: str, values: dict[str, str], field: str, message: str) -> None:
    errors = calculate(word, values)["errors"]
    assert errors
    assert (errors[0][0], errors[0][1][: len(message)]) == (field, message)


def test_several_errors_are_found_together() -> None:
    errors = calculate("conv", {"in": "8x8x3", "size": "3x", "stride": "x", "padding": "y"})["errors"]
    assert [field for field, _ in errors] == ["size", "stride", "padding"]


# --- the kernel that slides -----------------------------------------------------------------------------------------


def test_positions_have_the_rows_under_the_kernel() -> None:
    shown = sentences("{conv: 3x3x4, stride: 2, padding: 1}", "6x4x3")
    assert len(shown) == 3 * 2
    assert shown[0] == "Output row 1, column 1 sees input rows 0 to 2, columns 0 to 2."
    assert shown[-1] == "Output row 3, column 2 sees input rows 4 to 6, columns 2 to 4."
    assert moves("{conv: 3x3x4, stride: 2, padding: 1}", "6x4x3")[-1] == "32px 64px"


def test_dilated_kernel_spans_more_rows() -> None:
    assert (
        sentences("{conv: 3x1x4, dilation: 2x1}", "8x2x3")[0]
        == "Output row 1, column 1 sees input rows 1 to 5, column 1."
    )


def test_large_maps_are_cut() -> None:
    drawing = picture("{conv: 7x7x64, stride: 2, padding: 3}", "224x224x3")
    assert "Only the first 5×5 positions are drawn. Dashed: padding." in drawing
    assert drawing.count("data-move") == 25


def test_last_window_of_a_pooling_that_rounds_up_passes_the_end() -> None:
    assert sentences("{max_pool: 3x3, stride: 2, ceil: true}", "6x6x1")[-1].endswith("rows 5 to 7, columns 5 to 7.")


def test_transposed_convolution_spreads_values() -> None:
    shown = sentences("{transposed_conv: 4x4x2, stride: 2, padding: 1}", "2x3x3")
    assert len(shown) == 6
    assert shown[-1] == "Input row 2, column 3 is spread over output rows 2 to 5, columns 4 to 7."


@pytest.mark.parametrize("layer", ["{conv: 16x16x4}", "global_avg_pool", "relu"])
def test_some_layers_have_no_picture(layer: str) -> None:
    assert picture(layer, "32x32x3") == ""
