"""The region of the network's input that a value of a layer's output depends on."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from layerwise.core.sampling import AnySampling, Sampling, Taps, composed, sliding, united
from layerwise.core.windows import Sides, Window

Samplings = tuple[AnySampling, ...]
"""The input positions that each output position of a layer depends on, along each spatial side."""

REMEMBERED = 8192
"""Compositions that are remembered: networks repeat themselves a lot."""


class ReceptiveField(NamedTuple):
    """The region of the network's input that a value depends on, along each of the input's spatial sides.

    The region may extend past the border into the padding.
    """

    size: Sides
    """The sides of the region, the largest of all positions: after upsampling they see regions of several sizes."""
    step: Sides
    """The distance of neighbouring regions: a mean after upsampling, rounded down, but at least 1."""
    samplings: Samplings
    """The first and the last position of the input that each position depends on."""

    @property
    def sees_nothing(self) -> bool:
        """True for what depends on further inputs alone."""
        return not any(self.size)

    def through(self, layer: Samplings) -> ReceptiveField | None:
        """The receptive field after a layer; None if it works along other sides than those of the input.

        Such a layer slides over positions of a map in one list, and its windows run around the edges of the map.
        """
        return _through(self, layer) if len(layer) == len(self.samplings) else None

    def merged(self, other: ReceptiveField, positions: Sides) -> ReceptiveField:
        """The smallest region that covers both, for branches that meet in an output with these spatial sides."""
        if other is self or other.sees_nothing:
            return self
        return other if self.sees_nothing else _merged(self, other, positions)


@lru_cache
def one_position(sides: int) -> ReceptiveField:
    """The receptive field of the network's input itself, with so many spatial sides."""
    return _field((Sampling(1, (Taps(0, 0),)),) * sides)


@lru_cache
def no_position(sides: int) -> ReceptiveField:
    """The receptive field of a further input, in an input with so many spatial sides."""
    return _field((Sampling(1, (None,)),) * sides)


@lru_cache(maxsize=REMEMBERED)
def samplings_of(window: Window) -> Samplings:
    """A sliding window as positions of its input."""
    sides = zip(window.kernel, window.stride, window.padding.margins, window.dilation, strict=True)
    return tuple([sliding(kernel, stride, before, dilation) for kernel, stride, (before, _), dilation in sides])


@lru_cache(maxsize=REMEMBERED)
def _through(field: ReceptiveField, layer: Samplings) -> ReceptiveField:
    along: dict[tuple[AnySampling, AnySampling], AnySampling] = {}  # height and width are mostly alike
    pairs = list(zip(field.samplings, layer, strict=True))
    for pair in pairs:
        if pair not in along:
            along[pair] = composed(*pair)
    return _field(tuple([along[pair] for pair in pairs]))


@lru_cache(maxsize=REMEMBERED)
def _merged(one: ReceptiveField, other: ReceptiveField, positions: Sides) -> ReceptiveField:
    return _field(tuple(map(united, one.samplings, other.samplings, positions)))


def _field(samplings: Samplings) -> ReceptiveField:
    return ReceptiveField(tuple([sampling.span for sampling in samplings]), tuple(map(_step, samplings)), samplings)


def _step(sampling: AnySampling) -> int:
    return max(int(sampling.rate), 1)
