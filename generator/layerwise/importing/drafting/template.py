"""Blocks: what instances have in common, with parameters for what differs (anti-unification).

Source: Plotkin, A Note on Inductive Generalization, 1970.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from layerwise.importing.drafting.alignment import Column, align, with_common_sum
from layerwise.importing.drafting.conditions import condition, positive
from layerwise.importing.drafting.elements import Element, Series, walk
from layerwise.importing.drafting.expressions import Expr, Parameters, Vector, agree, multiple
from layerwise.importing.drafting.instances import Instance

GATE = "SqueezeExcite"
"""The class of gates that have no class of their own in the model."""
SOME_WIDTHS = 3
"""Widths of a block from which on they are named after modules."""


@dataclass(slots=True)
class Template:
    """A block: its elements with expressions, its parameters, and the arguments of each instance."""

    name: str
    series: Series
    parameters: Parameters
    options: int
    """Truth values among the parameters: elements that no condition explains."""

    def arguments(self, place: int) -> dict[str, Any]:
        """The arguments of an instance that are not the default."""
        return {
            item.name: item.values[place]
            for item in self.parameters.found
            if not item.has_default
            or item.values[place] != item.default
            or type(item.values[place]) is not type(item.default)
        }


class Unifier:
    """Makes one block of several instances."""

    def __init__(self, instances: list[Instance]) -> None:
        self.count = len(instances)
        self.parameters = Parameters(
            [item.in_channels for item in instances], [item.out_channels for item in instances]
        )
        self.optional: list[tuple[Element, list[bool]]] = []
        """Elements that some instances lack, and which have them."""
        self.paths = [item.path for item in instances]
        self.widths = _differing_widths(instances)
        lists = with_common_sum([_canonical(item.series) for item in instances])
        self.is_gate = instances[0].kind == GATE
        self.series = self.unified(lists, list(range(self.count)))
        self.options = self.conditions()
        self.defaults()

    def unified(self, lists: list[Series], places: list[int]) -> Series:
        """The common elements of lists; ``places`` are the instances they belong to."""
        return [self.element(column, places) for column in align(lists)]

    def element(self, column: Column, places: list[int]) -> Element:
        """One element of the block."""
        full = [(place, item) for place, item in zip(places, column, strict=True) if item is not None]
        first = full[0][1]
        here = [place for place, item in full if "missing" not in item.options]
        result = Element(first.kind, {}, shape=first.shape, module=first.module, keep=first.keep)
        keys = {key: None for _, item in full for key in item.options if key != "missing"}
        for key in keys:
            values: Vector = [None] * self.count
            for place, item in full:
                values[place] = item.options.get(key, ABSENT.get(key, "none"))
            result.options[key] = self.value(key, values, result, [item for _, item in full])
        if len(here) < len(places):
            self.optional.append((result, [place in here for place in range(self.count)]))
        rows = [place for place, _ in full]
        for branch in range(len(first.branches)):
            lists = [item.branches[branch] for _, item in full]
            result.branches.append(self.unified(lists, rows))
        return result

    def value(self, key: str, values: Vector, element: Element, items: list[Element]) -> Any:
        """The value of an option: one for all instances, an expression, or a new parameter."""
        known = [value for value in values if value is not None]
        if len({json.dumps(value) for value in known}) == 1:
            return known[0]
        if key == "padding" and all(_is_half(item) for item in items):
            return "half"
        option = key.partition("@")[0]
        expression = self.parameters.express(option, values)
        if expression is None and option == "channels" and not self.is_gate:
            expression = self.of_output(values)
        return expression or self.parameters.add(self.name(key, values, element), option, values)

    def of_output(self, values: Vector) -> Expr | None:
        """Several times the output channels, which become a parameter; else None."""
        outputs = self.parameters.out_channels
        text = multiple("width", outputs, values)
        if text is None or "*" not in text or len(set(outputs)) == 1:
            return None
        name = self.parameters.add("width", "channels", list(outputs)).text
        return Expr(text.replace("width", name))

    def name(self, key: str, values: Vector, element: Element) -> str:
        """The name of a new parameter: that of its option, and of its module if several widths differ."""
        option, _, argument = key.partition("@")
        if argument:
            return argument
        if option == "channels":
            if self.is_gate:
                return "squeeze"
            if agree(values, self.parameters.out_channels) or multiple("", values, self.parameters.out_channels):
                return "width"
            if self.widths > SOME_WIDTHS and (path := self.module_name(element)):
                return path
            pairs = zip(values, self.parameters.in_channels, strict=True)
            return "expanded" if all(value is None or value >= given for value, given in pairs) else "inner"
        return option

    def module_name(self, element: Element) -> str:
        """The module of an element within its block, as a name."""
        path = element.module
        for root in self.paths:
            if path.startswith(root + "."):
                path = path.removeprefix(root + ".")
        parts = [part for part in path.split(".") if part not in ("conv", "block", "0") or path == part]
        name = "_".join(parts)
        return name if name.isidentifier() and len(name) <= 20 and not _is_reserved(name) else ""

    def conditions(self) -> int:
        """Give each optional element its condition; return how many need a parameter of their own."""
        needed = 0
        for element, present in self.optional:
            text = condition(self.parameters, present) or self.by_size(element, present)
            if text is None:
                text = self.parameters.add(_option_name(element), "option", list(present)).text
                needed += 1
            element.options["when"] = Expr(text)
        return needed

    def by_size(self, element: Element, present: list[bool]) -> str | None:
        """``squeeze > 0``, if a size is only used inside an optional element: it is 0 without it."""
        inside = {str(value) for item in walk([element]) for value in item.options.values() if isinstance(value, Expr)}
        for item in self.parameters.found:
            is_inside = f"${item.name}" in inside and item.option in ("channels", "size")
            if is_inside and None in item.values and positive(item.values, present):
                item.values = [0 if value is None else value for value in item.values]
                item.default, item.has_default = 0, True
                return f"{item.name} > 0"
        return None

    def defaults(self) -> None:
        """Give each parameter a default if most instances have it, and a value where an instance does not use it."""
        for item in self.parameters.found:
            known = [value for value in item.values if value is not None]
            common = max(known, key=lambda value: sum(value == other for other in known))
            item.values = [common if value is None else value for value in item.values]
            if item.has_default or item.option in ("channels", "size", "groups", "heads"):
                continue
            item.default = 1 if item.option == "stride" and 1 in known else common
            item.has_default = True
        self.parameters.found.sort(key=lambda item: item.has_default)


ABSENT: dict[str, Any] = {
    "groups": 1, "stride": 1, "dilation": 1, "padding": 0, "bias": True, "ceil": False, "multiplier": 1, "affine": True,
    "gain": False, "fixed": False, "size": 1, "heads": 1, "output_padding": 0,
}  # fmt: skip
"""The values of options that an element does not have; all others are ``none``."""


def unify(name: str, instances: list[Instance]) -> Template:
    """Make one block of instances."""
    unifier = Unifier(instances)
    return Template(name, unifier.series, unifier.parameters, unifier.options)


def _canonical(series: Series) -> Series:
    """Elements with the identity as the last branch of each sum, and kept outputs named in order."""
    names: dict[str, str] = {}
    for item in walk(series):
        if item.keep:
            names.setdefault(item.keep, f"out{len(names) + 1}")

    def copy(item: Element) -> Element:
        branches = [[copy(inner) for inner in branch] for branch in item.branches]
        if item.kind == "add":
            branches.sort(key=lambda branch: not branch)
        options = dict(item.options)
        if item.kind == "from":
            options["source"] = names[options["source"]]
        return Element(item.kind, options, branches, item.shape, item.module, names.get(item.keep, ""))

    return [copy(item) for item in series]


def _is_half(element: Element) -> bool:
    """True where the padding is half the kernel."""
    kernel, dilation = element.options.get("kernel"), element.options.get("dilation", 1)
    if not isinstance(kernel, str) or not isinstance(dilation, int):
        return False
    sides = [dilation * (int(side) - 1) for side in kernel.split("x")]
    halves = {side // 2 for side in sides}
    return not any(side % 2 for side in sides) and halves == {element.options.get("padding", 0)}


def _differing_widths(instances: list[Instance]) -> int:
    """About how many widths differ between the instances: the most of one instance."""
    return max(
        len({item.options["channels"] for item in walk(one.series) if "channels" in item.options}) for one in instances
    )


def _is_reserved(name: str) -> bool:
    from layerwise.definition.words import RESERVED, TAKEN  # noqa: PLC0415 - imports the whole language

    return name in RESERVED or name in TAKEN


def _option_name(element: Element) -> str:
    """The name of a truth value for an optional element."""
    if element.kind == "identity":
        return "residual"
    if element.kind == "multiply" or str(element.options.get("block", "")).startswith("squeeze_excite"):
        return "gated"
    if "block" in element.options:
        return f"with_{element.options['block']}".replace("-", "_")
    if element.kind == "conv" and element.options.get("kernel") == "1x1":
        return "expand"
    return f"with_{element.kind}"
