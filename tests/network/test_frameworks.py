"""Networks against what timm, pytorchcv and Keras really have: tests/data/frameworks.jsonl, from frameworks_data.py.

Kernels are compared with their strides, groups, dilations and outputs in the order in which they run; where branches
part and meet again, the order of the branches is free.
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
from tests.frameworks_data import DATA, Content, Key, claimed_model

MODELS: dict[Key, dict[str, Any]] = {
    (model["source"], model["model"], tuple(model["input"])): model
    for model in map(json.loads, DATA.read_text(encoding="utf-8").splitlines())
}

OTHERWISE = {
    # a model whose kernels are not those of the network that claims it, and why
    "ResNet50V2": "strides at the end of a stage",
    "ResNet101V2": "strides at the end of a stage",
    "ResNet152V2": "strides at the end of a stage",
    "densenet40_k12_cifar10": "another network",
    "densenet100_k12_cifar10": "another network",
    "densenet100_k24_cifar10": "another network",
    "mixnet_l": "grouped 1×1 convolutions split into one for each group",
    "mixnet_m": "grouped 1×1 convolutions split into one for each group",
    "mixnet_s": "grouped 1×1 convolutions split into one for each group",
    "nasnet_4a1056": "a row and a column of padding more in reductions",
    "resnet20_cifar10": "projections on shortcuts",
    "resnet56_cifar10": "projections on shortcuts",
    "resnet110_cifar10": "projections on shortcuts",
    "resnet1202_cifar10": "projections on shortcuts",
}
OTHER_ORDER = ("hrnet_w18", "hrnet_w32", "hrnet_w48", "nasnetalarge", "NASNetLarge")
"""Models that run parallel branches, or what fits the inputs of a cell, in another order."""
NOT_RUN = {"pytorchcv 0.0.74": {"darknet53": "takes 224×224 only, the network of the paper 256×256"}}


def note(content: Content, row: LayerNode) -> None:
    """Note one layer of ours; its first tensor is the kernel, kept as a buffer where it is fixed."""
    stats, given, out = row.stats, row.inputs[0], row.output
    kernel, *others = [tensor.sides for tensor in stats.tensors or stats.buffers]
    match row.layer.kind:
        case "conv" | "depthwise_conv":
            assert stats.window is not None
            content.kernel(kernel, given, out, stats.window.stride, stats.window.dilation)
        case "transposed_conv":
            content.transposed(kernel, given, row.layer.stride)  # type: ignore[attr-defined]
        case "channel_conv":
            content.along_channels(kernel[0], given)
        case "fc":
            content.kernel((1, 1, math.prod(given), out[-1]), (1, 1, math.prod(given)), (1, 1, out[-1]))
        case "linear":
            content.kernel((1, 1, *kernel), (1, *given), (1, *out))
        case _:
            others = [tensor.sides for tensor in stats.tensors]
    for sides in others:
        content.other(sides)


def ours(rows: Iterable[LayerNode], *, main: bool) -> Content:
    """What some layers have, without those of side outputs if the main path alone is asked for."""
    content = Content()
    for row in rows:
        if (row.stats.tensors or row.stats.buffers) and (row.on_main_path or not main):
            note(content, row)
    return content


def steps(items: list[LayerNode | Group | Branches]) -> Iterator[list[LayerNode]]:
    """What has to come one after the other: single layers, and all of what stands between a fork and its join."""
    for item in items:
        if isinstance(item, LayerNode):
            yield [item]
        elif isinstance(item, Branches):
            yield list(item.layers())
        else:
            yield from steps(item.items)


def first_difference(network: Network, theirs: list[str], *, main: bool) -> str:
    """The first step in which kernels differ; empty where none does."""
    place = 0
    for rows in steps(network.items):
        kernels = ours(rows, main=main).kernels
        left, right = Counter(kernels), Counter(theirs[place : place + len(kernels)])
        if left != right:
            return f"{' / '.join(rows[0].path)}: kernels {dict(left - right)}, not {dict(right - left)}"
        place += len(kernels)
    return f"without kernels {theirs[place:]}" if theirs[place:] else ""


def claims(catalogue: Catalogue) -> Iterator[tuple[Network, Claim]]:
    """All claims of models of frameworks, with the networks that make them."""
    for entry in catalogue.entries:
        for claim in entry.network.variant.metadata.claims:
            if claimed_model(claim) is not None and claim.model not in NOT_RUN.get(claim.source, {}):
                yield entry.network, claim


def data(network: Network, claim: Claim) -> dict[str, Any]:
    """What the model that is claimed has, on the input of the network."""
    return MODELS[claim.source, claim.model or "", tuple(network.input)]


def differences(network: Network, claim: Claim) -> Iterator[str]:
    """In what a network differs from the model it claims."""
    model, main = data(network, claim), "main_parameters" in claim.figures
    theirs = [model["kernels"][place] for place in model["order"]]
    content = ours(network.layers, main=main)
    if (kernels := Counter(content.kernels)) != Counter(theirs):
        yield f"kernels {dict(kernels - Counter(theirs))}, not {dict(Counter(theirs) - kernels)}"
    elif claim.model not in OTHER_ORDER and (difference := first_difference(network, theirs, main=main)):
        yield difference
    if content.macs != model["macs"]:
        yield f"{content.macs} multiply-accumulates, not {model['macs']}"
    parameters = network.main.parameters if main else network.parameters
    others, rest = Counter(content.others), Counter(model["others"])
    if parameters == model["parameters"] and others != rest:
        yield f"tensors {dict(others - rest)}, not {dict(rest - others)}"


def published(model: dict[str, Any], figure: str) -> int:
    """A figure of a model as its framework counts it: Keras counts running statistics among the parameters."""
    if figure == "macs":
        return int(model["macs"])
    return int(model["parameters"]) + (int(model["statistics"]) if model["source"].startswith("Keras") else 0)


def test_every_claimed_model_has_data_and_no_other(catalogue: Catalogue) -> None:
    assert {(claim.source, claim.model, tuple(network.input)) for network, claim in claims(catalogue)} == MODELS.keys()


def test_networks_are_the_models_they_claim(catalogue: Catalogue) -> None:
    found = [
        f"{network.slug}, {claim.source} {claim.model}: {difference}"
        for network, claim in claims(catalogue)
        if claim.model not in OTHERWISE
        for difference in differences(network, claim)
    ]
    assert found == []


def test_what_is_otherwise_differs(catalogue: Catalogue) -> None:
    found = {claim.model for network, claim in claims(catalogue) if any(differences(network, claim))}
    assert found == OTHERWISE.keys()


def test_claims_are_what_the_frameworks_have(catalogue: Catalogue) -> None:
    found = [
        f"{network.slug}: {claim.source} {claim.model} has {figure} {theirs}, not {metadata}"
        for network, claim in claims(catalogue)
        for figure, metadata in claim.figures.items()
        if not agrees(metadata, theirs := published(data(network, claim), figure))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("name", "slug", "message"),
    [
        # v1 has its stride on the 1×1
        ("resnet50", "resnet-50-v1-5", "conv3_x"),
        ("drnd22", "drn-d-38", "kernels"),
    ],
)
def test_differences_are_told(catalogue: Catalogue, name: str, slug: str, message: str) -> None:
    network = catalogue.entry(slug).network
    (model,) = (model for model in MODELS.values() if model["model"] == name)
    theirs = [model["kernels"][place] for place in model["order"]]
    assert message in first_difference(network, theirs, main=False)
