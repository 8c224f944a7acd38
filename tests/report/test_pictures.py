"""The pictures of a network: what they show, and that nothing in them collides."""

from __future__ import annotations

import gzip
import re
from itertools import combinations, pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest
from bs4 import BeautifulSoup, Tag

from layerwise.definition import parse
from layerwise.network.assembly import assemble
from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network
from layerwise.report import pictures
from layerwise.report.pictures.blocks import distinct
from layerwise.report.pictures.svg import SHRINKS_TO, width_of
from tests.classes import number_in


def network(layers: str, on: str = "64x64x3", more: str = "") -> Network:
    definition = parse(f"name: Example\ninput: {on}\n{more}\nlayers: {layers}\n", "example")
    return assemble(definition, definition.variants[0])


def drawn(html: str) -> Tag:
    """A picture, parsed."""
    return BeautifulSoup(html, "lxml")


def numbers(element: Tag, attribute: str = "d") -> list[float]:
    return [float(number) for number in re.findall(r"-?[0-9.]+", str(element[attribute]))]


def fronts(column: Tag) -> list[tuple[float, float]]:
    """Width and height of the fronts of a column of the profile: ``M x y h width v height …`` for each operation."""
    bands = [re.findall(r"h([0-9.]+)v([0-9.]+)", str(front["d"])) for front in column.select(".lw-front")]
    return [(float(slab[0][0]), sum(float(height) for _, height in slab)) for slab in zip(*bands, strict=True)]


def columns(net: Network) -> list[Tag]:
    return drawn(pictures.profile(net)).select("svg > g")


def labels(net: Network) -> list[tuple[str, str]]:
    """Name and shape below each column of the profile."""
    return [(column.select(".lw-name")[0].text, column.select(".lw-size")[0].text) for column in columns(net)]


# --- the profile ----------------------------------------------------------------------------------------------------


def test_slab_height_is_on_a_square_root_scale_and_width_on_a_logarithmic_one() -> None:
    net = network("[{conv: 3x3x8, padding: 1}, {conv: 3x3x64, stride: 2, padding: 1}, {conv: 1x1x512, stride: 2}]")
    (_, full), (w8, h8), (w64, h64), (w512, h512) = (fronts(column)[0] for column in columns(net))
    assert (h8, h64, h512) == pytest.approx((full, full / 2**0.5, full / 2), abs=0.15)  # 64, 32 and 16 pixels
    assert w64 - w8 == pytest.approx(w512 - w64, abs=0.15)
    assert w8 < w64


def test_lenet_has_a_slab_for_each_map() -> None:
    # LeCun et al., 1998, figure 2, with the pooling of today
    lenet = "[{conv: 5x5x6}, {max_pool: 2x2}, {conv: 5x5x16}, {max_pool: 2x2}, {fc: 120}, {fc: 84}, {fc: 10}]"
    net = network(lenet, "32x32x1")
    shapes = ["32×32×1", "28×28×6", "14×14×6", "10×10×16", "5×5×16", "120", "84", "10"]
    assert [shape for _, shape in labels(net)] == shapes
    kinds = [str(column["class"][0]) for column in columns(net)]
    assert kinds == ["lw-input", *["lw-convolution", "lw-pooling"] * 2, *["lw-linear"] * 3]


def test_layers_alike_are_slabs_side_by_side_under_their_stage(catalogue: Catalogue) -> None:
    # Simonyan & Zisserman, Table 1, configuration D
    net = catalogue.entry("vgg-16").network
    repeats = {shape: len(fronts(column)) for column, (_, shape) in zip(columns(net), labels(net), strict=True)}
    assert repeats["224×224×64"] == 2
    assert repeats["28×28×512"] == 3
    stages = [mark.text for mark in drawn(pictures.profile(net)).select(".lw-stage")]
    assert stages == ["conv1", "conv2", "conv3", "conv4", "conv5", "classifier"]


