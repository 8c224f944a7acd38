"""Writes tests/data/reference: what the classification networks of torchvision really have, layer by layer.

    python tests/reference_data.py                  # traces every builder of the installed torchvision
    python tests/reference_data.py resnet18 vgg11   # traces these
    python tests/reference_data.py --from FOLDER    # takes over traces that were kept before, FOLDER/<model>.jsonl

Tracing needs torch and torchvision, which nothing else here does. The networks are built without weights and run once
on zeros in evaluation mode, at each size for which torchvision publishes figures. The data in the repository come from
torchvision 0.29.1 with torch 2.14.1. This project is tested against them, so nothing in them may be computed by it.

One file for each model: ``vit_b_16@384`` is one at another size, ``googlenet_aux`` one that ran its auxiliary heads.
The first line has the totals. Every other line is one layer with parameters or a pooling window, in the order of
execution: its name, type, output, the shapes of its tensors, and what else there is to tell: kernel, stride (unless 1),
padding (unless 0), macs and attention_macs. Shapes are in the order of torch, without the batch. Attention is one layer
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

Head = dict[str, Any]
"""The totals of a model: model, input, num_params, conv_linear_macs, macs_with_attention and more."""
Layer = dict[str, Any]
"""One layer: name, type, out, params and more."""

HEADS = {
    "googlenet": {"": {"aux_logits": False}, "_aux": {"aux_logits": True}},
    "inception_v3": {"": {}, "_aux": {}, "_noaux": {"aux_logits": False}},
}
"""Networks with auxiliary heads, and the ways in which they are built."""


# --- tracing --------------------------------------------------------------------------------------------------------


def traced(names: list[str]) -> Iterator[tuple[Head, list[Layer]]]:
    """The traces of torchvision's classification networks, or of some, in each of their sizes and ways."""
    models: Any = import_module("torchvision.models")
    for name in names or models.list_models(module=models):
        sides: dict[int, Any] = {}
        for weights in models.get_model_weights(name):
            sides.setdefault(weights.transforms().crop_size[0], weights)
        for place, (side, weights) in enumerate(sides.items()):
            size = {"image_size": side} if name.startswith("vit_") else {}
            for ending, keywords in HEADS.get(name, {"": {}}).items():
                more = {"init_weights": False} if name in HEADS else {}
                model = models.get_model(name, weights=None, **size, **keywords, **more).eval()
                model.training = ending == "_aux"  # of the network alone: it decides whether the heads run
                yield trace(f"{name}{ending}{f'@{side}' if place else ''}", model, weights, side)


def trace(name: str, model: Any, weights: Any, side: int) -> tuple[Head, list[Layer]]:
    """Run a model once, and note each layer as it runs; the totals follow."""
    torch: Any = import_module("torch")
    swin: Any = import_module("torchvision.models.swin_transformer")
    maxvit: Any = import_module("torchvision.models.maxvit")
    nn = torch.nn
    attention = (nn.MultiheadAttention, swin.ShiftedWindowAttention, maxvit.RelativePositionalMultiHeadAttention)
    kinds = (nn.Conv2d, nn.Linear, nn.BatchNorm2d, nn.LayerNorm, nn.MaxPool2d, nn.AvgPool2d, *attention)
    layers: list[Layer] = []
    inside = ["-"]

    def note(label: str, module: Any) -> None:
        module.register_forward_hook(lambda _, given, out: layers.append(described(label, module, given[0][0], out)))

    for label, module in model.named_modules():
        if isinstance(module, kinds) and not label.startswith(f"{inside[-1]}."):
            note(label, module)
            if isinstance(module, attention):
                inside.append(label)
    with torch.no_grad():
        model(torch.zeros(1, 3, side, side))
    return totals(name, model, weights, side, layers), layers


def totals(name: str, model: Any, weights: Any, side: int, layers: list[Layer]) -> Head:
    """The totals; learned tensors outside the layers are extra parameters, those of heads that did not run apart."""
    noted = {f"{layer['name']}.{tensor}" for layer in layers for tensor in layer["params"]}
    rest = {key: list(value.shape) for key, value in model.named_parameters() if key not in noted}
    unused = {key: rest.pop(key) for key in list(rest) if key.startswith(("aux", "AuxLogits"))}
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
        "extra_parameters": [{"name": key, "shape": shape} for key, shape in rest.items()],
        "unexecuted_layers": [{"params": unused}],
    }


