"""The input positions that each output position of a layer depends on, along one axis."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import gcd
from typing import NamedTuple

MAX_PHASES = 64
"""Phases that are calculated exactly; with more, as after upsampling by 100, a bound is calculated."""
MAX_TAPS = 1024
"""Taps that one composition compares one by one, if the first and the last are not enough."""


class Taps(NamedTuple):
    """The positions ``first``, ``first + spacing``, … ``last``."""

    first: int
    last: int
    spacing: int = 1

    @property
    def number(self) -> int:
        """The number of positions."""
        return (self.last - self.first) // self.spacing + 1


class Sampling(NamedTuple):
    """The taps of each output position, exactly: periodic, because upsampling gives neighbours different taps.

    Output position ``q·period + r`` has the taps of phase r, shifted by ``q·advance``.
    """

    advance: int
    """Input positions between the taps of one period and those of the next."""
    phases: tuple[Taps | None, ...]
    """The taps of the first period; None for a position that depends on no input."""

    @property
    def rate(self) -> Fraction:
        """Input positions per output position."""
        return Fraction(self.advance, len(self.phases))

    @property
    def span(self) -> int:
        """Positions from the first tap to the last, the most of all phases."""
        return max([taps.last - taps.first + 1 for taps in self.phases if taps], default=0)

    def taps_at(self, position: int) -> Taps | None:
        """The taps of any output position."""
        period, phase = divmod(position, len(self.phases))
        taps, shift = self.phases[phase], period * self.advance
        return Taps(taps[0] + shift, taps[1] + shift, taps[2]) if taps and shift else taps


class Bound(NamedTuple):
    """A bound of the taps: those of output position i lie from ``rate·i + first`` to ``rate·i + last``."""

    rate: Fraction
    first: Fraction
    last: Fraction

    @property
    def span(self) -> int:
        """Positions from the first tap to the last, at most."""
        return int(self.last - self.first) + 1


AnySampling = Sampling | Bound


# --- layers ---------------------------------------------------------------------------------------------------------


def sliding(kernel: int, stride: int, before: int, dilation: int = 1) -> Sampling:
    """A kernel with ``before`` rows or columns of padding before the input."""
    return Sampling(stride, (Taps(-before, (kernel - 1) * dilation - before, dilation),))


def shifted(offset: int) -> Sampling:
    """One value each, ``offset`` positions further on: a crop."""
    return Sampling(1, (Taps(offset, offset),))


def repeated(factor: int) -> AnySampling:
    """Each value ``factor`` times: nearest neighbour, unpooling, depth to space. Output i sees ⌊i / factor⌋."""
    return nearest_neighbour(1, factor)


def interpolated(factor: int) -> AnySampling:
    """Linear interpolation by a whole factor: output i lies at (i + ½) / factor − ½."""
    return linear_neighbours(1, factor)


def nearest_neighbour(size: int, resized: int) -> AnySampling:
    """The nearest neighbour after a change of size, as PyTorch's ``nearest``. Output i sees ⌊i · size / resized⌋."""
    rate = Fraction(size, resized)
    advance, phases = rate.numerator, rate.denominator
    if phases > MAX_PHASES:
        return Bound(rate, Fraction(1 - phases, phases), Fraction(0))
    places = [i * advance // phases for i in range(phases)]
    return Sampling(advance, tuple([Taps(place, place) for place in places]))


def linear_neighbours(size: int, resized: int) -> AnySampling:
    """Linear interpolation as PyTorch's with ``align_corners=False``: output i lies at (i + ½) · size / resized − ½.

    It sees the two neighbours of that place, or one if it falls on a position.
    """
    rate = Fraction(size, resized)
    advance, phases = rate.numerator, rate.denominator
    if phases > MAX_PHASES:
        place = (rate - 1) / 2
        return Bound(rate, place - 1, place + 1)
    places = [divmod((2 * i + 1) * advance - phases, 2 * phases) for i in range(phases)]
    return Sampling(advance, tuple([Taps(floor, floor + (rest > 0)) for floor, rest in places]))


def transposed(kernel: int, stride: int, before: int, dilation: int = 1) -> AnySampling:
    """A transposed convolution: output o sees the inputs i for which o + before − i·stride is a tap of the kernel."""
    if stride > MAX_PHASES:
        extent = (kernel - 1) * dilation
        return Bound(Fraction(1, stride), Fraction(before - extent, stride), Fraction(before, stride))
    return Sampling(1, tuple([_transposed_taps(kernel, stride, o + before, dilation) for o in range(stride)]))


def _transposed_taps(kernel: int, stride: int, place: int, dilation: int) -> Taps | None:
    """The inputs i with ``place − i·stride = t·dilation`` for a tap t of the kernel."""
    common = gcd(stride, dilation)
    if place % common:
        return None
    every = stride // common
    nearest = place // common * pow(dilation // common, -1, every) % every
    if nearest >= kernel:
        return None
    farthest = nearest + (kernel - 1 - nearest) // every * every
    return Taps((place - farthest * dilation) // stride, (place - nearest * dilation) // stride, dilation // common)


# --- layers after each other, and next to each other ------------------------------------------------------------------


def composed(before: AnySampling, layer: AnySampling) -> AnySampling:
    """The sampling of a layer that follows others: from the first to the last position that its taps see."""
    if isinstance(before, Sampling) and isinstance(layer, Sampling):
        rounds = len(before.phases) // gcd(len(before.phases), layer.advance)
        outputs = len(layer.phases) * rounds
        compared = 1 if _is_monotone(before) else _most_taps(before, layer)
        if outputs <= MAX_PHASES and (compared == 1 or outputs * compared <= MAX_TAPS):
            advance = before.advance * (layer.advance * rounds // len(before.phases))
            return Sampling(advance, tuple([_seen(before, layer.taps_at(i), compared) for i in range(outputs)]))
    (rate, first, last), (step, nearest, farthest) = bound_of(before), bound_of(layer)
    return Bound(rate * step, rate * nearest + first, rate * farthest + last)


def _is_monotone(sampling: Sampling) -> bool:
    """Return True if taps never move back from one position to the next: then the outermost taps see farthest."""
    if len(sampling.phases) == 1:
        return sampling.phases[0] is not None
    taps = [sampling.taps_at(position) for position in range(len(sampling.phases) + 1)]
    return all(
        one is not None and other is not None and one.first <= other.first and one.last <= other.last
        for one, other in pairwise(taps)
    )


def _most_taps(before: Sampling, layer: Sampling) -> int:
    """Taps at each end of a kernel that fall on different phases."""
    return min(max([taps.number for taps in layer.phases if taps], default=1), len(before.phases))


def _seen(before: Sampling, taps: Taps | None, compared: int) -> Taps | None:
    """From the first to the last position that some taps see, found among as many at both ends."""
    if taps is None:
        return None
    if compared == 1:
        nearest, farthest = before.taps_at(taps.first), before.taps_at(taps.last)
        return Taps(nearest.first, farthest.last) if nearest and farthest else None
    count = min(compared, taps.number)
    firsts = [before.taps_at(taps.first + taps.spacing * t) for t in range(count)]
    lasts = [before.taps_at(taps.last - taps.spacing * t) for t in range(count)]
    if not any(firsts):
        return None
    return Taps(min([seen.first for seen in firsts if seen]), max([seen.last for seen in lasts if seen]))


def united(one: AnySampling, other: AnySampling, positions: int) -> AnySampling:
    """From the first to the last position that either sees, for branches that meet in a map of so many positions."""
    if isinstance(one, Sampling) and isinstance(other, Sampling):
        p, q = len(one.phases), len(other.phases)
        common = p * q // gcd(p, q)
        if one.advance * q == other.advance * p and common <= MAX_PHASES:
            both = [(one.taps_at(i), other.taps_at(i)) for i in range(common)]
            return Sampling(one.advance * (common // p), tuple([_hull(a, b) for a, b in both]))
    slow, fast = sorted((bound_of(one), bound_of(other)))
    drift = (fast.rate - slow.rate) * (positions - 1)  # by which the slower one lags at the last position
    return Bound(fast.rate, min(slow.first - drift, fast.first), max(slow.last, fast.last))


def _hull(one: Taps | None, other: Taps | None) -> Taps | None:
    if one is None or other is None:
        return one or other
    return Taps(min(one.first, other.first), max(one.last, other.last))


def bound_of(sampling: AnySampling) -> Bound:
    """The closest bound of a sampling."""
    if isinstance(sampling, Bound):
        return sampling
    rate = sampling.rate
    taps = [(taps, rate * phase) for phase, taps in enumerate(sampling.phases) if taps]
    first = min([each.first - place for each, place in taps], default=Fraction(0))
    return Bound(rate, first, max([each.last - place for each, place in taps], default=first))
