"""The command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.__main__ import main

TINY = "name: Tiny\nyear: 2024\ninput: 8x8x3\nlayers:\n  - {conv: 3x3x4}\n  - {fc: 10}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one definition in networks/, as the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks" / "tiny.yml").write_text(TINY)
    return tmp_path


def test_check_without_mistakes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "1 definitions, 1 networks: no mistakes\n"


def test_check_tells_all_mistakes_of_all_files(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "networks" / "a.yml").write_text("name: A\ninput: 8x8\nlayers: [{conv: 3x3}, {cnv: 1}]\n")
    (here / "networks" / "b.yml").write_text("name: B\ninput: 8x8x3\nlayers: [{conv: 9x9x2}]\n")
    assert main(["check"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in lines[:-1]] == [
        "networks/a.yml:2:8",
        "networks/a.yml:3:17",
        "networks/a.yml:3:24",
        "networks/b.yml:3:17",
    ]
    assert lines[-1] == "4 mistakes"


def test_check_a_file_elsewhere(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.yml").write_text(TINY.replace("3x3x4", "9x9x4"))
    assert main(["check", "mine.yml"]) == 1
    assert capsys.readouterr().err.startswith("mine.yml:5:12: Conv (conv): a window of 9×9 does not fit into 8×8×3")


def test_check_a_file_that_is_not_there(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nothing.yml"]) == 1
    assert "nothing.yml:1:1: cannot be read: No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["tiny", "networks/tiny.yml"])
def test_show(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Tiny"
    assert lines[4].split() == ["Conv", "8×8×3", "3×3×4", "1", "0", "6×6×4", "3×3×3×4", "+", "4", "112"]
    assert lines[-2].split() == ["Total", "parameters", "1,562"]


def test_show_as_data(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "tiny", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters"] == 1562
    assert main(["show", "tiny", "--csv"]) == 0
    assert (
        capsys.readouterr().out.splitlines()[2] == "Conv,8x8x3,3x3x4,1x1,0x0x0x0,6x6x4,3×3×3×4 + 4,112,conv,,3888,144"
    )


def test_show_an_unknown_network(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "tinny"]) == 1
    assert capsys.readouterr().err == "layerwise: there is no network 'tinny'; did you mean 'tiny'?\n"


def test_no_folder_of_definitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    assert capsys.readouterr().err == "layerwise: there is no folder networks; name it with --networks\n"


def test_write_only_what_changes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "docs").mkdir()
    (here / "docs" / "index.md").write_text("# Home\n\n{{ catalogue.entries | length }} network\n")
    assert main(["write", "out"]) == 0
    page = (here / "out" / "networks" / "tiny.md").read_text()
    assert "| Conv | 8×8×3 | 3×3×4 | 1 | 0 | 6×6×4 | 3×3×3×4 + 4 | 112 |" in page
    assert "| **Total parameters** |  |  |  |  |  |  | **1,562** |" in page
    assert "<" not in page.replace("<https", "").replace("&lt;", "")
    assert (here / "out" / "index.md").read_text() == "# Home\n\n1 network\n"
    stamp = (here / "out" / "networks" / "tiny.md").stat().st_mtime_ns
    capsys.readouterr()
    assert main(["write", "out"]) == 0
    assert capsys.readouterr().out.startswith("out: 0 files written")
    assert (here / "out" / "networks" / "tiny.md").stat().st_mtime_ns == stamp


def test_write_over_the_docs_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "docs").mkdir()
    assert main(["write", "docs"]) == 1
    assert "write to another folder" in capsys.readouterr().err


def test_mistakes_write_nothing(here: Path) -> None:
    (here / "networks" / "bad.yml").write_text("name: Bad\n")
    assert main(["write", "out"]) == 1
    assert not (here / "out").exists()
