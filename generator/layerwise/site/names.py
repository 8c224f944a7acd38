"""The names by which the search finds a page at once: titles, aliases, figures, authors and tags, with a line on each.

The browser loads them as one small file before the full-text index is ready. The order is that of equally good matches.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any, NamedTuple

from layerwise.core import docs
from layerwise.definition import Paper
from layerwise.layers import AnyLayer
from layerwise.layers.convolution import Convolution
from layerwise.network.catalogue import Catalogue, Entry, Family
from layerwise.network.graph import Group, LayerNode, Network
from layerwise.report.addresses import NETWORK_PAGE
from layerwise.report.formatting import counted, grouped, rounded
from layerwise.report.reference.layers import ALL
from layerwise.report.sentences import span
from layerwise.site.indexes import other_names, weight
from layerwise.site.layout import REFERENCE, Layout

PATH = "search/names.json"
"""The address of the file on the site."""
MAX_LINE = 110
"""Characters of the line on a page without figures."""
_TAG, _FIRST_SENTENCE = re.compile(r"<[^>]*>"), re.compile(r"(?<=[.?])\s")
_NUMBERED_STAGE = re.compile(r"conv[0-9]+")


class Named(NamedTuple):
    """A page, or a section of one, with the names that lead to it."""

    location: str
    """Its address below that of the site."""
    title: str
    line: str
    """Its figures, else the first sentence of its text."""
    names: tuple[str, ...] = ()
    """Names other than the title, as a reader may type them."""
    rank: float = 0
    """The higher, the better known."""


def names(catalogue: Catalogue, index: Iterable[Mapping[str, Any]], layout: Layout = REFERENCE) -> list[Named]:
    """Return everything that the search opens by name, the best known first.

    ``index`` has the entries of the search index: title, address, text and tags of each page and section.
    """
    generated = [*map(_of_kind, ALL.values()), *_calculated(catalogue)]
    placed = [
        named._replace(location=layout.root + layout.url(named.location))
        for named in generated
        if layout.has(named.location)
    ]
    known = {named.location: named for named in placed}
    written = (_written(entry) for entry in index if entry["location"].partition("#")[0] not in known)
    return sorted([*written, *known.values()], key=lambda named: -named.rank)


def to_json(named: Iterable[Named]) -> str:
    """A list for each page: address, title, line, and its other names."""
    rows = ([one.location, one.title, one.line, *dict.fromkeys(one.names)] for one in named)
    return json.dumps(list(rows), ensure_ascii=False, separators=(",", ":"))


# --- networks and families ------------------------------------------------------------------------------------------


def _calculated(catalogue: Catalogue) -> Iterator[Named]:
    in_families = {entry.file for family in catalogue.families for entry in family.entries}
    yield from map(_of_family, catalogue.families)
    for entry in catalogue.entries:
        yield _of_network(entry, of_file=entry.file not in in_families)


def _of_network(entry: Entry, *, of_file: bool) -> Named:
    """The names of a network; those of its paper and its layers if no family has them."""
    network, metadata = entry.network, entry.network.variant.metadata
    also = [*other_names(entry), *metadata.aliases, *_figures(network)]
    if of_file:
        also += [*_of_paper(metadata.paper, metadata.year), *layer_names(network)]
    location = NETWORK_PAGE.format(network.slug)
    return Named(location, network.name, line_of(network), tuple(also), len(entry.claims) * weight(network.name))


def _of_family(family: Family) -> Named:
    head, networks = family.definition.metadata, [entry.network for entry in family.entries]
    also = [*head.aliases, *_of_paper(head.paper, head.year)]
    also += [name for network in networks for name in layer_names(network)]
    line = _joined(counted(len(networks), "network"), f"{span(networks)} parameters", head.year)
    claims = sum(len(entry.claims) for entry in family.entries)
    return Named(NETWORK_PAGE.format(family.slug), family.name, line, tuple(also), claims * weight(family.name))


def line_of(network: Network) -> str:
    """``25.6 M parameters · 3.9 G MACs · 2015``."""
    year = network.variant.metadata.year
    return _joined(f"{rounded(network.parameters)} parameters", f"{rounded(network.macs)} MACs", year)


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _figures(network: Network) -> Iterator[str]:
    """Parameters and MACs as they are typed: all digits, and rounded to two decimals or fewer."""
    for number, places in ((network.parameters, (2, 1, 0)), (network.macs, (2, 1))):
        yield grouped(number)
        yield from (rounded(number, decimals).replace(" ", "") for decimals in places)


def _of_paper(paper: Paper | None, year: int | None) -> Iterator[str]:
    """The title of a paper and its authors, as they are cited."""
    if paper is None:
        return
    yield paper.title
    if paper.authors:
        first = re.split(r", | & | et al", paper.authors)[0]
        yield from (paper.authors, first, f"{first} et al", f"{first} et al {year or ''}", f"{first} {year or ''}")


def layer_names(network: Network) -> Iterator[str]:
    """The names of convolutions in numbered stages with several: the second of ``conv1`` is called ``conv1_2``."""
    for stage in network.items:
        if isinstance(stage, Group) and _NUMBERED_STAGE.fullmatch(stage.name):
            nodes = [item for item in stage.items if isinstance(item, LayerNode)]
            number = sum(isinstance(node.layer, Convolution) for node in nodes)
            yield from (f"{stage.name}_{place}" for place in range(1, number + 1) if number > 1)


# --- other pages ----------------------------------------------------------------------------------------------------


def _of_kind(kind: type[AnyLayer]) -> Named:
    """The names of a layer type, which precedes all networks."""
    return Named(f"layers/{kind.kind}.md", kind.kind, _first_sentence(docs.lead(kind)), (kind.label,), inf)


def _written(entry: Mapping[str, Any]) -> Named:
    """A page or section of the search index; tags name a page, not its sections. Pages come first, sections last."""
    location, line = entry["location"], _first_sentence(_plain(entry["text"]))
    if "#" in location:
        return Named(location, _plain(entry["title"]), line, rank=-1)
    return Named(location, _plain(entry["title"]), line, tuple(entry.get("tags", ())), inf)


def _first_sentence(text: str) -> str:
    sentence = _FIRST_SENTENCE.split(text, maxsplit=1)[0]
    return sentence if len(sentence) <= MAX_LINE else f"{sentence[:MAX_LINE].rsplit(' ', 1)[0]} …"


def _plain(text: str) -> str:
    """The text of HTML in one line."""
    return " ".join(html.unescape(_TAG.sub("", text)).split())
