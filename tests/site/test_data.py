"""The machine-readable reference on the built site."""

from __future__ import annotations

import csv
import json
from math import prod
from pathlib import Path
from typing import Any

import pytest

from generator.catalogue import Catalogue

SUMMARY = {
    "slug", "name", "family", "year", "input", "parameters", "memory_bytes", "macs", "activations", "depth", "url",
}  # fmt: skip
LAYER = {
    "name", "kind", "category", "path", "input", "filter", "stride", "padding", "output", "formula", "parameters",
    "tensors", "macs", "activations", "receptive_field",
}  # fmt: skip
CLAIM = {"source", "model", "figure", "published", "computed", "agrees", "note"}


def read(site: Path, name: str) -> Any:
    return json.loads((site / "api" / "v1" / name).read_text(encoding="utf-8"))


def test_networks_json_lists_every_network(site: Path, catalogue: Catalogue) -> None:
    listed = read(site, "networks.json")
    assert [entry["slug"] for entry in listed] == [entry.network.slug for entry in catalogue.entries]
    assert all(entry.keys() >= SUMMARY for entry in listed)


def test_lenet_figures(site: Path) -> None:
    lenet = next(entry for entry in read(site, "networks.json") if entry["slug"] == "lenet-5")
    # source table: 61,706 parameters of 4 bytes; MACs by hand: 28·28·5·5·6 + 10·10·5·5·6·16 + 48,000 + 10,080 + 840
    expected = {
        "parameters": 61706,
        "memory_bytes": 246824,
        "macs": 416520,
        "depth": 5,
        "input": [32, 32, 1],
        "year": 1998,
    }
    assert {key: lenet[key] for key in expected} == expected


def test_layer_of_lenet(site: Path) -> None:
    layers = read(site, "networks/lenet-5.json")["layers"]
    fc1 = next(layer for layer in layers if layer["name"] == "FC1")
    expected = {
        "kind": "fc", "path": [], "input": [5, 5, 16], "filter": [120], "stride": None, "padding": None,
        "output": [120], "formula": "5×5×16×120 + 120", "parameters": 48120,
        "tensors": {"weight": [5, 5, 16, 120], "bias": [120]},
        "macs": 48000, "activations": 120, "receptive_field": None,
    }  # fmt: skip
    assert {key: fc1[key] for key in expected} == expected


def test_every_network_adds_up(site: Path, catalogue: Catalogue) -> None:
    for entry in catalogue.entries:
        data = read(site, f"networks/{entry.network.slug}.json")
        layers = data["layers"]
        assert all(layer.keys() >= LAYER for layer in layers)
        assert all(claim.keys() >= CLAIM for claim in data["claims"])
        assert sum(layer["parameters"] for layer in layers) == data["parameters"]
        main = [layer for layer in layers if layer["main_path"]]
        assert sum(layer["macs"] for layer in main) == data["macs"]
        assert sum(layer["activations"] for layer in main) == data["activations"]
        for layer in layers:
            assert sum(prod(sides) for sides in layer["tensors"].values()) == layer["parameters"]
            fed = [data["input"] if place < 0 else layers[place]["output"] for place in layer["from"]]
            assert fed == layer["inputs"]


def test_options_say_what_no_other_field_does(site: Path) -> None:
    def options(slug: str, name: str) -> Any:
        layers = read(site, f"networks/{slug}.json")["layers"]
        return next(layer["options"] for layer in layers if layer["name"] == name)

    assert options("lenet-5", "Conv1") is None
    assert options("googlenet", "MaxPool") == {"padding": "same"}  # paper, section 5: all padded to keep the grid
    assert options("googlenet-torchvision", "MaxPool1") == {"ceil": True}  # torchvision: ceil_mode=True
    assert options("vit-b-16", "Attention") == {"size": 12}  # paper, Table 1: 12 heads


@pytest.mark.parametrize("slug", ["lenet-5", "resnet-50", "googlenet"])
def test_csv_is_the_layer_table(slug: str, site: Path) -> None:
    with (site / "api" / "v1" / "networks" / f"{slug}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    data = read(site, f"networks/{slug}.json")
    assert rows[0]["Network layer"] == "Input"
    assert len(rows) == 1 + len(data["layers"])
    assert sum(int(row["Number of parameters"]) for row in rows) == data["parameters"]


def test_definitions_can_be_downloaded(site: Path, catalogue: Catalogue) -> None:
    for entry in catalogue.entries:
        assert (site / "definitions" / entry.file.name).read_bytes() == entry.file.read_bytes()
