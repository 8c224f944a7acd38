"""``layerwise diff``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerwise.command.options import colour_option, complete_networks, networks_option
from layerwise.command.report import report
from layerwise.command.sources import networks as networks_of
from layerwise.core.errors import DefinitionError, LayerwiseError

if TYPE_CHECKING:
    from layerwise.network.catalogue import Entry
    from layerwise.network.graph import Network

EXPENDABLE = ("Changes", "MACs", "Calculation formula")
"""Columns that a narrow terminal can omit, in this order."""


@click.command(
    epilog="""\b
Examples:
  layerwise diff vgg-16 vgg-19                            two networks
  layerwise diff main:networks/vgg.yml networks/vgg.yml   a file and an earlier version in git
  layerwise diff networks/vgg.yml#vgg-16 mine.yml         one variant of a file, and a file

\b
Exit codes: 0 equal, 1 different, 2 usage error or errors in a definition."""
)
@click.argument("before", shell_complete=complete_networks, metavar="A")
@click.argument("after", shell_complete=complete_networks, metavar="B")
@networks_option
@colour_option
def command(before: str, after: str, networks: Path) -> int:
    """Compare two networks layer by layer.

    A and B are names of pages or paths of definitions. Append #name to select one variant of a file, and prepend
    revision: to read the file from git. For two families, the variants with the same name are compared.

    Layers are marked as removed (-), added (+) or changed (~, followed by the new values). Names of layers and stages
    are not compared.
    """
    try:
        old, new = networks_of(before, networks), networks_of(after, networks)
    except DefinitionError as error:
        report(error.diagnostics)
        return 2
    compared = list(_compared(old, new, before, after))
    click.echo("\n".join(text for text, _ in compared).rstrip("\n"))
    return int(any(differs for _, differs in compared))


def _compared(old: Sequence[Entry], new: Sequence[Entry], before: str, after: str) -> Iterator[tuple[str, bool]]:
    """The output for each pair of networks, and whether they differ."""
    if len(old) == len(new) == 1:
        yield _pair(old[0].network, new[0].network)
        return
    olds, news = ({entry.network.slug: entry.network for entry in entries} for entries in (old, new))
    if 1 in (len(old), len(new)) and not olds.keys() & news.keys():
        several, name = (olds, before) if len(old) > 1 else (news, after)
        raise LayerwiseError(f"{name} has several networks; name one of them: {', '.join(several)}")
    if len(old) == 1:
        news = {slug: network for slug, network in news.items() if slug in olds}
    if len(new) == 1:
        olds = {slug: network for slug, network in olds.items() if slug in news}
    for slug in dict.fromkeys((*olds, *news)):
        if slug in olds and slug in news:
            yield _pair(olds[slug], news[slug])
        else:
            text, colour = (f"- {olds[slug].name}", "red") if slug in olds else (f"+ {news[slug].name}", "green")
            yield click.style(text, fg=colour), True


def _pair(old: Network, new: Network) -> tuple[str, bool]:
    from layerwise.command.table import printed
    from layerwise.network.diff import diff
    from layerwise.report.tables.diff import layer_table, totals_table

    steps = diff(old, new)
    title = click.style(old.name if old.name == new.name else f"{old.name} → {new.name}", bold=True)
    if old.input == new.input and all(step.is_equal for step in steps):
        return f"{title}: no differences", False
    layers, totals = printed(layer_table(steps), EXPENDABLE), printed(totals_table(old, new, steps))
    return f"{title}\n{layers}\n\n{totals}\n", True
