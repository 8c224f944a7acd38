"""Networks without a published count, compared with sums worked out by hand, layer by layer."""

from __future__ import annotations

import pytest

from layerwise.network.catalogue import Catalogue

FC = 4096 * 4096 + 4096 + 4096 * 1000 + 1000
"""The second and third fully connected layers of AlexNet and similar networks."""

VGG_16 = 14_714_688 + (7 * 7 * 512 * 4096 + 4096) + (4096 * 4096 + 4096)
"""The convolutions of VGG-16, and its first two fully connected layers converted to convolutions."""

PARAMETERS = {
    # classifiers
    # k·k·C_in·C_out + C_out of each layer; 48, 192 and 192 input channels in the two groups of CaffeNet
    "caffenet": 34_944 + 307_456 + 885_120 + 663_936 + 442_624 + (6 * 6 * 256 * 4096 + 4096) + FC,
    "cnn-f": 23_296 + 409_856 + 3 * 590_080 + (6 * 6 * 256 * 4096 + 4096) + FC,
    "cnn-m": 14_208 + 614_656 + 1_180_160 + 2 * 2_359_808 + (6 * 6 * 512 * 4096 + 4096) + FC,
    "cnn-s": 14_208 + 614_656 + 1_180_160 + 2 * 2_359_808 + (6 * 6 * 512 * 4096 + 4096) + FC,
    # each mlpconv is one convolution followed by two 1×1 convolutions
    "nin-imagenet": (34_944 + 2 * 9_312)
    + (614_656 + 2 * 65_792)
    + (885_120 + 2 * 147_840)
    + (3_539_968 + 1_049_600 + 1_025_000),
    "all-cnn": 2_688 + 2 * 83_040 + 166_080 + 3 * 331_968 + 37_056 + 1_930,
    "caffe-lenet": 520 + 25_050 + 400_500 + 5_010,
    "cifar-10-quick": 2_432 + 25_632 + 51_264 + 65_600 + 650,
    "cifar-10-full": 2_432 + 25_632 + 51_264 + 10_250,
    "mnist-example": 320 + 18_496 + 1_179_776 + 1_290,
    "deep-mnist": 832 + 51_264 + 3_212_288 + 10_250,
    # networks whose output is an image, boxes or values
    # each level: two 3×3 convolutions on the way down; a 2×2 up-convolution and two 3×3 convolutions on the way up,
    # the first of them on twice the channels
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

RECEPTIVE_FIELDS = {
    # r grows by (k − 1)·j, and j doubles with each stride. Before conv2_x, r is 11 and j is 4, so each 3×3 of conv2_x
    # adds 2·4. In a later stage, the first 3×3 has the stride and still adds with the old j.
    "resnet-50-v1-5": 11 + 3 * 8 + (8 + 3 * 16) + (16 + 5 * 32) + (32 + 2 * 64),
    "resnet-101-v1-5": 11 + 3 * 8 + (8 + 3 * 16) + (16 + 22 * 32) + (32 + 2 * 64),
    "resnet-152-v1-5": 11 + 3 * 8 + (8 + 7 * 16) + (16 + 35 * 32) + (32 + 2 * 64),
}


@pytest.mark.parametrize("slug", PARAMETERS)
def test_parameters(catalogue: Catalogue, slug: str) -> None:
    assert catalogue.entry(slug).network.parameters == PARAMETERS[slug]


@pytest.mark.parametrize("slug", RECEPTIVE_FIELDS)
def test_receptive_field(catalogue: Catalogue, slug: str) -> None:
    receptive_field = catalogue.entry(slug).network.receptive_field
    assert receptive_field is not None
    assert receptive_field.size == (RECEPTIVE_FIELDS[slug],) * 2


def test_sums_match_known_totals() -> None:
    assert PARAMETERS["caffenet"] == 60_965_224
    assert PARAMETERS["cnn-f"] == 60_834_536
    assert PARAMETERS["cnn-m"] == 102_908_520
    assert PARAMETERS["nin-imagenet"] == 7_595_176
    assert PARAMETERS["all-cnn"] == 1_369_738
    assert PARAMETERS["cifar-10-quick"] == 145_578
    assert PARAMETERS["cifar-10-full"] == 89_578
    assert PARAMETERS["mnist-example"] == 1_199_882
    assert PARAMETERS["deep-mnist"] == 3_274_634
    assert PARAMETERS["unet"] == 31_030_658
    assert PARAMETERS["fcn-32s"] == 134_346_581
    assert PARAMETERS["dqn-4-actions"] == 1_686_180
    assert PARAMETERS["dqn-18-actions"] == 1_693_362
    assert PARAMETERS["dcgan-generator"] == 3_576_704
    assert PARAMETERS["dcgan-discriminator"] == 2_765_568
    assert PARAMETERS["mtcnn-p-net"] == 6_632
    assert [*RECEPTIVE_FIELDS.values()] == [427, 971, 1451]


def test_fixed_interpolation_of_fcn_32s_is_a_buffer(catalogue: Catalogue) -> None:
    assert catalogue.entry("fcn-32s").network.buffers == 64 * 64 * 21 * 21


@pytest.mark.parametrize(("slug", "side"), [("unet", 388), ("fcn-8s", 500), ("srcnn-9-5-5", 17), ("fsrcnn", 19)])
def test_output_size(catalogue: Catalogue, slug: str, side: int) -> None:
    assert catalogue.entry(slug).network.layers[-1].stats.output.spatial == (side, side)
