"""Layers and measures that are remembered: the same for the same options, and never more than a number."""

from __future__ import annotations

import pytest

from layerwise.core.shape import Shape
from layerwise.layers import KINDS, cache


def test_layers_and_measures_are_remembered() -> None:
    (layer,) = cache.build(KINDS["fc"], {"size": 10})
    assert cache.build(KINDS["fc"], {"size": 10})[0] is layer
    stats = cache.analyze(layer, (Shape((4,)),))
    assert cache.analyze(layer, (Shape((4,)),)) is stats


def test_no_more_are_remembered_than_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX", 7)
    monkeypatch.setattr(cache, "_BUILT", {})
    monkeypatch.setattr(cache, "_ANALYZED", {})
    for iteration in range(3):
        for size in range(1, 20):
            (layer,) = cache.build(KINDS["fc"], {"size": size})
            for width in (iteration + 1, iteration + 2):
                # weights and biases of a fully connected layer
                assert cache.analyze(layer, (Shape((width,)),)).parameters == width * size + size
            assert len(cache._BUILT) <= 7
            assert len(cache._ANALYZED) <= 7
