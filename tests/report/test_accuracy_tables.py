"""Published accuracies as lists and pages print them."""

from __future__ import annotations

from layerwise.definition.metadata import Accuracy
from layerwise.network.catalogue import Catalogue
from layerwise.report.tables.accuracy import figures, network_table, shown, source, sources_table, top1, top1_cell
from layerwise.report.tables.model import Cell, Row

EVERYTHING = Accuracy(
    top1=76.13,
    top5=92.862,
    source="torchvision 0.29.1",
    model="resnet50",
    weights="IMAGENET1K_V1",
    test=(224, 224),
    crop=0.875,
    extra="ImageNet-21k",
)


def texts(row: Row) -> list[str]:
    return [cell.text if isinstance(cell, Cell) else cell for cell in (row.head, *row.cells)]


def test_source_in_one_line() -> None:
    assert source(EVERYTHING) == "torchvision 0.29.1, resnet50 IMAGENET1K_V1, 224×224, crop 0.875, with ImageNet-21k"
    assert source(Accuracy(top1=70.0, source="paper, Table 1")) == "paper, Table 1"


def test_lists_print_two_decimals_and_name_the_source() -> None:
    cell = top1_cell(EVERYTHING)
    assert isinstance(cell, Cell)
    assert (cell.text, cell.sort, cell.title) == ("76.13 %", 76.13, source(EVERYTHING))
    assert (top1(None), top1_cell(None)) == ("", "")


def test_table_of_a_network_marks_the_figure_of_the_lists(catalogue: Catalogue) -> None:
    table = network_table(catalogue.entry("regnety-16gf").network)
    marked = [row for row in table.rows if isinstance(row.head, Cell) and row.head.before]
    # torchvision 0.29.1, RegNet_Y_16GF_Weights.IMAGENET1K_V1
    assert [texts(row) for row in marked] == [
        ["torchvision 0.29.1, regnet_y_16gf", "80.424 %", "95.24 %", "IMAGENET1K_V1", "224×224", "0.875", "ImageNet-1k"]
    ]


def test_table_of_a_network_shows_a_test_at_another_size(catalogue: Catalogue) -> None:
    rows = network_table(catalogue.entry("regnety-16gf").network).rows
    # torchvision 0.29.1, RegNet_Y_16GF_Weights.IMAGENET1K_SWAG_E2E_V1: crop_size=384, resize_size=384
    (row,) = [texts(row) for row in rows if "IMAGENET1K_SWAG_E2E_V1" in texts(row)]
    assert row[4:] == ["384×384, not 224×224", "1", "ImageNet-1k, Instagram, 3.6 billion images"]


def test_table_of_sources_adds_up(catalogue: Catalogue) -> None:
    table = sources_table(catalogue)
    columns = list(zip(*([int(text) for text in texts(row)[1:]] for row in table.rows), strict=True))
    total = [int(text) for text in texts(table.foot[0])[1:]]
    assert total[1:] == [sum(columns[1]), sum(columns[2])] == [len(figures(catalogue)), len(shown(catalogue))]
    assert total[0] == len(shown(catalogue)) <= sum(columns[0])
