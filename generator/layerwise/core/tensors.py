"""Named tensors, from which a layer's formula, parameter count and memory are calculated."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from layerwise.core.shape import TIMES, times

BYTES_PER_PARAMETER = 4
"""fp32, the type of published memory figures unless stated otherwise."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A named learned tensor, for a convolution ``weight`` with ``(k_h, k_w, C_in / groups, C_out)``."""

    name: str
    sides: tuple[int, ...]

    @property
    def count(self) -> int:
        """The number of values in it."""
        return math.prod(self.sides)


def count(tensors: Iterable[Tensor]) -> int:
    """Return the number of values in all tensors."""
    return sum(tensor.count for tensor in tensors)


def formula(tensors: Iterable[Tensor]) -> str:
    """Format the sum of the tensors: ``5×5×1×6 + 6``; equal neighbours are combined: ``2×64``.

    A layer without tensors has an empty formula.
    """
    runs = ((sides, len(list(run))) for sides, run in groupby(tensor.sides for tensor in tensors))
    return " + ".join(times(sides) if n == 1 else f"{n}{TIMES}{times(sides)}" for sides, n in runs)