def test_long_network_has_a_column_for_each_run_with_its_count(catalogue: Catalogue) -> None:
    # He et al., Table 1: 3, 8, 36 and 3 bottlenecks
    names = [name for name, _ in labels(catalogue.entry("resnet-152").network)]
    assert [name for name in names if "bottleneck" in name] == [f"bottleneck ×{count}" for count in (3, 8, 36, 3)]


def test_growing_maps_of_a_dense_block_become_wider(catalogue: Catalogue) -> None:
    # Huang et al., Table 1: the dense blocks of DenseNet-121 leave 256, 512, 1024 and 1024 maps
    net = catalogue.entry("densenet-121").network
    dense = [column for column in columns(net) if "dense_layer" in column.select(".lw-name")[0].text]
    assert [column.select(".lw-size")[0].text for column in dense] == [
        "56×56×256", "28×28×512", "14×14×1024", "7×7×1024",
    ]  # fmt: skip
    for column in dense:
        widths = [width for width, _ in fronts(column)]
        assert widths == sorted(widths)
        assert widths[0] < widths[-1]


def test_tokens_are_as_high_as_the_map_they_were(catalogue: Catalogue) -> None:
    sides = dict(
        zip(labels(catalogue.entry("vit-b-16").network), columns(catalogue.entry("vit-b-16").network), strict=True)
    )
    heights = {shape: fronts(column)[0][1] for (_, shape), column in sides.items()}
    assert heights["197×768"] == pytest.approx(heights["14×14×768"], rel=0.01)  # 196 tokens and the class token
    assert heights["1000"] < heights["197×768"]


def test_normalization_makes_no_slab_of_its_own() -> None:
    net = network("[{conv: 3x3x8, norm: batch_norm}, relu, {lrn: 5}, {max_pool: 2x2}]")
    assert [name for name, _ in labels(net)] == ["Input", "Conv", "MaxPool"]


def test_network_of_one_layer_is_drawn() -> None:
    net = network("[{fc: 10}]", "8x8x1")
    assert labels(net) == [("Input", "8×8×1"), ("FC", "10")]
    assert "Parameters" in pictures.strips(net)
    assert pictures.blocks(net) == ""


def test_network_that_is_one_block_is_opened() -> None:
    net = network("[whole]", more="blocks: {whole: {layers: [{conv: 3x3x8}, {conv: 3x3x16}, {fc: 10}]}}")
    assert [name for name, _ in labels(net)] == ["Input", "Conv1", "Conv2", "FC"]


def test_profile_says_what_it_shows() -> None:
    net = network("[{stage: body, layers: [{conv: 3x3x8, padding: 1, name: A}, {fc: 10}]}]")
    image = drawn(pictures.profile(net)).select("svg")[0]
    assert image["role"] == "img"
    assert image["aria-label"] == (
        "Feature maps of Example from input to output: Input, 64×64×3; body › A, 64×64×8; body › FC, 10."
    )


def test_names_are_text_and_not_markup() -> None:
    name = "a<b> & c"
    net = network(f'[{{conv: 3x3x8, name: "{name}"}}, {{max_pool: 2x2}}]')
    assert drawn(pictures.profile(net)).select(".lw-name")[1].text == name
    assert drawn(pictures.strips(net)).select("b")[0].text == name


# --- the strips -----------------------------------------------------------------------------------------------------


def strip(net: Network, what: str) -> list[tuple[str, int, int]]:
    """Name, value and width of each segment of a strip."""
    for line in drawn(pictures.strips(net)).select(".lw-strip"):
        if line.select(".lw-what")[0].text == what:
            found = [re.fullmatch(r"(.*): ([0-9,]+) \(.*\)", str(bar["title"])) for bar in line.select("i")]
            widths = [number_in(bar["class"]) for bar in line.select("i")]
            return [
                (match[1], int(match[2].replace(",", "")), width)
                for match, width in zip(found, widths, strict=True)
                if match
            ]
    return []


