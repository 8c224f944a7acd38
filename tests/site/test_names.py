"""The names that the search knows: titles, aliases, figures, papers, layers and tags, with a line on each page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from layerwise.network.catalogue import Catalogue
from layerwise.site.names import Named, names, to_json
from tests.projects import small_project
from tests.site.conftest import build_site

WRITTEN: list[dict[str, Any]] = [
    {"location": "method/", "title": "Method", "text": "<p>One. Two.</p>"},
    {"location": "method/#size", "title": "Size &amp; shape", "text": "Of a <em>map</em>: its sides", "tags": ["x"]},
    {"location": "concepts/add/", "title": "Add", "text": "", "tags": ["skip connection"]},
    {"location": "networks/vgg-16/#layers", "title": "Layers", "text": "By type"},
]


@pytest.fixture(scope="module")
def known(catalogue: Catalogue) -> dict[str, Named]:
    return {named.location: named for named in names(catalogue, WRITTEN)}


def test_networks_have_a_line_of_figures(known: dict[str, Named]) -> None:
    # published-numbers: 138,357,544 parameters, 15,470,264,320 MACs; Table 1 of the ResNet paper: 11.7 to 60.2 million
    assert known["networks/vgg-16/"].line == "138.4 M parameters · 15.5 G MACs · 2014"
    assert known["networks/resnet/"].line == "5 networks · 11.7 M to 60.2 M parameters · 2015"


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("networks/vgg-16/", "138,357,544"),
        ("networks/vgg-16/", "138M"),
        ("networks/vgg-16/", "138.4M"),
        ("networks/vgg-16/", "138.36M"),
        ("networks/vgg-16/", "15.47G"),
        ("networks/vgg-16/", "VGG-D"),
        ("networks/vgg/", "conv1_1"),
        ("networks/vgg/", "conv5_4"),
        ("networks/vgg/", "Simonyan et al"),
        ("networks/resnet/", "He et al 2015"),
        ("networks/resnet/", "Deep Residual Learning for Image Recognition"),
        ("networks/googlenet/", "Szegedy et al"),
        ("concepts/add/", "skip connection"),
        ("layers/conv/", "Conv"),
    ],
)
def test_names(location: str, name: str, known: dict[str, Named]) -> None:
    assert name in known[location].names


def test_paper_and_layers_belong_to_the_family(known: dict[str, Named]) -> None:
    assert not {"Simonyan et al", "conv1_1"} & {*known["networks/vgg-16/"].names}
    assert "conv1_1" not in known["networks/resnet/"].names  # its conv1 has a single convolution


def test_pages_come_first_and_sections_last(catalogue: Catalogue) -> None:
    locations = [named.location for named in names(catalogue, WRITTEN)]
    assert locations[:2] == ["method/", "concepts/add/"]
    assert locations[-1] == "method/#size"
    assert locations.index("networks/resnet/") < locations.index("networks/resnet-50/")
    assert "networks/vgg-16/#layers" not in locations


def test_other_pages_have_their_first_sentence(known: dict[str, Named]) -> None:
    assert known["method/"].line == "One."
    assert known["method/#size"] == Named("method/#size", "Size & shape", "Of a map: its sides", rank=-1)


def test_the_file_has_each_name_once() -> None:
    assert json.loads(to_json([Named("a/", "A", "b", ("c", "c", "d"))])) == [["a/", "A", "b", "c", "d"]]


def test_a_site_without_a_search_has_no_names(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    build_site(project, project / "with")
    assert "networks/lenet-5/" in (project / "with" / "search" / "names.json").read_text()
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("  - search\n", ""))
    build_site(project, project / "without")
    assert not (project / "without" / "search").exists()
