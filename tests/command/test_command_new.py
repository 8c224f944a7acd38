"""``layerwise new``: templates without errors, and files that are never overwritten."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema_rs
import pytest

from layerwise.__main__ import main
from layerwise.definition import schema
from layerwise.definition.yaml_parser import read
from layerwise.network.catalogue import Loader


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


WRITTEN = {
    # the call: the file, and the names of its networks
    ("Tiny Net",): ("tiny-net", ["Tiny Net"]),
    ("ResNet-50 (v1.5)",): ("resnet-50-v1-5", ["ResNet-50 (v1.5)"]),
    ("Größe: 12 # 'x' \"y\" \\",): ("grosse-12-x-y", ["Größe: 12 # 'x' \"y\" \\"]),
    ("2012",): ("2012", ["2012"]),
    ("null",): ("null", ["null"]),
    ("$name",): ("name", ["$name"]),
    ("--family", "Tiny"): ("tiny", ["Tiny-S", "Tiny-L"]),
    ("--family", "--input", "1x1x1", "Tiny: 2"): ("tiny-2", ["Tiny: 2-S", "Tiny: 2-L"]),
    ("--input", "1×1×1", "Tiny"): ("tiny", ["Tiny"]),
}


@pytest.mark.parametrize("call", WRITTEN)
@pytest.mark.usefixtures("here")
def test_a_new_file_has_no_errors(call: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    slug, names = WRITTEN[call]
    assert main(["new", *call]) == 0
    file = Path("networks") / f"{slug}.yml"
    assert capsys.readouterr().out == (
        f"{file} created. Edit it, then run:\n  layerwise check {file}\n  layerwise show {file}\n"
    )
    assert main(["check"]) == 0
    assert [entry.network.name for entry in Loader().file(file)[1]] == names
    assert file.read_text().startswith("# yaml-language-server: $schema=../schema/network.schema.json\n")
    assert [path.name for path in Path("networks").iterdir()] == [file.name]


@pytest.mark.parametrize("kind", [[], ["--family"]])
def test_the_comments_are_a_valid_definition(kind: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--print", *kind, "Tiny"]) == 0
    text = re.sub(
        r"^( *)# ((?:year|paper|summary|claims|notes|  ).*)$", r"\1\2", capsys.readouterr().out, flags=re.MULTILINE
    )
    data = read(text, "tiny.yml").data
    assert {"name", "year", "paper", "summary", "input", "layers"} <= data.keys()
    assert len((data["variants"]["Tiny-S"] if kind else data)["claims"]) == 2
    found = jsonschema_rs.validator_for(schema.schema()).iter_errors(data)
    assert [error.message for error in found] == []


def test_the_schema_is_relative_to_the_file(here: Path) -> None:
    (here / "a" / "b").mkdir(parents=True)
    assert main(["new", "--networks", "a/b", "Tiny"]) == 0
    assert (here / "a/b/tiny.yml").read_text().startswith("# yaml-language-server: $schema=../../schema/network.")


REFUSED = {
    ("漢",): "layerwise: no page name can be derived from '漢'; use at least one letter a-z or digit\n",
    ("There",): "layerwise: networks/there.yml already exists; use --force to overwrite it\n",
    ("One",): "layerwise: the page networks/one/ already belongs to networks/there.yml; use another name\n",
    ("--force", "One"): "layerwise: the page networks/one/ already belongs to networks/there.yml; use another name\n",
    ("Other",): "layerwise: the page networks/other/ already belongs to networks/other.yaml; use another name\n",
    ("--family", "O"): "layerwise: the page networks/o-s/ already belongs to networks/o-s.yml; use another name\n",
    ("by year",): "layerwise: the page networks/by-year/ already belongs to the list by year; use another name\n",
    ("--networks", "networks/o-s.yml", "A"): "layerwise: networks/o-s.yml/a.yml cannot be written: Not a directory\n",
    ("a\x01",): "a.yml:5:7: the character U+0001 is not allowed; delete it\n",
    (
        "--input",
        "8x8",
        "A",
    ): "Usage: layerwise new [OPTIONS] NAME\nTry 'layerwise new --help' for help.\n\nError: Invalid "
    "value for --input: the template is for images; expected height × width × channels, like 224x224x3, got '8x8'\n",
    (
        "--input",
        "8x8x",
        "A",
    ): "Usage: layerwise new [OPTIONS] NAME\nTry 'layerwise new --help' for help.\n\nError: Invalid "
    "value for --input: expected height × width × channels, like 224x224x3; 8000x1 for sequences, 16x112x112x3 for "
    "volumes, got '8x8x'\n",
}


@pytest.mark.parametrize("call", REFUSED)
def test_refusals(call: tuple[str, ...], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = here / "networks"
    folder.mkdir()
    (folder / "there.yml").write_text("name: There\nvariants:\n  One:\n  Two:\n")
    (folder / "other.yaml").write_text("")
    (folder / "o-s.yml").write_text("")
    before = {path.name: path.read_text() for path in folder.iterdir()}
    assert main(["new", *call]) == (1 if "\x01" in call[0] else 2)
    assert capsys.readouterr().err == REFUSED[call]
    assert {path.name: path.read_text() for path in folder.iterdir()} == before


@pytest.mark.usefixtures("here")
def test_force_replaces_the_file() -> None:
    assert main(["new", "Tiny"]) == 0
    file = Path("networks/tiny.yml")
    file.write_text("mine")
    assert main(["new", "--force", "Tiny"]) == 0
    assert file.read_text() != "mine"


def test_print_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--print", "Tiny"]) == 0
    assert "\nname: Tiny  #" in capsys.readouterr().out
    assert list(here.iterdir()) == []
