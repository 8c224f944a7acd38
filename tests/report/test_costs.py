"""Costs against a plain 3×3 convolution."""

from __future__ import annotations

import pytest

from layerwise.core.errors import LayerwiseError
from layerwise.network.catalogue import Catalogue
from layerwise.network.graph import totals
from layerwise.report.tables import costs


def test_a_row_compares_with_a_plain_convolution(catalogue: Catalogue) -> None:
    resnet = catalogue.entry("resnet-50").network
    (row,) = costs.cost_table([(resnet, "conv2_2/main/Conv1")]).rows
    # 256·64 = 16,384 and 56·56·16,384 = 51,380,224; 3·3·256·64 = 147,456 and 56·56·147,456 = 462,422,016
    assert row.cells == [
        *("conv2_2 › main › Conv1", "56×56×256", "56×56×64"),
        *("16,384", "147,456", "0.11 ×", "51.4 M", "462.4 M", "0.11 ×"),
    ]  # fmt: skip


def test_a_block_and_tokens(catalogue: Catalogue) -> None:
    vit = catalogue.entry("vit-b-16").network
    (row,) = costs.cost_table([(vit, "encoder_block 1")]).rows
    # 12·768² weights, 9·768 biases and 4·768 of two normalizations; 3·3·768·768 = 5,308,416
    assert row.cells[3:6] == [f"{12 * 768**2 + 9 * 768 + 4 * 768:,}", "5,308,416", "1.3 ×"]


def test_sums(catalogue: Catalogue) -> None:
    mobilenet, resnet = (catalogue.entry(slug).network for slug in ("mobilenetv1-1-0", "resnet-50"))
    # MobileNet paper, Table 2: 94.86 % of the MACs in 1×1 convolutions, 3.06 % in depthwise ones
    assert costs.with_kernel(mobilenet, 1, 1).macs / mobilenet.macs == pytest.approx(0.9486, abs=1e-3)
    assert costs.of_kind(mobilenet, "depthwise_conv").macs / mobilenet.macs == pytest.approx(0.0306, abs=1e-3)
    # 64·256 + 256·512 + 512·1024 + 1024·2048
    assert totals(costs.projections(resnet)).parameters == 16384 + 131072 + 524288 + 2097152


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 9, "0.11 ×"), (9, 9, "1.0 ×"), (25, 9, "2.8 ×"), (1, 2000, "< 0.001 ×"), (0, 9, "0 ×")],
)
def test_ratios(part: int, whole: int, text: str) -> None:
    assert costs.ratio(part, whole) == text


def test_an_unknown_part_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(LayerwiseError, match="ResNet-50 has no 'conv9'"):
        costs.cost_table([(catalogue.entry("resnet-50").network, "conv9")])
