"""Skip connections, shortcuts and parallel resolutions, found in hand-made graphs and in well-known networks."""

from __future__ import annotations

from itertools import pairwise

import pytest

from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network
from layerwise.report import pictures
from layerwise.report.pictures.arcs import LEVEL, RISE, arcs
from layerwise.report.pictures.flow import links
from layerwise.report.pictures.part import Drawn
from layerwise.report.pictures.parts import steps
from layerwise.report.pictures.structure import has_shortcut
from tests.report.test_pictures import columns, drawn, network


def drawn_of(net: Network) -> list[Drawn]:
    return [Drawn(-1, (net.input,)), *(one for step in steps(net) for one in step.drawn)]


def skips(layers: str, more: str = "") -> list[tuple[int, int]]:
    net = network(layers, "16x16x8", more)
    return links(net, drawn_of(net))


# --- skip connections -----------------------------------------------------------------------------------------------


def test_chain_has_no_skip_connections() -> None:
    assert skips("[{conv: 1x1x8}, {max_pool: 2x2}, {conv: 1x1x8}]") == []


def test_kept_output_leads_past_the_layers_between() -> None:
    layers = "[{conv: 1x1x8, as: a}, {conv: 1x1x8}, {conv: 1x1x8}, {concat: {main: identity, kept: {from: a}}}]"
    assert skips(layers) == [(1, 4)]


def test_input_can_be_skipped_to() -> None:
    layers = "[{identity: , as: a}, {conv: 1x1x8}, {conv: 1x1x8}, {add: {main: identity, kept: {from: a}}}]"
    assert skips(layers.replace("identity: ,", "conv: 1x1x8,")) == [(1, 4)]


def test_shortcut_inside_of_one_block_is_none_between_blocks() -> None:
    block = "blocks: {unit: {layers: [{add: {main: [{conv: 1x1x8}], shortcut: identity}}]}}"
    assert skips("[unit, unit, unit]", block) == []


def test_unet_connects_its_levels(catalogue: Catalogue) -> None:
    # Ronneberger et al., figure 1: four copies from the contracting path to the expanding path
    picture = drawn(pictures.profile(catalogue.entry("unet").network)).select("svg")[0]
    assert str(picture["aria-label"]).endswith(
        "Skip connections: down 1 to up 1; down 2 to up 2; down 3 to up 3; down 4 to up 4."
    )
    assert str(picture.select(".lw-arc")[0]["d"]).count("M") == 4


def test_cell_of_nasnet_has_two_inputs(catalogue: Catalogue) -> None:
    # Zoph et al., figure 2: a cell takes the outputs of the two cells before it
    net = catalogue.entry("nasnet-a-large").network
    found, every = links(net, drawn_of(net)), drawn_of(net)
    cells = [place for place, step in enumerate(steps(net), 1) if step.kind == "normal_cell"]
    assert len(cells) == 15
    assert all((cell - 2, cell) in found for cell in cells)
    assert len(every) == len(steps(net)) + 1


# --- shortcuts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("{add: {main: [{conv: 3x3x8, padding: 1}], shortcut: identity}}", True),
        ("{add: {main: [{conv: 1x1x8}, {conv: 1x1x8}], shortcut: [{conv: 1x1x8}]}}", True),  # a projection
        ("{concat: {new: [{conv: 1x1x4}], old: identity}}", True),  # a dense block
        ("{concat: {one: [{conv: 1x1x4}], two: [{conv: 1x1x4}, {conv: 1x1x4}]}}", False),  # inception
        ("{multiply: {main: identity, gate: [{conv: 1x1x8}]}}", False),
        ("{add: {one: [{conv: 1x1x8}], two: [{conv: 1x1x8}]}}", False),  # two ways of equal length
        ("{conv: 1x1x8}", False),
    ],
)
def test_shortcut_leads_past_layers(items: str, *, expected: bool) -> None:
    net = network("[unit]", "16x16x8", f"blocks: {{unit: {{layers: [{items}]}}}}")
    assert has_shortcut(net.items) is expected


def test_sum_of_two_sources_is_no_shortcut() -> None:
    layers = "[{conv: 1x1x8, as: a}, {conv: 1x1x8}, {add: {one: [{conv: 1x1x8}], two: {from: a}}}]"
    assert not has_shortcut(network(layers, "16x16x8").items)


