"""The tables of a network's file against the records of its layers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from layerwise import Network, loads, network
from layerwise.network.catalogue import Entry
from layerwise.network.claims import check
from layerwise.report.data import export

SHARED = """\
name: Shared
input: 8x8x3
layers:
  - concat:
      left: [{conv: 3x3x4, norm: batch_norm, share: tower}]
      right: [{max_pool: 1x1}, {conv: 3x3x4, norm: batch_norm, share: tower}]
  - output: [{fc: 2}]
  - {fc: 2}
"""


def file_of(subject: Network) -> Any:
    entry = Entry(subject, check(subject)[0], Path("test.yml"))
    return json.loads(export.network_files(entry)[f"{export.ROOT}/networks/{subject.slug}.json"])


def records(table: Any) -> list[dict[str, Any]]:
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


@pytest.mark.parametrize("name", ["resnet-50", "googlenet", "shared"])
def test_tables_have_everything_that_records_have(name: str) -> None:
    subject = loads(SHARED) if name == "shared" else network(name)
    data = file_of(subject)
    rows, places, operations = (records(data.pop(table)) for table in ("layers", "places", "operations"))
    layers = [row | places[row["place"]] | operations[row["operation"]] for row in rows]
    numbered = [
        {"index": index, **{key: value for key, value in layer.items() if key not in ("place", "operation")}}
        for index, layer in enumerate(layers)
    ]
    assert {**data, "layers": numbered} == subject.to_dict()


def test_equal_operations_are_one_row() -> None:
    text = "{name: A, input: 8x8x4, layers: [{conv: 3x3x4, padding: 1}, relu, {conv: 3x3x4, padding: 1}, relu]}"
    data = file_of(loads(text))
    assert [layer["operation"] for layer in records(data["layers"])] == [0, 1, 0, 1]
    assert [operation["kind"] for operation in records(data["operations"])] == ["conv", "relu"]