def test_weight_and_work_of_vgg_sit_in_different_places(catalogue: Catalogue) -> None:
    net = catalogue.entry("vgg-16").network
    largest = max(strip(net, "Parameters"), key=lambda segment: segment[1])
    assert largest[:2] == ("classifier › FC1", 102_764_544)  # 7·7·512·4096 + 4096
    assert largest[2] == pytest.approx(10_000 * 102_764_544 / 138_357_544, abs=1)
    first = strip(net, "MACs")[0]
    assert first[:2] == ("conv1 › Conv3-64", 86_704_128)  # 224·224·3·3·3·64


def test_strips_are_in_the_order_of_the_layers() -> None:
    net = network("[{conv: 3x3x8, name: A}, {max_pool: 2x2, name: B}, {fc: 10, name: C}]")
    assert [name for name, *_ in strip(net, "Activations")] == ["A", "B", "C"]
    assert [name for name, *_ in strip(net, "Parameters")] == ["A", "C"]  # a pooling has none


def test_side_outputs_follow_the_main_path_in_the_parameters_only(catalogue: Catalogue) -> None:
    net = catalogue.entry("googlenet").network
    side = [segment[:2] for segment in strip(net, "Parameters")[-2:]]
    assert side == [("auxiliary 1 (side output)", 3_188_840), ("auxiliary 2 (side output)", 3_190_888)]
    assert not any("side output" in name for name, *_ in strip(net, "MACs"))


def test_focused_strip_lists_its_largest_segments(catalogue: Catalogue) -> None:
    line = drawn(pictures.strips(catalogue.entry("alexnet").network)).select(".lw-strip")[0]
    bar = line.select(".lw-bar")[0]
    assert bar["tabindex"] == "0"
    assert "FC6 37,752,832" in str(bar["aria-label"])  # 6·6·256·4096 + 4096
    assert line.select(".lw-largest span")[0].text.startswith("FC6 37,752,832 (60.5")


def test_empty_strip_is_omitted() -> None:
    assert "Parameters" not in pictures.strips(network("[{max_pool: 2x2}]"))


# --- the blocks -----------------------------------------------------------------------------------------------------


def used(net: Network) -> list[tuple[str, int]]:
    return [(one.first.label, len(one.blocks)) for one in distinct(net)]


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("googlenet", [("inception", 9), ("auxiliary", 2)]),
        ("resnet-50", [("bottleneck", 4), ("bottleneck", 12)]),  # with a projection, with the identity
        ("resnet-152", [("bottleneck", 4), ("bottleneck", 46)]),
        ("densenet-121", [("dense_layer", 58), ("transition", 3)]),
        ("vit-b-16", [("encoder_block", 12)]),
        ("vgg-16", []),
    ],
)
def test_distinct_blocks_are_drawn_once(slug: str, expected: list[tuple[str, int]], catalogue: Catalogue) -> None:
    assert used(catalogue.entry(slug).network) == expected


BLOCKS = """\
blocks:
  unit:
    parameters: {kernel: 3, width: 8, stride: 1}
    layers: [{conv: $(kernel)x$(kernel)x$width, stride: $stride}]
"""


def test_blocks_that_differ_in_width_and_stride_are_one_and_in_kernels_are_not() -> None:
    layers = "[unit, {unit: {width: 16}}, {unit: {stride: 2}}, {unit: {kernel: 5}}]"
    assert used(network(layers, more=BLOCKS)) == [("unit", 3), ("unit", 1)]


def test_many_blocks_that_differ_in_kernels_only_are_one() -> None:
    layers = "[" + ", ".join(f"{{unit: {{kernel: {kernel}}}}}" for kernel in range(1, 8)) + "]"
    assert used(network(layers, more=BLOCKS)) == [("unit", 7)]


