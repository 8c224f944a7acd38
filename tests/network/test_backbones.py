"""Networks of the catalogue as backbones of others."""

from __future__ import annotations

from pathlib import Path

from layerwise.definition import parse
from layerwise.definition.files import beside
from layerwise.network.assembly import assemble
from layerwise.network.catalogue import Catalogue
from tests.conftest import NETWORKS

PYRAMID = """
name: Pyramid
input: 224x224x3
layers:
  - {backbone: resnet-v1-5, variant: ResNet-50 v1.5, until: c5}
  - concat: {coarse: [{conv: 1x1x256}, {upsample: 2}], fine: [{from: c4}, {conv: 1x1x256}]}
"""


def test_layers_are_those_of_the_backbone(catalogue: Catalogue) -> None:
    definition = parse(PYRAMID, "pyramid.yml", beside(Path(NETWORKS, "pyramid.yml")))
    own = assemble(definition, definition.variants[0]).layers
    resnet = catalogue.entry("resnet-50-v1-5").network.layers[:-2]
    assert [(*row.path, row.name, row.stats.parameters) for row in own[:-4]] == [
        (*row.path, row.name, row.stats.parameters) for row in resnet
    ]
    # 7×7×2048 and 14×14×1024, both by 1×1 convolutions to 256 channels
    assert [row.stats.parameters for row in own[-4:]] == [2048 * 256 + 256, 0, 1024 * 256 + 256, 0]
    assert str(own[-1].output) == "14×14×512"
