"""The tables of a family: its variants with their figures, and side by side by stage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Self

from layerwise.core.shape import times
from layerwise.layers.merging import Multiply
from layerwise.network.catalogue import Entry, Family
from layerwise.network.graph import Branches, Group, LayerNode, Network
from layerwise.network.liveness import peak
from layerwise.report import formatting
from layerwise.report.formatting import grouped, rounded_memory, scaled
from layerwise.report.tables.accuracy import top1
from layerwise.report.tables.model import Cell, Column, Row, Table

MAX_EXPANSION = 60
"""Characters up to which a block is shown as the layers in it; the blocks in a longer one are shown by name."""
MAX_COLUMNS = 10
"""Variants up to which one table is as wide as the page."""
MISSING = "–"
NO_BREAK = "\u00a0"


def variants_table(family: Family) -> Table:
    """The figures of each variant, one row for each."""
    columns = ("Parameters", "Memory", "MACs", "Activations", "Peak activations", "Depth", "Input", "Top-1")
    return Table(
        [Column("Network", css="lw-name"), *(Column(title, numeric=True) for title in columns)],
        [_figures(entry) for entry in family.entries],
        css="lw-variants",
        caption=f"{family.name}: the variants",
    )


def _figures(entry: Entry) -> Row:
    network, accuracy = entry.network, entry.network.variant.metadata.accuracy
    return Row(
        Cell(network.name, link=f"networks/{network.slug}.md"),
        [
            grouped(network.parameters),
            rounded_memory(network.memory_bytes),
            scaled(network.macs),
            scaled(network.activations),
            rounded_memory(peak(network).bytes),
            str(network.depth),
            str(network.input),
            top1(accuracy) or MISSING,
        ],
    )


def stages_tables(family: Family) -> list[Table]:
    """The variants side by side, stage by stage, as the papers print them; a table for every few of many variants.

    If the variants share most output sizes, those are in a column. The others are in the cell of each variant. Layers
    without a size, such as activation functions, are in no row of their own.
    """
    networks = [entry.network for entry in family.entries]
    tables = -(-len(networks) // MAX_COLUMNS)
    columns = -(-len(networks) // max(tables, 1))
    return [_stages_table(family.name, networks[start : start + columns]) for start in range(0, len(networks), columns)]


def _stages_table(family: str, networks: Sequence[Network]) -> Table:
    stages = [stage for name in _part_names(networks) if (stage := _Stage.of(name, networks)).has_contents]
    has_shared = 2 * sum(bool(stage.size) for stage in stages) > len(stages)
    rows = [stage.row(has_shared=has_shared) for stage in stages]
    shared = [Column("Output")] if has_shared else []
    columns = [Column("Stage"), *shared, *(Column(network.name) for network in networks)]
    span = networks[0].name if len(networks) == 1 else f"{networks[0].name} to {networks[-1].name}"
    return Table(columns, rows, css="lw-family", caption=f"{family} by stage: {span}")


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stage, or a layer outside of stages, with its place in each variant."""

    name: str
    size: str
    """The output size that all variants share, if they do."""
    outputs: list[str]
    """The output size of each variant; none where a variant lacks the stage."""
    contents: list[tuple[str, ...]]

    @classmethod
    def of(cls, name: str, networks: Sequence[Network]) -> Self:
        """The stage of that name in some networks."""
        parts = [_part(network, name) for network in networks]
        outputs = [_output(part) if part is not None else "" for part in parts]
        sizes = {size for size in outputs if size}
        contents = [tuple(_counted(_opened(part))) if part is not None else () for part in parts]
        return cls(name, sizes.pop() if len(sizes) == 1 else "", outputs, contents)

    @property
    def has_contents(self) -> bool:
        """True if it has a layer with a size in any variant."""
        return any(self.contents)

    def row(self, *, has_shared: bool) -> Row:
        """Its row; ``has_shared`` says that there is a column for the size that all variants share."""
        cells = map(partial(_cell, with_output=not (has_shared and self.size)), self.outputs, self.contents)
        return Row(formatting.name(self.name), [*([self.size] if has_shared else []), *cells])


def _cell(output: str, lines: tuple[str, ...], *, with_output: bool) -> Cell:
    """The contents of a stage in a variant: a line for each layer with a size and for each run of equal blocks."""
    if not output:
        return Cell(MISSING)
    return Cell("; ".join(lines), before=output if with_output else "", text_lines=lines)


