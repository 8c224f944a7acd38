"""``layerwise format``: files, folders, standard input, and the check."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from layerwise.__main__ import main

BEFORE = "layers: [relu]\ninput: 8x8x3\nname: Tiny\n"
AFTER = "name: Tiny\ninput: 8x8x3\nlayers: [relu]\n"


def test_all_definitions_are_formatted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "networks" / "other.yml").write_text(BEFORE)
    tiny = (here / "networks" / "tiny.yml").read_text()
    assert main(["format"]) == 0
    assert capsys.readouterr().out == "networks/other.yml formatted\n"
    assert (here / "networks" / "other.yml").read_text() == AFTER
    assert (here / "networks" / "tiny.yml").read_text() == tiny
    assert main(["format"]) == 0
    assert capsys.readouterr().out == ""


def test_check_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["format", "--check"]) == 0
    file = here / "networks" / "tiny.yml"
    file.write_text(BEFORE)
    assert main(["format", "--check", "networks/tiny.yml"]) == 1
    assert capsys.readouterr().err == "networks/tiny.yml is not formatted; run `layerwise format`\n"
    assert file.read_text() == BEFORE


def test_an_invalid_file_stays_and_the_others_are_formatted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "networks" / "a.yml").write_text("name: [\n")
    (here / "networks" / "tiny.yml").write_text(BEFORE)
    assert main(["format", "networks"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "networks/tiny.yml formatted\n"
    assert printed.err.startswith("networks/a.yml:1:8: ")
    assert (here / "networks" / "a.yml").read_text() == "name: [\n"


@pytest.mark.parametrize("check", [[], ["--check"]])
def test_standard_input(
    check: list[str], monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BEFORE.encode())))
    assert main(["format", "-", *check]) == (1 if check else 0)
    assert capsysbinary.readouterr().out == (b"" if check else AFTER.encode())


def test_a_link_stays_a_link(here: Path) -> None:
    link = here / "networks" / "link.yml"
    (here / "networks" / "other.yml").write_text(BEFORE)
    link.symlink_to("other.yml")
    assert main(["format", str(link)]) == 0
    assert link.is_symlink()
    assert link.read_text() == AFTER


@pytest.mark.parametrize("options", [[], ["--family"]])
def test_new_definitions_are_formatted(options: list[str], here: Path) -> None:
    assert main(["new", "Fresh Net", *options]) == 0
    assert main(["format", "--check"]) == 0
