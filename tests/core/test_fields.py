"""Declared fields: reading, all problems at once, defaults, equality."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest

from layerwise.core.fields import Declaration, Problem, ReadError, Syntax, key, many, nested


def _even(value: Any) -> int:
    if not isinstance(value, int) or value % 2:
        raise ValueError("expected an even number")
    return value


EVEN = Syntax(_even, {"type": "integer"})


class Point(Declaration):
    x: Annotated[int, EVEN]
    y: Annotated[int, EVEN] | None = key(default=2, word="height")


class Path(Declaration):
    points: Annotated[tuple[Point, ...], many(nested(Point))] = ()
    style: Literal["solid", "dashed"] = "solid"


def problems(data: dict[str, Any]) -> list[Problem]:
    with pytest.raises(ReadError) as error:
        Path.read(data)
    return error.value.problems


def test_a_mapping_is_read_with_defaults() -> None:
    path = Path.read({"points": [{"x": 4}, {"x": 6, "height": None}]})
    assert [(point.x, point.y) for point in path.points] == [(4, 2), (6, None)]
    assert path.style == "solid"
    assert path.given == {"points"}


def test_all_problems_are_reported_with_their_places() -> None:
    data = {"points": [{"x": 1, "height": 3}, {"z": 2}, 5], "style": "dotted", "color": 1}
    assert problems(data) == [
        Problem(("color",), "unknown", "", 1),
        Problem(("points", 0, "x"), "value", "expected an even number", 1),
        Problem(("points", 0, "height"), "value", "expected an even number", 3),
        Problem(("points", 1, "z"), "unknown", "", 2),
        Problem(("points", 1, "x"), "missing", "", {"z": 2}),
        Problem(("points", 2), "value", "expected a mapping", 5),
        Problem(("style",), "value", "expected 'solid' or 'dashed'", "dotted"),
    ]


def test_equal_values_are_equal_however_they_were_given() -> None:
    assert Point(x=2) == Point(x=2, y=2)
    assert len({Point(x=2), Point(x=2, y=2), Point(x=4)}) == 2
    assert Point(x=2) != Path()


def test_objects_are_frozen_and_replaced() -> None:
    point = Point(x=2)
    with pytest.raises(AttributeError, match="frozen"):
        point.x = 4
    assert point.replace(y=8).given == {"x", "y"}
