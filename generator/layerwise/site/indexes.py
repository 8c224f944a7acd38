"""Index pages (by year, by family) and search metadata."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from layerwise.core.files import slugify
from layerwise.network.catalogue import Catalogue, Entry, Family
from layerwise.report.formatting import grouped, scaled
from layerwise.report.tables.accuracy import top1_cell
from layerwise.report.tables.catalogue import name_cell
from layerwise.report.tables.model import Cell, Column, Row, Table

BY_YEAR, FAMILIES = "networks/by-year.md", "networks/families.md"


# --- lists ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A year or a family, and its networks."""

    title: str
    anchor: str
    table: Table
    families: Sequence[Family] = ()
    """Those whose pages show the networks side by side."""


def by_year(catalogue: Catalogue) -> list[Section]:
    """The networks of each year, the earliest first, those without a year last."""
    sections = []
    for title, entries in _grouped(catalogue.entries, _year):
        rows = [_row(entry, catalogue, _in_list(FAMILIES, _family(entry))) for entry in entries]
        sections.append(Section(title, slugify(title), _table("Family", rows, f"Networks of {title}")))
    return sections


def by_family(catalogue: Catalogue) -> list[Section]:
    """The networks of each family, families by name, networks by year."""
    families = [(family, family.definition.family) for family in catalogue.families]
    sections = []
    for title, entries in sorted(_grouped(catalogue.entries, _family), key=lambda group: group[0].casefold()):
        rows = [_row(entry, catalogue, _in_list(BY_YEAR, _year(entry))) for entry in entries]
        shown = [family for family, name in families if name == title]
        sections.append(Section(title, slugify(title), _table("Year", rows, f"Networks of {title}"), shown))
    return sections


def _year(entry: Entry) -> str:
    return str(entry.network.variant.metadata.year or "Without a year")


def _family(entry: Entry) -> str:
    return entry.network.family


def _grouped(entries: Iterable[Entry], title: Callable[[Entry], str]) -> list[tuple[str, list[Entry]]]:
    """The networks under their titles, both in the order of the catalogue."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(title(entry), []).append(entry)
    return list(groups.items())


def _in_list(page: str, title: str) -> Cell:
    """A title with a link to its section on one of the two pages."""
    return Cell(title, link=f"{page}#{slugify(title)}")


def _table(of: str, rows: Sequence[Row], caption: str) -> Table:
    titles = ("Parameters", "MACs", "Depth", "Top-1")
    columns = [Column("Network", css="lw-name"), Column(of), *(Column(title, numeric=True) for title in titles)]
    return Table(columns, rows, css="lw-list", caption=caption)


def _row(entry: Entry, catalogue: Catalogue, of: Cell) -> Row:
    network, accuracy = entry.network, entry.network.variant.metadata.accuracy
    return Row(
        name_cell(entry, catalogue.faulty),
        [
            of,
            grouped(network.parameters),
            scaled(network.macs),
            str(network.depth),
            top1_cell(accuracy),
        ],
    )


# --- search ---------------------------------------------------------------------------------------------------------

_TWO_PARTS = re.compile(r"[A-Za-z]+-[A-Za-z]*[0-9]+")
_BETWEEN_WORDS = re.compile(r"[\s\-_/(),=]+")


def other_names(entry: Entry) -> list[str]:
    """Return the other names of a network: aliases, its name in one word, its names in other implementations.

    Names without a word of their own are omitted: a repeated word would count twice.
    """
    network = entry.network
    joined = [network.name.replace("-", "")] if _TWO_PARTS.fullmatch(network.name) else []
    models = [checked.claim.model for checked in entry.claims if checked.claim.model]
    known = set(_words(network.name))
    names = []
    for name in (*network.variant.metadata.aliases, *joined, *models):
        words = set(_words(name))
        if not words <= known:
            names.append(name)
        known |= words
    return names


def weight(name: str) -> float:
    """A page's weight in the search: the fewer words its name has, the more.

    The search does not look at the length of what it finds: without weights GoogLeNet and GoogLeNet (torchvision) would
    answer to the first name alike.
    """
    return round(1 / sqrt(len(_words(name))), 3)


def _words(name: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(name.casefold()) if word]
