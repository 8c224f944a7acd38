"""Badges of networks."""

from __future__ import annotations

from lxml import etree

import layerwise
from layerwise.report.data import badge

SVG = "{http://www.w3.org/2000/svg}"


def parsed(network: layerwise.Network) -> etree._Element:
    return etree.fromstring(badge.svg(network).encode())


def test_badge_of_resnet() -> None:
    network = layerwise.network("resnet-50")
    # He et al., 2015: 25,557,032 parameters as torchvision counts them, 3.8 billion multiply-adds
    assert badge.endpoint(network)["message"] == "25.56 M parameters, 3.858 G MACs"
    picture = parsed(network)
    assert [text.text for text in picture.iter(f"{SVG}text")] == ["ResNet-50", "25.56 M parameters, 3.858 G MACs"]
    assert picture.get("aria-label") == picture.findtext(f"{SVG}title")
    assert "style" not in badge.svg(network)


def test_names_are_escaped() -> None:
    network = layerwise.loads("{name: 'A<b>&\"', input: 8x8x3, layers: [{fc: 1}]}")
    texts = parsed(network).iter(f"{SVG}text")
    assert next(texts).text == 'A<b>&"'


def test_parts_are_as_wide_as_their_texts() -> None:
    picture = parsed(layerwise.network("lenet-5"))
    left, right = (int(text.get("textLength", 0)) for text in picture.iter(f"{SVG}text"))
    assert int(picture.get("width", 0)) == left + right + 4 * badge.PADDING
