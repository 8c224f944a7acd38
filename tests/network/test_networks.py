"""Classic networks compared with published figures, and invariants of every network in the catalogue."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from layerwise.core.errors import DefinitionError
from layerwise.core.windows import Padding
from layerwise.definition import parse
from layerwise.definition.files import beside
from layerwise.layers.inputs import Input
from layerwise.network.catalogue import Catalogue, calculate
from layerwise.network.graph import Branches, Group, LayerNode, Network, groups_of, totals
from layerwise.report.formatting import memory
from tests.conftest import NETWORKS

SOURCE_TABLES = Path(__file__).parents[1] / "data" / "source-tables.json"

# In torchvision's ResNet-50, -101 and -152, the 3×3 convolutions have the stride, not the 1×1 convolutions before them.
# In each of three blocks, that adds 256·128·(56² − 28²) = 512·256·(28² − 14²) = 1024·512·(14² − 7²) = 77,070,336 MACs.
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

CLASSES = {
    "AG's News": 4, "AudioSet": 527, "AudioSet-YouTube": 521,
    "CIFAR-10": 10, "Cityscapes": 19, "ImageNet-1k": 1000, "ISBI 2012": 2, "Kinetics-400": 400, "MNIST": 10,
    "ModelNet40": 40, "MR": 2, "P300": 2, "PASCAL VOC": 21, "Social Face Classification": 4030, "Speech Commands": 35,
    "Sports-1M": 487, "UrbanSound8K": 10, "USPS": 10, "VGGFace": 2622,
}  # fmt: skip
"""Classes of datasets, with the background where it is one of the outputs."""

EMBEDDINGS = {"vggish"}
"""Networks whose output is a vector that describes the input."""

RECEPTIVE_FIELDS = [
    # slug               layer                        size  stride
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
    # block  weights    MACs in millions, calculated from the channels in the paper's Table 1
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
    # file             original                   with one digit changed     the claim that no longer agrees
    ("lenet-5.yml",    "conv: 5x5x16",            "conv: 5x5x17",            "parameters: 48120"),
    ("alexnet.yml",    "conv: 3x3x256",           "conv: 3x3x257",           "parameters: 62378344"),
    ("alexnet-grouped.yml", "groups: 2", "groups: 1", "parameters: 60965224"),
    ("vgg.yml",        "[2, 2, 3, 3, 3]",         "[2, 2, 3, 3, 4]",         "parameters: 138357544"),
    ("googlenet.yml",  "[128, 128, 256, 24",      "[128, 128, 257, 24",      "parameters: 13378280"),
    ("googlenet.yml",  "[384, 192, 384, 48",      "[384, 192, 484, 48",      "macs: 71 M"),
    ("resnet.yml",     "(4 * width)",             "(5 * width)",             "parameters: 25557032"),
    ("resnet.yml",     "conv: 7x7x64, stride: 2", "conv: 7x7x64, stride: 1", "receptive_field: 483"),
]  # fmt: skip


def find_node(network: Network, layer: str) -> LayerNode:
    """Return the last layer with this path."""
    return [node for node in network.layers if "/".join((*node.path, node.name)) == layer][-1]


def find_group(network: Network, name: str) -> Group:
    return next(group for group in groups_of(network.items) if group.name == name)


# --- classic networks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "parameters", "main", "macs", "depth"), FIGURES)
def test_figures(catalogue: Catalogue, slug: str, parameters: int, main: int, macs: int, depth: int) -> None:
    network = catalogue.entry(slug).network
    assert (network.parameters, network.main.parameters, network.macs, network.depth) == (parameters, main, macs, depth)


@pytest.mark.parametrize(("slug", "layer", "size", "stride"), RECEPTIVE_FIELDS)
def test_receptive_field(catalogue: Catalogue, slug: str, layer: str, size: int, stride: int) -> None:
    field = find_node(catalogue.entry(slug).network, layer).receptive_field
    assert field is not None
    assert (field.size, field.step) == ((size, size), (stride, stride))


@pytest.mark.parametrize("slug", FIELDS_AFTER_UPSAMPLING)
def test_receptive_field_after_upsampling(catalogue: Catalogue, slug: str) -> None:
    field = catalogue.entry(slug).network.receptive_field
    assert field is not None
    assert field.size == (FIELDS_AFTER_UPSAMPLING[slug],) * 2


@pytest.mark.parametrize(("block", "weights", "macs"), INCEPTION_BLOCKS)
def test_inception_block(catalogue: Catalogue, block: str, weights: int, macs: str) -> None:
    nodes = list(find_group(catalogue.entry("googlenet").network, block).layers())
    assert sum(tensor.count for node in nodes for tensor in node.stats.tensors if tensor.name == "weight") == weights
    assert f"{totals(nodes).macs / 10**6:.1f}" == macs


def test_auxiliary_classifiers_of_googlenet(catalogue: Catalogue) -> None:
    heads = [totals(head.layers()) for head in catalogue.entry("googlenet").network.side_outputs]
    assert [head.parameters for head in heads] == [3_188_840, 3_190_888]
    assert [f"{head.macs / 10**6:.2f}" for head in heads] == ["4.17", "4.20"]


def test_running_statistics_of_resnet_50(catalogue: Catalogue) -> None:
    assert catalogue.entry("resnet-50").network.buffers == 53_120


def test_six_parameter_counts_of_resnet_50(catalogue: Catalogue) -> None:
    network = catalogue.entry("resnet-50").network
    convolution_biases = sum(node.output.channels for node in network.layers if node.layer.kind == "conv")
    normalization = sum(node.parameters for node in network.layers if node.layer.kind == "batch_norm")
    classifier_bias = 1000
    assert network.parameters - normalization - classifier_bias == 25_502_912
    assert network.parameters - normalization + convolution_biases == 25_530_472
    assert network.parameters == 25_557_032
    assert network.parameters + network.buffers == 25_610_152
    assert network.parameters + convolution_biases == 25_583_592
    assert network.parameters + convolution_biases + network.buffers == 25_636_712


# --- the source tables ------------------------------------------------------------------------------------------------


def table_row(node: LayerNode) -> dict[str, Any]:
    """A layer as printed in the source tables, where stride and padding are the same on all sides."""
    window = node.stats.window
    stride = padding = None
    if window is not None:
        stride, padding = window.stride[0], window.padding[0]
        assert window.stride == (stride, stride)
        assert window.padding == Padding((padding,) * 4)
    (input_shape,) = node.inputs
    return {
        "layer": node.name,
        "input": "x".join(map(str, input_shape)),
        "filter": "x".join(map(str, node.layer.filter)) or None,
        "stride": stride,
        "padding": padding,
        "output": "x".join(map(str, node.output)),
        "formula": node.stats.formula.replace("×", "x").replace(" ", "") or None,
        "parameters": node.parameters,
    }


@pytest.mark.parametrize(("name", "slug"), [("LeNet-5", "lenet-5"), ("AlexNet", "alexnet"), ("VGG-16", "vgg-16")])
def test_source_table(catalogue: Catalogue, name: str, slug: str) -> None:
    network = catalogue.entry(slug).network
    table = json.loads(SOURCE_TABLES.read_text(encoding="utf-8"))[name]
    input_shape, *rows = table["rows"]
    assert network.name == name
    assert "x".join(map(str, network.input)) == input_shape["output"]
    assert [table_row(node) for node in network.layers] == rows
    assert network.parameters == table["total"]
    assert memory(network.memory_bytes) == table["memory"]


# --- every network ----------------------------------------------------------------------------------------------------


def evaluate(formula: str) -> int:
    """Evaluate a formula as printed, with ``×`` and ``+``; an empty one is zero."""
    if not formula:
        return 0
    return sum(math.prod(map(int, product.split("×"))) for product in formula.split(" + "))


def sum_parameters(item: LayerNode | Group | Branches) -> int:
    """Sum the parameters of a layer, or of everything inside a stage, block or branch."""
    match item:
        case LayerNode():
            return item.parameters
        case Group():
            return sum(map(sum_parameters, item.items))
        case Branches():
            return sum(map(sum_parameters, item.branches)) + sum_parameters(item.merge)


def test_formulas_evaluate_to_parameter_counts(networks: list[Network]) -> None:
    for network in networks:
        for node in network.layers:
            assert evaluate(node.stats.formula) == node.parameters, (network.slug, node.path, node.name)


def test_every_operation_is_counted(networks: list[Network]) -> None:
    assert [network.slug for network in networks if network.uncounted] == []


def test_totals_are_sums_of_layers(networks: list[Network]) -> None:
    for network in networks:
        for group in groups_of(network.items):
            assert totals(group.layers()).parameters == sum_parameters(group), (network.slug, group.name)
        assert network.parameters == sum(map(sum_parameters, network.items)), network.slug
        assert network.parameters == sum(node.parameters for node in network.layers), network.slug
        assert network.macs == sum(node.macs for node in network.layers if node.on_main_path), network.slug


def test_input_shapes_are_output_shapes_of_sources(networks: list[Network]) -> None:
    for network in networks:
        outputs = {-1: network.input} | {node.index: node.output for node in network.layers}
        for index, node in enumerate(network.layers):
            assert node.index == index, network.slug
            assert all(source < index for source in node.sources), (network.slug, node.path, node.name)
            # a further input follows another layer, but starts from itself
            expected = tuple(outputs[source] for source in node.sources)
            assert isinstance(node.layer, Input) or node.inputs == expected, (network.slug, node.path, node.name)


def test_every_network_has_a_task_and_a_dataset(networks: list[Network]) -> None:
    missing = [
        network.slug
        for network in networks
        if None in (network.variant.metadata.task, network.variant.metadata.dataset)
    ]
    assert not missing


def test_outputs_have_the_classes_of_the_dataset(networks: list[Network]) -> None:
    for network in networks:
        metadata = network.variant.metadata
        if metadata.task in ("classification", "segmentation") and network.slug not in EMBEDDINGS:
            assert network.layers[-1].output[-1] == CLASSES[str(metadata.dataset)], network.slug


@pytest.mark.parametrize(("file", "original", "changed", "claim"), ONE_DIGIT)
def test_one_changed_digit_breaks_a_claim(file: str, original: str, changed: str, claim: str) -> None:
    source = (NETWORKS / file).read_text(encoding="utf-8")
    assert original in source
    wrong = source.replace(original, changed, 1)
    before = wrong[: wrong.index(claim) + claim.index(" ") + 1]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    with pytest.raises(DefinitionError) as error:
        calculate(parse(wrong, file, beside(NETWORKS / file)), Path(file)).sound()
    assert any(str(diagnostic).startswith(f"{file}:{line}:{column}: ") for diagnostic in error.value.diagnostics), (
        error.value
    )
