"""ONNX files: read without their weights, refused with the byte or the operation, and never wrong."""

from __future__ import annotations

import lzma
import random
import resource
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import layerwise
from layerwise.importing.draft import draft
from layerwise.importing.readers import read_model
from layerwise.importing.readers.onnx_trace import trace_onnx
from layerwise.importing.trace import ModelImportError
from tests.importing.onnx_models import field, model, node, tensor, varint
from tests.traces import FOLDER

WEIGHT = tensor("w", [8, 3, 3, 3])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "model.onnx"


def definition(file: Path, content: bytes, shape: tuple[int, ...] | None = None) -> str:
    file.write_bytes(content)
    text = draft(trace_onnx(file, shape)).text
    return text[text.index("layers:") :]


def layers(file: Path, *nodes: bytes, tensors: tuple[bytes, ...] = (WEIGHT,), **more: Any) -> list[str]:
    lines = definition(file, model(nodes, tensors, **more)).splitlines()
    return [line.strip()[2:] for line in lines[1:]]


OPERATIONS = {
    "{conv: 3x3x8, stride: 2, padding: 1, bias: false}": node(
        "Conv", "x w", "y", pads=[1, 1, 1, 1], strides=[2, 2], kernel_shape=[3, 3]
    ),
    "{conv: 3x3x8, stride: 2, padding: same, bias: false}": node(
        "Conv", "x w", "y", auto_pad="SAME_UPPER", strides=[2, 2]
    ),
    "{conv: 3x3x8, stride: 2, padding: 0x1x0x1, bias: false}": node(
        "Conv", "x w", "y", pads=[0, 0, 1, 1], strides=[2, 2]
    ),
    "{max_pool: 3x3, stride: 2, ceil: true}": node(
        "MaxPool", "x", "y", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1
    ),
    "{avg_pool: 2x2}": node("AveragePool", "x", "y", kernel_shape=[2, 2], strides=[2, 2]),
    "global_avg_pool": node("GlobalAveragePool", "x", "y"),
    "{depth_to_space: 1x1}": node("DepthToSpace", "x", "y", blocksize=1),
    "hard_sigmoid": node("HardSigmoid", "x", "y", alpha=1 / 6),
    "{upsample: 2}": node("Resize", "x  s", "y", mode="nearest"),
}


@pytest.mark.parametrize("expected", [key for key in OPERATIONS if "upsample" not in key])
def test_operations_become_layers(expected: str, file: Path) -> None:
    assert layers(file, OPERATIONS[expected]) == [expected]


def test_clip_from_0_to_6_is_relu6_in_all_opsets(file: Path) -> None:
    assert layers(file, node("Clip", "x", "y", min=0.0, max=6.0)) == ["relu6"]
    limits = (tensor("a", [], [0]), tensor("b", [], [6]))
    assert layers(file, node("Clip", "x a b", "y"), tensors=limits) == ["relu6"]


def test_a_reshape_by_a_calculated_shape_is_followed(file: Path) -> None:
    nodes = (
        node("GlobalAveragePool", "x", "p"),
        node("Shape", "p", "s"),
        node("Gather", "s zero", "n", axis=0),
        node("Unsqueeze", "n axes", "n1"),
        node("Concat", "n1 minus", "t", axis=0),
        node("Reshape", "p t", "f"),
        node("Gemm", "f v b", "y", transB=1),
    )
    tensors = (
        tensor("zero", [], [0]),
        tensor("axes", [1], [0]),
        tensor("minus", [1], [-1]),
        tensor("v", [10, 3]),
        tensor("b", [10]),
    )
    assert layers(file, *nodes, tensors=tensors) == ["global_avg_pool", "{fc: 10}"]


def test_a_product_and_a_sum_are_a_linear_layer(file: Path) -> None:
    nodes = (node("Transpose", "x", "t", perm=[0, 2, 3, 1]), node("MatMul", "t v", "m"), node("Add", "m b", "y"))
    assert layers(file, *nodes, tensors=(tensor("v", [3, 10]), tensor("b", [10]))) == ["{linear: 10}"]


