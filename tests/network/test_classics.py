"""Networks of which no source prints the count, against sums worked out by hand, layer by layer."""

from __future__ import annotations

import pytest

from layerwise.network.catalogue import Catalogue

FC = 4096 * 4096 + 4096 + 4096 * 1000 + 1000
"""The second and third fully connected layers of AlexNet and its kin."""

PARAMETERS = {
    # k·k·C_in·C_out + C_out of each layer; 48, 192 and 192 input channels in the two groups of CaffeNet
    "caffenet": 34_944 + 307_456 + 885_120 + 663_936 + 442_624 + (6 * 6 * 256 * 4096 + 4096) + FC,
    "cnn-f": 23_296 + 409_856 + 3 * 590_080 + (6 * 6 * 256 * 4096 + 4096) + FC,
    "cnn-m": 14_208 + 614_656 + 1_180_160 + 2 * 2_359_808 + (6 * 6 * 512 * 4096 + 4096) + FC,
    "cnn-s": 14_208 + 614_656 + 1_180_160 + 2 * 2_359_808 + (6 * 6 * 512 * 4096 + 4096) + FC,
    # an mlpconv is a convolution and two of 1×1
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
}

RECEPTIVE_FIELDS = {
    # r grows by (k − 1)·j, j doubles with each stride. Before conv2_x r is 11 and j is 4, so that each 3×3 of conv2_x
    # adds 2·4; in a later stage the first 3×3, which strides, still adds with the old j.
    "resnet-50-v1-5": 11 + 3 * 8 + (8 + 3 * 16) + (16 + 5 * 32) + (32 + 2 * 64),
    "resnet-101-v1-5": 11 + 3 * 8 + (8 + 3 * 16) + (16 + 22 * 32) + (32 + 2 * 64),
    "resnet-152-v1-5": 11 + 3 * 8 + (8 + 7 * 16) + (16 + 35 * 32) + (32 + 2 * 64),
}


@pytest.mark.parametrize("slug", PARAMETERS)
def test_parameters(catalogue: Catalogue, slug: str) -> None:
    assert catalogue.entry(slug).network.parameters == PARAMETERS[slug]


@pytest.mark.parametrize("slug", RECEPTIVE_FIELDS)
def test_receptive_field(catalogue: Catalogue, slug: str) -> None:
    field = catalogue.entry(slug).network.receptive_field
    assert field is not None
    assert field.size == (RECEPTIVE_FIELDS[slug],) * 2


def test_the_sums_are_those_that_are_known() -> None:
    assert PARAMETERS["caffenet"] == 60_965_224
    assert PARAMETERS["cnn-f"] == 60_834_536
    assert PARAMETERS["cnn-m"] == 102_908_520
    assert PARAMETERS["nin-imagenet"] == 7_595_176
    assert PARAMETERS["all-cnn"] == 1_369_738
    assert PARAMETERS["cifar-10-quick"] == 145_578
    assert PARAMETERS["cifar-10-full"] == 89_578
    assert PARAMETERS["mnist-example"] == 1_199_882
    assert PARAMETERS["deep-mnist"] == 3_274_634
    assert [*RECEPTIVE_FIELDS.values()] == [427, 971, 1451]
