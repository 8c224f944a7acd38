"""The region of the network's input that a value of a feature map depends on."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from layerwise.core.sampling import AnySampling, Sampling, Taps, composed, sliding, united
from layerwise.core.windows import Pair, Window

Samplings = tuple[AnySampling, AnySampling]
"""The input positions that each output position of a layer depends on, along height and width."""

REMEMBERED = 8192
"""Compositions that are remembered: networks repeat themselves a lot."""

_PIXEL = Sampling(1, (Taps(0, 0),))


class ReceptiveField(NamedTuple):
    """The region of the network's input that a value of a feature map depends on, along height and width, in pixels.

    The region may extend past the border into the padding.
    """

    size: Pair = (1, 1)
    """The side of the region, the largest of all positions: after upsampling they see regions of several sizes."""
    step: Pair = (1, 1)
    """The distance of neighbouring regions: a mean after upsampling, rounded down, but at least 1."""
    samplings: Samplings = (_PIXEL, _PIXEL)
    """The first and the last pixel that each position depends on."""

    def through(self, layer: Samplings) -> ReceptiveField:
        """The receptive field after a layer."""
        return _through(self, layer)

    def merged(self, other: ReceptiveField, positions: Pair) -> ReceptiveField:
        """The smallest region that covers both, for branches that meet in a map of this height and width."""
        return self if other is self else _merged(self, other, positions)


@lru_cache(maxsize=REMEMBERED)
def samplings_of(window: Window) -> Samplings:
    """A sliding window as positions of its input."""
    top, _, left, _ = window.padding
    (k_h, k_w), (s_h, s_w), (d_h, d_w) = window.kernel, window.stride, window.dilation
    return sliding(k_h, s_h, top, d_h), sliding(k_w, s_w, left, d_w)


@lru_cache(maxsize=REMEMBERED)
def _through(field: ReceptiveField, layer: Samplings) -> ReceptiveField:
    (height, width), (down, across) = field.samplings, layer
    after = composed(height, down)
    return _field((after, after if (width, across) == (height, down) else composed(width, across)))


@lru_cache(maxsize=REMEMBERED)
def _merged(one: ReceptiveField, other: ReceptiveField, positions: Pair) -> ReceptiveField:
    height, width = map(united, one.samplings, other.samplings, positions)
    return _field((height, width))


def _field(samplings: Samplings) -> ReceptiveField:
    height, width = samplings
    return ReceptiveField((height.span, width.span), (_step(height), _step(width)), samplings)


def _step(sampling: AnySampling) -> int:
    return max(int(sampling.rate), 1)
