"""Published accuracies: every figure of every definition equals the row of its source in tests/data/accuracy."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from layerwise.core.shape import times
from layerwise.definition.metadata import Accuracy
from layerwise.network.catalogue import Catalogue, Entry

DATA = Path(__file__).parents[1] / "data" / "accuracy"
SOURCES = ("torchvision 0.29.1", "", "timm results 7479d45", "mmpretrain 1.2.0", "keras.io", "pytorchcv 0.0.74")
"""Sources in the order in which definitions list them; the empty one is any document of a network's authors."""
EXTRA = {
    "swag": "Instagram, 3.6 billion images",
    "ig1b": "Instagram, 1 billion images",
    "yfcc100m": "YFCC100M",
    "jft": "JFT-300M",
    "ssld_stage1_in22k": "ImageNet-22k and a teacher network",
    "ssld": "a teacher network",
    "dist_in22k": "ImageNet-22k and a teacher network",
    "distilled": "a teacher network",
    "dist_": "a teacher network",
    "in22k": "ImageNet-22k",
    "in21k": "ImageNet-21k",
    "in12k": "ImageNet-12k",
}
"""Training data in addition to ImageNet-1k, by a part of the names of model or weights; the first one counts."""
LOOSELY_COUNTED = Decimal("0.02")
"""The largest relative difference of a parameter count in a document, which may include running statistics."""


class Row(NamedTuple):
    """A published accuracy, as text."""

    source: str
    model: str
    weights: str | None
    top1: Decimal
    top5: Decimal | None
    parameters: Decimal | None
    """In millions."""
    digits: Decimal
    """The largest difference of the parameter count, in millions."""
    test: str | None
    crop: Decimal | None