def test_a_dynamic_input_needs_a_size(file: Path) -> None:
    content = model([node("Conv", "x w", "y")], [WEIGHT], ["batch", 3, "h", "w"])
    with pytest.raises(ModelImportError, match=r"its input 'x' is \?×\?×3; name its size with --input, like 224x224x3"):
        definition(file, content)
    assert "{conv: 3x3x8, bias: false}" in definition(file, content, (3, 32, 32))
    with pytest.raises(ModelImportError, match=r"its input is \?×\?×3, which differs from --input"):
        definition(file, content, (1, 32, 32))


def test_biases_that_are_stored_once_count_for_each_layer(file: Path) -> None:
    nodes = [node("Conv", "x w b", "c"), node("Conv", "c v b", "y")]
    file.write_bytes(model(nodes, [WEIGHT, tensor("v", [8, 8, 3, 3]), tensor("b", [8])]))
    result = draft(trace_onnx(file))
    assert result.counts.parameters == 3 * 8 * 9 + 8 * 8 * 9 + 2 * 8
    assert layerwise.loads(result.text).parameters == result.counts.parameters


def test_folded_normalization_is_a_note(file: Path) -> None:
    file.write_bytes(model([node("Conv", "x w", "y")], [WEIGHT]))
    assert "exporters fold it into the convolutions" in draft(trace_onnx(file)).notes[0]