def described(name: str, module: Any, given: Any, out: Any) -> Layer:
    """One layer as it ran: shapes without the batch, and its multiply-accumulates by the rule for its type."""
    out = (out[0] if isinstance(out, tuple) else out)[0]
    layer: Layer = {"name": name, "type": type(module).__name__, "out": list(out.shape)}
    if hasattr(module, "kernel_size"):
        for key, value in (("kernel", module.kernel_size), ("stride", module.stride), ("padding", module.padding)):
            layer[key] = list(value) if isinstance(value, tuple) else [value, value]
    layer["params"] = {key: list(value.shape) for key, value in module.named_parameters()}
    if layer["type"] == "Conv2d":
        layer["macs"] = module.weight.numel() * out.shape[-2] * out.shape[-1]
    elif layer["type"] == "Linear":
        layer["macs"] = module.weight.numel() * (out.numel() // module.out_features)
    elif "Attention" in layer["type"]:
        layer |= attention_macs(module, list(given.shape))
    return layer


def attention_macs(module: Any, given: list[int]) -> dict[str, int]:
    """Of the linear layers 4·C² at each position, and of the products 2·C for each pair that see each other."""
    *positions, channels = given
    seen, network = positions[-1], 0
    if hasattr(module, "window_size"):
        w_h, w_w = module.window_size
        positions = [math.ceil(positions[0] / w_h) * w_h, math.ceil(positions[1] / w_w) * w_w]
        seen = w_h * w_w
        if hasattr(module, "cpb_mlp"):
            network = (2 * w_h - 1) * (2 * w_w - 1) * sum(linear.weight.numel() for linear in module.cpb_mlp[::2])
    return {
        "macs": 4 * channels**2 * math.prod(positions) + network,
        "attention_macs": 2 * channels * math.prod(positions) * seen,
    }


# --- traces kept before ---------------------------------------------------------------------------------------------


def kept(file: Path) -> tuple[Head, list[Layer]]:
    """A trace as it was kept: totals on the first line, a layer on each further one."""
    head, *layers = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    tables = {entry["name"]: entry["shape"] for entry in head["extra_parameters"]}
    layers = list(whole_attention(layers, tables))
    head["extra_parameters"] = [{"name": name, "shape": shape} for name, shape in tables.items()]
    return head, layers


def whole_attention(layers: list[Layer], tables: dict[str, list[int]]) -> Iterator[Layer]:
    """Attention as one layer with all its tensors, which kept traces have in parts.

    Of MaxViT's attention they have the two linear layers apart, and the table of position biases among the extra
    parameters. Of Swin V2's they lack the network that computes the biases, and of all these the products; that what
    is put in here is right, the totals tell, which have both.
    """
    for layer, following in zip(layers, [*layers[1:], {}], strict=True):
        outer, _, part = layer["name"].rpartition(".")
        if part == "to_qkv":
            yield _maxvit(layer, following, tables.pop(f"{outer}.relative_position_bias_table"))
        elif layer["type"].startswith("ShiftedWindow"):
            yield _swin(layer)
        elif part != "merge":
            yield layer


def _maxvit(qkv: Layer, merge: Layer, table: list[int]) -> Layer:
    """MaxViT's attention from its parts; it runs on windows × positions × channels."""
    windows, seen, channels = qkv["in"]
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
        "attention_macs": 2 * channels * windows * seen * seen,
    }


def _swin(layer: Layer) -> Layer:
    """Shifted window attention with its products, and in version 2 with its network."""
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


def compact(head: Head, layers: list[Layer]) -> list[Any]:
    """What tests compare, the totals first. Fails where the layers do not add up to torchvision's figures."""
    name, metadata = head["model"], head["metadata"]
    lean = {key: head[key] for key in ("model", "input", "num_params", "conv_linear_macs", "macs_with_attention")}
    lean |= {"weights": metadata["name"], "acc@1": metadata["acc@1"], "acc@5": metadata["acc@5"]}
    lean["extra_parameters"] = {entry["name"]: entry["shape"] for entry in head["extra_parameters"]}
    lean["unexecuted_parameters"] = sum(map(_count, head["unexecuted_layers"]))
    layers = [layer for layer in layers if layer.get("params") or layer.get("kernel")]
    extra = sum(map(math.prod, lean["extra_parameters"].values()))
    linear = sum(layer.get("macs", 0) for layer in layers)
    products = sum(layer.get("attention_macs", 0) for layer in layers)
    assert sum(map(_count, layers)) + extra + lean["unexecuted_parameters"] == head["num_params"], name
    assert (linear, linear + products) == (head["conv_linear_macs"], head["macs_with_attention"]), name
    assert "_aux" in name or round(head["macs_with_attention"] / 10**9, 3) == metadata["gops"], name
    return [lean, *map(_line, layers)]


def _count(layer: Layer) -> int:
    return sum(map(math.prod, layer.get("params", {}).values()))


def _line(layer: Layer) -> list[Any]:
    usual = {"kernel": None, "stride": [1, 1], "padding": [0, 0], "macs": 0, "attention_macs": 0}
    rest = {key: layer[key] for key in usual if layer.get(key, usual[key]) != usual[key]}
    return [layer["name"], layer["type"], layer["out"], list(layer.get("params", {}).values()), rest]


def main() -> None:
    """See the top of this file."""
    parser = argparse.ArgumentParser(description="Write tests/data/reference.")
    parser.add_argument("models", nargs="*", help="builders of torchvision; all if left out")
    parser.add_argument("--from", dest="folder", type=Path, help="a folder with traces that were kept before")
    options = parser.parse_args()
    traces = map(kept, sorted(options.folder.glob("*.jsonl"))) if options.folder else traced(options.models)
    DATA.mkdir(parents=True, exist_ok=True)
    for head, layers in traces:
        lines = (json.dumps(line, separators=(",", ":")) for line in compact(head, layers))
        (DATA / f"{head['model']}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
