"""Stages: elements of one part of the model, by the names of its modules."""

from __future__ import annotations

from layerwise.importing.drafting.blocks import USE
from layerwise.importing.drafting.elements import Element, Series
from layerwise.importing.drafting.instances import CONTAINERS, Modules

STAGE = "stage"


def with_stages(series: Series, modules: Modules) -> Series:
    """Put neighbours of one container into a stage, if there are several such containers of blocks."""
    paths = _stage_paths(series, modules)
    if len(set(paths) - {""}) < 2:
        return series
    result: Series = []
    for element, path in zip(series, paths, strict=True):
        if path and result and result[-1].kind == STAGE and result[-1].module == path:
            result[-1].branches[0].append(element)
        elif path:
            result.append(Element(STAGE, {}, [[element]], element.shape, path))
        else:
            result.append(element)
        result[-1].shape = element.shape
    _name(result)
    return result


def _stage_paths(series: Series, modules: Modules) -> list[str]:
    """The path of the stage of each element: of the outermost level with several that have blocks; else empty."""
    chains = [
        [
            path
            for path in modules.prefixes(element.module)
            if modules.classes[path] in CONTAINERS or path in modules.parents
        ]
        if element.kind != "from"
        else []
        for element in series
    ]
    for level in range(max(map(len, chains), default=0)):
        here = [chain[level] if len(chain) > level else "" for chain in chains]
        with_blocks = {path for path, element in zip(here, series, strict=True) if element.kind == USE}
        runs = [path for place, path in enumerate(here) if path and (place == 0 or here[place - 1] != path)]
        if len(with_blocks - {""}) > 1:
            broken = {path for path in runs if runs.count(path) > 1}
            return [path if path in with_blocks - broken else "" for path in here]
    return [""] * len(series)


def _name(series: Series) -> None:
    """Name stages as their modules; those that only have a number, by their order."""
    number = 0
    for element in series:
        if element.kind == STAGE:
            number += 1
            *parents, last = element.module.split(".")
            element.options["name"] = f"stage {number}" if last.isdigit() or (not parents and len(last) == 1) else last
