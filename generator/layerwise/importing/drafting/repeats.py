"""Neighbours that are equal, as one element with ``repeat``; a first one that differs, with ``first``."""

from __future__ import annotations

from typing import Any

from layerwise.importing.drafting.blocks import USE, arguments_of
from layerwise.importing.drafting.elements import Element, Series
from layerwise.importing.drafting.template import Template

MAX_FIRST = 2
"""Arguments in which the first of several uses may differ."""


def with_repeats(series: Series, templates: dict[str, Template]) -> Series:
    """Return a list, and the lists in its branches, with repeats."""
    result: Series = []
    place = 0
    while place < len(series):
        element = series[place]
        element.branches = [with_repeats(branch, templates) for branch in element.branches]
        stop = place + 1
        while stop < len(series) and _is_equal(element, series[stop]) and not series[stop - 1].keep:
            stop += 1
        if stop - place > 1:
            element.options["repeat"] = stop - place
            element.keep, element.shape = series[stop - 1].keep, series[stop - 1].shape
        result.append(element)
        place = stop
    return _with_first(result, templates)


def _is_equal(one: Element, other: Element) -> bool:
    """True for layers and uses of blocks that are the same."""
    return (
        not one.branches
        and one.kind not in ("from", "identity")
        and (one.kind, one.options) == (other.kind, other.options)
    )


def _with_first(series: Series, templates: dict[str, Template]) -> Series:
    """Join a use of a block to the repeat after it, if only few of its arguments differ."""
    result: Series = []
    for element in series:
        before = result[-1] if result else None
        differing = _differing(before, element, templates) if before is not None else None
        if differing:
            element.options["repeat"] = element.options.get("repeat", 1) + 1
            element.options["first"] = differing
            result[-1] = element
        else:
            result.append(element)
    return result


def _differing(one: Element, other: Element, templates: dict[str, Template]) -> dict[str, Any] | None:
    """The arguments of the first use if it can be the first of a repeat of the second one; else None."""
    if one.kind != USE or other.kind != USE or one.keep or "repeat" in one.options:
        return None
    if one.options["block"] != other.options["block"]:
        return None
    template = templates[one.options["block"]]
    first, rest = _all_arguments(one, template), _all_arguments(other, template)
    differing = {name: value for name, value in first.items() if rest[name] != value}
    return differing if 0 < len(differing) <= min(MAX_FIRST, len(first) - 1) else None


def _all_arguments(use: Element, template: Template) -> dict[str, Any]:
    """The arguments of a use with those that have the default."""
    given = arguments_of(use)
    return {item.name: given.get(item.name, item.default) for item in template.parameters.found}
