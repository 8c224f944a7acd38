"""Lines around boxes, and rows of what does not follow one another."""

from __future__ import annotations

from itertools import pairwise

from layerwise.report.pictures.diagram import Box, Lanes, Node, Source
from layerwise.report.pictures.ranks import ranks
from layerwise.report.pictures.routes import CLEARANCE, NEAREST, Line, Router

SIZE = (200.0, 200.0)


def corners(lines: list[Line]) -> int:
    return sum((one[0] == one[2]) != (other[0] == other[2]) for one, other in pairwise(lines))


def test_free_way_is_straight() -> None:
    router = Router([], [], [(50, 10), (50, 90)], SIZE)
    assert router.route(1, (50, 10), (50, 90)) == [(50, 10, 50, 90)]


def test_line_goes_around_a_box_and_keeps_clear_of_it() -> None:
    box = (30.0, 40.0, 70.0, 60.0)
    lines = Router([box], [], [(50, 10), (50, 90)], SIZE).route(1, (50, 10), (50, 90))
    assert lines[0][:2] == (50, 10)
    assert lines[-1][2:] == (50, 90)
    assert corners(lines) == 4
    for x, y, to_x, to_y in lines:
        assert (
            max(x, to_x) <= box[0] - CLEARANCE
            or min(x, to_x) >= box[2] + CLEARANCE
            or max(y, to_y) <= box[1] - CLEARANCE
            or min(y, to_y) >= box[3] + CLEARANCE
        )


def test_lines_are_right_angled_and_hang_together() -> None:
    boxes = [(30.0, 40.0, 70.0, 60.0), (60.0, 80.0, 120.0, 100.0), (10.0, 120.0, 90.0, 140.0)]
    lines = Router(boxes, [], [(50, 10), (80, 180)], SIZE).route(1, (50, 10), (80, 180))
    assert all(x == to_x or y == to_y for x, y, to_x, to_y in lines)
    assert all(one[2:] == other[:2] for one, other in pairwise(lines))


def test_line_of_another_source_is_not_shared() -> None:
    box = (30.0, 40.0, 70.0, 60.0)
    router = Router([box], [], [(50, 10), (40, 10), (50, 90), (40, 90)], SIZE)
    first, second = router.route(1, (50, 10), (50, 90)), router.route(2, (40, 10), (40, 90))
    upright = [
        {line[0] for line in lines if line[0] == line[2] and line[1] <= 40 <= line[3]} for lines in (first, second)
    ]
    assert all(abs(one - other) >= NEAREST for one in upright[0] for other in upright[1])


def test_lines_of_one_source_share_their_beginning() -> None:
    router = Router([], [], [(50, 10), (20, 90), (80, 90)], SIZE)
    first, second = router.route(1, (50, 10), (20, 90)), router.route(1, (50, 10), (80, 90))
    assert first[0][:2] == second[0][:2]
    assert first[0][0] == second[0][0] == 50


def test_walled_in_end_is_still_reached() -> None:
    walls = [(30.0, 40.0, 70.0, 60.0)]
    lines = Router(walls, [], [(50, 10), (50, 50)], SIZE).route(1, (50, 10), (50, 50))
    assert lines[-1][2:] == (50, 50)


# --- rows -----------------------------------------------------------------------------------------------------------


def box(row: int) -> Box:
    return Box(f"box {row}", "", "convolution", "", row)


def names(items: list[Node]) -> list[list[list[int]]]:
    return [[[item.row for item in segment if isinstance(item, Box)] for segment in row] for row in ranks(items)]


def test_series_is_one_segment() -> None:
    assert names([box(1), box(2), box(3)]) == [[[1, 2, 3]]]


def test_parts_that_need_nothing_of_each_other_are_side_by_side() -> None:
    assert names([box(1), box(2), Source(0), box(3), Source(0), box(4)]) == [[[1, 2], [3], [4]]]


def test_part_is_below_what_it_needs() -> None:
    assert names([box(1), Source(0), box(2), Source(1), box(3)]) == [[[1], [2]], [[3]]]


def test_output_is_in_the_last_row() -> None:
    assert names([box(1), Source(1), box(2), Source(0), box(3)]) == [[[1]], [[2], [3]]]


def test_join_of_several_parts_is_below_all_of_them() -> None:
    join = Lanes([[], [Source(1)]], "add", "add", 3)
    (first, second), (last,) = ranks([box(1), Source(0), box(2), join])
    assert [item.row for item in first] == [1]
    assert isinstance(second[1], Box)
    assert isinstance(last[0], Lanes)
    assert last[0].lanes == [[Source(2)], [Source(1)]]  # both come from above, neither is the identity
