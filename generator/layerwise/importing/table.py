"""Tables of functions by the names of operations: each reader has one, and so has the walk over a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class TranslationError(ValueError):
    """An operation that has no equal among those of a trace; the message states the reason."""


class Table(dict[str, F]):
    """Functions by the names of the operations that they translate."""

    def register(self, *names: str) -> Callable[[F], F]:
        """Return a decorator that enters a function under names."""

        def enter(function: F) -> F:
            self.update(dict.fromkeys(names, function))
            return function

        return enter
