"""The tables over many networks: the catalogue, and a family's variants side by side."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from layerwise.core.shape import times
from layerwise.layers.merging import Multiply
from layerwise.network.catalogue import Catalogue, Entry, Family
from layerwise.network.graph import Branches, Group, LayerNode, Network
from layerwise.report.formatting import grouped, memory, scaled
from layerwise.report.pictures import scatter
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
        Column("Activations", numeric=True),
        Column("Depth", numeric=True),
        Column("Input", css="lw-shape"),
        Column("Top-1", numeric=True),
        *([Column("Compare", css="lw-choice")] if choosing else []),
    ]
    hues = scatter.hues(catalogue.entries)
    rows = [
        _catalogue_line(entry, name_cell(entry, catalogue.faulty), families, hues, choosing=choosing)
        for entry in catalogue.entries
    ]
    return Table(columns, rows, css="lw-catalogue", caption="All networks")


def name_cell(entry: Entry, faulty: Container[Path] = ()) -> Cell:
    """A network's name with the link to its page, marked if its definition is one of the ``faulty`` files."""
    mark = "has errors" if entry.file in faulty else ""
    return Cell(entry.network.name, before=mark, link=f"networks/{entry.network.slug}.md")


def _catalogue_line(
    entry: Entry, name: Cell, families: Mapping[str, str], hues: Mapping[str, int], *, choosing: bool
) -> Row:
    network, metadata = entry.network, entry.network.variant.metadata
    authors = metadata.paper.authors if metadata.paper else None
    return Row(
        name,
        [
            Cell(network.family, link=families.get(network.family, "")),
            str(metadata.year or ""),
            Cell(grouped(network.parameters), sort=network.parameters),
            Cell(memory(network.memory_bytes), sort=network.memory_bytes),
            Cell(scaled(network.macs), sort=network.macs),
            Cell(scaled(network.activations), sort=network.activations),
            Cell(str(network.depth), sort=network.depth),
            Cell(str(network.input), sort=network.input.elements),
            top1_cell(metadata.accuracy),
            *([""] if choosing else []),
        ],
        attributes={
            "data-also": "; ".join(filter(None, (*metadata.aliases, authors))),
            "style": f"--lw-family:{hues[network.family]}",
        },
    )


def family_table(family: Family) -> Table:
    """The variants side by side, stage by stage, as the papers print them, followed by their figures."""
    networks = [entry.network for entry in family.entries]
    columns = [Column("Stage"), Column("Output"), *(Column(network.name) for network in networks)]
    rows = []
    for name in _part_names(networks):
        parts = [_part(network, name) for network in networks]
        outputs = {str(_leaving(part)): None for part in parts if part is not None}
        rows.append(Row(name, [" or ".join(outputs), *(_contents_cell(part) for part in parts)]))
    return Table(
        columns, rows, foot=_figures(networks), css="lw-family", caption=f"{family.name}: the variants by stage"
    )


def _figures(networks: Sequence[Network]) -> list[Row]:
    figures = {
        "Parameters": [grouped(network.parameters) for network in networks],
        "Memory": [memory(network.memory_bytes) for network in networks],
        "MACs": [scaled(network.macs) for network in networks],
        "Activations": [scaled(network.activations) for network in networks],
        "Depth": [str(network.depth) for network in networks],
    }
    return [Row(name, ["", *values], css="lw-total") for name, values in figures.items()]


Part = LayerNode | Group | Branches


def _name(part: Part) -> str:
    return part.merge.name if isinstance(part, Branches) else part.name


def _leaving(part: Part) -> str:
    if isinstance(part, Group):
        return str(part.output_shape)
    return str((part.merge if isinstance(part, Branches) else part).output)


def _part_names(networks: Sequence[Network]) -> list[str]:
    """The names of stages and of layers outside of stages, in the order in which the variants have them."""
    names: list[str] = []
    for network in networks:
        place = 0
        for part in network.items:
            if _name(part) in names:
                place = names.index(_name(part)) + 1
            else:
                names.insert(place, _name(part))
                place += 1
    return names


def _part(network: Network, name: str) -> Part | None:
    return next((part for part in network.items if _name(part) == name), None)


def _contents_cell(part: Part | None) -> Cell:
    """The contents of a part: a line for each layer with a size and for each run of equal blocks."""
    if part is None:
        return Cell("–")
    described = [_described(item) for item in (part.items if isinstance(part, Group) else [part])]
    runs = [(text, len(list(run))) for text, run in groupby(text for text in described if text)]
    rows = tuple(text if n == 1 else f"{text} × {n}" for text, n in runs)
    return Cell("; ".join(rows), text_lines=rows)


def _described(part: Part) -> str:
    """A layer by name and size, a block by the sizes on its main path in brackets; else nothing."""
    if isinstance(part, LayerNode):
        size = times(part.layer.filter)
        step = part.stats.window.stride[0] if part.stats.window else 1
        stride = f", stride {step}" if step > 1 else ""
        named = part.name if part.layer.category != "convolution" or size.replace("×", "x") in part.name else ""
        return f"{named} {size}{stride}".strip() if size or part.layer.category == "pooling" else ""
    if isinstance(part, Branches):
        return " | ".join(filter(None, (_inside(branch.items) for branch in _shown_branches(part)))) or part.merge.name
    return f"[{_inside(part.items)}]"


def _shown_branches(branches: Branches) -> list[Group]:
    """The branches that characterize a block: no gates, and no projection shortcuts next to a longer main path."""
    if isinstance(branches.merge.layer, Multiply):
        return branches.branches[:1]
    if branches.merge.layer.kind == "add":
        return [max(branches.branches, key=lambda branch: sum(node.layer.depth_units for node in branch.layers()))]
    return branches.branches


def _inside(parts: Sequence[Part]) -> str:
    """The sizes of the layers with weights or windows, in order."""
    texts = (times(part.layer.filter) if isinstance(part, LayerNode) else _described(part) for part in parts)
    return ", ".join(filter(None, texts))
