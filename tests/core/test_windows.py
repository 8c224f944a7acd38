"""Sliding windows: output sizes, padding and receptive fields, each worked out by hand."""

from __future__ import annotations

import pytest

from layerwise.core.windows import (
    NO_PADDING,
    Padding,
    Pair,
    ReceptiveField,
    Window,
    extent,
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
        # a window that starts in the padding behind is dropped: starts at 0, 2, 4, 6 of 1 + 5 = 6 pixels → 3
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
        # (⌈224 / 2⌉ − 1) · 2 + 7 − 224 = 5 → 2 before, 3 behind: TensorFlow puts the odd pixel at the bottom and right
        (224, 7, 2, 1, (2, 3)),
        # (112 − 1) · 2 + 3 − 224 = 1 → 0 and 1; on an odd side (113 − 1) · 2 + 3 − 225 = 2 → 1 and 1
        (224, 3, 2, 1, (0, 1)),
        (225, 3, 2, 1, (1, 1)),
        (299, 3, 2, 1, (1, 1)),
        (112, 3, 2, 1, (0, 1)),
        # stride one: k − 1 pixels, an even kernel has its odd one behind
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
def test_same_padding(size: int, kernel: int, stride: int, dilation: int, expected: Pair) -> None:
    before, after = same_padding(size, kernel, stride, dilation)
    assert (before, after) == expected


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_leaves_the_size_divided_by_the_stride_rounded_up(stride: int, dilation: int) -> None:
    for size in range(1, 40):
        for kernel in range(1, 8):
            padded = size + sum(same_padding(size, kernel, stride, dilation))
            assert output_size(padded, kernel, stride, dilation) == (size + stride - 1) // stride


def square(kernel: int, stride: int = 1, dilation: int = 1) -> Window:
    return Window((kernel, kernel), (stride, stride), NO_PADDING, (dilation, dilation))


@pytest.mark.parametrize(
    ("windows", "size", "step"),
    [
        ([], (1, 1), (1, 1)),
        ([square(5)], (5, 5), (1, 1)),
        # two 3×3 see what one 5×5 sees, three what one 7×7 sees (Simonyan & Zisserman, 2014, section 2.3)
        ([square(3)] * 2, (5, 5), (1, 1)),
        ([square(3)] * 3, (7, 7), (1, 1)),
        # LeNet-5: 5, then + 1 · 1 = 6 with step 2, + 4 · 2 = 14, + 1 · 2 = 16 with step 4
        ([square(5), square(2, 2), square(5), square(2, 2)], (16, 16), (4, 4)),
        # AlexNet: 11/4 → 11, step 4; 3/2 → 19, step 8; 5 → 51; 3/2 → 67, step 16; three of 3 → 99, 131, 163; 3/2 → 195
        (
            [square(11, 4), square(3, 2), square(5), square(3, 2), *[square(3)] * 3, square(3, 2)],
            (195, 195),
            (32, 32),
        ),
        # ResNet's beginning: 7/2 → 7, step 2; 3/2 → 11, step 4
        ([square(7, 2), square(3, 2)], (11, 11), (4, 4)),
        # dilation 2 doubles what a kernel adds: 3 → 3 + 2 · 2 = 7 → 7 + 2 · 4 = 15
        ([square(3), square(3, 1, 2), square(3, 1, 4)], (15, 15), (1, 1)),
        # a 1×1 kernel sees nothing new, even with a stride
        ([square(1, 2), square(3)], (5, 5), (2, 2)),
        # 1×7 and 7×1 grow along one side each
        ([Window((1, 7), (1, 1))], (1, 7), (1, 1)),
        ([Window((1, 7), (1, 1)), Window((7, 1), (1, 2))], (7, 7), (1, 2)),
        ([Window((3, 3), (2, 1)), Window((3, 3), (1, 1))], (7, 5), (2, 1)),
        # upsampling by 2 brings the regions of neighbours closer, to one pixel at least
        ([square(4, 4), Window((1, 1), (1, 1), upsampling=(2, 2))], (4, 4), (2, 2)),
        ([Window((1, 1), (1, 1), upsampling=(2, 2))], (1, 1), (1, 1)),
    ],
)
def test_receptive_field(windows: list[Window], size: Pair, step: Pair) -> None:
    field = ReceptiveField()
    for window in windows:
        field = field.through(window)
    assert field == ReceptiveField(size, step)


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        (ReceptiveField(), ReceptiveField((3, 3), (1, 1)), ReceptiveField((3, 3), (1, 1))),
        (ReceptiveField((5, 1), (2, 2)), ReceptiveField((3, 7), (2, 2)), ReceptiveField((5, 7), (2, 2))),
    ],
)
def test_joined_fields_are_the_largest(one: ReceptiveField, other: ReceptiveField, merged: ReceptiveField) -> None:
    assert one.merged(other) == merged
    assert other.merged(one) == merged


def test_padding_names_its_sides() -> None:
    assert Padding(0, 1, 2, 3)._asdict() == {"top": 0, "bottom": 1, "left": 2, "right": 3}
