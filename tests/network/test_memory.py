"""Memory for inference and training, compared with sums worked out by hand."""

from __future__ import annotations

import pytest

from layerwise.network import memory
from layerwise.network.catalogue import Catalogue
from layerwise.network.memory import FP32, GB, OPTIMIZERS, PRECISIONS, Amount, Precision
from layerwise.site.renderer import example

BY_KEY = {precision.key: precision for precision in PRECISIONS}
EVERYTHING = {"parameter": 1000, "gradient": 1000, "weight copy": 900, "state": 2000, "byte": 16}
IMAGE = {"value": 3000, "wide value": 100, "copied value": 50, "byte": 8}


@pytest.mark.parametrize(
    ("precision", "batch", "expected"),
    [
        # fp32: 4 bytes for 4,000 things and 16 bytes; for an image 4 bytes for 3,100 values and 8 bytes
        ("fp32", 1, 16_016 + 12_408),
        ("fp32", 10, 16_016 + 124_080),
        # AMP: the same and 900 copies of 2 bytes; 3,000 values of 2 bytes, 100 and 50 of 4 bytes, and 8 bytes
        ("amp", 1, 17_816 + 6_608),
        # bf16: half of fp32, except the bytes
        ("bf16", 10, 8_016 + 62_080),
        ("int8", 1, 4_016 + 3_108),
        ("int4", 2, 2_016 + 3_116),
    ],
)
def test_memory_depends_on_precision_and_batch(precision: str, batch: int, expected: int) -> None:
    assert Amount(EVERYTHING, IMAGE).bytes(BY_KEY[precision], batch) == expected


def test_half_a_byte_is_rounded_up() -> None:
    assert Amount({"parameter": 2049}, {}).bytes(BY_KEY["int4"]) == 1025


@pytest.mark.parametrize(
    ("size", "expected"),
    [(16_016 + 12_408, 1), (16_016 + 12_407, 0), (16_016 + 3 * 12_408, 3), (16_015, 0), (0, 0)],
)
def test_largest_batch_fits_just(size: int, expected: int) -> None:
    assert Amount(EVERYTHING, IMAGE).largest_batch(FP32, size) == expected


def test_any_batch_fits_if_nothing_grows_with_it() -> None:
    assert memory.saved(example("relu, {max_pool: 2x2}", on="4x4x2")).largest_batch(FP32, GB) is None


def test_parts_of_lenet_5(catalogue: Catalogue) -> None:
    network = catalogue.entry("lenet-5").network
    assert memory.parameters(network).bytes(FP32) == 4 * 61_706
    # 28·28·6 + 14·14·6 + 10·10·16 + 5·5·16 + 120 + 84 + 10 outputs; the pooling has 4,704 input and 1,176 output values
    assert memory.outputs(network).bytes(FP32, 2) == 2 * 4 * 8_094
    assert memory.peak_activations(network).bytes(FP32, 2) == 2 * 4 * (4_704 + 1_176)
    # the weights, without 6 + 16 + 120 + 84 + 10 biases
    assert memory.weight_copies(network).bytes(BY_KEY["amp"]) == 2 * (61_706 - 236)


def parts(of: Precision, states: int) -> int:
    """Bytes of parameters, gradients, copies of weights, and optimizer state for 3·3·3·4 weights and 4 biases."""
    sizes = {"fp32": (4, 4, 0, 4), "amp": (4, 4, 2, 4), "bf16": (2, 2, 0, 2)}[of.key]
    parameter, gradient, copy, state = sizes
    return 112 * (parameter + gradient + states * state) + 108 * copy


@pytest.mark.parametrize("precision", PRECISIONS[:3], ids=lambda precision: precision.key)
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: optimizer.key)
def test_training_adds_up(precision: Precision, optimizer: memory.Optimizer) -> None:
    network = example("{conv: 3x3x4}", on="8x8x3")
    total = memory.training(network, optimizer, memory.saved(network))
    value = 4 if precision is FP32 else 2
    states = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer.key]
    assert total.bytes(precision, 5) == parts(precision, states) + 5 * 192 * value  # the image is saved


@pytest.mark.parametrize(
    ("slug", "images"),
    [
        # PyTorch's bytes for a batch of two minus those for one image; then a softmax, 17 stochastic depths, a dropout
        ("resnet-50-v1-5", 138_733_440 - 94_975_872 + 2 * 1000),
        ("convnext-t", 178_266_120 - 117_657_060 - 4 * 17),
        ("mobilenetv2-1-0", 85_282_944 - 46_179_456 - 1280),
    ],
)
def test_mixed_precision_saves_as_much_as_pytorch(slug: str, images: int, catalogue: Catalogue) -> None:
    """Compare with PyTorch 2.14.1 and torchvision 0.29.1 under ``torch.amp`` in fp16, on a fake CUDA device."""
    saved = memory.saved(catalogue.entry(slug).network)
    assert saved.bytes(BY_KEY["amp"], 2) - saved.bytes(BY_KEY["amp"], 1) == images


def test_mixed_precision_copies_the_weights_that_pytorch_copies(catalogue: Catalogue) -> None:
    network = catalogue.entry("resnet-50-v1-5").network
    amp = BY_KEY["amp"]
    # PyTorch's bytes for a batch of two, with the copies, and the softmax
    pytorch = 138_733_440 + 2 * 2 * 1000
    assert memory.saved(network).bytes(amp, 2) + memory.weight_copies(network).bytes(amp) == pytorch
