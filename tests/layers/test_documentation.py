"""Every kind of layer documents itself: its page in the reference has nothing but its class to be made from."""

from __future__ import annotations

from typing import Literal

import pytest

from layerwise.core import docs
from layerwise.core.shape import Shape
from layerwise.layers import AnyLayer, Layer, Merge
from layerwise.layers.base import Example
from layerwise.layers.options import Flag, Whole
from layerwise.layers.reshaping import Identity
from layerwise.report.reference import layers as reference
from layerwise.report.tables.model import Cell, Row
from layerwise.site.renderer import example

KINDS = list(reference.ALL.values())


def words(kind: type[AnyLayer]) -> str:
    return kind.kind


@pytest.mark.parametrize("kind", KINDS, ids=words)
def test_class_says_what_it_does_and_where_that_comes_from(kind: type[AnyLayer]) -> None:
    assert kind.__doc__ != kind.__mro__[1].__doc__
    assert len(docs.lead(kind)) > 15
    assert docs.source(kind), "its docstring ends with 'Source: …'"


@pytest.mark.parametrize("kind", KINDS, ids=words)
def test_every_option_and_its_values_are_described(kind: type[AnyLayer]) -> None:
    lines = {plain(line.head): line.cells for line in reference.options_table(kind).rows}
    options = {kind.kind if name == "size" else name for name in kind.fields()}
    assert set(lines) == options | ({kind.kind} if issubclass(kind, Merge) else set())
    for option, cells in lines.items():
        meaning, values, default = map(plain, cells)
        assert meaning.endswith("."), option
        assert values, f"{option}: the form of its type in options.py says how it is written"
        assert default, option


@pytest.mark.parametrize("kind", KINDS, ids=words)
def test_every_rule_is_stated(kind: type[AnyLayer]) -> None:
    rules = dict(reference.rules(kind))
    assert {"Output", "Receptive field"} <= rules.keys()
    assert all(text.endswith((".", "…)")) for text in rules.values()), rules
    assert not any("``" in text or "ShapeError" in text for text in rules.values())


@pytest.mark.parametrize("kind", KINDS, ids=words)
def test_example_is_of_the_kind(kind: type[AnyLayer]) -> None:
    assert "example" in kind.__dict__, "it has an Example of its own"
    network = example(*kind.example)
    assert network.layers[-1].layer.kind == kind.kind
    assert reference.worked_table(network, network.layers[-1]).rows
    assert len(reference.example_table(network).rows) >= len(network.layers)


@pytest.mark.parametrize("kind", KINDS, ids=words)
def test_output_of_another_shape_has_a_rule_of_its_own(kind: type[AnyLayer]) -> None:
    last = example(*kind.example).layers[-1]
    if issubclass(kind, Merge):
        assert kind.output_rule
        assert kind.field_rule
    elif last.stats.window is None and last.output != last.inputs[0]:
        assert kind.output_rule != Layer.output_rule


def test_groups_hold_every_kind_once() -> None:
    grouped = [kind for _, kinds in reference.groups() for kind in kinds]
    assert sorted(grouped, key=words) == sorted(KINDS, key=words)


def plain(cell: str | Cell) -> str:
    return cell.text if isinstance(cell, Cell) else cell


class Doubled(Identity):
    """Every value twice: H×W×C becomes 2H×W×C. Nothing is learned.

    A remark on it. Source: a paper, 2024, section 2.
    """

    kind = "doubled"
    label = "Doubled"
    example = Example("doubled", "4x4x2")

    size: Whole
    """The number of copies,
    as a number."""
    mode: Literal["rows", "columns"] = "rows"
    """The doubled dimension."""
    loud: Flag = False
    """Report it."""

    def output(self, shape: Shape) -> Shape:
        """2H×W×C. Raises ``ShapeError`` where there is no H."""
        return shape


def test_new_kind_gets_its_entry_from_its_class() -> None:
    assert docs.lead(Doubled) == "Every value twice: H×W×C becomes 2H×W×C."
    assert docs.remarks(Doubled) == "Nothing is learned. A remark on it."
    assert docs.source(Doubled) == "a paper, 2024, section 2"
    assert reference.options_table(Doubled).rows == [
        Row("doubled", ["The number of copies, as a number.", "a whole number from 1", "required"]),
        Row("mode", ["The doubled dimension.", "rows or columns", "rows"]),
        Row("loud", ["Report it.", "true or false", "false"]),
    ]
    assert list(reference.rules(Doubled)) == [
        ("Output", "2H×W×C."),
        ("Parameters", "None."),
        ("Multiply-accumulates", "None."),
        ("Buffer of the output", "None: the output is the input or a part of it."),
        ("Saved in training", "Nothing: the values only move."),
        ("Receptive field", "Unchanged."),
        ("Shape error", "Where there is no H."),
    ]
