"""Numbers as classes: a page without style attributes can forbid them, so that nobody can insert any.

The style sheet gives each class a custom property: a digit in its place, a share in percent, or the width of a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PLACES = "abcde"
"""The letters of the places of digits, from ten thousands to ones."""
MAX_NUMBER = 10 ** len(PLACES) - 1
MAX_WIDTH = 60
"""Characters of the widest column."""
COLUMNS = 8


def number(value: int) -> str:
    """The classes of a number up to ``MAX_NUMBER``, one for each digit other than 0: 1203 → ``b1 c2 e3``."""
    digits = f"{min(value, MAX_NUMBER):0{len(PLACES)}d}"
    return " ".join(place + digit for place, digit in zip(PLACES, digits, strict=True) if digit != "0")


def share(part: float) -> str:
    """The class of a share from 0 to 1, in percent: 0.42 → ``s42``."""
    return f"s{round(100 * part)}"


def columns(widths: Sequence[int]) -> str:
    """The classes of the widths of columns in characters: ``c1-14 c2-7``."""
    return " ".join(f"c{place}-{min(width, MAX_WIDTH)}" for place, width in enumerate(widths, 1))


def style_sheet(*, with_columns: bool = True) -> str:
    """The rules of all classes."""
    return "".join([*_numbers(), *(_columns() if with_columns else ())])


def _numbers() -> Iterable[str]:
    for power, place in enumerate(reversed(PLACES)):
        yield from (f".{place}{digit}{{--{place}:{digit * 10**power}}}" for digit in range(1, 10))
    yield from (f".s{percent}{{--share:{percent}%}}" for percent in range(101))
    total = " + ".join(f"var(--{place}, 0)" for place in PLACES)
    yield f".lw-bar i{{flex:calc({total}) 1 0%}}"
    yield f".lw-lines{{--lines:calc({total})}}"
    yield f":is(.lw-profile,.lw-block-drawing) svg{{--w:calc(({total})*1px)}}\n"


def _columns() -> Iterable[str]:
    for place in range(1, COLUMNS + 1):
        yield from (f".c{place}-{width}{{--c{place}:{width}}}" for width in range(1, MAX_WIDTH + 1))
    total = " + ".join(f"var(--c{place}, 0)" for place in range(1, COLUMNS + 1))
    yield f".lw-sheet{{--sum:calc({total})}}\n"
