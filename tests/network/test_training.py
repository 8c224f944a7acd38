"""The tensors that training saves, compared with PyTorch and with sums worked out by hand."""

from __future__ import annotations

import pytest

from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import Network
from layerwise.network.training import SavedTensors, checkpointed_tensors, saved_tensors
from layerwise.site.renderer import example

SOFTMAX = 4 * 1000
"""A definition ends with the softmax, which saves its output; a PyTorch model leaves it to the loss function."""


@pytest.mark.parametrize(
    ("slug", "pytorch", "difference"),
    [
        # torchvision also pools to 7×7 before the first fully connected layer, which saves that input once more
        ("vgg-16", 73_330_688, SOFTMAX - 4 * 7 * 7 * 512),
        ("resnet-18", 22_218_240, SOFTMAX),
        ("resnet-50-v1-5", 86_121_984, SOFTMAX),
        ("densenet-121", 130_695_936, SOFTMAX),
        ("shufflenetv2-1x", 20_449_680, 0),
        # the mask of the dropout, which the definition does not have
        ("mobilenetv2-1-0", 78_342_144, -1280),
        # the masks of two dropouts and the output of one, and again a pooling that changes nothing
        ("alexnet-one-tower", 3_701_248, SOFTMAX - (9216 + 4096) - 4 * 4096 - 4 * 9216),
        # the factors of 17 stochastic depths
        ("convnext-t", 109_155_876, -4 * 17),
        ("vit-b-16", 118_160_680, 0),
    ],
)
def test_pytorch_saves_as_much(slug: str, pytorch: int, difference: int, catalogue: Catalogue) -> None:
    """Compare with PyTorch 2.14.1 and torchvision 0.29.1.

    The models ran in training mode under ``FakeTensorMode`` on one image of 224×224, on a fake CUDA device, ViT on the
    CPU. ``saved_tensors_hooks`` counted every storage once, without parameters and buffers. On the CPU, the masks of
    dropouts are floats; the figures are then 73,355,264 for VGG-16, 78,345,984 for MobileNetV2 and 3,741,184 for
    AlexNet.
    """
    assert saved_tensors(catalogue.entry(slug).network).fp32_bytes == pytorch + difference


@pytest.mark.parametrize(
    ("slug", "pytorch"),
    [
        # other small differences: attention masks, indices of the position bias, dropouts, stochastic depth
        ("swin-t", 106_935_272),
        ("swinv2-t", 187_089_536),
        ("maxvit-t", 307_826_320),
        ("efficientnet-b0", 88_362_116),
        ("mobilenetv3-large", 44_211_552),
        ("googlenet-torchvision", 48_345_856),
    ],
)
def test_pytorch_saves_about_as_much(slug: str, pytorch: int, catalogue: Catalogue) -> None:
    """Compare as above, SwinV2 on 256×256, GoogLeNet with its auxiliary classifiers."""
    assert saved_tensors(catalogue.entry(slug).network).fp32_bytes == pytest.approx(pytorch, rel=0.003)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        # on 4×4×2 = 32 values; a 1×1 convolution to n channels has 16·n outputs
        ("{conv: 1x1x4}, {conv: 1x1x8}", SavedTensors(32 + 64)),
        ("{conv: 1x1x4, activation: relu}, {conv: 1x1x8}", SavedTensors(32 + 64)),  # saved twice, held once
        ("{conv: 1x1x4, activation: relu6}, {conv: 1x1x8}", SavedTensors(32 + 64 + 64)),
        ("{conv: 1x1x4, norm: batch_norm, activation: relu}", SavedTensors(32 + 64 + 64, batch_bytes=4 * 8)),
        ("{conv: 1x1x4}, {max_pool: 2x2}, {fc: 3}", SavedTensors(32 + 64 + 16, bytes=8 * 16)),
        ("{conv: 1x1x4}, flatten, {dropout: 0.5}, {fc: 3}", SavedTensors(32 + 64, bytes=64)),
        # views hold the memory of what they are part of
        ("{conv: 1x1x4}, {channels: 1/2}, {conv: 1x1x4}", SavedTensors(32 + 64)),
        ("{conv: 1x1x4}, {add: {main: [{conv: 1x1x4}], shortcut: identity}}, {fc: 3}", SavedTensors(32 + 64 + 64)),
        # nothing is trained before the first parameters
        ("relu, {max_pool: 2x2}, {fc: 3}", SavedTensors(8)),
        ("{conv: 1x1x4, fixed: true}, {conv: 1x1x1}", SavedTensors(64)),
        # side outputs are trained
        ("{conv: 1x1x1}, {output: [{max_pool: 2x2}, {fc: 2}]}, {fc: 2}", SavedTensors(32 + 16 + 4, bytes=8 * 4)),
    ],
)
def test_saved_tensors_by_hand(layers: str, expected: SavedTensors) -> None:
    assert saved_tensors(example(layers, on="4x4x2")) == expected


def test_checkpointing_keeps_the_inputs_of_segments() -> None:
    # 32 values of the image, and eight convolutions with 16 outputs each; the last output is not saved
    network = example("{conv: 1x1x1}, " * 7 + "{conv: 1x1x1}", on="4x4x2")
    assert saved_tensors(network) == SavedTensors(32 + 7 * 16)
    # segments of three, three and two layers: while the second runs again, its input and the image are kept, outputs of
    # two of its layers are saved, and the gradient of its output is held; other divisions need as much or more
    assert checkpointed_tensors(network) == SavedTensors(32 + (1 + 2 + 1) * 16)


@pytest.mark.parametrize("layers", ["{fc: 3}", "{concat: {a: [{conv: 1x1x4}], b: [{conv: 1x1x4}]}}"])
def test_checkpointing_cannot_divide_everything(layers: str) -> None:
    network = example(layers, on="4x4x2")
    assert checkpointed_tensors(network) == saved_tensors(network)


def test_checkpointing_never_needs_more(networks: list[Network]) -> None:
    for network in networks:
        assert checkpointed_tensors(network).fp32_bytes <= saved_tensors(network).fp32_bytes
