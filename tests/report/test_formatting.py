"""Numbers as the site prints them."""

from __future__ import annotations

import pytest

from layerwise.report.formatting import grouped, memory, rounded_count, rounded_memory, scaled, share


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (850, "850"), (1000, "1,000"), (61_706, "61,706"), (138_357_544, "138,357,544")]
)
def test_grouped(number: int, text: str) -> None:
    assert grouped(number) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0.000 KB"),
        (4, "0.004 KB"),
        (1024, "1.000 KB"),
        # LeNet-5: 61,706 · 4 / 1024 = 241.0390625
        (61_706 * 4, "241.039 KB"),
        # one byte below a megabyte is 1023.999 KB and a bit
        (1024**2 - 4, "1,023.996 KB"),
        (1024**2, "1.0000 MB"),
        # AlexNet's 62,378,344 · 4 / 1024² = 237.9545…, VGG-16's 138,357,544 · 4 / 1024² = 527.7921…
        (62_378_344 * 4, "237.9545 MB"),
        (138_357_544 * 4, "527.7921 MB"),
        (4 * 1024**3, "4,096.0000 MB"),
    ],
)
def test_memory(size: int, text: str) -> None:
    assert memory(size) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.000 KB"),
        (61_706 * 4, "241.0 KB"),
        (1024**2 - 4, "1,024 KB"),
        (1024**2, "1.000 MB"),
        (480_309_308 * 4, "1.789 GB"),
        (9_633_792, "9.188 MB"),  # 9.1875, and ties go to the even digit
        (25_557_032 * 4, "97.49 MB"),
        (138_357_544 * 4, "527.8 MB"),
        (4 * 1024**3, "4.000 GB"),
        (5000 * 1024**3, "5,000 GB"),
    ],
)
def test_rounded_memory(size: int, text: str) -> None:
    assert rounded_memory(size) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (850, "850"),
        (999, "999"),
        (1000, "1.0 K"),
        (416_520, "416.5 K"),
        (999_949, "999.9 K"),
        (1_000_000, "1.0 M"),
        (568_740_352, "568.7 M"),
        (1_000_000_000, "1.000 G"),
        (15_470_264_320, "15.470 G"),
        (1_234_000_000_000, "1.234 T"),
        # what would be rounded to a thousand goes to the next letter
        (999_999, "1.0 M"),
        (999_960_000, "1.000 G"),
        (999_999_700_000, "1.000 T"),
    ],
)
def test_scaled(number: int, text: str) -> None:
    assert scaled(number) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, ""),
        (0, 5, "0.0 %"),
        (5, 5, "100.0 %"),
        (1, 3, "33.3 %"),
        (2, 3, "66.7 %"),
        (1, 1000, "0.1 %"),
        (38_720, 138_357_544, "< 0.1 %"),  # conv1 of VGG-16 has a share that is not zero: 0.028 %
    ],
)
def test_share(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (999, "999"), (416_520, "416.5 K"), (568_740_352, "568.7 M"), (15_470_264_320, "15.47 G"),
        (999_999, "1,000 K"), (9_999_600, "10.00 M"), (1_234_000_000_000_000, "1,234 T"),
    ],
)  # fmt: skip
def test_rounded_count_has_four_digits(number: int, text: str) -> None:
    assert rounded_count(number) == text
