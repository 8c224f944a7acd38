"""A network as the comparison's page shows it: key figures, strips, and sums by scale.

The file is ``compare/<slug>.json``. It belongs to the page: its form is not part of the API and may change. All strings
are final, so that the script arranges them and calculates nothing but the differences between networks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from math import log2, sqrt
from typing import NamedTuple, TypedDict

from layerwise.core.shape import Shape
from layerwise.network.graph import Network, totals
from layerwise.network.liveness import peak
from layerwise.report.formatting import grouped, memory, scaled, share
from layerwise.report.formatting import name as display_name
from layerwise.report.pictures.part import Part
from layerwise.report.pictures.parts import steps
from layerwise.report.pictures.strips import Bar, strips_of
from layerwise.report.tables.accuracy import test_size, top1


class KeyFigure(NamedTuple):
    """A line of the key figures."""

    title: str
    text: str
    value: float | None = None
    """The exact number."""
    unit: str = "ratio"
    """The comparison with the first network: a ``ratio``, a difference in ``points``, or none if empty."""


class Strip(TypedDict):
    """One figure, cut into segments in layer order, as on the network's page."""

    title: str
    whole: int
    total: str
    label: str
    bars: list[Bar]
    """Operations, width in 1/10,000, title and name of each segment."""


class ScaleFigure(NamedTuple):
    """A figure of the layers on one scale."""

    title: str
    text: str
    share: float
    """Its share of the network's total in percent."""
    hint: str


class Scale(TypedDict):
    """All layers whose output is scaled down by the same factor."""

    order: int
    """The place of its row: the same for the same scale of every network."""
    scale: str
    output: str
    parts: str
    figures: list[ScaleFigure]


class Comparison(TypedDict):
    """The content of a file."""

    slug: str
    name: str
    figures: list[KeyFigure]
    strips: list[Strip]
    scales: list[Scale]


def path(slug: str) -> str:
    """The path of a network's file on the site."""
    return f"compare/{slug}.json"


def comparison(network: Network) -> Comparison:
    """Everything that the comparison shows of a network."""
    return {
        "slug": network.slug,
        "name": network.name,
        "figures": _key_figures(network),
        "strips": [
            {
                "title": strip.title,
                "whole": strip.whole,
                "total": strip.total,
                "label": strip.label,
                "bars": [*strip.bars],
            }
            for strip in strips_of(network)
        ],
        "scales": scales(network),
    }


def _key_figures(network: Network) -> list[KeyFigure]:
    metadata, field, peak_bytes = network.variant.metadata, network.receptive_field, peak(network).bytes
    accuracy = metadata.accuracy
    return [
        KeyFigure("Family", network.family),
        KeyFigure("Year", str(metadata.year or "–"), metadata.year, ""),
        KeyFigure("Parameters", grouped(network.parameters), network.parameters),
        KeyFigure("Memory, fp32", memory(network.memory_bytes), network.memory_bytes),
        KeyFigure("MACs", scaled(network.macs), network.macs),
        KeyFigure("Activations", scaled(network.activations), network.activations),
        KeyFigure("Peak activations", memory(peak_bytes), peak_bytes),
        KeyFigure("Depth", str(network.depth), network.depth),
        KeyFigure("Receptive field", f"{max(field.size)} px" if field else "–", max(field.size) if field else None, ""),
        KeyFigure("Input", str(network.input)),
        KeyFigure("ImageNet top-1", top1(accuracy) or "–", accuracy.top1 if accuracy else None, "points"),
        KeyFigure("Top-1 source", accuracy.source if accuracy else "–"),
        KeyFigure("Top-1 test size", (test_size(accuracy) if accuracy else "") or "–"),
    ]


# --- scales -----------------------------------------------------------------------------------------------------------


_UP, _VECTOR, _SIDE = 100, 200, 300
"""The order of scales: 0 for 1/1, 1 for 1/2 and so on; 99 for 1/2 and 100 for 1/1 on the way up; then these."""


def scales(network: Network) -> list[Scale]:
    """The steps of the main path by how far their output is scaled down, then the side outputs."""
    by_order: dict[int, list[Part]] = {}
    for order, part in zip(_orders(network), steps(network), strict=True):
        by_order.setdefault(order, []).append(part)
    in_stage = Counter(part.stage for part in steps(network))
    result = [_scale(network, order, by_order[order], in_stage) for order in sorted(by_order)]
    return [*result, _side_outputs(network)] if network.side_outputs else result


def _orders(network: Network) -> Iterable[int]:
    """The order of each step's scale."""
    sides = [_side(part.shape) for part in steps(network)]
    largest = max(_side(network.input), *sides)
    lowest = 0
    for side in sides:
        if side <= 1:
            yield _VECTOR
            continue
        level = max(0, round(log2(largest / side)))
        yield level if level >= lowest else _UP - level
        lowest = max(lowest, level)


def _side(shape: Shape) -> float:
    """The longer side of a map, and of tokens that of the square they cover."""
    return max(shape[-3:-1]) if len(shape) > 2 else sqrt(shape[0]) if len(shape) == 2 else 1


def _scale(network: Network, order: int, parts: list[Part], in_stage: Counter[str]) -> Scale:
    parameters, macs = sum(part.figures.parameters for part in parts), sum(part.figures.macs for part in parts)
    scale = "1×1" if order == _VECTOR else f"1/{2 ** min(order, abs(_UP - order))}"
    return _row(network, order, scale, str(parts[-1].shape), _names(parts, in_stage), (parameters, macs))


def _side_outputs(network: Network) -> Scale:
    """The side outputs together. Only their parameters count."""
    nodes = (node for group in network.side_outputs for node in group.layers())
    names = [display_name(group.name) for group in network.side_outputs]
    return _row(network, _SIDE, "side", "", names, (totals(nodes).parameters, 0))


def _row(network: Network, order: int, scale: str, output: str, names: list[str], sums: tuple[int, int]) -> Scale:
    wholes = (network.parameters, network.macs)
    figures = [
        ScaleFigure(
            title,
            scaled(part),
            round(100 * part / whole, 2) if whole else 0,
            f"{grouped(part)} {title}, {share(part, whole)}",
        )
        for title, part, whole in zip(("parameters", "MACs"), sums, wholes, strict=True)
    ]
    return {"order": order, "scale": scale, "output": output, "parts": listed(names), "figures": figures}


def _names(parts: list[Part], in_stage: Counter[str]) -> list[str]:
    """The names of stages, and of single steps that are not the whole of theirs."""
    names: list[str] = []
    for stage, run in groupby(parts, key=lambda part: part.stage):
        of_stage = list(run)
        is_stage = stage and (len(of_stage) > 1 or in_stage[stage] == 1)
        names += [stage] if is_stage else [part.name for part in of_stage]
    return names


_NUMBERED = re.compile(r"(.*?)([0-9]+|(?<=[0-9])[a-z])")


def listed(names: Iterable[str]) -> str:
    """Names as a list, with runs of numbers abbreviated: ``fire5–8, conv10``."""
    runs: list[tuple[str, str, str]] = []
    for name in names:
        match = _NUMBERED.fullmatch(name)
        stem, number = match.groups() if match else (name, "")
        if runs and number and runs[-1][0] == stem:
            runs[-1] = (stem, runs[-1][1], number)
        else:
            runs.append((stem, number, number))
    return ", ".join(stem + first if first == last else f"{stem}{first}–{last}" for stem, first, last in runs)
