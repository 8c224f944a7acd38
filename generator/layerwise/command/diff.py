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
"""Columns that a narrow terminal can do without, the first first."""


@click.command(
    epilog="""\b
Examples:
  layerwise diff vgg-16 vgg-19                            two networks
  layerwise diff main:networks/vgg.yml networks/vgg.yml   a file and an earlier version in git
  layerwise diff networks/vgg.yml#vgg-16 mine.yml         one variant of a file, and a file

\b
Exit codes: 0 they are equal, 1 they differ, 2 wrong call or mistakes in a definition."""
)
@click.argument("before", shell_complete=complete_networks, metavar="A")
@click.argument("after", shell_complete=complete_networks, metavar="B")
@networks_option
@colour_option
def command(before: str, after: str, networks: Path) -> int:
    """Tell what is different between two networks, layer by layer.

    A and B are names of pages or paths of definitions: with #name behind it one variant of the file, with revision:
    before it the file as it is in git. Of two families the variants of the same name are compared.

    Marked are layers that were removed (-), added (+) or changed (~, with what is new beneath it). Names of layers and
    stages are not compared.
    """
    try:
        old, new = networks_of(before, networks), networks_of(after, networks)
    except DefinitionError as error:
        report(error)
        return 2
    told = list(_compared(old, new, before, after))
    click.echo("\n".join(text for text, _ in told).rstrip("\n"))
    return int(any(differs for _, differs in told))


def _compared(old: Sequence[Entry], new: Sequence[Entry], before: str, after: str) -> Iterator[tuple[str, bool]]:
    """What is to be told of each pair of networks, and whether they differ."""
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
