"""The worked figures of every layer of a network, which its page fetches when the first layer is opened.

The file is ``networks/<slug>/derivation.json``. It belongs to the page: its form is not part of the API and may change.
Equal strings are stored once, where they first occur:

- ``rules``: pairs of title and rule;
- ``layers``: two parts for each layer, one after the other: its own figures, and its receptive field. A part is a list
  of steps, or the index of an earlier list. A step is an index of ``rules`` followed by the rule worked with values, or
  a single number, the index of an earlier step.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import TypedDict, TypeVar

from layerwise.network.graph import Network
from layerwise.report import derivation
from layerwise.report.derivation import Step

T = TypeVar("T", bound=Hashable)
Part = list[int | str]
"""Steps one after the other."""


class Derivations(TypedDict):
    """The content of a file."""

    rules: list[tuple[str, str]]
    layers: list[Part | int]


def path(slug: str) -> str:
    """The path of a network's file on the site."""
    return f"networks/{slug}/derivation.json"


def derivations(network: Network) -> Derivations:
    """The steps of every layer of a network, in the order of execution."""
    pool = _Pool()
    layers: list[Part | int] = []
    for node in network.layers:
        stats = (id(node.stats), id(node.weights_of))  # which equal layers on equal shapes share
        before = derivation.input_field(node, network)
        layers += [
            pool.part(stats, partial(derivation.figures, node)),
            pool.part((stats, before, node.receptive_field), partial(derivation.receptive_field, node, before)),
        ]
    return {"rules": list(pool.rules), "layers": layers}


class _Pool:
    """The index of each rule, step and part, in the order in which they first occur."""

    def __init__(self) -> None:
        self.rules: dict[tuple[str, str], int] = {}
        self._steps: dict[Step, int] = {}
        self._parts: dict[tuple[Step, ...], int] = {}
        self._known: dict[Hashable, int] = {}

    def part(self, key: Hashable, work: Callable[[], list[Step]]) -> Part | int:
        """The index of an earlier part, or else a list of steps; worked only for a new key."""
        if key in self._known:
            return self._known[key]
        steps = tuple(work())
        is_new = steps not in self._parts
        index = self._known[key] = _index(self._parts, steps)
        return [item for step in steps for item in self._step(step)] if is_new else index

    def _step(self, step: Step) -> Part:
        if step in self._steps:
            return [self._steps[step]]
        _index(self._steps, step)
        return [_index(self.rules, (step.title, step.rule)), step.worked]


def _index(pool: dict[T, int], item: T) -> int:
    return pool.setdefault(item, len(pool))
