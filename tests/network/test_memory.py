"""Memory for inference and training, compared with sums worked out by hand."""

from __future__ import annotations

import pytest

from layerwise.network import memory
from layerwise.network.catalogue import Catalogue
from layerwise.network.memory import FP32, NUMBER_TYPES, Counts
from layerwise.report.tables.memory import inference, training
from layerwise.site.renderer import example


def test_counts_of_lenet_5(catalogue: Catalogue) -> None:
    network = catalogue.entry("lenet-5").network
    widest = memory.widest_layer(network)
    # outputs 28·28·6 + 14·14·6 + 10·10·16 + 5·5·16 + 120 + 84 + 10; MaxPool1 has 4,704 input and 1,176 output values
    assert memory.counts(network) == Counts(61706, 8094, 8094, 5880)
    assert widest is not None
    assert widest.name == "MaxPool1"


def test_training_also_keeps_activations_of_side_outputs() -> None:
    network = example("{conv: 3x3x4}, {output: [{fc: 10}]}, {fc: 2}", on="8x8x3")
    counts = memory.counts(network)
    assert (counts.outputs, counts.kept) == (6 * 6 * 4 + 2, 6 * 6 * 4 + 2 + 10)


def test_in_place_layers_need_only_one_copy() -> None:
    network = example("{conv: 1x1x1}, {add: {a: [{conv: 1x1x9}], b: [{conv: 1x1x9}]}}, batch_norm", on="8x8x3")
    assert memory.counts(network).pair == 64 + 9 * 64


@pytest.mark.parametrize(
    ("number", "batch", "parameters", "least", "adam"),
    [
        # 1,000 parameters; 3,000 output values, all kept for training; at most 2,000 values at the same time
        ("fp32", 1, "3.906 KB", "11.719 KB", "27.344 KB"),  # 4,000; 4,000 + 8,000; 16,000 + 12,000
        ("fp16, bf16", 10, "1.953 KB", "41.016 KB", "66.406 KB"),  # 2,000; 2,000 + 40,000; 8,000 + 60,000
        ("int8", 1, "0.977 KB", "2.930 KB", "–"),  # 1,000; 1,000 + 2,000
        ("int4", 3, "0.488 KB", "3.418 KB", "–"),  # 500; 500 + 3,000
    ],
)
def test_memory_depends_on_number_type_and_batch(
    number: str, batch: int, parameters: str, least: str, adam: str
) -> None:
    counts = Counts(1000, 3000, 3000, 2000)
    number_type = next(number_type for number_type in NUMBER_TYPES if number_type.name == number)
    figures = [*inference(counts, number_type, batch), *training(counts, number_type, batch)]
    sizes = {figure.key: figure.memory for figure in figures}
    assert (sizes["parameters"], sizes["least"], sizes["adam"]) == (parameters, least, adam)


def test_rules_are_printed_with_values() -> None:
    rules = {figure.key: figure.rule for figure in training(Counts(1000, 3000, 3000, 2000), FP32, 8)}
    assert rules["kept"] == "3,000 outputs × 4 bytes × batch 8"
    assert rules["momentum"] == "3 × 3.906 KB + 93.750 KB"


def test_half_a_byte_is_rounded_up() -> None:
    (parameters, *_) = inference(Counts(2049, 0, 0, 0), NUMBER_TYPES[-1], 1)
    assert parameters.memory == "1.001 KB"  # 1,025 bytes
