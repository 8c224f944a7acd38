"""Sliding windows: output sizes and padding, each worked out by hand."""

from __future__ import annotations

import pytest

from layerwise.core.errors import ShapeError
from layerwise.core.windows import (
    Padding,
    Sides,
    both_ends,
    extent,
    half_padding,
    output_size,
    output_size_ceil,
    same_padding,
)


@pytest.mark.parametrize(
    ("kernel", "dilation", "expected"),
    [(1, 1, 1), (3, 1, 3), (3, 2, 5), (3, 4, 9), (2, 3, 4), (1, 9, 1), (5, 2, 9)],
)
def test_extent(kernel: int, dilation: int, expected: int) -> None:
    assert extent(kernel, dilation) == expected


@pytest.mark.parametrize(
    ("padded", "kernel", "stride", "dilation", "expected"),
    [
        # LeNet-5: 32 − 5 + 1 = 28 → 28 / 2 = 14 → 10 → 5 (LeCun et al., 1998, figure 2)
        (32, 5, 1, 1, 28),
        (28, 2, 2, 1, 14),
        (14, 5, 1, 1, 10),
        (10, 2, 2, 1, 5),
        # AlexNet: (227 − 11) / 4 + 1 = 55; with 224 the division leaves a remainder: ⌊213 / 4⌋ + 1 = 54
        (227, 11, 4, 1, 55),
        (224, 11, 4, 1, 54),
        (224 + 2 * 2, 11, 4, 1, 55),
        # ResNet: ⌊(224 + 6 − 7) / 2⌋ + 1 = ⌊111.5⌋ + 1 = 112; ⌊(112 + 2 − 3) / 2⌋ + 1 = ⌊55.5⌋ + 1 = 56
        (224 + 2 * 3, 7, 2, 1, 112),
        (112 + 2 * 1, 3, 2, 1, 56),
        # strides that do not divide: ⌊5 / 3⌋ + 1 = 2, ⌊6 / 3⌋ + 1 = 3, ⌊7 / 3⌋ + 1 = 3
        (7, 2, 3, 1, 2),
        (8, 2, 3, 1, 3),
        (9, 2, 3, 1, 3),
        # a stride larger than the map leaves one position, larger than the kernel skips pixels
        (5, 3, 10, 1, 1),
        (10, 1, 3, 1, 4),
        # dilation: a kernel of 3 with dilation 2 spans 5, with 4 it spans 9
        (7, 3, 1, 2, 3),
        (28 + 2 * 2, 3, 1, 2, 28),
        (28 + 2 * 4, 3, 1, 4, 28),
        (9, 3, 2, 4, 1),
        # a kernel as large as the map, and larger
        (5, 5, 1, 1, 1),
        (5, 6, 1, 1, 0),
        (5, 9, 7, 1, 0),
        (5, 3, 1, 3, 0),
        (1, 1, 1, 1, 1),
    ],
)
def test_output_size(padded: int, kernel: int, stride: int, dilation: int, expected: int) -> None:
    assert output_size(padded, kernel, stride, dilation) == expected


