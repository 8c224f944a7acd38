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
        assert found.select("td.lw-share.z[style='--share:50%']")
    assert page.select("#a-three td.z")


def test_columns_are_as_wide_as_their_content() -> None:
    def widths(*rows: Row) -> list[int]:
        sheet = parsed(*rows).select_one(".lw-sheet")
        assert sheet is not None
        return [int(part.split(":")[1]) for part in str(sheet["style"]).split(";")]

    short, long = widths(row("a")), widths(row("a", number="1,234,567,890"))
    assert short[:2] == long[:2]
    assert long[2] - short[2] == len("1,234,567,890") - len("Number") - html.BOLD
    assert long[-1] == sum(long[:-1])


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


def block(name: str, *numbers: str, cells: list[str] = CELLS) -> list[Row]:
    """A group in a stage, whose rows differ from those of others in their last column alone."""
    rows = [Row(HEADS[n], cells, level=2, anchor=f"{name}{n}", more=MORE[number]) for n, number in enumerate(numbers)]
    return [Row(Cell(f"{name} · 2×2"), ["", "9"], css="lw-block", is_head=True, level=1), *rows]


HEADS = [Cell("Conv1", before="main"), Cell("BatchNorm1", before="main"), Cell("Add")]
MORE: dict[str, list[str]] = {number: [number] for number in ("11", "19", "27", "35")}


def repeats(*blocks: list[Row]) -> list[Tag]:
    page = parsed(group("A"), *(row for rows in blocks for row in rows))
    return page.select(".lw-repeat")


def test_a_group_that_repeats_another_is_its_differences() -> None:
    (repeat,) = repeats(block("a", "11", "11", "19"), block("b", "27", "27", "35"))
    assert repeat.caption is not None
    assert repeat.caption.get_text() == "Same figures as a"
    assert [link["href"] for link in repeat.select("caption a")] == ["#a0"]
    assert [anchor["id"] for anchor in repeat.select("[id]")] == ["b0", "b1", "b2"]
    rows = repeat.select("tbody tr")
    assert [[cell.get_text() for cell in row.select("th, td")] for row in rows] == [
        ["main Conv1 – main BatchNorm1", "27"], ["Add", "35"],
    ]  # fmt: skip
    assert [row.get("data-rows") for row in rows] == ["2", None]
    assert [head.get_text() for head in repeat.select("thead th")] == ["Name", "Number"]


def test_a_group_without_differences_is_a_reference() -> None:
    rows = [[Row(HEADS[n], CELLS, level=2, anchor=f"{name}{n}") for n in range(3)] for name in "ab"]
    (repeat,) = repeats(*([Row(Cell("a"), ["", "9"], is_head=True, level=1), *layers] for layers in rows))
    assert repeat.get_text() == "Same layers as a"
    assert [anchor["id"] for anchor in repeat.select("[id]")] == ["b0", "b1", "b2"]


def test_repeats_count_the_groups_back_to_the_one_they_repeat() -> None:
    one, other = ("11", "11", "19"), ("27", "27", "35")
    found = repeats(block("a", *one), block("b", *one, cells=OTHER), block("c", *other), block("d", *other))
    assert [(repeat["data-back"], repeat.select("[id]")[0]["id"]) for repeat in found] == [("2", "c0"), ("3", "d0")]


def test_groups_repeat_only_what_is_long_and_in_the_same_parent() -> None:
    assert not repeats(block("a", "11", "11"), block("b", "11", "11"))
    other_stage = [group("B"), *block("b", "11", "11", "11")]
    assert not repeats(block("a", "11", "11", "11"), other_stage)
