"""The machine-readable reference on the built site."""

from __future__ import annotations

import csv
import functools
import json
import re
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from math import prod
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from layerwise.definition.schema import text
from layerwise.network.catalogue import Catalogue
from layerwise.report.citation import Edition
from layerwise.report.data import openapi
from layerwise.report.data.export import ROOT
from tests.built_site.conftest import Soup

DATA = Path(__file__).parents[1] / "data"
OPENAPI = json.loads((DATA / "openapi-3.1.json").read_text(encoding="utf-8"))
"""The OpenAPI Initiative's schema of descriptions, 2022-10-07, Apache License 2.0."""
PROMISED: dict[str, dict[str, str]] = json.loads((DATA / "api-v1.json").read_text(encoding="utf-8"))
"""The fields that programs rely on, by record, with their types. Lines are added here, never changed or taken out."""
CSV_COLUMNS = [
    "slug", "name", "family", "aliases", "year", "input", "parameters", "main_parameters", "buffers", "memory_bytes",
    "macs", "activations", "depth", "receptive_field", "top1", "url", "task", "dataset",
    "peak_bytes", "peak_bytes_in_place", "peak_layer", "citation",
]  # fmt: skip
"""The columns of networks.csv that programs rely on; more may follow."""


def test_schema_lies_where_published_definitions_look_for_it(site: Path) -> None:
    definition = site / "definitions" / "lenet-5.yml"
    address = definition.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")[2]
    assert (definition.parent / address).read_text(encoding="utf-8") == text()


def read(site: Path, name: str) -> Any:
    return json.loads((site / "api" / "v1" / name).read_text(encoding="utf-8"))


def read_network(site: Path, slug: str) -> Any:
    """Return a network with each layer as one record, from the tables of its file."""
    data = read(site, f"networks/{slug}.json")
    layers, places, operations = (_records(data.pop(table)) for table in ("layers", "places", "operations"))
    data["layers"] = [layer | places[layer["place"]] | operations[layer["operation"]] for layer in layers]
    return data


def _records(table: Any) -> list[dict[str, Any]]:
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def test_networks_json_lists_every_network(site: Path, catalogue: Catalogue) -> None:
    listed = read(site, "networks.json")
    assert [entry["slug"] for entry in listed] == [entry.network.slug for entry in catalogue.entries]


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
        # 28·28·6 values into and 14·14·6 out of the first pooling
        "peak_bytes": 4 * (4704 + 1176),
        "peak_bytes_in_place": 4 * (4704 + 1176),
        "peak_layer": "MaxPool1",
    }
    assert {key: lenet[key] for key in expected} == expected


def test_layer_of_lenet(site: Path) -> None:
    layers = read_network(site, "lenet-5")["layers"]
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
        data = read_network(site, entry.network.slug)
        layers = data["layers"]
        assert sum(layer["parameters"] for layer in layers) == data["parameters"]
        main = [layer for layer in layers if layer["main_path"]]
        assert sum(layer["macs"] for layer in main) == data["macs"]
        assert sum(layer["activations"] for layer in main) == data["activations"]
        for layer in layers:
            assert sum(prod(sides) for sides in layer["tensors"].values()) == layer["parameters"]
            fed = [data["input"] if place < 0 else layers[place]["output"] for place in layer["from"]]
            assert fed == layer["inputs"] or layer["kind"] == "input"  # a further input has none


def test_options_say_what_no_other_field_does(site: Path) -> None:
    def options(slug: str, name: str) -> Any:
        layers = read_network(site, slug)["layers"]
        return next(layer["options"] for layer in layers if layer["name"] == name)

    assert options("lenet-5", "Conv1") is None
    assert options("googlenet", "MaxPool") == {"padding": "same"}  # paper, section 5: all padded to keep the grid
    assert options("googlenet-torchvision", "MaxPool1") == {"ceil": True}  # torchvision: ceil_mode=True
    assert options("vit-b-16", "Attention") == {"size": 12}  # paper, Table 1: 12 heads


