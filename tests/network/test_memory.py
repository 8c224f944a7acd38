"""Memory at inference and in training, against sums by hand."""

from __future__ import annotations

import pytest

from layerwise.network import memory
from layerwise.network.catalogue import Catalogue
from layerwise.network.memory import FP32, NUMBER_TYPES, Counts
from layerwise.report.tables.memory import inference, training
from layerwise.site.renderer import example


def test_values_are_counted(catalogue: Catalogue) -> None:
    network = catalogue.entry("lenet-5").network
    widest = memory.widest_layer(network)
    # outputs 28·28·6 + 14·14·6 + 10·10·16 + 5·5·16 + 120 + 84 + 10; MaxPool1 takes 4,704 values and leaves 1,176
    assert memory.counts(network) == Counts(61706, 8094, 8094, 5880)
    assert widest is not None
    assert widest.name == "MaxPool1"


def test_training_keeps_the_outputs_of_side_outputs_too() -> None:
    network = example("{conv: 3x3x4}, {output: [{fc: 10}]}, {fc: 2}", on="8x8x3")
    counts = memory.counts(network)
    assert (counts.outputs, counts.kept) == (6 * 6 * 4 + 2, 6 * 6 * 4 + 2 + 10)


def test_what_works_in_place_does_not_need_its_input_and_its_output() -> None:
    network = example("{conv: 1x1x1}, {add: {a: [{conv: 1x1x9}], b: [{conv: 1x1x9}]}}, batch_norm", on="8x8x3")
    assert memory.counts(network).pair == 64 + 9 * 64


@pytest.mark.parametrize(
    ("number", "batch", "parameters", "least", "adam"),
    [
        # 1,000 parameters, 3,000 outputs, all kept, at most 2,000 values at once
        ("fp32", 1, "3.906 KB", "11.719 KB", "27.344 KB"),  # 4,000; 4,000 + 8,000; 16,000 + 12,000
        ("fp16, bf16", 10, "1.953 KB", "41.016 KB", "66.406 KB"),  # 2,000; 2,000 + 40,000; 8,000 + 60,000
        ("int8", 1, "0.977 KB", "2.930 KB", "–"),  # 1,000; 1,000 + 2,000
        ("int4", 3, "0.488 KB", "3.418 KB", "–"),  # 500; 500 + 3,000
    ],
)
def test_memory_follows(number: str, batch: int, parameters: str, least: str, adam: str) -> None:
    of, number_type = Counts(1000, 3000, 3000, 2000), next(each for each in NUMBER_TYPES if each.name == number)
    figures = [*inference(of, number_type, batch), *training(of, number_type, batch)]
    found = {figure.key: figure.memory for figure in figures}
    assert (found["parameters"], found["least"], found["adam"]) == (parameters, least, adam)


def test_rules_have_the_values_put_in() -> None:
    figures = {figure.key: figure.rule for figure in training(Counts(1000, 3000, 3000, 2000), FP32, 8)}
    assert figures["kept"] == "3,000 outputs × 4 bytes × batch 8"
    assert figures["momentum"] == "3 × 3.906 KB + 93.750 KB"


def test_half_a_byte_is_rounded_up() -> None:
    (parameters, *_) = inference(Counts(2049, 0, 0, 0), NUMBER_TYPES[-1], 1)
    assert parameters.memory == "1.001 KB"  # 1,025 bytes
