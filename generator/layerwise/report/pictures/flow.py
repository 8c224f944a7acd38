"""The ways of feature maps past their next layer: skip connections, and resolutions that run in parallel.

All of it is read from the sources of the layers, never from names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from layerwise.core.shape import Shape
from layerwise.network.graph import Network
from layerwise.network.liveness import sources_of
from layerwise.report.pictures.part import Drawn, Part


def links(network: Network, drawn: Sequence[Drawn]) -> list[tuple[int, int]]:
    """Return the skip connections between drawn layers or blocks, as pairs of places in ``drawn``.

    The input is the first of ``drawn``. A connection to the next one, or inside of one, is none.
    """
    rows = [one.row for one in drawn]
    found = set[tuple[int, int]]()
    for source, target in _connections(network):
        start, end = bisect_left(rows, source), bisect_left(rows, target)
        if end < len(rows) and end - start > 1 and _leads_on(network, drawn[start], source):
            found.add((start, end))
    return sorted(found)


def _leads_on(network: Network, drawn: Drawn, source: int) -> bool:
    """Return False for the smaller ones of parallel resolutions, which have lanes of their own."""
    return len(drawn.shapes) == 1 or network.layers[source].output.spatial == drawn.shape.spatial


def _connections(network: Network) -> Iterator[tuple[int, int]]:
    """The source and the target of every connection on the main path, as indexes of layers."""
    for node in network.layers:
        if node.on_main_path:
            for source in sources_of(node):
                yield source, node.index


def with_resolutions(network: Network, steps: Sequence[Part]) -> tuple[Part, ...]:
    """Give steps with inputs and outputs of several resolutions one shape for each resolution of their output."""
    rows = [step.drawn[-1].row for step in steps]
    inputs: dict[int, set[int]] = {}
    outputs: dict[int, set[int]] = {}
    for source, target in _connections(network):
        start, end = bisect_left(rows, source), bisect_left(rows, target)
        if 0 <= source <= rows[-1] and start != end:
            outputs.setdefault(start, set()).add(source)
            inputs.setdefault(end, set()).add(source)
    result = list(steps)
    for place in outputs.keys() & inputs.keys():
        shapes = _resolutions(network, outputs[place])
        if len(shapes) > 1 and len(_resolutions(network, inputs[place])) > 1:
            (drawn,) = result[place].drawn
            result[place] = replace(result[place], drawn=(drawn._replace(shapes=shapes),))
    return tuple(result)


def _resolutions(network: Network, rows: set[int]) -> tuple[Shape, ...]:
    """One shape of layers for each spatial size, the largest first."""
    shapes = [network.layers[row].output for row in sorted(rows)]
    sizes = {shape.spatial: shape for shape in shapes if len(shape) > 2}
    return tuple(sorted(sizes.values(), key=lambda shape: -shape.positions))