# --- the parts of a network -------------------------------------------------------------------------------------------

Part = LayerNode | Group | Branches


def _name(part: Part) -> str:
    return part.merge.name if isinstance(part, Branches) else part.name


def _output(part: Part) -> str:
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


# --- what is in a part ------------------------------------------------------------------------------------------------


def _opened(part: Part) -> Sequence[Part]:
    """The items of a stage, or of the main path of a sum of branches; else the part itself."""
    if isinstance(part, Group):
        return part.items
    if isinstance(part, Branches) and len(branches := _shown_branches(part)) == 1:
        return branches[0].items
    return [part]


def _counted(parts: Sequence[Part], *, named: bool = False) -> Iterator[str]:
    """The texts of parts, those of equal neighbours once and with their number; ``named`` puts a block's name first."""
    described = [(_described(part), _label(part) if isinstance(part, Group) else "") for part in parts]
    for (text, label), run in groupby(pair for pair in described if pair[0]):
        number = len(list(run))
        name = f"{label} " if named and number > 1 and label != text else ""
        yield text if number == 1 else f"{name}{text} ×{NO_BREAK}{number}"


def _described(part: Part) -> str:
    """A layer by name and size, a block by the layers on its main path; else nothing."""
    if isinstance(part, LayerNode):
        return _layer(part)
    if isinstance(part, Branches):
        branches = _shown_branches(part)
        text = " | ".join(filter(None, (_inside(branch.items) for branch in branches))) or part.merge.name
        return text if len(text) <= MAX_EXPANSION else f"{part.merge.name} of {len(branches)} branches"
    inside = _inside(part.items)
    if not any(map(str.isdigit, inside)):
        return _label(part)  # such as a gate, whose layers are not on the main path
    text = f"[{inside}]"
    if len(text) <= MAX_EXPANSION:
        return text
    text = f"[{', '.join(_names(part.items))}]"
    return text if len(text) <= MAX_EXPANSION else _label(part)


def _layer(node: LayerNode) -> str:
    size = times(node.stats.filter)
    step = max(node.stats.window.stride) if node.stats.window else 1
    stride = f", stride {step}" if step > 1 else ""
    named = node.name if node.layer.category != "convolution" or size.replace("×", "x") in node.name else ""
    return f"{formatting.name(named)} {size}{stride}".strip() if size or node.layer.category == "pooling" else ""


def _shown_branches(branches: Branches) -> list[Group]:
    """The branches that characterize a block: no gates, and no projection shortcuts next to a longer main path."""
    if isinstance(branches.merge.layer, Multiply):
        return branches.branches[:1]
    if branches.merge.layer.kind == "add":
        return [max(branches.branches, key=lambda branch: sum(node.layer.depth_units for node in branch.layers()))]
    return branches.branches


def _inside(parts: Sequence[Part]) -> str:
    """The sizes of the layers with weights or windows, in order."""
    inner = [times(part.stats.filter) if isinstance(part, LayerNode) else part for part in parts]
    return ", ".join(_texts(inner))


def _texts(items: Sequence[str | Group | Branches]) -> Iterator[str]:
    """Sizes as they are, and what is between them with the names of repeated blocks."""
    for is_size, run in groupby(items, key=lambda item: isinstance(item, str)):
        if is_size:
            yield from (item for item in run if isinstance(item, str) and item)
        else:
            yield from _counted([item for item in run if not isinstance(item, str)], named=True)


def _names(parts: Sequence[Part]) -> Iterator[str]:
    """The names of the blocks on the main path with their numbers, and the sizes of layers between them."""
    flat = [inner for part in parts for inner in (_opened(part) if isinstance(part, Branches) else [part])]
    for text, run in groupby(filter(None, map(_short, flat))):
        number = len(list(run))
        yield text if number == 1 else f"{text} ×{NO_BREAK}{number}"


def _short(part: Part) -> str:
    if isinstance(part, LayerNode):
        return times(part.stats.filter)
    return _label(part) if isinstance(part, Group) else part.merge.name


def _label(block: Group) -> str:
    """The name of a block in words: ``squeeze_excite`` → ``squeeze excite``."""
    return formatting.name(block.label.replace("_", " "))
