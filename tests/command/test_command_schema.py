"""``layerwise schema``."""

from __future__ import annotations

from pathlib import Path

import pytest

from layerwise.__main__ import main
from layerwise.definition import schema
from tests.terminal import ROOT


def test_the_committed_schema_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["schema", "--check"]) == 0


def test_an_outdated_schema_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = "schema/network.schema.json"
    assert main(["schema", "--check"]) == 1
    assert capsys.readouterr().err == f"layerwise: {path} is out of date; run `layerwise schema`\n"
    assert main(["schema"]) == 0
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == f"{path} written\n{path} unchanged\n"
    assert main(["schema", "--check"]) == 0
    assert Path(path).read_text(encoding="utf-8") == schema.text()
    Path(path).write_text('{"$schema": "older"}')
    assert main(["schema", "--check"]) == 1
    assert main(["schema"]) == 0
    assert main(["schema", "--check"]) == 0


def test_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schema", "--check", "mine.json"]) == 1
    assert capsys.readouterr().err.endswith("run `layerwise schema mine.json`\n")
    Path("README.md").write_text("# Mine\n")
    assert main(["schema", "README.md"]) == 2
    assert capsys.readouterr().err == "layerwise: README.md is not a schema; refusing to overwrite it\n"
    assert Path("README.md").read_text() == "# Mine\n"


def test_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "-"]) == 0
    assert capsys.readouterr().out == schema.text()
