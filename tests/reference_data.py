"""Write tests/data/reference: the layers of torchvision's classification networks.

    python tests/reference_data.py                  # trace all builders of the installed torchvision
    python tests/reference_data.py resnet18 vgg11   # trace these
    python tests/reference_data.py --from FOLDER    # convert existing traces, FOLDER/<model>.jsonl

Tracing needs torch and torchvision, which nothing else in this project needs. The networks are built without weights
and run once on zeros in evaluation mode, at each size for which torchvision publishes figures. The data in the
repository come from torchvision 0.29.1 with torch 2.14.1. This project is tested against them, so it must not calculate
any of the data itself.

Each model has a file: ``vit_b_16@384`` is a model at another input size, ``googlenet_aux`` one with auxiliary heads.
The first line has the totals. Every other line is a layer with parameters or a pooling window, in the order of
execution: its name, type, output, the shapes of its tensors, and its options: kernel, stride (unless 1), padding
(unless 0), macs and attention_macs. Shapes are in the order of torch, without the batch. Attention is a single layer
with all its tensors.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "reference"

Totals = dict[str, Any]
"""The totals of a model: model, input, num_params, conv_linear_macs, macs_with_attention and more."""
Layer = dict[str, Any]
"""A layer: name, type, out, params and more."""

AUXILIARY_HEADS = {
    "googlenet": {"": {"aux_logits": False}, "_aux": {"aux_logits": True}},
    "inception_v3": {"": {}, "_aux": {}, "_noaux": {"aux_logits": False}},
}
"""Networks with auxiliary heads: the arguments of each build, by the suffix of its file name."""


# --- tracing --------------------------------------------------------------------------------------------------------


def trace_all(names: list[str]) -> Iterator[tuple[Totals, list[Layer]]]:
    """Trace torchvision's classification networks, all or those named, at each size and in each build."""
    models: Any = import_module("torchvision.models")
    for name in names or models.list_models(module=models):
        weights_by_side: dict[int, Any] = {}
        for weights in models.get_model_weights(name):
            weights_by_side.setdefault(weights.transforms().crop_size[0], weights)
        for index, (side, weights) in enumerate(weights_by_side.items()):
            size = {"image_size": side} if name.startswith("vit_") else {}
            for suffix, keywords in AUXILIARY_HEADS.get(name, {"": {}}).items():
                options = {"init_weights": False} if name in AUXILIARY_HEADS else {}
                model = models.get_model(name, weights=None, **size, **keywords, **options).eval()
                # Only the flag of the network itself: it controls the heads, its layers stay in evaluation mode.
                model.training = suffix == "_aux"
                yield trace(f"{name}{suffix}{f'@{side}' if index else ''}", model, weights, side)


def trace(name: str, model: Any, weights: Any, side: int) -> tuple[Totals, list[Layer]]:
    """Run a model once, and return its totals and the layers in the order they ran."""
    torch: Any = import_module("torch")
    swin: Any = import_module("torchvision.models.swin_transformer")
    maxvit: Any = import_module("torchvision.models.maxvit")
    nn = torch.nn
    attention = (nn.MultiheadAttention, swin.ShiftedWindowAttention, maxvit.RelativePositionalMultiHeadAttention)
    kinds = (nn.Conv2d, nn.Linear, nn.BatchNorm2d, nn.LayerNorm, nn.MaxPool2d, nn.AvgPool2d, *attention)
    layers: list[Layer] = []
    inside = ["-"]

    def record(label: str, module: Any) -> None:
        module.register_forward_hook(
            lambda _, inputs, output: layers.append(describe_layer(label, module, inputs[0][0], output))
        )

    for label, module in model.named_modules():
        if isinstance(module, kinds) and not label.startswith(f"{inside[-1]}."):
            record(label, module)
            if isinstance(module, attention):
                inside.append(label)
    with torch.no_grad():
        model(torch.zeros(1, 3, side, side))
    return collect_totals(name, model, weights, side, layers), layers


