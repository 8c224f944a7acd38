"""The layers of a graph in order: in series and in parallel where they are, with kept outputs where they are not.

Each value is the end of a chain that starts at a source: a value that several layers use. Where the branches of a merge
have one source, the merge with its branches is one element of a chain itself. Where they do not, all layers between the
nearest common source and the merge are listed one after the other, and what another branch uses is kept with ``as``.
Source: Valdes, Tarjan & Lawler, The Recognition of Series Parallel Digraphs, 1982.
"""

from __future__ import annotations

from typing import NamedTuple

from layerwise.core.limits import GROUPS
from layerwise.importing.drafting.elements import Element, Series
from layerwise.importing.steps import Step, StepGraph
from layerwise.importing.trace import ModelImportError

MAX_WORK = 200_000
"""Steps in the search for layers between two values, about a tenth of a second: the most entangled model of
torchvision and timm, an HRNet, takes 25,000."""


class TooComplexError(ModelImportError):
    """A graph that is only written flat."""


class Chain(NamedTuple):
    """Elements in series that start at a value."""

    source: str
    series: Series


class Reduction:
    """Reduces a graph to one chain from the input to the output."""

    def __init__(self, graph: StepGraph) -> None:
        self.graph = graph
        self.position = {name: place for place, name in enumerate([graph.input, *graph.steps])}
        self.users = graph.uses()
        self.uses = {name: len(users) for name, users in self.users.items()}
        self.uses[graph.output] += 1
        self.chains: dict[str, Chain] = {graph.input: Chain(graph.input, [])}
        self.dominators: dict[str, str] = {graph.input: graph.input}
        self.names = 0
        self.work = 0
        self.starts = 0
        """The number of times that the list in work begins at its start."""
        self.placed: set[str] = set()
        """Values inside lists that are complete."""

    def run(self) -> Series:
        """Return the whole network as one list."""
        for step in self.graph.steps.values():
            self.dominators[step.id] = self.common(step.inputs)
            self.chains[step.id] = self.chain(step)
        end = self.extended(self.graph.output)
        if end.source == self.graph.input:
            return end.series
        return self.listed(self.graph.input, self.graph.output).series

    def common(self, names: list[str]) -> str:
        """The nearest value through which every path from the input to all of the values goes."""
        (nearest, *rest) = names
        for name in rest:
            other = name
            while nearest != other:
                if self.position[nearest] < self.position[other]:
                    other = self.dominators[other]
                else:
                    nearest = self.dominators[nearest]
        return nearest

    def extended(self, name: str) -> Chain:
        """The chain that ends at a value, from as far back as nothing else uses the values between."""
        chain = self.chains[name]
        while chain.source != self.graph.input and self.uses[chain.source] == 1 and chain.source != name:
            before = self.chains[chain.source]
            if before.source == chain.source:
                break
            chain = Chain(before.source, before.series + chain.series)
        self.chains[name] = chain
        return chain

    def before(self, name: str) -> Chain:
        """The chain of an input: one of its own if only this use needs it."""
        return self.extended(name) if self.uses[name] == 1 and name != self.graph.input else Chain(name, [])

    def chain(self, step: Step) -> Chain:
        """The chain that ends with a step."""
        if len(step.inputs) == 1:
            source, series = self.before(step.inputs[0])
            return Chain(source, [*series, element(step)])
        branches = [self.before(name) for name in step.inputs]
        sources = {branch.source for branch in branches}
        if len(sources) == 1:
            (source,) = sources
            self.uses[source] -= len(branches) - 1
            lists = [branch.series for branch in branches]
            if step.kind == "add":
                lists.sort(key=lambda series: -sum(item.count for item in series))
            merge = element(step).with_branches(lists)
            if merge.depth > GROUPS:
                raise TooComplexError("its branches nest too deeply for a draft with blocks")
            return Chain(source, [merge])
        start = self.dominators[step.id]
        if self.is_closed(start, step.id):
            return self.listed(start, step.id)
        return Chain(step.id, [])

    def region(self, start: str, end: str) -> list[str]:
        """The values on the paths between two values, without the first, in order of execution."""
        found: set[str] = set()
        pending = [end]
        while pending:
            self.work += 1
            if self.work > MAX_WORK:
                raise TooComplexError("its branches are too entangled for a draft with blocks")
            name = pending.pop()
            if name in found or name == start:
                continue
            found.add(name)
            pending.extend(self.graph.steps[name].inputs)
        return sorted(found, key=self.position.__getitem__)

    def is_closed(self, start: str, end: str) -> bool:
        """True where no value between two values is used after the second."""
        inside = set(self.region(start, end))
        users = self.users
        if self.graph.output in inside - {end}:
            return False
        return all(user in inside for name in inside - {end} for user in users[name])

    def listed(self, start: str, end: str) -> Chain:
        """All layers between two values, one after the other, with kept outputs."""
        region = self.region(start, end)
        roots = [name for name in region if self.is_root(name, start, end)]
        merge = self.graph.steps[end]
        self.starts = 0
        order = [self.position[name] for name in merge.inputs]
        if len(merge.inputs) > 1 and set(roots) <= {*merge.inputs, end} and order == sorted(order):
            series = self.nested(start, merge)
        else:
            series = self.sequence(start, roots)
        self.uses[start] -= self.starts - 1
        self.placed.update({*roots} - {end})
        return Chain(start, series)

    def is_root(self, name: str, start: str, end: str) -> bool:
        """True for a value that several layers use, or that a merge of several sources makes."""
        if name in self.placed:
            return False
        return name == end or self.uses[name] > 1 or self.chains.get(name, Chain("", [])).source == name

    def name(self) -> str:
        """A new name for a kept output."""
        self.names += 1
        return f"kept{self.names}"

    def nested(self, start: str, merge: Step) -> Series:
        """A merge whose branches continue each other: each is kept as far as a later one uses it."""
        kept: dict[str, str] = {}
        result = element(merge)
        pending: list[tuple[str, Series]] = []
        for name in merge.inputs:
            chain = self.extended(name) if name != start else Chain(start, [])
            pending.append((name, self.from_source(chain, start, kept)))
            if name != start and name not in kept:
                kept[name] = self.name()
                if pending[-1][1]:
                    pending[-1][1][-1].keep = kept[name]
        result.with_branches([series for _, series in pending])
        self.drop_unused([result], kept)
        return [result]

    def from_source(self, chain: Chain, start: str, kept: dict[str, str]) -> Series:
        """The elements of a chain, after a ``from`` unless it begins at the start."""
        if chain.source == start:
            self.starts += 1
            return list(chain.series)
        return [self.reference(chain.source, kept), *chain.series]

    def reference(self, name: str, kept: dict[str, str]) -> Element:
        """A ``from`` of a kept value."""
        return Element("from", {"source": kept[name]}, shape=self.graph.shape(name))

    def sequence(self, start: str, roots: list[str]) -> Series:
        """The roots one after the other, each kept for those that use it later."""
        kept = {start: self.name()}
        series: Series = [Element("identity", shape=self.graph.shape(start), keep=kept[start])]
        current = start
        for root in roots:
            step = self.graph.steps[root]
            chain = self.chains[root] if self.chains.get(root) and self.chains[root].source != root else None
            if chain is not None and root != roots[-1]:
                chain = self.extended(root)
            if chain is None:
                merge = element(step)
                merge.with_branches([self.branch(name, current, kept) for name in step.inputs])
                series.append(merge)
            else:
                self.starts += chain.source == start
                if chain.source != current:
                    series.append(self.reference(chain.source, kept))
                series.extend(chain.series)
            kept[root] = self.name()
            series[-1].keep = kept[root]
            current = root
        series[-1].keep = ""
        self.drop_unused(series, kept)
        return series

    def branch(self, name: str, current: str, kept: dict[str, str]) -> Series:
        """One branch of a merge of several sources."""
        chain = Chain(name, []) if name in kept else self.extended(name)
        self.starts += chain.source == next(iter(kept))
        prefix = [] if chain.source == current else [self.reference(chain.source, kept)]
        return [*prefix, *chain.series]

    def drop_unused(self, series: Series, kept: dict[str, str]) -> None:
        """Remove the names that no ``from`` uses."""
        used = {item.options["source"] for top in series for item in top.walk() if item.kind == "from"}
        for top in series:
            for item in top.walk():
                if item.keep in kept.values() and item.keep not in used:
                    item.keep = ""
        if series and series[0].kind == "identity" and not series[0].keep and len(series) > 1:
            del series[0]


def element(step: Step) -> Element:
    """A step as an element of a list."""
    return Element(step.kind, dict(step.options), shape=step.shape, module=step.module)


def series_of(graph: StepGraph) -> Series:
    """Return the layers of a graph as one list."""
    return Reduction(graph).run()
