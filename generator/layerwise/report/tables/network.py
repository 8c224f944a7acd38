"""The tables of one network's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from layerwise.core.receptive_field import ReceptiveField
from layerwise.core.shape import times
from layerwise.core.tensors import BYTES_PER_PARAMETER
from layerwise.layers.uncounted import NOT_COUNTED
from layerwise.network.graph import Branches, Group, LayerNode, Network, Totals, totals
from layerwise.report import formatting
from layerwise.report.addresses import addresses
from layerwise.report.formatting import grouped, memory, share
from layerwise.report.operations import operation
from layerwise.report.tables.model import Cell, Column, Row, Table

LAYER_COLUMNS = (
    Column("Network layer", css="lw-name"),
    Column("Input"),
    Column("Filter"),
    Column("Stride", numeric=True),
    Column("Padding", numeric=True),
    Column("Output"),
    Column("Calculation formula", css="lw-formula"),
    Column("Number of parameters", numeric=True),
)

COMPUTE_COLUMNS = (
    Column("Network layer", css="lw-name"),
    Column("Output"),
    Column("MACs", numeric=True),
    Column("Activations", numeric=True),
    Column("Activation memory", numeric=True),
    Column("Share of parameters", numeric=True),
    Column("Receptive field", numeric=True),
    Column("Stride (total)", numeric=True),
)

MOST_IN_ONE_PIECE = 60
"""Layers up to which a table is printed in one piece; the groups of longer ones are folded."""
LEAST_SHARE = 0.01
"""The part of the whole below which no bar would be seen."""


Cells = list[str | Cell]
"""The cells of a line but the first."""


def layer_table(network: Network) -> Table:
    """Every layer with shapes, formula and parameters; stages and blocks as headed groups with subtotals."""
    whole = network.parameters

    def layer(node: LayerNode) -> Cells:
        window = node.stats.window
        return [
            formatting.inputs(node),
            times(node.stats.filter),
            formatting.sides(window.stride) if window else "",
            formatting.padding(window.padding) if window else "",
            str(node.output),
            formatting.formula(node),
            _with_bar(node.parameters, whole) if node.layer.is_counted else NOT_COUNTED,
        ]

    def sums(of: Totals) -> Cells:
        return ["", "", "", "", "", share(of.parameters, whole), grouped(of.parameters)]

    shape = str(network.input)
    first = Row("Input", [shape, "", "", "", shape, "", "0"], css="lw-input")
    windows = (node.stats.window for node in network.layers)
    uneven = {
        len(window.kernel) for window in windows if window is not None and not formatting.is_symmetric(window.padding)
    }
    return Table(
        LAYER_COLUMNS,
        [first, *_Rows(layer, sums, anchors=addresses(network)).network(network)],
        foot=_foot(network),
        folded=_is_long(network),
        attributes={"data-network": network.slug},
        css="lw-layers",
        caption=f"Layers of {network.name}",
        notes=[formatting.ENDS[count] for count in sorted(uneven)],
    )


def _foot(network: Network) -> list[Row]:
    """Totals, memory, and the side outputs apart where there are any."""
    sums = [("Total parameters", grouped(network.parameters)), ("Parameter memory", memory(network.memory_bytes))]
    if network.side_outputs:
        sums[1:1] = [
            ("of these in the main network", grouped(network.main.parameters)),
            ("of these in side outputs", grouped(network.side.parameters)),
        ]
    if network.buffers:
        sums.append(("Running statistics, not trained", grouped(network.buffers)))
    if network.uncounted:
        sums.append(("Operations not counted", str(len(network.uncounted))))
    return [Row(name, [*[""] * 6, value], css="lw-total", is_head=True) for name, value in sums]


def _is_long(network: Network) -> bool:
    return len(network.layers) > MOST_IN_ONE_PIECE


def _with_bar(value: int, whole: int) -> str | Cell:
    """A figure with its share of the total as a bar, if the bar is large enough to be visible."""
    return Cell(grouped(value), share=value / whole) if whole and value > LEAST_SHARE * whole else grouped(value)


def compute_table(network: Network) -> Table:
    """Multiply-accumulates, activations (elements and bytes), share of the parameters and receptive field."""
    whole = network.parameters

    def layer(node: LayerNode) -> Cells:
        return [
            str(node.output),
            _with_bar(node.macs, network.macs if node.on_main_path else 0) if node.layer.is_counted else NOT_COUNTED,
            _with_bar(node.activations, network.activations if node.on_main_path else 0),
            memory(node.activations * BYTES_PER_PARAMETER),
            share(node.parameters, whole) if node.parameters else "0" if node.layer.is_counted else NOT_COUNTED,
        ]

    def field(node: LayerNode) -> Cells:
        return [formatting.receptive_field(node), formatting.receptive_step(node)]

    def sums(of: Totals) -> Cells:
        size = memory(of.activations * BYTES_PER_PARAMETER)
        return ["", grouped(of.macs), grouped(of.activations), size, share(of.parameters, whole), "", ""]

    total = "Total of the main network" if network.side_outputs else "Total"
    main = [*sums(network.main)[:4], share(network.main.parameters, whole) if network.side_outputs else "", "", ""]
    return Table(
        COMPUTE_COLUMNS,
        _Rows(layer, sums, field).network(network),
        foot=[Row(total, main, css="lw-total", is_head=True)],
        folded=_is_long(network),
        css="lw-compute",
        caption=f"Compute and memory of {network.name} for one image",
    )


class _Rows:
    """The lines of a table of layers; rows that are alike share their cells, so that they are printed once."""

    def __init__(
        self,
        layer: Callable[[LayerNode], Cells],
        sums: Callable[[Totals], Cells],
        field: Callable[[LayerNode], Cells] | None = None,
        *,
        anchors: Mapping[int, str] | None = None,
    ) -> None:
        self.rows: list[Row] = []
        self._subtotals: dict[int, Totals] = {}
        self._layer = layer
        self._sums = sums
        self._field = field
        self._anchors = anchors or {}
        self._cells: dict[tuple[int, bool, int], Cells] = {}
        self._fields: dict[ReceptiveField | None, Cells] = {}
        self._heads: dict[tuple[str, str, str], Cell] = {}

    def network(self, network: Network) -> list[Row]:
        """The main path, then the side outputs."""
        self._subtotals = _subtotals(network)
        self.items(network.items, 0, "")
        for group in network.side_outputs:
            self.group(group, 0, "")
        return self.rows

    def items(self, items: Sequence[LayerNode | Group | Branches], level: int, branch: str) -> None:
        """Layers, groups and branches in order, without the side outputs among them."""
        for item in items:
            if isinstance(item, LayerNode):
                self.node(item, level, branch)
            elif isinstance(item, Branches):
                for group in item.branches:
                    self.items(group.items, level, " › ".join(filter(None, (branch, formatting.name(group.name)))))
                self.node(item.merge, level, branch)
            elif item.kind != "output":
                self.group(item, level, branch)

    def node(self, node: LayerNode, level: int, branch: str) -> None:
        """A layer."""
        key = (id(node.stats), node.on_main_path, id(node.weights_of))
        if key not in self._cells:
            self._cells[key] = self._layer(node)
        name = (node.name, branch, node.also)
        head = self._heads.get(name)
        if head is None:
            head = self._heads[name] = Cell(formatting.name(node.name), before=branch, also=formatting.name(node.also))
        css, anchor = f"lw-{operation(node.layer)}", self._anchors.get(id(node), "")
        row = Row(head, self._cells[key], css, level=level, anchor=anchor, number=node.index, more=self.field(node))
        self.rows.append(row)

    def field(self, node: LayerNode) -> Cells:
        """The columns that follow from the receptive field alone."""
        if self._field is None:
            return []
        if node.receptive_field not in self._fields:
            self._fields[node.receptive_field] = self._field(node)
        return self._fields[node.receptive_field]

    def group(self, group: Group, level: int, branch: str) -> None:
        """A heading with the sums of what follows, then that."""
        shape = "" if _is_outputs_alone(group) else f" · {group.output_shape}"
        title = Cell(f"{formatting.name(group.name)}{shape}", before=branch)
        sums = self._sums(self._subtotals[id(group)])
        anchor = self._anchors.get(id(group), "")
        css = "lw-stage" if group.kind == "main_output" else f"lw-{group.kind}"
        self.rows.append(Row(title, sums, css, is_head=True, level=level, anchor=anchor))
        self.items(group.items, level + 1, "")


@lru_cache(maxsize=8)
def _subtotals(network: Network) -> dict[int, Totals]:
    """The sums of every group, without the side outputs in it, by the group's identity."""
    sums: dict[int, Totals] = {}

    def add_up(items: Sequence[LayerNode | Group | Branches]) -> Totals:
        nodes = [item if isinstance(item, LayerNode) else item.merge for item in items if not isinstance(item, Group)]
        result = totals(nodes)
        for item in items:
            if isinstance(item, Branches):
                result = sum(map(add_group, item.branches), result)
            elif isinstance(item, Group):
                part = add_group(item)
                result = result if item.kind == "output" else result + part
        return result

    def add_group(group: Group) -> Totals:
        result = sums[id(group)] = add_up(group.items)
        return result

    add_up(network.items)
    return sums