def test_drawing_has_a_lane_for_each_branch_and_names_its_join(catalogue: Catalogue) -> None:
    figure = drawn(pictures.blocks(catalogue.entry("googlenet").network)).select("figure")[0]
    boxes = [box.text for box in figure.select("text.lw-text")]
    # Szegedy et al., figure 2(b), with the widths of Table 1 for 3a
    assert boxes == ["1×1×64", "1×1×96", "3×3×128", "1×1×16", "5×5×32", "max 3×3", "1×1×32"]
    assert len({box["x"] for box in figure.select("rect.lw-box")}) == 4
    ends = [text.text for text in figure.select("text.lw-note")]
    assert ends[0] == "28×28×192"
    assert ends[-1] == "28×28×256"
    assert "concat" in ends
    caption = figure.select("figcaption")[0].get_text(" ")
    assert "×9" in caption
    assert "163,696 parameters" in caption  # 12,352 + 18,528 + 110,720 + 3,088 + 12,832 + 6,176
    assert "3a" in caption


def test_normalization_and_activation_are_in_the_box_of_their_convolution(catalogue: Catalogue) -> None:
    figure = drawn(pictures.blocks(catalogue.entry("resnet-50").network)).select("figure")[1]
    assert [box.text for box in figure.select("text.lw-text")] == ["1×1×64", "3×3×64", "1×1×256"]
    notes = [text.text for text in figure.select("text.lw-note")]
    assert notes[1:4] == ["BN, ReLU", "BN, ReLU", "BN"]
    assert "identity" in notes
    assert "add, ReLU" in notes


def test_block_in_a_block_is_a_frame_with_its_name(catalogue: Catalogue) -> None:
    figure = drawn(pictures.blocks(catalogue.entry("efficientnet-b0").network)).select("figure")[0]
    assert len(figure.select("rect.lw-ground")) == 1
    assert "squeeze_excite" in [text.text for text in figure.select("text.lw-left")]
    assert "multiply" in figure.text


KEPT = """\
blocks:
  cell:
    layers:
      - {conv: 1x1x8, as: first}
      - {conv: 3x3x8, padding: 1}
      - concat: {new: identity, kept: {from: first}, outer: {from: stem}}
"""


def test_lane_from_elsewhere_is_connected_to_where_it_starts() -> None:
    net = network("[{conv: 3x3x8, padding: 1, as: stem, name: Stem}, {conv: 1x1x8}, cell]", more=KEPT)
    figure = parsed(pictures.blocks(net))
    notes = [text.text for text in with_class(figure, "text", "lw-note")]
    assert notes[:2] == ["64×64×8", "64×64×8"]  # the block's input, and the stem's output
    box, pills = boxes(figure, "lw-box")[0], boxes(figure, "lw-pill")
    joined = connected(lines(figure), ((box[0] + box[2]) / 2, box[3]))
    (join,) = with_class(figure, "circle", "lw-join")
    x, y = place(join, "cx", "cy")
    assert any(abs(point[1] - y) < 1 and abs(point[0] - x) < 60 for point in joined)  # the join is reached from the box
    stem = connected(lines(figure), ((pills[1][0] + pills[1][2]) / 2, pills[1][3]))
    assert any(abs(point[1] - y) < 1 for point in stem)


def connected(found: list[tuple[Point, Point]], start: Point) -> set[Point]:
    """The ends of all lines that hang together with a point."""
    reached = {start}
    for _ in found:
        for line in found:
            if any(_is_on(point, line) for point in reached) or any(
                _is_on(end, other) for end in line for other in found if other[0] in reached and other[1] in reached
            ):
                reached |= set(line)
    return reached


def _is_on(point: Point, line: tuple[Point, Point]) -> bool:
    (left, right), (top, bottom) = (sorted((line[0][axis], line[1][axis])) for axis in (0, 1))
    return left - 0.11 <= point[0] <= right + 0.11 and top - 0.11 <= point[1] <= bottom + 0.11