@pytest.mark.parametrize(
    ("size", "before", "after", "kernel", "stride", "floor", "ceil"),
    [
        # 3×3 / 2 on 112 (GoogLeNet, SqueezeNet): (112 − 3) / 2 = 54.5 → 55 or 56
        (112, 0, 0, 3, 2, 55, 56),
        (56, 0, 0, 3, 2, 27, 28),
        (28, 0, 0, 3, 2, 13, 14),
        (14, 0, 0, 3, 2, 6, 7),
        # what divides is the same: (55 − 3) / 2 = 26 → 27 (AlexNet); (111 − 3) / 2 = 54 → 55 (SqueezeNet 1.0)
        (55, 0, 0, 3, 2, 27, 27),
        (111, 0, 0, 3, 2, 55, 55),
        (4, 0, 0, 2, 2, 2, 2),
        (5, 0, 0, 2, 2, 2, 3),
        # the last window starts at 4 of 5 pixels, and stays: 0, 2, 4
        (5, 0, 0, 1, 2, 3, 3),
        (6, 0, 0, 1, 2, 3, 3),
        # a window that starts in the padding at the end is dropped: starts at 0, 2, 4, 6 of 1 + 5 = 6 pixels → 3
        (5, 1, 1, 2, 2, 3, 3),
        # ⌈(4 + 2 − 2) / 3⌉ + 1 = 3, but the third would start at 6 ≥ 4 + 1
        (4, 1, 1, 2, 3, 2, 2),
        # ⌈(3 + 2 − 2) / 2⌉ + 1 = 3, but the third would start at 4 ≥ 3 + 1
        (3, 1, 1, 2, 2, 2, 2),
        # ⌈(6 + 2 − 3) / 2⌉ + 1 = 4, and the fourth starts at 6 < 6 + 1
        (6, 1, 1, 3, 2, 3, 4),
        # a stride larger than the window: ⌈(7 − 2) / 4⌉ + 1 = 3, but the third would start at 8 ≥ 7
        (7, 0, 0, 2, 4, 2, 2),
        # a stride of one rounds nothing
        (14, 1, 1, 3, 1, 14, 14),
        # one window, and none
        (3, 0, 0, 3, 2, 1, 1),
        (2, 0, 0, 3, 2, 0, 0),
    ],
)
def test_rounding_up(size: int, before: int, after: int, kernel: int, stride: int, floor: int, ceil: int) -> None:
    assert output_size(size + before + after, kernel, stride) == floor
    assert output_size_ceil(size, before, after, kernel, stride) == ceil


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation", "expected"),
    [
        # (⌈224 / 2⌉ − 1) · 2 + 7 − 224 = 5 → 2 before, 3 after: TensorFlow puts the odd pixel at the bottom and right
        (224, 7, 2, 1, (2, 3)),
        # (112 − 1) · 2 + 3 − 224 = 1 → 0 and 1; on an odd side (113 − 1) · 2 + 3 − 225 = 2 → 1 and 1
        (224, 3, 2, 1, (0, 1)),
        (225, 3, 2, 1, (1, 1)),
        (299, 3, 2, 1, (1, 1)),
        (112, 3, 2, 1, (0, 1)),
        # stride one: k − 1 pixels, an even kernel has its odd one after
        (28, 3, 1, 1, (1, 1)),
        (28, 5, 1, 1, (2, 2)),
        (28, 2, 1, 1, (0, 1)),
        (28, 4, 1, 1, (1, 2)),
        (28, 1, 1, 1, (0, 0)),
        # dilation 2 makes of 3 an extent of 5
        (28, 3, 1, 2, (2, 2)),
        (28, 2, 1, 3, (1, 2)),
        # a window smaller than its stride needs no padding, and never a negative one
        (224, 1, 2, 1, (0, 0)),
        (10, 2, 3, 1, (0, 1)),
        (9, 2, 3, 1, (0, 0)),
        (12, 1, 5, 1, (0, 0)),
        # a kernel larger than the map: (1 − 1) · 1 + 7 − 2 = 5
        (2, 7, 2, 1, (2, 3)),
        (1, 3, 1, 1, (1, 1)),
        # EfficientNet-B0 at 224: 5×5 / 2 on 56 → (28 − 1) · 2 + 5 − 56 = 3 → 1 and 2
        (56, 5, 2, 1, (1, 2)),
    ],
)
def test_same_padding(size: int, kernel: int, stride: int, dilation: int, expected: tuple[int, int]) -> None:
    before, after = same_padding(size, kernel, stride, dilation)
    assert (before, after) == expected


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_leaves_the_size_divided_by_the_stride_rounded_up(stride: int, dilation: int) -> None:
    for size in range(1, 40):
        for kernel in range(1, 8):
            padded = size + sum(same_padding(size, kernel, stride, dilation))
            assert output_size(padded, kernel, stride, dilation) == (size + stride - 1) // stride


@pytest.mark.parametrize(
    ("kernel", "dilation", "expected"),
    # half the kernel of AlexNet's 11×11 is 5; two elements 2 apart span 3; three 4 apart span 9
    [(1, 1, 0), (3, 1, 1), (11, 1, 5), (2, 2, 1), (3, 4, 4)],
)
def test_half_padding(kernel: int, dilation: int, expected: int) -> None:
    assert half_padding(kernel, dilation) == expected
    assert output_size(28 + 2 * expected, kernel, 1, dilation) == 28


def test_half_padding_needs_an_odd_kernel() -> None:
    with pytest.raises(ShapeError, match="cannot have half padding: its kernel of 4 would need 3 / 2 on each side"):
        half_padding(4)


def test_padding_knows_both_ends_of_each_side() -> None:
    assert Padding((0, 1, 2, 3)).margins == ((0, 1), (2, 3))


@pytest.mark.parametrize(
    ("given", "sides", "expected"),
    [
        ((1,), 1, (1, 1)),
        ((2, 0), 1, (2, 0)),  # before and after: a causal convolution
        ((1,), 2, (1, 1, 1, 1)),
        ((0, 3), 2, (0, 0, 3, 3)),
        ((0, 1, 2, 3), 2, (0, 1, 2, 3)),
        ((1, 3, 3), 3, (1, 1, 3, 3, 3, 3)),
        ((0, 1, 2, 3, 4, 5), 3, (0, 1, 2, 3, 4, 5)),
    ],
)
def test_padding_of_any_number_of_sides(given: Sides, sides: int, expected: Sides) -> None:
    assert both_ends(given, sides) == expected


@pytest.mark.parametrize(("given", "sides"), [((1, 2, 3), 1), ((1, 2, 3), 2), ((1, 2), 3), ((0, 1, 2, 3), 3)])
def test_padding_of_another_number_of_sides_is_refused(given: Sides, sides: int) -> None:
    with pytest.raises(ShapeError, match="does not fit"):
        both_ends(given, sides)
