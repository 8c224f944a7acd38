"""The catalogue as a table."""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path

from layerwise.network.catalogue import Catalogue, Entry
from layerwise.network.liveness import peak
from layerwise.report.figures import uncounted_note
from layerwise.report.formatting import grouped, memory, scaled
from layerwise.report.pictures import scatter
from layerwise.report.tables import facets
from layerwise.report.tables.accuracy import top1_cell
from layerwise.report.tables.model import Cell, Column, Row, Table


def catalogue_table(catalogue: Catalogue, families: Mapping[str, str], *, choosing: bool = False) -> Table:
    """Every network with its figures; ``families`` gives a family's page by its name.

    ``choosing`` adds an empty column in which a script puts the buttons that choose networks to compare.
    """
    columns = [
        Column("Network", css="lw-name"),
        Column("Family"),
        Column("Year", numeric=True),
        Column("Parameters", numeric=True),
        Column("Memory", numeric=True),
        Column("MACs", numeric=True),
        Column("Peak", numeric=True),
        Column("Depth", numeric=True),
        Column("Input", css="lw-shape"),
        Column("Top-1", numeric=True),
        *([Column("Compare", css="lw-choice")] if choosing else []),
    ]
    colours = scatter.colours(catalogue.entries)
    rows = []
    for entry, indexes in zip(catalogue.entries, facets.indexes(catalogue), strict=True):
        row = _catalogue_row(entry, name_cell(entry, catalogue.faulty), families, choosing=choosing)
        row.css = colours.get(entry.network.family, "")
        row.attributes = {"data-also": _also(entry), "data-facets": indexes}
        rows.append(row)
    return Table(columns, rows, css="lw-catalogue", caption="All networks")


def name_cell(entry: Entry, faulty: Container[Path] = ()) -> Cell:
    """A network's name with the link to its page, marked if its definition is one of the ``faulty`` files."""
    mark = "has errors" if entry.file in faulty else uncounted_note(len(entry.network.uncounted))
    return Cell(entry.network.name, before=mark, link=f"networks/{entry.network.slug}.md")


def _catalogue_row(entry: Entry, name: Cell, families: Mapping[str, str], *, choosing: bool) -> Row:
    network, metadata = entry.network, entry.network.variant.metadata
    highest = peak(network).bytes
    return Row(
        name,
        [
            Cell(network.family, link=families.get(network.family, "")),
            str(metadata.year or ""),
            Cell(grouped(network.parameters), sort=network.parameters),
            Cell(memory(network.memory_bytes), sort=network.memory_bytes),
            Cell(scaled(network.macs), sort=network.macs),
            Cell(memory(highest), sort=highest),
            Cell(str(network.depth), sort=network.depth),
            Cell(str(network.input), sort=network.input.elements),
            top1_cell(metadata.accuracy),
            *([""] if choosing else []),
        ],
    )


def _also(entry: Entry) -> str:
    """The other names and the authors by which a reader can find a network."""
    metadata = entry.network.variant.metadata
    return "; ".join(filter(None, (*metadata.aliases, metadata.paper.authors if metadata.paper else None)))
