"""Attention with queries, keys and values made by layers of one's own."""

from __future__ import annotations

from math import prod
from typing import Literal

from layerwise.core.errors import ShapeError
from layerwise.core.receptive_field import Samplings
from layerwise.core.sampling import sliding
from layerwise.core.shape import TIMES, Shape, times
from layerwise.core.tensors import Tensor
from layerwise.layers.base import Example, Merge, listed
from layerwise.layers.memory import STATISTIC_BYTES, Saved
from layerwise.layers.options import Area, Flag, Whole
from layerwise.layers.rules import NOTHING_LEARNED, Rule


class Attend(Merge):
    """Attention of queries to keys and values that other layers compute: only its two products count.

    Each query is multiplied with the keys that it attends to, C_key values each, and their values are summed, C_value
    values each; the number of heads does not change that. Two forms avoid the products of all pairs: ``linear``
    multiplies keys with values first, ``channels`` lets channels attend to each other. Queries, keys and values may be
    maps of different sizes, except within windows or grids.
    Source: Vaswani et al., Attention Is All You Need, 2017, section 3.2; linear: Katharopoulos et al., Transformers are
    RNNs, 2020; channels: Ali et al., XCiT, 2021; talking heads: Touvron et al., Going Deeper with Image Transformers,
    2021; pooled queries within windows: Ryali et al., Hiera, 2023; map: Bao et al., BEiT, 2021.
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
    """Windows that do not overlap, height × width of the keys like 7x7: queries attend to the keys of their window."""
    grid: Area | None = None
    """Positions spread evenly over the map, height × width like 7x7, that attend to each other, as in MaxViT."""
    table: Literal["none", "relative", "absolute"] = "none"
    """Learned position bias for each head: one for each relative position, or for each distance, as in LeViT."""
    map: Area | None = None
    """The map whose positions the tokens are after one class token, for a relative table, as in BEiT."""
    temperature: Flag = False
    """Multiplies the scores of each head by a learned number, as in XCiT."""
    talking_heads: Flag = False
    """Mixes the scores of all heads by a linear layer before the softmax, and by another one after it, as in CaiT."""

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
        query, key, _ = shapes
        if self.within and self.grid:
            raise ShapeError("cannot have both within and grid")
        if self.form != "softmax" and self.talking_heads:
            raise ShapeError(f"has no talking heads with form: {self.form}")
        if self.form != "softmax" and (group or self.table != "none"):
            raise ShapeError(f"has no within, grid or table with form: {self.form}")
        if self.map is not None:
            self._check_class_token(shapes)
        elif (group or self.table != "none") and not all(shape.is_map for shape in shapes):
            raise ShapeError(f"needs maps for within, grid and table, got {listed(shapes)}")
        if group and any(side % n for side, n in zip(key.spatial, group, strict=True)):
            raise ShapeError(
                f"a map of {TIMES.join(map(str, key.spatial))} does not divide into {TIMES.join(map(str, group))}"
            )
        if self.grid and query.spatial != key.spatial:
            raise ShapeError(f"needs maps of one size for grid, got {listed(shapes)}")
        if self.within and any(q * n % k for q, k, n in zip(query.spatial, key.spatial, self.within, strict=True)):
            raise ShapeError(f"needs queries in each window, got {listed(shapes)}")

    def _check_class_token(self, shapes: tuple[Shape, ...]) -> None:
        """Raise ``ShapeError`` unless there is a relative table, and a token for each position and the class."""
        if self.table != "relative" or self.within or self.grid:
            raise ShapeError("needs table: relative with map, without within and grid")
        tokens = 1 + prod(self.map or ())
        if any(shape.spatial != (tokens,) for shape in shapes):
            raise ShapeError(
                f"needs {tokens} tokens for a class and a map of {times(self.map or ())}, got {listed(shapes)}"
            )

    def keys_seen(self, shapes: tuple[Shape, ...]) -> int:
        """The number of keys that each query attends to: T_key, or n_h·n_w of a window or grid."""
        group = self.within or self.grid
        return group[0] * group[1] if group else shapes[1].positions

    def tensors(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        """``table`` (2n_h − 1)×(2n_w − 1)×heads if relative, n_h×n_w×heads if absolute; n are the sides of the keys.

        With ``map`` it has 3 rows more, and its sides are one. ``temperature`` has one number for each head; talking
        heads have two linear layers of heads×heads + heads.
        """
        temperature = (Tensor("temperature", (self.heads,)),) if self.temperature else ()
        mixes = [tensor for place in ("before", "after") if self.talking_heads for tensor in self._mix(place)]
        return (*self._table(shapes), *temperature, *mixes)

    def _table(self, shapes: tuple[Shape, ...]) -> tuple[Tensor, ...]:
        """The numbers of each position, and of the class token: from it, to it, and to itself."""
        if self.table == "none":
            return ()
        n_h, n_w = self.within or self.grid or self.map or shapes[1].spatial
        if self.map:
            return (Tensor("table", ((2 * n_h - 1) * (2 * n_w - 1) + 3, self.heads)),)
        sides = (2 * n_h - 1, 2 * n_w - 1) if self.table == "relative" else (n_h, n_w)
        return (Tensor("table", (*sides, self.heads)),)

    def _mix(self, place: str) -> tuple[Tensor, ...]:
        """``before.weight`` and ``after.weight`` heads×heads, and their biases."""
        return Tensor(f"{place}.weight", (self.heads, self.heads)), Tensor(f"{place}.bias", (self.heads,))

    def parameters_rule(self, shape: Shape) -> Rule:
        """The table's sides, the temperatures and the two layers that mix heads."""
        relative = "((2n_h − 1) · (2n_w − 1) + 3) × heads" if self.map else "(2n_h − 1) × (2n_w − 1) × heads"
        table = {"relative": relative, "absolute": "n_h × n_w × heads"}.get(self.table, "")
        learned = {table: True, "heads": self.temperature, "2 · (heads × heads + heads)": self.talking_heads}
        symbols = " + ".join(term for term, is_used in learned.items() if term and is_used)
        return Rule(symbols, "") if symbols else NOTHING_LEARNED

    def is_global(self, shapes: tuple[Shape, ...]) -> bool:
        """Unless windows are smaller than the map."""
        return self.within is None or self.within == shapes[1].spatial

    def receptive_window(self, shapes: tuple[Shape, ...]) -> Samplings | None:
        """As with a kernel of the window's size, counted in queries."""
        if self.within is None:
            return None
        query, key, _ = shapes
        n_h, n_w = (n * q // k for n, q, k in zip(self.within, query.spatial, key.spatial, strict=True))
        return sliding(n_h, 1, (n_h - 1) // 2), sliding(n_w, 1, (n_w - 1) // 2)

    def macs(self, shapes: tuple[Shape, ...]) -> int:
        """T_query·(keys attended to)·(C_key + C_value); other forms (T_key + T_query)·C_key·C_value / heads.

        With talking heads also 2·heads·heads for each query and key.
        """
        query, key, value = shapes
        if self.form == "softmax":
            mixing = 2 * self.heads**2 if self.talking_heads else 0
            return query.positions * self.keys_seen(shapes) * (key.channels + value.channels + mixing)
        return (key.positions + query.positions) * key.channels * value.channels // self.heads

    def scores(self, shapes: tuple[Shape, ...]) -> int:
        """The scores of all heads that are held: a fused kernel holds none, but a table or mixing needs them."""
        if self.table == "none" and not self.grid and not self.within and not self.talking_heads:
            return 0
        return self.heads * shapes[0].positions * self.keys_seen(shapes)

    def workspace(self, inputs: tuple[Shape, ...]) -> int:
        """All scores where they are held, and the output."""
        return self.scores(inputs) and self.scores(inputs) + self.merge(inputs).elements

    def saves(self, inputs: tuple[Shape, ...]) -> Saved:
        """Queries, keys and values, and the scores; of a fused kernel, its output and a sum for each query and head.

        Talking heads save the scores three times: before the first mix, after the softmax, and after the second mix.
        Linear attention and attention between channels save C_key·C_value / heads products.
        """
        query, key, value = inputs
        if self.form != "softmax":
            return Saved(inputs=(0, 1, 2), values=key.channels * value.channels // self.heads)
        if scores := self.scores(inputs):
            return Saved(inputs=(0, 1, 2), values=(3 if self.talking_heads else 1) * scores, copied_values=scores)
        sums = self.heads * query.positions
        return Saved(inputs=(0, 1, 2), output=True, bytes=STATISTIC_BYTES * sums)

    def products_rule(self, shapes: tuple[Shape, ...]) -> Rule:
        """As ``macs``."""
        queries, keys = shapes[0].positions, shapes[1].positions
        c_key, c_value = shapes[1].channels, shapes[2].channels
        if self.form == "softmax":
            mixing = (" + 2 · heads²", f" + 2 · {self.heads}²") if self.talking_heads else ("", "")
            values = f"{queries} · {self.keys_seen(shapes)} · ({c_key} + {c_value}{mixing[1]})"
            return Rule(f"queries · keys attended to · (C_key + C_value{mixing[0]})", values)
        values = f"({keys} + {queries}) · {c_key} · {c_value} / {self.heads}"
        return Rule("(keys + queries) · C_key · C_value / heads", values)
