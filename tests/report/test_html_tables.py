"""Tables as HTML: text is escaped, groups are nested as their levels say, and nothing is lost in folding."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from layerwise.report.tables import html
from layerwise.report.tables.model import Cell, Column, Row, Table

COLUMNS = (Column("Name"), Column("Shape"), Column("Number", numeric=True))


def row(name: str, level: int = 0, number: str = "1") -> Row:
    return Row(name, ["2×2", number], level=level, anchor=f"a-{name}")


def group(name: str, level: int = 0) -> Row:
    return Row(Cell(name), ["", "9"], css="lw-stage", is_head=True, level=level)


def parsed(*rows: Row, folded: bool = True, foot: tuple[Row, ...] = ()) -> BeautifulSoup:
    return BeautifulSoup(html.render(Table(COLUMNS, rows, foot=foot, folded=folded)), "lxml")


def around(page: BeautifulSoup, anchor: str) -> list[str]:
    """The headings of the groups around a row, from the outside in."""
    found = page.find(id=anchor)
    assert isinstance(found, Tag)
    groups = [group.summary for group in found.find_parents("details")]
    return [summary.b.get_text() for summary in reversed(groups) if summary and summary.b]


def test_groups_are_nested_as_their_levels_say() -> None:
    page = parsed(
        row("first"), group("A"), row("in-a", 1), group("B", 1), row("in-b", 2), row("again-in-a", 1), group("C"),
        row("in-c", 1), row("last"),
    )  # fmt: skip
    expected: dict[str, list[str]] = {
        "first": [], "in-a": ["A"], "in-b": ["A", "B"], "again-in-a": ["A"], "in-c": ["C"], "last": [],
    }  # fmt: skip
    assert {name: around(page, f"a-{name}") for name in expected} == expected


def test_the_titles_of_columns_are_printed_once() -> None:
    page = parsed(group("A"), row("in-a", 1), row("last"))
    assert [head.get_text() for head in page.select(".lw-titles thead th")] == ["Name", "Shape", "Number"]
    assert len(page.select("thead")) == 1
    assert len(page.select("table.lw-part")) == 2


def test_a_heading_has_its_name_and_then_its_figures() -> None:
    summary = parsed(group("A"), row("in-a", 1)).summary
    assert summary is not None
    assert [part.get_text() for part in summary.select("b")] == ["A", "9"]


def test_the_foot_is_repeated_in_one_line() -> None:
    foot = (Row("Total", ["", "10"], is_head=True), Row("Both", ["3×3", "11"], is_head=True))
    totals = parsed(row("a"), foot=foot).select_one(".lw-totals")
    assert totals is not None
    assert totals.get_text() == "Total 10 Both Shape 3×3 Number 11"


@pytest.mark.parametrize("folded", [True, False])
def test_text_is_escaped(folded: bool) -> None:
    rows = (Row(Cell("<q>&", before="<em>"), ["<u>", Cell("a & b", link="?a&b")]), group("<s>"))
    page = parsed(*rows, folded=folded)
    assert not page.select("q, em, u, s")
    assert page.select_one("a[href='?a&b']")


@pytest.mark.parametrize("folded", [True, False])
def test_shared_cells_and_equal_strings_are_in_every_row(folded: bool) -> None:
    shared, more = ["2×2"], [Cell("0", share=0.5)]
    rows = [Row(name, shared, more=more, anchor=f"a-{name}") for name in ("one", "two")]
    page = parsed(*rows, row("three", number="0"), folded=folded)
    for anchor in ("a-one", "a-two"):
        found = page.find(id=anchor)
        assert isinstance(found, Tag)
        assert [cell.get_text() for cell in found.select("td")] == ["2×2", "0"]
        assert found.select("td.lw-share.s50.z")
    assert page.select("#a-three td.z")


def test_columns_are_as_wide_as_their_content() -> None:
    def widths(*rows: Row) -> list[int]:
        sheet = parsed(*rows).select_one(".lw-sheet")
        assert sheet is not None
        return [int(name.partition("-")[2]) for name in sheet["class"] if name[0] == "c"]

    short, long = widths(row("a")), widths(row("a", number="1,234,567,890"))
    assert short[:2] == long[:2]
    assert long[2] - short[2] == len("1,234,567,890") - len("Number") - html.BOLD


@pytest.mark.parametrize("folded", [True, False])
def test_the_head_of_a_line_with_an_anchor_leads_to_it(folded: bool) -> None:
    head = Cell("a > b", before="main")  # shared, so printed once
    page = parsed(Row(head, ["", "1"], anchor="L1"), Row(head, ["", "1"], anchor="L2"), folded=folded)
    for anchor in ("L1", "L2"):
        found = page.find(id=anchor)
        assert isinstance(found, Tag)
        assert [(link["href"], link.text) for link in found.select("th > a")] == [(f"#{anchor}", "main a > b")]
    assert not parsed(Row("x", ["", "1"]), folded=folded).select("a")


def test_very_long_tables_wait_in_their_outermost_groups() -> None:
    rows = [group("A"), *(row(f"r{n}", 1) for n in range(html.MAX_ROWS_AT_ONCE)), group("B", 1), row("b", 2)]
    page = parsed(*rows, row("last"))
    assert len(page.select("noscript")) == 1
    assert page.select("details > noscript details #a-b")
    assert page.select("#a-last")
    assert not page.select("noscript #a-last")
    assert not parsed(*rows[:10]).select("noscript")


CELLS, OTHER = ["2×2"], ["3×3"]
HEADS = [Cell("Conv1", before="main"), Cell("BatchNorm1", before="main"), Cell("Add")]
MORE: dict[str, list[str]] = {number: [number] for number in ("11", "19", "27", "35")}


def block(name: str, *numbers: str, cells: list[str] = CELLS) -> list[Row]:
    """A block in a stage, whose rows differ from those of others in their last column alone."""
    rows = [
        Row(HEADS[n], cells, level=2, anchor=f"A/{name}/{n}", more=MORE[number]) for n, number in enumerate(numbers)
    ]
    head = Row(Cell(f"{name} · 2×2"), ["", "9"], css="lw-block", is_head=True, level=1, anchor=f"A/{name}")
    return [head, *rows]


def blocks(*contents: list[Row]) -> list[Tag]:
    page = parsed(group("A"), *(row for rows in contents for row in rows))
    return page.select(".lw-block")


def texts(element: Tag, selector: str) -> list[str]:
    return [found.get_text() for found in element.select(selector)]


def test_blocks_alike_are_one_line() -> None:
    (one,) = blocks(block("a", "11", "19"), block("b", "19", "27"), block("c", "27", "35"))
    assert texts(one, "summary b") == ["a … c, alike · 2×2", "3 × 9"]
    assert texts(one, "tr > :is(th, td)") == ["main Conv1", "2×2", "11 … 27", "main BatchNorm1", "2×2", "19 … 35"]
    assert (one["id"], one["data-each"]) == ("A/a", "2")
    assert [found["id"] for found in one.select("b[id]")] == ["A/b", "A/c"]


def test_figures_that_all_blocks_share_are_printed_as_they_are() -> None:
    (one,) = blocks(block("a", "11", "19"), block("b", "27", "19"))
    assert texts(one, "summary b")[0] == "a and b, alike · 2×2"
    assert texts(one, "td:last-child") == ["11 … 27", "19"]


def test_only_blocks_that_follow_each_other_are_alike() -> None:
    one = ("11", "11", "19")
    found = blocks(block("a", *one), block("b", *one, cells=OTHER), block("c", *one), block("d", *one))
    assert [texts(part, "summary b")[0] for part in found] == ["a · 2×2", "b · 2×2", "c and d, alike · 2×2"]
    assert len(blocks(block("a", *one), [group("B"), *block("b", *one)])) == 2


def test_blocks_alike_within_blocks_alike_are_printed_once() -> None:
    def outer(name: str) -> list[Row]:
        inner = [Row(Cell("i"), ["", "1"], css="lw-block", is_head=True, level=2, anchor=f"A/{name}/{n}") for n in "xy"]
        rows = [Row(HEADS[2], CELLS, level=3, anchor=f"{head.anchor}/Add", more=MORE["11"]) for head in inner]
        return [block(name)[0], inner[0], rows[0], inner[1], rows[1]]

    first, second = blocks(outer("a"), outer("b"))
    assert (first["id"], first["data-each"], second["id"], second["data-each"]) == ("A/a", "2", "A/a/x", "1")
    assert [found["id"] for found in first.select("b[id]")] == ["A/b", "A/a/y"]
    assert [found["id"] for found in first.select("tr[id]")] == ["A/a/x/Add"]


def test_the_first_group_in_a_group_is_open() -> None:
    page = parsed(group("A"), *block("a", "11"), *block("b", "11", cells=OTHER), group("B"), *block("c", "11"))
    opened = [texts(found, "summary b")[0] for found in page.select("details[open]")]
    assert opened == ["a · 2×2", "c · 2×2"]


@pytest.mark.parametrize("folded", [True, False])
def test_rows_have_the_position_of_their_layer_where_it_does_not_follow(folded: bool) -> None:
    rows = [Row(Cell(f"r{n}"), CELLS, more=MORE["11"], anchor=f"r{n}", number=n) for n in (0, 1, 4, 5, 2)]
    page = parsed(*rows, folded=folded)
    assert [row.get("data-at") for row in page.select("tr[id]")] == [None, None, "4", None, "2"]
