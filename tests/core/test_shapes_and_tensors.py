"""Shapes, their text, and the formulas of tensors."""

from __future__ import annotations

import pytest

from layerwise.core.shape import Shape, parse_sides, times
from layerwise.core.tensors import Tensor, count, formula


@pytest.mark.parametrize(
    ("shape", "channels", "spatial", "elements", "is_map", "text"),
    [
        (Shape((28, 28, 6)), 6, (28, 28), 4704, True, "28×28×6"),
        (Shape((1, 1, 1)), 1, (1, 1), 1, True, "1×1×1"),
        (Shape((197, 768)), 768, (197,), 151_296, False, "197×768"),
        (Shape((120,)), 120, (), 120, False, "120"),
    ],
)
def test_shape(shape: Shape, channels: int, spatial: tuple[int, ...], elements: int, is_map: bool, text: str) -> None:
    assert (shape.channels, shape.spatial, shape.elements, shape.is_map) == (channels, spatial, elements, is_map)
    assert str(shape) == times(shape) == text


@pytest.mark.parametrize(("shape", "expected"), [((7, 7, 512), (7, 7, 64)), ((197, 768), (197, 64)), ((4096,), (64,))])
def test_other_channels(shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    changed = Shape(shape).with_channels(64)
    assert changed == expected
    assert isinstance(changed, Shape)


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("5x5x6", (5, 5, 6)),
        ("5×5×6", (5, 5, 6)),
        ("5x5×6", (5, 5, 6)),
        ("120", (120,)),
        (120, (120,)),
        ("0x3", (0, 3)),
        ("0", (0,)),
        (-1, (-1,)),
        ("0x1x0x1", (0, 1, 0, 1)),
    ],
)
def test_sides(text: str | int, sides: tuple[int, ...]) -> None:
    assert parse_sides(text) == sides


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "5x", "x5", "5xx5", "5 x 5", " 5", "5x5x6 ", "5*5", "5,5", "5X5"),
        *("-5", "+5", "5.0", "1e2", "017", "5x05", "00", "1_0", "0b1", "five", "٣x٣", "５", "²"),
        "9" * 5000,
    ],
    ids=lambda text: text[:10],
)
def test_not_sides(text: str) -> None:
    with pytest.raises(ValueError, match=r"write numbers joined by x|Exceeds the limit"):
        parse_sides(text)


WEIGHT, BIAS = Tensor("weight", (5, 5, 1, 6)), Tensor("bias", (6,))


@pytest.mark.parametrize(
    ("tensors", "text", "values"),
    [
        ((), "", 0),
        # LeNet-5, first convolution: 5 · 5 · 1 · 6 + 6 = 156
        ((WEIGHT, BIAS), "5×5×1×6 + 6", 156),
        ((WEIGHT,), "5×5×1×6", 150),
        ((BIAS,), "6", 6),
        # equal neighbours are taken together, equal ones apart are not
        ((BIAS, BIAS), "2×6", 12),
        ((BIAS, BIAS, BIAS), "3×6", 18),
        ((BIAS, WEIGHT, BIAS), "6 + 5×5×1×6 + 6", 162),
        ((BIAS, BIAS, WEIGHT, BIAS), "2×6 + 5×5×1×6 + 6", 168),
        ((WEIGHT, WEIGHT), "2×5×5×1×6", 300),
        # the first fully connected layer of VGG-16 keeps the sides of its map: 7 · 7 · 512 · 4096 + 4096
        ((Tensor("weight", (7, 7, 512, 4096)), Tensor("bias", (4096,))), "7×7×512×4096 + 4096", 102_764_544),
    ],
)
def test_formula(tensors: tuple[Tensor, ...], text: str, values: int) -> None:
    assert formula(tensors) == text
    assert count(tensors) == values
