"""The charts of networks: scales, places and names."""

from __future__ import annotations

import itertools
from pathlib import Path

import lxml.etree
import pytest

from layerwise.network.catalogue import Catalogue, Entry, Loader
from layerwise.report.pictures import scatter
from layerwise.report.pictures.point_labels import BOTTOM, LAYOUTS, Layout, Name, Point, names
from layerwise.report.pictures.scatter import CHARTS, Chart, Plane, Scale

NETWORKS = Path(__file__).parents[2] / "networks"
ACCURACY, WORK = CHARTS
LETTER, HEIGHT = 5.5, 11
"""The width and height of a letter in most fonts at the charts' size, in pixels; the program assumes more."""


@pytest.fixture(scope="module")
def vggs() -> dict[str, Entry]:
    return {entry.network.slug: entry for entry in Loader().file(NETWORKS / "vgg.yml")[1]}


@pytest.mark.parametrize(
    ("values", "log", "ticks"),
    [
        ([2e6, 5e8], True, [3e6, 1e7, 3e7, 1e8, 3e8]),
        ([5e3, 2e9], True, [1e4, 1e5, 1e6, 1e7, 1e8, 1e9]),
        ([57, 88], False, [60, 65, 70, 75, 80, 85]),
        ([71.5, 74], False, [72, 73, 74]),
    ],
)
def test_ticks(values: list[float], log: bool, ticks: list[float]) -> None:
    assert Scale(values, log=log).ticks() == pytest.approx(ticks)


def test_tenfold_is_as_far_everywhere_on_a_log_scale() -> None:
    scale = Scale([1e3, 1e9], log=True)
    steps = [scale.place(10.0 ** (power + 1)) - scale.place(10.0**power) for power in range(3, 9)]
    assert steps == pytest.approx([steps[0]] * 6)


def test_equal_values_lie_in_the_middle() -> None:
    assert Scale([7, 7], log=False).place(7) == 0.5


def test_points_lie_by_work_and_accuracy(vggs: dict[str, Entry]) -> None:
    # torchvision: VGG-11 has 7.6 G MACs and 69.02 %, VGG-19 19.6 G and 72.376 %; configuration C has no weights there.
    points = {point.entry.network.slug: point for point in Plane(vggs.values(), ACCURACY).points}
    assert points.keys() == {"vgg-11", "vgg-13", "vgg-16", "vgg-19"}
    assert points["vgg-11"].x < points["vgg-13"].x < points["vgg-16"].x < points["vgg-19"].x
    assert points["vgg-11"].y > points["vgg-13"].y > points["vgg-16"].y > points["vgg-19"].y


def test_area_stands_for_parameters(vggs: dict[str, Entry]) -> None:
    points = {point.entry.network.slug: point for point in Plane(vggs.values(), ACCURACY).points}
    areas = points["vgg-11"].radius ** 2 / points["vgg-19"].radius ** 2
    assert areas == pytest.approx(132_863_336 / 143_667_240)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_small_points_are_drawn_over_large_ones(chart: Chart, catalogue: Catalogue) -> None:
    radii = [point.radius for point in Plane(catalogue.entries, chart).points]
    assert radii == sorted(radii, reverse=True)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.key)
def test_names_cover_nothing(chart: Chart, layout: Layout, catalogue: Catalogue) -> None:
    points = Plane(catalogue.entries, chart).points
    found = names(points, layout)
    boxes = [box(name, layout) for name in found]
    assert len(found) >= 5
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= layout.width
        assert 0 <= top < bottom <= BOTTOM / 100 * layout.height
    for one, other in itertools.combinations(boxes, 2):
        assert not overlap(one, other)
    for name, (left, top, right, bottom) in zip(found, boxes, strict=True):
        covered = [point.entry.network.name for point in points if within(point, layout, left, top, right, bottom)]
        assert covered == [], name.text


def box(name: Name, layout: Layout) -> tuple[float, float, float, float]:
    width = LETTER * len(name.text)
    x = name.x / 100 * layout.width + name.dx - {"start": 0, "middle": width / 2, "end": width}[name.anchor]
    y = name.y / 100 * layout.height + name.dy
    return x, y - HEIGHT + 3, x + width, y + 3


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(point: Point, layout: Layout, left: float, top: float, right: float, bottom: float) -> bool:
    """Return true if a point's centre is in a box."""
    return left < point.x / 100 * layout.width < right and top < point.y / 100 * layout.height < bottom


def test_a_wide_chart_names_most_families(catalogue: Catalogue) -> None:
    points = Plane(catalogue.entries, ACCURACY).points
    family = {point.entry.network.name: point.entry.network.family for point in points}
    named = {family[name.text] for name in names(points, LAYOUTS[0])}
    assert len(named) > len(set(family.values())) / 2


def test_every_point_is_a_link_with_its_figures(vggs: dict[str, Entry]) -> None:
    drawing = lxml.etree.fromstring(scatter.drawing(list(vggs.values()), ACCURACY, lambda path: f"../{path}"))
    links = {link.get("href"): link.findtext("title") for link in drawing.iter("a")}
    assert links["../networks/vgg-16.md"] == "VGG-16 · 138,357,544 parameters · 15.470 G MACs · top-1 71.59 %"
    assert len(links) == 4


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_points_stay_within_the_chart(chart: Chart, catalogue: Catalogue) -> None:
    drawing = lxml.etree.fromstring(scatter.drawing(catalogue.entries, chart, str))
    for circle in drawing.iter("circle"):
        for side in ("cx", "cy"):
            assert 0 < float(circle.get(side, "").rstrip("%")) < 100


def test_one_network_makes_no_chart(vggs: dict[str, Entry]) -> None:
    assert scatter.drawing([vggs["vgg-16"]], WORK, str) == ""
    assert scatter.drawing([vggs["vgg-16-c"], vggs["vgg-16"]], ACCURACY, str) == ""
    assert scatter.drawing([vggs["vgg-16-c"], vggs["vgg-16"]], WORK, str) != ""


def test_families_have_hues_in_the_order_of_their_years(catalogue: Catalogue) -> None:
    hues = scatter.hues(catalogue.entries)
    assert hues.keys() == {entry.network.family for entry in catalogue.entries}
    around = [(hue - next(iter(hues.values()))) % 360 for hue in hues.values()]
    assert around == sorted(around)
    assert len(set(around)) == len(around)
