"""Files of ``torch.export`` and Keras: zip archives with JSON, read without PyTorch and Keras."""

from __future__ import annotations

import io
import json
import random
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

import layerwise
from layerwise.importing.draft import draft
from layerwise.importing.readers import read_model
from layerwise.importing.readers.keras_models import trace_config
from layerwise.importing.trace import ModelImportError
from tests.traces import FOLDER, trace

SQUEEZENET, MOBILENET = FOLDER / "squeezenet1_1.pt2", FOLDER / "mobilenet_v2.keras"


def test_a_saved_program_is_the_exported_model() -> None:
    """The same draft as from torchvision itself."""
    saved, exported = (
        draft(model, "Same").text.splitlines()[1:]
        for model in (read_model(str(SQUEEZENET)), trace("torchvision.models:squeezenet1_1"))
    )
    assert saved == exported


def test_a_keras_file_has_the_count_of_keras() -> None:
    """Keras' documentation: MobileNetV2 has 3,538,984 parameters, with the running statistics."""
    counts = draft(read_model(str(MOBILENET))).counts
    assert counts.parameters + counts.buffers == 3538984
    assert counts.macs == 300774272  # torchvision's mobilenet_v2


def sequential(*layers: dict[str, Any], shape: tuple[int | None, ...] = (None, 32, 32, 1)) -> dict[str, Any]:
    config = {"layers": [*layers], "build_input_shape": list(shape)}
    return {"class_name": "Sequential", "config": config}


