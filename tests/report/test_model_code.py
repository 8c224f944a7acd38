"""The code that makes a network in torchvision, timm or Keras."""

from __future__ import annotations

import ast

import pytest

from layerwise.network.catalogue import Catalogue
from layerwise.report.model_code import ModelCode, model_codes
from tests.conftest import NETWORKS
from tests.dense_data import load


def codes(catalogue: Catalogue, slug: str) -> dict[str, ModelCode]:
    return {code.library: code for code in model_codes(catalogue.entry(slug))}


@pytest.mark.parametrize(
    ("slug", "library", "call"),
    [
        ("resnet-18", "torchvision", 'torchvision.models.resnet18(weights="IMAGENET1K_V1")'),
        ("r3d-18", "torchvision", 'torchvision.models.video.r3d_18(weights="DEFAULT")'),
        ("fcos", "torchvision", 'torchvision.models.detection.fcos_resnet50_fpn(weights="DEFAULT")'),
        ("vgg-16", "Keras", 'keras.applications.VGG16(weights="imagenet")'),
        ("rexnet-1-0", "timm", 'timm.create_model("rexnet_100", pretrained=True)'),
    ],
)
def test_the_same_network(catalogue: Catalogue, slug: str, library: str, call: str) -> None:
    code = codes(catalogue, slug)[library]
    assert code.code.endswith(f"model = {call}")
    assert code.warnings == []


def test_another_version_is_a_warning(catalogue: Catalogue) -> None:
    found = codes(catalogue, "resnet-50")
    # torchvision's ResNet-50 is v1.5; the MACs are those that torchvision and pytorchcv publish
    assert found["torchvision"].warnings == ["4.089 G MACs instead of 3.858 G: v1.5, with the stride on the 3×3"]
    assert found["Keras"].warnings[0].startswith("25,636,712 parameters instead of 25,557,032: its convolutions have")
    assert codes(catalogue, "resnet-50-v1-5")["torchvision"].warnings == []


def test_figures_with_one_reason_are_one_warning(catalogue: Catalogue) -> None:
    (warning,) = codes(catalogue, "alexnet")["torchvision"].warnings
    # 61,100,840 and 714,188,480 of torchvision; Krizhevsky et al. have 62,378,344 in two towers
    assert warning.startswith("61,100,840 parameters instead of 62,378,344, 714.2 M MACs instead of 1.135 G: it is the")


def test_counted_running_statistics_are_no_difference(catalogue: Catalogue) -> None:
    assert codes(catalogue, "densenet-121")["Keras"].warnings == []


@pytest.mark.parametrize("slug", ["lenet-5", "unet", "resnet-110"])
def test_no_code_without_a_claim(catalogue: Catalogue, slug: str) -> None:
    assert model_codes(catalogue.entry(slug)) == []


def test_an_expression_is_no_model(catalogue: Catalogue) -> None:
    claims = {claim.claim.model for entry in catalogue.entries for claim in entry.claims}
    assert "DenseNet(32, (6, 12, 64, 48), 64)" in claims
    assert "torchvision.models.DenseNet(" not in str([model_codes(entry) for entry in catalogue.entries])


def test_torchvision_has_the_models(catalogue: Catalogue) -> None:
    files = {path.stem.partition("@")[0] for path in (NETWORKS.parent / "tests" / "data" / "reference").glob("*.jsonl")}
    named = {code.code for entry in catalogue.entries for code in model_codes(entry) if code.library == "torchvision"}
    called = {code.rpartition("models.")[2].partition("(")[0] for code in named}
    assert {name.rpartition(".")[2] for name in called} <= files | load().keys()


def test_the_code_parses(catalogue: Catalogue) -> None:
    found = [code.code for entry in catalogue.entries for code in model_codes(entry)]
    assert len(found) > 200
    for code in found:
        ast.parse(code)