@pytest.mark.parametrize("slug", ["lenet-5", "resnet-50", "googlenet"])
def test_csv_is_the_layer_table(slug: str, site: Path) -> None:
    with (site / "api" / "v1" / "networks" / f"{slug}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    data = read_network(site, slug)
    assert rows[0]["Network layer"] == "Input"
    assert len(rows) == 1 + len(data["layers"])
    assert sum(int(row["Number of parameters"]) for row in rows) == data["parameters"]


def test_definitions_can_be_downloaded(site: Path, catalogue: Catalogue) -> None:
    for entry in catalogue.entries:
        assert (site / "definitions" / entry.file.name).read_bytes() == entry.file.read_bytes()


# --- the description, and what is promised --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def description(site: Path) -> Any:
    return read(site, "openapi.json")


def test_description_is_openapi(description: Any) -> None:
    jsonschema_rs.validator_for(OPENAPI).validate(description)
    for schema in description["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


def test_what_is_described_is_there(site: Path, description: Any) -> None:
    for path, item in description["paths"].items():
        address = path.lstrip("/")
        for parameter in item["get"].get("parameters", []):
            address = address.replace(f"{{{parameter['name']}}}", parameter["example"])
        assert (site / address).is_file(), path


@pytest.mark.parametrize(
    ("site_url", "server"), [("https://example.org/layerwise/", "https://example.org/layerwise"), ("", "../..")]
)
def test_description_names_the_server(site_url: str, server: str) -> None:
    assert openapi.description(ROOT, Edition(site_url))["servers"] == [{"url": server}]


def test_every_answer_is_as_described(site: Path, description: Any) -> None:
    schemas = description["components"]["schemas"]

    def validator(name: str) -> Any:
        reference = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
        return jsonschema_rs.Draft202012Validator(reference)

    listed = read(site, "networks.json")
    summary, network = validator("Summary"), validator("Network")
    for entry in listed:
        summary.validate(entry)
        assert entry.keys() == schemas["Summary"]["properties"].keys()
        data = read(site, f"networks/{entry['slug']}.json")
        network.validate(data)
        assert entry.items() <= data.items()
        assert data.keys() == schemas["Network"]["properties"].keys()
        for table, record in (("layers", "Layer"), ("places", "Place"), ("operations", "Operation")):
            assert data[table]["columns"] == [*schemas[record]["properties"]]
        for claim in data["claims"]:
            assert claim.keys() == schemas["Claim"]["properties"].keys()


def test_a_wrong_answer_is_not_as_described(site: Path, description: Any) -> None:
    lenet = read(site, "networks/lenet-5.json")
    reference = {"$ref": "#/components/schemas/Network", "components": description["components"]}
    validator = jsonschema_rs.Draft202012Validator(reference)
    assert validator.is_valid(lenet)
    (conv1, *_) = lenet["operations"]["rows"]
    conv1[lenet["operations"]["columns"].index("output")] = "28x28x6"
    assert not validator.is_valid(lenet)
    lenet["operations"]["rows"][0] = conv1[:-1]
    assert not validator.is_valid(lenet)


def test_promised_fields_stay(description: Any) -> None:
    schemas = description["components"]["schemas"]
    for record, fields in PROMISED.items():
        for field, words in fields.items():
            assert openapi.type_of(schemas[record]["properties"][field]) == words, f"{record}.{field}"
            assert field in schemas[record]["required"]


def test_new_fields_are_also_promised(description: Any) -> None:
    fields = {record: set(schema["properties"]) for record, schema in description["components"]["schemas"].items()}
    assert {record: set(promised) for record, promised in PROMISED.items()} == fields, "add them to api-v1.json"


def test_every_field_says_what_it_means(description: Any) -> None:
    for record in ("Summary", "Network", "Layer", "Place", "Operation"):
        fields = description["components"]["schemas"][record]["properties"]
        assert [name for name, field in fields.items() if not field.get("description")] == []


def test_networks_csv_is_the_list(site: Path) -> None:
    with (site / ROOT / "networks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[: len(CSV_COLUMNS)] == CSV_COLUMNS
    for row, network in zip(rows, read(site, "networks.json"), strict=True):
        shape, aliases = "x".join(map(str, network["input"])), "; ".join(network["aliases"])
        expected = network | {"input": shape, "aliases": aliases}
        assert row == {key: "" if value is None else str(value) for key, value in expected.items()}


# --- the page on the data -------------------------------------------------------------------------------------------


def test_page_lists_every_field(soup: Soup) -> None:
    heads = [head.get_text() for head in soup("api").select("table.lw-fields tbody th")]
    assert set(heads) == {
        field for record in ("Network", "Layer", "Place", "Operation", "Claim") for field in PROMISED[record]
    }


def test_example_in_python_runs(site: Path, soup: Soup) -> None:
    examples = [code.get_text() for code in soup("api").select(".highlight code")]
    (example,) = (code for code in examples if "import json" in code)
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(SimpleHTTPRequestHandler, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        example = re.sub(r"http://127\.0\.0\.1:8000/", f"http://127.0.0.1:{server.server_port}/", example)
        printed = subprocess.run(
            [sys.executable, "-c", example], capture_output=True, text=True, check=True, encoding="utf-8"
        ).stdout
        server.shutdown()
    assert printed.splitlines()[0] == "LeNet-5 61706"  # the source table's total
    assert len(printed.splitlines()) == 1 + 7  # and its seven layers