def layer(kind: str, name: str = "", **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": name or kind.lower(), **config}}


def lines(*layers: dict[str, Any], **more: Any) -> list[str]:
    text = draft(trace_config(sequential(*layers, **more), "test", "Keras")).text
    return [line.strip()[2:] for line in text[text.index("layers:") :].splitlines()[1:]]


LAYERS = {
    "{conv: 5x5x6, activation: tanh}": layer("Conv2D", filters=6, kernel_size=[5, 5], activation="tanh"),
    "{conv: 3x3x4, padding: half}": layer("Conv2D", filters=4, kernel_size=[3, 3], padding="same"),
    "{conv: 3x3x4, stride: 2, padding: same}": layer(
        "Conv2D", filters=4, kernel_size=[3, 3], strides=[2, 2], padding="same"
    ),
    "{transposed_conv: 4x4x8, stride: 2, padding: 1}": layer(
        "Conv2DTranspose", filters=8, kernel_size=[4, 4], strides=[2, 2], padding="same"
    ),
    "{linear: 10, bias: false}": layer("Dense", units=10, use_bias=False),
    "{max_pool: 3x3, stride: 2}": layer("MaxPooling2D", pool_size=[3, 3], strides=[2, 2]),
    "{upsample: 2}": layer("UpSampling2D", size=[2, 2]),
    "{crop: 1}": layer("Cropping2D", cropping=[[1, 1], [1, 1]]),
    "global_avg_pool": layer("GlobalAveragePooling2D"),
    "layer_norm": layer("LayerNormalization"),
    "batch_norm": layer("BatchNormalization"),
    "relu6": layer("ReLU", max_value=6.0),
    "hard_swish": layer("Activation", activation="hard_silu"),
}


@pytest.mark.parametrize("expected", [key for key in LAYERS if "crop" not in key])
def test_layers_of_keras_become_layers(expected: str) -> None:
    assert lines(LAYERS[expected]) == [expected]


def test_a_separable_convolution_is_two() -> None:
    separable = layer("SeparableConv2D", filters=16, kernel_size=[3, 3], depth_multiplier=2)
    assert lines(separable, shape=(None, 8, 8, 4)) == [
        "{depthwise_conv: 3x3, multiplier: 2, bias: false}",
        "{conv: 1x1x16}",
    ]


def test_models_in_models_are_followed() -> None:
    inner = layer(
        "Sequential", "stem", layers=[layer("InputLayer"), LAYERS["global_avg_pool"], layer("Dense", units=3)]
    )
    assert lines(inner) == ["global_avg_pool", "{fc: 3}"]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "kind": (sequential(layer("LSTM")), "cannot express LSTM at lstm: the language has no layer for it"),
    "activation": (sequential(layer("Activation", activation="celu")), "no activation function 'celu'"),
    "size": (
        sequential(layer("Flatten"), shape=(None, None, None, 3)),
        "its input is ?×?×3; name its size with --input",
    ),
    "no image": (sequential(layer("Flatten"), shape=(None, 3)), "its input is no image: [None, 3]"),
    "scale": (
        sequential(layer("BatchNormalization", scale=False)),
        "cannot express batch_norm at batchnormalization: it has a scale or a shift, not both",
    ),
    "config": ({"config": {"layers": [{}]}}, "a configuration that Keras 3 does not make: KeyError: 'class_name'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_models_of_keras_are_refused_with_a_reason(case: str) -> None:
    content, message = REFUSED[case]
    with pytest.raises(ModelImportError, match=re.escape(message)):
        draft(trace_config(content, "test", "Keras"))


def archive(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name.replace("__", "/") + ".json", content)
    return buffer.getvalue()


BROKEN = {
    "empty": (b"", "it is no zip archive, or it is truncated"),
    "text": (b"layers", "it is no zip archive, or it is truncated"),
    "no model": (archive(other=b"{}"), "has one file …/models/model.json, this one 0"),
    "no JSON": (archive(a__models__model=b"{"), "…/models/model.json is not JSON"),
    "list": (archive(a__models__model=b"[]"), "of another version of torch.export, or damaged"),
    "deep": (archive(a__models__model=b"[" * 200_000), "…/models/model.json is not JSON"),
    "bomb": (archive(a__models__model=bytes(70_000_000)), "…/models/model.json has more than 64,000,000 bytes"),
    "directory": (b"PK\x05\x06" + bytes(8) + b"\xff\xff\xff\x7f" + bytes(6), "the directory of its archive has"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_archives_are_refused(case: str, tmp_path: Path) -> None:
    content, message = BROKEN[case]
    file = tmp_path / "model.pt2"
    file.write_bytes(content)
    start = time.process_time()
    with pytest.raises(ModelImportError, match=message):
        read_model(str(file))
    assert time.process_time() - start < 1


@pytest.mark.parametrize("source", [SQUEEZENET, MOBILENET], ids=["pt2", "keras"])
def test_damaged_content_never_raises_anything_else(source: Path, tmp_path: Path) -> None:
    """Values of the JSON are replaced at random: the file is drafted with its own figures, or refused."""
    chance = random.Random(2)
    (member,) = [name for name in zipfile.ZipFile(source).namelist() if name.endswith(("model.json", "config.json"))]
    sound = zipfile.ZipFile(source).read(member)
    others: list[Any] = [None, -1, 0, 10**9, "x", [], {}, True, 1.5]
    for _ in range(30):
        content = json.loads(sound)
        for _ in range(chance.choice([1, 2, 5])):
            _damage(content, chance, others)
        file = tmp_path / f"model{source.suffix}"
        with zipfile.ZipFile(file, "w") as out:
            out.writestr(member, json.dumps(content))
            out.writestr("metadata.json", "{}")
        try:
            result = draft(read_model(str(file)))
        except ModelImportError:
            continue
        assert layerwise.loads(result.text).parameters == result.counts.parameters


def _damage(content: Any, chance: random.Random, others: list[Any]) -> None:
    """Replace a value somewhere in nested mappings and lists."""
    while True:
        keys: list[Any] = list(content) if isinstance(content, dict) else list(range(len(content)))
        if not keys:
            return
        key = chance.choice(keys)
        if not isinstance(content[key], dict | list) or chance.random() < 0.05:
            content[key] = chance.choice(others)
            return
        content = content[key]