def test_layers_of_a_series_that_do_not_follow_each_other_are_not_connected() -> None:
    blocks = "blocks: {cell: {layers: [{conv: 1x1x8, as: a}, {conv: 3x3x8, as: b}, {from: a}, {conv: 5x5x8}]}}"
    figure = parsed(pictures.blocks(network("[cell]", more=blocks)))
    starts = [start[1] for start, _ in lines(figure)]
    assert [bottom in starts for _, _, _, bottom in boxes(figure, "lw-box")] == [True, False, True]


def test_side_output_inside_a_block_is_not_on_its_way() -> None:
    blocks = "blocks: {cell: {layers: [{conv: 1x1x8}, {output: [{fc: 10}]}, {conv: 5x5x8}]}}"
    figure = drawn(pictures.blocks(network("[cell]", more=blocks)))
    assert [box.text for box in figure.select("text.lw-text")] == ["1×1×8", "5×5×8"]
    assert len(figure.select("rect.lw-pill")) == 2


def test_block_that_is_a_side_output_is_drawn_but_no_slab() -> None:
    blocks = "blocks: {side: {layers: [{output: [{conv: 1x1x8, name: A}, {fc: 10}]}]}}"
    net = network("[{conv: 3x3x8}, side, {fc: 10}]", more=blocks)
    assert [name for name, _ in labels(net)] == ["Input", "Conv", "FC"]
    assert [box.text for box in drawn(pictures.blocks(net)).select("text.lw-text")] == ["1×1×8", "FC 10"]


def test_repeats_that_differ_are_shown_with_their_range() -> None:
    blocks = "blocks: {inner: {layers: [{conv: 1x1x8}]}, outer: {parameters: [n], layers: [{inner: , repeat: $n}]}}"
    net = network("[{outer: [1]}, {outer: [4]}]", more=blocks)
    assert used(net) == [("outer", 2)]
    assert "inner ×1 to 4" in pictures.blocks(net)


def test_large_block_shows_the_blocks_inside_it_as_boxes(catalogue: Catalogue) -> None:
    found = {one.first.label: one for one in distinct(catalogue.entry("maxvit-t").network)}
    assert found["maxvit_block"].apart
    assert {"maxvit_block", "mbconv", "mlp"} <= found.keys()
    assert not found["mbconv"].apart


# --- every network --------------------------------------------------------------------------------------------------


def some(networks: list[Network]) -> list[Network]:
    """The first and the last network of a file; those between are of the same layers."""
    return networks[:1] + networks[1:][-1:]


def parsed(html: str) -> Element:
    """A picture as XML, which it is as well."""
    return fromstring(f"<div>{html}</div>")  # noqa: S314 - our own


def with_class(element: Element, tag: str, *classes: str) -> list[Element]:
    return [found for found in element.iter(tag) if any(name in found.get("class", "").split() for name in classes)]


def place(element: Element, *names: str) -> tuple[float, ...]:
    return tuple(float(element.attrib[name]) for name in names)


def test_pictures_keep_to_the_rules_of_a_page(networks: list[Network]) -> None:
    for net in some(networks):
        for html in (pictures.profile(net), pictures.strips(net), pictures.blocks(net)):
            assert len(gzip.compress(html.encode(), 6)) < 16_000
            assert not re.search(r"\sid=|<script", html)
            assert not re.search(r"#[0-9a-f]{3}|rgb|hsl|fill=|stroke=", html)  # colours are the style sheet's
            elements = list(parsed(html).iter())
            images = [element for element in elements if element.get("role") == "img"]
            assert all(len(image.attrib["aria-label"]) > 10 for image in images)
            assert all(element in images for element in elements if element.tag == "svg")