def _is_outputs_alone(group: Group) -> bool:
    """True for a stage of outputs, which have shapes of their own; the main path goes past it."""
    return bool(group.items) and all(isinstance(item, Group) and item.kind == "main_output" for item in group.items)


def _is_output(item: LayerNode | Group | Branches) -> bool:
    return isinstance(item, Group) and item.kind == "output"


def kinds(network: Network) -> list[tuple[str, int]]:
    """Return the number of layers of each kind, most frequent first."""
    return Counter(node.layer.kind.replace("_", " ") for node in network.layers).most_common()


def parts_table(network: Network) -> Table:
    """The stages, and the layers outside of stages, by their share of the parameters."""
    parts = [(item.merge if isinstance(item, Branches) else item, _rows(item)) for item in network.items]
    sums = [(part, totals(nodes)) for part, nodes in parts]
    sums.sort(key=lambda part: -part[1].parameters)
    rows = [
        Row(
            formatting.name(part.name),
            [
                Cell(grouped(of.parameters), share=of.parameters / network.parameters),
                share(of.parameters, network.parameters),
                memory(of.parameters * BYTES_PER_PARAMETER),
                share(of.macs, network.macs),
            ],
            css=f"lw-{operation(part.layer)}" if isinstance(part, LayerNode) else "",
        )
        for part, of in sums
        if of.parameters
    ]
    columns = ("Part", "Parameters", "Share", "Memory", "Share of MACs")
    return Table(
        [Column(title, numeric=place > 0) for place, title in enumerate(columns)],
        rows,
        css="lw-parts",
        caption=f"Where the parameters of {network.name} are",
    )


def _rows(item: LayerNode | Group | Branches) -> list[LayerNode]:
    if isinstance(item, LayerNode):
        return [item]
    return [node for node in item.layers() if node.on_main_path or _is_output(item)]
