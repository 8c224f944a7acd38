"""``layerwise show``: the table, its totals, and how it fits a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from wcwidth import width

from layerwise.__main__ import main
from layerwise.command.table import printed
from layerwise.report.tables.model import Cell, Column, Row, Table
from tests.projects import TINY, write_definitions
from tests.terminal import in_terminal

FAMILY = """\
name: Pair
input: 8x8x3
parameters: {n: }
variants: {One: {with: {n: 1}}, Two: {with: {n: 2}}}
layers: [{fc: $n}]
"""
# 3×3×3×4 + 4 = 112 and 144×10 + 10 = 1,450 parameters of 4 bytes; 36·27·4 + 144·10 MACs; 144 + 10 activations
SHOWN = """\
Tiny (2024)
Network layer  Input  Filter  Stride  Padding  Output  Calculation formula  Number of parameters
─────────────  ─────  ──────  ──────  ───────  ──────  ───────────────────  ────────────────────
Input          8×8×3                           8×8×3                                           0
Conv           8×8×3  3×3×4        1        0  6×6×4   3×3×3×4 + 4                           112
FC             6×6×4  10                       10      6×6×4×10 + 10                       1,450
─────────────  ─────  ──────  ──────  ───────  ──────  ───────────────────  ────────────────────
Total parameters                                                                           1,562
Parameter memory                                                                        6.102 KB
MACs                                                                                       5,328
Activations                                                                                  154
Activation memory                                                                       0.602 KB
Largest activation, Conv                                                                     144
Peak activation memory, Conv                                                            1.312 KB
Depth                                                                                          2
Receptive field                                                                                3
"""


@pytest.fixture
def here(here: Path) -> Path:
    """A folder with two definitions, as the working directory."""
    write_definitions(here, pair=FAMILY, bad="name: Bad\n")
    return here


@pytest.mark.parametrize("name", ["tiny", "Tiny", "networks/tiny.yml", "networks/tiny.yml#tiny"])
@pytest.mark.usefixtures("here")
def test_table_and_totals(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", name]) == 0
    assert capsys.readouterr().out == SHOWN


NAMED = {
    "pair": ["One", "Two"],
    "networks/pair.yml": ["One", "Two"],
    "networks/pair.yml#two": ["Two"],
    "two": ["Two"],  # a variant on the same line as another
}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.usefixtures("here")
def test_networks_of_a_family(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", name]) == 0
    blocks = capsys.readouterr().out.split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == NAMED[name]


@pytest.mark.usefixtures("here")
def test_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "tiny", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters"] == 1562
    assert main(["show", "tiny", "--csv"]) == 0
    assert (
        capsys.readouterr().out.splitlines()[2] == "Conv,8x8x3,3x3x4,1x1,0x0x0x0,6x6x4,3×3×3×4 + 4,112,conv,,3888,144"
    )


@pytest.mark.usefixtures("here")
def test_errors_in_the_definition(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "bad"]) == 1
    assert capsys.readouterr().err.startswith("networks/bad.yml:1:1: ")


def test_a_claim_that_disagrees_follows_the_table(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_definitions(here, tiny=f"{TINY}claims: [{{source: paper, parameters: 1563}}]\n")
    assert main(["show", "tiny"]) == 1
    printed = capsys.readouterr()
    assert printed.out == SHOWN
    place, message = printed.err.splitlines()[0].split(": ", 1)
    assert place == "networks/tiny.yml:7:38"
    assert "1563" in message
    assert "1562" in message


@pytest.mark.parametrize("option", ["--json", "--csv"])
def test_data_are_printed_although_a_claim_disagrees(
    option: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "tiny", option]) == 0
    expected = capsys.readouterr().out
    write_definitions(here, claim=f"{TINY}claims: [{{source: paper, parameters: 1563}}]\n")
    (here / "networks" / "tiny.yml").unlink()
    assert main(["show", "claim", option]) == 1
    printed = capsys.readouterr()
    assert len(printed.out) >= len(expected)
    assert printed.err.startswith("networks/claim.yml:7:38: ")


# --- terminals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [95, 74, 40])
def test_it_fits_the_terminal(columns: int, here: Path) -> None:
    lines = in_terminal("show", "tiny", "--no-color", columns=columns, folder=here).splitlines()
    assert max(map(width, lines)) <= columns
    assert {"1,562", "6.102", "5,328"} <= set(" ".join(lines).split())
    assert ("Too narrow for: Input" in "\n".join(lines)) == (columns < 70)


def test_colours_are_for_terminals(here: Path) -> None:
    coloured = in_terminal("show", "tiny", columns=120, folder=here)
    assert "\x1b[34mConv\x1b[0m  " in coloured
    assert "\x1b[1mTotal parameters" in coloured
    assert in_terminal("show", "tiny", columns=120, folder=here, NO_COLOR="1") == SHOWN


@pytest.mark.usefixtures("here")
def test_colours_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "tiny", "--color"]) == 0
    assert "\x1b[34mConv\x1b[0m  " in capsys.readouterr().out


TABLE = Table(
    [Column("What it is"), Column("Kind"), Column("A number", numeric=True)],
    [
        Row("Group", ["", "10"], is_head=True),
        Row(Cell("名前", before="branch"), ["one or two", "1,234"], level=1),
    ],
    foot=[Row("Together with a long name", ["", "1"], is_head=True)],
)
FITTED = {
    80: """\
What it is       Kind        A number
───────────────  ──────────  ────────
Group                              10
  branch · 名前  one or two     1,234
───────────────  ──────────  ────────
Together with a long name           1""",
    30: """\
What it is    Kind           A
                        number
────────────  ────────  ──────
Group                       10
  branch ·    one or     1,234
  名前        two
────────────  ────────  ──────
Together with a long         1
name""",
    18: """\
What it is       A
            number
──────────  ──────
Group           10
  branch ·   1,234
  名前
──────────  ──────
Together         1
with a
long name
Too narrow for:
Kind.""",
}


@pytest.mark.parametrize("columns", FITTED)
def test_tables_are_fitted(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert click.unstyle(printed(TABLE, ["Kind"])) == FITTED[columns]
