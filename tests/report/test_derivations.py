"""The derivations of a network as its page fetches them."""

from __future__ import annotations

from layerwise.report.data.derivations import derivations
from layerwise.site.renderer import example


def test_equal_texts_are_stored_once() -> None:
    data = derivations(example("{conv: 3x3x8, padding: 1}, relu, relu, {conv: 1x1x8}, relu", on="8x8x8"))
    assert data["layers"][4] == data["layers"][8] == 2  # the activation on its own, the third part
    assert data["layers"][5] == 3  # both activations see 3×3 pixels
    worked = [item for part in data["layers"] if isinstance(part, list) for item in part if isinstance(item, str)]
    assert worked.count("8×8×8 = 512") == 1
    assert len(set(data["rules"])) == len(data["rules"])
