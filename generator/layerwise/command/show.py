"""``layerwise show``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerwise.command.options import colour_option, complete_networks, networks_option
from layerwise.command.report import report
from layerwise.command.sources import select

if TYPE_CHECKING:
    from layerwise.network.catalogue import Entry
    from layerwise.network.graph import Network

EXPENDABLE = ("Input", "Padding", "Stride", "Filter", "Calculation formula")
"""Columns that a narrow terminal can omit, in this order; the input is the output of the previous layer."""


@click.command(
    epilog="""\b
Examples:
  layerwise show resnet-50                    a network by the name of its page
  layerwise show resnet                       all networks of a family
  layerwise show mine.yml                     any definition file
  layerwise show networks/vgg.yml#vgg-16      one of its variants
  layerwise show main:networks/vgg.yml        the file in a git revision
  layerwise show --csv lenet-5 > lenet-5.csv

\b
Exit codes: 0 success, 1 errors in the definition, 2 usage error."""
)
@click.argument("network", shell_complete=complete_networks, metavar="NETWORK")
@click.option("--json", "form", flag_value="json", help="Print all data of the network as JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print the layer table as CSV.")
@networks_option
@colour_option
def command(network: str, form: str | None, networks: Path) -> int:
    """Print the layer table and the totals of a network.

    NETWORK is the name of a page, or the path of a definition. Names are looked up in the folder networks/ and in the
    catalogue that comes with Layerwise.

    If the network can be calculated although its definition has errors, such as a claim that disagrees with the
    calculation, it is printed, and the errors follow on standard error.
    """
    entries, diagnostics = select(network, networks)
    text = {"json": _json, "csv": _csv}.get(form or "", _tables)(entries)
    click.echo(text, nl=False)
    report(diagnostics)
    return int(bool(diagnostics))


def _json(entries: list[Entry]) -> str:
    import json

    from layerwise.report.data import export

    return "".join(json.dumps(export.detail(entry), ensure_ascii=False, indent=2) + "\n" for entry in entries)


def _csv(entries: list[Entry]) -> str:
    from layerwise.report.data import export

    return "".join(export.layers_csv(entry.network) for entry in entries)


def _tables(entries: list[Entry]) -> str:
    return "\n".join(_table(entry.network) for entry in entries)


def _table(network: Network) -> str:
    from layerwise.command.table import printed
    from layerwise.report.tables.model import Row
    from layerwise.report.tables.network import layer_table

    table = layer_table(network)
    blank = [""] * (len(table.columns) - 2)
    totals = [Row(name, [*blank, value], is_head=True) for name, value in _totals(network)]
    year = f" ({network.variant.metadata.year})" if network.variant.metadata.year else ""
    whole = replace(table, foot=[*table.foot, *totals])
    return f"{click.style(network.name + year, bold=True)}\n{printed(whole, EXPENDABLE)}\n"


def _totals(network: Network) -> Iterator[tuple[str, str]]:
    """The rows below the total of the parameters."""
    from layerwise.core.tensors import BYTES_PER_PARAMETER
    from layerwise.network.liveness import peak
    from layerwise.report import formatting
    from layerwise.report.formatting import grouped, memory

    main = " of the main network" if network.side_outputs else ""
    yield f"MACs{main}", grouped(network.macs)
    yield f"Activations{main}", grouped(network.activations)
    yield "Activation memory", memory(network.activations * BYTES_PER_PARAMETER)
    if largest := network.largest_activation:
        yield f"Largest activation, {formatting.name(largest.name)}", grouped(largest.activations)
    highest = peak(network)
    yield f"Peak activation memory, {formatting.name(highest.layer.name)}", memory(highest.bytes)
    yield "Depth", grouped(network.depth)
    if network.receptive_field:
        yield "Receptive field", formatting.sides(network.receptive_field.size)
