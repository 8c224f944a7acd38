"""Layers and measures that are remembered: the same for the same options, and never more than a number."""

from __future__ import annotations

import pytest

from generator.layers import KINDS, made
from generator.shape import Shape


def test_layers_and_measures_are_remembered() -> None:
    (layer,) = made.made(KINDS["fc"], {"size": 10})
    assert made.made(KINDS["fc"], {"size": 10})[0] is layer
    measure = made.measured(layer, (Shape((4,)),))
    assert made.measured(layer, (Shape((4,)),)) is measure


def test_no_more_are_remembered_than_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "MOST", 7)
    monkeypatch.setattr(made, "_MADE", {})
    monkeypatch.setattr(made, "_MEASURED", {})
    for turn in range(3):
        for size in range(1, 20):
            (layer,) = made.made(KINDS["fc"], {"size": size})
            for width in (turn + 1, turn + 2):
                # weights and biases of a fully connected layer
                assert made.measured(layer, (Shape((width,)),)).parameters == width * size + size
            assert len(made._MADE) <= 7
            assert len(made._MEASURED) <= 7
