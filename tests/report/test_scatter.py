"""The charts of networks: scales, places and names."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import lxml.etree
import pytest

from layerwise.network.catalogue import Catalogue, Entry, Loader
from layerwise.report.pictures import scatter
from layerwise.report.pictures.scatter import CHARTS, Chart, Plane, Scale

NETWORKS = Path(__file__).parents[2] / "networks"
ACCURACY, WORK = CHARTS


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


def test_the_six_largest_families_have_colours(catalogue: Catalogue) -> None:
    sizes = Counter(entry.network.family for entry in catalogue.entries)
    colours = scatter.colours(catalogue.entries)
    assert list(colours.values()) == ["f1", "f2", "f3", "f4", "f5", "f6"]
    assert min(sizes[family] for family in colours) >= max(sizes[family] for family in sizes if family not in colours)


def test_every_point_has_the_colour_of_its_family(vggs: dict[str, Entry]) -> None:
    drawing = lxml.etree.fromstring(scatter.drawing(list(vggs.values()), ACCURACY, str))
    assert {link.get("class") for link in drawing.iter("a")} == {"f1"}


def test_points_rank_by_their_claims(vggs: dict[str, Entry]) -> None:
    drawing = lxml.etree.fromstring(scatter.drawing(list(vggs.values()), WORK, str))
    claims = {link.get("href"): int(link.get("data-claims", "0")) for link in drawing.iter("a")}
    assert claims == {f"networks/{slug}.md": len(entry.claims) for slug, entry in vggs.items()}
