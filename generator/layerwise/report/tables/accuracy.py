"""Published accuracies: the cell of a list, the table of a network, and the table of all sources."""

from __future__ import annotations

from collections import Counter

from layerwise.core.shape import times
from layerwise.definition.metadata import Accuracy
from layerwise.network.catalogue import Catalogue, Entry
from layerwise.network.graph import Network
from layerwise.report.formatting import grouped
from layerwise.report.tables.model import Cell, Column, Row, Table


def top1(accuracy: Accuracy | None) -> str:
    """``76.13 %``, or nothing if there is no accuracy."""
    return f"{accuracy.top1:.2f} %" if accuracy else ""


def top1_cell(accuracy: Accuracy | None) -> Cell | str:
    """The top-1 accuracy in a list, with its source as a tooltip."""
    return Cell(top1(accuracy), sort=accuracy.top1, title=source(accuracy)) if accuracy else ""


def source(accuracy: Accuracy) -> str:
    """The source in one line: ``torchvision 0.29.1, resnet50 IMAGENET1K_V1, 224×224, crop 0.875``."""
    model = " ".join(filter(None, (accuracy.model, accuracy.weights)))
    crop = f"crop {accuracy.crop:g}" if accuracy.crop else ""
    extra = f"with {accuracy.extra}" if accuracy.extra else ""
    return ", ".join(filter(None, (accuracy.source, model, test_size(accuracy), crop, extra)))


def test_size(accuracy: Accuracy) -> str:
    """The size of the test images; empty if the source does not state it."""
    return times(accuracy.test) if accuracy.test else ""


def network_table(network: Network) -> Table:
    """All published accuracies of a network; the figure of the lists is marked."""
    metadata = network.variant.metadata
    columns = [
        Column("Source"),
        Column("Top-1", numeric=True),
        Column("Top-5", numeric=True),
        Column("Weights"),
        Column("Test size"),
        Column("Crop", numeric=True),
        Column("Training data", css="lw-text"),
    ]
    rows = [_row(accuracy, network, is_shown=accuracy is metadata.accuracy) for accuracy in metadata.accuracies]
    return Table(columns, rows, css="lw-accuracies", caption=f"Published ImageNet accuracy of {network.name}")


def _row(accuracy: Accuracy, network: Network, *, is_shown: bool) -> Row:
    name = f"{accuracy.source}, {accuracy.model}" if accuracy.model else accuracy.source
    return Row(
        Cell(name, link=accuracy.url or "", before="shown in lists" if is_shown else ""),
        [
            f"{accuracy.top1:g} %",
            f"{accuracy.top5:g} %" if accuracy.top5 is not None else "",
            accuracy.weights or "",
            _compared_test_size(accuracy, network),
            f"{accuracy.crop:g}" if accuracy.crop else "",
            f"ImageNet-1k, {accuracy.extra}" if accuracy.extra else "ImageNet-1k",
        ],
    )


def _compared_test_size(accuracy: Accuracy, network: Network) -> str:
    """The size of the test images, with that of the input of this page if they differ."""
    size, own = test_size(accuracy), times(tuple(network.input)[:2])
    return f"{size}, not {own}" if size and size != own else size


def figures(catalogue: Catalogue) -> list[tuple[Entry, Accuracy]]:
    """All published accuracies of all networks."""
    return [(entry, accuracy) for entry in catalogue.entries for accuracy in entry.network.variant.metadata.accuracies]


def shown(catalogue: Catalogue) -> list[Accuracy]:
    """The accuracies that lists and charts show, one for each network that has any."""
    found = (entry.network.variant.metadata.accuracy for entry in catalogue.entries)
    return [accuracy for accuracy in found if accuracy]


def sources_table(catalogue: Catalogue) -> Table:
    """The numbers of networks and figures of each source, and the number of figures that lists show."""
    found = [(_publisher(accuracy), entry.network.slug) for entry, accuracy in figures(catalogue)]
    counts = Counter(publisher for publisher, _ in found)
    networks = Counter(publisher for publisher, _ in set(found))
    in_lists = Counter(map(_publisher, shown(catalogue)))
    rows = [
        Row(publisher, [grouped(networks[publisher]), grouped(count), grouped(in_lists[publisher])])
        for publisher, count in counts.most_common()
    ]
    sums = [len(shown(catalogue)), counts.total(), in_lists.total()]
    columns = [Column("Source"), *(Column(title, numeric=True) for title in ("Networks", "Figures", "Shown in lists"))]
    total = Row("All sources", [grouped(number) for number in sums], css="lw-total", is_head=True)
    return Table(columns, rows, [total], css="lw-sources", caption="Published accuracies by source")


def _publisher(accuracy: Accuracy) -> str:
    """A source without the name of its document."""
    return accuracy.source.partition(", ")[0]
