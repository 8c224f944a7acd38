"""Figures of a network that are calculated once, however many pages and files show them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary

from layerwise.network.graph import Network

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")


def per_network(calculate: Callable[[Network, *Arguments], T]) -> Callable[[Network, *Arguments], T]:
    """Return a function that keeps its results as long as the network; the other arguments must be hashable."""
    known: WeakKeyDictionary[Network, dict[Hashable, Any]] = WeakKeyDictionary()

    @wraps(calculate)
    def look_up(network: Network, *arguments: *Arguments) -> T:
        of_network = known.setdefault(network, {})
        if arguments not in of_network:
            of_network[arguments] = calculate(network, *arguments)
        result: T = of_network[arguments]
        return result

    return look_up
