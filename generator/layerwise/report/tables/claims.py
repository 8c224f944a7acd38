"""The page of all published figures: how many there are, where they disagree and why, and which agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from layerwise.network.catalogue import Catalogue, Entry
from layerwise.network.claims import CheckedClaim
from layerwise.report.formatting import grouped
from layerwise.report.tables.model import Cell, Column, Row, Table

MIN_FIGURES = 5
"""A source with fewer figures than that has no line of its own among the sources."""


class Found(NamedTuple):
    """A published figure and the network it is about."""

    entry: Entry
    checked: CheckedClaim


def all_claims(catalogue: Catalogue) -> list[Found]:
    """Every published figure of every network, by family in the order of their names, then by year."""
    entries = sorted(catalogue.entries, key=lambda entry: entry.network.family.lower())
    return [Found(entry, checked) for entry in entries for checked in entry.claims]


def differing(claims: Iterable[Found]) -> list[Found]:
    """Those that disagree with the calculation."""
    return [found for found in claims if not found.checked.agrees]


def agreeing(claims: Iterable[Found]) -> list[Found]:
    """Those that agree with it."""
    return [found for found in claims if found.checked.agrees]


def source_of(found: Found) -> str:
    """Who says it: an implementation with its version, or the paper the network comes from, whatever its table."""
    source = found.checked.claim.source
    return "the network's own paper" if source.partition(",")[0] == "paper" else source


def sources(claims: Sequence[Found]) -> int:
    """How many different sources there are: each paper, and each implementation with its version."""
    return len(
        {
            found.entry.network.variant.metadata.paper or found.entry.network.family
            if found.checked.claim.source.partition(",")[0] == "paper"
            else found.checked.claim.source
            for found in claims
        }
    )


def sources_table(claims: Sequence[Found]) -> Table:
    """How many figures each source gives, and how many of them agree."""
    figures = Counter(map(source_of, claims))
    own_row = {source for source, n in figures.items() if n >= MIN_FIGURES}
    by_source: dict[str, list[Found]] = {source: [] for source, n in figures.most_common() if n >= MIN_FIGURES}
    for found in claims:
        source = source_of(found)
        by_source.setdefault(source if source in own_row else "other sources", []).append(found)
    rows = [Row(source, _sums(of_source)) for source, of_source in by_source.items()]
    titles = ("Networks", "Figures", "Agree", "Differ")
    columns = (Column("Source"), *(Column(title, numeric=True) for title in titles))
    total = Row("All sources", _sums(claims), css="lw-total", is_head=True)
    return Table(columns, rows, [total], css="lw-sources", caption="Published figures by source")


def _sums(claims: Sequence[Found]) -> list[str | Cell]:
    networks = len({found.entry.network.slug for found in claims})
    agree = len(agreeing(claims))
    return [grouped(n) for n in (networks, len(claims), agree, len(claims) - agree)]


def claims_table(claims: Sequence[Found], *, reasons: bool) -> Table:
    """Published figures by family, beside what was calculated; with the reasons where they disagree."""
    columns = [
        Column("Network", css="lw-name"),
        Column("Source"),
        Column("Figure"),
        Column("Published", numeric=True),
        Column("Calculated", numeric=True),
        *([Column("Reason", css="lw-text")] if reasons else []),
    ]
    rows = []
    for family, of_family in groupby(claims, key=lambda found: found.entry.network.family):
        rows.append(Row(family, [""] * (len(columns) - 1), css="lw-stage", is_head=True))
        for _, of_claim in groupby(of_family, key=lambda found: id(found.checked.claim)):
            rows.append(_row(list(of_claim), reasons=reasons))
    caption = "Figures that disagree" if reasons else "Figures that agree"
    return Table(columns, rows, css="lw-all-claims", caption=caption)


def _row(figures: Sequence[Found], *, reasons: bool) -> Row:
    """The figures of one claim beneath each other."""
    claim, network = figures[0].checked.claim, figures[0].entry.network
    checked = [found.checked for found in figures]
    cells: list[str | Cell] = [
        Cell(f"{claim.source}, {claim.model}" if claim.model else claim.source, link=claim.url or ""),
        _beneath(map(_figure, checked)),
        _beneath(map(printed, checked)),
        _beneath(grouped(figure.computed) for figure in checked),
    ]
    if reasons:
        cells.append(claim.differs or "")
    return Row(Cell(network.name, link=f"networks/{network.slug}.md"), cells, level=1)


def _figure(checked: CheckedClaim) -> str:
    figure = checked.figure.replace("_", " ").replace("macs", "MACs")
    return f"{figure} of {checked.claim.of}" if checked.claim.of else figure


def _beneath(texts: Iterable[str]) -> Cell:
    rows = tuple(texts)
    return Cell(", ".join(rows), text_lines=rows)


def printed(checked: CheckedClaim) -> str:
    """A published figure as it is printed: with separators where it is exact."""
    return checked.published if isinstance(checked.published, str) else grouped(checked.published)
