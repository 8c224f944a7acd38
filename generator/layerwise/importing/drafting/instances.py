"""Instances of blocks: runs of elements that one module of the model makes."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from layerwise.importing.drafting.elements import Element, Series, walk

MAX_ELEMENTS = 100
"""Elements of a block: the time to align instances is quadratic."""
CONTAINERS = {"Sequential", "ModuleList", "ModuleDict", "Sequence", ""}
"""Classes that only hold others."""


@dataclass(slots=True)
class Instance:
    """Elements of one block, in place ``start`` to before ``stop`` of a list."""

    kind: str
    """The class of the module; empty if unknown."""
    path: str
    series: Series
    in_channels: int
    start: int
    stop: int
    keep: str = ""
    """The name under which its output is kept, if something outside uses it."""

    @property
    def out_channels(self) -> int:
        """The channels of its output."""
        return self.series[-1].shape.channels


class Modules:
    """The modules of a model, and which of them hold blocks."""

    def __init__(self, classes: dict[str, str], series: Series) -> None:
        self.classes = classes
        self.covered: defaultdict[str, int] = defaultdict(int)
        """The number of elements that a module makes completely; one with branches counts as two."""
        self.parents: set[str] = set()
        """Modules that hold several blocks of one class, such as stages."""
        self._cover(series)
        self._find_parents()

    def chain(self, element: Element) -> list[str]:
        """The paths of the modules around an element, the outermost first."""
        items = list(element.walk())
        if element.kind == "concat" and not all(element.branches):
            del items[0]  # a growing concatenation is part of the layers that it adds, not of those that use it
        paths = [self.prefixes(item.module) for item in items if item.kind != "from" and item.module]
        if not paths:
            return []
        common = paths[0]
        for other in paths[1:]:
            common = [path for path, same in zip(common, other, strict=False) if path == same]
        return common

    def prefixes(self, path: str) -> list[str]:
        """The known modules on the way to a path."""
        parts = path.split(".")
        names = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
        return [name for name in names if name in self.classes]

    def _cover(self, series: Series) -> None:
        for element in series:
            for path in self.chain(element):
                self.covered[path] += 2 if element.branches else 1
            for branch in element.branches:
                self._cover(branch)

    def _find_parents(self) -> None:
        children: defaultdict[tuple[str, str], int] = defaultdict(int)
        for path in self.covered:
            if self.classes[path] not in CONTAINERS and self.covered[path] > 1:
                for parent in self.prefixes(path)[:-1]:
                    children[parent, self.classes[path]] += 1
        classes = {self.classes[parent] for (parent, kind), count in children.items() if count > 1}
        self.parents = {path for path, kind in self.classes.items() if kind in classes}

    def block_of(self, element: Element) -> str:
        """The path of the block that makes an element: the outermost module that is no container; else empty."""
        for path in self.chain(element):
            if self.classes[path] not in CONTAINERS and path not in self.parents and self.covered[path] > 1:
                return path
        return ""


def find_instances(series: Series, modules: Modules, in_channels: int, uses: Counter[str]) -> list[Instance]:
    """Return the instances in a list, in order. Without names of modules, each sum or concatenation is one.

    ``uses`` counts how often the whole network uses each kept output.
    """
    found: list[Instance] = []
    channels = [in_channels, *[element.shape.channels for element in series]]
    place = 0
    while place < len(series):
        path, stop = modules.block_of(series[place]), place + 1
        kind = modules.classes.get(path, "")
        if path:
            while stop < len(series) and modules.block_of(series[stop]) == path:
                stop += 1
        elif modules.classes or series[place].kind not in ("add", "concat"):
            place += 1
            continue
        run = series[place:stop]
        if len(run) <= MAX_ELEMENTS:
            inside = kept_uses(run)
            last = run[-1].keep
            keep = last if uses[last] > inside[last] else ""
            if is_closed(run, uses, inside, keep):
                run[-1].keep = "" if keep else last
                found.append(Instance(kind, path, run, channels[place], place, stop, keep))
        place = stop
    return found


def kept_uses(series: Series) -> Counter[str]:
    """The number of times that elements of a list use each kept output."""
    return Counter(element.options["source"] for element in walk(series) if element.kind == "from")


def is_closed(run: Series, uses: Counter[str], inside: Counter[str], last: str) -> bool:
    """True where no output that is kept inside, except the last, is used outside, and the reverse."""
    kept = {element.keep for element in walk(run) if element.keep}
    used_outside = {name for name in kept if uses[name] > inside[name]}
    return set(inside) <= kept and (not last or last not in inside) and not used_outside - {last}
