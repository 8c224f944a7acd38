"""The values by which the catalogue can be filtered, and the short form in which its rows refer to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from layerwise.network.catalogue import Catalogue, Entry
from layerwise.network.liveness import peak
from layerwise.report.formatting import KB
from layerwise.report.reference.layers import kinds_of

NUMBER_TYPES = {"fp32": 32, "fp16": 16, "int8": 8, "int4": 4}
"""The number types for which a network can fit a device, with their bits."""


class Facets(NamedTuple):
    """Names that networks share, each list in the order in which a form offers them."""

    families: list[str]
    tasks: list[str]
    datasets: list[str]
    kinds: list[str]
    """Layer types, as layers or as options of layers."""


class Range(NamedTuple):
    """A figure that can be limited on both sides."""

    key: str
    """The title of its column in lower case, and its name in addresses."""
    title: str
    unit: str
    """The units in which readers type it: count, bytes or number."""
    low: str
    high: str


def facets(entries: Sequence[Entry]) -> Facets:
    """The facets of networks."""
    metadata = [entry.network.variant.metadata for entry in entries]
    return Facets(
        sorted({entry.network.family for entry in entries}, key=str.lower),
        sorted({of_network.task for of_network in metadata if of_network.task}),
        sorted({of_network.dataset for of_network in metadata if of_network.dataset}, key=str.lower),
        sorted(set().union(*kinds_of(entries))),
    )


def indexes(catalogue: Catalogue) -> list[str]:
    """The task, the dataset and the layer types of each network as places in the lists of its facets: ``0 3 1.4.20``.

    The place of a task or dataset that a definition does not state is ``-``.
    """
    of_all = facets(catalogue.entries)
    tasks, datasets, kinds = (
        {name: str(place) for place, name in enumerate(names)}
        for names in (of_all.tasks, of_all.datasets, of_all.kinds)
    )
    result = []
    for entry, used in zip(catalogue.entries, kinds_of(catalogue.entries), strict=True):
        metadata = entry.network.variant.metadata
        places = ".".join(sorted((kinds[word] for word in used), key=int))
        result.append(f"{tasks.get(metadata.task or '', '-')} {datasets.get(metadata.dataset or '', '-')} {places}")
    return result


def ranges(entries: Sequence[Entry]) -> list[Range]:
    """The figures by which networks can be limited, with their smallest and largest values."""
    networks = [entry.network for entry in entries]
    metadata = [network.variant.metadata for network in networks]
    figures: list[tuple[str, str, str, Sequence[float]]] = [
        ("year", "Year", "number", [of_network.year for of_network in metadata if of_network.year]),
        ("parameters", "Parameters", "count", [network.parameters for network in networks]),
        ("memory", "Memory", "bytes", [network.memory_bytes for network in networks]),
        ("macs", "MACs", "count", [network.macs for network in networks]),
        ("peak", "Peak activations", "bytes", [peak(network).bytes for network in networks]),
        ("input", "Input, longer side", "number", [max(network.input.spatial) for network in networks]),
        ("top-1", "Top-1, %", "number", [of_network.accuracy.top1 for of_network in metadata if of_network.accuracy]),
    ]
    return [
        Range(key, title, unit, _short(min(values), unit), _short(max(values), unit))
        for key, title, unit, values in figures
        if values
    ]


def _short(value: float, unit: str) -> str:
    """A figure with three digits: ``25.6 M``, ``98 MB``; one without a unit with four, or all before the point."""
    if unit == "number":
        return f"{value:.4g}" if value < 10_000 else f"{value:.0f}"  # without an exponent
    base, letters = (KB, ("B", "KB", "MB", "GB", "TB")) if unit == "bytes" else (1000, ("", "K", "M", "G", "T"))
    place = 0
    while value >= 0.9995 * base and place < len(letters) - 1:
        value, place = value / base, place + 1
    digits = f"{value:.3g}" if value < 999.5 else f"{value:.0f}"  # without an exponent
    return f"{digits} {letters[place]}".strip()
