"""Networks compared with the models of timm, pytorchcv and Keras that they claim.

The models are in tests/data/frameworks.jsonl, written by tests/frameworks_data.py. Kernels are compared in the order of
execution, with their strides, groups, dilations and outputs; parallel branches may run in any order.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pytest

from layerwise.definition import Claim
from layerwise.network.catalogue import Catalogue
from layerwise.network.claims import agrees
from layerwise.network.graph import Branches, Group, LayerNode, Network
from tests.frameworks_data import DATA, Key, ModelSummary, claimed_model

MODELS: dict[Key, dict[str, Any]] = {
    (model["source"], model["model"], tuple(model["input"])): model
    for model in map(json.loads, DATA.read_text(encoding="utf-8").splitlines())
}

LEVIT = ("128s", "128", "192", "256", "384")
MOBILEVIT_V2 = ("050", "075", "100", "150", "200")
TWINS = ("small", "base", "large")
KNOWN_DIFFERENCES = {
    # model with kernels that differ from those of the network that claims it: the reason
    "ResNet50V2": "strides at the end of a stage",
    "ResNet101V2": "strides at the end of a stage",
    "ResNet152V2": "strides at the end of a stage",
    "beit_base_patch16_224": "queries, keys and values without a module",
    "beit_large_patch16_224": "queries, keys and values without a module",
    "deit_tiny_distilled_patch16_224": "each of two tokens in a tensor of its own",
    "deit_small_distilled_patch16_224": "each of two tokens in a tensor of its own",
    "deit_base_distilled_patch16_224": "each of two tokens in a tensor of its own",
    **{f"efficientvit_m{size}": "queries, keys and values normalized in one layer" for size in range(6)},
    **{f"levit_{size}": "queries, keys and values normalized in one layer" for size in LEVIT},
    **{f"mobilevitv2_{size}": "scores, keys and values in one layer" for size in MOBILEVIT_V2},
    **{f"tresnet_{size}": "blurring without a module" for size in "ml"},
    **{f"twins_svt_{size}": "both queries, keys and values, and keys and values, in one layer" for size in TWINS},
    "tresnet_xl": "blurring without a module",
    "densenet40_k12_cifar10": "another network",
    "densenet100_k12_cifar10": "another network",
    "densenet100_k24_cifar10": "another network",
    "mixnet_l": "grouped 1×1 convolutions split into one for each group",
    "mixnet_m": "grouped 1×1 convolutions split into one for each group",
    "mixnet_s": "grouped 1×1 convolutions split into one for each group",
    "nasnet_4a1056": "one more row and column of padding in reductions",
    "resnet20_cifar10": "projections on shortcuts",
    "resnet56_cifar10": "projections on shortcuts",
    "resnet110_cifar10": "projections on shortcuts",
    "resnet1202_cifar10": "projections on shortcuts",
}
ORDER_DIFFERS = ("hrnet_w18", "hrnet_w32", "hrnet_w48", "nasnetalarge", "NASNetLarge")
"""Models that run parallel branches, or the layers that adapt the inputs of a cell, in another order."""


class Fused(NamedTuple):
    """Branches of attention whose linear layers are one layer in a model, if enough of them have one source."""

    branches: tuple[str, ...]
    at_least: int


SEPARATE = Fused((), 1)
FUSED = (
    SEPARATE,
    Fused(("query", "key", "value"), 3),
    Fused(("key", "value"), 2),
)
NOT_TRACED = {"pytorchcv 0.0.74": {"darknet53": "accepts only 224×224; the network of the paper has 256×256"}}


def add_layer(summary: ModelSummary, node: LayerNode) -> None:
    """Add one of our layers; its first tensor is the kernel, a buffer if it is frozen."""
    stats, input_shape, output_shape = node.stats, node.inputs[0], node.output
    owner = (node.weights_of or node).stats
    kernel, *others = [tensor.sides for tensor in owner.tensors or owner.buffers]
    others = [] if node.weights_of else others
    match node.layer.kind:
        case "conv" | "depthwise_conv":
            assert stats.window is not None
            summary.add_kernel(kernel, input_shape, output_shape, stats.window.stride, stats.window.dilation)
        case "transposed_conv":
            assert stats.window is not None
            summary.add_transposed(kernel, input_shape, stats.window.stride)
        case "channel_conv":
            summary.add_channel_conv(kernel[0], input_shape)
        case "fc":
            features, out_features = math.prod(input_shape), output_shape[-1]
            summary.add_kernel((1, 1, features, out_features), (1, 1, features), (1, 1, out_features))
        case "linear":
            summary.add_kernel((1, 1, *kernel), (1, *input_shape), (1, *output_shape))
        case "attention" | "attend":
            others = add_attention(summary, node)
        case _:
            others = [tensor.sides for tensor in stats.tensors]
    for sides in others:
        summary.add_tensor(sides)


def add_attention(summary: ModelSummary, node: LayerNode) -> list[tuple[int, ...]]:
    """Add the linear layers inside an attention layer, and return its other tensors."""
    input_shape, tensors = node.inputs[0], node.stats.tensors
    kernels = [tensor.sides for tensor in tensors if tensor.name.endswith(".weight")]
    talks = node.layer.kind == "attend"
    positions = math.prod(input_shape[:-1]) * (math.prod(node.inputs[1][:-1]) if talks else 1)
    for weight in kernels:
        summary.add_kernel((1, 1, *weight), (1, positions, weight[0]), (1, positions, weight[1]))
    return [tensor.sides for tensor in tensors if not tensor.name.endswith(".weight")]


def summarize(nodes: Iterable[LayerNode], *, main: bool, fused: Fused = SEPARATE) -> ModelSummary:
    """Summarize layers; with ``main``, only those on the main path, with ``fused``, those of these branches as one."""
    summary, together = ModelSummary(), dict[tuple[object, ...], list[LayerNode]]()
    for node in nodes:
        if not (node.stats.tensors or node.stats.buffers or node.weights_of) or not (node.on_main_path or not main):
            continue
        if node.layer.kind in ("linear", "conv") and node.path and node.path[-1] in fused.branches:
            together.setdefault((node.path[:-1], node.sources), []).append(node)
        else:
            add_layer(summary, node)
    for group in together.values():
        if len(group) >= fused.at_least:
            add_fused(summary, group)
        else:
            for node in group:
                add_layer(summary, node)
    return summary


def add_fused(summary: ModelSummary, nodes: Sequence[LayerNode]) -> None:
    """Add layers of one input as one, whose outputs are all theirs; it has a bias if they all have one."""
    input_shape, output_shape = nodes[0].inputs[0], nodes[0].output
    width = sum(node.output[-1] for node in nodes)
    summary.add_kernel((1, 1, input_shape[-1], width), (1, *input_shape), (1, *output_shape[:-1], width))
    biases = [tensor.sides for node in nodes for tensor in node.stats.tensors[1:]]
    for sides in [(width,)] if len(biases) == len(nodes) > 1 else biases:
        summary.add_tensor(sides)


def sequential_steps(items: list[LayerNode | Group | Branches]) -> Iterator[list[LayerNode]]:
    """Split a network into steps that run in order: single layers, and whole sets of branches."""
    for item in items:
        if isinstance(item, LayerNode):
            yield [item]
        elif isinstance(item, Branches):
            yield list(item.layers())
        else:
            yield from sequential_steps(item.items)


def first_difference(network: Network, reference_kernels: list[str], *, main: bool, fused: Fused = SEPARATE) -> str:
    """Describe the first step with different kernels; empty if there is none."""
    start = 0
    for nodes in sequential_steps(network.items):
        kernels = summarize(nodes, main=main, fused=fused).kernels
        ours, theirs = Counter(kernels), Counter(reference_kernels[start : start + len(kernels)])
        if ours != theirs:
            return f"{' / '.join(nodes[0].path)}: kernels {dict(ours - theirs)}, not {dict(theirs - ours)}"
        start += len(kernels)
    return f"without kernels {reference_kernels[start:]}" if reference_kernels[start:] else ""


def framework_claims(catalogue: Catalogue) -> Iterator[tuple[Network, Claim]]:
    """All claims about models of frameworks, with their networks."""
    for entry in catalogue.entries:
        for claim in entry.network.variant.metadata.claims:
            if claimed_model(claim) is not None and claim.model not in NOT_TRACED.get(claim.source, {}):
                yield entry.network, claim


def reference(network: Network, claim: Claim) -> dict[str, Any]:
    """The claimed model's data, on the input of the network."""
    return MODELS[claim.source, claim.model or "", tuple(network.input)]


