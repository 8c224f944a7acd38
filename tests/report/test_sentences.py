"""Titles and sentences to be quoted."""

from __future__ import annotations

import pytest

from layerwise.network.catalogue import Catalogue
from layerwise.report import sentences


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        # published-numbers: 25,557,032 parameters, 4 bytes each, and 3.858 G MACs
        (
            "resnet-50",
            "ResNet-50 has 25,557,032 parameters (97.5 MB in fp32) and needs 3.9 G MACs (7.7 GFLOPs) "
            "for one 224×224 image.",
        ),
        (
            "googlenet",
            "GoogLeNet has 6,998,552 parameters (26.7 MB in fp32), 13,378,280 with its side outputs, and needs "
            "1.6 G MACs (3.2 GFLOPs) for one 224×224 image.",
        ),
        # 100·4·4·512 + 4·4·(512·256 + 256·128 + 128·64 + 64·3) weights and 2·(512 + 256 + 128 + 64) of normalizations
        (
            "dcgan-generator",
            "DCGAN generator has 3,576,704 parameters (13.6 MB in fp32) and needs 104.6 M MACs (209.3 MFLOPs) "
            "for one input of 1×1×100.",
        ),
    ],
)
def test_sentence_of_a_network(slug: str, sentence: str, catalogue: Catalogue) -> None:
    assert sentences.network_sentence(catalogue.entry(slug).network) == sentence


def test_titles(catalogue: Catalogue) -> None:
    networks = [catalogue.entry(f"resnet-{depth}").network for depth in (18, 34, 50, 101, 152)]
    assert sentences.network_title(networks[2]) == "ResNet-50: 25,557,032 parameters, 3.9 GMACs, every layer"
    assert (
        sentences.family_title("ResNet", networks) == "ResNet: 5 networks, 11.7 M to 60.2 M parameters, stage by stage"
    )
    assert sentences.family_title("A", networks[:1]) == "A: 1 network, 11.7 M parameters, stage by stage"
