"""Write tests/data/frameworks.jsonl: the layers of models of timm, pytorchcv and Keras.

    python -m tests.frameworks_data                     # all models that definitions claim
    python -m tests.frameworks_data resnest50d Xception # these, and claimed models that have no data yet

This needs torch, timm, pytorchcv and keras, which nothing else in this project needs; Keras runs on torch. The models
are built without weights and run once on shapes alone, in evaluation mode, at the input size of the network that claims
them.

Each line is a model: its totals, its kernels, the order in which they ran, and the number of other learned tensors by
shape. ``tests/network/test_frameworks.py`` compares our networks with them, so this project must not calculate any of
the data itself.
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
"""A framework (in the data, with its version), a model, and its H×W×C input."""


@dataclass
class ModelSummary:
    """The kernels of a model in the order they ran, its other learned tensors, and its totals."""

    kernels: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    macs: int = 0
    """Those of the kernels."""
    products: int = 0
    """Multiply-accumulates without a kernel, such as those of attention."""
    parameters: int = 0
    statistics: int = 0

    def add_kernel(
        self,
        weight: Sides,
        input_shape: Sides,
        output_shape: Sides,
        stride: Sides = (1, 1),
        dilation: Sides = (1, 1),
    ) -> None:
        """Add a convolution or linear layer from H×W×C_in to H'×W'×C_out.

        The weight is k_h×k_w×(C_in / groups)×C_out.
        """
        self.kernels.append(format_kernel(weight, input_shape, output_shape, stride, dilation))
        self.macs += math.prod(weight) * math.prod(output_shape[:-1])

    def add_transposed(self, weight: Sides, input_shape: Sides, stride: Sides) -> None:
        """Add a transposed convolution, which applies its kernel at each position of its input."""
        kernel, positions = format_sides(weight), format_sides(input_shape[:-1])
        self.kernels.append(f"transposed {kernel} /{format_sides(stride)} < {positions}")
        self.macs += math.prod(weight) * math.prod(input_shape[:-1])

    def add_channel_conv(self, width: int, input_shape: Sides) -> None:
        """Add a convolution along the channels of H×W×C."""
        self.kernels.append(f"channels {width} > {math.prod(input_shape)}")
        self.macs += width * math.prod(input_shape)

    def add_tensor(self, sides: Sides) -> None:
        """Add a learned tensor that is not a kernel, without its sides of 1."""
        self.others.append(format_sides(tuple(side for side in sides if side > 1) or (1,)))


def format_sides(sides: Sides) -> str:
    """Return sides as a string: 3x3x64."""
    return "x".join(map(str, sides))


def format_kernel(weight: Sides, input_shape: Sides, output_shape: Sides, stride: Sides, dilation: Sides) -> str:
    """Return a kernel as a string, the same for equivalent linear layers and convolutions.

    ``3x3x64x64 of 64 /2x2 > 56x56`` is a kernel on 64 channels with its stride and output; a 1×1 kernel is
    ``64x256 > 3136``, with its number of positions. A kernel as large as its input has one position, so it is a linear
    layer.
    """
    k_h, k_w, depth, out_channels = weight
    positions = math.prod(output_shape[:-1])
    if positions == 1 and (k_h, k_w) == input_shape[:2]:
        k_h, k_w, depth, stride, dilation, input_shape = (
            1,
            1,
            k_h * k_w * depth,
            (1, 1),
            (1, 1),
            (1, 1, k_h * k_w * input_shape[-1]),
        )
    if (k_h, k_w, *stride, input_shape[-1]) == (1, 1, 1, 1, depth):
        return f"{depth}x{out_channels} > {positions}"
    dilation_suffix = "" if dilation == (1, 1) or (k_h, k_w) == (1, 1) else f" dilation {format_sides(dilation)}"
    kernel, output = format_sides((k_h, k_w, depth, out_channels)), format_sides(output_shape[:-1])
    return f"{kernel} of {input_shape[-1]} /{format_sides(stride)}{dilation_suffix} > {output}"


# --- torch ----------------------------------------------------------------------------------------------------------


def run_torch(build: Callable[[], Any], shape: Sides, device: str = "meta") -> ModelSummary:
    """Run a torch model and record each layer with a kernel; the ``meta`` device needs no values."""
    torch: Any = import_module("torch")
    with torch.device(device):
        model = build().eval()
    summary, kernels = ModelSummary(), set[int]()
    height, width, channels = shape

    def hook(module: Any, inputs: Any, output: Any) -> None:
        record_layer(summary, module, inputs[0], output)

    for module in model.modules():
        if isinstance(module, (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.ConvTranspose2d, torch.nn.Linear)):
            module.register_forward_hook(hook)
            kernels.add(id(module.weight))
    with torch.no_grad():
        macs = count_macs(model, torch.zeros(1, channels, height, width, device=device))
    summary.products = macs - summary.macs
    summary.parameters = sum(value.numel() for value in model.parameters())
    summary.statistics = sum(value.numel() for key, value in model.named_buffers() if ".running_" in key)
    for value in model.parameters():
        if id(value) not in kernels:
            summary.add_tensor(tuple(value.shape))
    return summary


def count_macs(model: Any, image: Any) -> int:
    """Run a torch model and count all its multiply-accumulates, also those of products without a kernel."""
    registry: Any = import_module("torch.utils.flop_counter").flop_registry
    mode: Any = import_module("torch.utils._python_dispatch").TorchDispatchMode

    class Counting(mode):  # type: ignore[misc]
        total = 0

        def __torch_dispatch__(self, function: Any, _: Any, args: Any = (), kwargs: Any = None) -> Any:
            options = kwargs or {}
            operation = registry.get(function._overloadpacket)
            if operation is None and (parts := function.decompose(*args, **options)) is not NotImplemented:
                return parts
            value = function(*args, **options)
            Counting.total += operation(*args, **options, out_val=value) if operation else 0
            return value

    with Counting():
        model(image)
    return Counting.total // 2


def record_layer(summary: ModelSummary, module: Any, input_value: Any, output_value: Any) -> None:
    """Record a layer that ran, with channels last; windows that are a batch for a linear layer are positions."""
    types = [cls.__name__ for cls in type(module).__mro__]
    weight = tuple(module.weight.shape)
    if "Linear" in types:
        input_shape, output_shape = (
            (math.prod(value.shape[:-1]), value.shape[-1]) for value in (input_value, output_value)
        )
        summary.add_kernel((1, 1, *weight[::-1]), (1, *input_shape), (1, *output_shape))
    elif "Conv1d" in types:
        summary.add_channel_conv(weight[-1], tuple(input_value.shape[1:]))
    elif "ConvTranspose2d" in types:
        summary.add_transposed((*weight[2:], *weight[:2]), channels_last(input_value), tuple(module.stride))
    else:
        shapes = (channels_last(input_value), channels_last(output_value))
        summary.add_kernel((*weight[2:], weight[1], weight[0]), *shapes, tuple(module.stride), tuple(module.dilation))


def channels_last(value: Any) -> Sides:
    """Return the H×W×C shape of a batch of feature maps."""
    _, channels, *spatial = value.shape
    return (*spatial, channels)


def timm(name: str, shape: Sides) -> ModelSummary:
    """Summarize a model of timm."""
    return run_torch(lambda: import_module("timm").create_model(name, num_classes=1000), shape)


WITH_VALUES = ("simplepose_resnet50b_coco", "superpointnet")
"""Models whose control flow depends on values, so they do not run on ``meta``."""


def pytorchcv(name: str, shape: Sides) -> ModelSummary:
    """Summarize a model of pytorchcv."""
    build = import_module("pytorchcv.model_provider").get_model
    size = {"in_size": shape[:2]} if name.endswith("_cityscapes") else {}
    return run_torch(lambda: build(name, **size), shape, "cpu" if name in WITH_VALUES else "meta")


# --- Keras ----------------------------------------------------------------------------------------------------------


def keras(name: str, shape: Sides) -> ModelSummary:
    """Summarize a model of Keras, which has its shapes without running."""
    os.environ["KERAS_BACKEND"] = "torch"
    model = getattr(import_module("keras").applications, name)(weights=None, input_shape=shape)
    summary = ModelSummary()
    for layer in model.layers:
        values = {value.path.rpartition("/")[2]: tuple(value.shape) for value in layer.trainable_weights}
        record_keras(summary, layer, values)
        for sides in values.values():
            summary.add_tensor(sides)
    summary.parameters = sum(math.prod(value.shape) for value in model.trainable_weights)
    summary.statistics = model.count_params() - summary.parameters
    return summary


def record_keras(summary: ModelSummary, layer: Any, values: dict[str, Sides]) -> None:
    """Record the kernels of a layer, and remove them from its values."""
    if not values.keys() & {"kernel", "depthwise_kernel"}:
        return
    input_shape, output_shape = (tuple(value.shape[1:]) for value in (layer.input, layer.output))
    strides = tuple(getattr(layer, "strides", (1, 1)))
    if layer.__class__.__name__ in ("DepthwiseConv2D", "SeparableConv2D"):
        k_h, k_w, channels, multiplier = values.pop("depthwise_kernel" if "depthwise_kernel" in values else "kernel")
        middle_shape = (*output_shape[:-1], channels * multiplier)
        summary.add_kernel((k_h, k_w, 1, channels * multiplier), input_shape, middle_shape, strides)
        if "pointwise_kernel" in values:
            summary.add_kernel(values.pop("pointwise_kernel"), middle_shape, output_shape)
    elif len(values["kernel"]) == 2:
        summary.add_kernel((1, 1, *values.pop("kernel")), (1, 1, *input_shape), (1, 1, *output_shape))
    else:
        summary.add_kernel(values.pop("kernel"), input_shape, output_shape, strides)


# --- writing --------------------------------------------------------------------------------------------------------

FRAMEWORKS: dict[str, tuple[str, Callable[[str, Sides], ModelSummary]]] = {
    "timm": ("timm", timm),
    "pytorchcv": ("pytorchcv", pytorchcv),
    "Keras": ("keras", keras),
}
"""The distribution of each framework in claims, and the function that summarizes a model."""


def claimed_model(claim: Claim) -> tuple[str, str] | None:
    """Return the framework and the model that a claim names; None if it names neither."""
    framework, _, number = claim.source.partition(" ")
    return (framework, claim.model) if framework in FRAMEWORKS and number[:1].isdigit() and claim.model else None


def claimed_models(catalogue: Catalogue) -> dict[Key, None]:
    """All models of frameworks that definitions claim, with the input of the network, without duplicates."""
    return {
        (*model, tuple(entry.network.input)): None
        for entry in catalogue.entries
        for claim in entry.network.variant.metadata.claims
        if (model := claimed_model(claim))
    }


def json_line(key: Key) -> str:
    """Summarize a model as a line of JSON."""
    framework, name, shape = key
    distribution, build = FRAMEWORKS[framework]
    summary = build(name, shape)
    kernels = {kernel: index for index, kernel in enumerate(dict.fromkeys(summary.kernels))}
    data = {
        "source": f"{framework} {version(distribution)}",
        "model": name,
        "input": shape,
        "parameters": summary.parameters,
        "statistics": summary.statistics,
        "macs": summary.macs,
        **({"products": summary.products} if summary.products else {}),
        "kernels": list(kernels),
        "order": [kernels[kernel] for kernel in summary.kernels],
        "others": Counter(summary.others),
    }
    return json.dumps(data, separators=(",", ":"))


def read_lines() -> dict[Key, str]:
    """Read the lines of the current data file by their keys."""
    lines = DATA.read_text(encoding="utf-8").splitlines() if DATA.exists() else []
    models = ((line, json.loads(line)) for line in lines)
    return {(model["source"].split()[0], model["model"], tuple(model["input"])): line for line, model in models}


def main() -> None:
    """Write the data file; see the top of this module."""
    names, current, lines = sys.argv[1:], read_lines(), []
    for key in claimed_models(Loader().folder(NETWORKS)):
        if key in current and names and key[1] not in names:
            lines.append(current[key])
            continue
        try:
            lines.append(json_line(key))
        except (RuntimeError, ValueError) as error:
            sys.stderr.write(f"{key} does not run: {error}\n")
    DATA.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