def differences(network: Network, claim: Claim) -> Iterator[str]:
    """Describe each difference between a network and the model it claims, which may fuse queries, keys and values."""
    found: list[str] = []
    for fused in FUSED:
        found = list(differences_of(network, claim, fused=fused))
        if not found:
            return
    yield from found


def differences_of(network: Network, claim: Claim, *, fused: Fused) -> Iterator[str]:
    """Describe each difference, with the layers of some branches of attention as one."""
    model, main = reference(network, claim), "main_parameters" in claim.figures
    reference_kernels = [model["kernels"][index] for index in model["order"]]
    summary = summarize(network.layers, main=main, fused=fused)
    ours, theirs = Counter(summary.kernels), Counter(reference_kernels)
    if ours != theirs:
        yield f"kernels {dict(ours - theirs)}, not {dict(theirs - ours)}"
    elif claim.model not in ORDER_DIFFERS and (
        difference := first_difference(network, reference_kernels, main=main, fused=fused)
    ):
        yield difference
    if summary.macs != model["macs"]:
        yield f"{summary.macs} MACs, not {model['macs']}"
    parameters = network.main.parameters if main else network.parameters
    ours, theirs = Counter(summary.others), Counter(model["others"])
    if parameters == model["parameters"] and ours != theirs and sizes(ours) != sizes(theirs):
        yield f"tensors {dict(ours - theirs)}, not {dict(theirs - ours)}"


