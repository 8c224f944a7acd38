"""Drafts as YAML that reads like a definition written by hand."""

from __future__ import annotations

from collections import Counter
from typing import Any

from layerwise.importing.drafting.blocks import USE, arguments_of
from layerwise.importing.drafting.elements import Element, Series, walk
from layerwise.importing.drafting.expressions import Expr, Parameter
from layerwise.importing.drafting.stages import STAGE
from layerwise.importing.drafting.template import Template
from layerwise.importing.drafting.yaml_values import WIDTH, mapping, scalar, size, wrapped
from layerwise.layers import KINDS, MERGES

DEFAULT_OPTIONS = ("padding", "bias", "norm", "activation")
"""Options that may be defaults of a file."""
PLAIN: dict[str, Any] = {
    "stride": 1, "padding": 0, "dilation": 1, "groups": 1, "multiplier": 1, "bias": True, "ceil": False, "norm": "none",
    "activation": "none", "gain": False, "along": "channels", "mode": "nearest", "output_padding": 0, "heads": 1,
    "fixed": False,
    "form": "softmax", "table": "none", "version": 1, "within": "none", "grid": "none",
}  # fmt: skip
"""Values of options that need not be written."""
ONE_FEWER = {"class_token", "take_token"}
"""Layers whose size is one if it is not written."""

Defaults = dict[str, dict[str, Any]]


class Writer:
    """Writes the elements of one definition."""

    def __init__(self, templates: list[Template], series: Series) -> None:
        self.templates = {template.name: template for template in templates}
        self.series = series
        self.defaults = common_options([*walk(series), *[item for block in templates for item in walk(block.series)]])

    def text(self, header: list[str]) -> str:
        """The whole definition after its header."""
        lines = list(header)
        if self.defaults:
            lines.append("defaults:")
            for kind, options in sorted(self.defaults.items()):
                lines.append(f"  {kind}: {mapping([(key, scalar(value)) for key, value in options.items()])}")
        if self.templates:
            lines.append("blocks:")
            for template in self.templates.values():
                lines += self.block(template)
        lines.append("layers:")
        lines += self.entries(self.series, 2)
        return "\n".join(lines) + "\n"

    def block(self, template: Template) -> list[str]:
        """A block with its parameters."""
        lines = [f"  {template.name}:"]
        if parameters := template.parameters.found:
            lines.append(f"    parameters: {_parameters(parameters)}")
        line = f"    layers: [{', '.join(map(self.flow, template.series))}]"
        if len(line) <= WIDTH and not any(element.branches for element in template.series):
            return [*lines, line]
        return [*lines, "    layers:", *self.entries(template.series, 6)]

    def entries(self, series: Series, indent: int) -> list[str]:
        """A list of elements, each on a line if it fits."""
        return [line for element in series for line in self.entry(element, indent)]

    def entry(self, element: Element, indent: int) -> list[str]:
        """An element as an entry of a list: on one line, or with its branches below each other."""
        start, line = " " * indent + "- ", self.flow(element)
        if not element.branches and len(start + line) > WIDTH:
            return wrapped([self.head(element), *self.rest(element)], indent)
        simple = element.kind == STAGE or sum(len(branch) for branch in element.branches) <= 2
        if not element.branches or (simple and len(start + line) <= WIDTH):
            return [start + line]
        inside = " " * (indent + 2)
        if element.kind == STAGE:
            lines = [f"{start}stage: {scalar(element.options['name'])}", f"{inside}layers:"]
            return [*lines, *self.entries(element.branches[0], indent + 4)]
        lines = [f"{start}{element.kind}:"]
        for name, branch in zip(branch_names(element), element.branches, strict=True):
            lines += self.branch(name, branch, indent + 4)
        return lines + [f"{inside}{key}: {value}" for key, value in self.rest(element)]

    def branch(self, name: str, branch: Series, indent: int) -> list[str]:
        """A branch of a merge, on one line if it is short."""
        line = " " * indent + f"{name}: {self.branch_flow(branch)}"
        if len(line) <= WIDTH - 15 and len(branch) <= 3:
            return [line]
        return [" " * indent + f"{name}:", *self.entries(branch, indent + 2)]

    def branch_flow(self, branch: Series) -> str:
        """A branch inside braces or brackets."""
        if not branch:
            return "identity"
        if len(branch) == 1 and branch[0].kind in ("identity", "from"):
            return self.flow(branch[0])
        return f"[{', '.join(map(self.flow, branch))}]"

    def flow(self, element: Element) -> str:
        """An element on one line."""
        entries = [self.head(element), *self.rest(element)]
        if element.kind == STAGE:
            entries = [
                ("stage", scalar(element.options["name"])),
                ("layers", f"[{', '.join(map(self.flow, element.branches[0]))}]"),
            ]
        return entries[0][0] if len(entries) == 1 and not entries[0][1] else mapping(entries)

    def head(self, element: Element) -> tuple[str, str]:
        """The kind with its size, its branches or its arguments."""
        options = element.options
        if element.kind == "from":
            return "from", scalar(options["source"])
        if element.kind == USE:
            return options["block"], self.arguments(element)
        if element.branches:
            names = branch_names(element)
            branches = [(name, self.branch_flow(branch)) for name, branch in zip(names, element.branches, strict=True)]
            return element.kind, mapping(branches)
        if "kernel" in options or "channels" in options:
            return element.kind, size(options.get("kernel"), options.get("channels"))
        return element.kind, scalar(options["size"]) if "size" in options else ""

    def arguments(self, use: Element) -> str:
        """The arguments of a block: none, one, a list of all, or a mapping."""
        given = arguments_of(use)
        names = [item.name for item in self.templates[use.options["block"]].parameters.found]
        leading = names[: len(given)]
        if not given:
            return ""
        if [*given] == leading and (len(given) == 1 or len(given) > 3 or len(given) == len(names)):
            values = [scalar(given[name]) for name in leading]
            return values[0] if len(values) == 1 else f"[{', '.join(values)}]"
        return mapping([(name, scalar(value)) for name, value in given.items()])

    def rest(self, element: Element) -> list[tuple[str, str]]:
        """The options that differ from their defaults, and the keys that all elements can have."""
        entries = []
        defaults = self.defaults.get(element.kind, {})
        plain = PLAIN | ({"bias": False} if element.kind == "scale" else {})
        plain |= {"stride": element.options.get("kernel")} if element.kind.endswith("_pool") else {}
        for key in _ORDER:
            value = element.options.get(key, plain.get(key))
            is_option = key in element.options or key in defaults
            if is_option and key in _fields(element.kind) and not _is_same(value, defaults.get(key, plain.get(key))):
                entries.append((key, scalar(value)))
        if first := element.options.get("first"):
            entries.append(("first", mapping([(key, scalar(value)) for key, value in first.items()])))
        if "repeat" in element.options:
            entries.append(("repeat", scalar(element.options["repeat"])))
        if element.keep:
            entries.append(("as", scalar(element.keep)))
        if "when" in element.options:
            entries.append(("when", scalar(element.options["when"])))
        return entries


