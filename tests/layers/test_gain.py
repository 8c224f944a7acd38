"""Standardized kernels with a learned gain, and a scale of one number."""

from __future__ import annotations

import pytest

from layerwise.core.errors import ShapeError
from layerwise.core.shape import Shape
from layerwise.layers.convolution import Convolution
from layerwise.layers.scaling import Scale

MAP = Shape((8, 8, 32))


@pytest.mark.parametrize(
    ("bias", "formula"), [(True, "3×3×32×64 + 2×64"), (False, "3×3×32×64 + 64")], ids=["bias", "no bias"]
)
def test_a_gain_is_a_number_for_each_output_channel(bias: bool, formula: str) -> None:
    stats = Convolution.read({"size": "3x3x64", "bias": bias, "gain": True}).analyze((MAP,))
    assert stats.formula == formula
    assert stats.tensors[-1].name == "gain"


@pytest.mark.parametrize(
    ("options", "formula"), [({"size": 1}, "1"), ({"size": 32}, "32"), ({}, "32"), ({"size": 1, "bias": True}, "2×1")]
)
def test_a_scale_has_one_number_or_one_for_each_channel(options: dict[str, object], formula: str) -> None:
    assert Scale.read(options).analyze((MAP,)).formula == formula


def test_a_scale_of_some_channels_is_an_error() -> None:
    with pytest.raises(ShapeError, match="needs 1 factor or 32, one per channel, not 2"):
        Scale.read({"size": 2}).analyze((MAP,))
