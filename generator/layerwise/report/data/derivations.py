"""The worked figures of every layer of a network, which its page fetches when the first layer is opened.

The file is ``networks/<slug>/derivation.json``. It belongs to the page: its form is not part of the API and may change.
Equal texts are stored once:

- ``rules``: pairs of title and rule;
- ``steps``: pairs of an index of ``rules`` and the rule worked with values;
- ``parts``: lists of indexes of ``steps``;
- ``layers``: two indexes of ``parts`` for each layer, one after the other: its own figures, and its receptive field.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import TypedDict, TypeVar

from layerwise.network.graph import Network
from layerwise.report import derivation
from layerwise.report.derivation import Step

T = TypeVar("T", bound=Hashable)


class Derivations(TypedDict):
    """The content of a file."""

    rules: list[tuple[str, str]]
    steps: list[tuple[int, str]]
    parts: list[tuple[int, ...]]
    layers: list[int]


def path(slug: str) -> str:
    """The path of a network's file on the site."""
    return f"networks/{slug}/derivation.json"


def derivations(network: Network) -> Derivations:
    """The steps of every layer of a network, in the order of execution."""
    pool = _Pool()
    layers: list[int] = []
    for node in network.layers:
        stats = id(node.stats)  # which equal layers on equal shapes share
        before = derivation.input_field(node, network)
        layers += [
            pool.part(stats, partial(derivation.figures, node)),
            pool.part((stats, before, node.receptive_field), partial(derivation.receptive_field, node, before)),
        ]
    return {"rules": list(pool.rules), "steps": list(pool.steps), "parts": list(pool.parts), "layers": layers}


class _Pool:
    """Texts by their index, in the order in which they first occur."""

    def __init__(self) -> None:
        self.rules: dict[tuple[str, str], int] = {}
        self.steps: dict[tuple[int, str], int] = {}
        self.parts: dict[tuple[int, ...], int] = {}
        self._known: dict[Hashable, int] = {}

    def part(self, key: Hashable, work: Callable[[], list[Step]]) -> int:
        """The index of a list of steps, worked only for a new key."""
        if key not in self._known:
            self._known[key] = _index(self.parts, tuple(map(self._step, work())))
        return self._known[key]

    def _step(self, step: Step) -> int:
        return _index(self.steps, (_index(self.rules, (step.title, step.rule)), step.worked))


def _index(pool: dict[T, int], text: T) -> int:
    return pool.setdefault(text, len(pool))
