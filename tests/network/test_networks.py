"""The founding networks against published figures, and what must hold for every network of the catalogue."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from layerwise.core.errors import DefinitionError
from layerwise.core.windows import Padding
from layerwise.definition.definition import parse
from layerwise.network.catalogue import Catalogue, calculate
from layerwise.network.graph import Branches, Group, LayerNode, Network, groups_of, totals
from layerwise.report.formatting import memory
from tests.conftest import NETWORKS

SOURCE_TABLES = Path(__file__).parents[1] / "data" / "source-tables.json"

# The multiply-accumulates of ResNet-50, -101 and -152 are torchvision's less what its stride on the 3×3 costs in three
# blocks: 256·128·(56² − 28²) = 512·256·(28² − 14²) = 1024·512·(14² − 7²) = 77,070,336.
V1_5 = 3 * 77_070_336

FIGURES = [
    # slug               parameters   main path                 MACs  depth
    ("lenet-5",              61_706,     61_706,             416_520,   5),
    ("alexnet",          62_378_344, 62_378_344,       1_135_256_096,   8),
    ("alexnet-grouped",  60_965_224, 60_965_224,         724_406_816,   8),
    ("vgg-11",          132_863_336, 132_863_336,      7_609_090_048,  11),
    ("vgg-13",          133_047_848, 133_047_848,     11_308_466_176,  13),
    ("vgg-16-c",        133_638_952, 133_638_952,     11_770_888_192,  16),
    ("vgg-16",          138_357_544, 138_357_544,     15_470_264_320,  16),
    ("vgg-19",          143_667_240, 143_667_240,     19_632_062_464,  19),
    ("googlenet",        13_378_280,   6_998_552,      1_582_671_872,  22),
    ("resnet-18",        11_689_512, 11_689_512,       1_814_073_344,  18),
    ("resnet-34",        21_797_672, 21_797_672,       3_663_761_408,  34),
    ("resnet-50",        25_557_032, 25_557_032,  4_089_184_256 - V1_5,  50),
    ("resnet-101",       44_549_160, 44_549_160,  7_801_405_440 - V1_5, 101),
    ("resnet-152",       60_192_808, 60_192_808, 11_513_626_624 - V1_5, 152),
]  # fmt: skip

RECEPTIVE_FIELDS = [
    # slug               layer                        size  step
    ("alexnet",          "MaxPool3",                   195,   32),
    ("alexnet-grouped",  "MaxPool3",                   195,   32),
    ("vgg-16",           "conv5/Conv3-512",            196,   16),
    ("vgg-16",           "conv5/MaxPool2",             212,   32),
    ("googlenet",        "inception 5/5b/Concat",      715,   32),
    ("resnet-18",        "conv5_x/conv5_2/Add",        435,   32),
    ("resnet-34",        "conv5_x/conv5_3/Add",        899,   32),
    ("resnet-50",        "conv5_x/conv5_3/Add",        483,   32),
    ("resnet-101",       "conv5_x/conv5_3/Add",       1027,   32),
    ("resnet-152",       "conv5_x/conv5_3/Add",       1507,   32),
]  # fmt: skip

# counted by following single values through the networks, position by position
FIELDS_AFTER_UPSAMPLING = {
    "centernet": 627,
    "dcgan-generator": 6,
    "enet": 1249,
    "erfnet": 1239,
    "fcn-8s": 468,
    "fcn-16s": 468,
    "linknet": 499,
    "segnet": 404,
    "simplepose": 491,
    "unet": 204,
    "unet-padded": 236,
}

INCEPTION_BLOCKS = [
    # block  weights    MACs in millions, as the widths of the paper's Table 1 give them
    ("3a",     163_328, "128.0"),
    ("3b",     388_096, "304.3"),
    ("4a",     375_552, "73.6"),
    ("4b",     448_512, "87.9"),
    ("4c",     509_440, "99.9"),
    ("4d",     604_672, "118.5"),
    ("4e",     867_328, "170.0"),
    ("5a",   1_042_432, "51.1"),
    ("5b",   1_442_816, "70.7"),
]  # fmt: skip

ONE_DIGIT = [
    # file             what it says               with one digit changed     the claim that breaks
    ("lenet-5.yml",    "conv: 5x5x16",            "conv: 5x5x17",            "parameters: 48120"),
    ("alexnet.yml",    "conv: 3x3x256",           "conv: 3x3x257",           "parameters: 62378344"),
    ("alexnet-grouped.yml", "padding: 2, groups: 2", "padding: 2, groups: 1", "parameters: 60965224"),
    ("vgg.yml",        "[2, 2, 3, 3, 3]",         "[2, 2, 3, 3, 4]",         "parameters: 138357544"),
    ("googlenet.yml",  "[128, 128, 256, 24",      "[128, 128, 257, 24",      "parameters: 13378280"),
    ("googlenet.yml",  "[384, 192, 384, 48",      "[384, 192, 484, 48",      "macs: 71 M"),
    ("resnet.yml",     "(4 * width)",             "(5 * width)",             "parameters: 25557032"),
    ("resnet.yml",     "conv: 7x7x64, stride: 2", "conv: 7x7x64, stride: 1", "receptive_field: 483"),
]  # fmt: skip


def row(network: Network, layer: str) -> LayerNode:
    """The last layer of that path."""
    return [row for row in network.layers if "/".join((*row.path, row.name)) == layer][-1]


def group(network: Network, name: str) -> Group:
    return next(group for group in groups_of(network.items) if group.name == name)


# --- the founding networks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "parameters", "main", "macs", "depth"), FIGURES)
def test_figures(catalogue: Catalogue, slug: str, parameters: int, main: int, macs: int, depth: int) -> None:
    network = catalogue.entry(slug).network
    assert (network.parameters, network.main.parameters, network.macs, network.depth) == (parameters, main, macs, depth)


@pytest.mark.parametrize(("slug", "layer", "size", "step"), RECEPTIVE_FIELDS)
def test_receptive_field(catalogue: Catalogue, slug: str, layer: str, size: int, step: int) -> None:
    field = row(catalogue.entry(slug).network, layer).receptive_field
    assert field is not None
    assert (field.size, field.step) == ((size, size), (step, step))


@pytest.mark.parametrize("slug", FIELDS_AFTER_UPSAMPLING)
def test_receptive_field_after_upsampling(catalogue: Catalogue, slug: str) -> None:
    field = catalogue.entry(slug).network.receptive_field
    assert field is not None
    assert field.size == (FIELDS_AFTER_UPSAMPLING[slug],) * 2


@pytest.mark.parametrize(("block", "weights", "macs"), INCEPTION_BLOCKS)
def test_inception_block(catalogue: Catalogue, block: str, weights: int, macs: str) -> None:
    rows = list(group(catalogue.entry("googlenet").network, block).layers())
    assert sum(tensor.count for row in rows for tensor in row.stats.tensors if tensor.name == "weight") == weights
    assert f"{totals(rows).macs / 10**6:.1f}" == macs


def test_auxiliary_classifiers_of_googlenet(catalogue: Catalogue) -> None:
    heads = [totals(head.layers()) for head in catalogue.entry("googlenet").network.side_outputs]
    assert [head.parameters for head in heads] == [3_188_840, 3_190_888]
    assert [f"{head.macs / 10**6:.2f}" for head in heads] == ["4.17", "4.20"]


def test_running_statistics_of_resnet_50(catalogue: Catalogue) -> None:
    assert catalogue.entry("resnet-50").network.buffers == 53_120


def test_resnet_50_has_six_honest_counts(catalogue: Catalogue) -> None:
    network = catalogue.entry("resnet-50").network
    convolutions = sum(row.output.channels for row in network.layers if row.layer.kind == "conv")
    normalization = sum(row.parameters for row in network.layers if row.layer.kind == "batch_norm")
    classifier_bias = 1000
    assert network.parameters - normalization - classifier_bias == 25_502_912
    assert network.parameters - normalization + convolutions == 25_530_472
    assert network.parameters == 25_557_032
    assert network.parameters + network.buffers == 25_610_152
    assert network.parameters + convolutions == 25_583_592
    assert network.parameters + convolutions + network.buffers == 25_636_712


# --- the source tables ------------------------------------------------------------------------------------------------


def as_in_the_table(row: LayerNode) -> dict[str, Any]:
    """A layer as the source tables print it; a stride or padding that differs along the sides has no place there."""
    window = row.stats.window
    stride = padding = None
    if window is not None:
        stride, padding = window.stride[0], window.padding.top
        assert window.stride == (stride, stride)
        assert window.padding == Padding(padding, padding, padding, padding)
    (input_shape,) = row.inputs
    return {
        "layer": row.name,
        "input": "x".join(map(str, input_shape)),
        "filter": "x".join(map(str, row.layer.filter)) or None,
        "stride": stride,
        "padding": padding,
        "output": "x".join(map(str, row.output)),
        "formula": row.stats.formula.replace("×", "x").replace(" ", "") or None,
        "parameters": row.parameters,
    }


@pytest.mark.parametrize(("name", "slug"), [("LeNet-5", "lenet-5"), ("AlexNet", "alexnet"), ("VGG-16", "vgg-16")])
def test_source_table(catalogue: Catalogue, name: str, slug: str) -> None:
    network = catalogue.entry(slug).network
    table = json.loads(SOURCE_TABLES.read_text(encoding="utf-8"))[name]
    input_shape, *rows = table["rows"]
    assert network.name == name
    assert "x".join(map(str, network.input)) == input_shape["output"]
    assert [as_in_the_table(row) for row in network.layers] == rows
    assert network.parameters == table["total"]
    assert memory(network.memory_bytes) == table["memory"]


# --- every network ----------------------------------------------------------------------------------------------------


def evaluated(formula: str) -> int:
    """A formula's value, by reading it: ``×`` multiplies, ``+`` adds, and nothing is zero."""
    if not formula:
        return 0
    return sum(math.prod(map(int, product.split("×"))) for product in formula.split(" + "))


