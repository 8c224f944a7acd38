"""Blocks of a network: instances of one module class become uses of one block, or of a few if they differ much."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from layerwise.core.shape import Shape
from layerwise.definition.words import is_block_name
from layerwise.importing.drafting.elements import Element, Series, skeleton
from layerwise.importing.drafting.instances import Instance, Modules, find_instances, kept_uses
from layerwise.importing.drafting.template import GATE, Template, unify

USE = "use of a block"
MAX_OPTIONS = 1
"""Truth values that a block may have as parameters; with more, it is split by its skeletons."""
MAX_PARAMETERS = 7


@dataclass(slots=True)
class Blocks:
    """The blocks of a network, and the network as a list of their uses."""

    templates: list[Template] = field(default_factory=list)
    series: Series = field(default_factory=list)


def with_blocks(series: Series, classes: dict[str, str], in_channels: int) -> Blocks:
    """Replace instances of blocks by uses."""
    blocks = Blocks(series=series)
    with_gates(blocks, series, in_channels)
    modules = Modules(classes, series)
    places: list[tuple[Series, Instance]] = []
    _collect(series, modules, in_channels, places, kept_uses(series))
    groups: dict[str, list[tuple[Series, Instance]]] = {}
    for owner, instance in places:
        key = instance.kind or json.dumps(_kind_of(instance.series))
        groups.setdefault(key, []).append((owner, instance))
    uses: dict[int, Element] = {}
    for group in groups.values():
        if len(group) > 1:
            _add(blocks, [instance for _, instance in group], uses)
    _replace(places, uses)
    return blocks


def _kind_of(series: Series) -> Any:
    """Return what instances without a class have in common: the skeleton of the longest branch."""
    (element,) = series
    if element.kind == "add":
        return [element.kind, max((skeleton(branch) for branch in element.branches), key=lambda kinds: len(str(kinds)))]
    return skeleton(series)


def _collect(
    series: Series, modules: Modules, in_channels: int, places: list[tuple[Series, Instance]], uses: Counter[str]
) -> None:
    """Find the instances in a list, and in the branches of all elements outside of them."""
    instances = find_instances(series, modules, in_channels, uses)
    places.extend((series, instance) for instance in instances)
    inside = {place for item in instances for place in range(item.start, item.stop)}
    channels = in_channels
    for place, element in enumerate(series):
        if place not in inside:
            for branch in element.branches:
                _collect(branch, modules, channels, places, uses)
        channels = element.shape.channels


def _add(blocks: Blocks, instances: list[Instance], uses: dict[int, Element]) -> None:
    """Add the block of some instances, or several."""
    distinct: dict[str, list[Instance]] = {}
    for instance in instances:
        distinct.setdefault(_signature(instance), []).append(instance)
    samples = [same[0] for same in distinct.values()]
    for group in _split(samples):
        members = [other for sample in group for other in distinct[_signature(sample)]]
        if len(members) < 2:
            continue
        template = unify(_name(blocks, group[0].kind), group)
        blocks.templates.append(template)
        for place, sample in enumerate(group):
            for instance in distinct[_signature(sample)]:
                last = instance.series[-1]
                uses[id(instance)] = use_of(template, place, last.shape, instance.path)


def use_of(template: Template, place: int, shape: Shape, module: str) -> Element:
    """The use of a block by an instance; the keys of its arguments begin with the option that they are for."""
    kinds = {item.name: item.option for item in template.parameters.found}
    arguments = {f"{kinds[name]}@{name}": value for name, value in template.arguments(place).items()}
    return Element(USE, {"block": template.name, **arguments}, shape=shape, module=module)


def arguments_of(use: Element) -> dict[str, Any]:
    """The arguments of the use of a block, by name."""
    return {key.partition("@")[2]: value for key, value in use.options.items() if "@" in key}


def with_gates(blocks: Blocks, series: Series, in_channels: int) -> None:
    """Make blocks of gates such as squeeze-and-excitation, which multiply their input by a few layers of it."""
    found: list[tuple[Series, int, Instance]] = []
    _gates(series, in_channels, found)
    groups: dict[str, list[tuple[Series, int, Instance]]] = {}
    for entry in found:
        groups.setdefault(json.dumps(skeleton(entry[2].series)), []).append(entry)
    for group in groups.values():
        uses: dict[int, Element] = {}
        if len(group) > 1:
            _add(blocks, [instance for _, _, instance in group], uses)
        for owner, place, instance in group:
            if use := uses.get(id(instance)):
                owner[place] = use


def _gates(series: Series, in_channels: int, found: list[tuple[Series, int, Instance]]) -> None:
    """Collect the gates of a list and its branches."""
    channels = in_channels
    for place, element in enumerate(series):
        if element.kind == "multiply" and len(element.branches) == 2 and _is_gate(element, channels):
            found.append((series, place, Instance(GATE, element.module, [element], channels, place, place + 1)))
        else:
            for branch in element.branches:
                _gates(branch, channels, found)
        channels = element.shape.channels


def _is_gate(element: Element, channels: int) -> bool:
    """True for the product of the input and two or more plain layers, which have its channels at the end."""
    first, second = element.branches
    plain = all(not item.branches and item.kind != "from" and not item.keep for item in second)
    return not first and len(second) > 1 and plain and element.shape.channels == channels and not element.keep


def _split(samples: list[Instance]) -> list[list[Instance]]:
    """One group if one block can express all samples well; else a group for each skeleton."""
    together = unify("", samples)
    if together.options <= MAX_OPTIONS and len(together.parameters.found) <= MAX_PARAMETERS:
        return [samples]
    groups: dict[str, list[Instance]] = {}
    for sample in samples:
        groups.setdefault(json.dumps(skeleton(sample.series)), []).append(sample)
    if len(groups) == 1:
        return [samples]
    merged: list[list[Instance]] = []
    for group in groups.values():
        for other in merged:
            joined = unify("", [*other, *group])
            if joined.options == 0 and len(joined.parameters.found) <= MAX_PARAMETERS:
                other.extend(group)
                break
        else:
            merged.append(group)
    return merged


def _signature(instance: Instance) -> str:
    """Equal for instances that are the same."""

    def plain(element: Element) -> Any:
        branches = [[plain(item) for item in branch] for branch in element.branches]
        options = {key: value for key, value in element.options.items() if key != "source"}
        return [element.kind, sorted(options.items()), branches]

    content = [instance.in_channels, instance.out_channels, [plain(item) for item in instance.series], _links(instance)]
    return json.dumps(content, default=str)


def _links(instance: Instance) -> Any:
    """Return the skeleton with its kept outputs, named in order."""
    from layerwise.importing.drafting.template import _canonical  # noqa: PLC0415

    return skeleton(_canonical(instance.series))


def _name(blocks: Blocks, kind: str) -> str:
    """A name for a block from that of a class: ``_DenseLayer`` is ``dense_layer``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind.lstrip("_")).lower() or "block"
    name = words if is_block_name(words) else f"{words}_block"
    taken = {template.name for template in blocks.templates}
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}{number}", number + 1
    return unique


def _replace(places: list[tuple[Series, Instance]], uses: dict[int, Element]) -> None:
    """Put the uses into their lists, the last first, so that the places stay."""
    for series, instance in reversed(places):
        use = uses.get(id(instance))
        (instance.series[-1] if use is None else use).keep = instance.keep or instance.series[-1].keep * (use is None)
        if use:
            series[instance.start : instance.stop] = [use]
