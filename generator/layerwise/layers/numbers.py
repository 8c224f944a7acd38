"""Whole numbers joined by x, as definitions write sizes: ``3x3x64``, ``1x2`` or ``2``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layerwise.core.fields import Schema, schema_of
from layerwise.core.limits import SIDE
from layerwise.core.shape import TIMES, parse_sides


@dataclass(frozen=True, slots=True)
class Numbers:
    """The allowed numbers of an option, with their written form and the wording of errors."""

    counts: tuple[int, ...]
    least: int
    expected: str
    """The wording after "expected" in errors."""
    examples: tuple[int | str, ...]
    written: str = ""
    """A short description of the written form; by default the examples."""
    words: tuple[str, ...] = ()
    """Words that are allowed instead of numbers."""

    def read(self, value: Any) -> tuple[int, ...]:
        """Read the numbers. Raises ``ValueError`` for anything else, including the words."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError(f"expected {self.expected}")
        try:
            sides = parse_sides(value)
        except ValueError:
            sides = ()
        if len(sides) not in self.counts or min(sides) < self.least:
            raise ValueError(f"expected {self.expected}")
        if max(sides) > SIDE:
            raise ValueError(f"numbers go up to {SIDE:,}")
        return sides

    @property
    def schema(self) -> Schema:
        """The written form as a schema."""
        return schema_of(
            self.written or " or ".join(map(str, self.examples)), self.expected, *self.examples, **self._allowed()
        )

    def _allowed(self) -> Schema:
        text = {"pattern": f"^({'|'.join([*map(self._pattern, self.counts), *self.words])})$"}
        if 1 not in self.counts:
            return {"type": "string", **text}
        return {"type": ["integer", "string"], "minimum": self.least, "maximum": SIDE, **text}

    def _pattern(self, count: int) -> str:
        digits = len(str(SIDE)) - 1
        number = f"[1-9][0-9]{{0,{digits}}}" if self.least else f"(0|[1-9][0-9]{{0,{digits}}})"
        return number + f"[x{TIMES}]{number}" * (count - 1)


def written(sides: tuple[int, ...]) -> int | str:
    """Format sides as in a definition: one number if all are equal, height × width if opposite ones are."""
    if len(set(sides)) == 1:
        return sides[0]
    shorter = (sides[0], sides[2]) if len(sides) == 4 and sides[0] == sides[1] and sides[2] == sides[3] else sides
    return "x".join(map(str, shorter))
