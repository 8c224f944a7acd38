"""The key figures of a network, as on its page and in the calculator."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from layerwise.core.shape import TIMES
from layerwise.network.catalogue import Entry
from layerwise.network.graph import Network
from layerwise.network.liveness import peak
from layerwise.report.formatting import counted, exact_bytes, grouped, rounded_count, rounded_memory
from layerwise.report.tables.accuracy import top1

MOST_TIMES = 2
"""Signs ``×`` in a shape that is printed in one line."""


class Figure(NamedTuple):
    """A figure with its title."""

    title: str
    text: str
    exact: str = ""
    """The figure without rounding, which appears on hover."""
    section: str = ""
    """The anchor of the section about it on the page of a network."""
    source: str = ""


def key_figures(network: Network) -> list[Figure]:
    """The calculated figures of a network."""
    highest = peak(network).bytes
    figures = [
        Figure("Parameters", grouped(network.parameters)),
        Figure("Memory", rounded_memory(network.memory_bytes), exact_bytes(network.memory_bytes)),
        Figure("MACs", rounded_count(network.macs), grouped(network.macs)),
        Figure("Peak activations", rounded_memory(highest), exact_bytes(highest), "memory"),
        Figure("Depth", str(network.depth)),
        Figure("Input", str(network.input)),
    ]
    if network.uncounted:
        figures.append(Figure("Not counted", counted(len(network.uncounted), "operation")))
    return figures


def uncounted_note(operations: int) -> str:
    """``without 2 operations``, if there are operations that are not counted; else empty."""
    return f"without {counted(operations, 'operation')}" if operations else ""


def published_figures(entry: Entry) -> list[Figure]:
    """The accuracy of a network, and the number of sources that its figures are checked against."""
    accuracy = entry.network.variant.metadata.accuracy
    figures = []
    if accuracy:
        figures.append(Figure("ImageNet top-1", top1(accuracy), section="accuracy", source=accuracy.source))
    if entry.claims:
        sources = len({checked.claim.source for checked in entry.claims})
        figures.append(Figure("Checked against", counted(sources, "source"), section="claims"))
    return figures


def html(figures: Iterable[Figure], *, links: bool = True) -> str:
    """Figures as a list of terms; ``links`` lead to the sections of the page."""
    return f'<dl class="lw-figures">{"".join(_entry(figure, links=links) for figure in figures)}</dl>'


def _entry(figure: Figure, *, links: bool) -> str:
    title = f' title="{escape(figure.exact)}"' if figure.exact else ""
    text = escape(figure.text)
    if text.count(TIMES) > MOST_TIMES:
        text = text.replace(TIMES, f"{TIMES}<wbr>")
    if links and figure.section:
        text = f'<a href="#{figure.section}">{text}</a>'
    source = f"<small>{escape(figure.source)}</small>" if figure.source else ""
    return f"<div><dt>{figure.title}</dt><dd{title}>{text}{source}</dd></div>"