def test_arcs_are_over_the_blocks_with_a_shortcut(catalogue: Catalogue) -> None:
    # Sandler et al., 2018: no shortcut where the stride is 2 or the width changes; 3 of the first 7 blocks have one
    flags = [one.has_shortcut for one in drawn_of(catalogue.entry("mobilenetv2-1-0").network)]
    assert flags[2:9] == [False, False, True, False, True, True, False]


# --- resolutions ----------------------------------------------------------------------------------------------------

EXCHANGE = """\
blocks:
  exchange:
    exports: [x, y]
    layers:
      - {from: y}
      - {upsample: 2, as: up}
      - {from: x}
      - {conv: 3x3x8, stride: 2, padding: 1, as: down}
      - {add: {1: {from: x}, 2: {from: up}}, as: x}
      - {add: {1: {from: y}, 2: {from: down}}, as: y}
"""


def test_block_with_inputs_and_outputs_of_two_resolutions_has_two_lanes() -> None:
    layers = (
        "[{conv: 1x1x8, as: x}, {conv: 3x3x8, stride: 2, padding: 1, as: y}, exchange, exchange, {from: x}, {fc: 10}]"
    )
    shapes = [[str(shape) for shape in one.shapes] for one in drawn_of(network(layers, "16x16x8", EXCHANGE))]
    assert shapes == [["16×16×8"], ["16×16×8"], ["8×8×8"], ["16×16×8", "8×8×8"], ["8×8×8"], ["10"]]


def test_resolutions_that_go_on_together_are_lanes(catalogue: Catalogue) -> None:
    # Wang et al., 2019, figure 2: two, three and four resolutions in stages 2 to 4
    found = [
        [size.text for size in column.select(".lw-size")] for column in columns(catalogue.entry("hrnet-w32").network)
    ]
    parallel = [sizes for sizes in found if len(sizes) > 1]
    widths = ["56×56×32", "28×28×64", "14×14×128", "7×7×256"]
    assert parallel == [widths[:2], widths[:3], widths]


def test_one_resolution_at_a_time_is_no_lane(catalogue: Catalogue) -> None:
    for slug in ("unet", "resnet-50", "googlenet", "nasnet-a-large"):
        assert all(len(one.shapes) == 1 for one in drawn_of(catalogue.entry(slug).network)), slug


def test_slabs_of_a_lane_are_as_high_as_a_map_of_their_size(catalogue: Catalogue) -> None:
    net = catalogue.entry("hrnet-w32").network
    column = next(column for column in columns(net) if len(column.select(".lw-size")) == 4)
    heights = [float(str(front["d"]).partition("v")[2].partition("h")[0]) for front in column.select(".lw-front")]
    tops = heights[:: len(heights) // 4]
    assert [one / other for one, other in pairwise(tops)] == pytest.approx([2**0.5] * 3, rel=0.02)


# --- the lines ------------------------------------------------------------------------------------------------------

TOPS = [(10.0, 0.0), (50.0, 30.0), (90.0, 60.0), (130.0, 30.0), (170.0, 0.0)]
"""A network that goes down and up, as U-Net does: y is measured from the top."""


def test_line_runs_above_everything_between_its_ends() -> None:
    (arc,) = arcs(TOPS, [(0, 4)])
    assert arc.level == -RISE
    (arc,) = arcs([(10.0, 60.0), (50.0, 0.0), (90.0, 60.0)], [(0, 2)])
    assert arc.level == -RISE


def test_longer_line_is_above_the_shorter() -> None:
    inner, outer = arcs(TOPS, [(0, 4), (1, 3)])
    assert (inner.level, outer.level) == (30 - RISE, -RISE)
    inner, outer = arcs([(40.0 * place, 0.0) for place in range(5)], [(0, 4), (1, 3)])
    assert inner.level - outer.level == LEVEL


def test_lines_that_meet_at_a_slab_may_be_on_one_level() -> None:
    one, other = arcs([(40.0 * place, 0.0) for place in range(5)], [(0, 2), (2, 4)])
    assert one.level == other.level
    assert one.end[0] < other.start[0]


def test_lines_that_share_a_stretch_are_not_on_one_level() -> None:
    found = arcs([(40.0 * place, 0.0) for place in range(6)], [(0, 2), (1, 3), (2, 4), (3, 5)])
    for one in found:
        for other in found:
            if one is not other and one.start[0] < other.end[0] and other.start[0] < one.end[0]:
                assert one.level != other.level
