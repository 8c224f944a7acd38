"""Networks that answer with images, boxes or values, of which no source prints the count, against sums by hand."""

from __future__ import annotations

import pytest

from layerwise.network.catalogue import Catalogue

VGG_16 = 14_714_688 + (7 * 7 * 512 * 4096 + 4096) + (4096 * 4096 + 4096)
"""The convolutions of VGG-16, and its first two fully connected layers as convolutions."""

PARAMETERS = {
    # two 3×3 convolutions a level, then a 2×2 up-convolution and two 3×3 on twice the channels
    "unet": 37_568
    + sum((9 * n * n // 2 + n) + (9 * n * n + n) for n in (128, 256, 512, 1024))
    + sum((4 * 2 * n * n + n) + (9 * 2 * n * n + n) + (9 * n * n + n) for n in (512, 256, 128, 64))
    + 130,
    "fcn-32s": VGG_16 + (4096 * 21 + 21),
    "fcn-16s": VGG_16 + (4096 * 21 + 21) + (512 * 21 + 21),
    "fcn-8s": VGG_16 + (4096 * 21 + 21) + (512 * 21 + 21) + (256 * 21 + 21),
    "srcnn-9-1-5": 8_032 + 64 + 32 + 1,
    "vdsr": 640 + 18 * 36_928 + 577,
    "espcn": 1_664 + 18_464 + 2_601,
    "dqn-4-actions": 8_224 + 32_832 + 36_928 + 1_606_144 + 2_052,
    "dqn-18-actions": 8_224 + 32_832 + 36_928 + 1_606_144 + 9_234,
    "dcgan-generator": 819_200 + 1_024 + 2_097_152 + 512 + 524_288 + 256 + 131_072 + 128 + 3_072,
    "dcgan-discriminator": 3_072 + 131_072 + 256 + 524_288 + 512 + 2_097_152 + 1_024 + 8_192,
    "mtcnn-p-net": 280 + 10 + 1_456 + 16 + 4_640 + 32 + 66 + 132,
    "mtcnn-r-net": 784 + 28 + 12_144 + 48 + 12_352 + 64 + 73_856 + 128 + 258 + 516,
    "mtcnn-o-net": 896 + 32 + 18_496 + 64 + 36_928 + 64 + 32_896 + 128 + 295_168 + 256 + 514 + 1_028 + 2_570,
}


@pytest.mark.parametrize("slug", PARAMETERS)
def test_parameters(catalogue: Catalogue, slug: str) -> None:
    assert catalogue.entry(slug).network.parameters == PARAMETERS[slug]


def test_the_sums_are_those_that_are_known() -> None:
    assert PARAMETERS["unet"] == 31_030_658
    assert PARAMETERS["fcn-32s"] == 134_346_581
    assert PARAMETERS["dqn-4-actions"] == 1_686_180
    assert PARAMETERS["dqn-18-actions"] == 1_693_362
    assert PARAMETERS["dcgan-generator"] == 3_576_704
    assert PARAMETERS["dcgan-discriminator"] == 2_765_568
    assert PARAMETERS["mtcnn-p-net"] == 6_632


def test_interpolation_of_fcn_32s(catalogue: Catalogue) -> None:
    assert catalogue.entry("fcn-32s").network.buffers == 64 * 64 * 21 * 21


@pytest.mark.parametrize(("slug", "side"), [("unet", 388), ("fcn-8s", 500), ("srcnn-9-5-5", 17), ("fsrcnn", 19)])
def test_sides_of_the_output(catalogue: Catalogue, slug: str, side: int) -> None:
    assert catalogue.entry(slug).network.layers[-1].stats.output.spatial == (side, side)