def collect_totals(name: str, model: Any, weights: Any, side: int, layers: list[Layer]) -> Totals:
    """Collect the totals of a model.

    Learned tensors outside of the layers are extra parameters; those of heads that did not run are listed separately.
    """
    layer_tensors = {f"{layer['name']}.{tensor}" for layer in layers for tensor in layer["params"]}
    other_parameters = {key: list(value.shape) for key, value in model.named_parameters() if key not in layer_tensors}
    unused = {key: other_parameters.pop(key) for key in list(other_parameters) if key.startswith(("aux", "AuxLogits"))}
    linear = sum(layer.get("macs", 0) for layer in layers)
    return {
        "model": name,
        "input": [3, side, side],
        "num_params": sum(value.numel() for value in model.parameters()),
        "conv_linear_macs": linear,
        "macs_with_attention": linear + sum(layer.get("attention_macs", 0) for layer in layers),
        "metadata": {
            "name": weights.name,
            "gops": weights.meta["_ops"],
            **weights.meta["_metrics"]["ImageNet-1K"],
        },
        "extra_parameters": [{"name": key, "shape": shape} for key, shape in other_parameters.items()],
        "unexecuted_layers": [{"params": unused}],
    }


def describe_layer(name: str, module: Any, input_value: Any, output: Any) -> Layer:
    """Describe a layer that ran: its shapes without the batch, and the MACs of its type."""
    output = (output[0] if isinstance(output, tuple) else output)[0]
    layer: Layer = {"name": name, "type": type(module).__name__, "out": list(output.shape)}
    if hasattr(module, "kernel_size"):
        for key, value in (("kernel", module.kernel_size), ("stride", module.stride), ("padding", module.padding)):
            layer[key] = list(value) if isinstance(value, tuple) else [value, value]
    layer["params"] = {key: list(value.shape) for key, value in module.named_parameters()}
    if layer["type"] == "Conv2d":
        layer["macs"] = module.weight.numel() * output.shape[-2] * output.shape[-1]
    elif layer["type"] == "Linear":
        layer["macs"] = module.weight.numel() * (output.numel() // module.out_features)
    elif "Attention" in layer["type"]:
        layer |= attention_macs(module, list(input_value.shape))
    return layer


def attention_macs(module: Any, input_shape: list[int]) -> dict[str, int]:
    """Return the MACs of attention: 4·C² per position in linear layers, 2·C per pair of positions in products."""
    *positions, channels = input_shape
    context, network = positions[-1], 0
    if hasattr(module, "window_size"):
        w_h, w_w = module.window_size
        positions = [math.ceil(positions[0] / w_h) * w_h, math.ceil(positions[1] / w_w) * w_w]
        context = w_h * w_w
        if hasattr(module, "cpb_mlp"):
            network = (2 * w_h - 1) * (2 * w_w - 1) * sum(linear.weight.numel() for linear in module.cpb_mlp[::2])
    return {
        "macs": 4 * channels**2 * math.prod(positions) + network,
        "attention_macs": 2 * channels * math.prod(positions) * context,
    }


# --- existing traces ------------------------------------------------------------------------------------------------


def load_trace(file: Path) -> tuple[Totals, list[Layer]]:
    """Load an existing trace: the totals on the first line, a layer on each of the others."""
    totals, *layers = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    tables = {entry["name"]: entry["shape"] for entry in totals["extra_parameters"]}
    layers = list(merge_attention(layers, tables))
    totals["extra_parameters"] = [{"name": name, "shape": shape} for name, shape in tables.items()]
    return totals, layers


def merge_attention(layers: list[Layer], tables: dict[str, list[int]]) -> Iterator[Layer]:
    """Merge the parts of attention in existing traces into one layer with all its tensors.

    For MaxViT, the traces list the two linear layers separately, and the table of position biases as an extra
    parameter. For Swin V2, they lack the network that calculates the biases; for all, they lack the products. The
    totals in the traces include all of these, so ``compact_trace`` verifies the numbers added here.
    """
    for layer, next_layer in zip(layers, [*layers[1:], {}], strict=True):
        outer, _, part = layer["name"].rpartition(".")
        if part == "to_qkv":
            yield _maxvit(layer, next_layer, tables.pop(f"{outer}.relative_position_bias_table"))
        elif layer["type"].startswith("ShiftedWindow"):
            yield _swin(layer)
        elif part != "merge":
            yield layer


def _maxvit(qkv: Layer, merge: Layer, table: list[int]) -> Layer:
    """Merge the parts of MaxViT's attention; its input is windows × positions × channels."""
    windows, positions, channels = qkv["in"]
    return {
        "name": qkv["name"].rpartition(".")[0],
        "type": "RelativePositionalMultiHeadAttention",
        "out": merge["out"],
        "params": {"table": table}
        | {
            f"{part['name'].rpartition('.')[2]}.{key}": shape
            for part in (qkv, merge)
            for key, shape in part["params"].items()
        },
        "macs": qkv["macs"] + merge["macs"],
        "attention_macs": 2 * channels * windows * positions * positions,
    }


def _swin(layer: Layer) -> Layer:
    """Add the products to shifted window attention, and in version 2 its bias network."""
    height, width, channels = layer["in"]
    w_h, w_w = layer["window_size"]
    layer = layer | {"attention_macs": 2 * channels * height * width * w_h * w_w}
    if layer["type"] == "ShiftedWindowAttentionV2":
        heads = layer["num_heads"]
        network = {"cpb_mlp.0.weight": [512, 2], "cpb_mlp.0.bias": [512], "cpb_mlp.2.weight": [heads, 512]}
        layer["params"] = layer["params"] | network
        layer["macs"] += (2 * w_h - 1) * (2 * w_w - 1) * (512 * 2 + heads * 512)
    return layer


# --- compact copies -------------------------------------------------------------------------------------------------


def compact_trace(totals: Totals, layers: list[Layer]) -> list[Any]:
    """Return the data that tests compare; fail if the layers do not sum to torchvision's figures."""
    name, metadata = totals["model"], totals["metadata"]
    result = {key: totals[key] for key in ("model", "input", "num_params", "conv_linear_macs", "macs_with_attention")}
    result |= {"weights": metadata["name"], "acc@1": metadata["acc@1"], "acc@5": metadata["acc@5"]}
    result["extra_parameters"] = {entry["name"]: entry["shape"] for entry in totals["extra_parameters"]}
    result["unexecuted_parameters"] = sum(map(_count, totals["unexecuted_layers"]))
    layers = [layer for layer in layers if layer.get("params") or layer.get("kernel")]
    extra = sum(map(math.prod, result["extra_parameters"].values()))
    linear = sum(layer.get("macs", 0) for layer in layers)
    products = sum(layer.get("attention_macs", 0) for layer in layers)
    assert sum(map(_count, layers)) + extra + result["unexecuted_parameters"] == totals["num_params"], name
    assert (linear, linear + products) == (totals["conv_linear_macs"], totals["macs_with_attention"]), name
    assert "_aux" in name or round(totals["macs_with_attention"] / 10**9, 3) == metadata["gops"], name
    return [result, *map(_layer_row, layers)]


def _count(layer: Layer) -> int:
    return sum(map(math.prod, layer.get("params", {}).values()))


def _layer_row(layer: Layer) -> list[Any]:
    defaults = {"kernel": None, "stride": [1, 1], "padding": [0, 0], "macs": 0, "attention_macs": 0}
    options = {key: layer[key] for key in defaults if layer.get(key, defaults[key]) != defaults[key]}
    return [layer["name"], layer["type"], layer["out"], list(layer.get("params", {}).values()), options]


def main() -> None:
    """Write the data; see the top of this module."""
    parser = argparse.ArgumentParser(description="Write tests/data/reference.")
    parser.add_argument("models", nargs="*", help="builders of torchvision (default: all)")
    parser.add_argument("--from", dest="folder", type=Path, help="a folder with existing traces")
    options = parser.parse_args()
    traces = map(load_trace, sorted(options.folder.glob("*.jsonl"))) if options.folder else trace_all(options.models)
    DATA.mkdir(parents=True, exist_ok=True)
    for totals, layers in traces:
        lines = (json.dumps(line, separators=(",", ":")) for line in compact_trace(totals, layers))
        (DATA / f"{totals['model']}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
