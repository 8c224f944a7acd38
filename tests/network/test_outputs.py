"""Several outputs of the main network: they count like everything else, and each is held to the end."""

from __future__ import annotations

import pytest

from layerwise import Network, load, loads
from layerwise.network.catalogue import Catalogue
from layerwise.network.liveness import peak
from layerwise.report import formatting
from layerwise.report.data import records
from layerwise.report.data.export import detail
from tests.conftest import NETWORKS

TWO_HEADS = """\
layers:
  - {conv: 1x1x4}
  - {main_output: [{conv: 3x3x2}, {conv: 1x1x2}], name: map}
  - {main_output: [{fc: 10}], name: classes}
"""


def network(body: str, input_shape: str = "8x8x3") -> Network:
    return loads(f"name: Test\ninput: {input_shape}\n{body}\n")


def test_heads_count_in_the_main_network() -> None:
    two = network(TWO_HEADS)
    # 3·4 + 4; 3·3·4·2 + 2; 2·2 + 2; 8·8·4·10 + 10
    assert two.main.parameters == two.parameters == 16 + 74 + 6 + 2570
    assert two.macs == 64 * 12 + 36 * 72 + 36 * 4 + 2560
    assert two.activations == 256 + 72 + 72 + 10
    assert two.side_outputs == []


def test_depth_and_receptive_field_are_the_largest_of_all_outputs() -> None:
    two = network(TWO_HEADS)
    assert two.depth == 3
    assert two.receptive_field is not None
    assert two.receptive_field.size == (3, 3)


@pytest.mark.parametrize(
    ("layers", "outputs"),
    [
        (TWO_HEADS, "map 6×6×2, classes 10"),
        ("layers: [{conv: 1x1x4}]", "the end of the main path 8×8×4"),
        # what follows starts before the head, and is an output as well
        ("layers: [{main_output: [{fc: 3}], name: a}, {conv: 1x1x4}]", "a 3, the end of the main path 8×8×4"),
        (
            "layers: [{conv: 1x1x4, as: x}, relu, {main_output: {from: x}, name: x}]",
            "x 8×8×4, the end of the main path 8×8×4",
        ),
        ("layers: [{main_output: [{fc: 2}], repeat: 2, name: head $index}]", "head 0 2, head 1 2"),
        ("layers: [{conv: 1x1x4}, {main_output: [{fc: 2}]}, {main_output: [{fc: 3}]}]", "output 1 2, output 2 3"),
    ],
)
def test_outputs_have_names(layers: str, outputs: str) -> None:
    assert formatting.outputs(network(layers)) == outputs


def test_outputs_are_held_to_the_end() -> None:
    # 16 values enter; the head leaves 256, which are held while 16 become 16
    assert peak(network("layers: [{main_output: [{conv: 1x1x16}], name: a}, {conv: 1x1x1}]", "4x4x1")).elements == 288
    # a kept output that is one of the network is held as well: 256 + 256 + 16
    kept = "layers: [{conv: 1x1x16, as: x}, {main_output: {from: x}, name: x}, {conv: 1x1x16}, {conv: 1x1x1}]"
    assert peak(network(kept, "4x4x1")).elements == 256 + 256 + 16


def test_data_name_the_outputs(catalogue: Catalogue) -> None:
    outputs: list[records.Output] = detail(catalogue.entry("superpoint"))["outputs"]
    # 480×640 at an eighth: 65 classes of positions, 256 values of a descriptor
    assert [(output["name"], output["shape"]) for output in outputs] == [
        ("detector", (60, 80, 65)),
        ("descriptor", (60, 80, 256)),
    ]


def test_retinanet_has_the_sizes_of_its_pyramid() -> None:
    # 800 / 8, / 16, / 32, and halves rounded up
    retinanet = load(NETWORKS / "retinanet.yml")
    shapes = [retinanet.shape_of(output) for output in retinanet.outputs]
    assert shapes == [(side, side, channels) for side in (100, 50, 25, 13, 7) for channels in (819, 36)]
