"""The cost of a layer or block against a plain 3×3 convolution, for the pages about concepts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from layerwise.definition import parse
from layerwise.network import statistics
from layerwise.network.assembly import assemble
from layerwise.network.graph import LayerNode, Network, Totals, totals
from layerwise.report import formatting
from layerwise.report.formatting import grouped, scaled
from layerwise.report.tables.model import Cell, Column, Row, Table

TITLES = ("Part", "Input", "Output", "Parameters", "Plain 3×3", "Ratio", "MACs", "Plain 3×3", "Ratio")


def cost_table(parts: Iterable[tuple[Network, str]]) -> Table:
    """Return the figures of stages, blocks or layers, each next to one plain 3×3 convolution of its channels.

    The plain convolution has no bias, and is computed at each position of the output. Raises ``LayerwiseError`` if a
    network has no part of that name.
    """
    columns = [Column("Network"), *(Column(title, numeric=place > 2) for place, title in enumerate(TITLES))]
    rows = [_row(network, part) for network, part in parts]
    return Table(columns, rows, css="lw-costs", caption="Cost against a plain 3×3 convolution")


def _row(network: Network, name: str) -> Row:
    found, sums = statistics.find(network, name), part(network, name)
    if isinstance(found, LayerNode):
        before, after = found.inputs[0], found.output
    else:
        before, after = found.input_shape, found.output_shape
    plain = plain_conv(after.elements // after.channels, before.channels, after.channels)
    figures = [
        *(grouped(sums.parameters), grouped(plain.parameters), ratio(sums.parameters, plain.parameters)),
        *(scaled(sums.macs), scaled(plain.macs), ratio(sums.macs, plain.macs)),
    ]
    subject = Cell(network.name, link=f"networks/{network.slug}.md")
    return Row(subject, [formatting.name(name).replace("/", " › "), str(before), str(after), *figures])


@lru_cache(maxsize=256)
def plain_conv(positions: int, in_channels: int, out_channels: int) -> Network:
    """Return a network of one 3×3 convolution without bias, with as many output positions as given."""
    layer = f"{{conv: 3x3x{out_channels}, padding: 1, bias: false}}"
    definition = parse(f"name: Plain\ninput: {positions}x1x{in_channels}\nlayers: [{layer}]\n", "plain")
    return assemble(definition, definition.variants[0])


def ratio(part: int, whole: int) -> str:
    """``0.11 ×``: two significant digits below one, one decimal from there, ``< 0.001 ×`` for less."""
    times = part / whole
    if 0 < times < 0.001:
        return "< 0.001 ×"
    return f"{times:.1f} ×" if times >= 1 else f"{times:.2g} ×"


# --- sums -----------------------------------------------------------------------------------------------------------


def part(network: Network, name: str) -> Totals:
    """The sums of a stage, block or layer. Raises ``LayerwiseError`` if there is none of that name."""
    found = statistics.find(network, name)
    return totals([found] if isinstance(found, LayerNode) else found.layers())


def with_kernel(network: Network, height: int, width: int) -> Totals:
    """The sums of all convolutions with kernels of one size, depthwise ones excluded."""
    convolutions = (node for node in network.layers if node.layer.kind == "conv")
    return totals(node for node in convolutions if node.stats.window and node.stats.window.kernel == (height, width))


def of_kind(network: Network, kind: str) -> Totals:
    """The sums of all layers of one kind."""
    return totals(node for node in network.layers if node.layer.kind == kind)


def projections(network: Network) -> list[LayerNode]:
    """The convolutions on shortcuts."""
    return [node for node in network.layers if node.layer.kind == "conv" and node.path[-1:] == ("shortcut",)]
