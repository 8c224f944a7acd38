"""Writes tests/data/frameworks.jsonl: what networks of timm, pytorchcv and Keras really have.

    python -m tests.frameworks_data                     # every model that a definition claims
    python -m tests.frameworks_data resnest50d Xception # these, and models that are claimed and have no data yet

This needs torch, timm, pytorchcv and keras, which nothing else here does; Keras runs on torch. The models are built
without weights and run once without values, in evaluation mode, at the input of the network that claims them.

One line is one model: its totals, its kernels, the order in which they ran, and how many other learned tensors it has
of which sides. ``tests/test_frameworks.py`` compares our networks with them, so nothing in them may be computed by this
project.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from layerwise.definition import Claim
from layerwise.network.catalogue import Catalogue, Loader

DATA = Path(__file__).parent / "data" / "frameworks.jsonl"
NETWORKS = Path(__file__).parents[1] / "networks"

Sides = tuple[int, ...]
Key = tuple[str, str, Sides]
"""A framework, with its version in the data, a model of it, and the H×W×C it runs on."""


@dataclass
class Content:
    """What a model has: its kernels in the order they ran, other learned tensors, and totals."""

    kernels: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    macs: int = 0
    parameters: int = 0
    statistics: int = 0

    def kernel(self, weight: Sides, given: Sides, out: Sides, stride: Sides = (1, 1), dilation: Sides = (1, 1)) -> None:
        """Note a convolution or a linear layer: k_h×k_w×(C_in / groups)×C_out on H×W×C_in into H'×W'×C_out."""
        self.kernels.append(kernel_text(weight, given, out, stride, dilation))
        self.macs += math.prod(weight) * math.prod(out[:-1])

    def transposed(self, weight: Sides, given: Sides, stride: Sides) -> None:
        """Note a transposed convolution, whose kernel is laid on each place of its input."""
        self.kernels.append(f"transposed {by(weight)} /{by(stride)} < {by(given[:-1])}")
        self.macs += math.prod(weight) * math.prod(given[:-1])

    def along_channels(self, width: int, given: Sides) -> None:
        """Note a convolution along the channels of H×W×C."""
        self.kernels.append(f"channels {width} > {math.prod(given)}")
        self.macs += width * math.prod(given)

    def other(self, sides: Sides) -> None:
        """Note a learned tensor that is no kernel; the sides of one are left out."""
        self.others.append(by(tuple(side for side in sides if side > 1) or (1,)))


def by(sides: Sides) -> str:
    """Sides as text: 3x3x64."""
    return "x".join(map(str, sides))


def kernel_text(weight: Sides, given: Sides, out: Sides, stride: Sides, dilation: Sides) -> str:
    """A kernel as text, the same for a linear layer and a convolution that does the same.

    ``3x3x64x64 /2x2 > 56x56`` with 64 input channels in each group; of 1×1 kernels, ``64x256 > 3136`` positions. A
    kernel as large as its input, with one position, is a linear layer.
    """
    k_h, k_w, depth, out_channels = weight
    positions = math.prod(out[:-1])
    if positions == 1 and (k_h, k_w) == given[:2]:
        k_h, k_w, depth, stride, dilation, given = (
            1,
            1,
            k_h * k_w * depth,
            (1, 1),
            (1, 1),
            (1, 1, k_h * k_w * given[-1]),
        )
    if (k_h, k_w, *stride, given[-1]) == (1, 1, 1, 1, depth):
        return f"{depth}x{out_channels} > {positions}"
    parallel_map = "" if dilation == (1, 1) or (k_h, k_w) == (1, 1) else f" dilation {by(dilation)}"
    return f"{by((k_h, k_w, depth, out_channels))} of {given[-1]} /{by(stride)}{parallel_map} > {by(out[:-1])}"


# --- torch ----------------------------------------------------------------------------------------------------------


def of_torch(build: Callable[[], Any], shape: Sides, device: str = "meta") -> Content:
    """Run a model of torch, on the device ``meta`` without values, and note each layer with a kernel as it runs."""
    torch: Any = import_module("torch")
    with torch.device(device):
        model = build().eval()
    content, kernels = Content(), set[int]()
    height, width, channels = shape

    def hook(module: Any, given: Any, out: Any) -> None:
        note(content, module, given[0], out)

    for module in model.modules():
        if isinstance(module, (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.ConvTranspose2d, torch.nn.Linear)):
            module.register_forward_hook(hook)
            kernels.add(id(module.weight))
    with torch.no_grad():
        model(torch.zeros(1, channels, height, width, device=device))
    content.parameters = sum(value.numel() for value in model.parameters())
    content.statistics = sum(value.numel() for key, value in model.named_buffers() if ".running_" in key)
    for value in model.parameters():
        if id(value) not in kernels:
            content.other(tuple(value.shape))
    return content


def note(content: Content, module: Any, given: Any, out: Any) -> None:
    """One layer as it ran, its shapes without the batch and with the channels last."""
    kind = [cls.__name__ for cls in type(module).__mro__]
    weight = tuple(module.weight.shape)
    if "Linear" in kind:
        into, to = ((math.prod(value.shape[1:-1]), value.shape[-1]) for value in (given, out))
        content.kernel((1, 1, *weight[::-1]), (1, *into), (1, *to))
    elif "Conv1d" in kind:
        content.along_channels(weight[-1], tuple(given.shape[1:]))
    elif "ConvTranspose2d" in kind:
        content.transposed((*weight[2:], *weight[:2]), channels_last(given), tuple(module.stride))
    else:
        shapes = (channels_last(given), channels_last(out))
        content.kernel((*weight[2:], weight[1], weight[0]), *shapes, tuple(module.stride), tuple(module.dilation))


def channels_last(value: Any) -> Sides:
    """H×W×C of a batch of maps."""
    _, channels, *spatial = value.shape
    return (*spatial, channels)


def timm(name: str, shape: Sides) -> Content:
    """A model of timm."""
    return of_torch(lambda: import_module("timm").create_model(name), shape)


WITH_VALUES = ("simplepose_resnet50b_coco", "superpointnet")
"""Models that look at values when they run."""


def pytorchcv(name: str, shape: Sides) -> Content:
    """A model of pytorchcv."""
    build = import_module("pytorchcv.model_provider").get_model
    size = {"in_size": shape[:2]} if name.endswith("_cityscapes") else {}
    return of_torch(lambda: build(name, **size), shape, "cpu" if name in WITH_VALUES else "meta")


# --- Keras ----------------------------------------------------------------------------------------------------------


def keras(name: str, shape: Sides) -> Content:
    """A model of Keras, which knows its shapes before it runs."""
    os.environ["KERAS_BACKEND"] = "torch"
    model = getattr(import_module("keras").applications, name)(weights=None, input_shape=shape)
    content = Content()
    for layer in model.layers:
        values = {value.path.rpartition("/")[2]: tuple(value.shape) for value in layer.trainable_weights}
        note_keras(content, layer, values)
        for sides in values.values():
            content.other(sides)
    content.parameters = sum(math.prod(value.shape) for value in model.trainable_weights)
    content.statistics = model.count_params() - content.parameters
    return content


def note_keras(content: Content, layer: Any, values: dict[str, Sides]) -> None:
    """Take the kernels of a layer out of its values, and note them."""
    if not values.keys() & {"kernel", "depthwise_kernel"}:
        return
    given, out = (tuple(value.shape[1:]) for value in (layer.input, layer.output))
    strides = tuple(getattr(layer, "strides", (1, 1)))
    if layer.__class__.__name__ in ("DepthwiseConv2D", "SeparableConv2D"):
        k_h, k_w, channels, times = values.pop("depthwise_kernel" if "depthwise_kernel" in values else "kernel")
        between = (*out[:-1], channels * times)
        content.kernel((k_h, k_w, 1, channels * times), given, between, strides)
        if "pointwise_kernel" in values:
            content.kernel(values.pop("pointwise_kernel"), between, out)
    elif len(values["kernel"]) == 2:
        content.kernel((1, 1, *values.pop("kernel")), (1, 1, *given), (1, 1, *out))
    else:
        content.kernel(values.pop("kernel"), given, out, strides)


# --- writing --------------------------------------------------------------------------------------------------------

FRAMEWORKS: dict[str, tuple[str, Callable[[str, Sides], Content]]] = {
    "timm": ("timm", timm),
    "pytorchcv": ("pytorchcv", pytorchcv),
    "Keras": ("keras", keras),
}
"""By their name in a claim: the distribution, and what calculates the content of a model."""


def claimed_model(claim: Claim) -> tuple[str, str] | None:
    """The framework and the model a claim is about; None where it is about something else."""
    framework, _, number = claim.source.partition(" ")
    return (framework, claim.model) if framework in FRAMEWORKS and number[:1].isdigit() and claim.model else None


def claimed(catalogue: Catalogue) -> dict[Key, None]:
    """Every model of a framework that a definition claims, on the input of the network; each once."""
    return {
        (*model, tuple(entry.network.input)): None
        for entry in catalogue.entries
        for claim in entry.network.variant.metadata.claims
        if (model := claimed_model(claim))
    }


def line(key: Key) -> str:
    """The content of one model as a line of JSON."""
    framework, name, shape = key
    distribution, build = FRAMEWORKS[framework]
    content = build(name, shape)
    kernels = {text: place for place, text in enumerate(dict.fromkeys(content.kernels))}
    said = {
        "source": f"{framework} {version(distribution)}",
        "model": name,
        "input": shape,
        "parameters": content.parameters,
        "statistics": content.statistics,
        "macs": content.macs,
        "kernels": list(kernels),
        "order": [kernels[text] for text in content.kernels],
        "others": Counter(content.others),
    }
    return json.dumps(said, separators=(",", ":"))


def kept() -> dict[Key, str]:
    """The lines that were written before."""
    lines = DATA.read_text(encoding="utf-8").splitlines() if DATA.exists() else []
    heads = ((text, json.loads(text)) for text in lines)
    return {(head["source"].split()[0], head["model"], tuple(head["input"])): text for text, head in heads}


def main() -> None:
    """See the top of this file."""
    names, before, lines = sys.argv[1:], kept(), []
    for key in claimed(Loader().folder(NETWORKS)):
        if key in before and names and key[1] not in names:
            lines.append(before[key])
            continue
        try:
            lines.append(line(key))
        except (RuntimeError, ValueError) as error:
            sys.stderr.write(f"{key} does not run: {error}\n")
    DATA.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