def read(name: str) -> Iterator[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def torchvision() -> Iterator[Row]:
    for row in read("torchvision"):
        crop = round(Decimal(row["crop_size"]) / Decimal(row["resize_size"]), 3)
        yield Row(
            "torchvision 0.29.1", row["model"], row["weights"], Decimal(row["acc@1"]), Decimal(row["acc@5"]),
            millions(row["num_params"]), Decimal(0), square(row["crop_size"]), crop,
        )  # fmt: skip


def timm() -> Iterator[Row]:
    for row in read("timm"):
        model, _, weights = row["model"].partition(".")
        assert Decimal(row["top1"]) + Decimal(row["top1_err"]) == 100
        assert Decimal(row["top5"]) + Decimal(row["top5_err"]) == 100
        yield Row(
            "timm results 7479d45", model, weights, Decimal(row["top1"]), Decimal(row["top5"]),
            Decimal(row["param_count"]), Decimal("0.005"), square(row["img_size"]), Decimal(row["crop_pct"]),
        )  # fmt: skip


def pytorchcv() -> Iterator[Row]:
    for row in read("pytorchcv"):
        yield Row(
            "pytorchcv 0.0.74", row["model_name"], None, 100 - Decimal(row["Top1"]), 100 - Decimal(row["Top5"]),
            millions(row["Params"]), Decimal(0), square(row["img_size"]), Decimal(row["img_scale"]),
        )  # fmt: skip


def documents() -> Iterator[Row]:
    for row in read("documents"):
        top1, top5 = (accuracy(row[key], row["metric"]) if row[key] else None for key in ("top1", "top5"))
        assert top1 is not None
        count = Decimal(row["parameters"]) if row["parameters"] else None
        last_digit = Decimal(1).scaleb(count.as_tuple().exponent) if count else Decimal(0)  # type: ignore[arg-type]
        yield Row(
            row["source"], row["model"], None, top1, top5, count, max(last_digit, (count or 0) * LOOSELY_COUNTED),
            row["test"] or None, Decimal(row["crop"]) if row["crop"] else None,
        )  # fmt: skip


def accuracy(printed: str, metric: str) -> Decimal:
    return 100 - Decimal(printed) if metric == "error" else Decimal(printed)


def millions(count: str) -> Decimal:
    return Decimal(count).scaleb(-6)


def square(side: str) -> str:
    return f"{side}x{side}"


ROWS = {
    (row.source, row.model, row.weights, row.test): row for row in (*torchvision(), *timm(), *pytorchcv(), *documents())
}


def written(accuracy: Accuracy) -> str | None:
    return times(accuracy.test).replace("×", "x") if accuracy.test else None


def row_of(accuracy: Accuracy) -> Row:
    return ROWS[accuracy.source, accuracy.model or "", accuracy.weights, written(accuracy)]


def figures(catalogue: Catalogue) -> list[tuple[Entry, Accuracy]]:
    return [(entry, accuracy) for entry in catalogue.entries for accuracy in entry.network.variant.metadata.accuracies]


def test_every_figure_is_that_of_its_source(catalogue: Catalogue) -> None:
    wrong = []
    for entry, accuracy in figures(catalogue):
        row = row_of(accuracy)
        found = [None if value is None else float(value) for value in (row.top1, row.top5, row.crop)]
        if found != [accuracy.top1, accuracy.top5, accuracy.crop]:
            wrong.append((entry.network.slug, row))
    assert not wrong


def test_every_figure_is_of_the_network_of_its_page(catalogue: Catalogue) -> None:
    """The source counts the same parameters, to the digits it prints, with or without side outputs."""
    wrong = []
    for entry, accuracy in figures(catalogue):
        row = row_of(accuracy)
        counts = (Decimal(count).scaleb(-6) for count in (entry.network.parameters, entry.network.main.parameters))
        if row.parameters is not None and all(abs(count - row.parameters) > row.digits for count in counts):
            wrong.append((entry.network.slug, entry.network.parameters, row.model, row.parameters))
    assert not wrong


def test_no_figure_belongs_to_two_networks(catalogue: Catalogue) -> None:
    rows = [(entry.network.slug, row_of(accuracy)) for entry, accuracy in figures(catalogue)]
    owners: dict[Row, set[str]] = {}
    for slug, row in rows:
        owners.setdefault(row, set()).add(slug)
    assert {row: slugs for row, slugs in owners.items() if len(slugs) > 1} == {}
    assert len(rows) == len(set(rows)), "a figure occurs twice"


def test_every_row_is_used(catalogue: Catalogue) -> None:
    used = {row_of(accuracy) for _, accuracy in figures(catalogue)}
    assert [row for row in ROWS.values() if row not in used] == []


def test_extra_training_data_are_those_of_the_weights(catalogue: Catalogue) -> None:
    for entry, accuracy in figures(catalogue):
        name = f"{accuracy.model} {accuracy.weights}".lower()
        expected = next((extra for part, extra in EXTRA.items() if part in name), None)
        assert accuracy.extra == expected, (entry.network.slug, name)


def test_definitions_list_sources_in_one_order(catalogue: Catalogue) -> None:
    """Also the order of preference; weights that need extra data come last within a source."""
    for entry in catalogue.entries:
        accuracies = entry.network.variant.metadata.accuracies
        order = [
            (SOURCES.index(accuracy.source) if accuracy.source in SOURCES else 1, accuracy.extra is not None)
            for accuracy in accuracies
        ]
        assert order == sorted(order), entry.network.slug


@pytest.mark.parametrize(
    ("slug", "top1"),
    [
        # by hand from the sources
        ("rexnet-1-0", 77.846),
        ("resnet-50", 75.3),
        ("resnet-50-v1-5", 76.13),
        ("mobilenetv1-1-0", 70.9),
        ("googlenet", 68.7),
        ("mnasnet-a1", 75.464),
        ("hrnet-w32", 78.456),
        ("convnext-v2-h", 86.618),
    ],
)
def test_shown_figures(catalogue: Catalogue, slug: str, top1: float) -> None:
    accuracy = catalogue.entry(slug).network.variant.metadata.accuracy
    assert accuracy is not None
    assert accuracy.top1 == top1
