"""Addresses of pages, from the names of networks."""

from __future__ import annotations

import pytest

from layerwise.core.files import slugify


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("ResNet-50", "resnet-50"),
        ("SqueezeNet 1.0", "squeezenet-1-0"),
        ("É²", "e2"),
        ("U-Net", "u-net"),
        ("U-Net+", "u-net-plus"),
        ("U-Net++", "u-net-plus-plus"),
        ("DeepLabv3+", "deeplabv3-plus"),
        ("A + B", "a-plus-b"),
        ("++", "plus-plus"),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert slugify(name) == slug