def test_weights_are_not_read(file: Path) -> None:
    """A file of 500 MB, which takes no room on the disk: its weights are a hole."""
    count = 125_000_000
    head = field(1, 4000) + field(1, 31250) + field(2, 1) + field(8, "v")
    raw = varint(9 << 3 | 2) + varint(4 * count)
    size = len(head) + len(raw) + 4 * count
    nodes = field(1, node("GlobalAveragePool", "x", "p")) + field(1, node("Flatten", "p", "f"))
    nodes += field(1, node("Gemm", "f v", "y", transB=1))
    rest = model([], [], (1, 31250, 4, 4))
    graph = nodes + rest[rest.index(b"\x5a") : rest.index(field(8, field(2, 17)))]
    start = varint(5 << 3 | 2) + varint(size) + head + raw
    with file.open("wb") as out:
        out.write(varint(7 << 3 | 2) + varint(len(graph) + len(start) + 4 * count) + graph + start)
        out.truncate(out.tell() + 4 * count)
    begin = time.perf_counter()
    model_trace = trace_onnx(file)
    assert time.perf_counter() - begin < 0.2
    assert model_trace.tensors["v"].shape == (4000, 31250)


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no ONNX model: it has no operations"),
    "text": (b"name: LeNet-5\n", "no field has the wire type"),
    "zeros": (bytes(100_000), "no field has the number 0"),
    "truncated": (model([node("Relu", "x", "y")])[:-9], "a field ends after its message"),
    "operation": (model([node("NonMaxSuppression", "x", "y")]), "cannot express NonMaxSuppression at y"),
    "loop": (model([node("Loop", "x", "y")]), "cannot express Loop at y"),
    "dangling": (model([node("Relu", "z", "y")]), "Relu at y: nothing makes its input 'z'"),
    "output": (model([node("Relu", "x", "z")]), "no operation makes its output"),
    "attributes": (model([node("MaxPool", "x", "y", kernel_shape=[2, 2], strides=[0, 0])]), "unusable attributes"),
    "padding": (model([node("MaxPool", "x", "y", kernel_shape=[2])]), "only windows over images can be expressed"),
    "shape": (model([node("Relu", "x", "y")], (), (1, 10)), "its input 'x' has 2 sides, not the 4 of an image"),
    "negative": (model([node("Relu", "x", "y")], (), (1, 3, -5, 16)), "name its size with --input"),
    "fields": (field(7, field(1, b"") * 400_000), "more than"),
    "operations": (model([node("Relu", "x", "y")] * 15_001), "more than 15,000 operations"),
    "nodes": (model([node("Relu", "x", "y")] * 6_001), "more than 6,000 operations on values of the image"),
    "layers": (
        model(
            [node("Relu", "x" if place == 0 else f"a{place}", f"a{place + 1}") for place in range(4000)], output="a4000"
        ),
        "more than 3,000 layers",
    ),
    "weight": (
        model([node("Conv", "x w", "a"), node("Conv", "a w", "y")], [tensor("w", [3, 3, 1, 1])]),
        "conv2d at y: it has the weight of conv2d at a",
    ),
    "side": (model([node("Relu", "x", "y")], [tensor("w", [2**62])]), "sides must be at most 100,000,000"),
    "long number": (b"\x3a" + b"\xff" * 12, "a number is too long"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_unusable_files_are_refused_within_a_second(case: str, file: Path) -> None:
    content, message = REFUSED[case]
    file.write_bytes(content)
    start = time.process_time()
    with pytest.raises(ModelImportError, match=message):
        draft(trace_onnx(file))
    assert time.process_time() - start < 1


def test_deep_graphs_are_drafted_or_refused(file: Path) -> None:
    """Sums of sums nest without end; 1,500 of them are still a definition, or a refusal."""
    nodes = [node("Relu", "x", "a0")]
    nodes += [node("Add", f"a{place} x", f"a{place + 1}") for place in range(1500)]
    file.write_bytes(model([*nodes, node("Relu", "a1500", "y")]))
    start = time.process_time()
    with suppress(ModelImportError):
        assert layerwise.loads(draft(trace_onnx(file)).text).parameters == 0
    assert time.process_time() - start < 1


def test_damaged_files_never_raise_anything_else(file: Path) -> None:
    chance = random.Random(15)
    nodes = [node("Conv", "x w b", "c", pads=[1, 1, 1, 1], strides=[2, 2]), node("Relu", "c", "r")]
    nodes += [node("Conv", "r v", "d"), node("GlobalAveragePool", "d", "p"), node("Flatten", "p", "f")]
    nodes += [node("Gemm", "f u", "y", transB=1)]
    tensors = [WEIGHT, tensor("b", [8]), tensor("v", [8, 8, 3, 3]), tensor("u", [10, 8])]
    sound = model(nodes, tensors)
    for _ in range(600):
        content = bytearray(sound[: chance.randrange(len(sound))] if chance.random() < 0.2 else sound)
        for _ in range(chance.choice([1, 1, 2, 8])):
            if content:
                content[chance.randrange(len(content))] = chance.randrange(256)
        file.write_bytes(content)
        try:
            result = draft(trace_onnx(file))
        except ModelImportError:
            continue
        assert layerwise.loads(result.text).parameters == result.counts.parameters
    if sys.platform == "linux":
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 300_000 * 3  # the whole process of the tests


def test_a_file_of_pytorch_has_blocks_by_its_modules(file: Path) -> None:
    """MobileNetV2 without training, by torch.onnx, whose weights are in another file, which is not there.

    Of torchvision's 3,504,872 parameters, the 34,112 of batch normalization are folded into the convolutions, and the
    1,000 biases of the classifier, which are zero, are removed.
    """
    file.write_bytes(lzma.decompress((FOLDER / "mobilenet_v2.onnx.xz").read_bytes()))
    result = draft(trace_onnx(file))
    assert result.counts.parameters == 3504872 - 34112 - 1000
    assert result.counts.macs == 300774272  # torchvision's mobilenet_v2
    assert "- {inverted_residual: 64, first: {stride: 2}, repeat: 4}" in result.text
    assert "exporters fold it into the convolutions" in result.notes[0]


def test_files_are_chosen_by_their_ending(file: Path) -> None:
    file.write_bytes(model([node("Relu", "x", "y")]))
    assert read_model(str(file)).nodes[-1].op == "relu"