_ORDER = (
    "stride", "padding", "dilation", "groups", "multiplier", "output_padding", "heads", "version", "form", "within",
    "grid", "table", "output", "operation", "gain", "mode", "along", "affine", "fixed", "bias", "norm", "activation",
    "ceil",
)  # fmt: skip
"""Options in the order in which people write them."""


def _fields(kind: str) -> Any:
    """The options of a kind."""
    return (KINDS | MERGES)[kind].fields() if kind in KINDS or kind in MERGES else {}


def _is_same(value: Any, default: Any) -> bool:
    """True where an option has the value that it has without being written; a 2x2 stride is one of 2."""
    return str(_short(value)) == str(_short(default)) and type(value) in (type(default), int, str)


def _short(value: Any) -> Any:
    parts = str(value).split("x")
    return parts[0] if len(parts) == 2 and parts[0] == parts[1] else value


def _parameters(parameters: list[Parameter]) -> str:
    """The parameters of a block: a list of names, or a mapping with defaults."""
    if not any(item.has_default for item in parameters):
        return f"[{', '.join(item.name for item in parameters)}]"
    return mapping([(item.name, scalar(item.default) if item.has_default else "") for item in parameters])


def branch_names(element: Element) -> list[str]:
    """Names of the branches: those that people use for sums and gates, else those of their modules, or numbers."""
    branches = element.branches
    if fixed := MERGES[element.kind].branch_names if element.kind in MERGES else ():
        return list(fixed)
    if len(branches) == 2 and element.kind in ("add", "multiply"):
        second = "gate" if element.kind == "multiply" else "shortcut"
        return ["main", second]
    if len(branches) == 2 and not branches[0]:
        return ["earlier", "new"]
    names = [_branch_name(branch) for branch in branches]
    taken = [name for name in names if name]
    if len(set(taken)) == len(names):
        return names
    return [str(number) for number in range(1, len(branches) + 1)]


def _branch_name(branch: Series) -> str:
    """The name of the module of a branch, if all its layers are in one."""
    paths = [item.module.split(".") for item in walk(branch) if item.module]
    if not paths:
        return ""
    common = paths[0]
    for other in paths[1:]:
        common = [part for part, same in zip(common, other, strict=False) if part == same]
    words = [part for part in common if not part.isdigit() and part not in ("conv", "bn")]
    return words[-1] if words and words[-1].replace("_", "").isalnum() else ""


def common_options(elements: list[Element]) -> Defaults:
    """Options that most convolutions of a kind have, and that are not the language's own."""
    defaults: Defaults = {}
    for kind in ("conv", "depthwise_conv", "transposed_conv"):
        items = [element for element in elements if element.kind == kind]
        for key in DEFAULT_OPTIONS if items else ():
            values = [item.options.get(key, PLAIN[key]) for item in items]
            counts = Counter(map(str, values))
            value = max(values, key=lambda one: counts[str(one)])
            count = counts[str(value)]
            is_normal = kind == "depthwise_conv" and "norm" in items[0].options and key in ("bias", "norm")
            is_rare = len(items) == 1 and not is_normal
            is_most = count > (0.5 if key in ("bias", "norm") else 0.75) * len(items)
            if is_most and not is_rare and not _is_same(value, PLAIN[key]) and not isinstance(value, Expr):
                defaults.setdefault(kind, {})[key] = value
    return defaults