def sizes(tensors: Counter[str]) -> Counter[int]:
    """The number of tensors of each size: a table of positions can be a map or a list."""
    counts = Counter[int]()
    for sides, number in tensors.items():
        counts[math.prod(map(int, sides.split("x")))] += number
    return counts


def framework_count(model: dict[str, Any], figure: str) -> int:
    """Count as the framework does: Keras includes running statistics in the parameters."""
    if figure == "macs":
        return int(model["macs"]) + int(model.get("products", 0))
    return int(model["parameters"]) + (int(model["statistics"]) if model["source"].startswith("Keras") else 0)


def test_data_covers_exactly_the_claimed_models(catalogue: Catalogue) -> None:
    keys = {(claim.source, claim.model, tuple(network.input)) for network, claim in framework_claims(catalogue)}
    assert keys == MODELS.keys()


def test_networks_equal_the_models_they_claim(catalogue: Catalogue) -> None:
    different = [
        f"{network.slug}, {claim.source} {claim.model}: {difference}"
        for network, claim in framework_claims(catalogue)
        if claim.model not in KNOWN_DIFFERENCES
        for difference in differences(network, claim)
    ]
    assert different == []


def test_known_differences_are_exactly_those_found(catalogue: Catalogue) -> None:
    different = {claim.model for network, claim in framework_claims(catalogue) if any(differences(network, claim))}
    assert different == KNOWN_DIFFERENCES.keys()


def test_claimed_figures_agree_with_the_frameworks(catalogue: Catalogue) -> None:
    wrong = [
        f"{network.slug}: {claim.source} {claim.model} has {figure} {count}, not {claimed}"
        for network, claim in framework_claims(catalogue)
        for figure, claimed in claim.figures.items()
        if not agrees(claimed, count := framework_count(reference(network, claim), figure))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "slug", "message"),
    [
        # v1 has the stride on the 1×1 convolution
        ("resnet50", "resnet-50-v1-5", "conv3_x"),
        ("drnd22", "drn-d-38", "kernels"),
    ],
)
def test_different_networks_are_detected(catalogue: Catalogue, name: str, slug: str, message: str) -> None:
    network = catalogue.entry(slug).network
    (model,) = (model for model in MODELS.values() if model["model"] == name)
    reference_kernels = [model["kernels"][index] for index in model["order"]]
    assert message in first_difference(network, reference_kernels, main=False)
