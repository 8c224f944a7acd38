"""The machine-readable reference: JSON and CSV. Shapes are H, W, C; memory is in bytes; numbers are plain."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from layerwise.definition.metadata import Accuracy, Paper
from layerwise.layers.memory import InPlace
from layerwise.network.catalogue import Catalogue, Entry
from layerwise.network.claims import CheckedClaim
from layerwise.network.graph import LayerNode, NamedOutput, Network
from layerwise.network.liveness import peak
from layerwise.network.training import saved_tensors
from layerwise.report import citation, escaping, formatting
from layerwise.report.citation import UNPUBLISHED, Edition
from layerwise.report.data import badge, comparison, derivations, openapi, records
from layerwise.report.data.layers import details, tables
from layerwise.report.parallel import parallel_map
from layerwise.report.tables.network import LAYER_COLUMNS

ROOT = "api/v1"
"""The path of the API on the site."""


def files(catalogue: Catalogue, edition: Edition = UNPUBLISHED) -> dict[str, str]:
    """Return all files by their path on the site; page addresses are absolute if the edition has one.

    They include the files that the scripts of pages fetch.
    """
    entries = catalogue.entries
    result = shared_files(catalogue, edition)
    for of_network in parallel_map(lambda place: network_files(entries[place], edition), range(len(entries))):
        result |= of_network
    return result


def shared_files(catalogue: Catalogue, edition: Edition = UNPUBLISHED) -> dict[str, str]:
    """Return the files about all networks by their path on the site."""
    cited = (entry.network.variant.metadata for entry in catalogue.entries)
    summaries = [summary(entry.network, edition) for entry in catalogue.entries]
    return {
        f"{ROOT}/openapi.json": json.dumps(openapi.description(ROOT, edition), ensure_ascii=False, indent=1) + "\n",
        f"{ROOT}/networks.json": _json(summaries),
        f"{ROOT}/networks.csv": networks_csv(summaries),
        f"{ROOT}/networks.bib": citation.bibliography(cited, edition),
    }


def network_paths(entry: Entry) -> list[str]:
    """Return the paths of the files about one network, in the order of ``network_files``."""
    slug = entry.network.slug
    endings = (".json", ".csv", "/badge.json", "/badge.svg")
    api = [f"{ROOT}/networks/{slug}{ending}" for ending in endings]
    return [*api, comparison.path(slug), derivations.path(slug)]


def network_files(entry: Entry, edition: Edition = UNPUBLISHED) -> dict[str, str]:
    """Return the files about one network by their path on the site."""
    network = entry.network
    contents = (
        _json(_file(entry, edition)),
        layers_csv(network),
        _json(badge.endpoint(network)),
        badge.svg(network),
        _json(comparison.comparison(network)),
        _json(derivations.derivations(network)),
    )
    return dict(zip(network_paths(entry), contents, strict=True))


def summary(network: Network, edition: Edition = UNPUBLISHED) -> records.Summary:
    """The figures of a network."""
    metadata, highest = network.variant.metadata, peak(network)
    return {
        "slug": network.slug,
        "name": network.name,
        "family": network.family,
        "aliases": list(metadata.aliases),
        "year": metadata.year,
        "input": network.input,
        "parameters": network.parameters,
        "main_parameters": network.main.parameters,
        "buffers": network.buffers,
        "memory_bytes": network.memory_bytes,
        "macs": network.macs,
        "activations": network.activations,
        "depth": network.depth,
        "receptive_field": max(network.receptive_field.size) if network.receptive_field else None,
        "top1": metadata.accuracy.top1 if metadata.accuracy else None,
        "url": edition.page_of(network),
        "task": metadata.task,
        "dataset": metadata.dataset,
        "peak_bytes": highest.bytes,
        "peak_bytes_in_place": peak(network, InPlace.MERGE).bytes,
        "peak_layer": "/".join((*highest.layer.path, highest.layer.name)),
        "citation": citation.paper_key(metadata.paper, metadata.year) if metadata.paper else None,
        "saved_bytes": saved_tensors(network).fp32_bytes,
    }


def detail(entry: Entry) -> records.NetworkDetail:
    """Return all data of a network, with each layer as one record."""
    return {**_about(entry, UNPUBLISHED), "layers": details(entry.network)}


def _file(entry: Entry, edition: Edition) -> records.Network:
    """Return all data of a network as its file has them, with its layers as tables."""
    return {**_about(entry, edition), **tables(entry.network)}


def _about(entry: Entry, edition: Edition) -> records.About:
    network, metadata = entry.network, entry.network.variant.metadata
    return {
        **summary(network, edition),
        "paper": _paper(metadata.paper) if metadata.paper else None,
        "summary": metadata.summary,
        "accuracy": _accuracy(metadata.accuracy) if metadata.accuracy else None,
        "accuracies": [_accuracy(accuracy) for accuracy in metadata.accuracies],
        "notes": [{"text": note.text, "about": note.about} for note in metadata.notes],
        "outputs": [_output(network, output) for output in network.outputs],
        "side_outputs": {"parameters": network.side.parameters, "macs": network.side.macs},
        "uncounted": [node.index for node in network.uncounted],
        "claims": [claim(checked) for checked in entry.claims],
    }


def _output(network: Network, output: NamedOutput) -> records.Output:
    return {"name": output.name or None, "layer": output.node, "shape": network.shape_of(output)}


def _paper(paper: Paper) -> records.Paper:
    return {"title": paper.title, "authors": paper.authors, "venue": paper.venue, "url": paper.url}


def _accuracy(accuracy: Accuracy) -> records.Accuracy:
    return {
        "top1": accuracy.top1,
        "top5": accuracy.top5,
        "source": accuracy.source,
        "model": accuracy.model,
        "weights": accuracy.weights,
        "test": list(accuracy.test) if accuracy.test else None,
        "crop": accuracy.crop,
        "extra": accuracy.extra,
        "url": accuracy.url,
    }


def claim(checked: CheckedClaim) -> records.Claim:
    """A published figure and the calculated one; ``published`` is a string if the source rounds."""
    return {
        "source": checked.claim.source,
        "model": checked.claim.model,
        "of": checked.claim.of,
        "figure": checked.figure,
        "published": checked.published,
        "computed": checked.computed,
        "agrees": checked.agrees,
        "note": checked.claim.differs or checked.claim.note,
    }


def networks_csv(summaries: Iterable[records.Summary]) -> str:
    """The list of networks with a column for each field: shapes with ``x``, aliases with ``;``, empty for null.

    ``escaping.cell`` keeps spreadsheets from reading strings as formulas.
    """
    file = io.StringIO()
    writer = csv.DictWriter(file, records.Summary.__annotations__, lineterminator="\n")
    writer.writeheader()
    for network in summaries:
        writer.writerow(
            {
                **network,
                **{name: escaping.cell(network[name]) for name in ("name", "family", "peak_layer")},
                "aliases": escaping.cell("; ".join(network["aliases"])),
                "input": "x".join(map(str, network["input"])),
            }
        )
    return file.getvalue()


def layers_csv(network: Network) -> str:
    """The layer table with plain numbers and ``x`` in shapes; then kind, path, MACs and activations of each layer."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*(column.title for column in LAYER_COLUMNS), "Kind", "Path", "MACs", "Activations"])
    shape = "x".join(map(str, network.input))
    writer.writerow(["Input", shape, "", "", "", shape, "", 0, "input", "", 0, 0])
    shared: dict[tuple[int, int], list[str | int]] = {}
    for node in network.layers:
        alike = (id(node.stats), id(node.weights_of))
        if alike not in shared:
            shared[alike] = _csv_cells(node)
        *cells, macs, activations = shared[alike]
        writer.writerow([escaping.cell(node.name), *cells, escaping.cell("/".join(node.path)), macs, activations])
    return file.getvalue()


def _csv_cells(node: LayerNode) -> list[str | int]:
    """The columns that equal layers on equal shapes share: all but name and path."""
    window = node.stats.window
    return [
        "+".join("x".join(map(str, shape)) for shape in node.inputs),
        "x".join(map(str, node.stats.filter)),
        "x".join(map(str, window.stride)) if window else "",
        "x".join(map(str, window.padding)) if window else "",
        "x".join(map(str, node.output)),
        formatting.formula(node),
        node.parameters if node.layer.is_counted else "",
        node.layer.kind,
        node.macs if node.layer.is_counted else "",
        node.activations,
    ]


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
