"""A network as the comparison's page fetches it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network
from layerwise.report import pictures
from layerwise.report.data.comparison import comparison, listed, scales
from layerwise.site.renderer import example
from tests.classes import number_in, share_in


def rows(network: Network) -> list[tuple[str, str, str]]:
    """Scale, output and names of each row."""
    return [(row["scale"], row["output"], row["parts"]) for row in scales(network)]


def test_scales_of_vgg(catalogue: Catalogue) -> None:
    # Simonyan & Zisserman, Table 1, configuration D: each max-pooling halves the map
    network = catalogue.entry("vgg-16").network
    assert rows(network) == [
        ("1/1", "224×224×64", "conv1"),
        ("1/2", "112×112×128", "MaxPool2, conv2"),
        ("1/4", "56×56×256", "MaxPool2, conv3"),
        ("1/8", "28×28×512", "MaxPool2, conv4"),
        ("1/16", "14×14×512", "MaxPool2, conv5"),
        ("1/32", "7×7×512", "MaxPool2"),
        ("1×1", "1000", "classifier"),
    ]
    parameters, macs = scales(network)[0]["figures"]
    # 3·3·3·64 + 64 + 3·3·64·64 + 64 = 38,720 of 138,357,544; 224·224·(1,728 + 36,864)
    assert parameters == ("parameters", "38.7 K", 0.03, "38,720 parameters, < 0.1 %")
    assert macs == ("MACs", "1.936 G", 12.52, "1,936,392,192 MACs, 12.5 %")


def test_scales_go_down_and_up_again(catalogue: Catalogue) -> None:
    # Ronneberger et al., Figure 1
    found = [(scale, output) for scale, output, _ in rows(catalogue.entry("unet").network)]
    assert found == [
        ("1/1", "568×568×64"),
        ("1/2", "280×280×128"),
        ("1/4", "136×136×256"),
        ("1/8", "64×64×512"),
        ("1/16", "28×28×1024"),
        ("1/8", "100×100×256"),
        ("1/4", "196×196×128"),
        ("1/2", "388×388×2"),
    ]


def test_side_outputs_are_a_row_of_their_own(catalogue: Catalogue) -> None:
    row = scales(catalogue.entry("googlenet").network)[-1]
    assert (row["scale"], row["output"], row["parts"]) == ("side", "", "auxiliary 1–2")
    assert [figure.text for figure in row["figures"]] == ["6.4 M", "0"]  # 13,378,280 less 6,998,552


def sums(network: Network, place: int) -> int:
    return sum(int(row["figures"][place].hint.split()[0].replace(",", "")) for row in scales(network))


def test_scales_add_up_to_the_network(networks: list[Network]) -> None:
    for network in networks:
        assert (sums(network, 0), sums(network, 1)) == (network.parameters, network.macs)
        orders = [row["order"] for row in scales(network)]
        assert orders == sorted(set(orders))


def test_a_stage_called_side_outputs_is_on_the_main_path() -> None:
    network = example("{stage: side outputs, layers: [{conv: 3x3x4, padding: 1}]}, {fc: 2}", on="8x8x3")
    assert [scale for scale, _, _ in rows(network)] == ["1/1", "1×1"]
    assert sums(network, 1) == 8 * 8 * 3 * 3 * 3 * 4 + 8 * 8 * 4 * 2


@pytest.mark.parametrize("slug", ["lenet-5", "googlenet", "resnet-152", "vit-b-16"])
def test_strips_are_those_of_the_page(slug: str, catalogue: Catalogue) -> None:
    network = catalogue.entry(slug).network
    drawn = BeautifulSoup(pictures.strips(network), "lxml").select(".lw-strip")
    for strip, picture in zip(comparison(network)["strips"], drawn, strict=True):
        assert [strip["title"], strip["total"]] == [picture.select(css)[0].text for css in (".lw-what", ".lw-sum")]
        assert strip["label"] == picture.select(".lw-bar")[0]["aria-label"]
        segments = [
            (
                [operation_at(part) for part in (bar, *bar.select("u"))],
                number_in(bar["class"]),
                str(bar["title"]),
                bar.text,
            )
            for bar in picture.select("i")
        ]
        assert [tuple(bar) for bar in strip["bars"]] == segments


def operation_at(part: Tag) -> tuple[str, int]:
    """The operation of a segment or a part of it, and the percentage at which it begins."""
    return str(part["class"][0]).removeprefix("lw-"), share_in(part)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["fire5", "fire6", "fire7", "fire8", "conv10"], "fire5–8, conv10"),
        (["Mixed_5b", "Mixed_5c", "Mixed_6a"], "Mixed_5b–c, Mixed_6a"),
        (["conv1", "pool1"], "conv1, pool1"),
        (["stem"], "stem"),
        (["block", "block"], "block, block"),
        ([], ""),
    ],
)
def test_numbered_names_are_abbreviated(names: list[str], text: str) -> None:
    assert listed(names) == text