def test_labels_of_a_profile_do_not_run_into_each_other(networks: list[Network]) -> None:
    for net in some(networks):
        picture = parsed(pictures.profile(net))
        (width,) = place(next(picture.iter("svg")), "width")
        assert width * SHRINKS_TO <= 1128, net.slug  # the room there is at 1440 pixels, and how far a profile shrinks
        for css, size in (("lw-name", 11), ("lw-size", 9.5), ("lw-stage", 10.5)):
            labels = with_class(picture, "text", css)
            ends = [(y, x - width_of(label.text or "", size) / 2, x + width_of(label.text or "", size) / 2)
                    for label in labels for x, y in [place(label, "x", "y")]]  # fmt: skip
            if css != "lw-stage":  # the sizes of parallel resolutions are in rows of their own
                neighbours = pairwise(sorted(ends))
                assert all(one[0] < other[0] or one[2] < other[1] for one, other in neighbours), net.slug
            assert all(left >= 0 and right <= width for _, left, right in ends), (net.slug, css)


def test_strips_add_up(networks: list[Network]) -> None:
    for net in some(networks):
        wholes = [whole for whole in (net.parameters, net.macs, net.activations) if whole]
        bars = with_class(parsed(pictures.strips(net)), "span", "lw-bar")
        for whole, bar in zip(wholes, bars, strict=True):
            values = [re.search(r": ([0-9,]+) \([^(]*\)$", part.attrib["title"]) for part in bar]
            assert sum(int(value[1].replace(",", "")) for value in values if value) == whole, net.slug
            widths = sum(number_in(part.attrib["class"]) for part in bar)
            assert widths == pytest.approx(10_000, abs=len(bar))


Point = tuple[float, float]


def lines(figure: Element) -> list[tuple[Point, Point]]:
    """The lines of a drawing, all of which are ``M x y V y`` or ``M x y H x``."""
    (path,) = with_class(figure, "path", "lw-line")
    found = []
    for x, y, way, to in re.findall(r"M([-0-9.]+) ([-0-9.]+)([VH])([-0-9.]+)", path.attrib["d"]):
        start = (float(x), float(y))
        found.append((start, (start[0], float(to)) if way == "V" else (float(to), start[1])))
    assert len(found) == path.attrib["d"].count("M")
    return found


Box = tuple[float, float, float, float]


def boxes(figure: Element, *classes: str) -> list[Box]:
    """Left, top, right and bottom."""
    found = []
    for box in with_class(figure, "rect", *classes):
        x, y, width, height = place(box, "x", "y", "width", "height")
        found.append((x, y, x + width, y + height))
    return found


def overlap(one: Box, other: Box) -> bool:
    return all(one[axis] + 0.2 < other[axis + 2] and other[axis] + 0.2 < one[axis + 2] for axis in (0, 1))


def test_lines_never_cross_boxes_and_boxes_never_overlap(networks: list[Network]) -> None:
    for net in some(networks):
        for figure in parsed(pictures.blocks(net)).iter("figure"):
            walls = boxes(figure, "lw-box")
            assert not any(overlap(one, other) for one, other in combinations(walls, 2)), net.slug
            for (x, y), (to_x, to_y) in lines(figure):
                line = (min(x, to_x) - 0.3, min(y, to_y) - 0.3, max(x, to_x) + 0.3, max(y, to_y) + 0.3)
                inside = [wall for wall in walls if overlap(line, (wall[0] + 1, wall[1] + 1, wall[2] - 1, wall[3] - 1))]
                assert not inside, net.slug
            width, height = place(next(figure.iter("svg")), "width", "height")
            for box in boxes(figure, "lw-box", "lw-pill", "lw-ground"):
                assert overlap(box, (0, 0, width, height))
                assert box[0] >= 0, net.slug
                assert box[2] <= width, net.slug
                assert box[3] <= height, net.slug


def test_every_block_is_drawn_once(networks: list[Network]) -> None:
    for net in some(networks):
        rows = [row.index for one in distinct(net) if not one.apart for block in one.blocks for row in block.layers()]
        assert len(set(rows)) == len(rows), net.slug
