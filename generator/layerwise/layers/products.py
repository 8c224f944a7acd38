"""Products of branches: matrices made by layers, and attention with queries, keys and values of one's own."""

from __future__ import annotations

from typing import Literal

from layerwise.core.errors import ShapeError
from layerwise.core.receptive_field import Samplings
from layerwise.core.sampling import sliding
from layerwise.core.shape import TIMES, Shape
from layerwise.core.tensors import Tensor
from layerwise.layers.base import Example, Merge, listed
from layerwise.layers.memory import STATISTIC_BYTES, Saved
from layerwise.layers.options import Area, Whole
from layerwise.layers.rules import NOTHING_LEARNED, Rule


class MatMul(Merge):
    """The matrix product of two branches: T×K or H×W×K times K×N.

    Multiply-accumulates: T·K·N.
    Source: PyTorch's matmul; Qi et al., PointNet, 2016, section 4.2, whose input is multiplied by a computed matrix.
    """

    kind = "matmul"
    label = "MatMul"
    category = "linear"
    output_rule = "the positions of the left branch, the columns of the right one"
    sign = "·"
    branch_names = ("left", "right")
    example = Example("tokens, {matmul: {left: identity, right: transpose}}", "8x8x32")

    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """T×N or H×W×N. Raises ``ShapeError`` unless the right branch has K rows of N channels."""
        left, right = shapes
        if not left.spatial or len(right) != 2 or left.channels != right[0]:
            raise ShapeError(f"needs T{TIMES}K or a map on the left and K{TIMES}N on the right, got {left} and {right}")
        return left.with_channels(right.channels)

    def macs(self, shapes: tuple[Shape, ...]) -> int:
        """T·K·N."""
        left, right = shapes
        return left.elements * right.channels

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Both branches: the gradient of each is calculated from the other."""
        return Saved(inputs=(0, 1))

    def products_rule(self, shapes: tuple[Shape, ...]) -> Rule:
        """As ``macs``."""
        left, right = shapes
        return Rule("left values · columns", f"{left} · {right.channels}")


class Attend(Merge):
    """Attention of queries to keys and values that other layers compute: only its two products count.

    Each query is multiplied with the keys that it attends to, C_key values each, and their values are summed, C_value
    values each; the number of heads does not change that. Two forms avoid the products of all pairs: ``linear``
    multiplies keys with values first, ``channels`` lets channels attend to each other. Queries, keys and values may be
    maps of different sizes, except within windows or grids.
    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.2; linear: Katharopoulos et al., Transformers are
    RNNs, 2020; channels: Ali et al., XCiT, 2021.
    """

    kind = "attend"
    label = "Attend"
    category = "linear"
    output_rule = "the positions of the queries, the channels of the values"
    field_rule = "every value sees all keys; within windows, those of a kernel of the window's size"
    sign = ","
    branch_names = ("query", "key", "value")
    example = Example(
        "{attend: {query: [{conv: 1x1x64}], key: [{conv: 2x2x64, stride: 2}], value: [{conv: 2x2x64, stride: 2}]}}",
        "14x14x64",
    )

    heads: Whole = 1
    """Number of heads. Must divide the channels of keys and values."""
    form: Literal["softmax", "linear", "channels"] = "softmax"
    """The products: of queries with keys (softmax), of keys with values first (linear), or between channels."""
    within: Area | None = None
    """Windows that do not overlap, height × width like 7x7: queries attend to the keys of their window."""
    grid: Area | None = None
    """Positions spread evenly over the map, height × width like 7x7, that attend to each other, as in MaxViT."""
    table: Literal["none", "relative", "absolute"] = "none"
    """Learned position bias for each head: one for each relative position, or for each distance, as in LeViT."""

    def merge(self, shapes: tuple[Shape, ...]) -> Shape:
        """H×W×C_value or T×C_value, with the positions of the queries.

        Raises ``ShapeError`` if the branches do not fit together, or the channels do not divide into the heads.
        """
        query, key, value = shapes
        if not all(shape.spatial for shape in shapes):
            raise ShapeError(f"needs queries, keys and values as maps or tokens, got {listed(shapes)}")
        if query.channels != key.channels:
            raise ShapeError(f"queries and keys must have the same channels, got {query} and {key}")
        if key.positions != value.positions:
            raise ShapeError(f"keys and values must have the same positions, got {key} and {value}")
        if self.form == "channels" and query.positions != key.positions:
            raise ShapeError(f"channels attend to each other at the same positions, got {query} and {key}")
        for channels in (key.channels, value.channels):
            if channels % self.heads:
                raise ShapeError(f"{channels} channels do not divide into {self.heads} heads")
        self._check_groups(shapes)
        return query.with_channels(value.channels)

    def _check_groups(self, shapes: tuple[Shape, ...]) -> None:
        """Raise ``ShapeError`` if windows, grids or a table do not fit the maps or the form."""
        group = self.within or self.grid
        if self.within and self.grid:
            raise ShapeError("cannot have both within and grid")
        if self.form != "softmax" and (group or self.table != "none"):
            raise ShapeError(f"has no within, grid or table with form: {self.form}")
        if (group or self.table != "none") and not all(shape.is_map for shape in shapes):
            raise ShapeError(f"needs maps for within, grid and table, got {listed(shapes)}")
        if group and len({shape.spatial for shape in shapes}) > 1:
            raise ShapeError(f"needs maps of one size for within and grid, got {listed(shapes)}")
        if group and any(side % n for side, n in zip(shapes[0].spatial, group, strict=True)):
            height, width = shapes[0].spatial
            raise ShapeError(f"a map of {height}×{width} does not divide into {TIMES.join(map(str, group))}")

    def keys_seen(self, shapes: tuple[Shape, ...]) -> int:
        """The number of keys that each query attends to: T_key, or n_h·n_w of a window or grid."""
        group = self.within or self.grid
        return group[0] * group[1] if group else shapes[1].positions

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        """``table`` (2n_h − 1)×(2n_w − 1)×heads if relative, n_h×n_w×heads if absolute; n are the sides of the keys."""
        if self.table == "none":
            return ()
        n_h, n_w = self.within or self.grid or shapes[1].spatial
        sides = (2 * n_h - 1, 2 * n_w - 1) if self.table == "relative" else (n_h, n_w)
        return (Tensor("table", (*sides, self.heads)),)

    def parameters_rule(self, shape: Shape) -> Rule:
        """The table's sides."""
        symbols = {"relative": "(2n_h − 1) × (2n_w − 1) × heads", "absolute": "n_h × n_w × heads"}.get(self.table)
        return Rule(symbols, "") if symbols else NOTHING_LEARNED

    def is_global(self, shapes: tuple[Shape, ...]) -> bool:
        """Unless windows are smaller than the map."""
        return self.within is None or self.within == shapes[1].spatial

    def receptive_window(self) -> Samplings | None:
        """As with a kernel of the window's size."""
        if self.within is None:
            return None
        n_h, n_w = self.within
        return sliding(n_h, 1, (n_h - 1) // 2), sliding(n_w, 1, (n_w - 1) // 2)

    def macs(self, shapes: tuple[Shape, ...]) -> int:
        """T_query·(keys attended to)·(C_key + C_value); other forms (T_key + T_query)·C_key·C_value / heads."""
        query, key, value = shapes
        if self.form == "softmax":
            return query.positions * self.keys_seen(shapes) * (key.channels + value.channels)
        return (key.positions + query.positions) * key.channels * value.channels // self.heads

    def scores(self, shapes: tuple[Shape, ...]) -> int:
        """The scores of all heads that are held: a fused kernel holds none, but a table must be added to them."""
        if self.table == "none" and not self.grid and not self.within:
            return 0
        return self.heads * shapes[0].positions * self.keys_seen(shapes)

    def workspace(self, inputs: tuple[Shape, ...]) -> int:
        """All scores where they are held, and the output."""
        return self.scores(inputs) and self.scores(inputs) + self.merge(inputs).elements

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Queries, keys and values, and the scores; of a fused kernel, its output and a sum for each query and head.

        Linear attention and attention between channels save C_key·C_value / heads products.
        """
        query, key, value = inputs
        if self.form != "softmax":
            return Saved(inputs=(0, 1, 2), values=key.channels * value.channels // self.heads)
        if scores := self.scores(inputs):
            return Saved(inputs=(0, 1, 2), values=scores, copied_values=scores)
        sums = self.heads * query.positions
        return Saved(inputs=(0, 1, 2), output=True, bytes=STATISTIC_BYTES * sums)

    def products_rule(self, shapes: tuple[Shape, ...]) -> Rule:
        """As ``macs``."""
        queries, keys = shapes[0].positions, shapes[1].positions
        c_key, c_value = shapes[1].channels, shapes[2].channels
        if self.form == "softmax":
            values = f"{queries} · {self.keys_seen(shapes)} · ({c_key} + {c_value})"
            return Rule("queries · keys attended to · (C_key + C_value)", values)
        values = f"({keys} + {queries}) · {c_key} · {c_value} / {self.heads}"
        return Rule("(keys + queries) · C_key · C_value / heads", values)
