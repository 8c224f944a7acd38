"""Alignment of the instances of a block: which of their elements are the same."""

from __future__ import annotations

from typing import Any

from layerwise.importing.drafting.elements import Element, Series, skeleton

Column = list[Element | None]
"""One element of a block in each instance; None where an instance lacks it."""


def align(lists: list[Series]) -> list[Column]:
    """Return the columns of several lists; those of one skeleton are aligned one by one."""
    columns: list[Column] = [[element] for element in lists[0]]
    for count, series in enumerate(lists[1:], 1):
        columns = _merged(columns, series, count)
    return columns


def _merged(columns: list[Column], series: Series, count: int) -> list[Column]:
    """Columns of ``count`` lists, and one more list: the alignment with the most similar pairs."""
    representatives = [next(item for item in column if item is not None) for column in columns]
    rows, width = len(columns), len(series)
    best = [[0.0] * (width + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for place in range(width - 1, -1, -1):
            alike = similarity(representatives[row], series[place])
            paired = alike + best[row + 1][place + 1] if alike else -1.0
            best[row][place] = max(paired, best[row + 1][place], best[row][place + 1])
    result: list[Column] = []
    row = place = 0
    while row < rows or place < width:
        if row < rows and place < width:
            alike = similarity(representatives[row], series[place])
            if alike and best[row][place] == alike + best[row + 1][place + 1]:
                result.append([*columns[row], series[place]])
                row, place = row + 1, place + 1
                continue
        if row < rows and (place == width or best[row][place] == best[row + 1][place]):
            result.append([*columns[row], None])
            row += 1
        else:
            result.append([*[None] * count, series[place]])
            place += 1
    return result


_WEIGHTS: dict[str, float] = {"kernel": 2.0, "groups": 0.5, "norm": 0.5, "activation": 0.5, "stride": 0.25}


def similarity(one: Element, other: Element) -> float:
    """Return the similarity of two elements: 0 if they cannot be one element of a block."""
    if one.kind != other.kind or len(one.branches) != len(other.branches):
        return 0.0
    if one.options.get("block") != other.options.get("block"):
        return 0.0
    if one.kind == "from" and one.options != other.options:
        return 0.0
    score = 3.0 + sum(weight for key, weight in _WEIGHTS.items() if one.options.get(key) == other.options.get(key))
    score += 1.0 * (bool(one.module) and _leaf(one) == _leaf(other))
    return score + 2.0 * (skeleton(one.branches[0]) == skeleton(other.branches[0])) if one.branches else score


def _leaf(element: Element) -> Any:
    """The last two names of a module path, without those of numbers."""
    return tuple(part for part in element.module.split(".")[-2:] if not part.isdigit())


def with_common_sum(lists: list[Series]) -> list[Series]:
    """Put lists without a shortcut into a sum as the others have, with a shortcut that is missing.

    A block that adds its input only where the shapes allow it, such as an inverted residual, is one block then.
    """
    others = [series for series in lists if not _is_plain_sum(series)]
    if not others or len(others) == len(lists) or any(item.kind == "add" for series in others for item in series):
        return lists
    return [_explicit(series) if _is_plain_sum(series) else _in_sum(series) for series in lists]


def _is_plain_sum(series: Series) -> bool:
    """True for one sum of some layers and the input, without an activation function."""
    if len(series) != 1 or series[0].kind != "add" or series[0].options or len(series[0].branches) != 2:
        return False
    return not series[0].branches[1] and bool(series[0].branches[0])


def _explicit(series: Series) -> Series:
    """A sum whose shortcut is an element."""
    (total,) = series
    return [Element("add", {}, [total.branches[0], [Element("identity")]], total.shape, total.module)]


def _in_sum(series: Series) -> Series:
    """A sum with the elements as the only branch; the other one is missing."""
    last = series[-1]
    missing = Element("identity", {"missing": True})
    return [Element("add", {}, [series, [missing]], last.shape, last.module)]