def added_up(item: LayerNode | Group | Branches) -> int:
    """The parameters of a layer, or of everything inside a stage, block or branch."""
    match item:
        case LayerNode():
            return item.parameters
        case Group():
            return sum(map(added_up, item.items))
        case Branches():
            return sum(map(added_up, item.branches)) + added_up(item.merge)


def test_formulas_are_their_counts(networks: list[Network]) -> None:
    for network in networks:
        for row in network.layers:
            assert evaluated(row.stats.formula) == row.parameters, (network.slug, row.path, row.name)


def test_rows_add_up(networks: list[Network]) -> None:
    for network in networks:
        for group in groups_of(network.items):
            assert totals(group.layers()).parameters == added_up(group), (network.slug, group.name)
        assert network.parameters == sum(map(added_up, network.items)), network.slug
        assert network.parameters == sum(row.parameters for row in network.layers), network.slug
        assert network.macs == sum(row.macs for row in network.layers if row.on_main_path), network.slug


def test_what_enters_is_what_left(networks: list[Network]) -> None:
    for network in networks:
        left = {-1: network.input} | {row.index: row.output for row in network.layers}
        for place, row in enumerate(network.layers):
            assert row.index == place, network.slug
            assert all(feed < place for feed in row.sources), (network.slug, row.path, row.name)
            assert row.inputs == tuple(left[feed] for feed in row.sources), (network.slug, row.path, row.name)


@pytest.mark.parametrize(("file", "metadata", "changed", "claim"), ONE_DIGIT)
def test_one_digit_breaks_a_claim(file: str, metadata: str, changed: str, claim: str) -> None:
    text = (NETWORKS / file).read_text(encoding="utf-8")
    assert metadata in text
    wrong = text.replace(metadata, changed, 1)
    before = wrong[: wrong.index(claim) + claim.index(" ") + 1]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    with pytest.raises(DefinitionError) as error:
        calculate(parse(wrong, file), Path(file)).sound()
    assert any(str(diagnostic).startswith(f"{file}:{line}:{column}: ") for diagnostic in error.value.diagnostics), (
        error.value
    )
