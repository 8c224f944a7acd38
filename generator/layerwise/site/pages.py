"""The list of generated pages, with template and cache key."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

from layerwise.definition import Definition
from layerwise.network.catalogue import Catalogue, Entry, Family
from layerwise.report.reference import layers
from layerwise.site import indexes
from layerwise.site.layout import CALCULATOR, Layout


class Task(NamedTuple):
    """A page to be rendered."""

    path: str
    template: str
    definition: str = ""
    values: dict[str, Any] = {}  # noqa: RUF012 - nothing changes it
    key: Hashable = None
    """Pages of equal keys are equal; None for one that depends on the whole catalogue."""


SCRIPTED = {"compare.md", CALCULATOR}
"""Pages that are scripts, and exist only on a site."""
EXAMPLES = ("lenet-5", "alexnet", "vgg-16", "googlenet", "resnet-50", "densenet-121", "mobilenetv2-1-0", "vit-b-16")
"""Networks that the calculator offers to start from, as far as there are definitions; it opens with the first."""


def tasks(
    catalogue: Catalogue, related: dict[str, list[str]], layout: Layout, *, site: bool, has_calculator: bool = False
) -> list[Task]:
    """Return the tasks of all generated pages of a layout; only a site has those that run in the browser.

    ``related`` are the pages that share an idea with each file, by its slug.
    """

    def key(definition: Definition) -> Hashable:
        """The key of the pages of a definition: the definition itself and the titles of related pages."""
        named = ((slug, catalogue.titles[slug]) for slug in related.get(definition.slug, []))
        return definition.key, *named

    def of_network(entry: Entry) -> Task:
        network, family = entry.network, catalogue.family_of(entry)
        values = {"entry": entry, "network": network, "family": family}
        path = f"networks/{network.slug}.md"
        return Task(path, "network.md.j2", entry.file.name, values, key(network.definition))

    def of_family(family: Family) -> Task:
        path = f"networks/{family.slug}.md"
        return Task(path, "family.md.j2", family.file.name, {"family": family}, key(family.definition))

    every = [
        Task("networks/index.md", "catalogue.md.j2"),
        *([Task("compare.md", "compare.md.j2")] if site else []),
        *([_calculator(catalogue)] if has_calculator else []),
        *map(of_network, catalogue.entries),
        *map(of_family, catalogue.families),
        *_of_layers(catalogue),
        Task(indexes.BY_YEAR, "by_year.md.j2"),
        Task(indexes.FAMILIES, "families.md.j2"),
        Task("method/claims.md", "claims.md.j2"),
    ]
    return [task for task in every if layout.has(task.path)]


def _calculator(catalogue: Catalogue) -> Task:
    entries = {entry.network.slug: entry for entry in catalogue.entries}
    examples = [entries[slug] for slug in EXAMPLES if slug in entries] or catalogue.entries[:1]
    return Task(CALCULATOR, "calculate.md.j2", values={"examples": examples})


def _of_layers(catalogue: Catalogue) -> list[Task]:
    """The list of all kinds of layers, and the page of each."""
    used = layers.uses(catalogue)
    pages = [
        Task(f"layers/{word}.md", "layer.md.j2", values={"kind": kind, "used": used[word]}, key=used[word])
        for word, kind in layers.ALL.items()
    ]
    return [Task("layers/index.md", "layers.md.j2", values={"used": used}), *pages]
