"""``layerwise import``: a stored trace becomes a definition that is never overwritten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import layerwise
from layerwise.__main__ import main
from tests.traces import stored

MODEL = "torchvision.models:squeezenet1_1"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.json").write_text(stored("torchvision")[MODEL])
    return tmp_path


def test_a_draft_is_a_definition_without_errors(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "networks").mkdir()
    assert main(["import", "model.json"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"networks/squeezenet1-1.yml created from {MODEL} (torch 2.14.1), with blocks\n")
    assert re.search(r"parameters +1,235,496  as in the model\n", printed)
    assert layerwise.load(here / "networks/squeezenet1-1.yml").parameters == 1235496  # torchvision's documentation
    assert main(["check"]) == 0


def test_a_file_is_never_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "networks").mkdir()
    for _ in range(2):
        main(["import", "model.json"])
    assert capsys.readouterr().err == (
        "layerwise: the page networks/squeezenet1-1/ already belongs to networks/squeezenet1-1.yml; "
        "use --name or --output\n"
    )
    (here / "there.yml").write_text("mine")
    assert main(["import", "model.json", "--output", "there.yml"]) == 2
    assert (here / "there.yml").read_text() == "mine"


@pytest.mark.usefixtures("here")
def test_standard_output_has_only_the_draft(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "model.json", "--output", "-", "--name", "Mine"]) == 0
    printed = capsys.readouterr()
    assert layerwise.loads(printed.out).name == "Mine"
    assert "MACs" in printed.err


@pytest.mark.usefixtures("here")
def test_flat_is_one_layer_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "model.json", "--output", "-", "--flat"]) == 0
    text = capsys.readouterr().out
    assert "blocks:" not in text
    assert "repeat" not in text
    assert layerwise.loads(text).parameters == 1235496


def test_a_trace_can_be_saved(here: Path) -> None:
    assert main(["import", "model.json", "--output", "-", "--trace", "copy.json"]) == 0
    assert (here / "copy.json").read_text() == (here / "model.json").read_text()


REFUSED = {
    ("nothing",): "'nothing' is no model; name a file that ends in",
    ("a b:c",): "'a b:c' is no model; name a file that ends in",
    ("missing.json",): "missing.json: No such file or directory",
    ("model.json", "--input", "3"): "expected height × width × channels like 224x224x3, got '3'",
    ("broken.json",): "broken.json: not JSON: ",
}


@pytest.mark.parametrize("call", REFUSED)
def test_refusals(call: tuple[str, ...], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "broken.json").write_text("{")
    assert main(["import", *call]) == 2
    assert REFUSED[call] in capsys.readouterr().err
