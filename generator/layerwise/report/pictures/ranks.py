"""Arranges the parts of a block that do not follow one another: in one row those that need nothing of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from layerwise.report.pictures.diagram import Frame, Lanes, Node, Source

Segment = list[Node]
"""Nodes in series: each is the input of the next."""


def ranks(items: Sequence[Node]) -> list[list[Segment]]:
    """Return the nodes of a block in rows of segments; every source of a segment is in a row above it.

    A segment begins where the input is not the output of the node before, and where outputs of several segments
    join. The output of the block, the last segment, is in the last row.
    """
    segments: list[Segment] = [[]]
    owners: dict[int, int] = {}
    for item in items:
        others = {owners[row] for row in sources([item]) if row in owners} - {len(segments) - 1}
        last = segments[-1][-1] if segments[-1] else None
        if last and not isinstance(last, Source) and (isinstance(item, Source) or others):
            segments.append([] if isinstance(item, Source) else [Source(last.row)])
        segments[-1].append(item)
        owners |= dict.fromkeys(_outputs([item]), len(segments) - 1)
    return _rows([*map(_as_sum, segments)], owners)


def _as_sum(segment: Segment) -> Segment:
    """Let a source end in the lane that is its identity, if the other lanes of the join have sources of their own."""
    match segment:
        case [Source() as source, Lanes() as join, *rest]:
            others = [lane for lane in join.lanes if lane]
            if len(join.lanes) - len(others) == 1 and all(isinstance(lane[0], Source) for lane in others):
                return [replace(join, lanes=[lane or [source] for lane in join.lanes]), *rest]
    return segment


def _rows(segments: Sequence[Segment], owners: Mapping[int, int]) -> list[list[Segment]]:
    rows = [0] * len(segments)
    for place, segment in enumerate(segments):
        needed = {owners[row] for row in sources(segment) if row in owners} - {place}
        rows[place] = 1 + max((rows[other] for other in needed), default=-1)
    rows[-1] = max(rows)
    return [[segments[place] for place, row in enumerate(rows) if row == rank] for rank in range(rows[-1] + 1)]


def sources(items: Sequence[Node]) -> Iterator[int]:
    """The rows of all sources, also of those inside."""
    for item in items:
        if isinstance(item, Frame):
            yield from item.sources
            yield from sources(item.items)
        elif isinstance(item, Lanes):
            for lane in item.lanes:
                yield from sources(lane)
        elif isinstance(item, Source):
            yield item.row


def _outputs(items: Sequence[Node]) -> Iterator[int]:
    """The rows of all nodes, also of those inside."""
    for item in items:
        if isinstance(item, Source):
            continue
        yield item.row
        if isinstance(item, Frame):
            yield from _outputs(item.items)
        elif isinstance(item, Lanes):
            for lane in item.lanes:
                yield from _outputs(lane)
