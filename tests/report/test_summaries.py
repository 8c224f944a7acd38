"""Sentences with figures are about one network, not about the range of its family."""

from __future__ import annotations

import re

import pytest

from layerwise import loads
from layerwise.network.catalogue import Catalogue
from layerwise.report.summaries import shares, summary


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        # by hand: 123,642,856 and 14,714,688 of 138,357,544 parameters; 15,346,630,656 of 15,470,264,320 MACs
        (
            "vgg-16",
            "The fully connected layers hold 89.4 % of the parameters and account for 0.8 % of the MACs; "
            "the 3×3 convolutions hold 10.6 % and account for 99.2 %.",
        ),
        # by hand: 48,120 + 10,164 + 850 of 61,706 parameters; 48,000 + 10,080 + 840 of 117,600 + 240,000 + 58,920 MACs
        ("lenet-5", "The fully connected layers hold 95.8 % of the parameters and account for 14.1 % of the MACs."),
    ],
)
def test_shares_of_the_largest_groups_of_layers(slug: str, text: str, catalogue: Catalogue) -> None:
    assert shares(catalogue.entry(slug).network) == text


def test_one_layer_is_in_the_singular_and_none_has_no_sentence() -> None:
    one = loads("name: N\ninput: 8x8x4\nlayers: [{conv: 3x3x4, groups: 2}]\n")
    assert shares(one) == (
        "The grouped 3×3 convolution holds 100.0 % of the parameters and accounts for 100.0 % of the MACs."
    )
    assert shares(loads("name: N\ninput: 8x8x4\nlayers: [relu]\n")) == ""


@pytest.mark.parametrize("slug", ["densenet-121", "vit-b-16", "resnet-1202", "mobilenetv2-1-0", "hrnet-w32"])
def test_a_network_has_no_figures_of_its_family(slug: str, catalogue: Catalogue) -> None:
    network = catalogue.entry(slug).network
    text = summary(network)
    assert text
    assert not re.search(r"%|\bn\b", text)
    assert "%" in shares(network)


def test_summary_of_its_own_stays_whole(catalogue: Catalogue) -> None:
    network = catalogue.entry("vgg-16").network
    assert summary(network) == network.variant.metadata.summary
    assert "74 %" in summary(network)
