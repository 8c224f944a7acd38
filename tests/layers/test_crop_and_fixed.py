"""Cropping, and kernels that are set and not trained."""

from __future__ import annotations

import pytest

from layerwise.core.errors import DefinitionError
from layerwise.definition import parse
from layerwise.network.assembly import assemble
from layerwise.network.graph import Network


def network(layers: str, input_shape: str) -> Network:
    definition = parse(f"name: Test\ninput: {input_shape}\nlayers: {layers}\n", "test.yml")
    return assemble(definition, definition.variants[0])


@pytest.mark.parametrize(
    ("size", "output_shape"), [("4", (56, 56, 8)), ("0x1", (64, 62, 8)), ("1x0x2x3", (63, 59, 8)), ("0", (64, 64, 8))]
)
def test_crop_cuts_borders_off(size: str, output_shape: tuple[int, ...]) -> None:
    (row,) = network(f"[crop: {size}]", "64x64x8").layers
    assert row.stats.output == output_shape
    assert row.stats.parameters == row.stats.macs == 0


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ("4", "crops all of 8×8×3"),
        ("1x2x3", "a crop of 1×2×3 does not fit 2 sides"),
        ("a", "crop: expected a whole number, one for each side"),
    ],
)
def test_crop_says_what_it_cannot_do(size: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=message):
        network(f"[crop: {size}]", "8x8x3")


def test_fixed_kernels_are_buffers() -> None:
    """The 64×64 bilinear kernels of FCN-32s: 64·64·21·21 numbers that are not trained, but multiplied with."""
    net = network("[{transposed_conv: 64x64x21, stride: 32, bias: false, fixed: true}]", "16x16x21")
    assert (net.parameters, net.buffers) == (0, 1_806_336)
    assert net.macs == 16 * 16 * 1_806_336
