"""Shared weights: tensors count once, multiply-accumulates each time; sums worked out by hand."""

from __future__ import annotations

import pytest

from layerwise import Network, loads
from layerwise.network.training import saved_tensors
from layerwise.report import derivation
from layerwise.report.data.layers import details
from layerwise.report.tables.network import layer_table


def network(body: str, input_shape: str = "8x8x3") -> Network:
    return loads(f"name: Test\ninput: {input_shape}\n{body}\n")


TOWERS = """\
layers:
  - concat:
      left: [{conv: 3x3x4, norm: batch_norm, share: tower}]
      right: [{max_pool: 1x1}, {conv: 3x3x4, norm: batch_norm, share: tower}]
"""


@pytest.mark.parametrize(
    ("body", "parameters", "buffers", "macs"),
    [
        # Siamese towers: 3·3·3·4 + 4 and 2·4 once, with 8 statistics; 6·6 · 108 twice
        (TOWERS, 112 + 8, 8, 2 * 36 * 108),
        # a recurrence: 3·3·3·3 + 3 once, 8·8 · 81 four times
        ("layers: [{conv: 3x3x3, padding: 1, share: loop, repeat: 4}]", 84, 0, 4 * 64 * 81),
        # RetinaNet: a head of 3·3·3·3 + 3 on levels of 8·8, 4·4 and 2·2
        (
            "blocks: {head: {layers: [{conv: 3x3x3, padding: 1}]}}\n"
            "layers: [{head: , share: h}, {max_pool: 2x2}, {head: , share: h}, {max_pool: 2x2}, {head: , share: h}]",
            84,
            0,
            (64 + 16 + 4) * 81,
        ),
        # a block that shares inside is shared again: 84 once, eight times 64 · 81
        (
            "blocks: {b: {layers: [{conv: 3x3x3, padding: 1, share: c, repeat: 2}]}}\n"
            "layers: [{b: , share: b, repeat: 3}, {b: , share: b}]",
            84,
            0,
            8 * 64 * 81,
        ),
        # other names are other weights
        ("layers: [{conv: 1x1x3, share: a$(index % 2), repeat: 4}]", 2 * 12, 0, 4 * 64 * 9),
    ],
)
def test_tensors_count_once_and_macs_each_time(body: str, parameters: int, buffers: int, macs: int) -> None:
    calculated = network(body)
    assert (calculated.parameters, calculated.buffers, calculated.macs) == (parameters, buffers, macs)


def test_the_table_names_the_layer_with_the_weights() -> None:
    rows = layer_table(network(TOWERS)).rows
    formulas = [str(row.cells[5]) for row in rows if row.cells[5]]
    assert formulas == ["3×3×3×4 + 4", "2×4", "weights of Conv in left", "weights of BatchNorm in left"]


def test_the_derivation_names_the_layer_with_the_weights() -> None:
    shared = network(TOWERS)
    steps = {step.title: step.worked for step in derivation.steps(shared.layers[3], shared)}
    assert steps["Parameters"] == "those of Conv in left"
    assert steps["MACs"] == "6×6 · 3×3×3×4 = 3,888"
    assert "Parameter memory" not in steps


def test_the_data_have_the_index_of_the_layer_with_the_weights() -> None:
    data = details(network(TOWERS))
    assert [layer["options"] and layer["options"].get("weights_of") for layer in data] == [None, None, None, 0, 1, None]
    assert [layer["parameters"] for layer in data] == [112, 8, 0, 0, 0, 0]


def test_layers_with_shared_weights_are_trained() -> None:
    # the right tower saves its input as the left one does, although its weights are counted there
    once = network("layers: [{concat: [[{conv: 1x1x4}], [{max_pool: 1x1}, {conv: 1x1x4}]]}]")
    shared = network("layers: [{concat: [[{conv: 1x1x4, share: a}], [{max_pool: 1x1}, {conv: 1x1x4, share: a}]]}]")
    assert saved_tensors(shared) == saved_tensors(once)
