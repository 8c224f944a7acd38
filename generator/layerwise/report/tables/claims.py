"""Tables of published figures: those of one network, and those of all with their sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from layerwise.network.catalogue import Catalogue, Entry
from layerwise.network.claims import CheckedClaim
from layerwise.report.formatting import grouped
from layerwise.report.tables.model import Cell, Column, Row, Table

MIN_FIGURES = 5
"""The number of figures from which a source has a row of its own in the table of sources."""


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
    """The source of a figure: an implementation with its version, or the network's paper, whatever its table."""
    source = found.checked.claim.source
    return "the network's own paper" if source.partition(",")[0] == "paper" else source


def sources(claims: Sequence[Found]) -> int:
    """The number of different sources: each paper, and each implementation with its version."""
    return len(
        {
            found.entry.network.variant.metadata.paper or found.entry.network.family
            if found.checked.claim.source.partition(",")[0] == "paper"
            else found.checked.claim.source
            for found in claims
        }
    )


def sources_table(claims: Sequence[Found]) -> Table:
    """The number of figures of each source, and how many of them agree."""
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


class _Field(NamedTuple):
    """A column of a table of claims."""

    column: Column
    cell: Callable[[Sequence[Found]], str | Cell]
    """Its cell for the figures of one row, which are all of the same claim."""


def _each(of: Callable[[CheckedClaim], str]) -> Callable[[Sequence[Found]], Cell]:
    """A cell with a line for each figure."""

    def cell(figures: Sequence[Found]) -> Cell:
        lines = tuple(of(found.checked) for found in figures)
        return Cell(", ".join(lines), text_lines=lines)

    return cell


def _network(figures: Sequence[Found]) -> Cell:
    network = figures[0].entry.network
    return Cell(network.name, link=f"networks/{network.slug}.md")


def _source(figures: Sequence[Found]) -> Cell:
    claim = figures[0].checked.claim
    return Cell(f"{claim.source}, {claim.model}" if claim.model else claim.source, link=claim.url or "")


def _reason(figures: Sequence[Found]) -> str:
    claim = figures[0].checked.claim
    return claim.differs or claim.note or ""


def figure_name(checked: CheckedClaim) -> str:
    """The name of a published figure: ``memory bytes of Conv1``."""
    name = checked.figure.replace("_", " ").replace("macs", "MACs")
    return f"{name} of {checked.claim.of}" if checked.claim.of else name


def printed(checked: CheckedClaim) -> str:
    """A published figure as it is printed: with separators if it is exact."""
    return checked.published if isinstance(checked.published, str) else grouped(checked.published)


_NETWORK = _Field(Column("Network", css="lw-name"), _network)
_SOURCE = _Field(Column("Source"), _source)
_FIGURES = (
    _Field(Column("Figure"), _each(figure_name)),
    _Field(Column("Published", numeric=True), _each(printed)),
    _Field(Column("Calculated", numeric=True), _each(lambda checked: grouped(checked.computed))),
)
_RESULT = _Field(Column("Result"), _each(lambda checked: "agrees" if checked.agrees else "differs"))
_REASON = _Field(Column("Reason", css="lw-text"), _reason)


def network_table(entry: Entry) -> Table:
    """The published figures of a network, each in a row of its own."""
    fields = (_SOURCE, *_FIGURES, _RESULT, _REASON)
    rows = [
        _row(fields, [Found(entry, checked)], css="lw-agrees" if checked.agrees else "lw-differs")
        for checked in entry.claims
    ]
    caption = f"Published figures of {entry.network.name}"
    return Table([field.column for field in fields], rows, css="lw-claims", caption=caption)


def claims_table(claims: Sequence[Found], *, reasons: bool) -> Table:
    """Published figures by family, the figures of a claim in one row; ``reasons`` adds why they disagree."""
    fields = (_NETWORK, _SOURCE, *_FIGURES, *([_REASON] if reasons else []))
    rows = []
    for family, of_family in groupby(claims, key=lambda found: found.entry.network.family):
        rows.append(Row(family, [""] * (len(fields) - 1), css="lw-stage", is_head=True))
        for _, of_claim in groupby(of_family, key=lambda found: id(found.checked.claim)):
            rows.append(_row(fields, list(of_claim), level=1))
    caption = "Figures that disagree" if reasons else "Figures that agree"
    return Table([field.column for field in fields], rows, css="lw-all-claims", caption=caption)


def _row(fields: Sequence[_Field], figures: Sequence[Found], *, css: str = "", level: int = 0) -> Row:
    head, *cells = (field.cell(figures) for field in fields)
    return Row(head, cells, css=css, level=level)
