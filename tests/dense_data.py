"""Write tests/data/dense.jsonl.xz: the layers of torchvision's networks for segmentation, detection and videos.

    python -m tests.dense_data              # trace all builders of the installed torchvision
    python -m tests.dense_data fcn_resnet50 # trace these again, and keep the others

Tracing needs torch and torchvision, which nothing else in this project needs. The networks are built without weights
and run once on zeros in evaluation mode; the others than the detectors, whose later layers run on proposals, without
calculating a value. The data come from torchvision 0.29.1 with torch 2.14.1, and from nothing of this project.

A line is a network: its name, its input in the order of torch, the number of its parameters, its layers, and the
tensors that belong to none. A layer is any module with parameters, each time it runs: its name, its type, its output
without the batch, or for one region, and the shapes of its tensors, empty if it ran before.
"""

from __future__ import annotations

import json
import lzma
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "dense.jsonl.xz"

TASKS = ("segmentation", "detection", "video")
AUXILIARY_HEAD = ("deeplabv3_", "fcn_")
"""The builders whose weights come with an auxiliary head."""
SIDES = {"ssd300_vgg16": 300, "ssdlite320_mobilenet_v3_large": 320, "fasterrcnn_mobilenet_v3_large_320_fpn": 320}
"""The sides of images for detectors; those of the others are 800."""


def input_shape(task: str, name: str) -> list[int]:
    """Return the input of a network: channels, frames of a video, height and width."""
    if task == "video":
        side = 112 if name.endswith("_18") else 224
        return [3, 16, side, side]
    side = SIDES.get(name, 800) if task == "detection" else 520
    return [3, side, side]


def trace(task: str, name: str) -> dict[str, Any]:
    """Build a network, run it, and describe it."""
    torch: Any = import_module("torch")
    models: Any = import_module("torchvision.models")
    options: dict[str, Any] = {} if task == "video" else {"weights_backbone": None}
    if name.startswith(AUXILIARY_HEAD):
        options["aux_loss"] = True
    shape = input_shape(task, name)
    with torch.device("cpu" if task == "detection" else "meta"), torch.no_grad():
        model = models.get_model(name, weights=None, **options).eval()
        layers: list[list[Any]] = []
        for label, module in model.named_modules():
            module.register_forward_hook(recorder(label, layers))
        model([torch.zeros(shape)] if task == "detection" else torch.zeros(1, *shape))
    ran = {layer[0] for layer in layers}
    return {
        "model": name,
        "input": shape,
        "num_params": sum(value.numel() for value in model.parameters()),
        "layers": layers,
        "other": [list(value.shape) for key, value in model.named_parameters() if key.rpartition(".")[0] not in ran],
    }


def recorder(label: str, layers: list[list[Any]]) -> Any:
    """Return a hook that adds a module with parameters of its own and a single output to the layers."""

    def record(module: Any, _: Any, output: Any) -> None:
        tensors = [list(value.shape) for value in module.parameters(recurse=False)]
        if tensors and hasattr(output, "shape"):
            first = all(layer[0] != label for layer in layers)
            layers.append([label, type(module).__name__, list(output.shape[1:]), tensors if first else []])

    return record


def load() -> dict[str, dict[str, Any]]:
    """Return the stored networks by their names."""
    lines = lzma.decompress(DATA.read_bytes()).decode().splitlines()
    return {network["model"]: network for network in map(json.loads, lines)}


def main(names: list[str]) -> None:
    """Trace networks, and write them with those that are stored."""
    models: Any = import_module("torchvision.models")
    networks = load() if names else {}
    for task in TASKS:
        for name in models.list_models(module=getattr(models, task)):
            if not names or name in names:
                networks[name] = trace(task, name)
    lines = (json.dumps(network, separators=(",", ":")) for _, network in sorted(networks.items()))
    DATA.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))


if __name__ == "__main__":
    main(sys.argv[1:])
