"""Further inputs next to the image: memory, receptive fields and sums, worked out by hand."""

from __future__ import annotations

import pytest

from layerwise import Network, loads
from layerwise.network.liveness import peak
from layerwise.report import derivation, formatting
from layerwise.report.data.layers import details


def network(body: str, input_shape: str) -> Network:
    return loads(f"name: Test\ninput: {input_shape}\nlayers: {body}\n")


PAIR = """
  - concat:
      one: [{conv: 3x3x4, share: tower}]
      other: [{input: 8x8x3, name: other}, {conv: 3x3x4, share: tower}]
"""
STEP = "[{add: {map: identity, step: [{input: 1x1x16, name: step}, {conv: 1x1x8}]}}, {conv: 3x3x8}]"


def test_two_images_run_through_the_same_weights() -> None:
    pair = network(PAIR, "8x8x3")
    assert (pair.parameters, pair.macs, pair.depth) == (112, 2 * 36 * 108, 1)
    assert pair.receptive_field is not None
    assert pair.receptive_field.size == (3, 3)


def test_all_inputs_are_held_from_the_start() -> None:
    # 192 + 192 and 144 of the first tower; 192 + 144 + 144 for the second; 144 + 144 + 288 for the join
    assert peak(network(PAIR, "8x8x3")).elements == 144 + 144 + 288
    # a large one is held while the image is reduced to one value
    late = "[{conv: 8x8x2}, {concat: {a: identity, b: [{input: 1x1x500}]}}, {conv: 1x1x1}]"
    assert peak(network(late, "8x8x3")).elements == 2 + 500 + 502


def test_what_depends_on_further_inputs_alone_sees_no_pixels() -> None:
    step = network(STEP, "4x4x8")
    assert [formatting.receptive_field(node) for node in step.layers] == ["none", "none", "1", "3"]
    titles = {one.title: one.worked for one in derivation.steps(step.layers[1], step)}
    assert titles["Receptive field"] == "none"
    assert step.receptive_field is not None
    assert step.receptive_field.size == (3, 3)


def test_a_further_input_is_in_the_data_and_in_a_sentence() -> None:
    step = network(STEP, "4x4x8")
    first = details(step)[0]
    assert (first["kind"], first["output"], first["from"], first["macs"]) == ("input", (1, 1, 16), (-1,), 0)
    assert formatting.further_inputs(step) == "step 1×1×16"


@pytest.mark.parametrize(("shape", "field"), [("128", "none"), ("8x8x1", "1"), ("1x1x9", "none"), ("12x4", "none")])
def test_positions_are_those_of_the_image_if_there_are_as_many_sides(shape: str, field: str) -> None:
    alone = network(f"[{{input: {shape}}}]", "8x8x3")
    assert formatting.receptive_field(alone.layers[0]) == field
