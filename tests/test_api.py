"""The public API: ``import layerwise``."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from pathlib import Path

import pytest

import layerwise
from layerwise import extension
from layerwise.report import library
from tests.conftest import NETWORKS
from tests.terminal import ROOT, environment

TWO = """\
name: Two
input: 8x8x3
parameters: {n: }
variants: {A 1: {with: {n: 1}}, B: {with: {n: 2}}}
layers: [{fc: $n}]
"""


def test_lenet() -> None:
    # LeCun et al., 1998, with every map of C3 connected: 156 + 2,416 + 48,120 + 10,164 + 850
    network: layerwise.Network = layerwise.load(NETWORKS / "lenet-5.yml")
    assert network.name == "LeNet-5"
    assert network.input == (32, 32, 1)
    assert network.parameters == 61_706
    assert network.memory_bytes == 4 * 61_706
    # 28·28·25·6 + 10·10·150·16 + 400·120 + 120·84 + 84·10
    assert network.macs == 416_520
    assert network.depth == 5
    layers: list[layerwise.Layer] = network.layers
    assert sum(layer.parameters for layer in layers) == 61_706
    assert network.activations == sum(layer.activations for layer in layers)


def test_a_variant_of_a_family() -> None:
    # Simonyan & Zisserman, 2014, configuration D, as torchvision counts it
    for variant in ("VGG-16", "vgg-16"):
        network = layerwise.load(str(NETWORKS / "vgg.yml"), variant)
        assert (network.parameters, network.depth) == (138_357_544, 16)


def test_a_network_of_the_catalogue() -> None:
    # He et al., 2015, and Simonyan & Zisserman, 2014, as torchvision counts them
    for name, parameters in (("resnet-50", 25_557_032), ("VGG-16", 138_357_544)):
        network: layerwise.Network = layerwise.network(name)
        assert network.parameters == parameters
    with pytest.raises(layerwise.UnknownNetworkError, match="'resnet' is a family; name one of its networks: "):
        layerwise.network("resnet")
    with pytest.raises(layerwise.UnknownNetworkError, match="no network 'resnet-51'; did you mean"):
        layerwise.network("ResNet-51")


def test_a_network_as_data() -> None:
    data = layerwise.network("lenet-5").to_dict()
    assert data == json.loads(json.dumps(data))
    assert (data["parameters"], data["macs"], data["input"]) == (61_706, 416_520, [32, 32, 1])
    assert sum(layer["parameters"] for layer in data["layers"]) == 61_706
    assert all(claim["agrees"] for claim in data["claims"] if not claim["note"])


def test_a_network_as_markdown() -> None:
    lines = layerwise.loads("{name: A_B, input: 8x8x3, layers: [{conv: 3x3x4}, {fc: 10}]}").to_markdown().splitlines()
    assert lines[0].startswith("**A&#95;B**: Parameters 1,562, ") or lines[0].startswith("**A_B**: Parameters 1,562, ")
    assert lines[2].startswith("| Network layer | Input |")


def test_a_definition_as_a_string() -> None:
    network = layerwise.loads("{name: A, input: 8x8x3, layers: [{conv: 3x3x4}, {fc: 10}]}")
    assert network.parameters == (3 * 3 * 3 * 4 + 4) + (6 * 6 * 4 * 10 + 10)
    assert layerwise.loads(TWO, "a-1").name == "A 1"


def test_differences() -> None:
    old, new = layerwise.loads(TWO, "A 1"), layerwise.loads(TWO, "B")
    (step,) = layerwise.diff(old, new)
    assert not step.is_equal
    assert all(step.is_equal for step in layerwise.diff(old, old))


WRONG_VARIANTS = {
    None: "two.yml has several networks; name one of them: A 1, B",
    "C": "no network 'C' in two.yml; networks: A 1, B",
    "A1": "no network 'A1' in two.yml; did you mean 'A 1'?",
}


@pytest.mark.parametrize("variant", WRONG_VARIANTS)
def test_the_variants_are_listed(variant: str | None) -> None:
    with pytest.raises(layerwise.LayerwiseError) as error:
        layerwise.loads(TWO, variant, "two.yml")
    assert str(error.value) == WRONG_VARIANTS[variant]


WRONG = {
    "name: A\ninput: 8x8x3\nlayers: [{cnv: 1}]\n": "a.yml:3:11: ",
    "name: A\ninput: 8x8x3\nlayers: [{conv: 9x9x2}]\n": "a.yml:3:17: ",
    # 8·8·3 + 1 parameters
    "name: A\ninput: 8x8x3\nlayers: [{fc: 1}]\nclaims: [{source: x, parameters: 194}]\n": "a.yml:4:34: ",
}


@pytest.mark.parametrize("text", WRONG)
def test_errors_have_a_position(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(text)
    with pytest.raises(layerwise.DefinitionError) as error:
        layerwise.load(tmp_path / "a.yml")
    (diagnostic,) = error.value.diagnostics
    assert isinstance(diagnostic, layerwise.Diagnostic)
    assert str(diagnostic).startswith(f"{tmp_path}/{WRONG[text]}")


def test_a_file_that_does_not_exist() -> None:
    with pytest.raises(layerwise.DefinitionError, match=r"^none\.yml:1:1: cannot be read: No such file or directory$"):
        layerwise.load("none.yml")


def test_every_public_name_exists() -> None:
    assert all(getattr(layerwise, name) for name in layerwise.__all__)
    assert {*layerwise.__all__} <= {*dir(layerwise)}
    assert not hasattr(layerwise, "nothing")


def test_the_examples_in_the_docstring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for module in (layerwise, library, extension):
        failed, attempted = doctest.testmod(module)
        assert attempted > 2
        assert failed == 0


def test_importing_is_cheap() -> None:
    code = "import layerwise, sys; print({'yaml', 'dataclasses', 'layerwise.core'} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, check=True)
    assert run.stdout == b"set()\n"
