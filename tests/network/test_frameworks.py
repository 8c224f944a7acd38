"""Networks compared with the models of timm, pytorchcv and Keras that they claim.

The models are in tests/data/frameworks.jsonl, written by tests/frameworks_data.py. Kernels are compared in the order of
execution, with their strides, groups, dilations and outputs; parallel branches may run in any order.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

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

KNOWN_DIFFERENCES = {
    # model with kernels that differ from those of the network that claims it: the reason
    "ResNet50V2": "strides at the end of a stage",
    "ResNet101V2": "strides at the end of a stage",
    "ResNet152V2": "strides at the end of a stage",
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
NOT_TRACED = {"pytorchcv 0.0.74": {"darknet53": "accepts only 224×224; the network of the paper has 256×256"}}


def add_layer(summary: ModelSummary, node: LayerNode) -> None:
    """Add one of our layers; its first tensor is the kernel, a buffer if it is frozen."""
    stats, input_shape, output_shape = node.stats, node.inputs[0], node.output
    kernel, *others = [tensor.sides for tensor in stats.tensors or stats.buffers]
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
        case _:
            others = [tensor.sides for tensor in stats.tensors]
    for sides in others:
        summary.add_tensor(sides)


def summarize(nodes: Iterable[LayerNode], *, main: bool) -> ModelSummary:
    """Summarize layers; with ``main``, only those on the main path."""
    summary = ModelSummary()
    for node in nodes:
        if (node.stats.tensors or node.stats.buffers) and (node.on_main_path or not main):
            add_layer(summary, node)
    return summary


def sequential_steps(items: list[LayerNode | Group | Branches]) -> Iterator[list[LayerNode]]:
    """Split a network into steps that run in order: single layers, and whole sets of branches."""
    for item in items:
        if isinstance(item, LayerNode):
            yield [item]
        elif isinstance(item, Branches):
            yield list(item.layers())
        else:
            yield from sequential_steps(item.items)


def first_difference(network: Network, reference_kernels: list[str], *, main: bool) -> str:
    """Describe the first step with different kernels; empty if there is none."""
    start = 0
    for nodes in sequential_steps(network.items):
        kernels = summarize(nodes, main=main).kernels
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
    """Describe each difference between a network and the model it claims."""
    model, main = reference(network, claim), "main_parameters" in claim.figures
    reference_kernels = [model["kernels"][index] for index in model["order"]]
    summary = summarize(network.layers, main=main)
    ours, theirs = Counter(summary.kernels), Counter(reference_kernels)
    if ours != theirs:
        yield f"kernels {dict(ours - theirs)}, not {dict(theirs - ours)}"
    elif claim.model not in ORDER_DIFFERS and (difference := first_difference(network, reference_kernels, main=main)):
        yield difference
    if summary.macs != model["macs"]:
        yield f"{summary.macs} MACs, not {model['macs']}"
    parameters = network.main.parameters if main else network.parameters
    ours, theirs = Counter(summary.others), Counter(model["others"])
    if parameters == model["parameters"] and ours != theirs:
        yield f"tensors {dict(ours - theirs)}, not {dict(theirs - ours)}"


def framework_count(model: dict[str, Any], figure: str) -> int:
    """Count as the framework does: Keras includes running statistics in the parameters."""
    if figure == "macs":
        return int(model["macs"])
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
