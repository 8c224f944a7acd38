"""Tables in which groups that are alike are printed once."""

from __future__ import annotations

from layerwise.network.catalogue import Catalogue
from layerwise.report.tables.folding import fold
from layerwise.report.tables.model import Cell, Column, Row, Table
from layerwise.report.tables.network import layer_table


def heads(table: Table) -> list[str]:
    return [row.head if isinstance(row.head, str) else row.head.text for row in table.rows]


def group(name: str, *layers: str, shape: str = "8×8×3") -> list[Row]:
    return [Row(Cell(f"{name} · {shape}"), [""], is_head=True), *(Row(layer, ["1"], level=1) for layer in layers)]


def folded(*groups: list[Row]) -> list[str]:
    return heads(fold(Table([Column("Layer"), Column("n")], [row for rows in groups for row in rows])))


def test_groups_that_are_alike_become_one() -> None:
    assert folded(group("a", "x"), group("b", "x"), group("c", "x")) == ["a to c, 3 alike · 8×8×3", "x"]


def test_groups_that_differ_stay() -> None:
    assert folded(group("a", "x"), group("b", "y")) == ["a · 8×8×3", "x", "b · 8×8×3", "y"]
    assert folded(group("a", "x"), group("b", "x", shape="4×4×3")) == ["a · 8×8×3", "x", "b · 4×4×3", "x"]


def test_layers_are_never_folded() -> None:
    assert folded([Row("x", ["1"])], [Row("x", ["1"])]) == ["x", "x"]


def test_resnet_50(catalogue: Catalogue) -> None:
    # Table 1 of the paper: 3, 4, 6 and 3 bottlenecks, of which the first of each stage projects its shortcut
    alike = [head for head in heads(fold(layer_table(catalogue.entry("resnet-50").network))) if "alike" in head]
    assert alike == [
        "conv2_2 to conv2_3, 2 alike · 56×56×256",
        "conv3_2 to conv3_4, 3 alike · 28×28×512",
        "conv4_2 to conv4_6, 5 alike · 14×14×1024",
        "conv5_2 to conv5_3, 2 alike · 7×7×2048",
    ]
