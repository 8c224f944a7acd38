"""Definitions are checked file by file, and then together; other processes find the same diagnostics."""

from __future__ import annotations

from pathlib import Path

import pytest

from layerwise.command.checking import check_each, check_together
from layerwise.core.errors import DefinitionError
from layerwise.report import parallel

NETWORK = "name: {}\ninput: 8x8x1\nrelated: [{}]\nlayers:\n  - {{conv: 3x3x{}}}\n"


def written(folder: Path, **networks: tuple[str, int]) -> list[Path]:
    files = []
    for name, (related, channels) in networks.items():
        file = folder / f"{name}.yml"
        file.write_text(NETWORK.format(name.title(), related, channels), encoding="utf-8")
        files.append(file)
    return files


@pytest.fixture(params=[1, 1000], ids=["in other processes", "in this process"])
def tasks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "MIN_TASKS", request.param)


@pytest.mark.usefixtures("tasks")
def test_related_pages_are_found_in_other_files(tmp_path: Path) -> None:
    files = written(tmp_path, one=("two", 4), two=("one", 4))
    assert check_together(files, list(check_each(files)), None) == 2


@pytest.mark.usefixtures("tasks")
def test_diagnostics_of_files_and_across_files_have_their_places(tmp_path: Path) -> None:
    files = written(tmp_path, one=("three", 4), two=("one", 4))
    with pytest.raises(DefinitionError) as raised:
        check_together(files, list(check_each(files)), None)
    (diagnostic,) = raised.value.diagnostics
    assert (Path(diagnostic.file).name, diagnostic.line, diagnostic.column) == ("one.yml", 3, 11)
    assert diagnostic.message.startswith("related: no page 'three'")


@pytest.mark.usefixtures("tasks")
def test_a_wrong_file_hides_what_could_be_related_to_it(tmp_path: Path) -> None:
    files = written(tmp_path, one=("two", 4), two=("one", 0))
    with pytest.raises(DefinitionError) as raised:
        check_together(files, list(check_each(files)), None)
    assert [Path(diagnostic.file).name for diagnostic in raised.value.diagnostics] == ["two.yml"]
