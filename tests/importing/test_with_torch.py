"""With PyTorch installed, the stored traces are those that it makes; a CI job runs this, see conftest.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from layerwise.importing.readers import read_model
from layerwise.importing.trace import ModelImportError, Trace
from tests.documentation import ROOT, blocks
from tests.traces import FOLDER, trace

pytestmark = pytest.mark.filterwarnings("ignore")


def content(model: Trace) -> dict[str, object]:
    """A trace without the version of PyTorch."""
    return {**json.loads(model.to_json()), "producer": ""}


def test_the_model_of_the_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    (code,) = [block.text for block in blocks(page) if block.language == "python"]
    (tmp_path / "sprout.py").write_text(code, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    stored = json.loads((FOLDER / "sprout.json").read_text(encoding="utf-8"))
    assert content(read_model("sprout:Sprout", (3, 32, 32))) == {**stored, "producer": ""}


@pytest.mark.parametrize("name", ["resnet50", "mobilenet_v3_small", "swin_t"])
def test_models_of_torchvision(name: str) -> None:
    source = f"torchvision.models:{name}"
    assert content(read_model(source)) == content(trace(source))


REFUSED = {
    "nothing_here:build": "cannot import nothing_here",
    "torch.nn:Lineer": "torch.nn has no 'Lineer'; did you mean 'Linear'?",
    "torch.nn:Linear": "cannot be exported: TypeError",
    "os:getcwd": "returns str, not a module of PyTorch",
}


@pytest.mark.parametrize("source", REFUSED)
def test_functions_that_are_no_model_are_refused(source: str) -> None:
    with pytest.raises(ModelImportError, match=REFUSED[source].replace("?", r"\?")):
        read_model(source)
