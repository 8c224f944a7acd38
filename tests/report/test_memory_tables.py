"""The tables of memory on a network's page."""

from __future__ import annotations

import pytest

from layerwise.network.catalogue import Catalogue
from layerwise.network.liveness import peak
from layerwise.network.memory import PRECISIONS, THINGS
from layerwise.report import formatting
from layerwise.report.tables.memory import held_tensors, memory_table, recipe_table
from layerwise.report.tables.model import Row
from layerwise.site.renderer import example


def figures(rows: list[Row]) -> dict[str, list[str]]:
    """The cells of rows with an amount."""
    return {str(row.head): [str(cell) for cell in row.cells] for row in rows if row.attributes}


def test_parts_of_a_small_network() -> None:
    # 8×8×3 = 192 values; 6×6×4 = 144 outputs of the first layer, 10 of the second; 112 and 1,450 parameters
    network = example("{conv: 3x3x4, activation: relu}, {fc: 10}", on="8x8x3")
    assert figures([*memory_table(network).rows]) == {
        "Parameters": ["6.102 KB", "1,562 parameters"],
        "All outputs": ["616 bytes", "154 values"],
        "Peak activations": ["1.312 KB", "336 values, at Conv"],
        "Total": ["7.414 KB", "parameters and peak activations"],
        "Gradients": ["6.102 KB", "1,562 parameters"],
        "Copies of weights, AMP": ["0 bytes", "1,548 weights in 16 bits"],
        "Saved for the backward pass": ["1.312 KB", "336 values"],
        "Saved with checkpointing": ["1.312 KB", "336 values"],
    }


def test_rows_hold_what_the_script_multiplies() -> None:
    table = memory_table(example("{conv: 3x3x4, norm: batch_norm}, {max_pool: 2x2}, {fc: 10}", on="8x8x3"))
    row = next(row for row in table.rows if row.head == "Saved for the backward pass")
    # 32 bytes of statistics; indices of 3·3·4 maxima; inputs of convolution, normalization, pooling and fc
    assert row.attributes == {
        "title": f"{4 * (192 + 144 + 144 + 36) + 288 + 32:,} bytes",
        "data-fixed": "32",
        "data-image": f"{8 * 36},{192 + 144 + 144 + 36}",
        "data-trains": "1",
    }
    assert THINGS[:2] == ("byte", "value")
    assert {tuple(precision.bits) for precision in PRECISIONS} == {THINGS}


def test_options_that_change_nothing_have_no_row(catalogue: Catalogue) -> None:
    def peaks(slug: str) -> dict[str, str]:
        rows = figures([*memory_table(catalogue.entry(slug).network).rows])
        return {head: cells[0] for head, cells in rows.items() if head.startswith("Peak")}

    assert peaks("vgg-16") == {"Peak activations": "24.50 MB"}
    assert peaks("resnet-50") == {"Peak activations": "9.188 MB", "Peak with additions in place": "6.891 MB"}


def test_largest_batches_of_recipes(catalogue: Catalogue) -> None:
    rows = figures([*recipe_table(catalogue.entry("resnet-50-v1-5").network).rows])
    fixed, image = 2 * 4 * 25_557_032 + 212_480, 86_125_984 - 212_480  # PyTorch's figure, and the softmax
    assert rows["SGD"] == ["277.1 MB", *[f"{(size * 2**30 - fixed) // image:,}" for size in (8, 16, 24, 80)]]
    assert list(rows) == [
        *("SGD", "SGD with momentum", "Adam"),
        *("SGD, checkpointing", "SGD with momentum, checkpointing", "Adam, checkpointing"),
    ]


def test_a_batch_without_a_limit() -> None:
    rows = figures([*recipe_table(example("relu", on="8x8x3")).rows])
    assert rows["Adam"] == ["0 bytes", "any", "any", "any", "any"]


def test_the_peak_in_words(catalogue: Catalogue) -> None:
    network = catalogue.entry("resnet-50").network
    highest = peak(network)
    assert formatting.place(highest.layer) == "Add in conv2_x › conv2_1"
    assert held_tensors(network, highest) == "BatchNorm3 (3.062 MB), BatchNorm (3.062 MB) and Add (3.062 MB)"


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ("relu", "the input (768 bytes) and ReLU (768 bytes)"),
        ("flatten", "the input (768 bytes)"),
        (
            f"{{concat: {{{', '.join(f'{name}: [{{conv: 1x1x1}}]' for name in 'abcdef')}}}}}",
            "Concat (1.500 KB), Conv (256 bytes), Conv (256 bytes), Conv (256 bytes), Conv (256 bytes) "
            "and 2 more (512 bytes)",
        ),
    ],
)
def test_few_tensors_are_named(layers: str, expected: str) -> None:
    network = example(layers, on="8x8x3")
    assert held_tensors(network, peak(network)) == expected
