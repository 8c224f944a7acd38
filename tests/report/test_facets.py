"""The facets of the catalogue: what readers can choose from, and how rows refer to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from layerwise.network.catalogue import Catalogue, Loader
from layerwise.report.tables import facets

NETWORKS = Path(__file__).parents[2] / "networks"


@pytest.fixture(scope="module")
def small() -> Catalogue:
    loader = Loader()
    entries = [entry for name in ("lenet-5", "unet", "alexnet") for entry in loader.file(NETWORKS / f"{name}.yml")[1]]
    return Catalogue(entries, [])


def test_facets_are_those_that_networks_have(small: Catalogue) -> None:
    assert facets.facets(small.entries) == (
        ["AlexNet", "LeNet", "U-Net"],
        ["classification", "segmentation"],
        ["ImageNet-1k", "ISBI 2012", "MNIST"],
        ["concat", "conv", "crop", "dropout", "fc", "lrn", "max_pool", "relu", "softmax", "tanh", "transposed_conv"],
    )


def test_rows_refer_to_facets_by_their_places(small: Catalogue) -> None:
    lists = facets.facets(small.entries)
    lenet, unet, _ = facets.indexes(small)
    task, dataset, kinds = lenet.split()
    assert (lists.tasks[int(task)], lists.datasets[int(dataset)]) == ("classification", "MNIST")
    assert [lists.kinds[int(place)] for place in kinds.split(".")] == ["conv", "fc", "max_pool", "softmax", "tanh"]
    assert lists.tasks[int(unet.split()[0])] == "segmentation"


def test_ranges_show_the_smallest_and_the_largest_value(small: Catalogue) -> None:
    found = {of.key: (of.low, of.high) for of in facets.ranges(small.entries)}
    # LeNet-5: 61,706 parameters and 416,520 MACs; AlexNet: 62,378,344 parameters; U-Net: a side of 572 pixels
    assert found["parameters"] == ("61.7 K", "62.4 M")
    assert found["memory"] == ("241 KB", "238 MB")
    assert found["macs"][0] == "417 K"
    assert found["input"] == ("32", "572")
    assert found["year"] == ("1998", "2015")
    without_accuracy = [entry for entry in small.entries if entry.network.variant.metadata.accuracy is None]
    assert "top-1" not in {of.key for of in facets.ranges(without_accuracy)}


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "count", "0"),
        (999, "count", "999"),
        (1_000, "count", "1 K"),
        (999_999, "count", "1 M"),
        (1_300_000_000_000, "count", "1.3 T"),
        (1_023, "bytes", "1023 B"),
        (1_024, "bytes", "1 KB"),
        (3_747_000_000, "bytes", "3.49 GB"),
        (2015, "number", "2015"),
        (88.552, "number", "88.55"),
    ],
)
def test_short_figures(value: float, unit: str, text: str) -> None:
    assert facets._short(value, unit) == text


def test_a_range_has_no_exponent() -> None:
    entries = Loader().file(NETWORKS / "waveform-cnn.yml")[1]
    # one second of sound: 32,000 samples
    assert {of.high for of in facets.ranges(entries) if of.key == "input"} == {"32000"}
