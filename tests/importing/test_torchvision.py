"""Every builder of torchvision's classification models: a draft with the exact figures, or a refusal that says why."""

from __future__ import annotations

import pytest

import layerwise
from layerwise.importing.counting import count_trace
from layerwise.importing.draft import draft
from tests.reference_lines import hand_written_lines
from tests.traces import stored, trace

MODELS = sorted(stored("torchvision"))

FIGURES = {
    # parameters and GFLOPs (multiply-accumulates) that torchvision's documentation prints for its weights
    "alexnet": (61100840, 0.71),
    "convnext_tiny": (28589128, 4.46),
    "densenet121": (7978856, 2.83),
    "efficientnet_b0": (5288548, 0.39),
    "maxvit_t": (30919624, 5.56),
    "mobilenet_v2": (3504872, 0.3),
    "mobilenet_v3_small": (2542856, 0.06),
    "regnet_y_400mf": (4344144, 0.4),
    "resnet50": (25557032, 4.09),
    "shufflenet_v2_x1_0": (2278604, 0.14),
    "squeezenet1_1": (1235496, 0.35),
    "swin_t": (28288354, 4.49),
    "vgg16": (138357544, 15.47),
    "vit_b_16": (86567656, 17.56),
}


def test_all_builders_are_stored() -> None:
    assert len(MODELS) == 80


@pytest.mark.parametrize("source", MODELS)
def test_a_draft_has_the_figures_of_the_model(source: str) -> None:
    model = trace(source)
    result = draft(model)
    network, counts = layerwise.loads(result.text), count_trace(model)
    assert not result.is_flat
    assert not network.uncounted
    assert (network.parameters, network.buffers, network.macs) == (counts.parameters, counts.buffers, counts.macs)


@pytest.mark.parametrize("name", FIGURES)
def test_counts_are_those_of_the_documentation(name: str) -> None:
    parameters, gigamacs = FIGURES[name]
    counts = count_trace(trace(f"torchvision.models:{name}"))
    assert counts.parameters == parameters
    assert counts.macs / 1e9 == pytest.approx(gigamacs, abs=0.01)


LIKE_BY_HAND = {
    "resnet50": "resnet-v1-5.yml",
    "vgg16": "vgg.yml",
    "densenet121": "densenet.yml",
    "mobilenet_v2": "mobilenet-v2.yml",
    "efficientnet_b0": "efficientnet.yml",
    "googlenet": "googlenet-torchvision.yml",
    "convnext_tiny": "convnext.yml",
    "regnet_y_400mf": "regnet-y.yml",
}


@pytest.mark.parametrize("name", LIKE_BY_HAND)
def test_drafts_are_about_as_short_as_definitions_by_hand(name: str) -> None:
    text = draft(trace(f"torchvision.models:{name}")).text
    assert hand_written_lines(text) <= 1.5 * hand_written_lines(LIKE_BY_HAND[name])


def test_resnet50_reads_like_the_definition_by_hand() -> None:
    text = draft(trace("torchvision.models:resnet50")).text
    assert (
        text[text.index("blocks:") :]
        == """\
blocks:
  bottleneck:
    parameters: [width, stride: 1]
    layers:
      - add:
          main:
            - {conv: 1x1x$width, activation: relu}
            - {conv: 3x3x$width, stride: $stride, padding: 1, activation: relu}
            - {conv: 1x1x$(4 * width)}
          shortcut: [{conv: 1x1x$(4 * width), stride: $stride, when: $(in_channels != 4 * width)}]
        activation: relu
layers:
  - {conv: 7x7x64, stride: 2, padding: 3, activation: relu}
  - {max_pool: 3x3, stride: 2, padding: 1}
  - {stage: layer1, layers: [{bottleneck: 64, repeat: 3}]}
  - {stage: layer2, layers: [{bottleneck: 128, first: {stride: 2}, repeat: 4}]}
  - {stage: layer3, layers: [{bottleneck: 256, first: {stride: 2}, repeat: 6}]}
  - {stage: layer4, layers: [{bottleneck: 512, first: {stride: 2}, repeat: 3}]}
  - global_avg_pool
  - {fc: 1000}
"""
    )
