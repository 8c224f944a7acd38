"""The elements of a draft: layers, merges with branches, and uses of blocks, in lists as definitions have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from layerwise.core.shape import Shape


@dataclass(slots=True)
class Element:
    """A layer, a merge, a ``from`` or the use of a block."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    branches: list[Series] = field(default_factory=list)
    """The branches of a merge; an empty one is the identity."""
    shape: Shape = field(default_factory=Shape)
    module: str = ""
    keep: str = ""
    """The name under which its output is kept, if another branch uses it."""

    count: int = 1
    """Elements in it, with itself."""
    depth: int = 1
    """Levels of branches, with its own."""

    def with_branches(self, branches: list[Series]) -> Element:
        """The element with branches, whose elements it counts."""
        self.branches = branches
        self.count = 1 + sum(element.count for branch in branches for element in branch)
        self.depth = 1 + max((element.depth for branch in branches for element in branch), default=0)
        return self

    def walk(self) -> Iterator[Element]:
        """This element and all elements in its branches."""
        yield self
        for branch in self.branches:
            for element in branch:
                yield from element.walk()


Series = list[Element]


def walk(series: Series) -> Iterator[Element]:
    """All elements of a list, and those in their branches."""
    for element in series:
        yield from element.walk()


def skeleton(series: Series) -> tuple[Any, ...]:
    """The kinds of a list of elements and their branches, without sizes and options."""
    return tuple(
        (
            element.kind,
            element.options.get("block", ""),
            element.keep,
            str(element.options["source"]) if element.kind == "from" else "",
            *[skeleton(branch) for branch in element.branches],
        )
        for element in series
    )
